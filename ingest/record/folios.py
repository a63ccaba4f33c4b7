"""The numbers printed on pages, read from their heads and feet: what a citation names."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.folios import next_label, roman_number
from ingest.model import PrintedLine

EDGE_LINES: Final = 4
MOST_CHARS: Final = 250
LEAST_PAGES: Final = 3
LEAST_ROMAN: Final = 2
LEAST_SHARE: Final = 0.5
WEAK_PAGES: Final = 5
WEAK_SHARE: Final = 0.7
"""For numbers at the edge of a line of words, which may be anything."""
OTHER_WORDS: Final = 0.6
"""So many of those lines may have words of their own: running heads recur, and notes at the feet of
pages, one a page, do not."""

WIDEST_GAP: Final = 6
"""Pages without a number inside a run, such as plates and the openings of chapters."""

_ROMAN: Final = r"[ivxlc]{1,7}|[IVXLC]{1,7}"
_BARE: Final = re.compile(rf"[-–—|•·\s\[(]*(?P<n>\d{{1,4}}|\d \d(?: \d)?|{_ROMAN})[-–—|•·\s\])]*")
_WORDED: Final = re.compile(
    rf"\b(?:page|pg|p[aá]gina|p[aá]g|p|s|seite)\b\.?\s*(?P<n>\d{{1,4}}|{_ROMAN})\b(?:\s*(?:of|de"
    rf"|sur|/)\s*\d+)?",
    re.I,
)
_OF: Final = re.compile(r"(?:^|\s)(?P<n>\d{1,4})\s?(?:/|of|de|sur)\s?\d{1,4}[|\s]*$", re.I)
_AT_END: Final = re.compile(rf"(?:^|[\s|•·–—-])(?P<n>\d{{1,4}}|{_ROMAN})[\s|•·–—-]*$")
_AT_START: Final = re.compile(rf"^[\s|•·–—-]*(?P<n>\d{{1,4}}|{_ROMAN})(?=[\s|•·–—]\s*\D)")


@dataclass(frozen=True, slots=True)
class _Run:
    """Pages whose printed numbers go up with the file's; all by their index."""

    first: int
    last: int
    offset: int
    roman: str
    support: int


def read_labels(
    printed: Sequence[Sequence[PrintedLine]], stated: Sequence[str] = ()
) -> tuple[str | None, ...]:
    """Return the printed number of each page, or ``None`` where it cannot be told.

    One number proves nothing: a number counts if those of at least three pages go up with the
    pages (two, for Roman ones). Pages between them that have none are counted on.

    Args:
        printed: the lines of each page, with heads and feet.
        stated: what the file calls its pages; used where nothing contradicts it.
    """
    count = len(printed)
    runs = _runs([set(_numbers(lines)) for lines in printed])
    labels: list[str | None] = [None] * count
    for run in sorted(runs, key=lambda r: r.support):
        for i in range(run.first, run.last + 1):
            labels[i] = _label(i - run.offset, run.roman)
    _count_on(labels, runs)
    return _with_stated(labels, stated if len(stated) == count else ())


def _numbers(lines: Sequence[PrintedLine]) -> Iterator[tuple[int, str, str]]:
    """Yield the numbers at the edges of a page.

    Each comes with ``i`` or ``I`` if it is Roman, and with the words beside it; with none if it
    stands alone or behind a word for a page.
    """
    filled = [line.text for line in lines if line.text]
    edges = [*filled[:EDGE_LINES], *filled[EDGE_LINES:][-EDGE_LINES:]]
    for text in edges:
        if len(text) > MOST_CHARS:
            continue
        bare = _BARE.fullmatch(text)
        found = [bare] if bare else [p.search(text) for p in (_WORDED, _OF, _AT_END, _AT_START)]
        for match in found:
            if match and (number := _value(match["n"])):
                alone = bare is not None or match.re in (_WORDED, _OF)
                yield (*number, "" if alone else text.replace(match["n"], "", 1).strip())


def _value(text: str) -> tuple[int, str] | None:
    packed = text.replace(" ", "")
    if packed.isdigit():
        return (int(packed), "")
    number = roman_number(packed)
    return (number, "i" if packed.islower() else "I") if number else None


def _runs(pages: Sequence[Iterable[tuple[int, str, str]]]) -> list[_Run]:
    """Return the runs of pages with one offset between the printed and the file's number."""
    places: defaultdict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    for i, numbers in enumerate(pages):
        for number, roman, words in numbers:
            at = places[(i - number, roman)]
            at[i] = min(at.get(i, words), words)
    runs = []
    for (offset, roman), where in places.items():
        for run in _parts(list(where)):
            sure = 2 * sum(not where[i] for i in run) >= len(run)
            few = LEAST_ROMAN if roman or len(pages) <= LEAST_PAGES else LEAST_PAGES
            # "IV – the goals" at the head of a page is an item of a list.
            listed = roman == "I" and not sure
            known = sure or (roman and not listed)
            least, share = (few, LEAST_SHARE) if known else (WEAK_PAGES, WEAK_SHARE)
            dense = len(run) >= share * (run[-1] - run[0] + 1)
            recurs = known or len({where[i] for i in run}) <= OTHER_WORDS * len(run)
            if len(run) >= least and dense and recurs:
                runs.append(_Run(run[0], run[-1], offset, roman, len(run)))
    return runs


def _parts(where: Sequence[int]) -> Iterator[list[int]]:
    part = [where[0]]
    for i in where[1:]:
        if i - part[-1] > WIDEST_GAP:
            yield part
            part = []
        part.append(i)
    yield part


def _label(number: int, roman: str) -> str | None:
    if number < 1:
        return None
    return next_label(roman, number - 1) if roman else str(number)


def _count_on(labels: list[str | None], runs: Sequence[_Run]) -> None:
    """Number the pages between runs of one offset, and those before and after the main run.

    Pages with a number of another run end that: a cover before "ii" is not page 1 of what follows.
    """
    arabic = [run for run in runs if not run.roman]
    if not arabic:
        return
    main = max(arabic, key=lambda r: r.support)
    same = [run for run in arabic if run.offset == main.offset]
    first, last = min(r.first for r in same), max(r.last for r in same)
    for i in range(first, last + 1):
        labels[i] = labels[i] or _label(i - main.offset, "")
    for numbers in (range(first - 1, -1, -1), range(last + 1, len(labels))):
        for i in itertools.takewhile(lambda i: labels[i] is None, numbers):
            labels[i] = _label(i - main.offset, "")


def _with_stated(labels: Sequence[str | None], stated: Sequence[str]) -> tuple[str | None, ...]:
    """Fill in what the file calls its pages, unless it only counts them or says otherwise.

    A cover that was added calls itself 1 as well: it has no number.
    """
    if not stated or all(label == str(i + 1) for i, label in enumerate(stated)):
        return tuple(labels)
    read = [(mine, other) for mine, other in zip(labels, stated, strict=True) if mine]
    agreeing = sum(mine == other for mine, other in read)
    if read and agreeing < 0.8 * len(read):
        return tuple(labels)
    taken = set(labels)
    return tuple(
        mine if mine is None and other in taken else other or mine
        for mine, other in zip(labels, stated, strict=True)
    )
