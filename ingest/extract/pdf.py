"""PDF, page by page. The only door to pypdf; what its pages amount to is in ``scans``."""

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
from ingest.extract.completeness import page_ranges
from ingest.extract.embedded import authors_of
from ingest.extract.headings import Line, Run, Title, largest_text, lines_of
from ingest.extract.scans import Read, ReadPage
from ingest.model import Extracted, Fetched, Hints, Limits
from ingest.text.clean import shorten, tidy
from ingest.text.lines import kept_lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MEDIA_TYPE: Final = "application/pdf"
SUFFIXES: Final = ("pdf",)
MAX_OUTLINE: Final = 5_000
MAX_CONTENT_BYTES: Final = 2_000_000
MIN_SHOWN_BYTES: Final = 10
"""A blank page often shows a space or two; no word is this short and alone on its page."""

KEPT_LOG_LINES: Final = 5
_LEFT_OUT: Final = "Part of it could not be read; compare with the original."
_FAULTY: Final = "The file has faults inside; if words are missing, make the PDF anew."
_LOSSES: Final = re.compile(
    r"impossible to decode|exceeded|skipped|unable to decode|might be (?:wrong|incorrect)"
    r"|check if output|output will be incomplete"
    r"|ignoring page tree entry|while decompressing|invalid elementary object",
    re.I,
)
_NO_FAULT: Final = "fontTools is required"
"""Of five files in 159 pypdf says that it would read a font better with that library. With it their
text was the same to the letter; text that came out garbled is found by ``garbled``."""
# Operators that show text, and what they show: PDF 32000-1, 9.4.3.
_SHOWN: Final = re.compile(
    rb"\(((?:[^()\\]|\\.){1,2000})\)\s{0,9}(?:Tj|['\"])|<([0-9A-Fa-f\s]{1,4000})>\s{0,9}Tj"
    rb"|\[([^\[\]]{1,8000})\]\s{0,9}TJ",
    re.S,
)
_SPACES: Final = re.compile(rb"[\s()<>\[\]\d.-]+")


class _Log(logging.Handler):
    """Counts the faults that pypdf logs, and keeps the first lines that mean lost text.

    One file can log 6,502 lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.losses: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            said = record.getMessage()
        except Exception:  # it shows an object that refers to itself
            said = str(record.msg)
        if said.startswith(_NO_FAULT):
            return
        self.count += 1
        message = shorten(tidy(said[:500]), 120)
        if len(self.losses) < KEPT_LOG_LINES and _LOSSES.search(message):
            self.losses.append(message)


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the paragraphs of each page, the outline's titles among them as headings.

    Running heads and feet are removed and words torn at line ends are mended. With ``limits.ocr``
    pages that hold no text are read by OCR.

    Raises:
        SourceRejected: ``password``, ``truncated``, ``unreadable``, ``empty``,
            ``too-many-pages`` or ``no-text-layer``.
    """
    with _captured() as log:
        reader = _open(fetched.data)
        read = _read(reader, limits)
        titles = _outline(reader)
        stated = _information(reader)
    read = scans.with_ocr(fetched.data, read, limits)
    texts = [[line.text for line in page.lines] for page in read.pages]
    keep = kept_lines(texts)
    kept = [
        [page.lines[i] for i in numbers] for page, numbers in zip(read.pages, keep, strict=True)
    ]
    lost = [f"{_LEFT_OUT} (The program said: {log.losses[0]})"] if log.losses else []
    if not _has_end_mark(fetched.data):
        lost.append("The end mark of the file is missing: it may have been cut off.")
    warned = (_FAULTY,) if log.count else ()
    return Extracted(
        pages=layout.pages_of(kept, titles),
        page_unit="page",
        hints=(stated, Hints("page", title=largest_text(read.pages[0].lines))),
        opening="\n".join(line for lines in texts[:2] for line in lines),
        lost=(*read.lost, *lost),
        doubts=read.doubts,
        remarks=(*read.remarks, *warned),
    )


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
            raise SourceRejected("empty", "The PDF has no pages. Ask for the file anew.")
    except SourceRejected:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise SourceRejected(
            "password", "It opens only with a password. Ask for a copy without one."
        ) from error
    except EmptyFileError as error:
        raise SourceRejected("empty", "The file is empty. Ask for it anew.") from error
    except Exception as error:  # damaged files raise nearly anything; see ingest.extract
        raise _unreadable(data, type(error).__name__) from error
    return reader


