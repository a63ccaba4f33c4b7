"""Reads what searches need to know of documents and their passages from the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document
from corpus.tags.passage_scores import passages_by_term
from corpus.tags.tags import all_tagged
from index.filters import DOCUMENT_FILTERS, FILTERS, PASSAGE_FILTERS

FIELDS: Final = ", ".join(f"{f.field} of {f.record or f.vocabulary}" for f in FILTERS)
"""What is read of each filter, in words: arrays that are kept were made of the same."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the catalogue has of all documents, or of some; without those that are not searched.

    Attributes:
        documents: ordered by id.
        tagged: (vocabulary, term, document id).
        passages: (passage id, document id, role), ordered by passage id.
        speaking: by field of a passage filter with a vocabulary, (term, passage id).
    """

    documents: tuple[Document, ...]
    tagged: Sequence[tuple[str, str, str]]
    passages: Sequence[tuple[int, str, str]]
    speaking: Mapping[str, Sequence[tuple[str, int]]]

    def value_pairs(self, row_of: Mapping[str, int]) -> dict[str, list[tuple[str, int]]]:
        """Return, by field of a document filter, each (value, document row)."""
        pairs: dict[str, list[tuple[str, int]]] = {f.field: [] for f in DOCUMENT_FILTERS}
        recorded = [f for f in DOCUMENT_FILTERS if f.record]
        for document in self.documents:
            for filter_ in recorded:
                for value in filter_.recorded_in(document):
                    pairs[filter_.field].append((value, row_of[document.id]))
        by_tags = {f.vocabulary: f.field for f in DOCUMENT_FILTERS if not f.record}
        for vocabulary, term, document_id in self.tagged:
            if vocabulary in by_tags and document_id in row_of:
                pairs[by_tags[vocabulary]].append((term, row_of[document_id]))
        return pairs

    def about_pairs(self, row_of: Mapping[int, int]) -> dict[str, list[tuple[str, int]]]:
        """Return, by field of a passage filter, each (term or role, passage row)."""
        pairs = {
            field: [(term, row_of[passage]) for term, passage in found if passage in row_of]
            for field, found in self.speaking.items()
        }
        return pairs | {"roles": [(role, row_of[passage]) for passage, _, role in self.passages]}


def read_contents(catalogue: Catalogue, document_ids: Collection[str] | None = None) -> Contents:
    """Read what the catalogue has of all documents, or of those with these ids."""
    read = (
        catalogue.all_documents()
        if document_ids is None
        else catalogue.documents(document_ids).values()
    )
    documents = tuple(document for document in read if document.withdrawn_at is None)
    searched = {document.id for document in documents}
    roles = catalogue.passage_roles(document_ids)
    passages = [row for row in roles if row[1] in searched]
    ids = None if document_ids is None else [row[0] for row in passages]
    return Contents(
        documents=documents,
        tagged=all_tagged(catalogue, document_ids),
        passages=passages,
        speaking={
            f.field: [
                (term, passage)
                for term, found in passages_by_term(catalogue, f.vocabulary, ids).items()
                for passage in found
            ]
            for f in PASSAGE_FILTERS
            if f.vocabulary
        },
    )
