"""The parts of a document that state its record: its first and last pages, line by line."""

from __future__ import annotations

import functools
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ingest.model import Block, Extracted, ExtractedPage, Hints, PrintedLine
from ingest.record.heights import BODY_HEIGHT, heights_of
from ingest.record.words import any_of
from ingest.text.clean import tidy

Medium = Literal["paged", "slides", "web", "text", "office"]
FLOWING: Final = ("web", "text", "office")
"""Media whose text has no lines and no pages."""

HEAD_PAGES: Final = 8
TAIL_PAGES: Final = 3
PAGE_LINES: Final = 150
LAST_BLOCKS: Final = 40
LINE_CHARS: Final = 1_500
HEAD_CHARS: Final = 60_000
TAIL_CHARS: Final = 20_000
TEXT_CHARS: Final = 150_000
"""How much of a document is looked at; no later page states who wrote it."""

SMALL_WORDS: Final = 12
CONTENTS_ROWS: Final = 5
DECK_PAGES: Final = 4
DECK_BODY: Final = 14.0
DECK_CHARS: Final = 400
LANDSCAPE_CHARS: Final = 800
"""Of 393 PDFs seven are decks: their letters are 14 points high or more, and half of their pages
have 60 to 300 letters; a brochure in large letters has 480, a guide 900. Of 75 documents all six
PDFs whose pages are wider than high are decks, with up to 640 letters on half of their pages."""
PARAGRAPH_CHARS: Final = 60
"""A line of a paragraph is longer, but for its last."""
_SMALL_WORD: Final = re.compile(
    r"(?:(?<![\w'’@./-])|(?<=\b[ld]['’]))[^\W\d_A-ZÀ-ÖØ-Þ][^\W\d_]+(?![\w.]*@)"
)
"""A word of a text; those of addresses and of e-mail tell nothing about names."""
_ELIDED: Final = re.compile(r"[ld][’']")
_TORN: Final = re.compile(r"(?<!\S)([^\W\d_]) ([^\W\d_]{2,})")
_ROW: Final = re.compile(r"(.{4,}?)\s*(?:\.\s?){4,}\s*\d{1,3}")
_NUMBER: Final = re.compile(r"(?<=[^\W\d]) \d{1,3} (?=[^\W\d])")
_LETTERS: Final = re.compile(r"[^\W_]+")
WORKS: Final = any_of("works", r"[\W\d]*(?:{})[\W\d]*")
_ENTRY: Final = re.compile(r"\b(?:19|20)\d\d|\bn\.d\.|\bs\. ?f\.|https?://|\bdoi\b", re.I)
"""What nearly every entry of a list of references has."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line on a page; ``page`` counts from 1, ``height`` is in points.

    ``block`` counts the paragraphs of a page where the medium has them; 0 where it has only lines.
    """

    text: str
    page: int
    height: float = BODY_HEIGHT
    bold: bool = False
    block: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that follow each other in one size: a title, a name, a paragraph."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Return its lines as one; a hyphen at a line's end stays."""
        joined = ""
        for line in self.lines:
            joined += line.text if not joined or joined.endswith("-") else f" {line.text}"
        return joined

    @property
    def page(self) -> int:
        """Return the page it is on."""
        return self.lines[0].page

    @property
    def height(self) -> float:
        """Return the height of its letters in points."""
        return self.lines[0].height


