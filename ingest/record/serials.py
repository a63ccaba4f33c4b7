"""The journal, the series and the ISBN, which documents print on their first and last pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from corpus.documents.identifiers import standard_isbn
from ingest.record.cited import Cited
from ingest.record.finding import Finding
from ingest.record.front import Front, Line
from ingest.record.words import any_of

_ISBN: Final = re.compile(
    r"\b(?:e-?)?ISBN\b[^\d\n]{0,30}((?:97[89][ -]?)?(?:\d[ -]{0,2}){9}[\dX])", re.I
)
_FOR_SCREENS: Final = re.compile(r"\b(?:pdf|online|electronic|digital|web|e-?ISBN)\b", re.I)
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
MOST_YEARS: Final = 5
"""A page with years on so many lines is a list of references."""
_MOST_ISBNS: Final = 4
"""A page that lists more advertises other books."""

_NAME_CHAR: Final = r"[^\d()\[\]|;:.?!\"“”«»\n]"
_NAME: Final = (
    r"(?!(?i:source|citation|cite|published|reference|article|in)\b[^:]{0,30}:)[A-ZÀ-Þ]"
    rf"{_NAME_CHAR}{{5,110}}?(?::\s[A-ZÀ-Þ]{_NAME_CHAR}{{3,50}}?)?"
)
"""The name of a journal; a part of one can stand behind a colon."""
_ONE_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_MONTH: Final = rf"{_ONE_MONTH}(?:\s?[-–/]\s?{_ONE_MONTH})?"
_RANGE: Final = r"[A-Z]?\d{1,5}(?:\s?[-–]\s?[A-Z]?|e)\d{1,5}"
_VOLUME: Final = r"""
    (?P<called>(?i:vol(?:ume|umen|\.)?)\s*)?(?P<volume>\d{1,4})
    (?:\s*:(?P<part>\d{1,3})(?=,\s\d{1,5}\s?[-–])|\s*\((?P<issue>(?!(?:19|20)\d\d\))\d{1,4}(?:[-–/]\d{1,3})?)\)
      |,?\s*(?i:no|nr|n[º°.]|issue|n[uú]m(?:ero)?|iss)\.?\s*(?P<number>\d{1,4}))?
