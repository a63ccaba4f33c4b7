"""Whose evidence is missing: shares by country, language, organisation, type and voice."""

from __future__ import annotations

from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import resource_list
from corpus.model import Selection
from corpus.taxonomy import Taxonomy, Term
from index.documents.arrays import Documents
from index.documents.values import Mask
from index.model import Filters
from index.search.crossing import count_lines
from search_api.lists.entries import saved_query
from search_api.lists.routes import not_published
from search_api.mapping.axes import Axis, axis_of, without_axes
from search_api.mapping.counting import BROWSED_AT
from search_api.mapping.params import MissingParams, address, filters_of_map
from search_api.mapping.shapes import MissingAnswer, Share, ShareGroup
from search_api.search.presenting import filters_shape
from search_api.service.service import Service
from search_api.web.languages import counted, current, gettext, label_of

GROUPS: Final = (
    "topic", "country", "language", "publisher", "evidence_type", "kind", "stage", "school_level",
)  # fmt: skip
_NAMED: Final = 6
"""How many values without documents a sentence names."""


def missing_of(service: Service, catalogue: Catalogue, params: MissingParams) -> MissingAnswer:
    """Return the shares of the documents that pass the filters, of all or of one list.

    Raises:
        ListNotFound: there is no such published list.
        QueryInvalid: a filter names a term that does not exist.
    """
    filters = filters_of_map(service, params)
    holdings = service.searcher.view(catalogue).documents
    allowed, title = holdings.allowed_documents(filters), None
    if params.list_slug:
        listed, title = _listed(service, catalogue, holdings, params.list_slug)
        allowed = allowed & listed
    groups = [
        _group(holdings, axis_of(service.taxonomy, holdings, name, filters), allowed, filters,
               linked=title is None)
        for name in GROUPS
    ]  # fmt: skip
    total = int(holdings.works_of(allowed).sum())
    for group in groups:
        for share in group.shares:
            share.share = round(share.count / total, 4) if total else 0.0
    return MissingAnswer(
        total=total,
        slug=params.list_slug or None,
        list_title=title,
        teachers=_voices(service.taxonomy, groups),
        groups=groups,
        nudges=[said for group in groups for said in _nudges(service.taxonomy, group, total)],
        filters=filters_shape(filters),
        revision=holdings.revision,
    )


def _listed(
    service: Service, catalogue: Catalogue, holdings: Documents, slug: str
) -> tuple[Mask, str]:
    """Return (m,) bool, the documents of a published list, and its title."""
    stored = resource_list(catalogue, slug)
    if stored.published is None:
        raise not_published(slug)
    selection = stored.published.selection
    rows = holdings.document_rows(_documents(service, catalogue, selection))
    mask = np.zeros(len(holdings.document_ids), dtype=bool)
    mask[rows] = True
    return mask, selection.title


def _documents(service: Service, catalogue: Catalogue, selection: Selection) -> list[str]:
    if selection.query is not None:
        found = service.searcher.search(catalogue, saved_query(service, catalogue, selection.query))
        return [hit.document.id for hit in found.hits]
    entries = (entry for section in selection.sections for entry in section.entries)
    return [entry.document_id for entry in entries if entry.document_id]


def _group(
    holdings: Documents, axis: Axis, allowed: Mask, filters: Filters, *, linked: bool
) -> ShareGroup:
    rest = without_axes(filters, axis.name)
    works = holdings.works_of(allowed)
    counts = count_lines(holdings, axis.documents, allowed).tolist()
    return ShareGroup(
        name=axis.name,
        label=axis.label,
        shares=[
            Share(
                value=line.value,
                label=line.label,
                count=count,
                share=0.0,
                link=address(BROWSED_AT, rest, *line.pairs) if linked else None,
            )
            for line, count in zip(axis.lines, counts, strict=True)
        ],
        left_out=axis.left_out,
        not_stated=int((works & ~holdings.works_of(allowed & axis.stated)).sum()),
    )


def topic_of_voice(taxonomy: Taxonomy) -> Term | None:
    """Return the first topic that is somebody's voice; a network may have none."""
    return next((t for t in taxonomy.vocabulary("topics").terms.values() if t.voice), None)


def voice_of(taxonomy: Taxonomy) -> str:
    """Return who speaks in the documents of that topic."""
    topic = topic_of_voice(taxonomy)
    return topic.voice if topic else ""


def _voices(taxonomy: Taxonomy, groups: list[ShareGroup]) -> Share | None:
    """Return the share of the topic that is somebody's voice, if there is one."""
    topic = topic_of_voice(taxonomy)
    shares = (share for group in groups if group.name == "topic" for share in group.shares)
    return next((share for share in shares if topic and share.value == topic.id), None)


def _name_in_page(taxonomy: Taxonomy, group: ShareGroup, share: Share) -> str:
    if group.name == "country":
        return current().country(share.label)
    if group.name == "language":
        return current().language(share.value)
    return share.label if group.name == "publisher" else label_of(taxonomy, share.label)


def _nudges(taxonomy: Taxonomy, group: ShareGroup, total: int) -> list[str]:
    """Return what to look for: the values that no document has, and too many without any."""
    if not total:
        return []
    said = []
    axis = label_of(taxonomy, group.label)
    missing = [_name_in_page(taxonomy, group, share) for share in group.shares if not share.count]
    if missing:
        more = len(missing) - _NAMED
        named = ", ".join(missing[:_NAMED])
        if more > 0:
            named = counted(
                more, "%(names)s and %(n)s more", "%(names)s and %(n)s more", names=named
            )
        said.append(gettext("%(axis)s: nothing yet for %(names)s.", axis=axis, names=named))
    if group.not_stated == total:
        said.append(gettext("%(axis)s: no document states one.", axis=axis))
    return said[-1:]
