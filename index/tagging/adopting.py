"""From decisions to a tagger in use: learn, compare on held-out documents, show the diff, adopt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.tagging.examples import as_decided, decided_then
from index.tagging.learning import Example, learn_vocabulary, lexicon_of
from index.tagging.measuring import Figures, cross_validate, figures, zero_shot
from index.tagging.model import TagModel, version_of
from index.tagging.reading import TermWords
from index.vectors.encoder import Encoder

COMPARED: Final = 3
"""Repeats of the comparison."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tagger learned from the decisions as they are, and its JSON."""

    version: str
    body: str
    model: TagModel


@dataclass(frozen=True, slots=True)
class Compared:
    """A vocabulary's macro-F1 on held-out documents, with what is in use and with the candidate."""

    vocabulary: str
    documents: int
    in_use: float
    candidate: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a candidate is better than what is in use.

    ``better`` when the mean macro-F1 of the vocabularies rises.
    """

    vocabularies: tuple[Compared, ...]

    @property
    def in_use(self) -> float:
        """Return the mean macro-F1 of what is in use."""
        return sum(v.in_use for v in self.vocabularies) / max(1, len(self.vocabularies))

    @property
    def candidate(self) -> float:
        """Return the mean macro-F1 of the candidate."""
        return sum(v.candidate for v in self.vocabularies) / max(1, len(self.vocabularies))

    @property
    def better(self) -> bool:
        """Return whether the candidate may be adopted."""
        return self.candidate > self.in_use


def learn(
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
    # What is applied is what was written: rounded alike.
    return Candidate(version, body, TagModel.from_json(body))


def compare(
    examples: Sequence[Example],
    vocabularies: Sequence[TermWords],
    candidate: TagModel,
    in_use: TagModel | None,
) -> Comparison:
    """Compare a candidate with what is in use, on documents held out of both.

    Each learned from some of these documents, so neither can be asked about them: what each
    learned from is learned from again without the documents held out.
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
        return figures(examples, terms, "learned", predictions)

    candidate = learned(new)
    if old is None:
        in_use = figures(examples, terms, "zero-shot", zero_shot(examples, terms))
    else:
        in_use = learned(old)
    return Compared(
        terms.vectors.vocabulary, candidate.documents, in_use.macro_f1, candidate.macro_f1
    )
