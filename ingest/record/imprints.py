"""Who issued a document, as its citation, its imprint and its copyright line say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.cited import Cited
from ingest.record.dates import OF_OTHERS
from ingest.record.days import begins_with_month
from ingest.record.front import Front, Line, runs_on
from ingest.record.names import names_in
from ingest.record.organisations import (
    OPEN_NAME,
    PERSONAL,
    Issued,
    clean_body,
    could_be_body,
    is_capitalised,
    is_named_so,
    key_of,
    known_at_start,
)  # fmt: skip
from ingest.record.told import IS_A_BODY
from ingest.record.words import any_of

LINE_CHARS: Final = 400
WRAPPED_CHARS: Final = 45
"""A line this long may go on below."""
WRAPPED_LINES: Final = 2
NEXT_CHARS: Final = 120
IMPRINT_PAGE: Final = 6
SHORT_CHARS: Final = 90
FIRST_LINES: Final = 10
FUNDED_LINES: Final = 3
"""So many lines below "Funded by" name who paid."""

_PUBLISHER: Final = any_of(
    "publisher",
    r"(?:\b(?:{})\b\s*:?\s+(?:the |la |el |o |a |os |as |l[’'])?)(?P<name>[A-ZÀ-Þ][^\n]{2,200})",
)
_LABEL: Final = any_of("publisher", r"\W*(?:{})\b")
_SURELY: Final = any_of("surely-publisher", r"(?:{})")
_HOLDER: Final = re.compile(
    r"(?:©|\(c\)\s|copyright(?! office)(?: ©| \(c\))?)\s*(?:by |held by )?(?P<before>(?:19"
    r"|20)\d\d(?:\s?[-–,]\s?\d{4})?\s*[,.]?\s*(?:by |the )?)?"
    r"(?P<name>[A-ZÀ-Þ][^\n©]{1,110})",
    re.I,
)
_THIRD: Final = re.compile(r"\(c\)\s+(?!(?:19|20)\d\d)", re.I)
"""The mark of a copyright, or of the third in a list: "(c) examples of similar work"."""
_SECOND: Final = re.compile(r"\(b\)\s", re.I)
_YEAR_ONLY: Final = re.compile(
    r"(?:copyright|derechos reservados|direitos reservados|tous droits r[eé]serv[eé]s)?\s*"
    r"(?:©|\(c\)|copyright)?\s*(?:19|20)\d\d[.,]?",
    re.I,
)
_PLACE: Final = re.compile(
    r"(?:^"
    r"|[.,;–—]\s)(?:[A-ZÀ-Þ][\w.'’À-ÿ-]+(?: [A-ZÀ-Þ][\w.'’À-ÿ-]+){0,2}"
    r"(?:, [A-ZÀ-Þ][\w. ]+){0,2})\s?:\s"
    r"(?P<name>[A-ZÀ-Þ][^\n]{1,110})"
)
_PUBLISHED: Final = re.compile(r"(?:\w+ and )?publi[scé]|edit|[eé]dit", re.I)
_TEAM: Final = any_of("team", r"\b(?:{})$")
_FUNDER: Final = any_of("funder", r"\W*(?:{})\b")
_BEFORE: Final = any_of(
    "own-work",
    r"(?:^|\W)(?:{})(?: (?:is|was|has been|fue|ha sido|foi|é|est|a [eé]t[eé]))?(?: \w+)?\s*$",
)
_NAMED_BEFORE: Final = re.compile(r"[A-ZÀ-Þ].{2,60} (?:is|was|es|é|est)\s+")
"""The title of a serial before "is published by"."""
_ADDRESS: Final = re.compile(
    r"\bP\.? ?O\.? ?Box\b|\b(?:tel|phone|t[eé]l[eé]phone|tel[eé]fono|fax|e-?mail|correo)\b\.?\s?:?"
    r"|\b(?:street|avenue|road|boulevard|floor|suite|calle|avenida|av\.|rue|rua|plaza|place|piso)\b"
    r"|\b\d{5}(?:-\d{3})?\b|\bC\.?E\.?P\b|\bC\.P\.",
    re.I,
)
_RELEASED: Final = any_of("notice", r"(?:^|\W)(?:{})\s*:\s*(?P<name>[A-ZÀ-Þ][^\n:.]{2,80})$")
_ABOUT: Final = any_of(
    "about", r"(?:{})\s+(?:the |la |el |o |a |os |as |los |l[’'])?(?P<name>[A-ZÀ-Þ].{1,90})"
)
_NOT_ABOUT: Final = any_of("not-about", r"(?:{})\b")


def read_cited(cited: Cited | None, front: Front) -> Iterator[Issued]:
    """Read the document's own citation: after the title, or an organisation as the author."""
    if not cited:
        return
    after = re.sub(r"https?://\S+|doi:\s*\S+", "", cited.after)
    place = _PLACE.search(f". {after}") if after else None
    for said in (place["name"], re.split(r"\.\s", place["name"])[0]) if place else ():
        if (name := clean_body(said)) and not begins_with_month(name):
            yield Issued(name, 0.93, Line(said, cited.page), "cited")
            return
    before = clean_body(re.sub(r"\s*\(?\beds?\b\.?\)?$", "", cited.before))
    for part in re.split(r"[.,;]\s", after):
        name = clean_body(part)
        if name and (is_named_so(name) or (before and key_of(name) == key_of(before))):
            yield Issued(name, 0.85, Line(part, cited.page), "cited")
            return
    if before and is_named_so(before):
        yield Issued(before, 0.8, Line(cited.before, cited.page), "cited")
    elif before and could_be_body(before, front) and front.text.count(before) > 2:
        yield Issued(before, 0.62, Line(cited.before, cited.page), "cited")


