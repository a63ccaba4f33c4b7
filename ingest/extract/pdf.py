"""PDF, page by page. The only door to pypdf; ``scans`` judges what its pages contain."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import SourceRejected
from ingest.extract import layout, scans
from ingest.extract.columns import in_columns
from ingest.extract.completeness import page_ranges
from ingest.extract.embedded import authors_of
from ingest.extract.fonts import FontNames
from ingest.extract.gaps import with_gaps
from ingest.extract.headings import Line, Title, lines_of
from ingest.extract.numbering import without_line_numbers
from ingest.extract.raised import set_notes_apart
from ingest.extract.runs import Run, join_words
from ingest.extract.scans import Read, ReadPage
from ingest.extract.spacing import Makers, told_gaps
from ingest.model import Extracted, Fetched, Hints, Limits, PrintedLine
from ingest.text.clean import shorten, tidy
from ingest.text.lines import kept_lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MEDIA_TYPE: Final = "application/pdf"
SUFFIXES: Final = ("pdf",)
MAX_OUTLINE: Final = 5_000
MAX_CONTENT_BYTES: Final = 2_000_000
MIN_SHOWN_BYTES: Final = 10
"""A blank page often has a space or two; no page consists of one word this short."""

PAGES_OF_SLIDES: Final = 3
KEPT_LOG_LINES: Final = 5
_LEFT_OUT: Final = "Part of it could not be read: compare it with the original."
_FAULTY: Final = "The file is damaged inside; if words are missing, create the PDF again."
_LOSSES: Final = re.compile(
    r"impossible to decode|exceeded|skipped|unable to decode|might be (?:wrong|incorrect)"
    r"|check if output|output will be incomplete"
    r"|ignoring page tree entry|while decompressing|invalid elementary object",
    re.I,
)
_NO_FAULT: Final = "fontTools is required"
"""For five files of 159 pypdf says that this library would help it read a font. With it their text
was exactly the same; ``garbled`` finds text that is not readable."""
# Operators that show text, and what they show: PDF 32000-1, 9.4.3.
_SHOWN: Final = re.compile(
    rb"\(((?:[^()\\]|\\.){1,2000})\)\s{0,9}(?:Tj|['\"])|<([0-9A-Fa-f\s]{1,4000})>\s{0,9}Tj"
    rb"|\[([^\[\]]{1,8000})\]\s{0,9}TJ",
    re.S,
)
_SPACES: Final = re.compile(rb"[\s()<>\[\]\d.-]+")


class _Log(logging.Handler):
    """Count the faults that pypdf logs, and keep the first lines that mean lost text.

    One file can log 6,502 lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.losses: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            said = record.getMessage()
        except Exception:  # the message contains an object that refers to itself
            said = str(record.msg)
        if said.startswith(_NO_FAULT):
            return
        self.count += 1
        message = shorten(tidy(said[:500]), 120)
        if len(self.losses) < KEPT_LOG_LINES and _LOSSES.search(message):
            self.losses.append(message)


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the paragraphs of each page, the outline's titles among them as headings.

    Running heads and feet are removed and words broken at line ends are joined. With
    ``limits.ocr``, pages without text are read by OCR.

    Raises:
        SourceRejected: ``password``, ``truncated``, ``unreadable``, ``empty``,
            ``too-many-pages`` or ``no-text-layer``.
    """
    with _captured() as log:
        reader = _open(fetched.data)
        read = _read(reader, limits)
        titles = _outline(reader)
        stated = _information(reader)
        labels = _labels(reader)
        landscape = _is_landscape(reader)
    read = scans.with_ocr(fetched.data, read, limits)
    pages = without_line_numbers([page.lines for page in read.pages])
    keep = kept_lines([[line.text for line in lines] for lines in pages])
    kept = [[lines[i] for i in numbers] for lines, numbers in zip(pages, keep, strict=True)]
    lost = [f"{_LEFT_OUT} (The PDF reader reported: {log.losses[0]})"] if log.losses else []
    if not _has_end_mark(fetched.data):
        lost.append("The end mark of the file is missing: it may have been cut off.")
    warned = (_FAULTY,) if log.count else ()
    return Extracted(
        pages=layout.pages_of(kept, titles),
        page_unit="page",
        hints=(stated,),
        printed=tuple(tuple(map(_printed, lines)) for lines in pages),
        labels=labels,
        lost=(*read.lost, *lost),
        doubts=read.doubts,
        remarks=(*read.remarks, *warned),
        landscape=landscape,
    )


def _is_landscape(reader: PdfReader) -> bool:
    """Whether the first pages are wider than high, as slides are."""
    try:
        sizes = [(page.mediabox, page.rotation) for page in reader.pages[:PAGES_OF_SLIDES]]
        wide = [(box.width > box.height) != (turn % 180 == 90) for box, turn in sizes]
    except Exception:  # a page tree or a box that is none
        return False
    return bool(wide) and all(wide)


@contextlib.contextmanager
def _captured() -> Iterator[_Log]:
    logger = logging.getLogger("pypdf")
    handler, propagates = _Log(), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


def _open(data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, EmptyFileError, FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise FileNotDecryptedError
        if not len(reader.pages):
            raise SourceRejected("empty", "The PDF has no pages. Ask for a new copy.")
    except SourceRejected:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise SourceRejected(
            "password", "It is protected by a password. Ask for a copy without one."
        ) from error
    except EmptyFileError as error:
        raise SourceRejected("empty", "The file is empty. Ask for a new copy.") from error
    except Exception as error:  # damaged files raise almost anything; see ingest.extract
        raise _unreadable(data, type(error).__name__) from error
    return reader


def _unreadable(data: bytes, cause: str) -> SourceRejected:
    if not _has_end_mark(data):
        return SourceRejected(
            "truncated",
            f"The PDF is cut off: its end is missing ({cause}). Download it again, or ask for a "
            "new copy.",
        )
    return SourceRejected(
        "unreadable",
        f"The PDF is damaged or of an unknown version ({cause}). Open it in another program and "
        "save it again, or ask for a new copy.",
    )


def _has_end_mark(data: bytes) -> bool:
    return b"%%EOF" in data[-2048:]


def _read(reader: PdfReader, limits: Limits) -> Read:
    """Read the text of every page; a page that fails does not affect the others."""
    count = len(reader.pages)
    if count > limits.max_pages:
        raise SourceRejected(
            "too-many-pages",
            f"It has {count:,} pages; the limit is {limits.max_pages:,}. Split it.",
        )
    deadline = time.thread_time() + limits.max_seconds
    read: list[ReadPage] = []
    lost: list[str] = []
    chars = 0
    for number in range(1, count + 1):
        if time.thread_time() > deadline or chars > limits.max_chars:
            why = "the text limit" if chars > limits.max_chars else "the time limit"
            rest = page_ranges(range(number, count + 1))
            pages, were = ("Page", "was") if number == count else ("Pages", "were")
            lost.append(f"{pages} {rest} of {count} {were} left out: {why} was reached.")
            break
        page = _read_page(reader, number - 1, limits.max_chars_per_page)
        if page.cut:
            lost.append(f"Page {number} was cut at {limits.max_chars_per_page:,} characters.")
        chars += page.chars
        read.append(page)
    failures = [page.failure for page in read if page.failure]
    if len(failures) == count:
        raise SourceRejected(
            "unreadable",
            f"No page of it could be read ({failures[0]}). Open it in another program and save it "
            "again, or ask for a new copy.",
        )
    return Read(tuple(read), lost=tuple(lost))


def _read_page(reader: PdfReader, index: int, max_chars: int) -> ReadPage:
    try:
        page = reader.pages[index]
        runs = _runs(page, max_chars)
    except Exception as error:  # one bad page must not affect the others
        return ReadPage(failure=type(error).__name__)
    lines: tuple[Line, ...] = tuple(in_columns(with_gaps(lines_of(runs))))
    return ReadPage(
        lines,
        imaged=_has_image(page),
        shows_text=not any(line.text for line in lines) and _shows_text(page),
        cut=sum(len(run.text) for run in runs) >= max_chars,
    )


def _runs(page: PageObject, max_chars: int) -> list[Run]:
    """Return the text of a page with the size and font of its letters, at most ``max_chars``.

    pypdf passes the same text to a visitor as it returns (on all 230 pages of four reports). If
    they ever differ, the returned text is used, without sizes and fonts.
    """
    from pypdf.generic import ArrayObject, ContentStream

    runs: list[Run] = []
    name_of = FontNames().of

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        height = abs(size * (tm[3] or tm[1]) * (cm[3] or cm[1]))
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        runs.append(Run(text, height, name_of(font), (x, y)))

    with told_gaps(page, Makers(ContentStream, ArrayObject)):
        text = page.extract_text(visitor_text=visit)
    if "".join(run.text for run in runs) != text:
        return [Run(text[:max_chars], 0.0, "")]
    room = max_chars
    kept = []
    for run in set_notes_apart(join_words(runs)):
        kept.append(replace(run, text=run.text[:room]))
        room -= len(run.text)
        if room <= 0:
            break
    return kept


def _printed(line: Line) -> PrintedLine:
    height, bold = line.mostly or (0.0, False)
    return PrintedLine(line.text, height, bold)


def _objects(page: PageObject) -> list[Any]:
    try:
        objects: Any = page["/Resources"]["/XObject"].get_object()  # type: ignore[index]
        return [o.get_object() for o in objects.values()]
    except Exception:  # resources may be missing or of any type; then no object is known
        return []


def _has_image(page: PageObject) -> bool:
    with contextlib.suppress(Exception):
        return any(o.get("/Subtype") == "/Image" for o in _objects(page))
    return False


def _shows_text(page: PageObject) -> bool:
    """Whether a page that gave no text, or one of its forms, has operators that show text."""
    with contextlib.suppress(Exception):  # a page this damaged fails or raises a warning elsewhere
        contents = page.get_contents()
        parts = [contents.get_data()] if contents is not None else []
        parts += [o.get_data() for o in _objects(page) if o.get("/Subtype") == "/Form"]
        shown = (text for part in parts for text in _SHOWN.findall(part[:MAX_CONTENT_BYTES]))
        size = sum(len(_SPACES.sub(b"", a + c)) + len(b) // 4 + c.count(b"<") for a, b, c in shown)
        return bool(size >= MIN_SHOWN_BYTES)
    return False


def _outline(reader: PdfReader) -> dict[int, list[Title]]:
    """Return the outline's titles with their levels, by the index of the page they point to."""
    titles: dict[int, list[Title]] = {}
    with contextlib.suppress(Exception):  # a broken outline costs headings, never text
        stack: list[tuple[Any, int]] = [(item, 1) for item in reversed(reader.outline)]
        for _ in range(MAX_OUTLINE):
            if not stack:
                break
            item, level = stack.pop()
            if isinstance(item, list):
                stack.extend((child, level + 1) for child in reversed(item))
                continue
            page = reader.get_destination_page_number(item)
            if page is not None and page >= 0:
                titles.setdefault(page, []).append((tidy(str(item.title)), level))
    return titles


def _information(reader: PdfReader) -> Hints:
    """Return what the document information states; its values may be of any type."""
    try:
        given = dict(reader.metadata or {})
        info = {str(k).lstrip("/").lower(): tidy(str(v))[:2000] for k, v in given.items()}
    except Exception:  # an unreadable dictionary states nothing
        return Hints("embedded")
    return Hints(
        "embedded",
        title=info.get("title") or None,
        authors=authors_of(info.get("author", "")),
        doi=info.get("doi") or info.get("wps-articledoi") or None,
    )


def _labels(reader: PdfReader) -> tuple[str, ...]:
    """Return what the file itself calls its pages (PDF 32000-1, 12.4.2), if it says so."""
    with contextlib.suppress(Exception):  # a broken tree costs labels, never text
        if "/PageLabels" in reader.root_object:
            return tuple(tidy(str(label))[:20] for label in reader.page_labels)
    return ()