"""
_IN_JOURNAL: Final = re.compile(
    rf"""
    (?:^|[.,]\s|et\ al\.?\s|^Source:\s)(?P<journal>{_NAME})(?:\s\([A-Z]{{2,10}}\))?,?\s*
    (?:\((?:19|20)\d\d\)\s*|(?:{_MONTH}\ )?(?:19|20)\d\d[;,]\s*)?
    {_VOLUME}
    (?P<year>\s*\((?:[\w./-]+,?\s)?(?:19|20)\d\d\))?
    (?:(?:\s*[:,]|(?<=\d\)))\s*(?:\d{{4}}\s*[:,]\s*)?(?:pp?\.?\s*)?
      (?P<pages>{_RANGE}|(?<=:)\d{{1,6}}|(?P<article>(?<=:\ )e\d{{4,8}})))?
    (?=[.,;\s)]|$)
    """,
    re.X,
)
_NO_JOURNAL: Final = re.compile(rf"{_ONE_MONTH}\W*")
_DATED_VOLUME: Final = re.compile(rf"(?:{_MONTH} )?(?:19|20)\d\d[;,] ?Vol", re.I)
_BEFORE_DOI: Final = re.compile(
    r"(?:.*[,.?]\s+)?\W*([A-ZÀ-Þ][^,\d()|;:.?!\n]{4,80}),\s*(?:doi\b|https?://doi)", re.I
)
_ONLINE: Final = re.compile(
    r"(?:.*[»”\"],?\s+)?\W*([A-ZÀ-Þ][^\d()\[\]|;:.?!\"”»\n]{4,80}?)"
    r" \[(?:online|en ligne|en l[ií]nea|em linha)\]",
    re.I,
)
_IMPRINT: Final = re.compile(r"©|\bissn\b|copyright", re.I)
_DATED: Final = re.compile(rf"^(?!{_MONTH}).*(?:©|\b(?:19|20)\d\d\b)")
_BESIDE: Final = re.compile(r"^[A-ZÀ-Þ]\. ?.{2,60} / ([A-ZÀ-Þ][^/]{4,90}\((?:19|20)\d\d\).*)")
"""The running head of an article: its authors, and its journal behind a stroke."""
_WRITER: Final = re.compile(r"^[A-ZÀ-Þ][\w-]+(?: et al\.?)? (?=The (?:\w+ )?(?:Journal|Review)\b)")
_HOMEPAGE: Final = re.compile(r"\bjournal homepage\b", re.I)
_SERIAL: Final = any_of("journals", r"\b(?:{})\b")
_NUMBERED: Final = (
    r"[ ,:|–-]+(?:no|n[º°.o]|nr|num|n[uú]mero|number|issue)?[.º°]*[ ]?#?"
    r"(?P<number>(?!(?<=[a-zà-ÿ][ ])(?:19|20)\d\d(?![-/]?\d))\d{1,5}(?:[-/]\d{1,4})?)"
)  # a year without "No." is no number
_NAMED: Final = (
    r"(?!(?:th(?:is|e|ese)|our|an?|see|est[ae]|cette?|l[ae]s?|el|o)[ ])"
    r"(?:[^\W\d_][\w&’'-]*[ ]){0,6}"
    r"(?:{})(?:[ ](?:on|in|for|sobre|sur|en|em)(?:[ ][^\W\d_][\w&’'-]*){1,5}?)?(?:[ ]series)?"
)
_SERIES: Final = any_of("series", rf"{_NAMED}(?:{_NUMBERED})?")
_IN_TITLE: Final = any_of("series", rf"{_NAMED}{_NUMBERED}")
_NUMBER: Final = re.compile(r"(?:(?:no|n[º°]|number|issue)[.º°]*\s?|#)?(\d{1,5})", re.I)
_DIVIDES: Final = re.compile(r"\s*(?:[:|]|[.,](?=\s)|(?<=\s)[–—-])\s+")
_OPENS: Final = re.compile(r"\s*(?:[:|.]\s+|(?<=\s)[–—-]\s+|\s\()")
MOST_CHARS: Final = 300
HEAD_LINES: Final = 5
LEAST_PAGES: Final = 4
"""An article has so many pages at least; a shorter range can be as long by chance."""
TITLE_LETTERS: Final = 6
"""What is left of a title without its series has at least so many letters."""


def divide_series(title: str) -> tuple[str, str | None]:
    """Return a title without the series it begins or ends with, and that series.

    "Example Working Paper No. 12: Visits" is "Visits" in "Example Working Paper No. 12". A series
    has a number; without one, a title is left as it is.
    """
    match = _IN_TITLE.match(title)
    if match and (divided := _DIVIDES.match(title, match.end())):
        rest = title[divided.end() :]
        if sum(map(str.isalpha, rest)) >= TITLE_LETTERS:
            return rest[:1].upper() + rest[1:], match[0]
    for opens in _OPENS.finditer(title):
        name = title[opens.end() :].strip(" .)")
        before = title[: opens.start()].rstrip(" ,:")
        if _IN_TITLE.fullmatch(name) and sum(map(str.isalpha, before)) >= TITLE_LETTERS:
            return before, name
    return title, None


def names_a_series(text: str) -> bool:
    """Whether a text is nothing but a series with its number."""
    return bool(_IN_TITLE.fullmatch(text.strip(" .|")))


def without_writer(journal: str) -> str:
    """Return a journal's name without the author before it: "Quispe The Journal of Schools"."""
    return _WRITER.sub("", journal)


def read_isbn(front: Front) -> Finding | None:
    """Return the document's ISBN; of several, the one of its electronic form."""
    lines = [line for line in (*front.head, *front.tail) if _is_imprint(front, line)]
    found: dict[str, tuple[Line, bool]] = {}
    for line in lines:
        for match in _ISBN.finditer(line.text):
            if isbn := standard_isbn(match[1]):
                around = line.text[max(0, match.start() - 25) : match.end() + 15]
                found.setdefault(isbn, (line, bool(_FOR_SCREENS.search(around))))
    if not found or len(found) > _MOST_ISBNS:
        return None
    isbn, (line, _) = next((one for one in found.items() if one[1][1]), next(iter(found.items())))
    return Finding("isbn", isbn, 0.9 if len(found) == 1 else 0.7, line.page, line.text)


def _is_imprint(front: Front, line: Line) -> bool:
    """Whether a line can be of the imprint: on the first pages, or a last one with no works."""
    if line.page <= 5:
        return True
    of_page = [x.text for x in (*front.head, *front.tail) if x.page == line.page]
    last = line.page >= front.page_count - 1
    return last and sum(map(bool, map(_YEAR.search, of_page))) < MOST_YEARS


