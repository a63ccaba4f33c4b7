"""Proposes tags without any decisions: compares passages with each term's cue phrases.

What a document is counts beside what it speaks of: a systematic review tells of trials at length,
and yet translates evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.taxonomy import Taxonomy, Term
from index.vectors.encoder import Encoder
from index.vectors.profile import EncoderProfile

Rows = npt.NDArray[np.float32]

VOCABULARIES: Final = ("stages", "topics")
METHOD: Final = "zero-shot-2"
MOST: Final = 3
VOTES_COUNT: Final = 0.7
"""The share of belief that goes by the type of a document, where the rules are sure of it.

Of the stages of the starter documents, macro-F1 .65 -> .70, primary .60 -> .72; half as much and
all give .69 and .68.
"""
NO_VOTES: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TermVectors:
    """The terms of one vocabulary, a unit vector for each, and their encoder's profile."""

    vocabulary: str
    terms: tuple[str, ...]
    rows: Rows
    profile: EncoderProfile


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
    return TermVectors(vocabulary, tuple(term.id for term in terms), rows, encoder.profile)


def _term_vector(encoder: Encoder, term: Term) -> Rows:
    rows = encoder.encode_passages([term.definition, *term.cues])
    return unit_row(rows[0] + unit_row(rows[1:].mean(axis=0)))


def unit_row(row: Rows) -> Rows:
    """Return a row scaled to unit length."""
    scaled: Rows = row / np.linalg.norm(row)
    return scaled


def beliefs_in_terms(
    passages: Rows, terms: TermVectors, votes: Mapping[str, float] = NO_VOTES
) -> Rows:
    """Return each term's share of belief for a document; all zero if it is about something else.

    Args:
        passages: (n, dimensions) float32, unit rows, at least one.
        terms: the vocabulary to choose from.
        votes: the terms that the document's types of evidence argue for, and how sure those are,
            0 to 1.
    """
    cosines = terms.rows @ unit_row(passages.mean(axis=0))
    belief: Rows = np.exp(terms.profile.belief_sharpness * (cosines - cosines.max()))
    belief /= belief.sum()
    if cosines.max() < terms.profile.belief_floor:
        belief = np.zeros(len(terms.terms), np.float32)
    voted = np.array([votes.get(term, 0.0) for term in terms.terms], np.float32)
    if not voted.any():
        return belief
    counts = np.float32(VOTES_COUNT) * voted.max() ** 2  # unsure types count little
    mixed: Rows = (1 - counts) * belief + counts * voted / voted.sum()
    return mixed


def propose_terms(
    passages: Rows, terms: TermVectors, votes: Mapping[str, float] = NO_VOTES
) -> list[Proposal]:
    """Return the terms a document seems to be about, best first; none if it is about others.

    Args:
        passages: (n, dimensions) float32, unit rows, at least one.
        terms: the vocabulary to choose from.
        votes: as in ``beliefs_in_terms``.
    """
    belief = beliefs_in_terms(passages, terms, votes)
    second = terms.profile.belief_second
    speaks = belief.sum() > 0.99  # else nothing it speaks of is believed, and a type alone argues
    order = np.argsort(-belief, kind="stable")[:MOST]
    chosen = [
        int(i) for rank, i in enumerate(order) if (rank == 0 and speaks) or belief[i] >= second
    ]
    best_places = (passages @ terms.rows.T).argmax(axis=0)
    return [Proposal(terms.terms[i], float(belief[i]), int(best_places[i])) for i in chosen]


def best_passage_for_term(passages: Rows, terms: TermVectors, term: str) -> Proposal:
    """Return the passage that argues most for a term that a person decided on."""
    cosines = passages @ terms.rows[terms.terms.index(term)]
    return Proposal(term, 1.0, int(cosines.argmax()))
