"""The printed numbers of a document's pages, kept as runs: most go up with the file's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

Folios = tuple[tuple[int, int, str], ...]
"""Runs of pages: the file's first and last page, and what is printed on the first."""

_ROMAN: Final = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"),
    (1, "i"),
)  # fmt: skip
MOST_ROMAN: Final = 399
_DASH: Final = re.compile(r" ?[-–—]+ ?")


def folios_of(labels: Sequence[str | None]) -> Folios:
    """Return the runs of the labels of a document's pages, which are in order."""
    runs: list[tuple[int, int, str]] = []
    for page, label in enumerate(labels, start=1):
        if label is None:
            continue
        if runs:
            first, last, start = runs[-1]
            if last == page - 1 and next_label(start, page - first) == label:
                runs[-1] = (first, page, start)
                continue
        runs.append((page, page, label))
    return tuple(runs)


def printed_page(folios: Folios, page: int) -> str | None:
    """Return what is printed on a page of the file, or ``None`` if that is not known."""
    for first, last, start in folios:
        if first <= page <= last:
            return next_label(start, page - first)
    return None


def written_range(pages: str, dash: str = "–") -> str:
    """Return a range of pages as it is printed, ``12–34``; a range of one page is ``12``.

    Args:
        pages: as a source states them, such as ``12-34``, ``12 – 34`` or ``12-12``.
        dash: what stands between the first page and the last.
    """
    labels = _DASH.split(pages.strip())
    middle, odd = divmod(len(labels), 2)
    if not odd and labels[:middle] == labels[middle:]:
        labels = labels[:middle]  # "3-1–3-1" is page 1 of part 3
    return dash.join(labels)


def next_label(label: str, steps: int) -> str | None:
    """Return the label some pages after one; only numbers, Arabic or Roman, are counted on."""
    if steps == 0:
        return label
    if re.fullmatch(r"\d{1,6}", label):
        return str(int(label) + steps)
    number = roman_number(label)
    if number is None or number + steps > MOST_ROMAN:
        return None
    written = _in_roman(number + steps)
    return written.upper() if label.isupper() else written


def roman_number(text: str) -> int | None:
    """Return the value of a Roman numeral up to 399 as it is usually written."""
    if not re.fullmatch(r"[ivxlc]{1,10}|[IVXLC]{1,10}", text):
        return None
    rest, value = text.lower(), 0
    for worth, sign in _ROMAN:
        while rest.startswith(sign):
            value += worth
            rest = rest[len(sign) :]
    return value if not rest and _in_roman(value) == text.lower() else None


def _in_roman(number: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        count, number = divmod(number, worth)
        written += sign * count
    return written
