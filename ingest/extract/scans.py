"""Which pages of a PDF gave no text, what OCR adds, and how what is still missing is reported.

Pure except for ``with_ocr``, which runs ``ingest.extract.ocr``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract import ocr
from ingest.extract.completeness import page_ranges
from ingest.extract.headings import Line
from ingest.extract.ocr import OcrPage
from ingest.model import Limits

MIN_CHARS_PER_PAGE: Final = 50
"""A file with images and fewer characters on average is a scan: its text is a stamp."""

BARE_CHARS: Final = 20
MIN_CONFIDENCE: Final = 80
"""Per cent. tesseract's confidence is 90 or more for clean print; below 80, words are wrong."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What pypdf read on a page.

    ``shows_text`` says whether its operators show text that was not extracted; ``failure`` names
    the exception; ``confidence`` is OCR's, in per cent, if OCR read it, and 0 if OCR found no more.
    """

    lines: tuple[Line, ...] = ()
    imaged: bool = False
    shows_text: bool = False
    cut: bool = False
    failure: str | None = None
    confidence: float | None = None

    @property
    def chars(self) -> int:
        """Characters of text."""
        return sum(len(line.text) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Read:
    """The pages that were read, and the remarks on them."""

    pages: tuple[ReadPage, ...]
    lost: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def with_ocr(data: bytes, read: Read, limits: Limits) -> Read:
    """Return ``read`` with what OCR finds on pages without text, and remarks on what is missing.

    Raises:
        SourceRejected: ``no-text-layer``: the file has none, and OCR was not requested, is not
            installed, or found no word.
    """
    scanned = _is_scanned(read.pages)
    wanted = [i for i, page in enumerate(read.pages) if scanned or _is_bare(page)]
    missing = ocr.missing_programs()
    if scanned and (missing or not limits.ocr):
        raise _no_text_layer(read.pages, missing)
    if not limits.ocr or not wanted:
        return _described(read)
    if missing:
        note = f"OCR is not installed: {ocr.how_to_install(missing)}."
        return _described(replace(read, remarks=(*read.remarks, note)))
    recognised = ocr.read_pages(data, [i + 1 for i in wanted], limits)
    pages = list(read.pages)
    for number, page in recognised.pages.items():
        pages[number - 1] = _better(pages[number - 1], page)
    if scanned and not any(c.isalpha() for p in pages for line in p.lines for c in line.text):
        raise SourceRejected(
            "no-text-layer", "It has no text layer, and OCR found no word. Check the file."
        )
    unread = _sentence("OCR did not read", recognised.unread, recognised.why)
    return _described(
        replace(read, pages=tuple(pages), lost=(*read.lost, *unread)), recognised.language
    )


def _better(old: ReadPage, recognised: OcrPage) -> ReadPage:
    """Return a page with what OCR found, or unchanged if OCR found no more."""
    lines = tuple(Line(line) for line in recognised.lines)
    if sum(len(line.text) for line in lines) > old.chars:
        return ReadPage(lines, old.imaged, confidence=recognised.confidence)
    return replace(old, shows_text=False, failure=None, confidence=0.0)


def _is_scanned(pages: Sequence[ReadPage]) -> bool:
    """Whether a file has no text layer.

    A file without any word is a scan or a drawing. So is one with fewer than 50 characters a page
    on average if most of its pages have images; without images it is a short text, such as a
    one-page notice.
    """
    chars = sum(1 for page in pages for line in page.lines for c in line.text if c.isalnum())
    mostly_images = sum(page.imaged for page in pages) * 2 >= len(pages)
    return chars == 0 or (chars < MIN_CHARS_PER_PAGE * len(pages) and mostly_images)


def _is_bare(page: ReadPage) -> bool:
    return page.chars < BARE_CHARS and (page.imaged or page.shows_text or page.failure is not None)


def _no_text_layer(pages: Sequence[ReadPage], missing: Sequence[str]) -> SourceRejected:
    chars = sum(1 for page in pages for line in page.lines for c in line.text if c.isalnum())
    many = "s"[: len(pages) > 1]
    needed = f": {ocr.how_to_install(missing)}, then" if missing else ":"
    return SourceRejected(
        "no-text-layer",
        f"It has no text layer ({chars} characters, {len(pages)} page{many}): it is scanned or "
        f"drawn. It needs OCR{needed} add it again with --ocr.",
    )


def _described(read: Read, language: str = "") -> Read:
    """Return ``read`` with remarks on text that is missing although nothing failed."""
    pages = read.pages
    failures = [page.failure for page in pages if page.failure]
    failed = [i for i, page in enumerate(pages, start=1) if page.failure and page.chars == 0]
    undecoded = [i for i, p in enumerate(pages, start=1) if p.shows_text and not p.imaged]
    bare = [
        i
        for i, p in enumerate(pages, start=1)
        if p.imaged and p.chars < BARE_CHARS and p.confidence is None
    ]
    lost = (
        *_sentence("Could not read", failed, failures[0] if failures else None),
        *_sentence("Text is drawn, but none could be extracted, on", undecoded, "OCR may find it"),
    )
    pictured = _sentence("Only images, no text, on", bare, "OCR may find more")
    # A cover or a plate is usual in a report; a fifth of its pages means a scanned part.
    many = len(bare) >= max(2, 0.2 * len(pages))
    remarks, doubts = _ocr_notes(pages, language)
    return replace(
        read,
        lost=(*read.lost, *lost, *(pictured if many else ())),
        doubts=(*read.doubts, *doubts),
        remarks=(*read.remarks, *remarks, *(() if many else pictured)),
    )


def _sentence(what: str, numbers: Sequence[int], why: str | None) -> tuple[str, ...]:
    if not numbers:
        return ()
    return (f"{what} {_page(numbers)}{f' ({why})' if why else ''}.",)


def _page(numbers: Sequence[int]) -> str:
    return f"page{'s'[: len(numbers) > 1]} {page_ranges(numbers)}"


def _ocr_notes(pages: Sequence[ReadPage], language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the remark and the doubt on pages that OCR read."""
    tried = {i: p.confidence for i, p in enumerate(pages, start=1) if p.confidence is not None}
    read = {i: confidence for i, confidence in tried.items() if confidence}
    empty = _sentence("OCR found no text on", [i for i in tried if i not in read], None)
    # Still a scan: little text, although OCR read each of its pages.
    scarce = ("Even OCR found hardly any text.",) if tried and _is_scanned(pages) else ()
    if not read:
        return empty, scarce
    mean = sum(read.values()) / len(read)
    remark = f"Read by OCR ({language}), mean confidence {mean:.0f} %: {_page(list(read))}."
    poor = [i for i, confidence in read.items() if confidence < MIN_CONFIDENCE]
    each = ", ".join(f"{i}: {read[i]:.0f} %" for i in poor[:10])
    doubt = f"OCR is unsure of {_page(poor)} ({each}): compare them with the original."
    return (remark, *empty), (*((doubt,) if poor else ()), *scarce)
