"""The FAISS door: exact, filtered before ranking, and strict about what goes in."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from index.vectors.vectors import Vectors


def _unit(count, dimensions=16, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def vectors():
    made = Vectors.empty(16)
    made.add(np.arange(2_000, dtype=np.int64) * 7 + 2**60, _unit(2_000))
    return made


@pytest.mark.parametrize("share", [1.0, 0.3, 0.02, 0.005, 0.0005], ids=str)
def test_a_filtered_search_equals_brute_force(vectors, share):
    allowed = np.zeros(2_000, dtype=bool)
    allowed[np.random.default_rng(1).permutation(2_000)[: int(2_000 * share)]] = True
    query = _unit(1, seed=2)[0]
    rows, scores = vectors.search(query, 10, allowed=allowed)
    exact = np.where(allowed, vectors.matrix @ query, -np.inf)
    wanted = np.argsort(-exact)[: min(10, allowed.sum())]
    assert rows.tolist() == wanted.tolist()
    assert np.allclose(scores, exact[wanted], atol=1e-5)


def test_asking_for_more_than_there_is_gives_all_there_is(vectors):
    rows, _ = vectors.search(_unit(1)[0], 10**6)
    assert len(rows) == 2_000


def test_removed_ids_are_gone_and_the_rest_keep_theirs(vectors):
    ids = vectors.ids.copy()
    assert vectors.remove(ids[:5]) == 5
    assert vectors.ids.tolist() == ids[5:].tolist()
    row, _ = vectors.search(_unit(2_000)[7], 1)
    assert vectors.ids[row[0]] == ids[7]


def test_bytes_come_back_as_the_same_index(vectors):
    again = Vectors.from_bytes(vectors.to_bytes())
    assert again.ids.tolist() == vectors.ids.tolist()
    assert np.array_equal(again.matrix, vectors.matrix)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00" * 100], ids=["empty", "JSON", "zeros"])
def test_bytes_that_are_no_index_are_refused(data):
    with pytest.raises(IndexDamaged):
        Vectors.from_bytes(data)


@pytest.mark.parametrize(
    ("ids", "rows"),
    [
        ([1, 1], _unit(2)),
        ([2**60], _unit(1)),
        ([1], np.full((1, 16), np.nan, np.float32)),
        ([1], np.ones((1, 16), np.float32)),
    ],
    ids=["twice", "held already", "not finite", "not unit length"],
)
def test_what_faiss_would_answer_wrongly_is_refused(vectors, ids, rows):
    with pytest.raises(ValueError, match=r"twice|unit length"):
        vectors.add(np.array(ids, dtype=np.int64), rows)
