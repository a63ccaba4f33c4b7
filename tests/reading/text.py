"""Measures the text read from PDFs, mostly without a text to compare it with.

``python -m tests.reading.run text FOLDER`` reads each PDF there and prints a line for each one and
the sums of both halves. Where poppler's ``pdftotext`` is installed, it gives a second opinion on
the lines of a page; ``truth.yaml``, where there is one, gives sentences and their pages.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ingest.extract import pdf
from ingest.model import ExtractedPage, Fetched, Limits
from tests.reading.record import half_of

LEAST_LINE: Final = 20
"""Letters of a line that is looked for in a page: shorter ones occur by chance."""
LEAST_HEAD: Final = 8
EDGE: Final = 3
"""Lines at the top and the bottom of a page that may be running heads and feet."""
COLUMNS: Final[Mapping[str, str]] = {
    "words": "words",
    "joined": "words that no other document and no line of pdftotext has: two words of others",
    "torn": "words with a space after a hyphen inside them",
    "heads": "lines at the edges of three pages and more that are left in the text",
    "lines": "lines of pdftotext with enough letters",
    "absent": "of these, not found on our page as one stretch: mixed columns or lost text",
    "order": "of these, found before the line they follow",
    "captions": "lines of pdftotext that begin like a caption",
    "apart": "of these, the beginning of a block of ours",
    "headings": "headings",
    "odd": "of these, sentences, citations, numbers, captions or single letters",
    "answers": "sentences of the truth",
    "verbatim": "of these, found on their page",
}

_WORD: Final = re.compile(r"[^\W\d_]+")
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_TORN: Final = re.compile(r"(?<![\W\d_])[^\W\d_]{2,}- (?!(?:and|or|to|y|o|e|ou|et)\b)[a-zà-ÿ]{2,}")
_CAPTION: Final = re.compile(
    r"(?:Table|Figure|Fig\.|Box|Chart|Cuadro|Tabla|Figura|Gr[áa]fico|Tabela|Quadro|Tableau|Encadré"
    r"|Graphique|Exhibit) \d[\d.]*[.:]? "
)
_CITATION: Final = re.compile(r"\(?[^\W\d_][^\d]{2,60},? \(?(?:19|20)\d\d[a-z]?\)?\.?$")
_SENTENCE: Final = re.compile(r"[a-zà-ÿ)]\.$|[a-zà-ÿ]\. [A-Z].*[a-zà-ÿ]\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file: its pages, and the lines of the second opinion's pages."""

    pages: tuple[ExtractedPage, ...]
    lines: tuple[tuple[str, ...], ...]
    answers: tuple[tuple[int, str], ...]


def report(folder: Path) -> str:
    """Return the figures of each PDF in a folder, and their sums, as a table."""
    truth = _truth(folder)
    readings = {
        path.name: Reading(read_pages(path), second_lines(path), truth.get(path.name, ()))
        for path in sorted(folder.glob("*.pdf"))
    }
    known = _known_words(readings.values())
    sums: dict[str, Counter[str]] = {"dev": Counter(), "test": Counter()}
    rows = [_row("", {name: name for name in COLUMNS})]
    for name, reading in readings.items():
        counted = measure_text(reading, known)
        sums[half_of(name)].update(counted)
        rows.append(_row(name[:-4], counted))
    rows += [_row(half, counted) for half, counted in sums.items()]
    return "\n".join([*rows, "", *(f"{name}: {what}" for name, what in COLUMNS.items())])


def _row(name: str, values: Mapping[str, Any]) -> str:
    return " ".join([f"{name[:36]:36}", *(f"{values.get(column, 0):>8}" for column in COLUMNS)])


def read_pages(path: Path) -> tuple[ExtractedPage, ...]:
    """Return the pages of a PDF as they are read at intake, without the limit on time."""
    fetched = Fetched(path.as_uri(), path.read_bytes(), path.name)
    return pdf.extract(fetched, Limits(max_seconds=600)).pages


