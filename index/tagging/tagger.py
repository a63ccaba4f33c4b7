"""Writes the proposed tags of documents, each with its score and the passage that argues for it.

A model proposes stages and topics; rules propose types of evidence, and what is outside the agenda.

A proposal is stored as ``suggested`` and never replaces what a person decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Passage, Tag
from corpus.tags.passage_scores import PassageScore, fingerprints, keep_fingerprint, keep_scores
from corpus.tags.tags import give_reason, suggest, suggestion, tags_of, withdraw_suggestions
from corpus.taxonomy import Taxonomy
from index.tagging.examples import (
    encoded_passages,
    indexed_documents,
    reviewed_examples,
    second_rows_of,
    some_passages,
    vectors_of,
)
from index.tagging.proposing import Proposed, Proposer, proposer_in_use
from index.tagging.reading import Reading, read_documents
from index.tagging.ruling import Rules
from index.tagging.weighing import load_second_weights
from index.tagging.zeroshot import VOCABULARIES, Proposal, TermVectors, propose_terms, term_vectors
from index.vectors.encoder import Encoder

__all__ = [
    "Agreement",
    "Proposal",
    "Retagging",
    "TagChange",
    "TagReport",
    "TermVectors",
    "measure_agreement",
    "plan_retagging",
    "propose_terms",
    "suggest_tags",
    "term_vectors",
    "write_retagging",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TagReport:
    """What a tagging run did."""

    documents: int
    changed: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the best proposal is what people decided, over the documents with decisions."""

    vocabulary: str
    documents: int
    primary: float
    any_decided: float


@dataclass(frozen=True, slots=True)
class TagChange:
    """How the suggestions of a document change in one vocabulary: terms, the surest first."""

    document_id: str
    vocabulary: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retagging:
    """The tags a document is to get.

    Attributes:
        document_id: the document.
        vocabularies: those that suggestions were made in.
        tags_before: all its tags in them.
        wanted: the suggestions it is to have.
        reasons: passages for its confirmed tags that have none.
        scores: the scores of its passages for each term.
        changed: whether writing this changes a tag.
        fingerprint: names everything that this was made from.
    """

    document_id: str
    vocabularies: tuple[str, ...]
    tags_before: tuple[Tag, ...]
    wanted: tuple[Tag, ...]
    reasons: tuple[Tag, ...]
    scores: tuple[PassageScore, ...]
    changed: bool
    fingerprint: str

    def changes(self) -> list[TagChange]:
        """Return what a reader would see change: terms, not their scores."""
        changes = []
        for vocabulary in dict.fromkeys((*VOCABULARIES, *self.vocabularies)):
            before, after = (
                tuple(t.term for t in tags if (t.vocabulary, t.origin) == (vocabulary, "suggested"))
                for tags in (self.tags_before, self.wanted)
            )
            if before != after:
                changes.append(TagChange(self.document_id, vocabulary, before, after))
        return changes


def suggest_tags(
    catalogue: Catalogue, folder: Path, encoder: Encoder, taxonomy: Taxonomy
) -> TagReport:
    """Bring the suggestions and the passages' scores of all indexed documents up to date.

    In a vocabulary where a person confirmed something for a document, nothing more is suggested;
    the confirmed tags are only given the passage that argues for them.

    Raises:
        TagModelUnusable: the adopted model cannot be read.
    """
    proposer = proposer_in_use(catalogue, encoder, taxonomy)
    documents = changed = 0
    for retagging in plan_retagging(catalogue, folder, encoder, proposer):
        documents += 1
        changed += retagging is not None and retagging.changed
        if retagging:
            with catalogue.transaction():
                write_retagging(catalogue, retagging)
    return TagReport(documents, changed)


def plan_retagging(
    catalogue: Catalogue, folder: Path, encoder: Encoder, proposer: Proposer
) -> list[Retagging | None]:
    """Return the tags each indexed document is to get, ``None`` if nothing changed since.

    Nothing is written.
    """
    known = fingerprints(catalogue)
    encoded = encoded_passages(folder, encoder.digest)
    second = encoded_passages(folder, load_second_weights().encoder)
    retaggings: dict[str, Retagging | None] = {}
    changed: list[_Indexed] = []
    for document, passages in indexed_documents(catalogue, encoded):
        tags = tags_of(catalogue, [document.id])[document.id]
        tags_before = tuple(t for t in tags if t.vocabulary in proposer.suggested_in)
        retaggings[document.id] = None
        has_second = all(p.id in second for p in some_passages(passages))
        one = _Indexed(document, passages, tags_before, has_second)
        if known.get(document.id) != _fingerprint(proposer, one, tags_before):
            changed.append(one)
    vectors = vectors_of(folder, encoder, [p.id for c in changed for p in c.passages])
    documents = [(c.document, c.passages) for c in changed]
    rows = second_rows_of(folder, documents)
    readings = read_documents(encoder, vectors, documents, proposer.vocabularies.values(), rows)
    for one, reading in zip(changed, readings, strict=True):
        retaggings[one.document.id] = _retag_document(proposer, reading, one)
    return list(retaggings.values())


def write_retagging(catalogue: Catalogue, retagging: Retagging) -> None:
    """Write a document's new suggestions and scores; call inside ``transaction()``."""
    if retagging.changed:
        withdraw_suggestions(catalogue, retagging.document_id, retagging.vocabularies)
        for tag in retagging.wanted:
            suggest(catalogue, tag)
        for tag in retagging.reasons:
            give_reason(catalogue, tag)
    keep_scores(catalogue, retagging.document_id, retagging.scores)
    keep_fingerprint(catalogue, retagging.document_id, retagging.fingerprint)


