"""Measures what questions in Spanish, Portuguese and French find in reports in English.

``python -m tests.reading.run translated FOLDER`` asks the repository that ``quotes`` takes in, with
both encoders. The questions are those of ``truth.yaml`` in English, each put into one of the
languages by hand, and near misses, which the reports do not answer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import MAX_PER_PAGE, Query
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder
from search_api.service.encoders import load_second
from tests.reading.quotes import ROOT, Figures, Question, count_shown, questions, take_in

TRANSLATED: Final = ROOT / "tests/data/reading/translated.jsonl"


def report(folder: Path) -> str:
    """Return which answers are shown, and how many questions of each group are called strong."""
    return "\n".join(_measure(folder))


def _measure(folder: Path) -> Iterator[str]:
    data = take_in(folder)
    second, _ = load_second(data)
    searcher = Searcher(
        LocalEngine(data.index_folder), load_encoder(), load_taxonomy(), multilingual=second
    )
    rows = [json.loads(line) for line in TRANSLATED.read_text(encoding="utf-8").splitlines()]
    asked = questions(folder)
    figures, called = Figures(), Counter[tuple[bool, str]]()
    with connect(data.catalogue_path) as catalogue:
        for row in rows:
            results = searcher.search(catalogue, Query(row["text"], limit=MAX_PER_PAGE))
            called[row["answered"], results.strength] += 1
            if row["answered"]:
                count_shown(figures, _question(row, asked), results.hits)
    yield from figures.lines()
    for answered in (True, False):
        bands = (f"{called[answered, band]} {band}" for band in ("strong", "weak", "none"))
        yield f"  {'answered' if answered else 'near miss':10} {', '.join(bands)}"
    yield "-- faults"
    yield from figures.faults


def _question(row: dict[str, Any], asked: list[Question]) -> Question:
    """Return the question of a report that a row is the translation of."""
    of_file = [question for question in asked if question.file == row["file"]]
    return replace(of_file[row["number"] - 1], text=row["text"])
