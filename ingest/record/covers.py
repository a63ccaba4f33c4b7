"""Who issued a document, as its cover, its running heads, its back and its properties show."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from corpus.documents.authorities import is_organisation, organisation_name
from ingest.record.days import is_date_line
from ingest.record.finding import Finding
from ingest.record.front import Front, Line, letters, runs_on
from ingest.record.imprints import funding_lines
from ingest.record.names import names_in
from ingest.record.organisations import (
    EDITORS,
    LEGAL,
    OPEN_NAME,
    Issued,
    clean_body,
    could_be_body,
    is_capitalised,
    is_named_so,
    known_at_start,
)  # fmt: skip
from ingest.record.places import is_state
from ingest.record.wordings import LABEL, NO_TITLE, ORGANISATION, THANKS
from ingest.record.words import any_of

COVER_LINES: Final = 60
PROSE_CHARS: Final = 70
PROSE_LINES: Final = 4
PARAGRAPH_CHARS: Final = 120
IN_TEXT: Final = 0.5
"""How sure a name is that is a line of its own inside a text: three such were not the issuer's."""
NAME_CHARS: Final = 110
LOGO_CHARS: Final = 40
MOST_NAMED: Final = 5
BACK_LINES: Final = 25
"""A last page with more lines is no back cover."""

_NOT_BODY: Final = any_of(
    "no-publisher",
    r"\d|n[°º]|@|©|^(?:{})\b|\bà l[’']|\bat the\b|,\s+[A-Z]\w+$|,\s(?:de|del|of|du|da|do)\s",
)
_BY: Final = re.compile(r"^(?:by|por|par)\s+(?:(?:the|el|la|o|a|le)\s+|l[’'])?(?=[A-ZÀ-Þ])", re.I)
_PART: Final = any_of("part-of-university", r"^(?:{})\b[^,]{2,60},\s+(?P<whole>.+)$")
_GOES_ON: Final = re.compile(
    r"(?:of|for|de|del|y|and|e|et|du|des|para|pour|da|do|dos|das)(?: the| la| las| los| l[’'])?\s"
    r"[A-ZÀ-Þ]"
)
_OF_NAME: Final = r"(?:of|for|de|da|do|dos|das|del|du|des|de la|de las|de los|and|y|e|et|la|the)"
_CAPITALISED: Final = re.compile(
    rf"[A-ZÀ-Þ][\w’'-]+(?: (?:{_OF_NAME} ){{0,2}}[A-ZÀ-Þ][\w’'-]+){{1,8}}"
)
_DIVIDED: Final = re.compile(r"\s*[|•·]\s*")
_ABBREVIATION: Final = re.compile(r"\b[A-Z]{4,8}\b")
_ARTICLE: Final = re.compile(r"(?:the|an?|el|las?|los|os?|as?|les?|l[’'])\b", re.IGNORECASE)
_PUBLIC_BODY: Final = re.compile(
    r"\b(?:Minist(?:ry|erio|ério|ère)|University|Universidad|Universidade|Université)"
    rf"(?: (?:{_OF_NAME} ){{0,2}}(?:[ld][’'])?[A-ZÀ-Þ][\w’'-]+(?: nationale?\b)?){{1,8}}"
    rf"(?:(?:, (?:{_OF_NAME} )?[A-ZÀ-Þ][\w’'-]+){{1,4}},? (?:and|y|e|et)"
    rf" (?:{_OF_NAME} )?[A-ZÀ-Þ][\w’'-]+)?"
)
_ITEM: Final = re.compile(r"[•▪●◦■►➢✓]")
_DEPARTMENT: Final = re.compile(
    r"(?:department|board|office) of (?:\w+ ){0,5}(?:education|instruction|schools)\b", re.I
)
_FIRST: Final = re.compile(
    r"(?:center|group|office|team|board|press|committee|fund) (?!of|for|on|and|to)\w", re.I
)
"""English names end with such a word, or go on with "of": "Center people" is an order."""


