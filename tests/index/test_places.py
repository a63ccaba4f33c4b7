"""Documents placed by meaning: the same vectors give the same picture, built anywhere."""

from __future__ import annotations

import numpy as np
import pytest

from index.search.places import PlaceFinder, Plane


def _centroids(seed=7):
    """Return the unit centroids of three groups in 32 dimensions."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(3, 32))
    rows = middles[rng.integers(0, 3, 90)] + 0.3 * rng.normal(size=(90, 32))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_plane_is_that_of_a_singular_value_decomposition_in_any_order_of_documents():
    centroids = _centroids()
    plane = Plane.through(centroids)
    apart = centroids - centroids.mean(axis=0)
    _, sizes, axes = np.linalg.svd(apart, full_matrices=False)
    assert np.abs(plane.axes @ axes[:2].T) == pytest.approx(np.eye(2), abs=1e-9)
    assert plane.shares == pytest.approx(sizes[:2] ** 2 / (sizes**2).sum())
    shuffled = Plane.through(centroids[np.random.default_rng(1).permutation(90)])
    assert shuffled.place(centroids) == pytest.approx(plane.place(centroids), abs=1e-9)


def test_an_axis_keeps_its_direction():
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in Plane.through(_centroids()).axes)
    assert Plane.through(-_centroids()).axes == pytest.approx(Plane.through(_centroids()).axes)


def test_a_few_documents_less_hardly_change_the_picture():
    centroids = _centroids()
    whole = Plane.through(centroids).place(centroids)
    for seed in range(5):
        kept = np.random.default_rng(seed).random(90) > 0.05
        part = Plane.through(centroids[kept]).place(centroids)
        for axis in range(2):
            assert np.corrcoef(whole[:, axis], part[:, axis])[0, 1] > 0.98


def test_a_plane_is_worked_out_once_for_a_generation(catalogue, store, searching, monkeypatch):
    for name in "abcde":
        store(name, f"Words of {name}, on teaching {name * 3}.")
    with catalogue.transaction():
        catalogue.db.execute("update document set pending_since = '2026' where id = 'e'")
    searcher, finder = searching(), PlaceFinder()
    first = finder.find(searcher.view(catalogue))
    assert first.rows.tolist() == [0, 1, 2, 3]
    worked_out = []
    through = Plane.through
    monkeypatch.setattr(Plane, "through", lambda c: worked_out.append(len(c)) or through(c))
    catalogue.withdraw_document("b", "gone")
    store("f", "Words without a vector.")
    with catalogue.transaction():
        catalogue.db.execute("update document set pending_since = null where id = 'e'")
    later = finder.find(searcher.view(catalogue))
    assert not worked_out
    assert later.rows.tolist()[:3] == [0, 1, 2]  # a, c, d
    assert later.points[:3] == pytest.approx(first.points[[0, 2, 3]])
    finder.find(searching().view(catalogue))
    assert worked_out == [5]


def test_two_documents_make_no_plane(catalogue, store, searching):
    store("a", "One.")
    store("b", "Two.")
    assert PlaceFinder().find(searching().view(catalogue)) is None
