"""Scores from the postings are FTS5's own, after any change; a file that is wrong is not used."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from index.model import Query
from index.words import building
from index.words.building import follow_changes, load_postings, publish_postings
from index.words.counting import stem_terms
from index.words.files import NAME, read_postings
from index.words.keywords import query_terms, search_keywords
from tests.conftest import store_document

QUESTIONS = Path(__file__).parents[2] / "corpus" / "judgments" / "queries.jsonl"
WORDS = ("school", "schools", "measure", "measuring", "éducation", "of", "wellbeing", "x1", "ﬁnd")
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    min_size=1,
    max_size=3,
    unique=True,
)
CHANGES = st.lists(st.tuples(st.sampled_from("abcd"), TITLES, st.none() | TEXTS), max_size=5)


def _scores(ids, scores):
    return dict(zip(ids.tolist(), scores.tolist(), strict=True))


def _assert_as_fts5(catalogue, postings, terms):
    for term, word in stem_terms(terms).items():
        numbers, scores = postings.bm25(word)
        expected = _scores(*search_keywords(catalogue, [term]))
        assert _scores(postings.ids[numbers], scores) == pytest.approx(expected, rel=1e-6)


def _emptied(catalogue, folder):
    with catalogue.transaction():
        catalogue.db.execute("delete from document")
    shutil.rmtree(folder, ignore_errors=True)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(first=CHANGES, later=CHANGES)
def test_scores_are_those_of_fts5_after_any_change(catalogue, tmp_path, first, later):
    _emptied(catalogue, tmp_path / "index")
    for name, title, texts in first:
        store_document(catalogue, name, *(texts or ["x1"]), title=title)
    assert publish_postings(catalogue, tmp_path / "index")
    followed = load_postings(catalogue, tmp_path / "index")
    _assert_as_fts5(catalogue, followed, WORDS)
    for name, title, texts in later:
        if texts:
            store_document(catalogue, name, *texts, title=title)
        elif catalogue.documents([name]):
            with catalogue.transaction():
                catalogue.delete_document(name)
        followed = follow_changes(catalogue, followed, [name])
    _assert_as_fts5(catalogue, followed, WORDS)
    _assert_as_fts5(catalogue, load_postings(catalogue, tmp_path / "index"), WORDS)


def test_every_word_of_the_judged_questions_scores_as_in_fts5(starter):
    asked = [json.loads(line)["text"] for line in QUESTIONS.read_text().splitlines()]
    with connect(starter / "data" / "catalogue.sqlite") as catalogue:
        postings = load_postings(catalogue, starter / "data" / "index")
        _assert_as_fts5(catalogue, postings, sorted({w for q in asked for w in query_terms(q)}))


def test_a_title_that_changed_under_the_same_passages_is_noticed(catalogue, tmp_path, store):
    document = store("a", "Nothing but filler.", title="Schools in 2019")
    publish_postings(catalogue, tmp_path)
    with catalogue.transaction():
        catalogue.store_document(
            replace(document, title="Schools in 2020"),
            catalogue.text("a"),
            pages=catalogue.pages("a"),
            passages=catalogue.passages("a"),
        )
    postings = load_postings(catalogue, tmp_path)
    assert [len(postings.bm25(year)[0]) for year in ("2019", "2020")] == [0, 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:-999] + bytes([data[-999] ^ 1]) + data[-998:],
        lambda data: b"{}" + data[2:],
        lambda data: b"",
        lambda data: data.replace(b"porter", b"proter", 1),
    ],
    ids=["shorter", "another bit", "no header", "empty", "another tokenizer"],
)
def test_a_file_that_is_wrong_is_not_used_and_is_written_again(catalogue, tmp_path, store, damage):
    store("a", *(f"Schools measure wellbeing {n}." for n in range(40)))
    publish_postings(catalogue, tmp_path)
    path = tmp_path / NAME
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert read_postings(tmp_path) is None
    assert load_postings(catalogue, tmp_path) is None
    assert publish_postings(catalogue, tmp_path)
    assert path.read_bytes() == before


def test_the_file_is_written_again_only_when_it_is_far_behind(catalogue, tmp_path, store):
    store("a", *(f"Passage {n}." for n in range(100)))
    assert publish_postings(catalogue, tmp_path)
    first = (tmp_path / NAME).read_bytes()
    store("b", "One more.")
    assert not publish_postings(catalogue, tmp_path)
    store("c", *(f"Many more {n}." for n in range(10)))
    assert publish_postings(catalogue, tmp_path)
    assert (tmp_path / NAME).read_bytes() != first


def _write_before(monkeypatch, path, name, *texts):
    """Let another process store a document just before a part of the catalogue is read."""
    read = getattr(building, name)

    def late(*given, **options):
        with connect(path) as other:
            store_document(other, "late", *texts)
        return read(*given, **options)

    monkeypatch.setattr(building, name, late)


def test_what_is_written_while_the_postings_are_read_is_not_in_half_of_them(
    catalogue, tmp_path, store, monkeypatch
):
    store("a", "Schools measure.", "Teachers lead.")
    with monkeypatch.context() as patched:
        _write_before(patched, catalogue.path, "read_owners", "Pupils read.")
        assert publish_postings(catalogue, tmp_path)
    stored = read_postings(tmp_path)
    assert len(stored.ids) == len(stored.documents) == len(stored.lengths) == 2
    kept = load_postings(catalogue, tmp_path)
    with monkeypatch.context() as patched:
        _write_before(patched, catalogue.path, "read_total", "Pupils read more.", "And more.")
        kept = follow_changes(catalogue, kept, ["late"])
    _assert_as_fts5(catalogue, follow_changes(catalogue, kept, ["late"]), ["pupils", "teachers"])


def test_postings_that_count_other_words_than_fts5_are_not_used(catalogue, tmp_path, store):
    store("a", "Schools measure wellbeing.")
    publish_postings(catalogue, tmp_path)
    catalogue.db.execute("update passage_fts_data set block = x'0105' where id = 1")
    assert load_postings(catalogue, tmp_path) is None


def test_a_word_is_scored_from_the_postings_and_damage_is_still_noticed(
    catalogue, store, searching
):
    store("a", "Schools measure wellbeing.")
    store("b", "Teachers lead.")
    searcher = searching()
    assert searcher.search(catalogue, Query("wellbeing")).legs == ("keywords", "vectors")
    catalogue.db.execute("update passage_fts_data set block = x'00' where id > 10")
    found = searcher.search(catalogue, Query("teachers"))
    assert found.legs == ("vectors",)
    assert "the keyword index is damaged" in found.notices[0]
    assert np.isfinite(found.hits[0].score)
