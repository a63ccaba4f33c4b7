"""What a document says about citing it: its own line "Suggested citation" has the whole record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.record.front import Front, Line
from ingest.record.words import any_of

MOST_CHARS: Final = 700
MOST_LINES: Final = 9
RUNNING_PAGES: Final = 2
COVER_LINES: Final = 25
LEAST_NAMES: Final = 3
LEAST_SHARED: Final = 0.25
"""The share of a title's longer words that the document's citation of itself has at least."""

_LABEL: Final = any_of(
    "citation",
    r"(?:^|[.\s(])(?:(?:{}))\b([^:\n]{0,60}?:"
    r"|(?:\s+(?:this|it|as|the|este|esta|ce|cette|el|la|o|a|le)\b[^:\n]{0,40}:?)?\s*$"
    r"|(?-i:(?=\s+[A-ZÀ-Þ][^\s]+,? )))",
)
_END: Final = any_of("after-citation", r"^(?:{})")
_YEAR: Final = re.compile(r"(?<![\d/:-])((?:19|20)\d\d)(?![\d/])[a-z]?")
_QUOTED: Final = re.compile(r"[\"“«‘']([^\"”»]{8,300}?)[,.]?[\"”»’]")
_REFERENCE: Final = re.compile(
    r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?, (?:[A-ZÀ-Þ]\.[ -]?){1,3}[^()]{0,200}\((?:19|20)\d\d\)"
)
"""What a citation begins with: "Díaz, A., & Li, B. (2020)"."""
_STOP: Final = re.compile(r"(?<!\b[A-Z])(?<!\b(?:St|Dr|vs|No))(?<!\bVol)[.?!](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the document in the document; ``before`` the title are its authors."""

    text: str
    page: int
    before: str = ""
    title: str | None = None
    after: str = ""
    year: int | None = None


def read_citation(front: Front) -> Cited | None:
    """Return the document's citation of itself, if it has one."""
    for lines in (front.head, front.tail):
        for i, line in enumerate(lines):
            match = _LABEL.search(line.text[:400])
            whole = _whole(lines, i, line.text[match.end() :]) if match else ""
            # "Citations and the like": the words of a sentence are no citation.
            cited = None if whole[:1].islower() else _parsed(whole, line.page)
            if cited:
                return cited
    return _running(front)


def _running(front: Front) -> Cited | None:
    """Return the citation that stands above the text of each page, as some journals print it."""
    for i, line in enumerate(front.head):
        if line.page > RUNNING_PAGES:
            break
        if line.text in front.running and _REFERENCE.match(line.text):
            return _parsed(_whole(front.head, i, line.text), line.page)
    return None


def _whole(lines: Sequence[Line], start: int, rest: str) -> str:
    """Return the citation that begins in a line, to the end of its paragraph."""
    parts = [rest.strip(" :")] if rest.strip(" :") else []
    first = lines[start]
    for line in lines[start + 1 : start + 1 + MOST_LINES]:
        if not parts and line.page == first.page:
            first = line  # the label is a heading
        other = line.page != first.page or abs(line.height - first.height) > 0.1 * first.height
        if parts and (other or _END.match(line.text)):
            break
        if parts and _ended(parts[-1]) and len(parts[-1]) < 0.75 * len(parts[0]) and len(parts) > 1:
            break
        parts.append(line.text)
    joined = ""
    for part in parts:
        joined += part if not joined or joined.endswith(("-", "/")) else f" {part}"
    return joined[:MOST_CHARS]


def _ended(text: str) -> bool:
    return text.rstrip().endswith(".")


def _parsed(text: str, page: int) -> Cited | None:
    year = _YEAR.search(text)
    if len(text) < 25 or not year:
        return None
    whole = Cited(text, page, year=int(year[1]))
    quoted = _QUOTED.search(text)
    if quoted and quoted.start() > 4:
        before = _YEAR.sub("", text[: quoted.start()])
        return _with(whole, before, quoted[1], text[quoted.end() :])
    if year.start() > 5 and year.start() < 0.7 * len(text):
        rest = text[year.end() :].lstrip(" ).,:;-–—")
        rest = re.sub(r"^(?:\w+ \d{1,2}\)[.,:]?|\w+\)[.:,]?)\s*", "", rest)
        stop = _STOP.search(rest, 8) or re.search(r"[,:]\s", rest[40:])
        offset = 40 if stop and stop.re is not _STOP else 0
        title = rest[: stop.start() + offset] if stop else rest
        return _with(whole, text[: year.start()], title, rest[len(title) :])
    stop = _STOP.search(text, 8)
    if stop:  # "Author, A. Title. Place: Publisher, 2018"
        rest = text[stop.end() :].strip()
        other = _STOP.search(rest, 8)
        title = rest[: other.start()] if other else rest
        return _with(whole, text[: stop.start()], title, rest[len(title) :])
    return whole


def _with(whole: Cited, before: str, title: str, after: str) -> Cited:
    return Cited(
        whole.text,
        whole.page,
        before=before.strip(" ,.:;(["),
        title=title.strip(" ,.:;\"“”'’") or None,
        after=after.strip(' ,.:;)"”'),
        year=whole.year,
    )


def _find_words(title: str, text: str) -> re.Match[str] | None:
    """Return where a text has the words of a title, whatever stands between them."""
    pattern = r"[\W_]+".join(re.escape(word) for word in re.findall(r"\w+", title)[:40])
    return re.search(pattern, text, re.I) if pattern else None


def is_of_document(cited: Cited, title: str, front: Front) -> bool:
    """Whether a citation has words of the title, or all the authors whom the cover names.

    "Citation" may head a column of a table; a title may be cited by its place in a handbook.
    """
    words = set(re.findall(r"\w{4,}", title.casefold()))
    said = set(re.findall(r"\w{4,}", cited.text.casefold()))
    if not words or len(words & said) >= LEAST_SHARED * len(words):
        return True
    names = set(re.findall(r"[A-ZÀ-Þ]\w{2,}", cited.before))
    cover = {w for x in front.head[:COVER_LINES] if x.page == 1 for w in re.findall(r"\w+", x.text)}
    return len(names) >= LEAST_NAMES and names <= cover


def divide_at_title(cited: Cited, title: str) -> Cited:
    """Return the citation divided at a known title, which is surer than its punctuation."""
    match = _find_words(title, cited.text) or _find_words(title.partition(":")[0], cited.text)
    if not match:
        return cited
    before = re.sub(r"[(\[]?(?:19|20)\d\d[a-z]?[)\]]?", "", cited.text[: match.start()])
    rest = cited.text[match.end() :]
    return _with(cited, re.sub(r"[(\[]\s*[)\]]|\(\d+ \w+ *\)?:?$", "", before), title, rest)
