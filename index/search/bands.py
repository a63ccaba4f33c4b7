"""Measures whether evidence is rightly called strong, weak or none, on questions of three groups.

Answerable questions name the documents that answer them; near misses are inside the field, and
nothing in the starter corpus answers them; the others are from other fields. They are one JSON
object a line, as judged queries are, with ``group`` and ``answered_by``.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast, get_args

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import EvaluationInvalid
from index.model import Query, Strength
from index.search.searcher import Searcher

Group = Literal["answerable", "near-miss", "out-of-scope"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
BANDS: Final[tuple[Strength, ...]] = ("strong", "weak", "none")


@dataclass(frozen=True, slots=True)
class BandQuestion:
    """A question, and the documents that answer it: none but for an answerable one."""

    id: str
    text: str
    language: str
    group: Group
    answered_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BandRow:
    """What is called by one band, of the questions in one language.

    Attributes:
        language: of the questions.
        band: how good their evidence was said to be.
        counts: how many questions of each group.
        first_answers: how many of them have a first hit that answers.
    """

    language: str
    band: Strength
    counts: dict[str, int] = field(default_factory=dict)
    first_answers: int = 0

    @property
    def questions(self) -> int:
        """Return how many questions there are in all."""
        return sum(self.counts.values())


def read_band_questions(path: Path) -> list[BandQuestion]:
    """Read the questions of a file.

    Raises:
        EvaluationInvalid: names the file and the line.
    """
    questions = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise EvaluationInvalid(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            questions.append(_question(line))
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationInvalid(f"{path}, line {number}, is no question: {error!r}") from error
    return questions


def _question(line: str) -> BandQuestion:
    row = json.loads(line)
    answered_by = frozenset(row.get("answered_by", ()))
    if row["group"] not in GROUPS or bool(answered_by) != (row["group"] == "answerable"):
        raise ValueError(row["group"])
    group = cast("Group", row["group"])
    return BandQuestion(row["_id"], row["text"], row["language"], group, answered_by)


def measure_bands(
    catalogue: Catalogue, searcher: Searcher, questions: Iterable[BandQuestion]
) -> list[BandRow]:
    """Ask every question; return a row for each language and band, in order."""
    counts: dict[tuple[str, Strength, Group], int] = defaultdict(int)
    answers: dict[tuple[str, Strength], int] = defaultdict(int)
    languages: dict[str, None] = {}
    for question in questions:
        results = searcher.search(catalogue, Query(question.text, limit=1))
        first = {results.hits[0].document.id} if results.hits else set()
        counts[question.language, results.strength, question.group] += 1
        answers[question.language, results.strength] += bool(first & question.answered_by)
        languages[question.language] = None
    return [
        BandRow(
            language,
            band,
            {group: counts[language, band, group] for group in GROUPS},
            answers[language, band],
        )
        for language in languages
        for band in BANDS
    ]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a share of the questions must keep to: at least ``least``, at most ``most``."""

    group: Group
    band: Strength
    least: float = 0.0
    most: float = 1.0


def read_bounds(path: Path) -> dict[str, list[Bound]]:
    """Return the bounds by language.

    Raises:
        EvaluationInvalid: the file cannot be read.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["bands"]
        return {
            language: [Bound(**bound) for bound in bounds] for language, bounds in tables.items()
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise EvaluationInvalid(f"{path} cannot be read as bounds: {error!r}") from error


def out_of_bounds(rows: Sequence[BandRow], bounds: Mapping[str, Sequence[Bound]]) -> list[str]:
    """Say which shares are not within their bounds."""
    said = []
    for language, of_language in bounds.items():
        for bound in of_language:
            share = share_called(rows, bound.group, bound.band, language=language)
            if not bound.least <= share <= bound.most:
                said.append(
                    f"{share:.2f} of the {bound.group} questions in {language} are called "
                    f"{bound.band}, which should be from {bound.least} to {bound.most}"
                )
    return said


def share_called(rows: Sequence[BandRow], group: Group, band: Strength, *, language: str) -> float:
    """Return the share of a group's questions in a language that are called by a band."""
    of = [row for row in rows if row.language == language]
    whole = sum(row.counts[group] for row in of)
    return sum(row.counts[group] for row in of if row.band == band) / whole if whole else 0.0
