"""The FAISS door: exact, and strict about what goes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from index.mapped import map_bytes
from index.vectors.vectors import ALIGNED, Vectors


def _unit(count, dimensions=16, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def vectors():
    made = Vectors.empty(16)
    made.add(np.arange(2_000, dtype=np.int64) * 7 + 2**60, _unit(2_000))
    return made


def test_cosines_are_those_of_every_row_and_equal_for_equal_rows(vectors):
    vectors.add(np.array([5], np.int64), vectors.matrix[7][None].copy())
    query = _unit(1, seed=2)[0]
    cosines = vectors.cosines(query)
    assert np.allclose(cosines, vectors.matrix @ query, atol=1e-6)
    assert cosines[7] == cosines[-1]


@pytest.mark.parametrize("count", [0, 1, 1_500])
def test_a_row_has_the_same_cosine_whichever_others_are_asked_for(vectors, count):
    query = _unit(1, seed=3)[0]
    rows = np.random.default_rng(4).permutation(2_000)[:count]
    assert np.array_equal(vectors.cosines(query, rows), vectors.cosines(query)[rows])


@pytest.mark.parametrize("dimensions", [8, 32])
def test_a_query_of_other_dimensions_is_refused(vectors, dimensions):
    with pytest.raises(ValueError, match="16 dimensions"):
        vectors.cosines(_unit(1, dimensions)[0])


def test_an_empty_index_has_no_cosines():
    assert len(Vectors.empty(16).cosines(_unit(1)[0])) == 0


def test_removed_ids_are_gone_and_the_rest_keep_theirs(vectors):
    ids = vectors.ids.copy()
    assert vectors.remove(ids[:5]) == 5
    assert vectors.ids.tolist() == ids[5:].tolist()
    assert vectors.ids[vectors.cosines(_unit(2_000)[7]).argmax()] == ids[7]


def test_bytes_come_back_as_the_same_index(vectors):
    again = Vectors.over(vectors.to_bytes())
    assert again.ids.tolist() == vectors.ids.tolist()
    assert np.array_equal(again.matrix, vectors.matrix)


def _private_kb():
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if "RssAnon" in line))


def test_a_file_is_searched_where_it_is_mapped_and_outlives_its_name(tmp_path):
    made = Vectors.empty(384)
    made.add(np.arange(40_000, dtype=np.int64), _unit(40_000, 384))
    path, query = tmp_path / "vectors", _unit(1, 384, seed=2)[0]
    path.write_bytes(made.to_bytes())
    expected, before = made.cosines(query), _private_kb()
    mapped = Vectors.over(map_bytes(path))
    path.unlink()
    assert np.array_equal(mapped.cosines(query), expected)
    assert _private_kb() - before < 20_000, "of 61 MB"


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_vectors_in_a_file_are_aligned_and_those_of_earlier_files_are_read(tmp_path, count):
    made, query = Vectors.empty(16), _unit(1, seed=5)[0]
    made.add(np.arange(count, dtype=np.int64), _unit(max(count, 1))[:count])
    data, rows = made.to_bytes(), np.arange(0, count, 3)
    for name, written in (("now", data), ("earlier", data.lstrip(b"\0"))):
        (tmp_path / name).write_bytes(written)
        mapped = Vectors.over(map_bytes(tmp_path / name))
        assert np.array_equal(mapped.cosines(query), made.cosines(query))
        assert np.array_equal(mapped.cosines(query, rows), made.cosines(query)[rows])
        if count:
            assert (mapped.matrix.ctypes.data % ALIGNED == 0) == (name == "now")


def test_an_index_of_a_file_refuses_changes_at_which_faiss_would_end_the_process(vectors):
    mapped = Vectors.over(vectors.to_bytes())
    with pytest.raises(ValueError, match="cannot be changed"):
        mapped.add(np.array([5], np.int64), _unit(1))
    with pytest.raises(ValueError, match="cannot be changed"):
        mapped.remove(mapped.ids[:1])


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00" * 100], ids=["empty", "JSON", "zeros"])
def test_bytes_that_are_no_index_are_refused(data):
    with pytest.raises(IndexDamaged):
        Vectors.over(data)


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
