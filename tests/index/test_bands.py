"""Whether evidence is rightly called strong, weak or none is measured on questions of our own."""

from __future__ import annotations

from collections import Counter

import pytest

from corpus.errors import EvaluationInvalid
from corpus.tags.decision_file import JUDGMENTS_FOLDER, STARTER_FOLDER
from index.search.bands import (
    BandQuestion,
    BandRow,
    Bound,
    measure_bands,
    out_of_bounds,
    read_band_questions,
    read_bounds,
    share_called,
)
from tests.conftest import store_document

QUESTIONS = JUDGMENTS_FOLDER / "bands.jsonl"


def test_there_are_questions_of_each_group_in_each_language():
    counts = Counter((q.group, q.language) for q in read_band_questions(QUESTIONS))
    assert counts == {
        ("answerable", "en"): 20, ("answerable", "es"): 4, ("answerable", "pt"): 4,
        ("answerable", "fr"): 4, ("near-miss", "en"): 36, ("near-miss", "es"): 8,
        ("near-miss", "pt"): 8, ("near-miss", "fr"): 8, ("out-of-scope", "en"): 18,
        ("out-of-scope", "es"): 4, ("out-of-scope", "pt"): 4, ("out-of-scope", "fr"): 4,
    }  # fmt: skip


def test_every_question_is_asked_once_and_answered_by_documents_of_the_starter_corpus():
    questions = read_band_questions(QUESTIONS)
    known = {path.stem for path in (STARTER_FOLDER / "documents").glob("*.md")}
    assert len({q.id for q in questions}) == len({q.text for q in questions}) == len(questions)
    assert [q.id for q in questions if not q.answered_by <= known] == []


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        '{"_id": "1", "text": "x", "language": "en", "group": "other"}',
        '{"_id": "1", "text": "x", "language": "en", "group": "answerable"}',
        '{"_id": "1", "text": "x", "language": "en", "group": "near-miss", "answered_by": ["a"]}',
        '{"_id": "1", "language": "en", "group": "near-miss"}',
    ],
    ids=["no JSON", "an unknown group", "answered by nothing", "answered after all", "no text"],
)
def test_a_broken_question_is_named_by_its_line(tmp_path, line):
    good = '{"_id": "0", "text": "x", "language": "en", "group": "near-miss"}'
    (tmp_path / "bands.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(EvaluationInvalid, match=r"bands.jsonl, line 2"):
        read_band_questions(tmp_path / "bands.jsonl")


def test_questions_are_counted_by_what_their_evidence_is_called(catalogue, searching):
    store_document(catalogue, "a", "Trust grows slowly in networks of schools.")
    rows = measure_bands(
        catalogue,
        searching(),
        [
            BandQuestion("1", "trust in networks", "en", "answerable", frozenset({"a"})),
            BandQuestion("2", "quantum lattices", "en", "out-of-scope"),
        ],
    )
    assert [(r.band, r.counts["answerable"], r.first_answers) for r in rows] == [
        ("strong", 1, 1), ("weak", 0, 0), ("none", 0, 0)
    ]  # fmt: skip
    assert share_called(rows, "out-of-scope", "none", language="en") == 1.0


def test_a_share_out_of_bounds_is_said():
    counts = {"answerable": 0, "near-miss": 1, "out-of-scope": 0}
    rows = [BandRow("en", "strong", counts, 0), BandRow("en", "weak", counts | {"near-miss": 3}, 0)]
    bounds = [Bound("near-miss", "strong", most=0.05), Bound("near-miss", "weak", least=0.75)]
    assert out_of_bounds(rows, {"en": bounds}) == [
        "0.25 of the near-miss questions in en are called strong, which should be from 0.0 to 0.05"
    ]


def test_the_bounds_are_no_wider_than_what_was_promised():
    by_language = read_bounds(JUDGMENTS_FOLDER / "floors.toml")
    assert set(by_language) == {"en", "es", "pt", "fr"}
    for language, bounds in by_language.items():
        of = {(b.group, b.band): b for b in bounds}
        assert of["near-miss", "strong"].most <= 0.05
        assert of["answerable", "none"].most <= 0.02
        assert of["answerable", "strong"].least >= (0.75 if language == "en" else 0.50)
        assert of["out-of-scope", "none"].least >= 0.90