def read_journal(front: Front, cited: Cited | None) -> Iterator[Finding]:
    """Yield the journal of an article with its volume, issue and pages.

    They stand in the document's own citation, or on the first two pages: the journal's name with a
    volume, in one line ("Journal of Education (2019) 16:39") or two.
    """
    heads = _heads(front)
    for text, page, quote in _places(front, cited):
        match = _IN_JOURNAL.search(text)
        if match and _NO_JOURNAL.fullmatch(match["journal"]):
            continue
        exact = match and (match["article"] or match["part"])
        own = bool(cited and cited.after.startswith(text) and exact)
        ranged = match and match.start() == 0 and not (match["pages"] or "0").isdigit()
        ranged = ranged or bool(match and match["year"] and _BESIDE.search(f"A. B. / {text}"))
        own = own or bool(text in heads and ranged and _DATED.search(text))
        own = own or bool(match and match.start() == 0 and _fills(match["pages"], front))
        if not match or len(text) > MOST_CHARS or not (own or _SERIAL.search(match["journal"])):
            continue
        if not any(match[name] for name in ("called", "issue", "number", "part", "year", "pages")):
            continue  # a number alone is no volume
        found = {
            "journal": without_writer(match["journal"].strip(" ,")),
            "volume": match["volume"],
            "issue": match["issue"] or match["number"] or match["part"],
            "page_range": match["pages"] and re.sub(r"\s*[-–]\s*|(?<=\d)e", "–", match["pages"]),
        }
        yield from (
            Finding(field, value, 0.8, page, quote) for field, value in found.items() if value
        )
        return
    online = _ONLINE.match(cited.after) if cited else None
    if cited and online:
        yield Finding("journal", online[1], 0.8, cited.page, online[1])
        return
    named = _BEFORE_DOI.match(cited.after) if cited else None
    if cited and named and any(_HOMEPAGE.search(line.text) for line in front.head):
        yield Finding("journal", named[1], 0.8, cited.page, named[1])


def _fills(pages: str | None, front: Front) -> bool:
    """Whether a range of pages in a journal is as long as the document: the article itself."""
    ends = re.fullmatch(r"(\d+)\s?[-–]\s?(\d+)", pages or "")
    count = int(ends[2]) - int(ends[1]) + 1 if ends else 0
    return front.page_count >= LEAST_PAGES and front.page_count - count in (0, 1)


def _heads(front: Front) -> set[str]:
    """Return the first lines of an article, and those that hold its copyright or its ISSN."""
    early = [line for line in front.head if line.page <= 2]
    first = [line for line in early if line.page == 1][:HEAD_LINES]
    beside = (match[1] for text in front.running if (match := _BESIDE.search(text)))
    return {*beside, *(x.text for x in first), *(x.text for x in early if _IMPRINT.search(x.text))}


def _places(front: Front, cited: Cited | None) -> Iterator[tuple[str, int, str]]:
    """Yield where a journal may stand: the text to look at, its page, and what to quote."""
    if cited and cited.after:
        yield cited.after[:MOST_CHARS], cited.page, cited.text
    for text in front.running:
        beside = _BESIDE.search(text)
        line = next((x for x in front.head if beside and beside[1] in x.text), None)
        if beside and line:
            yield beside[1], line.page, line.text
    lines = [line for line in front.head if line.page <= 2]
    for before, line in zip([None, *lines], lines, strict=False):
        yield line.text, line.page, line.text
        if before and _DATED_VOLUME.match(line.text):
            yield f"{before.text} {line.text}", line.page, line.text


def read_series(front: Front) -> Finding | None:
    """Return the series, with its number: "Policy Research Working Paper 9446"."""
    parts = [(line.text, line.page, line.text) for line in front.head]
    parts += [(group.text, group.page, group.lines[0].text) for group in front.groups]
    for (text, page, quote), after in zip_longest(parts, parts[1:]):
        match = _SERIES.fullmatch(text.strip(" .|")) if page <= 2 and len(text) <= 120 else None
        if not match:
            continue
        named = match[0].removesuffix(match["number"] or "").casefold().rstrip()
        if match["number"] and any(x.text.casefold() == named for x in front.head):
            continue  # the mark of a note
        following = _NUMBER.fullmatch(after[0]) if after and not match["number"] else None
        if following or match["number"]:
            value = f"{match[0]}, no. {following[1]}" if following else match[0]
            return Finding("series", value, 0.75, page, quote)
    return None
