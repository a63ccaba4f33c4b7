"""Where a document or a list of documents lies among the vectors: the mean of its passages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from index.search.snapshot import Snapshot
from index.search.values import Rows

Points = npt.NDArray[np.float64]


def centroid_of(snapshot: Snapshot, documents: Rows) -> npt.NDArray[np.float32] | None:
    """Return the mean of the documents' own means over their passages.

    Each document counts the same: in a mean over all passages, a report of 200 pages would outweigh
    the nine blogs beside it.

    Args:
        snapshot: the vectors, and which passages they belong to.
        documents: (d,) int64 document rows.

    Returns:
        (dimensions,) float32, unit length; ``None`` if none of their passages has a vector.
    """
    vectors = snapshot.generation.vectors
    means = []
    for row in documents if vectors is not None else ():
        rows = snapshot.vector_row[(snapshot.holdings.owner == row) & (snapshot.vector_row >= 0)]
        if vectors is not None and len(rows):
            mean = vectors.matrix[rows].mean(axis=0)
            means.append(mean / (np.linalg.norm(mean) or 1.0))
    if not means:
        return None
    total = np.mean(means, axis=0)
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length else None


def centroids_by_document(snapshot: Snapshot, documents: Rows) -> Iterator[tuple[int, Points]]:
    """Yield the row and the centroid of each of these documents that has vectors.

    A centroid is (d,) float64 of unit length: the mean of the document's passages. References,
    contents and imprints are left out where the document has anything else.
    """
    vectors, holdings = snapshot.generation.vectors, snapshot.holdings
    if vectors is None or not len(documents):
        return
    counted = holdings.evidence | ~holdings.have_evidence[holdings.owner]
    wanted = np.zeros(len(holdings.document_ids), dtype=bool)
    wanted[documents] = True
    passages = np.flatnonzero(counted & (snapshot.vector_row >= 0) & wanted[holdings.owner])
    passages = passages[np.argsort(holdings.owner[passages], kind="stable")]
    owners, starts = np.unique(holdings.owner[passages], return_index=True)
    ends = np.append(starts, len(passages))[1:]
    for owner, start, end in zip(owners.tolist(), starts.tolist(), ends.tolist(), strict=True):
        own = snapshot.vector_row[passages[start:end]]
        mean = vectors.matrix[own].mean(axis=0, dtype=np.float64)
        yield owner, mean / (np.linalg.norm(mean) or 1.0)
