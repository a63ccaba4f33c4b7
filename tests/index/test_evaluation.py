"""Evaluation reads BEIR folders and refuses broken ones."""

from __future__ import annotations

from collections import Counter

import pytest

from corpus.errors import EvaluationInvalid
from corpus.tags.decision_file import JUDGMENTS_FOLDER, STARTER_FOLDER
from index.evaluation import (
    below_floors,
    by_language,
    measure_ranking,
    read_floors,
    read_judged_queries,
    read_translations,
    store_collection,
    summarise,
)
from index.model import Filters
from index.search.language import language_of_question


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        '{"_id": "a", "title": "Apples", "text": "Red fruit."}\n'
        '{"_id": "b", "title": "", "text": "Wellbeing of students."}\n'
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "1", "text": "student wellbeing", "language": "en"}\n'
        '{"_id": "2", "text": "nobody judged this"}\n'
    )
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tb\t1\n")
    return folder


def test_a_collection_is_stored_searched_and_measured(catalogue, searching, collection):
    assert store_collection(collection, catalogue) == 2
    queries = read_judged_queries(collection)
    assert [q.id for q in queries] == ["1"]
    report = measure_ranking(catalogue, searching(), queries)
    assert report.means == {
        "ndcg_at_10": 1.0, "rr_at_10": 1.0, "recall_at_20": 1.0, "recall_at_100": 1.0
    }  # fmt: skip
    assert list(by_language(report, queries)) == ["en"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("queries.jsonl", "{not json"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\tb\tgood\n"),
        ("qrels/test.tsv", "wrong\theadings\n1\t2\n"),
    ],
    ids=["not JSON", "a grade that is no number", "other columns"],
)
def test_a_broken_collection_names_the_file(collection, file, text):
    (collection / file).write_text(text)
    with pytest.raises(EvaluationInvalid, match=file.split("/")[-1]):
        read_judged_queries(collection)


def test_every_judged_document_is_in_the_starter_corpus():
    held = {path.stem for path in (STARTER_FOLDER / "documents").glob("*.md")}
    queries = read_judged_queries(JUDGMENTS_FOLDER)
    assert len(queries) == 27
    assert all(set(q.grades) <= held for q in queries)
    assert [q.id for q in queries if q.expect_none] == ["q40"]


def test_a_figure_below_its_floor_is_reported():
    report = summarise(
        {"q": {"ndcg_at_10": 0.5, "rr_at_10": 1, "recall_at_20": 1, "recall_at_100": 1}}
    )
    assert below_floors(report, {"ndcg_at_10": 0.6, "rr_at_10": 0.9}) == {"ndcg_at_10": (0.5, 0.6)}


def test_the_floors_are_not_lower_than_what_was_promised():
    assert read_floors(JUDGMENTS_FOLDER / "floors.toml")["ndcg_at_10"] >= 0.80


def test_translations_are_judged_like_the_queries_they_are_of():
    queries = read_judged_queries(JUDGMENTS_FOLDER)
    asked = read_translations(JUDGMENTS_FOLDER, queries)
    by_id = {query.id: query for query in queries}
    counted = Counter(query.language for query in asked)
    assert counted == {"en": 26, "es": 26, "pt": 26, "fr": 26}
    for query in asked:
        original = by_id[query.id.partition("-")[0]]
        assert (query.grades, query.filters) == (original.grades, Filters())
        assert language_of_question(query.text) in (query.language, "und")
    assert set(read_floors(JUDGMENTS_FOLDER / "floors.toml", "translated")) == set(counted)
