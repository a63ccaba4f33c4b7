"""What the surroundings of a stretch say about its form: its section, page and neighbours."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.roles import Role
from ingest.roles.forms import Weights, is_row_of_contents, weigh_forms
from ingest.roles.outline import SENTENCE
from ingest.roles.phrases import phrases
from ingest.roles.sections import OUTER_PAGES, Unit
from ingest.text.passages import Assembled

REPEATS: Final = 3
"""A short line at the edge of so many pages is a running head that was not recognised as one."""
TABS: Final = 4
"""So many sentences at each edge of a page can be the names of chapters."""
TAB_LETTERS: Final = 16
"""A shorter one, such as "OBJECTIVE 2.4.", may be a heading that every page has anew."""
CONTENTS_UNTIL: Final = 0.2
"""Lists of contents are in the first fifth of a document, unless they are named."""
SHARE_OF_MATTER: Final = 0.4
"""Of the stretches of one of the first five or last two pages: then the page is an imprint."""
OF_AN_INSTITUTION: Final = 4.0
"""What an organisation says of itself, on an outer page: prose weighs against it."""
AROUND: Final = 20
FEWEST_ENTRIES: Final = 0.1
"""A stretch under "References" with a smaller share of likely entries around it is no such list."""

NEAR: Final = 8
"""So many stretches around one, none likely by its own form, are no thanks or lists of names."""
MIDDLE: Final = (0.1, 0.85)
"""The part of a text where there are few of them."""

_LETTERS: Final = re.compile(r"[\W\d_]+")
_PAGE: Final = re.compile(r"\d{1,3}")

_BY_SECTION: Final[dict[Role, Weights]] = {
    "references": {"references": 3.0},
    "contents": {"contents": 3.5},
    "search-strategy": {"search-strategy": 4.0, "table": 1.0},
    "back-matter": {"matter": 4.5},
    "front-matter": {"matter": 4.5},
    "navigation": {"navigation": 3.0},
}


def weigh_units(assembled: Assembled, units: Sequence[Unit]) -> tuple[list[Unit], list[Weights]]:
    """Return the units, without sections that have ended, and the weights of each one's forms."""
    text = assembled.text
    weights = [{} if u.heading else weigh_forms(text[u.start : u.end]) for u in units]
    units = _without_lost_matter(assembled, _without_lost_lists(units, weights), weights)
    for unit, of_unit in zip(units, weights, strict=True):
        _add_place(assembled, unit, of_unit)
    _add_pages_of_matter(assembled, units, weights)
    _add_rows_of_contents(assembled, units, weights)
    _add_repeated_lines(text, units, weights)
    return units, weights


def _without_lost_lists(units: Sequence[Unit], weights: Sequence[Weights]) -> list[Unit]:
    """End lists of references that no heading ends: where the entries end, the section does."""
    kept: list[Unit] = []
    for section, run in itertools.groupby(range(len(units)), key=lambda i: units[i].section):
        numbers = list(run)
        if section != "references":
            kept += (units[i] for i in numbers)
            continue
        likely = (weights[i].get("references", 0.0) > 0 for i in numbers)
        counts = [0, *itertools.accumulate(likely)]
        for at, i in enumerate(numbers):
            low, high = max(0, at - AROUND), min(len(numbers), at + AROUND + 1)
            lost = counts[high] - counts[low] < FEWEST_ENTRIES * (high - low)
            kept.append(replace(units[i], section=None) if lost else units[i])
    return kept


def _without_lost_matter(
    assembled: Assembled, units: Sequence[Unit], weights: Sequence[Weights]
) -> list[Unit]:
    """End thanks, lists of members and the like in the middle of a text where prose goes on."""
    kept: list[Unit] = []
    for section, run in itertools.groupby(range(len(units)), key=lambda i: units[i].section):
        numbers = list(run)
        if section not in ("front-matter", "back-matter"):
            kept += (units[i] for i in numbers)
            continue
        likely = (weights[i].get("matter", 0.0) > 0 for i in numbers)
        counts = [0, *itertools.accumulate(likely)]
        for at, i in enumerate(numbers):
            low, high = max(0, at - NEAR), min(len(numbers), at + NEAR + 1)
            lost = high - low > NEAR and counts[high] == counts[low]
            within = lost and MIDDLE[0] < place_of(assembled, units[i]) < MIDDLE[1]
            kept.append(replace(units[i], section=None) if within else units[i])
    return kept


def _add_place(assembled: Assembled, unit: Unit, weights: Weights) -> None:
    """Add what the section's name and the cover of a document say."""
    if unit.heading:
        return
    named = _BY_SECTION.get(unit.section, {}) if unit.section else {}
    for form, more in named.items():
        weights[form] = weights.get(form, 0.0) + more
    if is_on_cover(assembled, unit):
        weights["matter"] = weights.get("matter", 0.0) + 2.0


