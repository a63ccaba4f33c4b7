"""Measures what searches of real reports call strong evidence.

``python -m tests.reading.run bands FOLDER`` asks the repository that ``quotes`` takes in: the
questions of ``truth.yaml``, which the reports answer, and near misses, which are inside the field
and which they do not. The latter are those of ``corpus/judgments/bands.jsonl`` and of
``tests/data/reading/near_misses.jsonl``, which also names those of the first that they do answer.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search.bands import read_band_questions
from index.search.language import language_of_question
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder
from search_api.service.encoders import load_second
from tests.reading.quotes import ROOT, questions, take_in

OWN: Final = ROOT / "tests/data/reading/near_misses.jsonl"
JUDGED: Final = ROOT / "corpus/judgments/bands.jsonl"


def report(folder: Path) -> str:
    """Return how many questions of each group and language are called strong."""
    return "\n".join(_measure(folder))


def near_misses() -> list[tuple[str, str]]:
    """Return the language and the text of each question that the reports do not answer."""
    own = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    answered = {row["text"] for row in own if row["answered"]}
    judged = [(q.language, q.text) for q in read_band_questions(JUDGED) if q.group == "near-miss"]
    told = [*judged, *((row["language"], row["text"]) for row in own)]
    return [(language, text) for language, text in told if text not in answered]


def _measure(folder: Path) -> Iterator[str]:
    data = take_in(folder)
    second, _ = load_second(data)
    searcher = Searcher(
        LocalEngine(data.index_folder), load_encoder(), load_taxonomy(), multilingual=second
    )
    asked = [("answered", language_of_question(q.text), q.text) for q in questions(folder)]
    asked += [("near miss", *of) for of in near_misses()]
    called: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    faults = []
    with connect(data.catalogue_path) as catalogue:
        for group, language, text in asked:
            results = searcher.search(catalogue, Query(text, limit=1))
            called[language, group][results.strength] += 1
            if (group == "answered") != (results.strength == "strong"):
                faults.append(f"{language}, {group}, {results.strength}: {text}")
    for (language, group), counts in sorted(called.items()):
        told = ", ".join(f"{counts[band]} {band}" for band in ("strong", "weak", "none"))
        yield f"{language:4} {group:10} {counts.total():3}: {told}"
    yield "-- called otherwise"
    yield from faults
