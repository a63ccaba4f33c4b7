"""Counts of what is in the repository, in total and by facet."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.readings import count_older_readings
from index.model import Query
from ingest.model import READING
from search_api.answers.shapes import Stats
from search_api.search.presenting import facet_shape
from search_api.service.service import Service


def stats_of(service: Service, catalogue: Catalogue) -> Stats:
    """Return the counts, for the API and the home page."""
    counts = catalogue.count_rows()
    everything = service.searcher.search(catalogue, Query("", limit=1))
    return Stats(
        documents=counts["document"],
        pages=counts["page"],
        passages=counts["passage"],
        tags=counts["tag"],
        outcomes=outcomes.count_outcomes(catalogue),
        older_readings=count_older_readings(catalogue, READING),
        facets=[facet_shape(facet, service.taxonomy) for facet in everything.facets],
        revision=catalogue.revision(),
    )
