"""Names that stand beside a post, an organisation or a country, on one line with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from corpus.documents.authorities import country_names, is_organisation
from ingest.record.days import dates_in
from ingest.record.front import Front
from ingest.record.names import before_post, is_name, names_in
from ingest.record.wordings import LABEL, names_a_body
from ingest.record.words import any_of

OFFICE: Final = any_of("office", r"(?:the |el |la |o |a |le )?(?:{})")
"""The office of who heads an organisation: they sign and certify what others wrote."""
MOST_CHARS: Final = 300
_MARKS: Final = (", ", " | ", " – ", " — ", " - ", " (")
_AND: Final = re.compile(r"\s+(?:and|y|e|et|&)\s+")


def names_beside(text: str, front: Front) -> list[str]:
    """Return the names of a line that has their posts, organisations or countries beside them.

    "Ana Díaz, lecturer", "Ana Díaz - Peru" and "Ana Díaz, University of Lima and Bo Li, Example
    Fund" have some; "Ana Díaz, Secretary General of the University of Lima" has none.
    """
    if len(text) > MOST_CHARS:
        return []
    dated = next((start for _, start in dates_in(text)), None)
    if dated is not None:  # "Ana Díaz, 12 March 2021"
        return names_in(text[:dated].rstrip(" ,|·–—-("), front)
    if (before := before_post(text)) != text:
        return names_in(before, front)
    found = [names_in(alone, front) for alone in _before_bodies(text)]
    return max((_pairs(text, front), *found), key=len)


def _before_bodies(text: str) -> Iterator[str]:
    """Yield what stands before an organisation, a post or a country that ends a line."""
    for mark in _MARKS:
        names, found, rest = text.partition(mark)
        while found:
            after = rest.strip(" ().")
            if OFFICE.match(after):
                return
            named = is_organisation(after) or after in country_names() or names_a_body(after)
            if named or (mark == " | " and LABEL.match(after)):  # "Ana Díaz | Policy brief"
                yield names
            more, found, rest = rest.partition(mark)
            names = f"{names}{mark}{more}"


def _pairs(text: str, front: Front) -> list[str]:
    """Return the names of "Ana Díaz, University of Lima and Bo Li, Example Fund"."""
    first, *parts = text.strip(" .").split(", ")
    if not parts or not is_name(first, front):
        return []
    found, bodies = [first], 0
    for part in parts:
        body, name = next(_divided(part, front), (part, None))
        if name is None and is_name(part, front):
            found.append(part)
            continue
        if not (is_organisation(body) or names_a_body(body)):
            return []
        bodies += 1
        found += [name] if name else []
    return found if bodies > 1 else []


def _divided(part: str, front: Front) -> Iterator[tuple[str, str]]:
    """Yield the organisation before "and", and the name after it."""
    for match in _AND.finditer(part):
        if is_name(part[match.end() :], front):
            yield part[: match.start()], part[match.end() :]