@dataclass(frozen=True)
class Front:
    """What the readers of fields look at.

    Attributes:
        head: the lines of the first pages.
        tail: the lines of the last pages that are not among the first.
        medium: how the document comes.
        page_count: its pages or slides.
        text: the beginning of its whole text.
        stated: what the medium's own properties say.
        running: lines that repeat at the edges of pages, most frequent first.
        aside: text that a web page shows outside its main text, such as a byline.
        address: where it was fetched.
        landscape: whether its pages are wider than high.
    """

    head: tuple[Line, ...]
    tail: tuple[Line, ...] = ()
    medium: Medium = "text"
    page_count: int = 1
    text: str = ""
    stated: Hints = field(default_factory=lambda: Hints("embedded"))
    running: tuple[str, ...] = ()
    aside: str = ""
    address: str | None = None
    landscape: bool = False

    @property
    def flows(self) -> bool:
        """Whether its text has paragraphs and no printed lines or pages."""
        return self.medium in FLOWING

    @functools.cached_property
    def body(self) -> float:
        """The height of most of its letters, in points."""
        weight: Counter[float] = Counter()
        for line in (*self.head, *self.tail):
            weight[line.height] += len(line.text)
        return weight.most_common(1)[0][0] if weight else BODY_HEIGHT

    @functools.cached_property
    def is_deck(self) -> bool:
        """Whether its pages are slides: large letters, and little on each page."""
        large = self.landscape or self.body >= DECK_BODY
        if self.medium != "paged" or self.page_count < DECK_PAGES or not large:
            return self.medium == "slides"
        chars: Counter[int] = Counter()
        for line in self.head:
            chars[line.page] += len(line.text)
        most = LANDSCAPE_CHARS if self.landscape else DECK_CHARS
        return bool(chars) and statistics.median(chars.values()) <= most

    @functools.cached_property
    def contents(self) -> dict[str, int]:
        """The letters of each row of contents on the first pages, with its page."""
        rows = ((m[1], x.page) for x in self.head if (m := _ROW.fullmatch(x.text)))
        return {letters(text): page for text, page in rows}

    @functools.cached_property
    def contents_page(self) -> int | None:
        """The page on which most rows of contents stand, if there are some."""
        pages = Counter(self.contents.values()).most_common(1)
        return pages[0][0] if pages and pages[0][1] >= CONTENTS_ROWS else None

    @functools.cached_property
    def packed(self) -> str:
        """The letters and digits of its first pages, in small letters."""
        return "".join(letters(line.text) for line in self.head)

    @functools.cached_property
    def common(self) -> Counter[str]:
        """How often it writes each word in small letters: those are hardly names."""
        return Counter(_SMALL_WORD.findall(self.text))

    @functools.cached_property
    def words(self) -> Counter[str]:
        """How often it has each word, in small or capital letters."""
        return Counter(w.casefold() for w in _LETTERS.findall(self.text))

    @functools.cached_property
    def writes_small(self) -> bool:
        """Whether it has sentences in small letters; a drawing in capitals has none."""
        return sum(self.common.values()) >= SMALL_WORDS

    def has_small(self, word: str) -> bool:
        """Whether it ever writes a word, or its singular, in small letters."""
        small = _ELIDED.sub("", word.casefold())
        return bool(self.common[small] or self.common[small.removesuffix("s")])

    def is_ordinary(self, word: str) -> bool:
        """Whether it mostly writes a word in small letters."""
        small = self.common[word.casefold()]
        return small >= 2 and 2 * small >= self.words[word.casefold()]

    @functools.cached_property
    def groups(self) -> tuple[Group, ...]:
        """The lines of the first pages, joined where they follow each other in one size."""
        return tuple(_groups(self.head))

    def mend(self, text: str) -> str:
        """Join a letter to the rest of its word ("T uomi") if the document has the whole word."""

        def joined(match: re.Match[str]) -> str:
            whole = match[1] + match[2]
            torn = self.words[whole.casefold()] >= max(1, self.common[match[2]] - 1)
            return whole if torn else match[0]

        return _TORN.sub(joined, text)


def _groups(lines: Sequence[Line]) -> Iterator[Group]:
    pending: list[Line] = []
    for line in lines:
        if pending and not same_size(pending[-1], line):
            yield Group(tuple(pending))
            pending = []
        pending.append(line)
    if pending:
        yield Group(tuple(pending))


def same_size(one: Line, other: Line) -> bool:
    """Whether two lines of a page and a paragraph are set alike."""
    return (
        one.page == other.page
        and one.block == other.block
        and abs(one.height - other.height) <= 0.04 * one.height
        and one.bold == other.bold
    )


def front_of(
    extracted: Extracted, medium: Medium, text: str, *, address: str | None = None
) -> Front:
    """Return the front of a document from what its extractor read.

    Args:
        extracted: its pages, and its lines as printed where the medium has them.
        medium: how it comes.
        text: its whole text.
        address: where it was fetched.
    """
    count = len(extracted.printed or extracted.pages)
    head = range(min(HEAD_PAGES, count))
    tail = range(max(HEAD_PAGES, count - TAIL_PAGES), count)
    stated = next((h for h in extracted.hints if h.origin == "embedded"), Hints("embedded"))
    first = (line for i in head for line in _lines(extracted, i))
    return Front(
        head=tuple(_capped(first if extracted.printed else _own(first), HEAD_CHARS)),
        tail=tuple(_capped((line for i in tail for line in _lines(extracted, i)), TAIL_CHARS)),
        medium=medium,
        page_count=count,
        text=text[:TEXT_CHARS],
        stated=stated,
        running=_running(extracted.printed),
        aside=extracted.aside,
        address=address,
        landscape=extracted.landscape,
    )