def read_imprint(front: Front) -> Iterator[Issued]:
    """Read who is named as publisher, as holder of the copyright, or above an address."""
    tail = list(front.tail)
    lines = [line for line in front.head if line.page <= IMPRINT_PAGE]
    funded = funding_lines(lines) | funding_lines(tail)
    for part in (lines, tail):
        for i, line in enumerate(part):
            below = part[i + 1 : i + 1 + WRAPPED_LINES]
            if line in funded:
                continue
            goes_on = i > 0 and runs_on(part[i - 1], line)
            told = _publishers(front, line, below, goes_on=goes_on)
            # At the end are references, and notes on how other things were made.
            yield from (one for one in told if part is lines or one.weight > 0.7)
            yield from _holders(front, line, below)
            if part is lines:
                yield from _dated_place(line)
    yield from _released(lines)
    yield from _addressed(front, lines, funded)
    yield from _about(front, (*lines, *tail))


def _released(lines: Sequence[Line]) -> Iterator[Issued]:
    """Read whose notice to the press it is: "Press release: Example Fund"."""
    for line in lines[:FIRST_LINES]:
        match = _RELEASED.search(line.text) if len(line.text) < LINE_CHARS else None
        name = clean_body(match["name"]) if match else None
        if name and is_capitalised(name):
            yield Issued(name, 0.92, line, "press release")
            return


def funding_lines(lines: Sequence[Line]) -> set[Line]:
    """Return the lines that name who paid, helped or received: "Funded by", and names below it."""
    found: set[Line] = set()
    for i, line in enumerate(lines):
        match = _FUNDER.match(line.text)
        if not match:
            continue
        found.add(line)
        if len(line.text) - match.end() > 2:
            continue
        for below in lines[i + 1 : i + 1 + FUNDED_LINES]:
            other = below.page != line.page or len(below.text) > SHORT_CHARS
            if other or _LABEL.match(below.text) or _HOLDER.match(below.text):
                break
            found.add(below)
    return found


def _publishers(
    front: Front, line: Line, below: Sequence[Line], *, goes_on: bool
) -> Iterator[Issued]:
    for name, said, before in _named(_PUBLISHER, line, below):
        surely = bool(_SURELY.match(said))
        starts = not before.strip(" •|-–—©") or before.rstrip().endswith((".", ";", "|", ":"))
        of_itself = _BEFORE.search(before) or (not goes_on and _NAMED_BEFORE.fullmatch(before))
        own = (starts and not (goes_on and not before)) or of_itself
        if names_in(name, front):
            continue
        if is_named_so(name):
            most = 0.9 if _PUBLISHED.match(said) else 0.75
            weight = most if surely else 0.5 if _TEAM.search(name) else 0.61
            passing = 0.45 if surely else 0.35
            yield Issued(name, weight if own else passing, line, "published by")
        elif surely and own and len(line.text) <= SHORT_CHARS and could_be_body(name, front):
            yield Issued(name, 0.74, line, "published by")


