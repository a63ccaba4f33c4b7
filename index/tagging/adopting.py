"""Learns a tagger from decisions, and compares it with the one in use on held-out documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.tagging.examples import as_decided, decided_then
from index.tagging.learning import Example, learn_vocabulary, lexicon_of
from index.tagging.measuring import Figures, compare_with_decisions, cross_validate, zero_shot
from index.tagging.model import TagModel, version_of
from index.tagging.reading import TermWords
from index.vectors.encoder import Encoder

COMPARED: Final = 3
"""How many times the comparison is repeated."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tagger learned from the decisions as they are now, and its JSON."""

    version: str
    body: str
    model: TagModel


@dataclass(frozen=True, slots=True)
class Compared:
    """A vocabulary's macro-F1 on held-out documents, with the tagger in use and the candidate."""

    vocabulary: str
    documents: int
    in_use: float
    candidate: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a candidate is better than the tagger in use.

    It is better if the mean macro-F1 over the vocabularies rises.
    """

    vocabularies: tuple[Compared, ...]

    @property
    def in_use(self) -> float:
        """Return the mean macro-F1 of the tagger in use."""
        return sum(v.in_use for v in self.vocabularies) / max(1, len(self.vocabularies))

    @property
    def candidate(self) -> float:
        """Return the mean macro-F1 of the candidate."""
        return sum(v.candidate for v in self.vocabularies) / max(1, len(self.vocabularies))

    @property
    def better(self) -> bool:
        """Return whether the candidate may be adopted."""
        return self.candidate > self.in_use


def learn_tagger(
    examples: Sequence[Example], vocabularies: Sequence[TermWords], encoder: Encoder
) -> Candidate | None:
    """Learn from every reviewed document; ``None`` while no vocabulary has enough of them."""
    lexicon = lexicon_of(examples, vocabularies)
    learned = {
        terms.vectors.vocabulary: model
        for terms in vocabularies
        if (model := learn_vocabulary(examples, terms, lexicon))
    }
    if not learned:
        return None
    body = TagModel(encoder.digest, lexicon, learned, as_decided(examples)).to_json()
    version = version_of(body)
    # Read back, so that the model has the same rounded numbers as its JSON.
    return Candidate(version, body, TagModel.from_json(body))


def compare_taggers(
    examples: Sequence[Example],
    vocabularies: Sequence[TermWords],
    candidate: TagModel,
    in_use: TagModel | None,
) -> Comparison:
    """Compare a candidate with the tagger in use, on documents held out of both.

    Both learned from some of these documents and cannot be tested on them, so each is learned again
    from its own decisions without the held-out documents.
    """
    new = decided_then(examples, candidate.learned_from)
    old = decided_then(examples, in_use.learned_from) if in_use else None
    return Comparison(tuple(_compare(examples, terms, new, old) for terms in vocabularies))


def _compare(
    examples: Sequence[Example],
    terms: TermWords,
    new: Sequence[Example],
    old: Sequence[Example] | None,
) -> Compared:
    def learned(from_these: Sequence[Example]) -> Figures:
        predictions = cross_validate(examples, terms, learn_from=from_these, repeats=COMPARED)
        return compare_with_decisions(examples, terms, "learned", predictions)

    candidate = learned(new)
    if old is None:
        in_use = compare_with_decisions(examples, terms, "zero-shot", zero_shot(examples, terms))
    else:
        in_use = learned(old)
    return Compared(
        terms.vectors.vocabulary, candidate.documents, in_use.macro_f1, candidate.macro_f1
    )
