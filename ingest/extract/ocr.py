"""OCR of single pages of a PDF by poppler's pdftoppm and tesseract, if they are installed.

Both run as separate programs with a time limit, fed through pipes; no file is written.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.model import Limits
from ingest.text.clean import tidy

RENDERER: Final = "pdftoppm"
READER: Final = "tesseract"
LONG_SIDE_PIXELS: Final = 3_500
"""A4 at 300 dpi, which tesseract is made for; larger pages are scaled down to this size."""

DEFAULT_LANGUAGE: Final = "eng"
_PACKAGES: Final = {RENDERER: "poppler (package poppler-utils)",
                    READER: "tesseract (package tesseract-ocr)"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OcrPage:
    """The lines of a page, with blank ones between paragraphs, and the mean confidence in %."""

    lines: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrResult:
    """What OCR read, by page number, and the pages it did not read, with the reason."""

    pages: dict[int, OcrPage]
    unread: tuple[int, ...]
    why: str | None
    language: str


def missing_programs() -> list[str]:
    """Return the programs that OCR needs and that are not installed."""
    return [name for name in (RENDERER, READER) if shutil.which(name) is None]


def how_to_install(missing: Sequence[str]) -> str:
    """Return what to install, in words."""
    return "install " + " and ".join(_PACKAGES[name] for name in missing)


def read_pages(data: bytes, numbers: Sequence[int], limits: Limits) -> OcrResult:
    """Read pages one by one for at most ``limits.ocr_seconds``; a page that fails is left unread.

    Args:
        data: the bytes of the PDF.
        numbers: the pages to read, 1-based.
        limits: languages and time limits.
    """
    deadline = time.monotonic() + limits.ocr_seconds
    language, turns = _language(limits)
    pages: dict[int, OcrPage] = {}
    unread: list[int] = []
    why = None
    for number in numbers:
        left = min(limits.ocr_page_seconds, deadline - time.monotonic())
        try:
            if left <= 0:
                raise TimeoutError
            pages[number] = _read_page(data, number, language, left, turns=turns)
        except (TimeoutError, subprocess.TimeoutExpired):
            unread.append(number)
            why = "time limit reached"
        except (subprocess.CalledProcessError, OSError) as error:
            unread.append(number)
            why = why or f"{type(error).__name__}: {_complaint(error)}"
    return OcrResult(pages, tuple(unread), why, language)


def _read_page(data: bytes, number: int, language: str, seconds: float, *, turns: bool) -> OcrPage:
    started = time.monotonic()
    only = ["-f", str(number), "-l", str(number)]
    scale = ["-scale-to", str(LONG_SIDE_PIXELS), "-gray", "-png"]
    image = _run([RENDERER, *only, *scale, "-"], data, seconds)
    seconds -= time.monotonic() - started
    mode = ["--psm", "1"] if turns else []  # detects the orientation of the page
    command = [READER, "stdin", "stdout", "-l", language, "--dpi", "300", *mode, "tsv"]
    return page_of(_run(command, image, max(seconds, 1.0)).decode("utf-8", "replace"))


def _run(command: Sequence[str], given: bytes, seconds: float) -> bytes:
    # One thread: the two cores are shared with the other workers.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        command, input=given, capture_output=True, timeout=seconds, check=True, env=environment
    )
    return done.stdout


def _complaint(error: Exception) -> str:
    text = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
    lines = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).splitlines()
    return tidy(lines[-1])[:120] if lines else "no message"


def _language(limits: Limits) -> tuple[str, bool]:
    """Return the language packs to use, and whether the one for turned pages is installed.

    The packs are those requested that are installed, else English, else any.
    """
    wanted = (limits.ocr_languages or DEFAULT_LANGUAGE).split("+")
    try:
        listed = _run([READER, "--list-langs"], b"", 20.0).decode("utf-8", "replace")
    except (subprocess.SubprocessError, OSError):
        return DEFAULT_LANGUAGE, False
    names = [line.strip() for line in listed.splitlines()[1:]]
    packs = [name for name in names if name and name not in ("osd", "equ")]
    chosen = [w for w in wanted if w in packs] or [p for p in packs if p == DEFAULT_LANGUAGE]
    return "+".join(chosen or packs[:1] or [DEFAULT_LANGUAGE]), "osd" in names


def page_of(table: str) -> OcrPage:
    """Return the page that tesseract's TSV describes: one row per word, numbered by its place."""
    rows = list(csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE))
    lines: list[str] = []
    here: tuple[str, ...] | None = None
    confidences: list[tuple[int, float]] = []
    for row in rows:
        word = tidy(row.get("text") or "")
        if row.get("level") != "5" or not word:
            continue
        place = tuple(row[name] for name in ("block_num", "par_num", "line_num"))
        if place == here:
            lines[-1] += f" {word}"
        else:
            lines += ["", word] if here and place[:2] != here[:2] else [word]
        here = place
        confidences.append((len(word), float(row["conf"])))
    return OcrPage(tuple(lines), _mean(confidences))


def _mean(weighted: Iterable[tuple[int, float]]) -> float:
    """Return the mean confidence, weighted by the length of words."""
    pairs = list(weighted)
    size = sum(length for length, _ in pairs)
    return sum(length * value for length, value in pairs) / size if size else 0.0
