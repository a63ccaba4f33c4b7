"""The documents of the catalogue as the tagger reads them, and those with decisions by people.

A document is reviewed in a vocabulary once a person confirmed or rejected one of its terms. If one
was confirmed, terms without a tag count as rejected; an open suggestion counts as undecided.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Passage, Tag
from corpus.roles import APPARATUS
from corpus.tags.tags import tags_of
from index.tagging.learning import Example
from index.tagging.reading import TermWords, read_documents
from index.tagging.weighing import load_second_weights
from index.tagging.zeroshot import unit_row
from index.vectors.encoder import Encoder
from index.vectors.store import VectorStore

Rows = npt.NDArray[np.float32]
SECOND_READ: Final = 12
"""Passages of a document of which the second encoder's vectors are read, from all over it."""
Decided = Mapping[str, Mapping[str, Mapping[str, bool]]]


def vectors_of(
    folder: Path, encoder: Encoder, passage_ids: Iterable[int] | None = None
) -> dict[int, Rows]:
    """Return the vector of each passage, or of each of some, that has one for this encoder."""
    return _read_vectors(folder, encoder.digest, passage_ids)


def _read_vectors(folder: Path, digest: str, passage_ids: Iterable[int] | None) -> dict[int, Rows]:
    with VectorStore(folder / "vectors.sqlite") as store:
        ids, rows = store.read(digest, passage_ids)
    return {int(i): row for i, row in zip(ids, rows, strict=True)}


def encoded_passages(folder: Path, digest: str) -> set[int]:
    """Return the ids of the passages that have a vector for the encoder of this digest."""
    with VectorStore(folder / "vectors.sqlite") as store:
        return {passage for passage, _ in store.keys(digest)}


def some_passages(passages: Sequence[Passage]) -> list[Passage]:
    """Return ``SECOND_READ`` passages, evenly spaced from first to last, or all of fewer."""
    count = min(len(passages), SECOND_READ)
    return [passages[round(place)] for place in np.linspace(0, len(passages) - 1, count)]


def second_rows_of(
    folder: Path, documents: Iterable[tuple[Document, Sequence[Passage]]]
) -> dict[str, Rows]:
    """Return the mean of each document's vectors by the second encoder, unit length, by its id.

    The weights of stages say which encoder that is. A document of which the index lacks some of
    these vectors is left out.
    """
    places = {document.id: [p.id for p in some_passages(all_)] for document, all_ in documents}
    wanted = [one for ids in places.values() for one in ids]
    vectors = _read_vectors(folder, load_second_weights().encoder, wanted)
    return {
        id_: unit_row(np.stack([vectors[one] for one in ids]).mean(axis=0))
        for id_, ids in places.items()
        if all(one in vectors for one in ids)
    }


def indexed_documents(
    catalogue: Catalogue, encoded: Container[int], document_ids: Iterable[str] | None = None
) -> Iterator[tuple[Document, list[Passage]]]:
    """Yield documents with their passages that are encoded, ordered by document id.

    References, contents, imprints and the like say nothing of a document, and are left out.
    """
    wanted = None if document_ids is None else set(document_ids)
    for document in list(catalogue.all_documents()):
        if wanted is not None and document.id not in wanted:
            continue
        passages = [
            p
            for p in catalogue.passages(document.id)
            if p.id in encoded and p.role not in APPARATUS
        ]
        if passages:
            yield document, passages


def reviewed_examples(
    catalogue: Catalogue,
    vectors: Mapping[int, Rows],
    vocabularies: Sequence[TermWords],
    encoder: Encoder,
    second_folder: Path | None = None,
) -> list[Example]:
    """Return every document that has a decision by a person, ordered by document id.

    ``second_folder`` is the index whose vectors of the second encoder are read, if they are to be.
    """
    rows = catalogue.rows(
        "select distinct document_id from tag where origin <> 'suggested' order by document_id"
    )
    ids = [row[0] for row in rows]
    tags_by_document = tags_of(catalogue, ids)
    examples = []
    documents = list(indexed_documents(catalogue, vectors, ids))
    second = second_rows_of(second_folder, documents) if second_folder else {}
    for reading in read_documents(encoder, vectors, documents, vocabularies, second):
        tags = tags_by_document[reading.document_id]
        labels = {t.vectors.vocabulary: _labels(tags, t) for t in vocabularies}
        primary = {t.vocabulary: t.term for t in tags if t.primary and t.origin == "confirmed"}
        if any(labels.values()):
            examples.append(Example(reading, labels, primary))
    return examples


def _labels(tags: Sequence[Tag], terms: TermWords) -> dict[str, bool]:
    origins = {t.term: t.origin for t in tags if t.vocabulary == terms.vectors.vocabulary}
    labels = {
        term: origins[term] == "confirmed"
        for term in terms.vectors.terms
        if origins.get(term) in ("confirmed", "rejected")
    }
    if True in labels.values():
        labels |= {term: False for term in terms.vectors.terms if term not in origins}
    return labels


def as_decided(examples: Sequence[Example]) -> Decided:
    """Return the decisions of the examples in the form in which a model stores them."""
    return {
        e.reading.document_id: {v: dict(labels) for v, labels in e.labels.items()} for e in examples
    }


def decided_then(examples: Sequence[Example], then: Decided) -> list[Example]:
    """Return the examples with the decisions of ``then``, without the documents decided since."""
    return [
        Example(e.reading, then[e.reading.document_id], e.primary)
        for e in examples
        if e.reading.document_id in then
    ]