def read_cover(front: Front, title: Finding | None) -> Iterator[Issued]:
    """Read names of organisations that are a line of their own on the first two pages."""
    quote = title.quote if title and title.quote else ""
    funded = funding_lines(front.head[:COVER_LINES]) | _thanked(front)
    lines = list(_cover_lines(front))
    covering = {line for line, _ in lines} - _inside_text(front)
    for line, before in lines:
        text = _BY.sub("", _whole_university(_undated(line.text)))
        titled = text in quote or letters(text) in letters(quote)
        if line.page > 2 or titled or len(text) > NAME_CHARS or line in funded:
            continue
        if _NOT_BODY.search(text) or (before and _inside_prose(before, line)):
            continue
        name = clean_body(text)
        if not name or _FIRST.match(name) or (text.endswith(".") and not LEGAL.search(text)):
            continue
        first, large = line.page == 1, 0.04 * (line.height > 1.2 * front.body)
        person, _, body = name.partition(", ")
        if EDITORS.match(text):
            yield Issued(name, 0.61, line, "cover")
        elif body and names_in(person, front):
            if is_named_so(body):
                yield Issued(body, 0.5, line, "affiliation")
        elif is_organisation(name) or is_organisation(text):
            weight = (0.74 if first else 0.5) + large
            weight = weight if line in covering else IN_TEXT
            yield Issued(organisation_name(name), weight, line, "cover")
        elif ORGANISATION.search(text) and is_capitalised(text) and not names_in(text, front):
            weight = (0.63 if first else 0.4) + large
            yield Issued(name, weight if line in covering else IN_TEXT, line, "cover")


def _inside_text(front: Front) -> set[Line]:
    """Return the lines below the first paragraph of a text that has no pages, so no cover either.

    Those are items of lists and cells of tables, which name anybody.
    """
    if not front.flows:
        return set()
    return set(itertools.dropwhile(lambda line: not _is_paragraph(line.text), front.head))


def _is_paragraph(text: str) -> bool:
    return len(text) >= (PROSE_CHARS if text.endswith(".") else PARAGRAPH_CHARS)


def _thanked(front: Front) -> set[Line]:
    """Return the lines below "Acknowledgements" on the first pages, in one size."""
    lines = front.head[:COVER_LINES]
    start = next((i for i, line in enumerate(lines) if THANKS.match(line.text)), len(lines))
    below = lines[start + 1 :]
    alike = (x for x in below if abs(x.height - below[0].height) <= 0.1 * x.height)
    return {x for x in alike if x.page == below[0].page}


def _undated(text: str) -> str:
    """Return a line without the date beside its other parts: "Example Group | July 2020"."""
    *parts, last = _DIVIDED.split(text)
    return " | ".join(parts) if parts and is_date_line(last, most_words=0) else text


def _whole_university(text: str) -> str:
    """Return the university of a line that names one of its faculties before it."""
    match = _PART.match(text)
    return match["whole"] if match and ORGANISATION.search(match["whole"]) else text


def _inside_prose(before: Line, line: Line) -> bool:
    named = is_capitalised(before.text) and not _NOT_BODY.search(before.text)
    alike = before.page == line.page and abs(before.height - line.height) <= 0.1 * line.height
    open_line = alike and not named and OPEN_NAME.search(before.text) and " " in before.text.strip()
    return bool(open_line) or (runs_on(before, line) and not named)


