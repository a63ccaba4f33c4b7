"""While Qdrant fails, keywords answer and say so; afterwards nothing is lost."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from corpus.errors import EngineUnavailable, IndexUnusable
from corpus.taxonomy import load_taxonomy
from index.clock import Clock
from index.engine import Question
from index.local.engine import LocalEngine
from index.model import Query
from index.qdrant.breaker import Breaker
from index.qdrant.client import EngineFault
from index.qdrant.engine import QdrantEngine
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from tests.conftest import store_document
from tests.index.test_engines import _asked, _indexed
from tests.support.engines import SecondEncoder, client_of, same_answers, same_state
from tests.support.fakes import HashEncoder
from tests.support.faulty import MISBEHAVING, WRITING, FaultyClient, standing_in

TEXTS = ("Schools measure.", "Teachers lead schools.", "Nothing else.", "Wellbeing of schools.")


@pytest.fixture
def faulty(tmp_path):
    """A shard that can be told to fail."""
    with client_of("shard", tmp_path) as client:
        yield FaultyClient(client)


@pytest.fixture
def engine(faulty, tmp_path, catalogue):
    """A filled engine over three documents."""
    for number, text in enumerate(TEXTS[:3]):
        store_document(catalogue, f"d{number}", text, TEXTS[3])
    _indexed(catalogue, tmp_path / "index")
    made = _engine(faulty, tmp_path)
    made.apply(catalogue)
    return made


def _engine(client, tmp_path, **settings):
    return QdrantEngine(client, tmp_path / "index", exact=True, quantized=False, **settings)


def _fail(*methods, how="before"):
    return lambda name: how if not methods or name in methods else None


def _agrees(catalogue, tmp_path, engine) -> None:
    """Check that the engine has everything again."""
    local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
    same_state(catalogue, local, other)
    same_answers(catalogue, local, other, _asked("schools lead"))


def test_an_engine_that_is_down_leaves_the_answer_to_keywords(engine, faulty, catalogue, tmp_path):
    searcher = Searcher(engine, HashEncoder(), load_taxonomy())
    faulty.decide = _fail()
    engine._filled = None
    found = searcher.search(catalogue, Query("schools"))
    assert found.legs == ("keywords",)
    assert {hit.document.id for hit in found.hits} == {"d0", "d1", "d2"}
    assert any(n.startswith("Answered by keywords only. The search engine") for n in found.notices)
    state = searcher.refresh(catalogue)
    assert not state.ready
    assert "did not answer" in state.problem
    faulty.decide = _fail("nothing")
    engine.breaker._failed = 0
    assert searcher.search(catalogue, Query("schools")).legs == ("keywords", "vectors")


def test_an_engine_that_fails_in_the_middle_leaves_the_answer_to_keywords(
    engine, faulty, catalogue
):
    searcher = Searcher(engine, HashEncoder(), load_taxonomy())
    searcher.search(catalogue, Query("schools"))
    identity = engine.view(catalogue).identity
    for failing in range(4):
        asked = iter(range(100))
        faulty.decide = lambda name, n=failing, a=asked: (
            "before" if name == "ask" and next(a) == n else None
        )
        found = searcher.search(catalogue, Query("schools"))
        if len(found.legs) > 1:  # it needs no more than that many requests
            assert failing > 0
            break
        assert any("Answered by keywords only" in notice for notice in found.notices)
        assert {hit.document.id for hit in found.hits} == {"d0", "d1", "d2"}
        assert engine.view(catalogue).identity != identity
    faulty.decide = _fail("nothing")


def test_without_words_a_failure_is_an_error_and_not_an_empty_answer(engine, faulty, catalogue):
    searcher = Searcher(engine, HashEncoder(), load_taxonomy())
    view = engine.view(catalogue)
    faulty.decide = _fail("ask", "scroll")
    vectors = {"vectors": HashEncoder().encode_query("schools")}
    with pytest.raises(EngineUnavailable):
        view.ask(catalogue, Question(vectors=vectors), Clock())
    with pytest.raises(IndexUnusable):
        searcher.find_similar(catalogue, "d0")
    with pytest.raises(EngineUnavailable):
        list(view.vectors_of(np.arange(3)))


def test_keywords_alone_say_what_the_keywords_of_the_local_engine_say(engine, catalogue, tmp_path):
    local = LocalEngine(tmp_path / "index").view(catalogue)
    alone = replace(engine.view(catalogue), filled=None, down="down")
    for text in ("schools lead", "nothing", "absent"):
        question = replace(_asked(text), vectors={}, added=("of schools",))
        same_answers(catalogue, local, alone, question, (100, 1))


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("method", [*WRITING, "scroll", "count", "collections", "current"])
def test_filling_goes_on_where_it_failed(faulty, tmp_path, catalogue, method, how):
    for number in range(5):
        store_document(catalogue, f"d{number}", *TEXTS[: 1 + number % 4])
    _indexed(catalogue, tmp_path / "index")
    engine = _engine(faulty, tmp_path, breaker=Breaker(failures=10_000))
    for failing in range(3):
        asked = iter(range(10_000))
        faulty.decide = lambda name, n=failing, a=asked: (
            how if name == method and next(a) == n else None
        )
        try:
            engine.apply(catalogue)
        except EngineUnavailable as error:
            assert "salex index" in str(error)
        view = engine.view(catalogue)
        assert view.filled is None or view.filled.state.revision <= catalogue.revision()
        store_document(catalogue, f"d{failing}", f"Changed {failing}.")
    faulty.decide = _fail("nothing")
    _indexed(catalogue, tmp_path / "index")
    engine.apply(catalogue)
    _agrees(catalogue, tmp_path, engine)
    assert len(engine._client.collections()) <= 2


def test_a_collection_that_lacks_what_it_took_is_not_used(engine, faulty, tmp_path, catalogue):
    before = engine.view(catalogue).filled.name
    build_index(catalogue, tmp_path / "index", SecondEncoder())
    asked = iter(range(1000))
    faulty.decide = lambda name: "lost" if name == "upsert" and next(asked) == 0 else None
    with pytest.raises(EngineUnavailable, match="does not have what the catalogue has"):
        engine.apply(catalogue)
    assert faulty.current("salex") == before
    faulty.decide = _fail("nothing")
    engine.apply(catalogue)
    assert engine.view(catalogue).filled.state.manifest.model == SecondEncoder.name


def test_a_restored_backup_is_answered_for_and_filled_in_beside(engine, catalogue, tmp_path):
    with connect(tmp_path / "backup.sqlite", create=True) as other:
        store_document(other, "old", "Schools of old.")
        for _ in range(10):
            store_document(other, "d0", "Schools measure again.")
        other.db.execute("pragma wal_checkpoint(truncate)")
    catalogue.close()
    (tmp_path / "backup.sqlite").replace(catalogue.path)
    with connect(catalogue.path) as restored:
        view = engine.view(restored)
        found = view.ask(restored, _asked("schools lead"), Clock()).candidates()
        assert {view.documents.document_ids[row] for row in found.owners} <= {"old", "d0"}
        assert "behind" in view.limits[0]
        engine.wait_for_background()
        engine._looked_at = -1e9
        _indexed(restored, tmp_path / "index")
        engine.apply(restored)
        _agrees(restored, tmp_path, engine)


def test_a_change_that_was_half_applied_is_applied_again(engine, faulty, tmp_path, catalogue):
    store_document(catalogue, "d0", *TEXTS)
    store_document(catalogue, "d9", *TEXTS)
    for how in ("after", "before"):
        faulty.decide = _fail("upsert", how=how)
        assert engine.view(catalogue).filled is None
    faulty.decide = _fail("nothing")
    engine.breaker._failed = 0
    assert engine.view(catalogue).filled.state.revision == catalogue.revision()
    _agrees(catalogue, tmp_path, engine)


def test_the_breaker_opens_after_failures_and_closes_again(faulty):
    now = [0.0]
    breaker = Breaker(failures=3, open_s=10, clock=lambda: now[0])
    calls = []

    def fail():
        calls.append("fail")
        raise EngineFault("it did not answer")

    def answer():
        calls.append("answer")
        return 7

    def refused_request():
        raise EngineFault("no such collection", answered=True)

    for _ in range(5):  # what was answered is no failure of the engine
        with pytest.raises(EngineFault):
            breaker.run(refused_request)
    assert not breaker.is_open
    for _ in range(5):
        with pytest.raises(EngineFault):
            breaker.run(fail)
    assert (len(calls), breaker.is_open) == (3, True)
    now[0] = 10.5
    with pytest.raises(EngineFault):
        breaker.run(fail)
    with pytest.raises(EngineFault, match="left alone"):
        breaker.run(answer)
    now[0] = 21
    assert breaker.run(answer) == breaker.run(answer) == 7
    assert not breaker.is_open


def test_a_view_taken_before_another_collection_took_over_still_answers(
    engine, faulty, catalogue, tmp_path
):
    old = engine.view(catalogue)
    wanted = old.ask(catalogue, _asked("schools"), Clock()).candidates()
    build_index(catalogue, tmp_path / "index", HashEncoder())
    _engine(faulty, tmp_path).apply(catalogue)  # another process
    assert engine._client.current("salex") != old.filled.name
    got = old.ask(catalogue, _asked("schools"), Clock()).candidates()
    assert got.ids.tolist() == wanted.ids.tolist()
    assert old.limits == ()


def test_searches_beside_switches_of_the_collection_are_never_wrong(
    engine, faulty, catalogue, tmp_path
):
    searcher = Searcher(engine, HashEncoder(), load_taxonomy())
    wrong, stop = [], threading.Event()

    def search():
        with connect(catalogue.path) as own:
            while not stop.is_set():
                found = searcher.search(own, Query("schools"))
                names = {hit.document.id for hit in found.hits}
                if names != {"d0", "d1", "d2"} or (len(found.legs) < 2 and not found.notices):
                    wrong.append((names, found.legs, found.notices))

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for second in (None, SecondEncoder(), None):
        build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=second)
        engine.apply(catalogue)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("way", MISBEHAVING)
def test_a_server_that_misbehaves_is_a_fault_and_keywords_answer(way, catalogue, tmp_path):
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    from index.qdrant.over_http import HttpClient

    store_document(catalogue, "one", TEXTS[0])
    _indexed(catalogue, tmp_path / "index")
    with standing_in(MISBEHAVING[way]) as url:
        engine = _engine(HttpClient(url, timeout_s=1), tmp_path)
        found = Searcher(engine, HashEncoder(), load_taxonomy()).search(catalogue, Query("schools"))
        assert [hit.document.id for hit in found.hits] == ["one"]
        assert any("Answered by keywords only" in notice for notice in found.notices)
        with pytest.raises(EngineUnavailable):
            engine.apply(catalogue)


def test_a_server_that_is_not_there_is_a_fault(catalogue, tmp_path):
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    from index.qdrant.over_http import HttpClient

    with standing_in(MISBEHAVING["drops"]) as url:
        pass
    engine = _engine(HttpClient(url), tmp_path)
    assert "did not answer" in engine.view(catalogue).problem
    with pytest.raises(EngineUnavailable):
        engine.apply(catalogue)
