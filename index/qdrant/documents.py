"""The documents with what their passages are like, and whose each passage is.

Filters about passages ask for a role or a term that a passage argues for. Passages of a document
that agree in all of these are counted together, so that what a search can show at all is known
here exactly. Of a passage itself there are its id and the number of its pair: 12 bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state
from corpus.documents.changes import Changes
from corpus.documents.works import works_of_documents
from corpus.roles import APPARATUS
from index.documents.arrays import Documents, form_of, work_numbers
from index.documents.contents import Contents, read_contents
from index.documents.following import follow_documents
from index.documents.values import Mask, Rows, Values
from index.filters import PASSAGE_FILTERS
from index.model import Filters

ABOUT: Final = tuple(filter_.field for filter_ in PASSAGE_FILTERS)
_ROLE: Final = ABOUT.index("roles")
_SHIFT: Final = 32

Sort = tuple[str, ...]
"""What a passage is by each filter about passages, in their order; empty for none."""


Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SortedDocuments(Documents):
    """The documents, how many passages of each sort they have, and which passages those are.

    Attributes:
        sorts: the sorts of passages that there are.
        owner: (k,) int64, the document row of each pair of a document and a sort.
        sort: (k,) int64, its sort, a place in ``sorts``.
        count: (k,) int64, how many passages it is.
        passage_ids: (n,) int64, ascending; a passage's row is its position here.
        pair: (n,) int32, the pair that each passage is of.
    """

    sorts: tuple[Sort, ...]
    owner: Rows
    sort: Rows
    count: Rows
    passage_ids: Rows
    pair: Numbers

    def _find_speaking(self) -> tuple[Mask, Mask]:
        return self.having(self.count), self.having(self.count, self.evidence_sorts())

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.passage_ids)

    def rows_of(self, passage_ids: Rows) -> Rows:
        """Return the row of each passage id, -1 where it has none."""
        if not len(self.passage_ids):
            return np.full(len(passage_ids), -1, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.passage_ids, passage_ids), len(self.passage_ids) - 1)
        return np.where(self.passage_ids[rows] == passage_ids, rows, -1)

    def places_of(self, rows: Rows) -> Places:
        """Return where the passages of some rows are, (k,) ascending."""
        pairs = self.pair[rows]
        return Places(self, rows, self.passage_ids[rows], self.owner[pairs], self.sort[pairs])

    def locate(self, passage_ids: Collection[int] | Rows) -> Places:
        """Return where passages are; those that are gone are left out."""
        ids = np.unique(np.asarray(list(passage_ids), dtype=np.int64))
        rows = self.rows_of(ids)
        return self.places_of(rows[rows >= 0])

    def counted(self, rows: Rows) -> Rows:
        """Return (k,) int64: how many of the passages of some rows each pair has."""
        return np.bincount(self.pair[rows], minlength=len(self.owner))

    def having(self, count: Rows, sorts: Mask | None = None) -> Mask:
        """Return (m,) bool: the documents with a passage of some sorts, by counts of each pair."""
        there = count > 0 if sorts is None else (count > 0) & sorts[self.sort]
        documents = np.zeros(len(self.document_ids), dtype=bool)
        documents[self.owner[there]] = True
        return documents

    def evidence_sorts(self) -> Mask:
        """Return (s,) bool: which sorts are no references, contents, imprint or the like."""
        return np.array([sort[_ROLE] not in APPARATUS for sort in self.sorts], dtype=bool)

    @property
    def are_evidence(self) -> Mask:
        """(k,) bool: which pairs are of evidence."""
        return self.evidence_sorts()[self.sort]

    def evidence_roles(self) -> frozenset[str]:
        """Return the roles of evidence among the passages."""
        return frozenset(sort[_ROLE] for sort in self.sorts) - frozenset(APPARATUS)

    def allowed_sorts(self, filters: Filters) -> Mask:
        """Return (s,) bool: which sorts pass the filters about passages."""
        wanted = {place: values for place, f in enumerate(ABOUT) if (values := filters[f])}
        return np.array(
            [all(sort[p] in values for p, values in wanted.items()) for sort in self.sorts],
            dtype=bool,
        )

    def documents_speaking(self, filters: Filters) -> Mask | None:
        """Return (m,) bool: which have a passage that passes the filters about passages."""
        if not any(field in ABOUT for field, _ in filters.chosen):
            return None
        return self.having(self.count, self.allowed_sorts(filters))


@dataclass(frozen=True, slots=True)
class Places:
    """Where some passages are.

    Attributes:
        documents: that they are of.
        rows: (k,) int64, ascending, their rows.
        ids: (k,) int64, ascending, their ids.
        owners: (k,) int64, the row of each one's document.
        sorts: (k,) int64, its sort.
    """

    documents: SortedDocuments
    rows: Rows
    ids: Rows
    owners: Rows
    sorts: Rows

    def only(self, chosen: Mask) -> Places:
        """Return the chosen ones, (k,) bool."""
        return self.documents.places_of(self.rows[chosen])

    def roles(self, among: Collection[str]) -> Mask:
        """Return (k,) bool: which have one of these roles."""
        sorts = np.array([sort[_ROLE] in among for sort in self.documents.sorts], dtype=bool)
        return sorts[self.sorts] if len(sorts) else np.zeros(len(self.rows), dtype=bool)

    def passing(self, filters: Filters) -> Mask:
        """Return (k,) bool: which pass the filters about passages."""
        sorts = self.documents.allowed_sorts(filters)
        return sorts[self.sorts] if len(sorts) else np.ones(len(self.rows), dtype=bool)


def sorts_in(contents: Contents) -> dict[int, Sort]:
    """Return the sort of each passage of what was read, by id."""
    return _sorts(
        {passage: role for passage, _, role in contents.passages},
        {field: {p: term for term, p in pairs} for field, pairs in contents.speaking.items()},
    )


def _sorts(roles: Mapping[int, str], terms: Mapping[str, Mapping[int, str]]) -> dict[int, Sort]:
    silent = {role: _sort(role, {}) for role in set(roles.values())}
    speaking = set().union(*terms.values())
    return {
        passage: _sort(role, {field: of.get(passage, "") for field, of in terms.items()})
        if passage in speaking
        else silent[role]
        for passage, role in roles.items()
    }


def _sort(role: str, terms: Mapping[str, str]) -> Sort:
    return tuple(role if field == "roles" else terms.get(field, "") for field in ABOUT)


def read_documents(catalogue: Catalogue) -> SortedDocuments:
    """Read all documents as they are now."""
    with read_one_state(catalogue):
        revision, contents = catalogue.revision(), read_contents(catalogue)
        work_of = works_of_documents(catalogue)
    documents = contents.documents
    ids = tuple(document.id for document in documents)
    row_of = {name: row for row, name in enumerate(ids)}
    paired = _pair(contents, row_of, ())
    return SortedDocuments(
        revision=revision,
        document_ids=ids,
        years=np.array([document.year or 0 for document in documents], dtype=np.int64),
        work=work_numbers(ids, work_of),
        form=np.array([form_of(document) for document in documents], dtype=np.int64),
        work_of=work_of,
        values={f: Values.of(pairs) for f, pairs in contents.value_pairs(row_of).items()},
        sorts=paired.sorts,
        owner=paired.owner,
        sort=paired.sort,
        count=paired.count,
        passage_ids=paired.ids,
        pair=paired.pair,
    )


def follow_changed(
    kept: SortedDocuments, catalogue: Catalogue, changes: Changes, revision: int
) -> SortedDocuments:
    """Return the documents after changes, reading only those that changed."""
    contents = read_contents(catalogue, changes.records)
    after = follow_documents(kept, catalogue, changes, contents)
    stays = ~after.changed[kept.owner] if len(kept.owner) else np.empty(0, dtype=bool)
    new = _pair(contents, after.row_of, kept.sorts)
    left = stays[kept.pair]
    number = (np.cumsum(stays) - 1).astype(np.int32)
    passage_ids, pair = kept.passage_ids[left], number[kept.pair[left]]
    places = np.searchsorted(passage_ids, new.ids)
    return SortedDocuments(
        revision=revision,
        document_ids=after.document_ids,
        years=after.years,
        work=after.work,
        form=after.form,
        work_of=after.work_of,
        values=after.values,
        sorts=new.sorts,
        owner=np.concatenate([after.moved.rows[kept.owner[stays]], new.owner]),
        sort=np.concatenate([kept.sort[stays], new.sort]),
        count=np.concatenate([kept.count[stays], new.count]),
        passage_ids=np.insert(passage_ids, places, new.ids),
        pair=np.insert(pair, places, new.pair + np.int32(stays.sum())),
    )


@dataclass(frozen=True, slots=True)
class _Paired:
    """Passages by the pairs of their documents and sorts, as in ``SortedDocuments``."""

    sorts: tuple[Sort, ...]
    owner: Rows
    sort: Rows
    count: Rows
    ids: Rows
    pair: Numbers


def _pair(contents: Contents, row_of: Mapping[str, int], known: tuple[Sort, ...]) -> _Paired:
    sort_of = sorts_in(contents)
    sorts = tuple(dict.fromkeys((*known, *sort_of.values())))
    place = {sort: number for number, sort in enumerate(sorts)}
    owners = np.array([row_of[name] for _, name, _ in contents.passages], dtype=np.int64)
    of_each = np.array([place[sort_of[p]] for p, _, _ in contents.passages], dtype=np.int64)
    keys, pair, count = np.unique(
        (owners << _SHIFT) | of_each, return_inverse=True, return_counts=True
    )
    return _Paired(
        sorts=sorts,
        owner=keys >> _SHIFT,
        sort=keys & ((1 << _SHIFT) - 1),
        count=count.astype(np.int64),
        ids=np.array([passage for passage, _, _ in contents.passages], dtype=np.int64),
        pair=pair.astype(np.int32),
    )
