"""A page of hits as JSON: the query as understood, the hits, facets and the next cursor."""

from __future__ import annotations

from corpus.catalogue.condition import damage_of
from index.filters import FILTERS
from index.model import Filters, Query, Results
from search_api.answers import shapes as s
from search_api.answers.holdings import facet_shape
from search_api.answers.presenting import Presenter
from search_api.search.filters import query_digest
from search_api.search.wording import strength_message
from search_api.service.service import Service
from search_api.web.cursors import encode_cursor
from search_api.web.languages import gettext


def present_results(service: Service, results: Results) -> s.SearchAnswer:
    """Return a page of hits in its public shape."""
    presenter = Presenter(service)
    return s.SearchAnswer(
        query=query_shape(results.query, results.language),
        total=results.total,
        matched=results.matched,
        related=results.related,
        more=results.more,
        strength=results.strength,
        corrected=results.corrected,
        message=strength_message(results),
        missing_words=list(results.missing_words),
        notices=[*results.notices, *damage_notices(service)],
        legs=list(results.legs),
        hits=[presenter.hit(hit) for hit in results.hits],
        facets=[facet_shape(facet, service.taxonomy) for facet in results.facets],
        revision=results.revision,
        next=next_cursor(results),
    )


def damage_notices(service: Service) -> list[str]:
    """Say that a damaged catalogue was searched, or a damaged keyword index."""
    damage = damage_of(service.settings.catalogue_path)
    if damage is None:
        return []
    if damage.of_words:
        return [
            gettext("The keyword index of this repository is damaged. Searches may miss documents.")
        ]
    return [gettext("The catalogue is damaged. This answer may be incomplete or wrong.")]


def next_cursor(results: Results) -> str | None:
    """Return the cursor of the next page, if there is one."""
    offset = results.query.offset + results.query.limit
    return encode_cursor(offset, query_digest(results.query)) if offset < results.total else None


def query_shape(query: Query, language: str | None = None) -> s.QueryShape:
    """Return a query as it was understood."""
    return s.QueryShape(
        q=query.text,
        filters=filters_shape(query.filters),
        query_language=language,
        query_language_given=query.language is not None,
        fusion=query.fusion,
        sort=query.sort,
        spelling="on" if query.spelling else "off",
        offset=query.offset,
        limit=query.limit,
    )


def filters_shape(filters: Filters) -> s.FiltersShape:
    """Return filters under their names in an address."""
    by_value = {f.parameter: list(filters[f.field]) for f in FILTERS}
    return s.FiltersShape.model_validate(
        by_value
        | {
            "year_from": filters.year_from,
            "year_to": filters.year_to,
            "include_undated": filters.include_undated,
        }
    )
