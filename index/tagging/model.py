"""The learned tagger as plain numbers: how it scores documents, and how it is stored as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from corpus.errors import TagModelUnusable
from index.tagging.reading import Comparison, Reading
from index.tagging.words import Lexicon

Rows = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]

METHOD: Final = "learned-2"
_DIGITS: Final = 7
BELIEFS_COUNT: Final[Mapping[str, float]] = MappingProxyType({"stages": 0.5})
"""The share of a probability that goes by what is believed without decisions, by vocabulary.

Decisions on digests teach how digests speak. On the real documents of the half for looking at, the
stages so learned have a macro-F1 of .48 with three tenths and .67 with this; on the starter
documents, held out, .82 and .86. Topics lose on the starter documents (.86 and .83).
"""
BELIEVED: Final = 0.4
"""How far a term has to be believed to be proposed by that alone, in a blended threshold."""


@dataclass(frozen=True, slots=True)
class TermWeights:
    """One term: log-odds are ``said @ said weights + words @ word weights + bias``.

    Attributes:
        term: its id.
        said: (n terms,) weights of what the document says about each term of the vocabulary.
        words: (n words,) weights of the lexicon's words.
        bias: log-odds for a document that says nothing.
        threshold: the probability above which the term is proposed.
        carried_by: how many of the documents it was learned from have it.
    """

    term: str
    said: Numbers
    words: Numbers
    bias: float
    threshold: float
    carried_by: int


@dataclass(frozen=True, slots=True)
class VocabularyModel:
    """A vocabulary: how its six comparisons are put on one scale, and its terms' weights.

    ``centre`` and ``scale`` are (6, n terms): mean and standard deviation over the documents it was
    learned from.
    """

    vocabulary: str
    terms: tuple[str, ...]
    centre: Rows
    scale: Rows
    weights: tuple[TermWeights, ...]

    @property
    def thresholds(self) -> Numbers:
        """Return each term's threshold."""
        own = np.array([w.threshold for w in self.weights])
        return self._blend(own, np.full(len(own), BELIEVED))

    def score_document(self, reading: Reading, comparison: Comparison, lexicon: Lexicon) -> Numbers:
        """Return (n terms,): the probability that the document has each term.

        All are zero for a document that is about something else entirely.
        """
        beliefs = comparison.beliefs(reading)
        if not beliefs.any():
            return np.zeros(len(self.terms))
        ways = comparison.compare_document(reading)
        texts = lexicon.rows([reading.all_words(self.vocabulary)])
        return self._blend(self._probabilities(ways[None], texts)[0], beliefs)

    def _blend(self, learned: Numbers, believed: npt.NDArray[Any]) -> Numbers:
        count = BELIEFS_COUNT.get(self.vocabulary, 0.0)
        blended: Numbers = (1 - count) * learned + count * believed
        return blended

    def score_passages(self, reading: Reading, comparison: Comparison, lexicon: Lexicon) -> Numbers:
        """Return (n passages, n terms): the same for each passage, read by itself."""
        texts = lexicon.rows(reading.passage_words())
        return self._probabilities(comparison.compare_passages(reading), texts)

    def _probabilities(self, ways: Rows, texts: Rows) -> Numbers:
        said = ((ways - self.centre) / self.scale).mean(axis=1)
        odds = np.stack([said @ w.said + texts @ w.words + w.bias for w in self.weights], axis=1)
        probabilities: Numbers = 1 / (1 + np.exp(-odds))
        return probabilities


@dataclass(frozen=True, slots=True)
class TagModel:
    """Everything learned from the decisions at one time.

    Attributes:
        encoder: the digest of the encoder whose vectors it was learned on.
        lexicon: the words it weighs.
        vocabularies: what was learned, by vocabulary; those with too few decisions are left out.
        learned_from: the decisions: by document, vocabulary and term, whether it has the term.
    """

    encoder: str
    lexicon: Lexicon
    vocabularies: Mapping[str, VocabularyModel]
    learned_from: Mapping[str, Mapping[str, Mapping[str, bool]]]

    def to_json(self) -> str:
        """Return the model as JSON, the same text for the same model."""
        content = {
            "method": METHOD,
            "encoder": self.encoder,
            "words": self.lexicon.words,
            "rarity": _plain(self.lexicon.rarity),
            "vocabularies": {name: _told(v) for name, v in self.vocabularies.items()},
            "learned_from": self.learned_from,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        content = json.loads(text)
        if content["method"] != METHOD:
            raise TagModelUnusable(
                f"The learned tagger is from another release ({content['method']}). Undo it and "
                "learn it again: salex tag --undo; salex tag --train --adopt"
            )
        lexicon = Lexicon(tuple(content["words"]), np.array(content["rarity"], np.float32))
        vocabularies = {name: _heard(name, told) for name, told in content["vocabularies"].items()}
        return cls(content["encoder"], lexicon, vocabularies, content["learned_from"])


def version_of(text: str) -> str:
    """Return the name a model's tags carry: the method and the beginning of its SHA-256."""
    return f"{METHOD}/{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def read_model(text: str, sha256: str) -> TagModel:
    """Read a model's JSON.

    Raises:
        TagModelUnusable: it changed since it was written, or another release wrote it.
    """
    if hashlib.sha256(text.encode()).hexdigest() != sha256:
        raise TagModelUnusable("The learned tagger was changed on disk. Undo it: salex tag --undo")
    return TagModel.from_json(text)


def _told(model: VocabularyModel) -> dict[str, Any]:
    return {
        "terms": model.terms,
        "centre": [_plain(row) for row in model.centre],
        "scale": [_plain(row) for row in model.scale],
        "weights": [
            {
                "term": w.term,
                "said": _plain(w.said),
                "words": _plain(w.words),
                "bias": w.bias,
                "threshold": w.threshold,
                "carried_by": w.carried_by,
            }
            for w in model.weights
        ],
    }


def _heard(name: str, told: Mapping[str, Any]) -> VocabularyModel:
    weights = tuple(
        TermWeights(
            w["term"], np.array(w["said"]), np.array(w["words"]), w["bias"], w["threshold"],
            w["carried_by"],
        )
        for w in told["weights"]
    )  # fmt: skip
    centre, scale = (np.array(told[key], np.float32) for key in ("centre", "scale"))
    return VocabularyModel(name, tuple(told["terms"]), centre, scale, weights)


def _plain(row: npt.NDArray[Any]) -> list[float]:
    return [float(f"{x:.{_DIGITS}g}") for x in row]
