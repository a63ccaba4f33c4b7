"""Learns the weights of topics (``index/tagging/topic_weights.toml``), the same for every topic.

``weights`` writes them beside those of stages, from the same documents. A pair of a document and a
topic is one case. Documents near the agenda or outside it have none, and teach that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.tagging.topics import TopicWeights
from index.tagging.weighing import FARTHEST, Feature
from tests.reading.tag_scores import Label, Proposed

Numbers = npt.NDArray[np.float64]

LEAST: Final = 0.06
"""The probability from which the surest topic is proposed. Of dev, held out by source, 7 of 173
documents in scope have none with this, since a rule says that 4 of them are outside, and 9 with
.07; of 149 out of scope, 136 have none with this (.913), and 133 with .05 (.893)."""
SECOND: Final = 0.4
"""The same for any other."""
HEADER: Final = """\
# How much each number of a document counts for a topic before anything is decided, the same for
# every topic; see index/tagging/topics.py. Do not edit it: "python -m tests.reading.run weights
# FOLDER ..." writes it, and says how good the weights are on documents that were held out.
# "encoder" is the digest of the encoder whose cosines they go with, "least" and "second" how sure
# the surest topic and any other have to be to be proposed.
"""


@dataclass(frozen=True)
class TopicCase:
    """A labelled document: the features of each topic by name, and whether a rule rules it out."""

    source: str
    features: dict[str, dict[str, float]]
    label: Label
    outside: bool = False


def learn_topics(cases: Sequence[TopicCase], encoder: str = "") -> TopicWeights:
    """Learn one logistic regression over all pairs of a document and a topic that is not open."""
    from sklearn.linear_model import LogisticRegression

    counts = Counter(case.source for case in cases)
    pairs = [(c, t) for c in cases for t in c.features if t not in c.label.either]
    rows = np.array([list(case.features[term].values()) for case, term in pairs], np.float64)
    has = np.array([term in case.label.topics for case, term in pairs], dtype=int)
    weight = np.array([counts[case.source] ** -0.5 for case, _ in pairs])
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = np.clip((rows - mean) / deviation, -FARTHEST, FARTHEST)
    fitted: Any = LogisticRegression(max_iter=2000).fit(scaled, has, weight / weight.mean())
    names = next(iter(cases[0].features.values()))
    features = (Feature(*one) for one in zip(names, mean, deviation, strict=True))
    weights = tuple(fitted.coef_[0].tolist())
    return TopicWeights(
        encoder, LEAST, SECOND, tuple(features), weights, float(fitted.intercept_[0]), ""
    )


def propose_topics(weights: TopicWeights, case: TopicCase) -> Proposed:
    """Return what would be proposed for a document."""
    chosen = {} if case.outside else weights.choose(weights.sureness(case.features))
    return Proposed(topics=tuple(chosen))


def told_topics(weights: TopicWeights) -> str:
    """Return the weights as the file has them."""
    lines = [
        HEADER,
        f'encoder = "{weights.encoder}"',
        f"least = {weights.least}",
        f"second = {weights.second}",
        f"bias = {weights.bias:.4f}",
    ]
    for feature, weight in zip(weights.features, weights.weights, strict=True):
        lines += ["", "[[features]]", f'name = "{feature.name}"', f"mean = {feature.mean:.5f}"]
        lines += [f"deviation = {feature.deviation:.5f}", f"weight = {weight:.4f}"]
    return "\n".join(lines) + "\n"
