"""A paper: text laid out once for Word and Markdown, such as a reading list or a brief."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.exports.sheet import Table
from search_api.exports.taking import Made


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look; ``link`` is where they lead."""

    text: str
    link: str | None = None
    bold: bool = False
    italic: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, 2 or deeper: 1 is the title of the paper."""

    text: str
    level: int = 2
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``bullet`` makes it an item of a list."""

    runs: tuple[Run, ...]
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document, and where they are printed; ``link`` is the target of the source."""

    text: str
    source: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The end of a printed page."""


Block = Heading | Paragraph | Quotation | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A title and what follows, with who made it and when."""

    title: str
    blocks: tuple[Block, ...]
    made: Made
    landscape: bool = False


def plain(text: str, *, link: str | None = None) -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph((Run(text, link),))
