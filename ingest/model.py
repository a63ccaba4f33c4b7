"""The values of ingestion: what was fetched, what was extracted, what is ready to store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.model import Document, Page, PageUnit, RecordEvidence
from corpus.roles import Role

if TYPE_CHECKING:
    from corpus.documents.fetches import Fetch  # workers need no database

READING: Final = 10
"""The version of reading, stored with each document. Raise it in a release that reads the same
bytes to another text, other passages or roles, or another record: see ``salex reread``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one input is read before it is rejected or cut, which is always reported.

    100 MB takes every report met so far many times over. 5 MB of HTML because trafilatura's time
    grows faster than its input (1 MB 1 s, 10 MB 26 s and more). A page of 200,000 characters is
    no page: a 68 KB file can unfold to one of 70 million. Plain text is limited by characters.

    ``max_unpacked_bytes``, ``max_members`` and ``max_ratio`` (unpacked to packed size) hold for
    what comes as a ZIP: Office files, EPUB, OpenDocument. ``ocr`` lets scanned pages be read by
    tesseract, in ``ocr_languages`` ("spa+eng"; its packs for our languages when ``None``), within
    ``ocr_seconds`` a document, which come on top of the rest.

    ``max_seconds`` of the processor are what a document may take, and ``max_clock_seconds`` by the
    clock: where other programs use the processors too, a long report is not to blame for that.
    """

    max_file_bytes: int = 100_000_000
    max_html_bytes: int = 5_000_000
    max_pages: int = 5_000
    max_chars: int = 5_000_000
    max_chars_per_page: int = 200_000
    max_seconds: float = 60.0
    max_clock_seconds: float = 240.0
    fetch_timeout_s: float = 60.0
    max_redirects: int = 5
    max_unpacked_bytes: int = 200_000_000
    max_members: int = 2_000
    max_ratio: int = 200
    ocr: bool = False
    ocr_languages: str | None = None
    ocr_page_seconds: float = 60.0
    ocr_seconds: float = 900.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes come from; ``path`` is ``None`` for an address to fetch.

    ``uri`` is the identity the catalogue keeps: ``file:`` with an absolute path, or http(s).
    ``given`` is the address as it was written, if that differs. ``hints`` is what the feed or
    manifest that named the source says about it. ``fetched`` has the bytes of sources that need no
    reading, such as a record of a bibliography. ``doubts`` and ``remarks`` go to the outcome.
    ``instead`` is what is taken in if the source cannot be read.
    """

    uri: str
    path: Path | None = None
    given: str | None = None
    hints: tuple[Hints, ...] = ()
    fetched: Fetched | None = None
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    instead: Source | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of one source and what came with them. Picklable, for worker processes.

    ``fetches`` is what to store about the fetch. ``hints`` is what the feed or manifest that named
    the source says about it; it takes precedence over what the bytes say. ``doubts`` and
    ``remarks`` are the source's own.
    """

    source: str
    data: bytes
    name: str
    declared: str | None = None
    url: str | None = None
    fetches: tuple[Fetch, ...] = ()
    hints: tuple[Hints, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or heading (``heading_level`` 1 is the highest).

    ``height`` is that of most of its letters, in points, where the medium states it.
    """

    text: str
    heading_level: int | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """The blocks of one page, in reading order; ``number`` is 1-based."""

    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of a page as printed; ``height`` is that of most of its letters, in points."""

    text: str
    height: float = 0.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """What one origin says about a document. ``None`` and empty mean that it says nothing."""

    origin: str
    id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    year: int | None = None
    published: str | None = None
    kind: str | None = None
    language: str | None = None
    url: str | None = None
    url_kind: str | None = None
    doi: str | None = None
    isbn: str | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    page_range: str | None = None
    series: str | None = None
    licence: str | None = None
    summary: str | None = None
    confidence: str | None = None
    digest: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extractor read.

    ``hints`` come best first. ``lost`` says what is missing from the text (the outcome becomes
    ``partial``), ``doubts`` what a person should check (``needs_review``), ``remarks`` what is only
    worth mentioning. ``encoding`` says how bytes were decoded and why, if there was a choice
    ("windows-1252 (declared in a meta tag)"). ``printed`` has the lines of each page with their
    running heads and page numbers, and ``labels`` what the file calls its pages, where the medium
    has them. ``aside`` is text that a web page shows beside its main text. ``landscape`` tells
    whether the first pages are wider than high.
    """

    pages: tuple[ExtractedPage, ...]
    page_unit: PageUnit | None = None
    hints: tuple[Hints, ...] = ()
    lost: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    encoding: str | None = None
    printed: tuple[tuple[PrintedLine, ...], ...] = ()
    labels: tuple[str, ...] = ()
    aside: str = ""
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before its document has an id: ``text`` is the document's text[start:end]."""

    start: int
    end: int
    page: int
    page_end: int
    heading: str | None
    text: str
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything needed to store a document except its id, which also depends on the catalogue.

    ``document.id`` is empty; ``wanted_id`` is what the front matter asks for; ``encoding`` is how
    the bytes were decoded and why, where there was a choice; ``evidence`` is where fields of the
    record were read.
    """

    document: Document
    text: str
    pages: tuple[Page, ...]
    cuts: tuple[Cut, ...]
    simhash: int | None
    wanted_id: str | None = None
    lost: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    encoding: str | None = None
    evidence: tuple[RecordEvidence, ...] = ()
