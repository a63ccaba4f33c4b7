"""PDF, page by page. The only door to pypdf."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import SourceRejected
from ingest.clean import shorten, tidy
from ingest.extract.headings import (
    LOWEST_LEVEL,
    Line,
    Run,
    Style,
    Title,
    heading_at,
    heading_styles,
    largest,
    lines_of,
)  # fmt: skip
from ingest.lines import join_lines, kept_lines, paragraphs, vocabulary
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MIN_CHARS_PER_PAGE: Final = 50
"""Fewer on average, in a file that holds images, is a scan: what text there is is a stamp."""

MAX_OUTLINE: Final = 5_000
KEPT_LOG_LINES: Final = 5
_LOSSES: Final = re.compile(
    r"impossible to decode|exceeded|skipped|unable to decode|might be (?:wrong|incorrect)"
    r"|check if output|output will be incomplete",
    re.I,
)
_NAME_LISTS: Final = re.compile(r",?\s+(?:and|y|e|et|und)\s+|,\s+|\s*&\s*")


class _Log(logging.Handler):
    """Counts what pypdf logs, keeps the first lines, and notes those that mean lost text.

    One file can log 6,502 lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.kept: list[str] = []
        self.losses: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1
        message = shorten(tidy(record.getMessage()[:500]), 120)
        if len(self.kept) < KEPT_LOG_LINES:
            self.kept.append(message)
        if len(self.losses) < KEPT_LOG_LINES and _LOSSES.search(message):
            self.losses.append(message)


