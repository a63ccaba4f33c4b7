"""Dates as documents write them, in English, Spanish, Portuguese and French."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january enero janeiro janvier jan ene",
            "february febrero fevereiro février fevrier feb fev fév",
            "march marzo março marco mars mar",
            "april abril avril apr abr avr",
            "may mayo maio mai",
            "june junio junho juin jun",
            "july julio julho juillet jul juil",
            "august agosto août aout aug ago",
            "september septiembre setiembre setembro septembre sep sept set",
            "october octubre outubro octobre oct out",
            "november noviembre novembro novembre nov",
            "december diciembre dezembro décembre decembre dec dic dez déc",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
YEAR: Final = r"(?:19|20)\d\d"
_YEAR_OR_SHORT: Final = re.compile(rf"{YEAR}|\d[/.]\d\d?[/.]\d\d")
_DATES: Final = (
    re.compile(
        rf"(?<![\d/–-])\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?[\s-]+(?:de "
        rf"|of )?(?P<m>{MONTH})\b\.?,?[\s-]+"
        rf"(?:de |del |del a[ñn]o |do ano )?(?P<y>{YEAR})\b",
        re.I,
    ),
    re.compile(
        rf"\b(?P<m>{MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>{YEAR})\b", re.I
    ),
    re.compile(rf"\b(?P<y>{YEAR})-(?P<m>[01]\d)-(?P<d>[0-3]\d)\b"),
    re.compile(
        rf"\b(?P<m>{MONTH})\b\.?(?:,?\s+(?:de |del |of |del a[ñn]o |do ano )?|\s?/\s?)"
        rf"(?P<y>{YEAR})\b",
        re.I,
    ),
)

_DATELINE: Final = re.compile(
    rf"(?:[A-ZÀ-Þ][\w.À-ÿ’'-]*,? ){{1,5}}(?:le |el )?(?=\d|(?i:{MONTH})\b)"
    rf"[^.:–—]{{4,30}}{YEAR}\s*(?:[-–—]\s|:\s)(?=\S)"
)
"""How a notice to the press begins: a place, a date and a dash."""


def is_dateline(text: str) -> bool:
    """Whether a paragraph begins as notices to the press do: "LIMA, Peru, 5 May 2023 - The"."""
    begins = _DATELINE.match(text)
    return bool(begins and dates_in(begins[0]))


def dates_in(text: str) -> list[tuple[str, int]]:
    """Return the dates in a text as ISO 8601, as exact as they are, with where they begin."""
    found: list[tuple[str, int]] = []
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text[:2_000]):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if iso := _iso(match):
                found.append((iso, match.start()))
    return sorted(found, key=lambda pair: pair[1])


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = parts["m"]
    number = int(month) if month.isdigit() else _MONTHS[month.casefold()]
    try:
        if parts.get("d"):
            return date(int(parts["y"]), number, int(parts["d"])).isoformat()
    except ValueError:
        return None
    return f"{parts['y']}-{number:02}" if 1 <= number <= 12 else None


def is_date_line(text: str, *, most_words: int = 4) -> bool:
    """Whether a line has a date and at most a place beside it."""
    if len(text) > 60 or not _YEAR_OR_SHORT.search(text):
        return False
    if re.fullmatch(rf"\(?{YEAR}\)?\.?|\d\d?[/.]\d\d?[/.](?:{YEAR}|\d\d)", text.strip()):
        return True
    dates = dates_in(text)
    left = text
    for pattern in _DATES:
        left = pattern.sub("", left)
    return bool(dates) and len(re.findall(r"\w+", left)) <= most_words


def begins_with_month(text: str) -> bool:
    """Whether a text begins with a month and a number, as a date does."""
    return bool(re.match(rf"(?:{MONTH})\b\.?\s\d", text, re.I))


def without_date(text: str) -> str:
    """Return a text without a place and date at its end ("Lima, 13 May 2020")."""
    for pattern in _DATES:
        match = pattern.search(text)
        if match and match.end() >= len(text.rstrip(" .)")):
            text = re.sub(r"(?:\s+[A-ZÀ-Þ][\w.]+,)?\s*[(,–-]?\s*$", "", text[: match.start()])
    return text