def _cover_lines(front: Front) -> Iterator[tuple[Line, Line | None]]:
    """Yield the first lines, each with the one before; a name that goes on below is one of them."""
    wrapped: dict[Line, Line] = {}
    for group in front.groups:
        first, *rest = group.lines
        large = group.height > 1.2 * front.body and len(group.text) <= NAME_CHARS
        names = [line for line in group.lines if is_named_so(line.text)]
        if large and len(rest) in (1, 2) and names == [first]:
            wrapped[first] = replace(first, text=group.text)
    lines = front.head[:COVER_LINES]
    before: Line | None = None
    prose = 0
    for line, below in zip(lines, (*lines[1:], None), strict=False):
        whole = wrapped.get(line) or _of_state(before, line)
        if whole is None and below and below.page == line.page and is_named_so(line.text):
            joined = f"{line.text} {below.text}"
            on = _GOES_ON.match(below.text) or OPEN_NAME.search(line.text)
            if on and len(joined) <= NAME_CHARS and is_capitalised(joined):
                whole = replace(line, text=joined)
        goes_on = below and len(below.text) >= PROSE_CHARS and below.page == line.page
        item = _ITEM.match(line.text)
        if not (item or (prose >= PROSE_LINES and goes_on)):  # else it is the heading of a section
            yield whole or line, before
        before = line
        prose += len(line.text) >= PROSE_CHARS


def _of_state(before: Line | None, line: Line) -> Line | None:
    """Return "Department of X" with the state that stands on a line of its own above it."""
    if not before or before.page != line.page or not _DEPARTMENT.match(line.text):
        return None
    state = re.sub(r"^(?:state|commonwealth) of ", "", before.text.strip(" .|"), flags=re.I)
    return replace(line, text=f"{state} {line.text}") if is_state(state.title()) else None


def read_abbreviations(front: Front, names: Mapping[str, str]) -> Iterator[Issued]:
    """Read an abbreviation on the cover that the text spells out as an organisation's name."""
    for line in front.head[:COVER_LINES]:
        full = names.get(line.text.strip(" .|")) if line.page == 1 else None
        name = clean_body(full) if full and is_named_so(full) else None
        if name:
            yield Issued(name, 0.61, line, "cover")


def read_repeated(front: Front, title: Finding | None) -> Iterator[Issued]:
    """Suggest a name that stands alone on the cover and that the text repeats."""
    titled = letters(str(title.value)) if title else ""
    for line in front.head[:COVER_LINES]:
        text = line.text.strip(" .,")
        if line.page > 1 or not 4 <= len(text) <= LOGO_CHARS or letters(text) in titled:
            continue
        if _NOT_BODY.search(text) or not could_be_body(text, front) or front.is_ordinary(text):
            continue
        if NO_TITLE.match(text) or LABEL.match(text) or is_named_so(text):
            continue
        if front.text.count(text) >= MOST_NAMED:
            yield Issued(text, 0.5, line, "cover")


def read_affiliations(front: Front) -> Iterator[Issued]:
    """Read the public body or university that a line of the cover names in passing."""
    cover = front.head[:COVER_LINES]
    for before, line in zip((None, *cover), cover, strict=False):
        match = _PUBLIC_BODY.search(line.text) if line.page == 1 else None
        inside = match and re.search(r"[A-ZÀ-Þ]\w+ $", line.text[: match.start()])
        told = before is not None and runs_on(before, line)
        if match and not (inside or told) and len(line.text) <= NAME_CHARS:
            yield Issued(match[0], 0.45, line, "affiliation")


def read_mentions(front: Front, title: Finding | None = None) -> Iterator[Issued]:
    """Read the public body or university that the first pages name most."""
    counted: Counter[str] = Counter()
    lines: dict[str, Line] = {}
    for line in front.head:
        for match in _PUBLIC_BODY.finditer(line.text[:400]):
            counted[match[0]] += 1
            lines.setdefault(match[0], line)
    if counted:
        name, count = counted.most_common(1)[0]
        if count >= 3 and count >= 0.4 * counted.total():
            often = count >= 8 or (count >= 6 and count >= 0.6 * counted.total())
            yield Issued(name, 0.6 if often else 0.5, lines[name], "mentions")
            return
    yield from _named_most(front, str(title.value) if title else "")