@dataclass(frozen=True, slots=True)
class _Read:
    """The lines of the pages that could be read, and what could not."""

    pages: tuple[tuple[Line, ...], ...]
    imaged: tuple[bool, ...]
    failed: tuple[tuple[int, str], ...]
    lost: tuple[str, ...]


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the paragraphs of each page, the outline's titles among them as headings.

    Running heads and feet are removed and words torn at line ends are mended.

    Raises:
        SourceRejected: ``password``, ``truncated``, ``unreadable``, ``empty``,
            ``too-many-pages`` or ``no-text-layer``.
    """
    with _captured() as log:
        reader = _open(fetched.data)
        read = _read(reader, limits)
        _check_text_layer(read)
        titles = _outline(reader)
        stated = _information(reader)
    texts = [[line.text for line in lines] for lines in read.pages]
    keep = kept_lines(texts)
    kept = [[lines[i] for i in numbers] for lines, numbers in zip(read.pages, keep, strict=True)]
    return Extracted(
        pages=_pages(kept, titles),
        page_unit="page",
        hints=(stated, Hints("page", title=largest(read.pages[0]))),
        opening="\n".join(line for lines in texts[:2] for line in lines),
        lost=(*read.lost, *_missing(fetched.data, read, log)),
        remarks=(f"pypdf gave {log.count} warnings, first: {log.kept[0]}",) if log.count else (),
    )


def _pages(
    pages: Sequence[Sequence[Line]], titles: Mapping[int, Sequence[Title]]
) -> tuple[ExtractedPage, ...]:
    words = vocabulary([line.text for line in lines] for lines in pages)
    styles = heading_styles(pages)
    if titles:
        # The outline has the upper levels; what else looks like a heading is below them.
        styles = dict.fromkeys(styles, LOWEST_LEVEL)
    return tuple(
        ExtractedPage(i + 1, tuple(_blocks(lines, list(titles.get(i, ())), styles, words)))
        for i, lines in enumerate(pages)
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
    except Exception as error:  # damaged files raise nearly anything; see ingest.extract.extract
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


def _read(reader: PdfReader, limits: Limits) -> _Read:
    """Read the text of every page; one that fails does not lose the others."""
    count = len(reader.pages)
    if count > limits.max_pages:
        raise SourceRejected(
            "too-many-pages",
            f"It has {count:,} pages, the limit is {limits.max_pages:,}. Split it.",
        )
    deadline = time.monotonic() + limits.max_seconds
    pages: list[tuple[Line, ...]] = []
    imaged: list[bool] = []
    failed: list[tuple[int, str]] = []
    lost: list[str] = []
    chars = 0
    for number in range(1, count + 1):
        if time.monotonic() > deadline or chars > limits.max_chars:
            why = "the text limit" if chars > limits.max_chars else "the time limit"
            lost.append(f"Pages {number}-{count} were left out at {why}.")
            break
        try:
            page = reader.pages[number - 1]
            runs = _runs(page, limits.max_chars_per_page)
        except Exception as error:  # one bad page must not lose the others
            runs, page = [], None
            failed.append((number, type(error).__name__))
        size = sum(len(run.text) for run in runs)
        if size >= limits.max_chars_per_page:
            lost.append(f"Page {number} was cut at {limits.max_chars_per_page:,} characters.")
        chars += size
        pages.append(tuple(lines_of(runs)))
        imaged.append(page is not None and _has_image(page))
    if len(failed) == count:
        raise SourceRejected(
            "unreadable", f"No page of it could be read ({failed[0][1]}). Ask for the file anew."
        )
    return _Read(tuple(pages), tuple(imaged), tuple(failed), tuple(lost))


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


def _has_image(page: PageObject) -> bool:
    try:
        objects: Any = page["/Resources"]["/XObject"].get_object()  # type: ignore[index]
        return any(o.get_object().get("/Subtype") == "/Image" for o in objects.values())
    except Exception:  # resources may be missing or of any type; then no image is known of
        return False


def _check_text_layer(read: _Read) -> None:
    """Refuse a file without a text layer.

    No word at all is a scan or a drawing. Under 50 characters a page on average is one too when
    most of its pages hold images; without them it is a short text, such as a one-page notice.
    """
    chars = sum(1 for lines in read.pages for line in lines for c in line.text if c.isalnum())
    pages = len(read.pages)
    mostly_images = sum(read.imaged) * 2 >= pages
    if chars == 0 or (chars < MIN_CHARS_PER_PAGE * pages and mostly_images):
        raise SourceRejected(
            "no-text-layer",
            f"It has no text layer ({chars} characters, {pages} page{'s'[: pages > 1]}): it is "
            "scanned or drawn. It needs OCR before it can be taken in.",
        )


def _missing(data: bytes, read: _Read, log: _Log) -> list[str]:
    """Return what is not in the text although nothing raised, for a person to look at."""
    found = []
    if read.failed:
        numbers = ", ".join(str(n) for n, _ in read.failed[:20])
        more = f" and {len(read.failed) - 20} more" if len(read.failed) > 20 else ""
        found.append(f"Could not read page {numbers}{more} ({read.failed[0][1]}).")
    sizes = [sum(len(line.text) for line in lines) for lines in read.pages]
    bare = [i + 1 for i, size in enumerate(sizes) if read.imaged[i] and size < 20]
    # A cover or a plate is usual in a report; a fifth of its pages is a scanned part.
    if len(bare) >= max(2, 0.2 * len(sizes)):
        numbers = ", ".join(map(str, bare[:20]))
        found.append(f"Only images, no text, on page {numbers}: OCR may find more.")
    if log.losses:
        found.append(f"pypdf left out text: {log.losses[0]}")
    if not _has_end_mark(data):
        found.append("The end mark of the file is missing: it may have been cut off.")
    return found


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


def _blocks(
    lines: Sequence[Line],
    waiting: list[Title],
    styles: Mapping[Style, int],
    words: Mapping[str, int],
) -> Iterator[Block]:
    """Yield the paragraphs of a page, parted by its headings."""
    pending: list[str] = []
    i = 0
    while i < len(lines):
        taken, level = heading_at(lines, i, waiting, styles)
        if not taken:
            pending.append(lines[i].text)
            i += 1
            continue
        yield from (Block(p) for p in paragraphs(pending, words))
        yield Block(join_lines([line.text for line in lines[i : i + taken]], words), level)
        pending = []
        i += taken
    yield from (Block(p) for p in paragraphs(pending, words))


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
        authors=_authors(info.get("author", "")),
        doi=info.get("doi") or info.get("wps-articledoi") or None,
    )


def _authors(text: str) -> tuple[str, ...]:
    """Split a list of names; "Family, Given" stays whole, an account name is no author."""
    parts = text.split(";") if ";" in text else _NAME_LISTS.split(text)
    names = [name for part in parts if (name := part.strip(" .,;"))]
    if ";" not in text and any(" " not in name for name in names):
        names = [text.strip()]
    plausible = [n for n in names if " " in n and any(c.isupper() for c in n)]
    return tuple(n for n in plausible if "microsoft" not in n.casefold())[:100]