def _own(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the paragraphs of a text without the entries of its references, which other works have.

    Their list begins at its heading and ends at the next one.
    """
    inside = dropped = False
    for line in lines:
        if line.bold or WORKS.fullmatch(line.text):
            inside, dropped = bool(WORKS.fullmatch(line.text)), False
        elif inside:
            dropped = bool(_ENTRY.search(line.text) or (dropped and line.text[:1].islower()))
        if not dropped:
            yield line


def _capped(lines: Iterator[Line], most: int) -> Iterator[Line]:
    for line in lines:
        most -= len(line.text)
        if most < 0:
            return
        yield line


def _lines(extracted: Extracted, index: int) -> Iterator[Line]:
    """Yield the lines of a page; a paragraph is a line where nothing is printed."""
    number = index + 1
    if extracted.printed:
        filled = [line for line in extracted.printed[index] if line.text]
        for line in (*filled[:PAGE_LINES], *filled[PAGE_LINES:][-10:]):
            yield Line(line.text[:LINE_CHARS], number, line.height, line.bold)
        return
    page: ExtractedPage = extracted.pages[index]
    blocks = page.blocks if len(page.blocks) <= PAGE_LINES else (
        *page.blocks[:PAGE_LINES], *_last_blocks(page.blocks[PAGE_LINES:])
    )  # fmt: skip
    for block, (height, start) in zip(blocks, heights_of(page, blocks), strict=True):
        for part in block.text[:LINE_CHARS].split("\n"):
            if tidied := tidy(part):
                yield Line(tidied, number, height, block.heading_level is not None, start)


def _last_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the last blocks below their heading: a list of references is often longer."""
    yield from [block for block in blocks[:-LAST_BLOCKS] if block.heading_level][-1:]
    yield from blocks[-LAST_BLOCKS:]


def _running(printed: Sequence[Sequence[PrintedLine]]) -> tuple[str, ...]:
    """Return the texts that stand at the edge of at least three pages."""
    seen: Counter[str] = Counter()
    parted: Counter[str] = Counter()
    for lines in printed[:200]:
        filled = [line.text for line in lines if line.text]
        edges = {_bare(t) for t in (*filled[:3], *filled[-3:]) if len(t) < 200}
        seen.update(edges)
        # "Example Fund 12 March 2021": a page's number between what stands left and right of it.
        parted.update({_NUMBER.sub(" | ", t) for t in edges if _NUMBER.search(t)})
    seen |= Counter({t: n for t, n in parted.items() if n >= 3})
    return tuple(text for text, count in seen.most_common(10) if count >= 3 and len(text) > 5)


def _bare(text: str) -> str:
    """Return a running head without its page number."""
    return re.sub(r"^[\d|\s·•–—-]+|[\d|\s·•–—-]+$", "", text)


def letters(text: str) -> str:
    """Return the letters and digits of a text in small letters: two that look alike are equal."""
    return "".join(_LETTERS.findall(text.casefold()))


def runs_on(before: Line, line: Line) -> bool:
    """Whether a line is inside a paragraph that began above it."""
    same = before.page == line.page and abs(before.height - line.height) <= 0.1 * line.height
    return same and len(before.text) > PARAGRAPH_CHARS and before.text[-1] not in ".:;!?)"


def joined_lines(lines: Sequence[Line]) -> tuple[str, list[int]]:
    """Return lines as one text, and where each begins in it."""
    starts, length, parts = [], 0, []
    for line in lines:
        starts.append(length)
        parts.append(line.text)
        length += len(line.text) + 1
    return " ".join(parts), starts


def line_at(lines: Sequence[Line], starts: Sequence[int], position: int) -> Line:
    """Return the line that a place in the text of ``joined_lines`` is on."""
    at = max((i for i, start in enumerate(starts) if start <= position), default=0)
    return lines[at]
