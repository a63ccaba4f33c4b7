"""Weighs how near a document is to each topic, and what it names, into how sure the topic is.

The weights are the same for every topic, so they hold for those of another network too, and were
learned from labelled documents (``topic_weights.toml``). They go with one encoder.
"""

from __future__ import annotations

import functools
import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.tagging.subjects import ELSEWHERE
from index.tagging.weighing import Feature

FILE: Final = Path(__file__).with_name("topic_weights.toml")
READS: Final = "en"
"""The language that the packaged encoder reads: in others, its cosines say less."""


@dataclass(frozen=True, slots=True)
class TopicWeights:
    """The weight of each feature of a topic, and how sure a topic has to be.

    Attributes:
        encoder: the digest of the encoder whose cosines they go with.
        least: how sure the surest topic has to be to be proposed.
        second: how sure any other has to be.
        features: what is weighed, in order.
        weights: one for each feature.
        bias: the log-odds of a topic whose features are all at their mean.
        version: names the weights.
    """

    encoder: str
    least: float
    second: float
    features: tuple[Feature, ...]
    weights: tuple[float, ...]
    bias: float
    version: str

    def sureness(self, told: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        """Return the probability of each topic, each by itself, from its features by name."""
        return {term: self._probability(values) for term, values in told.items()}

    def _probability(self, values: Mapping[str, float]) -> float:
        scaled = (feature.scale(values[feature.name]) for feature in self.features)
        odds = self.bias + sum(w * x for w, x in zip(self.weights, scaled, strict=True))
        return 1 / (1 + math.exp(-odds))

    def choose(self, sureness: Mapping[str, float]) -> dict[str, float]:
        """Return the topics that are sure enough, the surest first."""
        ordered = sorted(sureness.items(), key=lambda one: -one[1])
        return {
            term: sure
            for rank, (term, sure) in enumerate(ordered)
            if sure >= (self.second if rank else self.least)
        }


def topic_features(
    closeness: Mapping[str, float], said: Mapping[str, float], language: str | None
) -> dict[str, dict[str, float]]:
    """Return the features of each topic by name, always in the same order.

    Args:
        closeness: how close the document comes to each topic, a cosine, without what its language
            alone does.
        said: how many of a thousand words are words of each topic, and of subjects elsewhere.
        language: the document's, if that is known.
    """
    mean = sum(closeness.values()) / len(closeness)
    words = {name: math.log1p(share) for name, share in said.items()}
    foreign = float((language or READS)[:2] != READS)
    features = {}
    for term, close in closeness.items():
        others = max((words[other] for other in closeness if other != term), default=0.0)
        features[term] = {
            "nearer than the others": close - mean,
            "near": close,
            "in another language": foreign,
            "its words": words[term],
            "its words beside those of others": words[term] - others,
            "words of subjects elsewhere": words[ELSEWHERE],
        }
    return features


@functools.cache
def load_topic_weights() -> TopicWeights:
    """Read the weights."""
    written = FILE.read_text(encoding="utf-8")
    told = tomllib.loads(written)
    features = told["features"]
    return TopicWeights(
        told["encoder"],
        told["least"],
        told["second"],
        tuple(Feature(one["name"], one["mean"], one["deviation"]) for one in features),
        tuple(one["weight"] for one in features),
        told["bias"],
        hashlib.blake2b(written.encode(), digest_size=8).hexdigest(),
    )
