"""What is in the repository as JSON: counts in total, and beside results by facet."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.readings import count_older_readings
from corpus.taxonomy import Taxonomy
from index.filters import FILTER_OF
from index.model import Facet, Query
from ingest.model import READING
from search_api.answers import shapes as s
from search_api.service.service import Service


def stats_of(service: Service, catalogue: Catalogue) -> s.Stats:
    """Return the counts, for the API and the home page."""
    counts = catalogue.count_rows()
    everything = service.searcher.search(catalogue, Query("", limit=1))
    return s.Stats(
        documents=counts["document"],
        pages=counts["page"],
        passages=counts["passage"],
        tags=counts["tag"],
        outcomes=outcomes.count_outcomes(catalogue),
        older_readings=count_older_readings(catalogue, READING),
        facets=[facet_shape(facet, service.taxonomy) for facet in everything.facets],
        revision=catalogue.revision(),
    )


def facet_shape(facet: Facet, taxonomy: Taxonomy) -> s.FacetShape:
    """Return a facet under the name of the parameter that filters by it.

    Values that are not in the taxonomy cannot be used as filters and are left out.
    """
    filter_ = FILTER_OF[facet.field]
    known = taxonomy.vocabulary(filter_.vocabulary).terms if filter_.vocabulary else None
    return s.FacetShape(
        parameter=filter_.parameter,
        label=facet.label,
        values=[
            s.FacetValue(value=c.value, label=c.label, count=c.count, selected=c.selected)
            for c in facet.counts
            if known is None or c.value in known
        ],
    )
