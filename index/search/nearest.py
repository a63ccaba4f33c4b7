"""Finds the documents that are nearest to others, by the mean of their passages' vectors."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import IndexMissing
from index.clock import Clock
from index.engine import Question, View
from index.model import VECTORS, Hit, Query
from index.search.centroids import centroid_of
from index.search.hits import page_of_hits
from index.search.quoting import Asked
from index.search.ranking import rank_passages


def find_nearest(
    catalogue: Catalogue,
    view: View,
    document_ids: Sequence[str],
    weight: float,
    *,
    leave_out: Sequence[int] = (),
    limit: int,
) -> tuple[Hit, ...]:
    """Return the documents nearest to the mean of these, which are left out.

    Args:
        catalogue: has the records and the passages.
        view: has the vectors.
        document_ids: the documents; unknown ids are ignored.
        weight: what a cosine counts.
        leave_out: rows of more documents to leave out.
        limit: how many to return at most.

    Raises:
        IndexMissing: there are no vectors.
    """
    if view.manifest is None:
        raise IndexMissing(view.problem or "There is no index.")
    own = view.documents.document_rows(document_ids)
    vector = centroid_of(view, own)
    if vector is None:
        return ()
    question = Question(vectors={VECTORS: vector}, leave_out=(*own.tolist(), *leave_out))
    found = view.ask(catalogue, question, Clock()).candidates()
    ranking = rank_passages(view.documents, found, weights={VECTORS: weight})
    wanted = Query("", limit=limit, passages_per_hit=1)
    return page_of_hits(catalogue, view.documents, ranking, wanted, Asked())[0]
