"""Which points documents should have, by the catalogue and the vectors as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state
from index.documents.contents import Contents, read_contents
from index.qdrant.client import Point
from index.qdrant.documents import ABOUT, sorts_in
from index.qdrant.points import DocumentValues, payload_of, stamp_of, words_of
from index.qdrant.source import Source
from index.words.counting import WordedPassage, count_words, read_passages
from index.words.postings import document_key


@dataclass(frozen=True, slots=True)
class Wanted:
    """The passages of some documents.

    Attributes:
        stamps: by passage id, a number that changes with whatever its point is made of.
        passages: by id, with their words.
        documents: what the points of each document have of it, by its id.
        sorts: by passage id, what it is by each filter about passages.
    """

    stamps: Mapping[int, int]
    passages: Mapping[int, WordedPassage]
    documents: Mapping[str, DocumentValues]
    sorts: Mapping[int, Mapping[str, str]]


def read_wanted(
    catalogue: Catalogue, source: Source, average: float, document_ids: Sequence[str]
) -> Wanted:
    """Read the passages of documents; those that are not searched have none."""
    with read_one_state(catalogue):
        contents = read_contents(catalogue, list(document_ids))
        documents = _values_of(contents)
        searched = {passage for passage, _, _ in contents.passages}
        read = read_passages(catalogue, document_ids=sorted(documents))
    passages = {p.id: p for p in read if p.id in searched}
    sorts = {p: dict(zip(ABOUT, sort, strict=True)) for p, sort in sorts_in(contents).items()}
    vectors = dict(zip(passages, source.of(list(passages)), strict=True))
    return Wanted(
        stamps={
            p.id: stamp_of(p, documents[p.document_id], sorts[p.id], average, vectors[p.id])
            for p in passages.values()
        },
        passages=passages,
        documents=documents,
        sorts=sorts,
    )


def _values_of(contents: Contents) -> dict[str, DocumentValues]:
    row_of = {document.id: row for row, document in enumerate(contents.documents)}
    values: list[dict[str, set[str]]] = [{} for _ in contents.documents]
    for field, pairs in contents.value_pairs(row_of).items():
        for value, row in pairs:
            values[row].setdefault(field, set()).add(value)
    return {
        document.id: DocumentValues(
            document_key(document.id),
            document.year or 0,
            {field: tuple(sorted(found)) for field, found in values[row].items()},
        )
        for row, document in enumerate(contents.documents)
    }


def make_points(wanted: Wanted, ids: Sequence[int], source: Source, average: float) -> list[Point]:
    """Return the points of some of the passages."""
    passages = [wanted.passages[number] for number in ids]
    counts = count_words(passages)
    points = []
    for passage, vectors in zip(passages, source.of(ids), strict=True):
        payload = payload_of(
            wanted.documents[passage.document_id],
            wanted.sorts[passage.id],
            stamp=wanted.stamps[passage.id],
            bare=not vectors,
        )
        points.append(Point(passage.id, payload, vectors, words_of(counts[passage.id], average)))
    return points
