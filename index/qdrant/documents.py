"""The documents with what their passages are like: by document, not by passage.

Filters about passages ask for a role or a term that a passage argues for. Passages of a document
that agree in all of these are counted together, so that what a search can show at all is known
here exactly, and no array has a place for each passage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state
from corpus.documents.changes import Changes, changes_since
from corpus.documents.places import places_of_passages
from corpus.documents.works import works_of_documents
from corpus.roles import APPARATUS
from corpus.tags.passage_scores import passages_by_term
from index.documents.arrays import Documents, form_of, work_numbers
from index.documents.contents import Contents, read_contents
from index.documents.following import MOST_FOLLOWED, follow_documents
from index.documents.values import Mask, Rows, Values
from index.filters import PASSAGE_FILTERS
from index.model import Filters

ABOUT: Final = tuple(filter_.field for filter_ in PASSAGE_FILTERS)
_ROLE: Final = ABOUT.index("roles")

Sort = tuple[str, ...]
"""What a passage is by each filter about passages, in their order; empty for none."""


@dataclass(frozen=True, slots=True)
class SortedDocuments(Documents):
    """The documents, and how many passages of each sort they have.

    Attributes:
        sorts: the sorts of passages that there are.
        owner: (k,) int64, the document row of each pair of a document and a sort.
        sort: (k,) int64, its sort, a place in ``sorts``.
        count: (k,) int64, how many passages it is.
    """

    sorts: tuple[Sort, ...]
    owner: Rows
    sort: Rows
    count: Rows

    def _find_speaking(self) -> tuple[Mask, Mask]:
        return self.having(self.count), self.having(self.count, self.evidence_sorts())

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return int(self.count.sum())

    def having(self, count: Rows, sorts: Mask | None = None) -> Mask:
        """Return (m,) bool: the documents with a passage of some sorts, by counts of each pair."""
        there = count > 0 if sorts is None else (count > 0) & sorts[self.sort]
        documents = np.zeros(len(self.document_ids), dtype=bool)
        documents[self.owner[there]] = True
        return documents

    def evidence_sorts(self) -> Mask:
        """Return (s,) bool: which sorts are no references, contents, imprint or the like."""
        return np.array([sort[_ROLE] not in APPARATUS for sort in self.sorts], dtype=bool)

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

    def less(self, counted: Mapping[tuple[int, Sort], int]) -> Rows:
        """Return (k,) int64: how many passages each pair has without some.

        Args:
            counted: by document row and sort, how many passages to leave out.
        """
        left = self.count.copy()
        place = {sort: number for number, sort in enumerate(self.sorts)}
        known = [(row, place[sort], n) for (row, sort), n in counted.items() if sort in place]
        if not known or not len(left):
            return left
        rows, sorts, counts = np.array(known, dtype=np.int64).T
        keys = (self.owner << 32) | self.sort
        order = np.argsort(keys, kind="stable")
        wanted = (rows << 32) | sorts
        found = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        there = keys[order][found] == wanted
        np.subtract.at(left, order[found[there]], counts[there])
        return left


@dataclass(frozen=True, slots=True)
class Places:
    """Where some passages are, as the catalogue has them now; those that are gone are not there.

    Attributes:
        ids: (k,) int64, ascending.
        owners: (k,) int64, the row of each one's document.
        sorts: its sort, one for each; terms as far as the filters ask that they were read for.
    """

    ids: Rows
    owners: Rows
    sorts: tuple[Sort, ...]

    def only(self, chosen: Mask) -> Places:
        """Return the chosen ones, (k,) bool."""
        sorts = tuple(self.sorts[place] for place in np.flatnonzero(chosen).tolist())
        return Places(self.ids[chosen], self.owners[chosen], sorts)

    def roles(self, among: Collection[str]) -> Mask:
        """Return (k,) bool: which have one of these roles."""
        return np.array([sort[_ROLE] in among for sort in self.sorts], dtype=bool)

    def passing(self, filters: Filters) -> Mask:
        """Return (k,) bool: which pass the filters about passages."""
        passing = np.ones(len(self.ids), dtype=bool)
        for place, field in enumerate(ABOUT):
            if wanted := filters[field]:
                passing &= np.array([sort[place] in wanted for sort in self.sorts], dtype=bool)
        return passing


@dataclass(frozen=True, slots=True)
class SortedPlaces(Places):
    """Where some passages are, with their whole sorts."""

    def count(self) -> Counter[tuple[int, Sort]]:
        """Return how many there are by document row and sort."""
        return Counter(zip(self.owners.tolist(), self.sorts, strict=True))


def read_places(
    catalogue: Catalogue, documents: Documents, passage_ids: Iterable[int]
) -> SortedPlaces:
    """Look up passages; those of documents that are not searched are left out."""
    return SortedPlaces(*_read(catalogue, documents, passage_ids, ABOUT))


def read_places_for(
    catalogue: Catalogue, documents: Documents, passage_ids: Iterable[int], filters: Filters
) -> Places:
    """Look up passages, with no terms but those that the filters ask for."""
    asked = [field for field, _ in filters.chosen]
    return Places(*_read(catalogue, documents, passage_ids, asked))


def _read(
    catalogue: Catalogue, documents: Documents, passage_ids: Iterable[int], fields: Collection[str]
) -> tuple[Rows, Rows, tuple[Sort, ...]]:
    """Return the ids, owners and sorts of passages, with the terms of some filters."""
    wanted = [int(number) for number in passage_ids]
    found = places_of_passages(catalogue, wanted) if wanted else []
    rows = document_rows_of(documents, (row[1] for row in found))
    kept = [row for row in found if row[1] in rows]
    ids = [row[0] for row in kept]
    roles = {row[0]: row[2] for row in kept}
    return (
        np.array(ids, dtype=np.int64),
        np.array([rows[row[1]] for row in kept], dtype=np.int64),
        tuple(_sorts_of(catalogue, roles, fields).values()),
    )


def document_rows_of(documents: Documents, names: Iterable[str]) -> dict[str, int]:
    """Return the row of each of these documents that is searched."""
    distinct = sorted(set(names))
    rows = documents.document_rows(distinct).tolist()
    return {documents.document_ids[row]: row for row in rows}


def _sorts_of(
    catalogue: Catalogue, roles: Mapping[int, str], fields: Collection[str]
) -> dict[int, Sort]:
    """Return the sort of passages, given their roles by id, in the same order."""
    return _sorts(
        roles,
        {
            f.field: _by_passage(passages_by_term(catalogue, f.vocabulary, list(roles)).items())
            for f in PASSAGE_FILTERS
            if f.vocabulary and f.field in fields and roles
        },
    )


def sorts_in(contents: Contents) -> dict[int, Sort]:
    """Return the sort of each passage of what was read, by id."""
    return _sorts(
        {passage: role for passage, _, role in contents.passages},
        {field: {p: term for term, p in pairs} for field, pairs in contents.speaking.items()},
    )


def _by_passage(found: Iterable[tuple[str, Iterable[int]]]) -> dict[int, str]:
    return {passage: term for term, passages in found for passage in passages}


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
    sorts, owner, sort, count = _count_sorts(contents, row_of, ())
    return SortedDocuments(
        revision=revision,
        document_ids=ids,
        years=np.array([document.year or 0 for document in documents], dtype=np.int64),
        work=work_numbers(ids, work_of),
        form=np.array([form_of(document) for document in documents], dtype=np.int64),
        work_of=work_of,
        values={f: Values.of(pairs) for f, pairs in contents.value_pairs(row_of).items()},
        sorts=sorts,
        owner=owner,
        sort=sort,
        count=count,
    )


def follow_catalogue(kept: SortedDocuments, catalogue: Catalogue) -> SortedDocuments:
    """Return the documents as they are now, reading only those that changed, if they are few."""
    with read_one_state(catalogue):
        revision = catalogue.revision()
        if revision == kept.revision:
            return kept
        changes = changes_since(catalogue, kept.revision)
        if revision < kept.revision or len(changes.records) > MOST_FOLLOWED:
            return read_documents(catalogue)
        return _follow(kept, catalogue, changes, revision)


def _follow(
    kept: SortedDocuments, catalogue: Catalogue, changes: Changes, revision: int
) -> SortedDocuments:
    contents = read_contents(catalogue, changes.records)
    after = follow_documents(kept, catalogue, changes, contents)
    stays = ~after.changed[kept.owner] if len(kept.owner) else np.empty(0, dtype=bool)
    sorts, owner, sort, count = _count_sorts(contents, after.row_of, kept.sorts)
    return SortedDocuments(
        revision=revision,
        document_ids=after.document_ids,
        years=after.years,
        work=after.work,
        form=after.form,
        work_of=after.work_of,
        values=after.values,
        sorts=sorts,
        owner=np.concatenate([after.moved.rows[kept.owner[stays]], owner]),
        sort=np.concatenate([kept.sort[stays], sort]),
        count=np.concatenate([kept.count[stays], count]),
    )


def _count_sorts(
    contents: Contents, row_of: Mapping[str, int], known: tuple[Sort, ...]
) -> tuple[tuple[Sort, ...], Rows, Rows, Rows]:
    """Return the sorts, and the pairs of documents with them: owner, sort and count."""
    sort_of = sorts_in(contents)
    counted = Counter((row_of[name], sort_of[passage]) for passage, name, _ in contents.passages)
    sorts = tuple(dict.fromkeys((*known, *(sort for _, sort in counted))))
    place = {sort: number for number, sort in enumerate(sorts)}
    return (
        sorts,
        np.array([row for row, _ in counted], dtype=np.int64),
        np.array([place[sort] for _, sort in counted], dtype=np.int64),
        np.array(list(counted.values()), dtype=np.int64),
    )