def measure_agreement(
    catalogue: Catalogue, folder: Path, encoder: Encoder, taxonomy: Taxonomy
) -> list[Agreement]:
    """Compare the best zero-shot proposal with people's decisions, by vocabulary."""
    proposer = proposer_in_use(catalogue, encoder, taxonomy)
    vocabularies = list(proposer.vocabularies.values())
    vectors = vectors_of(folder, encoder)
    examples = reviewed_examples(catalogue, vectors, vocabularies, encoder, folder)
    agreements = []
    for terms in vocabularies:
        name = terms.vectors.vocabulary
        first: list[bool] = []
        among: list[bool] = []
        for example in examples:
            if any(example.labels[name].values()):
                best = next((p.term for p in terms.propose(example.reading)), "")
                first.append(best == example.primary.get(name))
                among.append(example.labels[name].get(best, False))
        count = max(1, len(first))
        agreements.append(Agreement(name, len(first), sum(first) / count, sum(among) / count))
    return agreements


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A document with its indexed passages, and the tags it has of the proposed vocabularies.

    ``has_second`` says whether the second encoder's vectors are there, by which its stage goes.
    """

    document: Document
    passages: Sequence[Passage]
    tags_before: tuple[Tag, ...]
    has_second: bool


def _retag_document(proposer: Proposer, reading: Reading, indexed: _Indexed) -> Retagging:
    passages, tags_before = indexed.passages, indexed.tags_before
    outside, wanted = _by_rule(proposer.rules, indexed)
    reasons: list[Tag] = []
    scores: list[PassageScore] = []
    rejected = {(t.vocabulary, t.term) for t in tags_before if t.origin == "rejected"}
    for vocabulary, terms in proposer.vocabularies.items():
        proposed = proposer.propose_terms(reading, vocabulary)
        if not outside:
            scores += _scores(passages, vocabulary, terms.vectors.terms, proposed)
        confirmed = [
            t for t in tags_before if t.vocabulary == vocabulary and t.origin == "confirmed"
        ]
        for tag in confirmed:
            if tag.passage_id is None and tag.term in terms.vectors.terms:
                reason = proposer.best_passage_for_term(reading, vocabulary, tag.term)
                reasons.append(_tag(passages, vocabulary, reason, proposed.model))
        if not confirmed and not outside:
            left = [p for p in proposed.proposals if (vocabulary, p.term) not in rejected]
            wanted += [
                replace(_tag(passages, vocabulary, p, proposed.model), primary=rank == 0)
                for rank, p in enumerate(left)
            ]
    changed = bool(reasons) or not _same(
        wanted, [t for t in tags_before if t.origin == "suggested"]
    )
    after = _after(tags_before, wanted, reasons) if changed else tags_before
    return Retagging(
        reading.document_id,
        proposer.suggested_in,
        tags_before,
        tuple(wanted),
        tuple(reasons),
        tuple(scores),
        changed,
        _fingerprint(proposer, indexed, after),
    )


def _by_rule(rules: Rules | None, indexed: _Indexed) -> tuple[bool, list[Tag]]:
    """Return whether a document is outside the agenda, and the tags that rules suggest for it."""
    if rules is None:
        return False, []
    told = (indexed.document, indexed.passages, indexed.tags_before)
    outside = rules.outside(*told)
    if outside is None:
        return False, rules.type_tags(*told)
    return True, [outside] if outside.origin == "suggested" else []


def _scores(
    passages: Sequence[Passage], vocabulary: str, terms: Sequence[str], proposed: Proposed
) -> list[PassageScore]:
    return [
        PassageScore(passage.id, vocabulary, term, round(float(score), 4), proposed.model)
        for passage, row in zip(passages, proposed.scores, strict=True)
        for term, score in zip(terms, row, strict=True)
    ]


def _tag(passages: Sequence[Passage], vocabulary: str, proposal: Proposal, model: str) -> Tag:
    passage = passages[proposal.place]
    return suggestion(passage, vocabulary, proposal.term, score=proposal.score, model=model)


def _after(
    tags_before: Sequence[Tag], wanted: Sequence[Tag], reasons: Sequence[Tag]
) -> tuple[Tag, ...]:
    """Return the tags as they will be once written."""
    given = {(t.vocabulary, t.term): t for t in reasons}
    decided = []
    for tag in tags_before:
        if tag.origin != "suggested":
            reason = given.get((tag.vocabulary, tag.term))
            decided.append(replace(tag, passage_id=reason.passage_id) if reason else tag)
    return (*decided, *wanted)


def _fingerprint(proposer: Proposer, indexed: _Indexed, tags: Sequence[Tag]) -> str:
    """Name the tags and everything they depend on, so that any change is noticed."""
    document, passages = indexed.document, indexed.passages
    carried = sorted((t.vocabulary, t.term, t.origin, t.primary, t.passage_id) for t in tags)
    places = [(p.id, p.page) for p in passages]
    title = (document.title, document.kind, document.language)
    headings = [p.heading for p in passages]
    parts = (proposer.version, title, headings, places, carried, indexed.has_second)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _same(wanted: Sequence[Tag], tags_before: Sequence[Tag]) -> bool:
    def essence(tags: Sequence[Tag]) -> set[tuple[object, ...]]:
        return {
            (
                t.vocabulary, t.term, t.primary, t.score, t.passage_id, t.page, t.quote, t.model,
                t.note,
            )
            for t in tags
        }  # fmt: skip

    return essence(wanted) == essence(tags_before)
