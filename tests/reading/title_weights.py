"""Learns which words of the first pages are the title, and says how good such weights are.

``python -m tests.reading.run title-weights FOLDER [FOLDER ...]`` reads the labelled documents for
looking at (``titles.jsonl``) that it finds, learns from all of them and writes
``ingest/record/title_weights.toml``. What it prints are figures of other weights, learned in the
same way without the publishers of what is measured. Documents kept apart teach nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ingest.record import Front, by_rules
from ingest.record.cited import read_citation
from ingest.record.title_choice import WEIGHTS, TitleWeights, band_of, decide, weighable
from tests.reading.record import same_title
from tests.reading.titles import Titled, read_fronts

Numbers = npt.NDArray[np.float64]

FOLDS: Final = 10
SHRINKAGE: Final = 15.0
"""How strongly weights are drawn to 0. Each publisher held out, log-likelihood is best with 10 to
15, and 218 to 222 titles are right with 10 to 40."""
LEAST_CASES: Final = 8
"""A number that fewer wordings have teaches nothing."""
LEAST_SCALE: Final = 0.05
HEADER: Final = """\
# How much each number of a wording counts for it as the title; see ingest/record/title_cues.py. Do
# not edit it: "python -m tests.reading.run title-weights FOLDER ..." writes it.

"""


@dataclass(frozen=True)
class Case:
    """A document: its wordings' numbers, and which of them are right."""

    publisher: str
    numbers: tuple[dict[str, float], ...]
    right: tuple[bool, ...]
    by_rules: bool

    @property
    def fold(self) -> int:
        """The part it is in; a publisher is never in two."""
        return int(hashlib.sha256(self.publisher.encode()).hexdigest(), 16) % FOLDS


def report(*folders: Path) -> str:
    """Write the weights; return the figures of what was held out."""
    read = [(label, front) for label, front in read_fronts(folders) if label.half == "look"]
    cases = [case_of(label, front) for label, front in read]
    WEIGHTS.write_text(written(learn(cases)), encoding="utf-8")
    return "\n".join(_told(cases))


def case_of(label: Titled, front: Front) -> Case:
    """Return the wordings of a document, and which of them are right."""
    cited = read_citation(front)
    read, _ = by_rules(front, cited)
    weighed = weighable(front, read, cited)
    return Case(
        label.publisher,
        tuple(numbers for _, numbers in weighed),
        tuple(any(same_title(one.text, t) for t in label.titles) for one, _ in weighed),
        label.is_right(read),
    )


def learn(cases: Sequence[Case]) -> TitleWeights:
    """Return the weights that make the right wordings of the documents likeliest.

    A document without a right one teaches nothing; those of a publisher with many count less each.
    """
    from scipy.optimize import minimize

    teaching = [case for case in cases if any(case.right)]
    names = _names(teaching)
    parts = [_matrix(case, names) for case in teaching]
    whole = np.vstack(parts)
    centre, scale = whole.mean(axis=0), np.maximum(whole.std(axis=0), LEAST_SCALE)
    scaled = (whole - centre) / scale
    counts = Counter(case.publisher for case in teaching)
    task = _Task(
        scaled,
        np.cumsum([0, *(len(part) for part in parts)])[:-1],
        np.concatenate([np.array(case.right, np.bool_) for case in teaching]),
        np.array([counts[case.publisher] ** -0.5 for case in teaching]),
    )
    fitted: Any = minimize(task.loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    rows = (centre, scale, fitted.x)
    return TitleWeights(tuple(names), *(tuple(map(float, np.round(row, 4))) for row in rows))


@dataclass(frozen=True)
class _Task:
    """What is minimised: minus the log-likelihood of the right wordings, and the weights' size.

    ``numbers`` is (wordings, numbers), ``starts`` where each document begins in it.
    """

    numbers: Numbers
    starts: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]
    counts: Numbers

    def loss(self, weights: Numbers) -> tuple[float, Numbers]:
        """Return the loss and its gradient."""
        scores = self.numbers @ weights
        lengths = np.diff([*self.starts, len(scores)])
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, self.starts), lengths))
        whole = np.add.reduceat(powers, self.starts)
        of_right = np.add.reduceat(powers * self.right, self.starts)
        likely = np.log(of_right + 1e-300) - np.log(whole)
        expected = powers / np.repeat(whole, lengths)
        told = powers * self.right / np.repeat(of_right + 1e-300, lengths)
        pull = self.numbers.T @ ((told - expected) * np.repeat(self.counts, lengths))
        size = SHRINKAGE * float(weights @ weights) / 2
        return size - float(self.counts @ likely), SHRINKAGE * weights - pull


def _names(cases: Iterable[Case]) -> list[str]:
    had = Counter(
        name for case in cases for one in case.numbers for name, value in one.items() if value
    )
    return sorted(name for name, count in had.items() if count >= LEAST_CASES)


def _matrix(case: Case, names: Sequence[str]) -> Numbers:
    rows = [[one.get(name, 0.0) for name in names] for one in case.numbers]
    return np.array(rows, np.float64).reshape(len(rows), len(names))


def held_out(cases: Sequence[Case]) -> Iterator[tuple[Case, float, bool]]:
    """Yield each document with how likely its title is, and whether it is right.

    The weights were learned without its publisher.
    """
    for fold in range(FOLDS):
        weights = learn([case for case in cases if case.fold != fold])
        for case in cases:
            if case.fold == fold and case.numbers:
                place, chance = decide(case.numbers, weights)
                yield case, chance, case.right[place]


def _told(cases: Sequence[Case]) -> Iterator[str]:
    chosen = list(held_out(cases))
    yield f"{len(cases)} documents; {sum(any(case.right) for case in cases)} have a right wording"
    yield f"right by the rules: {sum(case.by_rules for case in cases)}"
    yield f"right by weights, each publisher held out: {sum(right for *_, right in chosen)}"
    bands: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for _, chance, right in chosen:
        bands[band_of(chance)][2] += right
        bands[band_of(chance)][3] += 1
    yield from (f'"{name}" = {counts}' for name, counts in sorted(bands.items(), reverse=True))


def written(weights: TitleWeights) -> str:
    """Return the weights as the file has them."""
    names = ", ".join(f'"{name}"' for name in weights.names)
    rows = [f"names = [{names}]"]
    rows += [f"{name} = {list(getattr(weights, name))}" for name in ("centre", "scale", "weights")]
    return HEADER + "\n".join(rows) + "\n"
