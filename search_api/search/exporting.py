"""The results of a search as documents to take away: one page of them, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.model import Results
from search_api.exports.formats import DOCUMENTS
from search_api.exports.taking import Collector, References, made_today
from search_api.search.addresses import address_of_query, make_chips
from search_api.search.filters import filter_pairs

if TYPE_CHECKING:  # `salex search --help` loads no server
    from collections.abc import Mapping

    from fastapi import Response

    from search_api.service.service import Service

FILE_NAME = "search-results"


def references_of_results(collector: Collector, results: Results) -> References:
    """Return the hits of a page of results, with what was asked."""
    query = results.query
    path = "/search" if query.text else "/documents"
    address = address_of_query(path, query, filter_pairs(query.filters))
    made = made_today(collector.taxonomy)
    chosen = "; ".join(f"{chip.name}: {chip.label}" for chip in make_chips(path, results))
    first = query.offset + 1
    about = (
        f"Filters: {chosen}." if chosen else "",
        f"Documents {first:,} to {query.offset + len(results.hits):,} of {results.total:,}, "
        f"{made.at.date().isoformat()}."
        if results.hits
        else "No documents.",
        *results.notices,
    )
    return References(
        title=f"Search results: {query.text}" if query.text else "Documents",
        address=f"{collector.base}{address}",
        about=tuple(sentence for sentence in about if sentence),
        items=collector.hits(results.hits),
        made=made,
    )


def answer_results(
    service: Service, results: Results, format_name: str, headers: Mapping[str, str]
) -> Response:
    """Return results as a file in one of the formats of documents."""
    from search_api.exports.answering import answer_file

    chosen = DOCUMENTS[format_name]
    taken = references_of_results(Collector.of(service), results)
    return answer_file(chosen, chosen.write(taken), FILE_NAME, headers)
