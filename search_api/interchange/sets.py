"""The sets that can be harvested: topics, stages and kinds of the taxonomy, and published lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.datestamps import Window
from corpus.lists.lists import all_lists
from corpus.model import Document, ResourceList, Tag
from corpus.taxonomy import Taxonomy
from index.filters import FILTER_OF, Filter
from search_api.interchange.arguments import OaiError

_FILTERS: Final[Mapping[str, Filter]] = {
    FILTER_OF[field].parameter: FILTER_OF[field] for field in ("topics", "stages", "kinds")
}
_SPEC: Final = re.compile(r"[A-Za-z0-9_.!~*'()-]+")
LIST: Final = "list"
Lists = Mapping[str, tuple[str, ...]]
"""The documents of each published list, by its address."""


def read_lists(catalogue: Catalogue) -> Lists:
    """Return which documents each published list has."""
    return {one.slug: _members(one) for one in _published(catalogue)}


def _published(catalogue: Catalogue) -> list[ResourceList]:
    published = [one for one in all_lists(catalogue) if one.state == "published"]
    return sorted(published, key=lambda one: one.slug)


def _members(one: ResourceList) -> tuple[str, ...]:
    entries = one.published.selection.entries if one.published else ()
    return tuple(entry.document_id for entry in entries if entry.document_id)


def all_sets(taxonomy: Taxonomy, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    """Yield each set with its name: first all that have any term, then those of each term."""
    for parameter, filter_ in _FILTERS.items():
        label, vocabulary = filter_.label_in(taxonomy), str(filter_.vocabulary)
        yield parameter, f"{label}: any"
        for term in _terms(taxonomy, filter_):
            yield f"{parameter}:{term}", f"{label}: {taxonomy.label(vocabulary, term)}"
    yield LIST, "Resource list: any"
    for one in _published(catalogue):
        title = one.published.selection.title if one.published else one.slug
        yield f"{LIST}:{one.slug}", f"Resource list: {title}"


def _terms(taxonomy: Taxonomy, filter_: Filter) -> tuple[str, ...]:
    """Return the terms that can name a set (section 2.7.2); documents may carry others."""
    return tuple(term for term in filter_.known_in(taxonomy) if _SPEC.fullmatch(term))


def sets_of(taxonomy: Taxonomy, document: Document, tags: Iterable[Tag], lists: Lists) -> list[str]:
    """Return the sets that a document is in; a set with a colon includes the one before it."""
    carried: set[tuple[str | None, str]]
    carried = {(tag.vocabulary, tag.term) for tag in tags if tag.origin != "rejected"}
    if document.kind:
        carried.add((_FILTERS["kind"].vocabulary, document.kind))
    named = [
        f"{parameter}:{term}"
        for parameter, filter_ in _FILTERS.items()
        for term in _terms(taxonomy, filter_)
        if (filter_.vocabulary, term) in carried
    ]
    return named + [f"{LIST}:{slug}" for slug, ids in lists.items() if document.id in ids]


def window_of(
    taxonomy: Taxonomy, lists: Lists, chosen: str | None, since: str | None, until: str | None
) -> Window:
    """Return which documents a set has, between two moments.

    Raises:
        OaiError: ``noRecordsMatch``: there is no such set.
    """
    if not chosen:
        return Window(since, until)
    name, colon, value = chosen.partition(":")
    if name == LIST and (not colon or value in lists):
        members = lists[value] if colon else tuple({i for ids in lists.values() for i in ids})
        return Window(since, until, among=members)
    filter_ = _FILTERS.get(name)
    known = _terms(taxonomy, filter_) if filter_ else ()
    if filter_ is None or (colon and value not in known):
        raise OaiError("noRecordsMatch", f"There is no set {chosen!r}. ListSets names them.")
    terms = (value,) if colon else known
    if filter_.record:
        return Window(since, until, kinds=terms)
    return Window(since, until, terms=(str(filter_.vocabulary), terms))
