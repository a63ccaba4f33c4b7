"""Learns the weights of stages (``index/tagging/stage_weights.toml``), a regression for each stage.

What is weighed is a few general numbers (``features_of``) and the mean passage of a document. A
source counts by the square root of its documents, so that one with many does not decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.tagging.weighing import FARTHEST
from tests.reading.tag_scores import VOCABULARIES, Label
from tests.reading.topic_weights import TopicCase

Numbers = npt.NDArray[np.float64]

STAGES: Final = VOCABULARIES["stages"]
LEAST: Final = 0.4
"""The probability from which a stage is proposed. Of dev, held out by source in five ways, the mean
macro-F1 is .633 with .35, .622 with .45, and .635 with this."""
SHRINKAGE: Final = 1.0
"""The inverse of how strongly weights are drawn to 0. Of dev, held out by source, macro-F1 is .630
with .6, .629 with 1.5 and .640 with 1; the mean log loss is .301, .315 and .307."""
ALONG: Final = 3.0
"""How much an entry of a vector counts beside a number in standard deviations: entries are about
.05, so their weights are drawn to 0 far more strongly. Macro-F1 of dev is .612 with 2, .640 with 3
and .629 with 4; of fewer documents, log loss was .286 without vectors and .262 with 2."""
SECOND: Final = 0.7
"""How far a document has a stage that is not its first: the likelier is to come first. Of dev,
macro-F1 is .640 with this and .635 with 1, log loss .307 and .310."""
A_LINE: Final = 12
HEADER: Final = """\
# How much each number of a document counts for its stage before anything is decided; see
# index/tagging/weighing.py. Do not edit it: "python -m tests.reading.run weights FOLDER ..." writes
# it, and says how good such weights are on documents that were held out. "encoder" is the digest of
# the encoder whose vectors they go with, "least" how sure a stage has to be to be proposed, "row"
# the weights of the vector that is the mean of a document's passages.
"""


@dataclass(frozen=True)
class Case:
    """A labelled document: its features, where it is from, and which stages it has or may have.

    ``row`` is its mean passage, (dimensions,), unit length; ``topics`` the same document as a case
    of topics; ``second`` its mean passage by the second encoder, if that is there.
    """

    source: str
    features: dict[str, float]
    label: Label
    row: Numbers
    topics: TopicCase | None = None
    language: str = ""
    second: Numbers | None = None


@dataclass(frozen=True)
class Learned:
    """Weights as plain arrays: (features,), (features,), (stages, features), (stages,).

    ``rows`` is (stages, dimensions).
    """

    mean: Numbers
    deviation: Numbers
    weights: Numbers
    biases: Numbers
    rows: Numbers

    def sureness(self, cases: Sequence[Case]) -> Numbers:
        """Return (cases, stages): the probability of each stage."""
        scaled = np.clip((_matrix(cases) - self.mean) / self.deviation, -FARTHEST, FARTHEST)
        odds = scaled @ self.weights.T + _rows(cases) @ self.rows.T + self.biases
        sure: Numbers = 1 / (1 + np.exp(-odds))
        return sure


def learn(cases: Sequence[Case]) -> Learned:
    """Learn a logistic regression for each stage, of the documents that are not out of scope."""
    from sklearn.linear_model import LogisticRegression

    features, rows = _matrix(cases), _rows(cases)
    counts = Counter(case.source for case in cases)
    mean, deviation = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    scaled = np.clip((features - mean) / deviation, -FARTHEST, FARTHEST)
    middle = rows.mean(axis=0)
    both = np.hstack([scaled, ALONG * (rows - middle)])
    weight = np.array([counts[case.source] ** -0.5 for case in cases])
    fits = []
    for stage in STAGES:
        told = np.array(list(_told_of(cases, stage)))
        places = told[:, 0].astype(int)
        fitted: Any = LogisticRegression(C=SHRINKAGE, max_iter=2000).fit(
            both[places], told[:, 1].astype(int), told[:, 2] * weight[places] / weight.mean()
        )
        fits.append((fitted.coef_[0], float(fitted.intercept_[0])))
    weights = np.stack([one[: features.shape[1]] for one, _ in fits])
    along = ALONG * np.stack([one[features.shape[1] :] for one, _ in fits])
    biases = np.array([bias for _, bias in fits]) - along @ middle
    return Learned(mean, deviation, weights, biases, along)


def _told_of(cases: Sequence[Case], stage: str) -> Iterator[tuple[int, bool, float]]:
    """Yield what is told of a stage: the case, whether it has the stage, and how far that goes."""
    for place, case in enumerate(cases):
        label = case.label
        if stage in label.either or label.scope == "out":
            continue
        if stage in label.stages[1:]:
            yield place, True, SECOND
            yield place, False, 1 - SECOND
        else:
            yield place, stage in label.stages, 1.0


def propose_stages(sure: Numbers) -> tuple[str, ...]:
    """Return the stages that are sure enough, (stages,), the surest first."""
    return tuple(STAGES[n] for n in np.argsort(-sure, kind="stable") if sure[n] >= LEAST)


def _matrix(cases: Sequence[Case]) -> Numbers:
    return np.array([list(case.features.values()) for case in cases], np.float64)


def _rows(cases: Sequence[Case]) -> Numbers:
    return np.array([case.row for case in cases], np.float64)


def told_stages(learned: Learned, encoder: str, case: Case) -> str:
    """Return the weights as the file has them; ``case`` names the features."""
    return write_weights(learned, case.features, [HEADER, f'encoder = "{encoder}"'], least=LEAST)


def write_weights(
    learned: Learned, names: Iterable[str], opening: Sequence[str], **bars: float
) -> str:
    """Return weights as their file has them: its opening, the bars, the features, the stages."""
    lines = [*opening, *(f"{name} = {bar}" for name, bar in bars.items()), ""]
    for n, name in enumerate(names):
        lines += ["[[features]]", f'name = "{name}"', f"mean = {learned.mean[n]:.5f}"]
        lines += [f"deviation = {learned.deviation[n]:.5f}", ""]
    for n, stage in enumerate(STAGES):
        weights = ", ".join(f"{w:.4f}" for w in learned.weights[n])
        lines += [f"[stages.{stage}]", f"bias = {learned.biases[n]:.4f}", f"weights = [{weights}]"]
        row = [f"{w:.3f}" for w in learned.rows[n]]
        lines.append("row = [")
        lines += [f"  {', '.join(row[k : k + A_LINE])}," for k in range(0, len(row), A_LINE)]
        lines += ["]", ""]
    return "\n".join(lines).rstrip() + "\n"
