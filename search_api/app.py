"""The application factory: the API, the pages, and what surrounds them."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from corpus.catalogue.copies import read_alone
from corpus.documents.authorities import use_organisations
from corpus.taxonomy import load_taxonomy
from index.vectors.encoder import Encoder
from search_api.briefs import pages as brief_pages
from search_api.briefs import routes as briefs
from search_api.documents import discovery, version_pages, version_routes, vocabularies
from search_api.documents import holdings_routes as operations
from search_api.documents import page as document
from search_api.documents import routes as documents
from search_api.exports.formats import OFFERS
from search_api.following import feed_pages, following_pages
from search_api.following import routes as following
from search_api.interchange import oai
from search_api.judging import pages as judging_pages
from search_api.judging import routes as judging
from search_api.lists import adding as list_adding
from search_api.lists import care_routes as list_care
from search_api.lists import draft_routes as list_drafts
from search_api.lists import editing as list_editing
from search_api.lists import pages as list_pages
from search_api.lists import routes as lists
from search_api.mapping import pages as map_pages
from search_api.mapping import routes as mapping
from search_api.network import agenda_pages, group_pages, organisation_pages
from search_api.network import agenda_routes as agenda
from search_api.network import group_routes as groups
from search_api.network import organisation_routes as organisations
from search_api.openapi import describe_api, finish_openapi
from search_api.people import administration
from search_api.people import log_page as log
from search_api.people import pages as account
from search_api.people import routes as people
from search_api.review import contribution_pages, take_in_page
from search_api.review import contribution_routes as contributions
from search_api.review import decision_routes as decisions
from search_api.review import document_forms as curating
from search_api.review import outcome_routes as outcomes
from search_api.review import page as review_pages
from search_api.review import routes as review
from search_api.search import (
    export_routes,
    listing_routes,
    selected,
    suggestion_routes,
    wanted,
    wanted_pages,
)
from search_api.search import pages as reading
from search_api.search import routes as search
from search_api.service.interruptions import end_interrupted_at_start
from search_api.service.rates import Failures
from search_api.service.service import Service, installed_version, start_service
from search_api.service.settings import Settings
from search_api.service.sharing import Shared
from search_api.service.watching import CatalogueWatch
from search_api.web import problems as errors
from search_api.web.admission import Admission
from search_api.web.arriving import BodyArrival
from search_api.web.closed import ClosedForChanges
from search_api.web.compression import Compression
from search_api.web.conditional import LateConditions
from search_api.web.connections import make_server
from search_api.web.copies import ReadsAlone
from search_api.web.declared import PREFIX
from search_api.web.limits import AddressLimit, FailureLimit, KeyLimit
from search_api.web.load import Load, slots_for_readers
from search_api.web.look import read_look
from search_api.web.middleware import (
    AccessLog,
    BodyLimit,
    ErrorBarrier,
    HeadAsGet,
    SecurityHeaders,
    write_access_log,
)
from search_api.web.negotiation import FormatByAccept
from search_api.web.page_language import PageLanguage
from search_api.web.patience import Patience, raise_descriptor_limit
from search_api.web.rendering import STATIC_FOLDER, make_environment
from search_api.web.workers import NEVER_STARTED
from search_api.workshop import pages as workshop_pages
from search_api.workshop import routes as workshop

OPERATIONS: Final = (
    search,
    export_routes,
    suggestion_routes,
    listing_routes,
    documents,
    version_routes,
    vocabularies,
    operations,
    people,
    list_drafts,  # before lists: `drafts` is not the address of a list
    list_care,
    lists,
    review,
    decisions,
    contributions,
    outcomes,
    workshop,
    briefs,
    mapping,
    agenda,
    groups,
    organisations,
    wanted,
    judging,
    following,
)
PAGES: Final = (
    reading,
    selected,
    document,
    version_pages,
    discovery,
    account,
    administration,
    log,
    list_adding,
    list_editing,
    list_pages,
    workshop_pages,
    brief_pages,
    map_pages,
    agenda_pages,
    group_pages,
    organisation_pages,
    wanted_pages,
    judging_pages,
    feed_pages,
    following_pages,
    oai,
    review_pages,
    curating,
    contribution_pages,
    take_in_page,
)
MAX_BODY_BYTES: Final = 64 * 1024
"""Lists and forms are far smaller; without a limit a body of 300 MB was read whole."""
_GARBAGE_AFTER: Final = 5_000
"""Objects made until Python looks for circular garbage. Looking after 700, also in modules, took
2 % of a search, and 90 ms at once now and then."""
_SWITCH_S: Final = 0.001
"""How long a thread may keep the others from running Python: with the usual 5 ms, health and
refusals come late while searches run."""


def create_app(
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    patience: Patience | None = None,
    shared: Shared | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        settings: the settings; no files are read before the server starts.
        encoder: for tests; with ``None`` the server loads the configured model when it starts.
        patience: how long to wait for a request's body.
        shared: what it shares with other processes; ``None`` where it is the only one.
    """
    shared = shared or Shared()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    use_organisations(settings.organisations_file)
    read_alone(settings.catalogue_path, on=settings.read_only)
    look = read_look(settings.look_file)
    templates = make_environment(taxonomy, settings)
    templates.globals["look"] = look

    start = partial(start_service, settings, taxonomy, templates, encoder, shared=shared)
    app = FastAPI(
        **describe_api(taxonomy, installed_version(), settings.base_url, settings.contact),
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # FastAPI's own page loads scripts from other sites; /api needs no network
        redoc_url=None,
        lifespan=_running(start, shared),
        # FastAPI's tracing would put what people search for into spans.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=_middleware(settings, patience or Patience(), shared),
    )
    app.state.templates = templates
    app.state.look = look
    _add_routes(app)
    errors.install_handlers(app)
    finish_openapi(app, taxonomy)
    return app


