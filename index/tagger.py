"""Proposes stage and topic tags, each with a score and the passage that argues for it.

Zero-shot: a document's mean passage vector against each term's cue phrases and definition. What a
person decided stays; a proposal is stored as ``suggested`` and never over a decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue import Catalogue, now
from corpus.model import Passage, Tag
from corpus.tags import give_reason, suggest, tags_of, withdraw_suggestions
from corpus.taxonomy import Taxonomy, Term
from index.encoder import Encoder
from index.store import VectorStore

Rows = npt.NDArray[np.float32]

VOCABULARIES: Final = ("stages", "topics")
METHOD: Final = "zero-shot-1"
SHARPNESS: Final = 20.0
"""Turns cosines into shares of belief (softmax); neighbouring terms differ by about .05."""
SECOND: Final = 0.30
"""Share from which a term other than the best is proposed too; decided documents carry 1.6 stages
and 1.3 topics on average."""
FLOOR: Final = 0.15
"""Cosine under which nothing is proposed: the text is about something else."""
MOST: Final = 3


@dataclass(frozen=True, slots=True)
class TermVectors:
    """The terms of one vocabulary and a unit vector for each."""

    vocabulary: str
    terms: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term for a document: its share of belief, and which passage (by place) argues most."""

    term: str
    score: float
    place: int


@dataclass(frozen=True, slots=True)
class TagReport:
    """What a tagging run did."""

    documents: int
    changed: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the best proposal is what people decided, over documents with a decision."""

    vocabulary: str
    documents: int
    primary: float
    any_decided: float


def term_vectors(encoder: Encoder, taxonomy: Taxonomy, vocabulary: str) -> TermVectors:
    """Encode a vocabulary's terms.

    The mean of the cue phrases plus the definition finds the primary stage of .60 of the starter
    documents and the primary topic of .78; cue phrases alone .53 and .76.
    """
    terms = list(taxonomy.vocabulary(vocabulary).terms.values())
    rows = np.stack([_term_vector(encoder, term) for term in terms])
    return TermVectors(vocabulary, tuple(term.id for term in terms), rows)


def _term_vector(encoder: Encoder, term: Term) -> Rows:
    rows = encoder.encode_passages([term.definition, *term.cues])
    total = rows[0] + _unit(rows[1:].mean(axis=0))
    return _unit(total)


def _unit(row: Rows) -> Rows:
    unit: Rows = row / np.linalg.norm(row)
    return unit


def propose(passages: Rows, terms: TermVectors) -> list[Proposal]:
    """Return the terms a document seems to carry, best first; none when it is about other things.

    Args:
        passages: (n, dimensions) float32, unit rows, at least one.
        terms: the vocabulary to choose from.
    """
    cosines = terms.rows @ _unit(passages.mean(axis=0))
    if cosines.max() < FLOOR:
        return []
    belief = np.exp(SHARPNESS * (cosines - cosines.max()))
    belief /= belief.sum()
    order = np.argsort(-belief, kind="stable")[:MOST]
    chosen = [int(i) for rank, i in enumerate(order) if rank == 0 or belief[i] >= SECOND]
    best_places = (passages @ terms.rows.T).argmax(axis=0)
    return [Proposal(terms.terms[i], float(belief[i]), int(best_places[i])) for i in chosen]


def suggest_tags(
    catalogue: Catalogue, folder: Path, encoder: Encoder, taxonomy: Taxonomy
) -> TagReport:
    """Bring the suggestions of all indexed documents up to date.

    In a vocabulary where a person confirmed something for a document, nothing more is suggested;
    the confirmed tags are only given the passage that argues for them.
    """
    vocabularies = [term_vectors(encoder, taxonomy, v) for v in VOCABULARIES]
    vectors = _vectors(folder, encoder)
    model = f"{METHOD}/{encoder.digest}"
    documents = changed = 0
    for document in catalogue.all_documents():
        passages = [p for p in catalogue.passages(document.id) if p.id in vectors]
        if passages:
            documents += 1
            changed += _tag_document(catalogue, passages, vectors, vocabularies, model)
    return TagReport(documents, changed)


def agreement(
    catalogue: Catalogue, folder: Path, encoder: Encoder, taxonomy: Taxonomy
) -> list[Agreement]:
    """Compare the best proposal with people's decisions, per vocabulary."""
    vectors = _vectors(folder, encoder)
    return [
        _agreement(catalogue, vectors, term_vectors(encoder, taxonomy, v)) for v in VOCABULARIES
    ]


