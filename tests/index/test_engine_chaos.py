"""Random faults of Qdrant while documents are added, indexed and searched for."""

from __future__ import annotations

import contextlib
import random

import pytest

from corpus.errors import EngineUnavailable
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.qdrant.breaker import Breaker
from index.qdrant.client import Where, scroll_all
from index.qdrant.state import STATE_ID
from index.search.searcher import Searcher
from tests.conftest import store_document
from tests.index.test_engine_faults import (  # noqa: F401  two of them are fixtures
    TEXTS,
    _agrees,
    _engine,
    _fail,
    engine,
    faulty,
)
from tests.index.test_engines import _indexed
from tests.support.fakes import HashEncoder


@pytest.mark.prove
def test_random_faults_lose_nothing_double_nothing_and_are_told(
    engine,  # noqa: F811
    faulty,  # noqa: F811
    catalogue,
    tmp_path,
):
    rng = random.Random(7)
    engine = _engine(faulty, tmp_path, breaker=Breaker(failures=3, open_s=0.01))
    searcher = Searcher(engine, HashEncoder(), load_taxonomy())
    faults = 0

    def decide(_):
        nonlocal faults
        if rng.random() < 0.15:
            faults += 1
            return rng.choice(("before", "after"))
        return None

    turns = 0
    while faults < 200:
        turns += 1
        name = f"d{rng.randrange(12)}"
        texts = [f"{rng.choice(TEXTS)} {rng.randrange(5)}" for _ in range(rng.randrange(4))]
        faulty.decide = _fail("nothing")
        if rng.random() < 0.2 and catalogue.documents([name]):
            with catalogue.transaction():
                catalogue.delete_document(name)
        else:
            store_document(catalogue, name, *dict.fromkeys(texts), year=rng.choice((None, 2020)))
        if rng.random() < 0.3:
            _indexed(catalogue, tmp_path / "index")
        faulty.decide = decide
        if rng.random() < 0.3:
            with contextlib.suppress(EngineUnavailable):
                engine.apply(catalogue)
        _search_honestly(catalogue, tmp_path, searcher)
        engine.wait_for_background()
    faulty.decide = _fail("nothing")
    engine.breaker._failed = 0
    _indexed(catalogue, tmp_path / "index")
    engine.apply(catalogue)
    _agrees(catalogue, tmp_path, engine)
    name = engine.view(catalogue).filled.name
    there = sorted(p.id for p in scroll_all(faulty, name, Where(), ()) if p.id != STATE_ID)
    assert there == sorted(row[0] for row in catalogue.rows("select id from passage"))
    print(f"{turns} turns, {faults} faults")


def _search_honestly(catalogue, tmp_path, searcher) -> None:
    """Search, and check that the answer is that of all legs, or that of words and says so."""
    found = searcher.search(catalogue, Query("schools lead", limit=50))
    names = [hit.document.id for hit in found.hits]
    local = LocalEngine(tmp_path / "index")
    whole = Searcher(local, HashEncoder(), load_taxonomy()).search(
        catalogue, Query("schools lead", limit=50)
    )
    words = Searcher(local, None, load_taxonomy()).search(
        catalogue, Query("schools lead", limit=50)
    )
    if "vectors" not in found.legs:
        assert names == [hit.document.id for hit in words.hits]
        assert any("Answered by keywords only" in notice for notice in found.notices)
    elif any("behind" in notice for notice in found.notices):
        there = {hit.document.id for hit in (*whole.hits, *words.hits)}
        assert set(names) <= there | set(catalogue.documents(names))
    else:
        assert names == [hit.document.id for hit in whole.hits]
