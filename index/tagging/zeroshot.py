"""Proposes tags without any decisions: compares passages with each term's cue phrases.

What a document is counts beside what it speaks of: a systematic review tells of trials at length,
and yet translates evidence. Where neither says enough, nothing is proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.taxonomy import Taxonomy, Term
from index.tagging.pull import PULLED, measure_pulls
from index.vectors.encoder import Encoder
from index.vectors.profile import EncoderProfile

Rows = npt.NDArray[np.float32]

VOCABULARIES: Final = ("stages", "topics")
METHOD: Final = "zero-shot-4"
MOST: Final = 3
VOTES_COUNT: Final = 5.0
"""What a sure vote adds to the log-odds of a term; .05 of a cosine adds 1.

On the half for looking at of the real documents, macro-F1 of stages is .59 with the votes of types
alone and .82 with those of signs, too; with 3 instead of 5 it is .76. On the starter corpus it is
.70 in each case.
"""
VOTES_SPEAK: Final = 0.3
"""A document with a vote this sure shows a stage; without one, it has to be close to it."""
VOTES_ALONE: Final = 0.66
"""How sure a vote has to be where the text is close to none of the terms."""
NO_VOTES: Final[Mapping[str, float]] = MappingProxyType({})
NO_PLACES: Final[Mapping[str, Sequence[int]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TermVectors:
    """The terms of one vocabulary, a unit vector for each, and their encoder's profile.

    ``pulls`` has, by language, what to take off the cosine of each term; see ``pull``.
    """

    vocabulary: str
    terms: tuple[str, ...]
    rows: Rows
    profile: EncoderProfile
    pulls: Mapping[str, Rows] = field(default_factory=dict)

    def pull_on(self, language: str | None) -> Rows:
        """Return (n terms,): how far each term pulls a text in a language; 0 in others."""
        none = np.zeros(len(self.terms), np.float32)
        return self.pulls.get((language or "")[:2], none)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term for a document: how sure it is, 0 to 1, and the place of its best passage."""

    term: str
    score: float
    place: int


def term_vectors(encoder: Encoder, taxonomy: Taxonomy, vocabulary: str) -> TermVectors:
    """Encode a vocabulary's terms.

    With the mean of the cue phrases plus the definition, the primary stage is right for .60 of the
    starter documents and the primary topic for .78; with cue phrases alone, for .53 and .76.
    """
    terms = list(taxonomy.vocabulary(vocabulary).terms.values())
    rows = np.stack([_term_vector(encoder, term) for term in terms])
    pulls = measure_pulls(encoder, rows) if vocabulary in PULLED else {}
    return TermVectors(vocabulary, tuple(term.id for term in terms), rows, encoder.profile, pulls)


def _term_vector(encoder: Encoder, term: Term) -> Rows:
    rows = encoder.encode_passages([term.definition, *term.cues])
    return unit_row(rows[0] + unit_row(rows[1:].mean(axis=0)))


def unit_row(row: Rows) -> Rows:
    """Return a row scaled to unit length."""
    scaled: Rows = row / np.linalg.norm(row)
    return scaled


def closeness_to_terms(passages: Rows, terms: TermVectors) -> Rows:
    """Return (n terms,): how close a document comes to each term.

    It is the mean of two cosines: of its mean passage, and of the closest third of its passages,
    which are those that argue for the term.
    """
    cosines: Rows = terms.rows @ unit_row(passages.mean(axis=0))
    closest = np.sort(passages @ terms.rows.T, axis=0)[-max(1, len(passages) // 3) :]
    close: Rows = (cosines + closest.mean(axis=0)) / 2
    return close


def beliefs_in_terms(
    passages: Rows,
    terms: TermVectors,
    votes: Mapping[str, float] = NO_VOTES,
    *,
    read: bool = False,
    language: str | None = None,
) -> Rows:
    """Return each term's share of belief for a document; all zero if it is about something else.

    Args:
        passages: (n, dimensions) float32, unit rows, at least one.
        terms: the vocabulary to choose from.
        votes: the terms that the document's types of evidence and its signs argue for, and how sure
            those are, 0 to 1.
        read: whether the document is in a language that the encoder reads. Its cosines are higher
            then, and more is asked of them.
        language: the document's, if that is known.
    """
    close = closeness_to_terms(passages, terms)
    voted = np.array([votes.get(term, 0.0) for term in terms.terms], np.float32)
    least = terms.profile.belief_floor
    if read and voted.max() < VOTES_SPEAK:
        least = terms.profile.floor_of(terms.vocabulary)
    if close.max() < least and voted.max() < VOTES_ALONE:
        return np.zeros(len(terms.terms), np.float32)
    close = close - terms.pull_on(language)
    odds = terms.profile.belief_sharpness * close + np.float32(VOTES_COUNT) * voted
    belief: Rows = np.exp(odds - odds.max())
    belief /= belief.sum()
    return belief


def propose_terms(
    passages: Rows,
    terms: TermVectors,
    votes: Mapping[str, float] = NO_VOTES,
    *,
    places: Mapping[str, Sequence[int]] = NO_PLACES,
    read: bool = False,
    language: str | None = None,
) -> list[Proposal]:
    """Return the terms a document seems to be about, best first; none if it is about others.

    Args:
        passages: (n, dimensions) float32, unit rows, at least one.
        terms: the vocabulary to choose from.
        votes: as in ``beliefs_in_terms``.
        places: the passages that show a sign of a term; one of them argues for it.
        read: as in ``beliefs_in_terms``.
        language: as in ``beliefs_in_terms``.
    """
    belief = beliefs_in_terms(passages, terms, votes, read=read, language=language)
    if not belief.any():
        return []
    order = np.argsort(-belief, kind="stable")[:MOST]
    second = terms.profile.belief_second
    chosen = [int(i) for rank, i in enumerate(order) if rank == 0 or belief[i] >= second]
    names = [terms.terms[i] for i in chosen]
    return propose_sure(passages, terms, dict(zip(names, belief[chosen], strict=True)), places)


def propose_sure(
    passages: Rows,
    terms: TermVectors,
    sure: Mapping[str, float],
    places: Mapping[str, Sequence[int]] = NO_PLACES,
) -> list[Proposal]:
    """Return proposals of terms, in the order given, each with the passage that argues for it."""
    proposals = []
    for term, score in sure.items():
        cosines = passages @ terms.rows[terms.terms.index(term)]
        among = np.array(places.get(term) or range(len(passages)))
        proposals.append(Proposal(term, float(score), int(among[cosines[among].argmax()])))
    return proposals


def best_passage_for_term(passages: Rows, terms: TermVectors, term: str) -> Proposal:
    """Return the passage that argues most for a term that a person decided on."""
    cosines = passages @ terms.rows[terms.terms.index(term)]
    return Proposal(term, 1.0, int(cosines.argmax()))