def _running(
    start: Callable[[], Service], shared: Shared
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what starts the service before the first request, and closes it after the last."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = await run_in_threadpool(start)
        watch = await run_in_threadpool(_look_after, app.state.service, shared)
        yield
        watch.stop()
        app.state.service.demand.flush()
        app.state.service.connections.close()

    return lifespan


def _add_routes(app: FastAPI) -> None:
    for module in OPERATIONS:
        app.include_router(module.router, prefix=PREFIX)
    for module in PAGES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC_FOLDER), name="static")


def _middleware(settings: Settings, patience: Patience, shared: Shared) -> list[Middleware]:
    """Return what surrounds the routes, outermost first."""
    readers = slots_for_readers(settings.requests_at_once, workers=shared.workers)
    waiting = shared.share_of(settings.requests_waiting)
    plain = (HeadAsGet, LateConditions, ErrorBarrier, Compression)
    return [
        Middleware(SecurityHeaders),
        Middleware(AccessLog),
        Middleware(PageLanguage, secure=(settings.base_url or "").startswith("https://")),
        *[Middleware(m) for m in plain],
        Middleware(AddressLimit, per_minute=settings.requests_per_minute, counts=shared.addresses),
        Middleware(FailureLimit, failures=Failures(counts=shared.failures)),
        Middleware(Admission, settings=settings),
        *([Middleware(ReadsAlone, write_url=settings.write_url)] if settings.read_only else ()),
        Middleware(ClosedForChanges, data_folder=settings.data_folder),
        Middleware(KeyLimit, per_minute=settings.key_requests_per_minute, counts=shared.keys),
        Middleware(FormatByAccept, offers=OFFERS),
        Middleware(BodyArrival, patience=patience),
        Middleware(Load, readers=readers, waiting=waiting),
        Middleware(BodyLimit, max_body_size=MAX_BODY_BYTES),
    ]


def _look_after(service: Service, shared: Shared) -> CatalogueWatch:
    """Check the catalogue, then end what the last server left half done; go on checking.

    With several processes that is ended before they start: the others may be reading already.
    """
    settings = service.settings
    watch = CatalogueWatch(settings.catalogue_path, minutes=settings.check_minutes)
    watch.start()
    if shared.workers == 1 and not settings.read_only:
        end_interrupted_at_start(settings.catalogue_path)
    return watch


def run_server(
    settings: Settings,
    sockets: list[socket.socket],
    *,
    encoder: Encoder | None = None,
    shared: Shared | None = None,
) -> None:
    """Run the server until it is told to stop; open requests are answered first.

    Args:
        settings: the settings.
        sockets: what it accepts from.
        encoder: for tests; with ``None`` the configured model is loaded.
        shared: what it shares with the other processes of the server, if there are any.
    """
    sys.setswitchinterval(_SWITCH_S)
    patience = Patience().within(raise_descriptor_limit())
    app = create_app(settings, encoder=encoder, shared=shared)
    gc.collect()
    gc.freeze()  # modules, routes and models stay as long as the process
    gc.set_threshold(_GARBAGE_AFTER)
    server = make_server(
        app,
        patience,
        trusted_proxies=settings.trusted_proxies,
        accepted_at_once=1 if shared else None,
    )
    if settings.access_log:
        write_access_log()
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        sys.exit(NEVER_STARTED)  # uvicorn has printed the reason
