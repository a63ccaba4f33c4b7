"""Decisions that come as a file: which terms documents carry, confirmed by a named source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import UnknownTerm, VocabularyInvalid
from corpus.model import Tag
from corpus.tags.tags import decide, tags_of
from corpus.taxonomy import Taxonomy

STARTER_FOLDER: Final = Path(__file__).parents[1] / "starter"
"""The starter corpus: ``documents/`` to take in, and ``decisions.toml`` about their terms."""
JUDGMENTS_FOLDER: Final = Path(__file__).parents[1] / "judgments"
"""Queries judged against the starter corpus, in BEIR form, with the floors tests hold."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Who decided, and for each document id and vocabulary the terms, the primary one first."""

    decided_by: str
    documents: dict[str, dict[str, list[str]]]


def read_decisions(path: Path, taxonomy: Taxonomy) -> Decisions:
    """Read a file of decisions.

    Raises:
        VocabularyInvalid: the file cannot be read.
        UnknownTerm: it names a term the taxonomy does not have, or a vocabulary without tags.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        decisions = Decisions(str(data["decided_by"]), dict(data["documents"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise VocabularyInvalid(f"{path} cannot be read as decisions: {error}") from error
    tagged = [vocabulary.id for vocabulary in taxonomy.tagged]
    for terms_of in decisions.documents.values():
        for vocabulary, terms in terms_of.items():
            if vocabulary not in tagged:
                raise UnknownTerm(
                    f"{path}: {vocabulary!r} has no tags. Tags are of {', '.join(tagged)}"
                )
            for term in terms:
                taxonomy.vocabulary(vocabulary).term(term)
    return decisions


def apply_decisions(catalogue: Catalogue, decisions: Decisions) -> int:
    """Confirm the terms of every document in the catalogue; return how many tags were recorded.

    A decision that a person made before, confirmed or rejected, stays as it is.
    """
    documents = catalogue.documents(decisions.documents)
    present = tags_of(catalogue, documents)
    recorded = 0
    with catalogue.transaction():
        for document_id in documents:
            decided = {
                (t.vocabulary, t.term) for t in present[document_id] if t.origin != "suggested"
            }
            for vocabulary, terms in decisions.documents[document_id].items():
                for rank, term in enumerate(terms):
                    if (vocabulary, term) not in decided:
                        decide(
                            catalogue, _confirmed(decisions, document_id, vocabulary, term, rank)
                        )
                        recorded += 1
    return recorded


def _confirmed(
    decisions: Decisions, document_id: str, vocabulary: str, term: str, rank: int
) -> Tag:
    return Tag(
        document_id=document_id,
        vocabulary=vocabulary,
        term=term,
        origin="confirmed",
        primary=rank == 0,
        decided_by=decisions.decided_by,
    )