def is_on_cover(assembled: Assembled, unit: Unit) -> bool:
    """Return whether a unit is on the first page and too short to be prose."""
    if unit.page or len(assembled.pages) == 1 or unit.section is not None:
        return False
    words = assembled.text[unit.start : unit.end]
    return len(words) < 200 and not SENTENCE.search(words)


def _add_pages_of_matter(
    assembled: Assembled, units: Sequence[Unit], weights: Sequence[Weights]
) -> None:
    """Favour imprints and the like on outer pages with several of them."""
    last = len(assembled.pages) - OUTER_PAGES[1]
    for page, run in itertools.groupby(range(len(units)), key=lambda i: units[i].page):
        if OUTER_PAGES[0] <= page < last or len(assembled.pages) == 1:
            continue
        numbers = [i for i in run if units[i].section is None and weights[i]]
        for i in numbers:
            words = assembled.text[units[i].start : units[i].end].lower()
            if phrases().institutions.are_in(words):
                weights[i]["matter"] = weights[i].get("matter", 0.0) + OF_AN_INSTITUTION
        sure = sum(1 for i in numbers if weights[i].get("matter", 0.0) > 0)
        if sure >= 3 and sure >= SHARE_OF_MATTER * len(numbers):
            for i in numbers:
                weights[i]["matter"] = weights[i].get("matter", 0.0) + 3.5


def _add_rows_of_contents(
    assembled: Assembled, units: Sequence[Unit], weights: Sequence[Weights]
) -> None:
    """Favour contents where four rows and more end in numbers that grow; elsewhere deny it.

    The number of a page may stand by itself, below its title.
    """
    text = assembled.text
    run: list[int] = []
    rows: list[int] = []
    waiting: list[int] = []
    for i, unit in enumerate(units):
        words = text[unit.start : unit.end] if unit.end - unit.start < 200 else ""
        row = int(words) if _PAGE.fullmatch(words) else is_row_of_contents(words)
        if row is not None and rows and rows[-1] <= row <= rows[-1] + 60:
            run += (*waiting, i)
            rows.append(row)
            waiting = []
        elif run and row is None and words and len(waiting) < 2 and not SENTENCE.search(words):
            waiting.append(i)
        else:
            _favour_contents(_distinct(assembled, units, run), rows, weights)
            run, rows, waiting = ([i], [row], []) if row is not None else ([], [], [])
        if unit.section != "contents" and place_of(assembled, unit) > CONTENTS_UNTIL:
            weights[i]["contents"] = weights[i].get("contents", 0.0) - 3.0
    _favour_contents(_distinct(assembled, units, run), rows, weights)


def _distinct(assembled: Assembled, units: Sequence[Unit], run: Sequence[int]) -> Sequence[int]:
    """Return a run of rows unless most have the same letters: "Level 1, Level 2" is a scale."""
    texts = (assembled.text[units[i].start : units[i].end].casefold() for i in run)
    said = [letters for text in texts if (letters := _LETTERS.sub("", text))]
    return run if 2 * len(set(said)) > len(said) else ()


def _favour_contents(run: Sequence[int], rows: Sequence[int], weights: Sequence[Weights]) -> None:
    if len(rows) >= 4 and rows[-1] > rows[0] + 2:
        for i in run:
            weights[i]["contents"] = max(weights[i].get("contents", 0.0) + 3.0, 1.0)


def place_of(assembled: Assembled, unit: Unit) -> float:
    """Return where in the document a unit is, 0 to 1; the first five pages are all 0."""
    pages = len(assembled.pages)
    if pages > 1:
        return 0.0 if unit.page < 5 else unit.page / pages
    return unit.start / (len(assembled.text) or 1)


def _add_repeated_lines(text: str, units: Sequence[Unit], weights: Sequence[Weights]) -> None:
    """Favour navigation for lines that the edges of several pages repeat, and their middle less.

    The names of all chapters, as tabs beside a page have them, are several units in capitals.
    """
    pages: dict[tuple[int, str], set[int]] = {}
    lines: list[tuple[int, tuple[int, str]]] = []
    within: Counter[str] = Counter()
    for page, run in itertools.groupby(range(len(units)), key=lambda i: units[i].page):
        numbers = list(run)
        for place, i in enumerate(numbers):
            line = text[units[i].start : units[i].end]
            last = place == len(numbers) - 1
            plain = len(line) <= 150 and not SENTENCE.search(line) and (last or not place)
            said = _LETTERS.sub("", line.casefold())
            near = min(place, len(numbers) - 1 - place) < TABS
            tab = near and line.isupper() and len(said) >= TAB_LETTERS
            if len(line) >= 12 and (plain or tab) and not units[i].heading:
                key = (0 if tab else -1 if last else 1, said)
                pages.setdefault(key, set()).add(page)
                lines.append((i, key))
            elif len(line) <= 150:
                within[said] += 1
    for i, key in lines:
        if len(pages[key]) >= max(REPEATS, within[key[1]]):
            weights[i]["navigation"] = 4.0
