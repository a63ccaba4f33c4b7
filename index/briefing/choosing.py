"""Chooses lines by maximal marginal relevance: near the question, unlike what is chosen already.

After J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking for reordering
documents and producing summaries" (SIGIR 1998). A line gains by what it adds: a document, a
country, a stage, a type of evidence or a stance that no chosen line has yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.briefing.lines import Line

Rows = npt.NDArray[np.float32]

REPEATS: Final = 0.85
"""The cosine of two lines over which one of them is left out."""
NEARNESS_COUNTS: Final = 0.8
"""Lambda of MMR: what nearness to the question counts, the rest is unlikeness to other lines."""
ADDS: Final = {"document": 0.05, "country": 0.04, "stage": 0.04, "evidence": 0.03, "stance": 0.03}
"""What a line gains for the first of each that it adds."""
NEAR_VOICE: Final = 0.45
"""Lines of two documents with this cosine speak of the same thing, and may disagree about it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be chosen.

    Attributes:
        line: the line.
        relevance: how near it is to what was asked, about 0 to 1.
        adds: (what, value) pairs: its document, its countries, stages and types of evidence.
    """

    line: Line
    relevance: float
    adds: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Room:
    """How much room a part of a brief has.

    Attributes:
        lines: how many lines.
        characters: of all its lines, with ``for_source`` more for each.
        of_one_document: how many lines one document may have in the whole brief.
        for_source: what the source of a line takes, in characters.
    """

    lines: int
    characters: int
    of_one_document: int
    for_source: int = 130


def remove_repeats(candidates: Sequence[Candidate], vectors: Rows) -> list[int]:
    """Return the places of the candidates, nearest first, without near repeats.

    Of lines that nearly repeat each other the most relevant stays. Lines that disagree about an
    effect are no repeats, however alike their words are.
    """
    kept: list[int] = []
    for place in np.argsort([-c.relevance for c in candidates], kind="stable").tolist():
        cosines = vectors[kept] @ vectors[place] if kept else np.zeros(0)
        alike = [kept[i] for i in np.flatnonzero(cosines > REPEATS)]
        if not any(not _disagree(candidates[place], candidates[other]) for other in alike):
            kept.append(place)
    return kept


def choose(
    candidates: Sequence[Candidate],
    vectors: Rows,
    room: Room,
    *,
    among: Collection[int],
    chosen: Sequence[int] = (),
) -> list[int]:
    """Return the places of the lines to take, in the order in which they were chosen.

    Args:
        candidates: all lines.
        vectors: (n, dimensions) float32, unit rows: theirs.
        room: how many there may be.
        among: which may be chosen.
        chosen: those that other parts of the brief have, which are not repeated.
    """
    taken: list[int] = []
    left = room.characters
    documents = Counter(candidates[place].line.passage.document_id for place in chosen)
    have = {pair for place in chosen for pair in candidates[place].adds}
    waiting = [place for place in among if place not in set(chosen)]
    likeness = np.zeros(len(candidates))
    for place in chosen:
        likeness = np.maximum(likeness, vectors @ vectors[place])
    while waiting and len(taken) < room.lines:
        possible = [
            p
            for p in waiting
            if documents[candidates[p].line.passage.document_id] < room.of_one_document
            and len(candidates[p].line.text) + room.for_source <= left
        ]
        if not possible:
            break
        best = max(possible, key=lambda p: _gain(candidates[p], float(likeness[p]), have))
        taken.append(best)
        waiting.remove(best)
        left -= len(candidates[best].line.text) + room.for_source
        documents[candidates[best].line.passage.document_id] += 1
        have |= candidates[best].adds
        likeness = np.maximum(likeness, vectors @ vectors[best])
    return taken


def _gain(candidate: Candidate, likeness: float, have: Collection[tuple[str, str]]) -> float:
    new = {what for what, value in candidate.adds if (what, value) not in have}
    added = sum(ADDS[what] for what in new)
    return NEARNESS_COUNTS * candidate.relevance - (1 - NEARNESS_COUNTS) * likeness + added


def set_side_by_side(
    candidates: Sequence[Candidate],
    vectors: Rows,
    chosen: Sequence[int],
    *,
    more: Sequence[int] = (),
    most: int,
) -> list[tuple[int, ...]]:
    """Return the chosen lines in their order, those that disagree with one beside it.

    Args:
        candidates: all lines.
        vectors: theirs.
        chosen: the lines of a part of the brief.
        more: lines that were not chosen and may be put beside one that was.
        most: how many of them.
    """
    order: list[tuple[int, ...]] = []
    used: set[int] = set()
    added = 0
    for place in chosen:
        if place in used:
            continue
        others = [p for p in chosen if p not in used and p != place]
        others += [p for p in more if p not in used] if added < most else []
        other = _contrary(candidates, vectors, place, others)
        beside: tuple[int, ...] = (place,) if other is None else (place, other)
        added += other is not None and other not in chosen
        used |= set(beside)
        order.append(beside)
    return order


def _contrary(
    candidates: Sequence[Candidate], vectors: Rows, place: int, others: Sequence[int]
) -> int | None:
    """Return the nearest line of another document that disagrees with one, if there is one."""
    own = candidates[place]
    against = [
        p
        for p in others
        if _disagree(own, candidates[p])
        and candidates[p].line.passage.document_id != own.line.passage.document_id
        and vectors[p] @ vectors[place] >= NEAR_VOICE
    ]
    return max(against, key=lambda p: float(vectors[p] @ vectors[place]), default=None)


def _disagree(one: Candidate, other: Candidate) -> bool:
    """Return whether one speaks of an effect and the other doubts or denies it."""
    stances = {one.line.stance, other.line.stance}
    return None not in stances and len(stances) == 2
