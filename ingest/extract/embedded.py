"""What a file's properties state about its document; programs set them, people rarely do."""

from __future__ import annotations

import re
from typing import Final

from ingest.model import Hints
from ingest.text.clean import tidy

MAX_CHARS: Final = 2_000
_NAME_LISTS: Final = re.compile(r",?\s+(?:and|y|e|et|und)\s+|,\s+|\s*&\s*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
# What programs write when nobody sets a title.
_DEFAULTS: Final = re.compile(
    r"(?:(?:word|microsoft word) )?document\d*|(?:powerpoint )?presentation\d*|pr[ée]sentation"
    r"(?: powerpoint)?|presentación(?: de powerpoint)?|apresentação(?: do powerpoint)?",
    re.I,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?(?!\d)")


def authors_of(text: str) -> tuple[str, ...]:
    """Split a list of names; "Family, Given" stays whole, account names are left out."""
    parts = text.split(";") if ";" in text else _NAME_LISTS.split(text)
    names = [name for part in parts if (name := part.strip(" .,;"))]
    if ";" not in text and any(" " not in name for name in names):
        names = [text.strip()]
    plausible = [n for n in names if " " in n and any(c.isupper() for c in n)]
    return tuple(n for n in plausible if "microsoft" not in n.casefold())[:100]


def property_text(value: object) -> str:
    """Return a property of any type as one line of text."""
    return tidy(str(value or "")[: 4 * MAX_CHARS])[:MAX_CHARS]


def office_hints(title: object, authors: object, language: object) -> Hints:
    """Return what an Office file's properties state; its dates are not publication dates."""
    match = _LANGUAGE.match(property_text(language))
    return Hints(
        "embedded",
        title=None if _DEFAULTS.fullmatch(property_text(title)) else property_text(title) or None,
        authors=authors_of(property_text(authors)),
        language=match[0].lower() if match else None,
    )


def date_of(value: object) -> tuple[int | None, str | None]:
    """Return the year and the date that a text begins with, such as "2019-05-02T00:00:00Z"."""
    match = _YEAR.match(property_text(value))
    return (int(match[0][:4]), match[0]) if match else (None, None)
