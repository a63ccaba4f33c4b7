"""The tags that rules propose: that a document is outside the agenda, and its type of evidence.

Each has the rule in words as its note, and the sentence or passage it rests on as its quote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.model import Document, Passage, Tag
from corpus.tags.tags import suggestion
from corpus.taxonomy import Taxonomy
from index.tagging import evidence, scope

DECIDES_SCOPE: Final = ("stages", "topics")
"""A document for which a person confirmed one of these is within the agenda."""


class Rules:
    """The rules for the vocabularies of a taxonomy; what it lacks is not proposed."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        terms = taxonomy.vocabularies.get(evidence.VOCABULARY)
        self._types = frozenset(terms.terms) if terms else frozenset()
        self._words = scope.words_of_scope(taxonomy)
        # The text of a pattern is given whole: its repr ends after 200 characters.
        words = self._words.written if self._words else ()
        told = repr((evidence.rules_version(), sorted(self._types), words))
        self.version = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """Return the vocabularies that these rules propose terms of."""
        types = (evidence.VOCABULARY,) if self._types else ()
        return (*types, scope.VOCABULARY) if self._words else types

    def outside(
        self, document: Document, passages: Sequence[Passage], tags: Sequence[Tag]
    ) -> Tag | None:
        """Return the tag of a document outside the agenda, suggested or decided; else ``None``.

        What a person said of its scope counts, and so does a stage or topic they confirmed.
        """
        decided = {(t.vocabulary, t.term): t for t in tags if t.origin != "suggested"}
        ours = decided.get((scope.VOCABULARY, scope.OUTSIDE))
        if ours is not None:
            return ours if ours.origin == "confirmed" else None
        settled = (*DECIDES_SCOPE, scope.VOCABULARY)
        if any(t.origin == "confirmed" and t.vocabulary in settled for t in decided.values()):
            return None
        read = scope.read_scope(document, passages, self._words) if self._words else None
        if read is None or not read.outside:
            return None
        shown = next((p for p in passages if p.role == "summary"), passages[0])
        tag = suggestion(
            shown, scope.VOCABULARY, scope.OUTSIDE, score=read.score, model=scope.METHOD
        )
        return replace(tag, note=read.why)

    def type_tags(
        self, document: Document, passages: Sequence[Passage], tags: Sequence[Tag]
    ) -> list[Tag]:
        """Return the types of evidence to suggest: none where a person confirmed one."""
        ours = [t for t in tags if t.vocabulary == evidence.VOCABULARY]
        if any(t.origin == "confirmed" for t in ours):
            return []
        rejected = {t.term for t in ours if t.origin == "rejected"}
        left = [
            one
            for one in evidence.evidence_types(document, passages)
            if one.term in self._types and one.term not in rejected
        ]
        return [
            replace(_type_tag(passages, one), primary=not rank) for rank, one in enumerate(left)
        ]


def _type_tag(passages: Sequence[Passage], one: evidence.EvidenceType) -> Tag:
    best, passage = one.best, passages[one.best.place]
    model = f"{evidence.METHOD}/{best.rule.id}"
    tag = suggestion(passage, evidence.VOCABULARY, one.term, score=one.score, model=model)
    says = f"{best.rule.says[0].upper()}{best.rule.says[1:]}."
    return replace(tag, quote=passage.text[best.start : best.end], note=says)
