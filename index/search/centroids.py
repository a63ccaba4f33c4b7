"""Where a document or a list of documents lies among the vectors: the mean of its passages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from index.documents.values import Rows
from index.engine import View

Points = npt.NDArray[np.float64]


def centroid_of(view: View, documents: Rows) -> npt.NDArray[np.float32] | None:
    """Return the mean of the documents' own means over their passages.

    Each document counts the same: in a mean over all passages, a report of 200 pages would outweigh
    the nine blogs beside it.

    Args:
        view: has the vectors.
        documents: (d,) int64 document rows.

    Returns:
        (dimensions,) float32, unit length; ``None`` if none of their passages has a vector.
    """
    means = []
    for _, vectors in view.vectors_of(documents):
        mean = vectors.mean(axis=0)
        means.append(mean / (np.linalg.norm(mean) or 1.0))
    if not means:
        return None
    total = np.mean(means, axis=0)
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length else None


def centroids_by_document(view: View, documents: Rows) -> Iterator[tuple[int, Points]]:
    """Yield the row and the centroid of each of these documents that has vectors.

    A centroid is (d,) float64 of unit length: the mean of the document's passages. References,
    contents and imprints are left out where the document has anything else.
    """
    for row, vectors in view.vectors_of(documents, evidence=True):
        mean = vectors.mean(axis=0, dtype=np.float64)
        yield row, mean / (np.linalg.norm(mean) or 1.0)