def _unreadable(data: bytes, cause: str) -> SourceRejected:
    if not _has_end_mark(data):
        return SourceRejected(
            "truncated",
            f"The PDF is cut off: its end is missing ({cause}). Download or ask for it anew.",
        )
    return SourceRejected(
        "unreadable",
        f"The PDF is damaged or of an unknown kind ({cause}). Open it in another program and "
        "save it again, or ask for it anew.",
    )


def _has_end_mark(data: bytes) -> bool:
    return b"%%EOF" in data[-2048:]


def _read(reader: PdfReader, limits: Limits) -> Read:
    """Read the text of every page; one that fails does not lose the others."""
    count = len(reader.pages)
    if count > limits.max_pages:
        raise SourceRejected(
            "too-many-pages",
            f"It has {count:,} pages, the limit is {limits.max_pages:,}. Split it.",
        )
    deadline = time.monotonic() + limits.max_seconds
    pages: list[ReadPage] = []
    lost: list[str] = []
    chars = 0
    for number in range(1, count + 1):
        if time.monotonic() > deadline or chars > limits.max_chars:
            why = "the text limit" if chars > limits.max_chars else "the time limit"
            left_out = page_ranges(range(number, count + 1))
            lost.append(f"Page {left_out} of {count} was left out at {why}.")
            break
        page = _read_page(reader, number - 1, limits.max_chars_per_page)
        if page.cut:
            lost.append(f"Page {number} was cut at {limits.max_chars_per_page:,} characters.")
        chars += page.chars
        pages.append(page)
    failures = [page.failure for page in pages if page.failure]
    if len(failures) == count:
        raise SourceRejected(
            "unreadable",
            f"No page of it could be read ({failures[0]}). Open it in another program "
            "and save it again, or ask for it anew.",
        )
    return Read(tuple(pages), lost=tuple(lost))


def _read_page(reader: PdfReader, index: int, max_chars: int) -> ReadPage:
    try:
        page = reader.pages[index]
        runs = _runs(page, max_chars)
    except Exception as error:  # one bad page must not lose the others
        return ReadPage(failure=type(error).__name__)
    lines: tuple[Line, ...] = tuple(lines_of(runs))
    return ReadPage(
        lines,
        imaged=_has_image(page),
        shows_text=not any(line.text for line in lines) and _shows_text(page),
        cut=sum(len(run.text) for run in runs) >= max_chars,
    )


def _runs(page: PageObject, max_chars: int) -> list[Run]:
    """Return the text of a page with the size and font of its letters, at most ``max_chars``.

    pypdf shows the same text to a visitor as it returns (on all 230 pages of four reports); should
    it ever not, what it returns counts, without the letters' looks.
    """
    runs: list[Run] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        height = abs(size * (tm[3] or tm[1]) * (cm[3] or cm[1]))
        runs.append(Run(text, height, str((font or {}).get("/BaseFont", ""))))

    text = page.extract_text(visitor_text=visit)
    if "".join(run.text for run in runs) != text:
        return [Run(text[:max_chars], 0.0, "")]
    room = max_chars
    kept = []
    for run in runs:
        kept.append(replace(run, text=run.text[:room]))
        room -= len(run.text)
        if room <= 0:
            break
    return kept


def _objects(page: PageObject) -> list[Any]:
    try:
        objects: Any = page["/Resources"]["/XObject"].get_object()  # type: ignore[index]
        return [o.get_object() for o in objects.values()]
    except Exception:  # resources may be missing or of any type; then no object is known of
        return []


def _has_image(page: PageObject) -> bool:
    with contextlib.suppress(Exception):
        return any(o.get("/Subtype") == "/Image" for o in _objects(page))
    return False


def _shows_text(page: PageObject) -> bool:
    """Whether a page that gave no text has operators that show some, on it or in a form of its."""
    with contextlib.suppress(Exception):  # a page this damaged fails, or is a warning, elsewhere
        contents = page.get_contents()
        parts = [contents.get_data()] if contents is not None else []
        parts += [o.get_data() for o in _objects(page) if o.get("/Subtype") == "/Form"]
        shown = (found for part in parts for found in _SHOWN.findall(part[:MAX_CONTENT_BYTES]))
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
    """Return what the document information states; values may be of any type."""
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
