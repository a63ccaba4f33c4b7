"""The documents that somebody selected among results, as one file."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.tags.tags import tags_of
from search_api.exports.answering import answer_file
from search_api.exports.formats import DOCUMENTS, DocumentFormat
from search_api.exports.taking import Collector, References, made_today
from search_api.service.service import Service
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(include_in_schema=False)

MOST_SELECTED: Final = 50
"""As many as a page of results has at most."""
FILE_NAME: Final = "selected-documents"
Selected = Annotated[
    list[Annotated[str, Query(max_length=500)]],
    Query(alias="document", max_length=MOST_SELECTED),
]


@router.get("/selected")
def save_selected(
    service: ServiceDep,
    catalogue: CatalogueDep,
    fresh: Freshness,
    documents: Selected = [],  # noqa: B006 (never changed)
    format_name: Annotated[DocumentFormat, Query(alias="format")] = "ris",
) -> Response:
    """Return the selected documents as a file, in the order in which they were shown.

    What is no longer in search is left out.
    """
    taken = references_of_selected(service, catalogue, list(dict.fromkeys(documents)))
    if not taken.items:
        raise HTTPException(422, "Select at least one document among the results.")
    chosen = DOCUMENTS[format_name]
    return answer_file(chosen, chosen.write(taken), FILE_NAME, fresh)


def references_of_selected(service: Service, catalogue: Catalogue, ids: list[str]) -> References:
    """Return documents by their ids, in their order."""
    collector = Collector.of(service)
    stored, tags = catalogue.documents(ids), tags_of(catalogue, ids)
    shown = [stored[i] for i in ids if i in stored and not stored[i].withdrawn_at]
    made = made_today(service.taxonomy)
    address = f"/selected?{urlencode([('document', document.id) for document in shown])}"
    return References(
        title="Selected documents",
        address=f"{collector.base}{address}",
        about=(f"Selected on {made.at.date().isoformat()}.",),
        items=tuple(collector.reference(d, tags.get(d.id, ())) for d in shown),
        made=made,
    )
