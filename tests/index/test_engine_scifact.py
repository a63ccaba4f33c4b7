"""SciFact on both engines: alike when every vector is compared, and nearly so with a graph."""

from __future__ import annotations

import time

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.evaluation import read_judged_queries, store_collection
from index.local.engine import LocalEngine
from index.model import Query
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from tests.support.engines import engine_of

TOP = 10


def _run(searcher, catalogue, queries):
    """Return the best documents of each query, and the milliseconds that each took."""
    runs, took = [], []
    for query in queries:
        started = time.perf_counter()
        ranked = searcher.rank_documents(catalogue, Query(query.text, spelling=False))
        took.append((time.perf_counter() - started) * 1000)
        runs.append(ranked[:TOP])
    return runs, np.array(took)


@pytest.mark.prove
def test_scifact_has_the_same_answers_from_both_engines(shared, tmp_path):
    collection = shared / "beir" / "scifact-train"
    if not collection.is_dir():
        pytest.skip("the collection is not beside this checkout")
    encoder, index = load_encoder(None), tmp_path / "index"
    queries = read_judged_queries(collection)
    with connect(tmp_path / "catalogue.sqlite", create=True) as catalogue:
        store_collection(collection, catalogue)
        build_index(catalogue, index, encoder)
        wanted, of_local = _run(
            Searcher(LocalEngine(index), encoder, load_taxonomy()), catalogue, queries
        )
        print(f"\n{len(queries)} queries; local {np.median(of_local):.1f} ms")
        for name, settings in (("exact", {}), ("graph and bytes", {"exact": False})):
            graph = name != "exact"
            with engine_of(
                "shard", tmp_path / name, index, graph=graph, quantized=graph, **settings
            ) as engine:
                started = time.perf_counter()
                engine.apply(catalogue)
                filled = time.perf_counter() - started
                if graph:
                    engine._client._client.optimize(engine.view(catalogue).filled.name)
                searcher = Searcher(engine, encoder, load_taxonomy())
                got, took = _run(searcher, catalogue, queries)
            same = [_names(a) == _names(b) for a, b in zip(got, wanted, strict=True)]
            recall = [
                len(set(_names(a)) & set(_names(b))) / len(b) if b else 1.0
                for a, b in zip(got, wanted, strict=True)
            ]
            print(
                f"{name}: filled in {filled:.1f} s, {np.median(took):.1f} ms; same top {TOP} in "
                f"the same order {sum(same)} of {len(same)}, recall@{TOP} {np.mean(recall):.4f}"
            )
            if graph:
                assert np.mean(recall) > 0.99
            else:
                assert _different(got, wanted) == []


def _names(run):
    return [name for name, _ in run]


def _different(got, wanted):
    """Return the queries with other documents, but for those whose scores are alike."""
    return [
        number
        for number, (a, b) in enumerate(zip(got, wanted, strict=True))
        if _names(a) != _names(b)
        and not np.allclose([s for _, s in a], [s for _, s in b], rtol=0, atol=2e-6)
    ]
