"""Where documents lie by meaning, in two dimensions: principal components of their centroids.

The plane is worked out once for each generation of the index and kept. The same vectors give the
same picture, and a few documents more or less hardly change it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np

from index.documents.values import Rows
from index.engine import View
from index.search.centroids import Points, centroids_by_document

FEWEST: Final = 3
"""From how many documents on there is a plane."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane in which the centroids of documents differ most.

    Attributes:
        middle: (d,) float64, the mean of the centroids.
        axes: (2, d) float64, orthonormal; the greatest part of each is positive.
        shares: how much of the variance each axis shows, 0 to 1.
    """

    middle: Points
    axes: Points
    shares: tuple[float, float]

    @classmethod
    def through(cls, centroids: Points) -> Plane:
        """Return the plane of (k, d) centroids: their first two principal components.

        An axis has no direction of its own. It gets one, so that no rebuilt index mirrors the
        picture: the entry with the greatest absolute value is positive.
        """
        middle = centroids.mean(axis=0)
        apart = centroids - middle
        sizes, vectors = np.linalg.eigh(apart.T @ apart)  # ascending
        axes = vectors.T[::-1][:2].copy()
        greatest = np.abs(axes).argmax(axis=1)
        axes *= np.where(axes[np.arange(len(axes)), greatest] < 0, -1.0, 1.0)[:, None]
        first, second = np.clip(sizes[::-1][:2] / (sizes.sum() or 1.0), 0, 1).tolist()
        return cls(middle, axes, (first, second))

    def place(self, centroids: Points) -> Points:
        """Return (k, 2) float64: where (k, d) centroids lie in the plane."""
        return (centroids - self.middle) @ self.axes.T


@dataclass(frozen=True, slots=True)
class Places:
    """Where the documents of a view lie.

    Attributes:
        rows: (k,) int64, document rows, ascending; a document without vectors is not among them.
        points: (k, 2) float64.
        shares: how much of the variance each axis shows, 0 to 1.
    """

    rows: Rows
    points: Points
    shares: tuple[float, float]


class PlaceFinder:
    """Keeps the plane of the current generation and the places of its documents.

    One finder serves all threads; the first request after a new generation works the plane out.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: object = None
        self._plane: Plane | None = None
        self._points: dict[str, tuple[float, float]] = {}

    def find(self, view: View) -> Places | None:
        """Return where the documents lie; ``None`` if too few of them have vectors.

        A document that got its vectors after the plane was worked out is placed in it. One that
        was read again keeps its place until the next generation.
        """
        key = view.vectors_identity
        with self._lock:
            if key != self._key:
                self._key, self._plane, self._points = key, None, {}
            if self._plane is None:
                self._work_out(view)
            if self._plane is None:
                return None
            ids = view.documents.document_ids
            new = [row for row, name in enumerate(ids) if name not in self._points]
            self._add(view, self._plane, new)
            rows = [row for row, name in enumerate(ids) if name in self._points]
            points = [self._points[ids[row]] for row in rows]
            shares = self._plane.shares
        return Places(np.array(rows, np.int64), np.array(points).reshape(-1, 2), shares)

    def _work_out(self, view: View) -> None:
        rows = np.arange(len(view.documents.document_ids))
        found = dict(centroids_by_document(view, rows))
        if len(found) >= FEWEST:
            self._plane = Plane.through(np.array(list(found.values())))
            self._keep(view, self._plane, found)

    def _add(self, view: View, plane: Plane, rows: list[int]) -> None:
        found = dict(centroids_by_document(view, np.array(rows, np.int64)))
        if found:
            self._keep(view, plane, found)

    def _keep(self, view: View, plane: Plane, found: dict[int, Points]) -> None:
        placed = plane.place(np.array(list(found.values()))).tolist()
        ids = view.documents.document_ids
        for row, (x, y) in zip(found, placed, strict=True):
            self._points[ids[row]] = (x, y)
