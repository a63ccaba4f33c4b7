"""Weighs what a document says, is and resembles into how sure each stage is, before any decision.

The weights were learned from labelled documents of many kinds (``stage_weights.toml``): a few for
general numbers, and for each stage a direction in which the vectors of its documents lie, drawn
strongly to zero. They go with one encoder and with the stages they were learned for; other stages
go by closeness. Where the second encoder's vectors are there, which tell more in every language,
other weights go by them (``second_weights.toml``): of the stages and none, a document has one.
"""

from __future__ import annotations

import functools
import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.tagging.manner import NONE

Rows = npt.NDArray[np.float32]

FILE: Final = Path(__file__).with_name("stage_weights.toml")
SECOND_FILE: Final = Path(__file__).with_name("second_weights.toml")
KINDS_OF_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "review": frozenset({"systematic-review"}),
    "study": frozenset(
        {
            "randomised-trial", "quasi-experiment", "quantitative", "qualitative", "mixed-methods",
            "evaluation", "instrument",
        }
    ),
    "policy": frozenset({"policy-document", "practice-account"}),
    "guidance": frozenset({"guidance"}),
}  # fmt: skip
"""Types of evidence that say the same of a document's stage."""
FARTHEST: Final = 3.0
"""Standard deviations from the mean at which a feature is cut: no single one decides."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a document, to weigh.

    Attributes:
        leanings: how its manner leans to each stage, and to none.
        signs: how far its signs go for each stage, 0 to 1.
        types: how sure each type of evidence is, 0 to 1.
        closeness: how close it comes to each stage, a cosine.
        row: (dimensions,) float32, unit length: its mean passage; ``None`` if that is not known.
        second: the same by the second encoder.
    """

    leanings: Mapping[str, float]
    signs: Mapping[str, float]
    types: Mapping[str, float]
    closeness: Mapping[str, float]
    row: Rows | None = None
    second: Rows | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One number of a document: its mean and standard deviation among the labelled documents."""

    name: str
    mean: float
    deviation: float

    def scale(self, value: float) -> float:
        """Return a value in standard deviations from the mean, cut at ``FARTHEST``."""
        return max(-FARTHEST, min(FARTHEST, (value - self.mean) / self.deviation))


@dataclass(frozen=True, slots=True)
class StageWeights:
    """The weights of each stage for each feature, its bias, and how sure a stage has to be.

    ``least`` is for the surest stage, ``others`` for any other.
    ``rows`` has, for each stage, the (dimensions,) weights of a document's mean passage. With
    ``second``, that is the mean by the second encoder, whose digest ``encoder`` is, and the
    probabilities of the stages and of none come to 1; otherwise each stage is by itself.
    """

    encoder: str
    least: float
    features: tuple[Feature, ...]
    weights: Mapping[str, tuple[float, ...]]
    biases: Mapping[str, float]
    version: str
    rows: Mapping[str, Rows] = field(default_factory=dict)
    second: bool = False
    others: float = 0.0

    def fit(self, encoder: str, terms: tuple[str, ...]) -> bool:
        """Return whether they were learned with an encoder, and all their stages are terms."""
        return encoder == self.encoder and set(self.weights) <= set(terms)

    def sureness(self, told: Told) -> dict[str, float]:
        """Return the probability of each stage."""
        values = features_of(told, tuple(self.weights))
        scaled = [feature.scale(values[feature.name]) for feature in self.features]
        odds = {
            term: self.biases[term] + sum(w * x for w, x in zip(weights, scaled, strict=True))
            for term, weights in self.weights.items()
        }
        mean = told.second if self.second else told.row
        if mean is not None:
            for term, row in self.rows.items():
                odds[term] += float(row @ mean)
        if self.second:
            return _share_beside_none(odds)
        return {term: 1 / (1 + math.exp(-one)) for term, one in odds.items()}

    def choose(self, sureness: Mapping[str, float]) -> dict[str, float]:
        """Return the stages that are sure enough, the surest first."""
        ordered = sorted(sureness.items(), key=lambda one: -one[1])
        if not ordered or ordered[0][1] < self.least:
            return {}
        least = self.others or self.least
        return {term: sure for n, (term, sure) in enumerate(ordered) if not n or sure >= least}


def _share_beside_none(odds: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each stage, which with that of none (log-odds 0) come to 1."""
    highest = max(0.0, *odds.values())
    powers = {term: math.exp(one - highest) for term, one in odds.items()}
    whole = math.exp(-highest) + sum(powers.values())
    return {term: one / whole for term, one in powers.items()}


def features_of(told: Told, stages: tuple[str, ...]) -> dict[str, float]:
    """Return the features by name, always in the same order.

    A closeness counts beside the mean of the stages' closeness, which is a feature of its own: how
    close a text is to all of them depends on its language and length.
    """
    mean = sum(told.closeness[stage] for stage in stages) / len(stages)
    features: dict[str, float] = {}
    for stage in stages:
        features[f"leans to {stage}"] = told.leanings.get(stage, 0.0)
        features[f"signs of {stage}"] = told.signs.get(stage, 0.0)
        features[f"nearer to {stage}"] = told.closeness[stage] - mean
    features["near"] = mean
    for kind, types in KINDS_OF_TYPES.items():
        features[f"is {kind}"] = max(told.types.get(type_, 0.0) for type_ in types)
    features["leans to none"] = told.leanings.get(NONE, 0.0)
    return features


@functools.cache
def load_weights() -> StageWeights:
    """Read the weights of the first encoder's vectors."""
    return _read_weights(FILE)


@functools.cache
def load_second_weights() -> StageWeights:
    """Read the weights of the second encoder's vectors."""
    return _read_weights(SECOND_FILE, second=True)


def _read_weights(file: Path, *, second: bool = False) -> StageWeights:
    written = file.read_text(encoding="utf-8")
    told = tomllib.loads(written)
    features = tuple(
        Feature(one["name"], one["mean"], one["deviation"]) for one in told["features"]
    )
    stages = told["stages"].items()
    return StageWeights(
        told["encoder"],
        told["least"],
        features,
        {term: tuple(one["weights"]) for term, one in stages},
        {term: one["bias"] for term, one in stages},
        hashlib.blake2b(written.encode(), digest_size=8).hexdigest(),
        {term: np.array(one["row"], np.float32) for term, one in stages if "row" in one},
        second,
        told.get("others", told["least"]),
    )