def _named_most(front: Front, title: str) -> Iterator[Issued]:
    """Suggest the organisation of any kind that the first pages name most.

    One that the title names by its abbreviation is what the document is about.
    """
    counted: Counter[str] = Counter()
    lines: dict[str, Line] = {}
    for line in front.head:
        for match in _CAPITALISED.finditer(line.text[:400]):
            name = match[0].removeprefix("The ")
            if is_named_so(name) and len(name.split()) > 1 and not name.isupper():
                counted[name] += 1
                lines.setdefault(name, line)
        for word in _ABBREVIATION.findall(line.text[:400]):
            if is_organisation(word) and word not in title:
                counted[word] += 1
                lines.setdefault(word, line)
    for name, count in counted.most_common(1):
        cleaned = clean_body(name)
        if cleaned and count >= MOST_NAMED and count >= 0.3 * counted.total():
            yield Issued(cleaned, 0.4 if is_organisation(name) else 0.5, lines[name], "mentions")


def read_edges(front: Front, title: Finding | None) -> Iterator[Issued]:
    """Read organisations that stand alone in the running heads or on the back cover."""
    titled = letters(str(title.value)) if title else ""
    for text in front.running:
        for part in re.split(r"\s*[|•·–—]\s*|\s-\s", text):
            if name := _alone(front, part, titled):
                line = next((x for x in front.head if part in x.text), Line(text, 0))
                yield Issued(name, 0.66 if is_organisation(name) else 0.61, line, "running head")
    back = [line for line in front.tail if line.page == front.page_count]
    if len(back) > BACK_LINES:
        return
    funded = funding_lines(back)
    for line in back:
        if line not in funded and (name := _alone(front, line.text, titled)):
            yield Issued(name, 0.58 if is_organisation(name) else 0.45, line, "back")


def _alone(front: Front, text: str, titled: str) -> str | None:
    """Return the name of an organisation that a text consists of."""
    text = text.strip(" .,")
    if len(text) > NAME_CHARS or _NOT_BODY.search(text) or letters(text) in titled:
        return None
    if not is_capitalised(text) or ". " in text or ":" in text:
        return None
    name = clean_body(text) if is_named_so(text) else None
    return name if name and could_be_body(text, front) else None


def read_properties(front: Front) -> Iterator[Issued]:
    """Read the organisation that the file's own properties name as its author or publisher."""
    if front.medium == "web":
        return
    for stated in (*front.stated.publishers, *front.stated.authors):
        name = clean_body(stated)
        if not name or not is_named_so(name) or names_in(stated, front):
            continue
        line = next((x for x in front.head if letters(name) in letters(x.text)), None)
        known = is_organisation(name)
        words = re.findall(r"[^\W\d_]{4,}", name)
        said = len(words) > 1 and all(front.words[w.casefold()] for w in words)
        weight = 0.62 if known and line else 0.6 if line or said else 0.45
        yield Issued(name, weight, line or Line(name, 0), "properties")


def read_titled(title: Finding | None) -> Iterator[Issued]:
    """Read the organisation that a title begins with: "UNICEF annual report".

    After an article it is what the title is about: "The UNICEF years".
    """
    begins = str(title.value) if title else ""
    name = None if _ARTICLE.match(begins) else known_at_start(begins)
    if title and name:
        yield Issued(name, 0.5, Line(title.quote or "", title.page or 0), "title")


def read_series_owner(series: str | None, front: Front) -> Iterator[Issued]:
    """Read the organisation that a series begins with: "OECD Education Working Papers"."""
    words = (series or "").split()
    for size in range(min(6, len(words) - 1), 0, -1):
        name = " ".join(words[:size])
        if is_organisation(name):
            line = next((x for x in front.head if name in x.text), Line(name, 0))
            yield Issued(organisation_name(name), 0.7, line, "series")
            return
    if words and re.fullmatch(r"[A-Z][A-Z0-9&-]{2,9}", words[0]):
        line = next((x for x in front.head if words[0] in x.text), Line(words[0], 0))
        yield Issued(words[0], 0.55, line, "series")
