"""The member organisations of the network: what each published, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import BaseModel, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.authorities import (
    Organisation,
    load_organisations,
    organisation_name,
    organisations_in_use,
)
from corpus.errors import OrganisationNotFound
from corpus.lists.lists import all_lists
from corpus.lists.rules import slug_of
from corpus.network.gathering import items_of
from corpus.network.groups import visible_groups
from corpus.people.actors import Actor
from index.filters import FILTER_OF
from index.model import Facet, Filters, Query
from search_api.answers.citations import cite_document
from search_api.network.shapes import AnsweringDocument, CountOf
from search_api.search.addresses import address_of_query
from search_api.search.filters import filter_pairs
from search_api.service.service import Service
from search_api.web.declared import PREFIX

NEWEST: Final = 10
"""How many documents stand on an organisation's page."""
_COUNTED: Final = ("countries", "topics", "stages", "kinds", "languages")


class OrganisationLinks(BaseModel):
    """Links of an organisation."""

    self: str
    page: str
    documents: str = Field(description="All its documents, as a page.")


class OrganisationSummary(BaseModel):
    """A member organisation in short."""

    slug: str
    name: str
    backbone: bool = Field(description="Whether it is the one that serves the network.")
    documents: int = Field(description="Documents it published; of each work one.")
    links: OrganisationLinks


class OrganisationsAnswer(BaseModel):
    """The member organisations."""

    organisations: list[OrganisationSummary]
    revision: int


class NamedUse(BaseModel):
    """A list or a group with documents of an organisation."""

    slug: str
    name: str
    documents: int
    link: str


class CountsOf(BaseModel):
    """How many of the documents have each value of a filter."""

    parameter: str
    label: str
    counts: list[CountOf]


class OrganisationDetail(OrganisationSummary):
    """A member organisation: its documents, what they are about, and where they are used."""

    aliases: list[str] = Field(description="Other names under which its documents are recorded.")
    newest: list[AnsweringDocument]
    facets: list[CountsOf]
    lists: list[NamedUse] = Field(description="Published lists with documents of it.")
    groups: list[NamedUse] = Field(description="Groups you may see that gathered documents of it.")


def organisations_of(service: Service, catalogue: Catalogue) -> OrganisationsAnswer:
    """Return the members of the network, by name, the one that serves it first."""
    results = service.searcher.search(catalogue, Query("", limit=1))
    names = _recorded_names(results.facets)
    return OrganisationsAnswer(
        organisations=[
            _summary(service, catalogue, one, names.get(one.name, ())) for one in _members()
        ],
        revision=results.revision,
    )


def organisation_detail(
    service: Service, catalogue: Catalogue, actor: Actor, slug: str
) -> OrganisationDetail:
    """Return one member organisation.

    Raises:
        OrganisationNotFound
    """
    known = {slug_of(one.name): one for one in _members()}
    if slug not in known:
        raise OrganisationNotFound(f"There is no organisation {slug!r}. See /organisations")
    everything = service.searcher.search(catalogue, Query("", limit=1))
    names = _recorded_names(everything.facets).get(known[slug].name, ())
    query = _query(names, known[slug])
    results = service.searcher.search(catalogue, query)
    published = service.searcher.documents_with(catalogue, query.filters)
    return OrganisationDetail(
        **dict(_summary(service, catalogue, known[slug], names)),
        aliases=list(known[slug].aliases),
        newest=[
            AnsweringDocument(
                id=hit.document.id,
                title=hit.document.title,
                year=hit.document.year,
                language=hit.document.language,
                citation=cite_document(hit.document),
                link=service.absolute(f"/documents/{hit.document.id}"),
            )
            for hit in results.hits
        ],
        facets=[_counts(facet) for facet in results.facets if facet.field in _COUNTED],
        lists=list(_lists_with(service, catalogue, published)),
        groups=list(_groups_with(service, catalogue, actor, published)),
    )


def _members() -> list[Organisation]:
    marked = [
        one for one in load_organisations(organisations_in_use()) if one.member or one.backbone
    ]
    return sorted(marked, key=lambda one: (not one.backbone, one.name.casefold()))


def _recorded_names(facets: Iterable[Facet]) -> Mapping[str, list[str]]:
    """Return the publishers of documents by the network's name for each."""
    names: dict[str, list[str]] = {}
    counts = next((facet.counts for facet in facets if facet.field == "publishers"), ())
    for count in counts:
        names.setdefault(organisation_name(count.value), []).append(count.value)
    return names


def _query(names: Iterable[str], one: Organisation) -> Query:
    filters = Filters(publishers=tuple(names) or (one.name,))
    return Query("", filters, limit=NEWEST)


def _summary(
    service: Service, catalogue: Catalogue, one: Organisation, names: Iterable[str]
) -> OrganisationSummary:
    query = _query(names, one)
    slug, absolute = slug_of(one.name), service.absolute
    total = service.searcher.search(catalogue, query).total if names else 0
    return OrganisationSummary(
        slug=slug,
        name=one.name,
        backbone=one.backbone,
        documents=total,
        links=OrganisationLinks(
            self=absolute(f"{PREFIX}/organisations/{slug}"),
            page=absolute(f"/organisations/{slug}"),
            documents=absolute(address_of_query("/documents", query, filter_pairs(query.filters))),
        ),
    )


def _counts(facet: Facet) -> CountsOf:
    return CountsOf(
        parameter=FILTER_OF[facet.field].parameter,
        label=facet.label,
        counts=[
            CountOf(value=count.value, label=count.label, count=count.count)
            for count in facet.counts
            if count.count
        ],
    )


def _lists_with(
    service: Service, catalogue: Catalogue, published: frozenset[str]
) -> Iterable[NamedUse]:
    for stored in all_lists(catalogue):
        if stored.state != "published" or stored.published is None:
            continue
        selection = stored.published.selection
        used = {entry.document_id for entry in selection.entries} & published
        if used:
            yield NamedUse(
                slug=stored.slug,
                name=selection.title,
                documents=len(used),
                link=service.absolute(f"/lists/{stored.slug}"),
            )


def _groups_with(
    service: Service, catalogue: Catalogue, actor: Actor, published: frozenset[str]
) -> Iterable[NamedUse]:
    for group in visible_groups(catalogue, actor):
        items = items_of(catalogue, group.slug)
        used = {item.value for item in items if item.kind == "document"} & published
        if used:
            yield NamedUse(
                slug=group.slug,
                name=group.name,
                documents=len(used),
                link=service.absolute(f"/groups/{group.slug}"),
            )
