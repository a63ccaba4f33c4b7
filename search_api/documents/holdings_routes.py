"""What is in the repository, and whether everything works."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from fastapi import APIRouter, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.condition import damage_of
from corpus.catalogue.door import current_damage
from corpus.documents.readings import count_older_readings
from corpus.errors import CatalogueDamaged, CatalogueError
from ingest.model import READING
from search_api.answers.health_shapes import (
    CatalogueHealth,
    ClosingNotice,
    Health,
    IndexHealth,
    PluginHealth,
    Readiness,
)
from search_api.answers.holdings import stats_of
from search_api.answers.shapes import Stats
from search_api.service.closing import read_closing
from search_api.service.plugins import read_plugins
from search_api.service.service import Service, installed_version
from search_api.web.declared import problems, reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.problems import answer_to

router = APIRouter(tags=["operations"])
_UNWELL: Final = (
    "The catalogue is damaged or cannot be read; as a problem document: the server is too busy."
)


@router.get(
    "/stats", operation_id="getStats", summary="What is in the repository", responses=reads()
)
def get_stats(service: ServiceDep, catalogue: CatalogueDep, _fresh: Freshness) -> Stats:
    """Return counts: documents, pages, passages, tags, outcomes, and documents by each facet."""
    return stats_of(service, catalogue)


@router.get(
    "/health",
    operation_id="getHealth",
    summary="Whether the server can answer",
    responses={
        **problems(),
        503: {**problems()[503], "description": _UNWELL, "model": Health},
    },
)
def get_health(service: ServiceDep, response: Response) -> Health:
    """Return `ok`, `degraded` (with the reason) or, with status 503, `damaged` or `unavailable`."""
    response.headers["Cache-Control"] = "no-store"
    try:
        with service.connections.lend() as catalogue:
            health = _health(service, catalogue)
    except CatalogueError as error:
        health = _unavailable(service, error)
    if health.status in ("damaged", "unavailable"):
        response.status_code = 503
    return health


@router.get(
    "/ready",
    operation_id="getReadiness",
    summary="Whether requests are answered soundly",
    responses={
        **problems(),
        503: {**problems()[503], "description": _UNWELL, "model": Readiness},
    },
)
def get_readiness(service: ServiceDep, response: Response) -> Readiness:
    """Return 200 when requests can be answered soundly, else 503 with the reason."""
    health = get_health(service, response)
    ready = health.status in ("ok", "degraded")
    return Readiness(ready=ready, problem=None if ready else health.catalogue.problem)


def _health(service: Service, catalogue: Catalogue) -> Health:
    state = service.searcher.refresh(catalogue, wait=False)
    counts = catalogue.count_rows("document", "passage")
    current = state.ready and state.without_vector == 0 and state.problem is None
    damage = current_damage(catalogue.path)
    answers = damage is None or (damage.of_words and state.ready)  # then searches go by meaning
    return Health(
        status="damaged" if not answers else "ok" if current and not damage else "degraded",
        version=installed_version(),
        catalogue=CatalogueHealth(
            ready=answers,
            documents=counts["document"],
            passages=counts["passage"],
            revision=catalogue.revision(),
            older_readings=count_older_readings(catalogue, READING),
            problem=f"{damage.reason}. {damage.way_back}" if damage else None,
        ),
        plugins=_plugins(),
        index=IndexHealth(
            ready=state.ready,
            current=current,
            passages=state.passages,
            without_vector=state.without_vector,
            model=state.model,
            runs_on=service.runs_on,
            built_at=state.built_at,
            problem=service.model_problem or state.problem,
        ),
        closing=_closing(service),
    )


def _closing(service: Service) -> ClosingNotice | None:
    notice = read_closing(service.settings.data_folder)
    return ClosingNotice(**asdict(notice)) if notice else None


def _plugins() -> list[PluginHealth]:
    return [
        PluginHealth(distribution=p.distribution, extends=p.group, name=p.name, problem=p.problem)
        for p in read_plugins()
    ]


def _unavailable(service: Service, error: CatalogueError) -> Health:
    damage = damage_of(service.settings.catalogue_path)
    problem = f"{damage.reason}. {damage.way_back}" if damage else answer_to(error).detail
    return Health(
        status="damaged" if isinstance(error, CatalogueDamaged) else "unavailable",
        version=installed_version(),
        catalogue=CatalogueHealth(
            ready=False,
            documents=None,
            passages=None,
            revision=None,
            older_readings=None,
            problem=problem,
        ),
        plugins=_plugins(),
        index=IndexHealth(
            ready=False,
            current=False,
            passages=None,
            without_vector=None,
            model=service.model_name,
            runs_on=service.runs_on,
            built_at=None,
            problem=service.model_problem,
        ),
        closing=_closing(service),
    )
