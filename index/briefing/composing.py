"""Composes a brief from lines: key messages, findings, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from index.briefing.choosing import (
    Candidate,
    Room,
    Rows,
    choose,
    remove_repeats,
    set_side_by_side,
)
from index.briefing.lines import Line

Statement = tuple[Line, ...]
"""A line, or lines that disagree and stand side by side."""

KEY_MESSAGES: Final = Room(lines=7, characters=2_300, of_one_document=2)
"""What fits a page of A4 below the title and above the note."""
FINDINGS: Final = Room(lines=27, characters=8_600, of_one_document=6)
"""What fits three pages."""
BESIDE_KEY_MESSAGES: Final = 1
BESIDE_FINDINGS: Final = 4
"""How many lines are added because they disagree with a chosen one."""
KEY_SHARE: Final = 0.6
"""The share of the best line's relevance that a key message has at least."""
OF_ITSELF_COUNTS: Final = 0.6
"""What a line counts that tells of its document and not of the world."""
STATES_COUNTS: Final = 1.15
"""What a line counts that claims an effect, or has words of a finding, a reason or advice."""


@dataclass(frozen=True, slots=True)
class Composition:
    """What a brief says.

    Attributes:
        key_messages: for its first page.
        findings: for the next three, in the order in which they were chosen.
        repeats: how many lines were left out because another says nearly the same.
    """

    key_messages: tuple[Statement, ...]
    findings: tuple[Statement, ...]
    repeats: int


def relevance_of(cosines: Rows, lines: Sequence[Line], *, words_count: float) -> list[float]:
    """Return how near each line is to the question: its cosine, and its share of the words.

    Args:
        cosines: (n,) float32, of the lines with the question.
        lines: the lines.
        words_count: what all of the question's words count beside the cosine.
    """
    shares = np.array([min(1.0, line.score) for line in lines])
    relevance = (1 - words_count) * cosines + words_count * shares
    itself = np.array([line.about_itself for line in lines], dtype=bool)
    states = np.array([line.states or line.stance is not None for line in lines], dtype=bool)
    factors = np.where(itself, OF_ITSELF_COUNTS, np.where(states, STATES_COUNTS, 1.0))
    return [float(value) for value in factors * relevance]


def compose(
    candidates: Sequence[Candidate],
    vectors: Rows,
    *,
    key_least: float = 0.0,
    key_messages: Room = KEY_MESSAGES,
    findings: Room = FINDINGS,
) -> Composition:
    """Choose the lines of a brief.

    Args:
        candidates: what may be quoted.
        vectors: (n, dimensions) float32, unit rows: theirs.
        key_least: the relevance that a key message has at least.
        key_messages: the room on the first page.
        findings: the room after it.
    """
    different = remove_repeats(candidates, vectors)
    least = max(key_least, KEY_SHARE * max((c.relevance for c in candidates), default=0.0))
    best = [p for p in different if candidates[p].relevance >= least]
    first = choose(candidates, vectors, key_messages, among=best)
    rest = [p for p in different if p not in set(first)]
    paired = set_side_by_side(candidates, vectors, first, more=rest, most=BESIDE_KEY_MESSAGES)
    used = [p for beside in paired for p in beside]
    then = choose(candidates, vectors, findings, among=different, chosen=used)
    rest = [p for p in different if p not in {*used, *then}]
    found = set_side_by_side(candidates, vectors, then, more=rest, most=BESIDE_FINDINGS)
    return Composition(
        key_messages=_statements(candidates, paired),
        findings=_statements(candidates, found),
        repeats=len(candidates) - len(different),
    )


def _statements(
    candidates: Sequence[Candidate], order: Sequence[tuple[int, ...]]
) -> tuple[Statement, ...]:
    return tuple(tuple(candidates[p].line for p in beside) for beside in order)


def group_statements(
    statements: Sequence[Statement], group_of: Mapping[str, str]
) -> dict[str, list[Statement]]:
    """Return statements by the group of their first line's document; "" without one."""
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        group = group_of.get(statement[0].passage.document_id, "")
        groups.setdefault(group, []).append(statement)
    return groups