def second_lines(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the lines of each page as pdftotext gives them; none where it is not installed."""
    if not shutil.which("pdftotext"):
        return ()
    run = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    return tuple(tuple(page.split("\n")) for page in run.stdout.decode("utf-8").split("\f"))


def measure_text(reading: Reading, known: Mapping[str, int]) -> Counter[str]:
    """Return the counts that ``COLUMNS`` explains."""
    counted: Counter[str] = Counter(_count_headings(reading.pages))
    other = {w for lines in reading.lines for line in lines for w in _WORD.findall(line.casefold())}
    for page in reading.pages:
        for block in page.blocks:
            words = _WORD.findall(block.text)
            counted["words"] += len(words)
            counted["joined"] += sum(
                1 for word in words if is_joined(word.casefold(), known, other)
            )
            counted["torn"] += len(_TORN.findall(block.text))
    counted.update(_compare_lines(reading))
    texts = {p.number: squeezed(" ".join(b.text for b in p.blocks)) for p in reading.pages}
    counted["answers"] = len(reading.answers)
    counted["verbatim"] = sum(squeezed(s) in texts.get(page, "") for page, s in reading.answers)
    return counted


def is_joined(word: str, known: Mapping[str, int], other: Set[str] = frozenset()) -> bool:
    """Whether a word that is in one document alone consists of two words that four others have.

    ``other`` has the words of the document as the second reader gives them.
    """
    if len(word) < 8 or known.get(word, 0) > 1 or word in other:
        return False
    cuts = range(3, len(word) - 2)
    return any(min(known.get(word[:i], 0), known.get(word[i:], 0)) >= 4 for i in cuts)


def _known_words(readings: Iterable[Reading]) -> Counter[str]:
    """Count the documents that have each word, by either reader."""
    documents: Counter[str] = Counter()
    for reading in readings:
        ours = (block.text for page in reading.pages for block in page.blocks)
        documents.update({w for text in ours for w in _WORD.findall(text.casefold())})
    return documents


def _compare_lines(reading: Reading) -> Counter[str]:
    counted: Counter[str] = Counter()
    edges = [_edges(lines) for lines in reading.lines]
    seen = Counter(key for keys in edges for key in keys)
    for page, lines, at_edges in zip(reading.pages, reading.lines, edges, strict=False):
        begins = [letters(block.text)[:30] for block in page.blocks]
        text = "".join(letters(block.text) for block in page.blocks)
        last = -1
        for line in lines:
            key = letters(line)
            if key in at_edges and seen[key] >= 3:
                counted["heads"] += key in text
                continue
            if _CAPTION.match(line):
                counted["captions"] += 1
                counted["apart"] += any(b.startswith(key[:30]) or key.startswith(b)
                                        for b in begins if len(b) >= 5)  # fmt: skip
            if len(key) < LEAST_LINE:
                continue
            at = text.find(key)
            counted["lines"] += 1
            counted["absent"] += at < 0
            counted["order"] += 0 <= at < last
            last = at if at >= 0 else last
    return counted


def _edges(lines: Sequence[str]) -> set[str]:
    keys = [key for line in lines if (key := letters(line))]
    return {key for key in (*keys[:EDGE], *keys[-EDGE:]) if len(key) >= LEAST_HEAD}


def _count_headings(pages: Sequence[ExtractedPage]) -> Counter[str]:
    headings = [b.text for p in pages for b in p.blocks if b.heading_level]
    return Counter(headings=len(headings), odd=sum(map(is_odd, headings)))


def is_odd(heading: str) -> bool:
    """Whether a heading is a sentence, a citation, a caption, or has no word of three letters."""
    return bool(
        _SENTENCE.search(heading)
        or len(heading.split()) > 25
        or _CITATION.match(heading)
        or _CAPTION.match(heading)
        or not any(len(word) >= 3 for word in _WORD.findall(heading))
    )


def letters(text: str) -> str:
    """Return the letters of a text, small, without ligatures."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def squeezed(text: str) -> str:
    """Return a text in NFKC on one line, with one form of each quote, and without hyphens.

    pdftotext, which the truth was copied from, takes the hyphen of "pre-specified" for the
    typesetter's if it is at a line's end.
    """
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("’‘“”", "''\"\"", "-‐‑"))
    return " ".join(text.split())


def _truth(folder: Path) -> dict[str, tuple[tuple[int, str], ...]]:
    import yaml

    if not (folder / "truth.yaml").exists():
        return {}
    entries = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    return {
        entry["file"]: tuple((q["pdf_page"], q["answer_sentence"]) for q in entry["questions"])
        for entry in entries
    }
