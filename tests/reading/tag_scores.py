"""Compares proposed stages and topics with labels: F1 by term, shares, and how far to trust them.

A label names terms that a document has, and terms that may stand or not (``either``): those count
neither for nor against a proposal. ``scope`` is ``in`` for a document on a topic of the agenda,
``near`` for one on education and none of the topics, ``out`` for one on something else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LABELS: Final = Path(__file__).parents[1] / "data/reading/tags.jsonl"
VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "stages": ("generation", "translation", "use"),
    "topics": (
        "evidence-decisions", "educator-voice", "foundational-skills-wellbeing",
        "scaling-innovations",
    ),
}  # fmt: skip
DRAWS: Final = 1000
"""Resamples of the documents, from which an interval is read."""
INNER: Final = 0.9
"""The share of the resamples that an interval holds."""


@dataclass(frozen=True)
class Label:
    """What a person said of a document; ``source`` and ``file`` say where it is."""

    source: str
    file: str
    sha256: str
    half: str
    scope: str
    stages: tuple[str, ...]
    topics: tuple[str, ...]
    either: tuple[str, ...]

    def terms(self, vocabulary: str) -> tuple[str, ...]:
        """Return its terms of a vocabulary, the first first."""
        return self.stages if vocabulary == "stages" else self.topics


@dataclass(frozen=True)
class Proposed:
    """The terms that were proposed for a document, the surest first."""

    stages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def terms(self, vocabulary: str) -> tuple[str, ...]:
        """Return those of a vocabulary."""
        return self.stages if vocabulary == "stages" else self.topics


Pair = tuple[Label, Proposed]


def labels(path: Path = LABELS) -> list[Label]:
    """Read the labels."""
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Label(**one | {name: tuple(one[name]) for name in ("stages", "topics", "either")})
        for one in told
    ]


@dataclass(frozen=True)
class TermCounts:
    """One term: proposals that are right, that are wrong, and documents that lack theirs."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """Return 2 * right / (2 * right + wrong + missed)."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def count_term(pairs: Sequence[Pair], vocabulary: str, term: str) -> TermCounts:
    """Count a term over the documents for which it is not left open."""
    said = [
        (term in label.terms(vocabulary), term in proposed.terms(vocabulary))
        for label, proposed in pairs
        if term not in label.either
    ]
    return TermCounts(
        said.count((True, True)), said.count((False, True)), said.count((True, False))
    )


def macro_f1(pairs: Sequence[Pair], vocabulary: str) -> float:
    """Return the mean F1 of the terms that some document has or is given."""
    counts = [count_term(pairs, vocabulary, term) for term in VOCABULARIES[vocabulary]]
    there = [c.f1 for c in counts if c.right + c.wrong + c.missed]
    return sum(there) / max(1, len(there))


def first_right(pairs: Sequence[Pair], vocabulary: str) -> tuple[int, int]:
    """Return for how many documents the surest term is the label's first, and of how many.

    Documents without a term, and those whose surest term is left open, are not counted.
    """
    counted = [
        (label.terms(vocabulary)[0], proposed.terms(vocabulary)[:1])
        for label, proposed in pairs
        if label.terms(vocabulary) and not set(proposed.terms(vocabulary)[:1]) & set(label.either)
    ]
    return sum((wanted,) == first for wanted, first in counted), len(counted)


def without_topic(pairs: Sequence[Pair]) -> tuple[int, int]:
    """Return how many documents have no topic proposed, and of how many."""
    return sum(not proposed.topics for _, proposed in pairs), len(pairs)


def wilson(part: int, whole: int, z: float = 1.645) -> tuple[float, float]:
    """Return Wilson's interval for a share, of 90 % by default (Wilson 1927)."""
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, z * z / whole
    middle = (share + square / 2) / (1 + square)
    reach = z * (share * (1 - share) / whole + square / whole / 4) ** 0.5 / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def resampled(
    pairs: Sequence[Pair], figure: Callable[[Sequence[Pair]], float]
) -> tuple[float, float]:
    """Return the interval of a figure when the documents are drawn again with replacement."""
    drawn = random.Random(0)
    figures = sorted(figure(drawn.choices(pairs, k=len(pairs))) for _ in range(DRAWS))
    cut = round(DRAWS * (1 - INNER) / 2)
    return figures[cut], figures[-cut - 1]


def figure_lines(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the figures of some documents as lines of a table."""
    inside, near, out = ([p for p in pairs if p[0].scope == s] for s in ("in", "near", "out"))
    schools = [*inside, *near]
    yield f"  documents: {len(inside)} in scope, {len(near)} near, {len(out)} out of scope"
    if not pairs:
        return
    yield from _vocabulary_lines("stages", "in scope and near", schools)
    yield from _vocabulary_lines("topics", "in scope", inside)
    yield _macro_line("topics", "all documents", pairs)
    yield _share_line("first stage right", *first_right(schools, "stages"))
    yield _share_line("first topic right", *first_right(inside, "topics"))
    yield _share_line("out of scope without a topic", *without_topic(out))
    strict = [p for p in near if not set(p[0].either) & set(VOCABULARIES["topics"])]
    yield _share_line("near, no topic open: without one", *without_topic(strict))
    yield _share_line("in scope without a topic", *without_topic(inside))


def _vocabulary_lines(vocabulary: str, over: str, pairs: Sequence[Pair]) -> Iterator[str]:
    yield _macro_line(vocabulary, over, pairs)
    for term in VOCABULARIES[vocabulary]:
        c = count_term(pairs, vocabulary, term)
        yield (
            f"    {term:30} {c.right + c.missed:3}   precision "
            f"{c.right / max(1, c.right + c.wrong):.2f}   recall "
            f"{c.right / max(1, c.right + c.missed):.2f}   F1 {c.f1:.2f}"
        )


def _macro_line(vocabulary: str, over: str, pairs: Sequence[Pair]) -> str:
    low, high = resampled(pairs, lambda drawn: macro_f1(drawn, vocabulary))
    name = f"{vocabulary}, {over}: macro-F1"
    return f"  {name:40} {macro_f1(pairs, vocabulary):.3f}   ({low:.2f} to {high:.2f})"


def _share_line(name: str, part: int, whole: int) -> str:
    low, high = wilson(part, whole)
    share = part / max(1, whole)
    return f"  {name:40} {share:.3f}   ({low:.2f} to {high:.2f}; {part} of {whole})"


def fault_lines(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield a line for each document of which a term is wrong or missing."""
    for label, proposed in sorted(pairs, key=lambda p: (p[0].source, p[0].file)):
        for vocabulary in VOCABULARIES:
            if vocabulary == "stages" and label.scope == "out":
                continue
            wanted, given = set(label.terms(vocabulary)), set(proposed.terms(vocabulary))
            if (given - wanted - set(label.either)) | (wanted - given - set(label.either)):
                yield (
                    f"{label.source}/{'/'.join(label.file.split('/')[-2:])}: {vocabulary} "
                    f"{', '.join(proposed.terms(vocabulary)) or 'none'}; "
                    f"not {', '.join(label.terms(vocabulary)) or 'none'}"
                )
