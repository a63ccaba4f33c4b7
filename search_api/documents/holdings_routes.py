"""What is held, and whether everything works."""

from __future__ import annotations

from fastapi import APIRouter, Response

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import CatalogueError
from search_api.answers.shapes import CatalogueHealth, Health, IndexHealth, Stats
from search_api.search.stats import stats_of
from search_api.service.service import Service, installed_version
from search_api.web.declared import problems, reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.problems import answer_to

router = APIRouter(tags=["operations"])


@router.get(
    "/stats", operation_id="getStats", summary="What the repository holds", responses=reads()
)
def get_stats(service: ServiceDep, catalogue: CatalogueDep, _fresh: Freshness) -> Stats:
    """Return counts: documents, pages, passages, tags, outcomes, and documents by each facet."""
    return stats_of(service, catalogue)


@router.get(
    "/health",
    operation_id="getHealth",
    summary="Whether the server can answer",
    responses={
        503: {"description": "The catalogue cannot be read.", "model": Health},
        **problems(),
    },
)
def get_health(service: ServiceDep, response: Response) -> Health:
    """Return `ok`, `degraded` (with the reason) or, with status 503, `unavailable`."""
    response.headers["Cache-Control"] = "no-store"
    try:
        with connect(service.settings.catalogue_path) as catalogue:
            return _health(service, catalogue)
    except CatalogueError as error:
        response.status_code = 503
        return _unavailable(service, answer_to(error).detail or "")


def _health(service: Service, catalogue: Catalogue) -> Health:
    state = service.searcher.refresh(catalogue)
    counts = catalogue.count_rows()
    current = state.ready and state.without_vector == 0 and state.problem is None
    return Health(
        status="ok" if current else "degraded",
        version=installed_version(),
        catalogue=CatalogueHealth(
            ready=True,
            documents=counts["document"],
            passages=counts["passage"],
            revision=catalogue.revision(),
            problem=None,
        ),
        index=IndexHealth(
            ready=state.ready,
            current=current,
            passages=state.passages,
            without_vector=state.without_vector,
            model=state.model,
            built_at=state.built_at,
            problem=service.model_problem or state.problem,
        ),
    )


def _unavailable(service: Service, problem: str) -> Health:
    return Health(
        status="unavailable",
        version=installed_version(),
        catalogue=CatalogueHealth(
            ready=False, documents=None, passages=None, revision=None, problem=problem
        ),
        index=IndexHealth(
            ready=False,
            current=False,
            passages=None,
            without_vector=None,
            model=service.model_name,
            built_at=None,
            problem=service.model_problem,
        ),
    )