def _agreement(catalogue: Catalogue, vectors: Mapping[int, Rows], terms: TermVectors) -> Agreement:
    first: list[bool] = []
    among: list[bool] = []
    for document in catalogue.all_documents():
        tags = tags_of(catalogue, [document.id])[document.id]
        decided = [t for t in tags if t.vocabulary == terms.vocabulary and t.origin == "confirmed"]
        rows = [vectors[p.id] for p in catalogue.passages(document.id) if p.id in vectors]
        if decided and rows:
            best = next((p.term for p in propose(np.stack(rows), terms)), None)
            first.append(best in {t.term for t in decided if t.primary})
            among.append(best in {t.term for t in decided})
    count = max(1, len(first))
    return Agreement(terms.vocabulary, len(first), sum(first) / count, sum(among) / count)


def _vectors(folder: Path, encoder: Encoder) -> dict[int, Rows]:
    with VectorStore(folder / "vectors.sqlite") as store:
        ids, rows = store.read(encoder.digest)
    return {int(i): row for i, row in zip(ids, rows, strict=True)}


def _tag_document(
    catalogue: Catalogue,
    passages: Sequence[Passage],
    vectors: Mapping[int, Rows],
    vocabularies: Sequence[TermVectors],
    model: str,
) -> bool:
    """Write a document's suggestions if they differ from those held; return whether they did."""
    document_id = passages[0].document_id
    held = tags_of(catalogue, [document_id])[document_id]
    matrix = np.stack([vectors[p.id] for p in passages])
    wanted: list[Tag] = []
    reasons: list[Tag] = []
    for terms in vocabularies:
        confirmed = [
            t for t in held if t.vocabulary == terms.vocabulary and t.origin == "confirmed"
        ]
        reasons += [
            _tag(passages, terms.vocabulary, _argue(matrix, terms, t.term), model)
            for t in confirmed
            if t.passage_id is None and t.term in terms.terms
        ]
        if not confirmed:
            proposals = propose(matrix, terms)
            wanted += [
                _tag(passages, terms.vocabulary, p, model, primary=rank == 0)
                for rank, p in enumerate(proposals)
            ]
    rejected = {(t.vocabulary, t.term) for t in held if t.origin == "rejected"}
    wanted = [t for t in wanted if (t.vocabulary, t.term) not in rejected]
    if not reasons and _same(wanted, [t for t in held if t.origin == "suggested"]):
        return False
    with catalogue.transaction():
        withdraw_suggestions(catalogue, document_id)
        for tag in wanted:
            suggest(catalogue, tag)
        for tag in reasons:
            give_reason(catalogue, tag)
    return True


def _argue(matrix: Rows, terms: TermVectors, term: str) -> Proposal:
    cosines = matrix @ terms.rows[terms.terms.index(term)]
    return Proposal(term, 1.0, int(cosines.argmax()))


def _tag(
    passages: Sequence[Passage],
    vocabulary: str,
    proposal: Proposal,
    model: str,
    *,
    primary: bool = False,
) -> Tag:
    passage = passages[proposal.place]
    return Tag(
        document_id=passage.document_id,
        vocabulary=vocabulary,
        term=proposal.term,
        origin="suggested",
        primary=primary,
        score=round(proposal.score, 4),
        passage_id=passage.id,
        page=passage.page,
        quote=passage.text,
        model=model,
        decided_by="tagger",
        decided_at=now(),
    )


def _same(wanted: Sequence[Tag], held: Sequence[Tag]) -> bool:
    def essence(tags: Sequence[Tag]) -> set[tuple[object, ...]]:
        return {(t.vocabulary, t.term, t.primary, t.score, t.passage_id, t.model) for t in tags}

    return essence(wanted) == essence(held)
