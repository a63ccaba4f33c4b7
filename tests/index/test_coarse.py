"""Among very many vectors a coarse copy finds the nearest: what comparing all of them finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher
from index.vectors import coarse
from index.vectors.builder import build_index
from index.vectors.gathered import MOST
from index.vectors.generations import read_usable
from index.vectors.vectors import CoarseVectors, Vectors
from tests.support.blocks import add_block, build, fill
from tests.support.fakes import HashEncoder


def _vectors(rng, count, dimensions, *, near=False):
    """Return drawn unit vectors; with ``near``, all in one corner, with some that are equal."""
    rows = rng.standard_normal((count, dimensions), dtype=np.float32)
    if near:
        rows = rows * 0.05 + rng.standard_normal(dimensions, dtype=np.float32)
        rows[count // 2 :] = rows[: count - count // 2]
    rows[:, 0] *= rng.choice([0, 1, 30])  # models have a few components that outweigh others
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors.empty(dimensions)
    vectors.add(np.arange(count), rows)
    return vectors, rows


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    dimensions=st.sampled_from([64, 384]),
    near=st.booleans(),
    share=st.sampled_from([1.0, 0.6, 0.3, 0.01, 0.0]),
)
def test_the_nearest_are_those_of_comparing_all(seed, dimensions, near, share):
    rng = np.random.default_rng(seed)
    vectors, rows = _vectors(rng, 3_000, dimensions, near=near)
    query = rows[0] + rng.standard_normal(dimensions, dtype=np.float32) * rng.choice([0.01, 0.2])
    query /= np.linalg.norm(query)
    among = rng.random(len(rows)) < share
    cosines = vectors.cosines(query)
    wanted = np.sort(cosines[among])[::-1][:40]
    coarse = CoarseVectors.of(vectors)
    for _ in range(3):  # the second time, some rows are copied
        found = coarse.find_nearest(query, 40, among)
        assert among[found].all() and len(np.unique(found)) == len(found)
        assert np.sort(cosines[found])[::-1][: len(wanted)].tolist() == wanted.tolist()
        if len(wanted):
            assert set(np.flatnonzero(among & (cosines >= wanted[-1]))) <= set(found.tolist())


def test_rows_are_copied_for_filters_that_come_again_and_never_too_many(tmp_path):
    rng = np.random.default_rng(4)
    vectors, rows = _vectors(rng, 2_000, 64)
    coarse.write_coarse(tmp_path / "passages.coarse", vectors, "digest")
    mapped = coarse.read_coarse(tmp_path / "passages.coarse", "digest")
    filters = [rng.random(len(rows)) < 0.2 for _ in range(4)]
    copies = mapped._gathered._copies
    for among in filters:
        mapped.find_nearest(rows[3], 10, among)
    assert not copies, "each came once"
    for among in [*filters, filters[2]]:
        mapped.find_nearest(rows[3], 10, among)
    copied = [len(copy.rows) for copy in copies.values()]
    assert copied == [filters[3].sum(), filters[2].sum()], "those that came last"
    assert sum(copied) <= MOST * len(rows)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_many_rows_are_looked_in_with_all_others_unless_they_are_far(monkeypatch, share):
    rng = np.random.default_rng(3)
    vectors, rows = _vectors(rng, 5_000, 64)
    cosines = vectors.cosines(rows[7])
    looked_among, look = [], CoarseVectors._look_among

    def look_among(self, rounded, count, among, margin):
        looked_among.append(among)
        return look(self, rounded, count, among, margin)

    monkeypatch.setattr(CoarseVectors, "_look_among", look_among)
    coarse = CoarseVectors.of(vectors)
    for among in (rng.random(len(rows)) < share, cosines <= np.quantile(cosines, share)):
        found = coarse.find_nearest(rows[7], 20, among)
        least = np.sort(cosines[among])[-20]
        assert set(np.flatnonzero(among & (cosines >= least))) <= set(found.tolist())
        assert among[found].all()
    assert len(looked_among) == 1  # of those that are far


def test_rows_of_later_blocks_are_all_among_the_nearest():
    rng = np.random.default_rng(2)
    vectors, rows = _vectors(rng, 500, 64)
    coarse, among = CoarseVectors.of(vectors), np.ones(510, dtype=bool)
    among[[3, 505]] = False
    found = coarse.find_nearest(rows[7], 5, among).tolist()
    assert 7 in found
    assert set(found) & {3, *range(500, 510)} == set(range(500, 510)) - {505}


def test_few_are_compared_exactly():
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((20_000, 384), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors.empty(384)
    vectors.add(np.arange(len(rows)), rows)
    found = CoarseVectors.of(vectors).find_nearest(rows[5], 400, np.ones(len(rows), dtype=bool))
    assert 400 <= len(found) < 1_000


def test_where_few_may_be_found_no_coarse_copy_is_asked(catalogue, store, tmp_path, monkeypatch):
    for number in range(20):
        store(f"d{number:02}", f"Schools measure {number}.", kind="blog" if number else "toolkit")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    monkeypatch.setattr(coarse, "MANY", 10)
    monkeypatch.setattr(CoarseVectors, "find_nearest", None)
    searcher = Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())
    few = searcher.search(catalogue, Query("schools", Filters(kinds=("toolkit",))))
    assert [hit.document.id for hit in few.hits] == ["d00"]
    with pytest.raises(TypeError):
        searcher.search(catalogue, Query("schools"))


FILTERS = [{}, {"kinds": ("blog",)}, {"kinds": ("toolkit",)}, {"roles": ("body",)}]


@pytest.mark.parametrize("filters", [Filters(**given) for given in FILTERS])
def test_answers_are_the_same_with_a_coarse_copy(catalogue, store, tmp_path, monkeypatch, filters):
    for number in range(60):
        words = ["schools", "measure", "wellbeing", "teachers", "lead", f"place{number % 7}"]
        parts = [" ".join(words[n % 6 :] + words[: number % 5]) + f" {n}." for n in range(5)]
        kind = "toolkit" if number % 20 == 1 else "blog" if number % 3 else "report"
        store(f"d{number:02}", *parts, kind=kind)
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=None)
    store("later", "Schools measure what has no vector yet.")

    def answers():
        searcher = Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())
        asked = ("schools measure wellbeing", "teachers -place3 lead", '"lead place4"', "later")
        found = [searcher.search(catalogue, Query(text, filters)) for text in asked]
        similar = searcher.find_similar(catalogue, "d07")
        view = searcher.view(catalogue)
        return bool(view.generation.coarse), [
            (
                [(h.document.id, h.score, h.scores, [s.passage_id for s in h.snippets]) for h in r],
                *others,
            )
            for r, *others in [(f.hits, f.total, f.matched, f.facets) for f in found] + [(similar,)]
        ]

    exact = answers()
    monkeypatch.setattr(coarse, "MANY", 10)
    assert (exact[0], answers()) == (False, (True, exact[1]))


@pytest.fixture
def indexed(catalogue, tmp_path, monkeypatch):
    """An index whose first block has a coarse copy in a file."""
    monkeypatch.setattr(coarse, "MANY", 10)
    fill(catalogue)
    build(catalogue, tmp_path / "index")
    return tmp_path / "index"


def _coarse_of(catalogue, folder):
    """Return the rows that are near to some questions by each copy."""
    view = LocalEngine(folder).view(catalogue)
    among = np.ones(len(view.generation.vectors), dtype=bool)
    queries = [view.generation.vectors.parts[0].matrix[row] for row in (3, 100)]
    return [
        sorted(copy.find_nearest(query, 5, among).tolist())
        for copy in view.generation.coarse.values()
        for query in queries
    ]


def test_a_coarse_copy_is_stored_with_its_block_and_not_made_again(catalogue, indexed, monkeypatch):
    stored = _coarse_of(catalogue, indexed)
    assert len(stored) == 4
    add_block(catalogue, indexed)
    for name in coarse.COARSE_FILES:
        one, other = (indexed / f"gen-00000{n}" / name for n in (1, 2))
        assert one.samefile(other)
    with monkeypatch.context() as patched:
        patched.setattr(CoarseVectors, "of", None)
        assert len(_coarse_of(catalogue, indexed)) == 4
    for name in coarse.COARSE_FILES:
        (indexed / "gen-000002" / name).unlink()
    made = _coarse_of(catalogue, indexed)
    assert [set(one) & set(range(240)) for one in made] == [set(one) for one in stored]


@pytest.mark.parametrize("change", ["bit", "cut", "other"])
def test_a_coarse_copy_that_is_wrong_is_made_from_the_vectors(catalogue, indexed, change):
    stored = _coarse_of(catalogue, indexed)
    one, other = (indexed / "gen-000001" / name for name in coarse.COARSE_FILES)
    data = one.read_bytes()
    changed = {
        "bit": data[:-70] + bytes([data[-70] ^ 1]) + data[-69:],
        "cut": data[:-100],
        "other": other.read_bytes(),  # whole, but of other vectors
    }
    one.write_bytes(changed[change])
    assert _coarse_of(catalogue, indexed) == stored
    first = read_usable(indexed)
    assert coarse.read_coarse(one, first.vectors.checksums[0]) is None
    assert first.fault is None
