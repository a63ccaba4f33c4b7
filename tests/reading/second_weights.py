"""Learns the weights of stages that go by the second encoder (``second_weights.toml``).

One regression chooses among the stages and none: labels name one stage, so a second one that is
likely by itself is mostly wrong. What is weighed is what a document says (``features_of`` without
closeness, which is the first encoder's) and its mean passage by the second encoder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.tagging.weighing import FARTHEST
from tests.reading.stage_weights import STAGES, Case, Learned, write_weights

Numbers = npt.NDArray[np.float64]

LEAST: Final = 0.4
"""The probability from which the surest stage is proposed. Of dev, held out by source, macro-F1 is
.661 with .3, .670 with .35, .685 with this and .674 with .45."""
ALSO: Final = 0.3
"""The same for any other. Of dev, macro-F1 is .684 with .4, .685 with this and .668 with .25; of
the starter corpus, whose documents mostly have several stages, .613, .662 and .674."""
SHRINKAGE: Final = 0.2
"""The inverse of how strongly weights are drawn to 0. With .1, .2 and .4 log loss on dev, held out,
is .261, .257 and .256, and macro-F1 .695, .700 and .694."""
ALONG: Final = 8.0
"""How much an entry of a vector counts beside a number in standard deviations. With 6 instead,
macro-F1 on dev, held out, is .695 and log loss .259."""
OTHERS: Final = 0.3
"""How far a document that has several stages teaches those that are not its first."""
NEARNESS: Final = ("near", "nearer to ")
"""How the features begin that the first encoder makes."""
HEADER: Final = """\
# How much each number of a document counts for its stage where the vectors of the second encoder
# are there; see index/tagging/weighing.py. Do not edit it: "python -m tests.reading.run weights
# FOLDER ..." writes it, and says how good such weights are on documents that were held out.
# "encoder" is the digest of the second encoder, "least" how sure the surest stage has to be to be
# proposed, "others" any other, "row" the weights of the vector that is the mean of a document's
# passages. None has the log-odds 0.
"""


class LearnedSecond:
    """Weights as plain arrays, of each stage beside none: (stages, features) and so on."""

    def __init__(self, cases: Sequence[Case]) -> None:
        """Learn a regression of the stages and none, of documents that are not out of scope."""
        from sklearn.linear_model import LogisticRegression

        cases = [case for case in cases if case.label.scope != "out"]
        self.names = _names(cases[0])
        features, rows = self._matrix(cases), _rows(cases)
        self.mean = features.mean(axis=0)
        self.deviation = np.maximum(features.std(axis=0), 1e-6)
        middle = rows.mean(axis=0)
        both = np.hstack([self._scale(features), ALONG * (rows - middle)])
        told = np.array(list(_told_of(cases)))
        places = told[:, 0].astype(int)
        fitted: Any = LogisticRegression(C=SHRINKAGE, max_iter=2000).fit(
            both[places], told[:, 1].astype(int), told[:, 2]
        )
        beside = fitted.coef_ - fitted.coef_[-1]
        self.weights = beside[:-1, : len(self.names)]
        self.rows = ALONG * beside[:-1, len(self.names) :]
        self.biases = (fitted.intercept_ - fitted.intercept_[-1])[:-1] - self.rows @ middle

    def sureness(self, cases: Sequence[Case]) -> Numbers:
        """Return (cases, stages): the probability of each stage."""
        scaled = self._scale(self._matrix(cases))
        odds = scaled @ self.weights.T + _rows(cases) @ self.rows.T + self.biases
        powers = np.exp(odds)
        sure: Numbers = powers / (1 + powers.sum(axis=1, keepdims=True))
        return sure

    def _scale(self, features: Numbers) -> Numbers:
        scaled: Numbers = np.clip((features - self.mean) / self.deviation, -FARTHEST, FARTHEST)
        return scaled

    def _matrix(self, cases: Sequence[Case]) -> Numbers:
        return np.array([[case.features[name] for name in self.names] for case in cases])


def _names(case: Case) -> list[str]:
    return [name for name in case.features if not name.startswith(NEARNESS)]


def _rows(cases: Sequence[Case]) -> Numbers:
    return np.array([case.second for case in cases], np.float64)


def _told_of(cases: Sequence[Case]) -> Iterator[tuple[int, int, float]]:
    """Yield the case, the place of its stage (none the last), and how far that goes.

    A document without a stage of which one is left open tells nothing.
    """
    counts = Counter(case.source for case in cases)
    mean = np.mean([counts[case.source] ** -0.5 for case in cases])
    for place, case in enumerate(cases):
        label = case.label
        weight = float(counts[case.source] ** -0.5 / mean)
        if label.stages:
            first, *others = label.stages
            yield place, STAGES.index(first), weight * (1 - OTHERS if others else 1)
            for stage in others:
                yield place, STAGES.index(stage), weight * OTHERS / len(others)
        elif not set(STAGES) & set(label.either):
            yield place, len(STAGES), weight


def propose_one(sure: Numbers) -> tuple[str, ...]:
    """Return the stages that are sure enough, (stages,), the surest first."""
    first, *others = np.argsort(-sure, kind="stable")
    if sure[first] < LEAST:
        return ()
    return tuple(STAGES[n] for n in (first, *others) if n == first or sure[n] >= ALSO)


def told_second(learned: LearnedSecond, encoder: str) -> str:
    """Return the weights as the file has them."""
    one = learned
    plain = Learned(one.mean, one.deviation, one.weights, one.biases, one.rows)
    opening = [HEADER, f'encoder = "{encoder}"']
    return write_weights(plain, one.names, opening, least=LEAST, others=ALSO)
