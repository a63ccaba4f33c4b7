"""How sure a value is: the share of right values that its rule had on documents with a truth."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ingest.record.finding import SURE, Finding

USUAL_CASES: Final = 4
"""A rule counts as if it had so many more cases, right as often as others of its field are."""
AGAIN_CASES: Final = 8
"""What was read again after its faults were mended counts no more than so many first readings."""
LEAST_CASES: Final = 10
"""From so many cases on a rule that was mostly wrong is given up."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many values were right, of how many."""

    right: int = 0
    cases: int = 0

    def drawn_to(self, share: float, cases: int) -> float:
        """Return the share of right values with so many more cases that have a ``share``."""
        return (self.right + cases * share) / (self.cases + cases)


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """What was counted for a field.

    Attributes:
        bar: from this confidence on a value is recorded.
        first: values that were recorded when documents were read for the first time.
        again: the same after the faults of those documents were mended; it says too much.
        doubted: values whose reader gives them less weight than ``least``.
        least: that weight.
        rules: of each rule, what was counted again and at first.
        steps: for values without a rule, what was counted again from a weight on, highest first.
    """

    bar: float
    first: Counted
    again: Counted
    doubted: Counted
    least: float
    rules: Mapping[str, tuple[Counted, Counted]]
    steps: tuple[tuple[float, Counted], ...]

    def share(self, rule: str, weight: float) -> float:
        """Return the share of right values to expect of a rule, in 0..1."""
        step = next((one for least, one in self.steps if weight >= least), Counted())
        again, first = self.rules.get(rule, (step, Counted()))
        if weight < self.least:
            return again.drawn_to(_share(self.doubted), USUAL_CASES)
        seen = again.drawn_to(_share(self.again), USUAL_CASES)
        lower = _logit(_share(self.again)) - _logit(_share(self.first))
        expected = 1 / (1 + math.exp(lower - _logit(seen)))
        return first.drawn_to(expected, AGAIN_CASES)


def measured(found: Finding | None) -> Finding | None:
    """Return a finding with the measured share of its rule as its confidence."""
    return replace(found, confidence=sure_of(found), weight=found.confidence) if found else None


def is_sure(found: Finding) -> bool:
    """Whether a value is recorded; others are only suggested to a curator."""
    counts = _counts().get(found.field)
    return found.confidence >= (counts.bar if counts else SURE)


def is_worth_telling(found: Finding) -> bool:
    """Whether a value may be suggested: not if most that its rule gave were wrong.

    Words that are no title are shown all the same: a document that has none needs a curator.
    """
    counts = _counts().get(found.field)
    if counts is None or found.field == "title" or found.rule not in counts.rules:
        return True
    again, first = counts.rules[found.rule]
    right, cases = again.right + first.right, again.cases + first.cases
    return cases < LEAST_CASES or 2 * right >= cases


def sure_of(found: Finding) -> float:
    """Return the share of right values to expect of a finding's rule, in 0..1.

    A field without counts keeps its reader's weight; a rule without any has the usual share.
    """
    counts = _counts().get(found.field)
    return counts.share(found.rule, found.confidence) if counts else found.confidence


@functools.cache
def _counts() -> dict[str, FieldCounts]:
    read = tomllib.loads(Path(__file__).with_name("measured.toml").read_text("utf-8"))
    return {field: _of_field(one) for field, one in read.items()}


def _of_field(read: dict[str, Any]) -> FieldCounts:
    rules = read.get("rules", {})
    return FieldCounts(
        bar=read["bar"],
        first=Counted(*read["first"]),
        again=Counted(*read["again"]),
        doubted=Counted(*read["doubted"]),
        least=read["least"],
        rules={rule: (Counted(*n[:2]), Counted(*n[2:])) for rule, n in rules.items()},
        steps=tuple((least, Counted(right, n)) for least, right, n in read.get("steps", ())),
    )


def _share(counted: Counted) -> float:
    return counted.drawn_to(0.5, 2)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
