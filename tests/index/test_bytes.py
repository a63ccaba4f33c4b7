"""Vectors that are compared by their bytes first are scored by all that they have."""

from __future__ import annotations

import numpy as np
import pytest

from index.model import VECTORS
from index.qdrant.client import OVERSAMPLING, Ask, Point
from index.qdrant.points import layout_for
from tests.support.engines import client_of

MANY, DIMENSIONS = 800, 64


def _drawn(count: int, seed: int):
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_graph_over_bytes_finds_the_best_and_scores_them_by_whole_vectors(tmp_path):
    rows = _drawn(MANY, seed=1)
    with client_of("shard", tmp_path, graph=True) as client:
        client.create("bytes", layout_for({VECTORS: DIMENSIONS}, quantized=True))
        client.upsert("bytes", [Point(n, {}, {VECTORS: row}) for n, row in enumerate(rows)])
        client.optimize("bytes")
        for query in _drawn(20, seed=2):
            (found,) = client.ask("bytes", [Ask(query, VECTORS, 200)])
            cosines = rows @ query
            assert found.ids[:10].tolist() == np.argsort(-cosines)[:10].tolist()
            np.testing.assert_allclose(found.scores, cosines[found.ids], atol=1e-6)


@pytest.mark.parametrize("exact", [False, True])
def test_a_server_is_asked_for_the_same(exact):
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    from index.qdrant.over_http import HttpClient

    ask = Ask(_drawn(1, seed=3)[0], VECTORS, 200, exact=exact)
    asked = HttpClient(":memory:")._request(ask).params
    assert (asked.exact, asked.hnsw_ef) == (exact, 200)
    bytes_first = asked.quantization
    assert (bytes_first.ignore, bytes_first.rescore) == (exact, True)
    assert bytes_first.oversampling == OVERSAMPLING
