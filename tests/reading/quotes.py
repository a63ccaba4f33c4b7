"""Measures whether the sentence that answers a question is among those shown for it.

``python -m tests.reading.run quotes FOLDER`` takes in the PDFs that ``truth.yaml`` there names,
all into one repository, and asks its questions. The repository is kept for the next run in the
folder for temporary files, under a name that depends on the code that reads and encodes. Half of
the questions, by a hash of their words, are for looking at (``dev``); nobody looks at the faults of
the other half (``test``).
"""

from __future__ import annotations

import hashlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import MAX_PER_PAGE, Hit, Query, Snippet
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder
from search_api.service.settings import Settings
from tests.reading.record import half_of

ROOT: Final = Path(__file__).parents[2]
FIRST_LETTERS: Final = 260
"""About as much of a passage as a reader sees at a glance: what the sentences are compared with."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the file whose text answers it, and the sentence of it that does."""

    text: str
    file: str
    sentence: str


@dataclass(slots=True)
class Figures:
    """Shares of the questions, and the words that were shown for them."""

    questions: int = 0
    shown: dict[str, int] = field(default_factory=dict)
    words: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the figures as lines of a table."""
        for name, count in self.shown.items():
            yield f"  {name:44} {count:3} of {self.questions}"
        if self.words:
            yield f"  words of an answer: median {statistics.median(self.words):g}"


def report(folder: Path) -> str:
    """Return the figures for the questions about the reports in a folder."""
    return "\n".join(_measure(folder))


def _measure(folder: Path) -> Iterator[str]:
    data = take_in(folder)
    encoder = load_encoder()
    searcher = Searcher(LocalEngine(data.index_folder), encoder, load_taxonomy())
    halves = {"dev": Figures(), "test": Figures()}
    with connect(data.catalogue_path) as catalogue:
        for question in questions(folder):
            figures = halves[half_of(question.text)]
            results = searcher.search(catalogue, Query(question.text, limit=MAX_PER_PAGE))
            count_shown(figures, question, results.hits)
    for half, figures in halves.items():
        yield f"-- {half}"
        yield from figures.lines()
    yield "-- faults of dev"
    yield from halves["dev"].faults


def questions(folder: Path) -> list[Question]:
    """Return the questions of ``truth.yaml``."""
    import yaml

    entries = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    return [
        Question(asked["question"], entry["file"], asked["answer_sentence"])
        for entry in entries
        for asked in entry["questions"]
    ]


def count_shown(figures: Figures, question: Question, hits: Sequence[Hit]) -> None:
    """Count where the sentence that answers a question is shown."""
    own = next((hit for hit in hits if hit.document.source.endswith(question.file)), None)
    snippets = own.snippets if own else ()
    first = snippets[:1]
    answers = [answer_of(snippet) for snippet in snippets]
    figures.questions += 1
    seen = {
        "its document: first answer (quote@1)": holds(question, answers[:1]),
        "its document: three answers (quote@3)": holds(question, answers),
        "its document: first letters of the passage": holds(
            question, [snippet.text[:FIRST_LETTERS] for snippet in first]
        ),
        "its document: first passage": holds(question, [s.text for s in first]),
        "its document: three passages": holds(question, [s.text for s in snippets]),
        "all documents: first answer": holds(
            question, [answer_of(snippet) for hit in hits[:1] for snippet in hit.snippets[:1]]
        ),
        "all documents: first answers of three": holds(
            question, [answer_of(snippet) for hit in hits[:3] for snippet in hit.snippets[:1]]
        ),
    }
    for name, shown in seen.items():
        figures.shown[name] = figures.shown.get(name, 0) + shown
    figures.words += [len(answer.split()) for answer in answers[:1]]
    if not seen["its document: first answer (quote@1)"]:
        place = "in its passage" if seen["its document: first passage"] else "in another passage"
        figures.faults.append(
            f"{question.file}: {question.text} ({place})\n    shown:  {' | '.join(answers[:1])}"
            f"\n    wanted: {question.sentence}"
        )


def answer_of(snippet: Snippet) -> str:
    """Return the sentences shown first of a passage."""
    return " … ".join(snippet.text[part.start : part.end] for part in snippet.answer)


def holds(question: Question, texts: Iterable[str]) -> bool:
    """Whether a text has the sentence that answers, by its letters and digits."""
    return any(letters(question.sentence) in letters(text) for text in texts)


def letters(text: str) -> str:
    """Return the letters and digits of a text: hyphens and spaces differ between readers of PDF."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def take_in(folder: Path) -> Settings:
    """Return a repository of the reports, taken in and indexed by this code."""
    data = Path(tempfile.gettempdir()) / f"salex-reports-{_state(folder)}"
    if not (data / "index" / "CURRENT").exists():
        files = [str(path) for path in sorted(folder.glob("*.pdf"))]
        for command in (["init"], ["add", *files], ["index"]):
            subprocess.run(
                [sys.executable, "-m", "search_api", *command],
                env=os.environ | {"SALEX_DATA_FOLDER": str(data)},
                cwd=ROOT,
                check=command[0] != "add",  # a report that is rejected is a fault of the figures
                stdout=sys.stderr,
            )
    return Settings(data_folder=data)


def _state(folder: Path) -> str:
    """Name the code that reads and encodes, and the reports."""
    state = hashlib.sha256()
    for part in ("ingest", "index/vectors", "corpus/sentences.py", "corpus/migrations"):
        path = ROOT / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            state.update(file.read_bytes())
    for report_ in sorted(folder.glob("*.pdf")):
        state.update(f"{report_.name}/{report_.stat().st_size}".encode())
    return state.hexdigest()[:12]