def _holders(front: Front, line: Line, below: Sequence[Line]) -> Iterator[Issued]:
    text = line.text
    if below and _YEAR_ONLY.fullmatch(text) and below[0].page == line.page:
        line, below = Line(f"{text} {below[0].text}", line.page, line.height), below[1:]
    for name, said, before in _named(_HOLDER, line, below):
        listed = not is_capitalised(name) or _SECOND.search(before)
        if _THIRD.match(said) and listed:
            continue
        credit = names_in(re.sub(r"^\W*(?:\d{4}\W*)?", "", said).split("/")[0], front)
        if not names_in(name, front) and not PERSONAL.search(said) and not credit:
            quoted = Line(text, line.page, line.height)
            yield Issued(name, 0.84 if is_named_so(name) else 0.62, quoted, "copyright")


def _dated_place(line: Line) -> Iterator[Issued]:
    """Read "Place: Publisher, 2018" as imprints and catalogue cards have it."""
    dated = line.page <= 4 and re.search(r"(?:19|20)\d\d", line.text)
    if OF_OTHERS.match(line.text):
        return
    place = _PLACE.search(line.text[:LINE_CHARS]) if dated else None
    issuer = clean_body(place["name"]) if place else None
    if issuer and is_named_so(issuer):
        yield Issued(issuer, 0.85, line, "imprint")


def _named(
    pattern: re.Pattern[str], line: Line, below: Sequence[Line]
) -> Iterator[tuple[str, str, str]]:
    """Yield the names after a word such as "published by", with what is said and what is before.

    A name may run on below the line; one that is known is found in a narrow column too.
    """
    text = line.text[:LINE_CHARS]
    alike = [x.text[:NEXT_CHARS] for x in below if _is_alike(line, x)]
    for match in (*pattern.finditer(" ".join((text, *alike))), *pattern.finditer(text)):
        known = known_at_start(match["name"]) or clean_body(match["name"]) or ""
        if match.start() < len(text) and is_organisation(known):
            yield known, match[0], text[: match.start()]
            return
    joined = list(_in_text(pattern, _with_next(line, below[0] if below else None), len(text)))
    yield from joined or _in_text(pattern, text, len(text))


def _in_text(pattern: re.Pattern[str], text: str, end: int) -> Iterator[tuple[str, str, str]]:
    for match in pattern.finditer(text):
        name = clean_body(match["name"]) if match.start() < end else None
        if name:
            yield name, match[0], text[: match.start()]


def _is_alike(line: Line, other: Line) -> bool:
    same = other.page == line.page
    return same and abs(other.height - line.height) <= 0.1 * line.height


def _with_next(line: Line, following: Line | None) -> str:
    """Return a line with the one below it, on which a name goes on."""
    text = line.text[:LINE_CHARS]
    if following is None or following.page != line.page:
        return text
    joined = f"{text} {following.text[:NEXT_CHARS]}"
    if text.endswith((".", ":")):
        return joined if text.endswith(":") else text
    long = len(text) >= WRAPPED_CHARS or OPEN_NAME.search(text) or text.endswith((" by", ","))
    return joined if _is_alike(line, following) and long else text


def _addressed(front: Front, lines: Sequence[Line], funded: set[Line]) -> Iterator[Issued]:
    """Read an organisation's name that stands above its postal address, telephone or e-mail."""
    if front.flows:
        return
    early = [line for line in lines if 2 <= line.page <= 4]
    for part in (early, front.tail):
        for i, line in enumerate(part):
            text = line.text.strip(" .")
            below = [x.text for x in part[i + 1 : i + 3] if x.page == line.page]
            addressed = any(len(t) < SHORT_CHARS and _ADDRESS.search(t) for t in below)
            inside = i > 0 and runs_on(part[i - 1], line)
            if line in funded or inside or len(text) > SHORT_CHARS or not addressed:
                continue
            name = clean_body(text) if is_named_so(text) else None
            if name and could_be_body(name, front) and not re.search(r"\d|@", text):
                yield Issued(name, 0.55, line, "address")


def _about(front: Front, lines: Sequence[Line]) -> Iterator[Issued]:
    """Read what a document says of an organisation: "About the Example Fund", or "X is a fund"."""
    for before, line, below in zip((None, *lines), lines, (*lines[1:], None), strict=False):
        match = _ABOUT.fullmatch(line.text.strip(" .:"))
        if match and not _NOT_ABOUT.match(match["name"]):
            name = clean_body(match["name"])
            if name and could_be_body(name, front) and not name.isupper():
                yield Issued(name, 0.64 if is_named_so(name) else 0.5, line, "about")
            continue
        if front.flows or (before and runs_on(before, line)):
            continue
        said = IS_A_BODY.match(f"{line.text} {below.text}" if below else line.text)
        name = clean_body(said["name"]) if said else None
        if name and could_be_body(name, front):
            yield Issued(name, 0.55 if is_named_so(name) else 0.5, line, "said of itself")
