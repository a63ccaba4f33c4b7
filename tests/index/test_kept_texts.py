"""What the file of the texts says of a passage is what reading the passage gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from index.model import Extract, Query
from index.search import kept_texts
from index.search.kept_texts import TextsOfIndex, keep_texts, made_for, publish_texts
from index.search.quoting import rate_sentences
from index.search.sentences import read_sentences, take_apart
from index.words import matching
from index.words.matching import read_words
from index.words.texts import NAME, KeptText, read_texts, write_texts
from search_api.service.settings import Settings
from search_api.upkeep.copying import refresh_copy
from tests.conftest import store_document

TEXTS = (
    "Schools measured wellbeing. Key finding: measuring helps 40 of 50 schools.\n\nR E V I E W S 1",
    "Section 3 describes the method. ¿Cuántos docentes? • Uno de los 12 responde que sí lo hace.",
    "学校 评估 学校。 हिन्दी में शिक्षा।",
    "",
)
calm = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


def _taken(texts):
    words = read_words(texts)
    return [
        (number, KeptText(take_apart(text), own))
        for number, (text, own) in enumerate(zip(texts, words, strict=True))
    ]


def _told(kept):
    words = kept.words and [array.tolist() for array in kept.words]
    return [tuple(sentence) for sentence in kept.sentences], words


@settings(max_examples=60, **calm)
@given(st.lists(st.sampled_from(TEXTS) | st.text("aé. \n•:1学’-Z", max_size=40), max_size=5))
def test_the_file_has_what_was_put_into_it(tmp_path, texts):
    taken = _taken(texts)
    write_texts(tmp_path, "rules", [taken[:2], taken[2:]])
    kept = read_texts(tmp_path, "rules")
    found = dict(kept.of([*range(-1, len(texts) + 1)]))
    assert {i: _told(of) for i, of in found.items()} == {i: _told(of) for i, of in taken}


def test_a_text_too_long_for_the_arrays_is_left_out(tmp_path):
    texts = ["A short one is kept.", "one two. " * 8_000, "a" * 300 + " word."]
    write_texts(tmp_path, "rules", [_taken(texts)])
    assert [i for i, _ in read_texts(tmp_path, "rules").of([0, 1, 2])] == [0]


def test_a_file_made_by_other_rules_or_cut_short_is_of_no_use(tmp_path):
    write_texts(tmp_path, "rules", [_taken(TEXTS)])
    assert not len(read_texts(tmp_path, "other rules").ids)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-1])
    assert not len(read_texts(tmp_path, "rules").ids)


def test_what_is_damaged_in_the_file_is_read_from_the_passage(tmp_path):
    write_texts(tmp_path, "rules", [_taken(TEXTS)])
    path, whole = tmp_path / NAME, (tmp_path / NAME).read_bytes()
    head = whole.index(b"\n") + 1
    true = {i: _told(of) for i, of in _taken(TEXTS)}
    lost = 0
    for place in range(head, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        found = dict(read_texts(tmp_path, "rules").of([*range(len(TEXTS))]))
        assert all(_told(of) == true[i] for i, of in found.items())
        lost += len(found) < len(TEXTS)
    assert lost > 100


def test_searches_read_passages_as_the_file_has_them(catalogue, tmp_path, monkeypatch):
    store_document(catalogue, "one", *TEXTS[:3])
    assert publish_texts(catalogue, tmp_path)
    assert not publish_texts(catalogue, tmp_path)
    passages = catalogue.passages_by_id([i for i, _ in catalogue.passage_owners()])
    kept, texts = TextsOfIndex(tmp_path).current(), [p.text for p in passages.values()]
    expected = [read_sentences(text) for text in texts]
    words = [own and [array.tolist() for array in own] for own in read_words(texts)]
    monkeypatch.setattr("index.search.sentences._read", {})
    monkeypatch.setattr(matching, "_kept", matching._Kept())
    keep_texts(kept, passages)
    monkeypatch.setattr("index.search.sentences.take_apart", None)
    assert [read_sentences(text) for text in texts] == expected
    reader = matching._kept.reader()
    assert [reader.has(text) for text in texts] == [own is not None for own in words]
    monkeypatch.setattr(matching._Reader, "cut", None)
    read = reader.read([text for text in texts if reader.has(text)])
    assert [[array.tolist() for array in own] for own in read] == [own for own in words if own]


def test_the_file_is_written_again_when_many_passages_are_others(catalogue, tmp_path, monkeypatch):
    store_document(
        catalogue, "one", *(f"Passage number {n} is of one document." for n in range(60))
    )
    told = []
    assert publish_texts(catalogue, tmp_path, lambda *progress: told.append(progress))
    assert told == [(60, 60)]
    texts = TextsOfIndex(tmp_path)
    first = texts.current()
    store_document(catalogue, "two", "One passage more is not worth it.")
    assert not publish_texts(catalogue, tmp_path)
    assert texts.current() is first
    store_document(catalogue, "three", *(f"Three passages more are, {n} says." for n in range(3)))
    taken = []
    monkeypatch.setattr(kept_texts, "take_apart", lambda text: taken.append(text) or [])
    assert publish_texts(catalogue, tmp_path)
    assert len(taken) == 4, "those that the file has are not taken apart again"
    assert len(texts.current().ids) == 64


def test_a_search_quotes_by_the_file_of_its_index(
    catalogue, store, searching, tmp_path, monkeypatch
):
    store("one", "Schools measure wellbeing. Teachers answer forty questions a year.")
    searcher = searching()
    publish_texts(catalogue, tmp_path / "index")
    monkeypatch.setattr("index.search.sentences._read", {})
    monkeypatch.setattr("index.search.sentences.take_apart", None)
    (hit,) = searcher.search(catalogue, Query("who answers questions")).hits
    assert hit.snippets[0].answer == (Extract(27, 66, 1, 1),)
    monkeypatch.setattr("index.search.sentences._read", {})
    asked = searcher.read_question(catalogue, Query("who answers questions"))
    passages = catalogue.passages_by_id([hit.snippets[0].passage_id]).values()
    assert [one.start for one in rate_sentences(catalogue, passages, asked)] == [0, 27]


def test_a_copy_has_the_file(tmp_path):
    source, copy = (Settings(data_folder=tmp_path / name) for name in ("source", "copy"))
    with connect(source.catalogue_path, create=True) as catalogue:
        store_document(catalogue, "one", *TEXTS[:3])
        publish_texts(catalogue, source.index_folder)
    refresh_copy(source, copy.data_folder)
    assert len(TextsOfIndex(copy.index_folder).current().ids) == 3


def test_without_a_folder_there_is_nothing_and_other_code_has_its_own_file(tmp_path, monkeypatch):
    assert not len(TextsOfIndex(tmp_path / "none").current().ids)
    before = made_for()
    made_for.cache_clear()
    monkeypatch.setattr(kept_texts, "_RULES", (matching,))
    assert made_for() != before
    made_for.cache_clear()


@pytest.mark.parametrize("wanted", [[], [7], [-(2**62), 2**62]])
def test_passages_that_the_file_does_not_have_are_not_found(tmp_path, wanted):
    write_texts(tmp_path, "rules", [[]])
    assert not [*read_texts(tmp_path, "rules").of(wanted)]
    write_texts(tmp_path, "rules", [_taken(TEXTS)])
    assert not [*read_texts(tmp_path, "rules").of(wanted)]
    assert np.array_equal(read_texts(tmp_path, "rules").ids, range(len(TEXTS)))
