"""What the running server keeps: built once when it starts, shared by all requests."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jinja2 import Environment

from corpus.catalogue.originals import Originals
from corpus.taxonomy import Taxonomy
from index.search.places import PlaceFinder
from index.search.searcher import Searcher
from index.search.suggesting import Suggester
from index.vectors.encoder import Encoder
from search_api.service.connections import Connections
from search_api.service.demand import DemandLog
from search_api.service.encoders import Loaded, load_first, load_second
from search_api.service.engines import open_engine
from search_api.service.kept_answers import AskedQuestions
from search_api.service.plugins import warn_of_plugins
from search_api.service.settings import Settings
from search_api.service.sharing import Shared
from search_api.service.turns import Turns

MODEL_PROBLEM: Final = "The embedding model cannot be loaded. The log of the server says why."
"""For readers, who need not know where the model is on this machine."""
_OF_ONE_SERVER: Final = frozenset((
    "data_folder", "host", "port", "workers", "requests_at_once", "requests_waiting",
    "requests_per_minute", "key_requests_per_minute", "trusted_proxies", "access_log",
    "check_minutes", "read_only", "write_url", "engine_url", "engine_key", "engine_key_file",
    "engine_timeout_s",
))  # fmt: skip
"""Settings in which servers may differ that answer the same, so that their entity tags agree."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """The parts every request uses; all of them may be used by several threads at once.

    Attributes:
        runs_on: what calculates the vectors of the embedding model.
        reading: the turns in which contributions are read.
        places: where documents lie by meaning.
        asked: how well the questions of the learning agenda are answered.
        model_problem: why the embedding model could not be loaded; ``None`` when it was.
    """

    settings: Settings
    taxonomy: Taxonomy
    searcher: Searcher
    connections: Connections
    originals: Originals
    templates: Environment
    model_name: str | None
    runs_on: str | None
    model_problem: str | None
    release: str
    demand: DemandLog
    suggester: Suggester
    reading: Turns = field(default_factory=Turns)
    places: PlaceFinder = field(default_factory=PlaceFinder)
    asked: AskedQuestions = field(default_factory=AskedQuestions)

    def absolute(self, path: str) -> str:
        """Return a link to this server: absolute when its public address is set."""
        return f"{self.settings.base_url or ''}{path}"


@functools.cache  # reading it took a third of the time of an answer about health
def installed_version() -> str:
    """Return the release of this program; ``0`` when it runs from a bare checkout."""
    try:
        return importlib.metadata.version("salex-evidence")
    except importlib.metadata.PackageNotFoundError:
        return "0"


def release_digest(*parts: object, folder: Path = Path(__file__).parents[1]) -> str:
    """Return a digest of ``parts`` and of the code, templates and translations that shape answers.

    Entity tags contain it, so that a new release, setting or taxonomy takes effect at once.
    """
    digest = hashlib.blake2b(repr((installed_version(), parts)).encode(), digest_size=8)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".po"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def shared_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that shape answers: those that servers with one catalogue share."""
    return {name: value for name, value in settings if name not in _OF_ONE_SERVER}


def start_service(
    settings: Settings,
    taxonomy: Taxonomy,
    templates: Environment,
    encoder: Encoder | None,
    *,
    shared: Shared | None = None,
) -> Service:
    """Load what is slow to load; without a model the server starts and searches by keywords.

    ``shared`` is what it shares with other processes.
    """
    warn_of_plugins()
    problem = None
    second: Loaded = (None, None)
    if encoder is None:
        second = load_second(settings)
        encoder, without = load_first(settings)
        if without:
            problem = MODEL_PROBLEM
            _log.warning("keyword search only: %s", without)
    return make_service(settings, taxonomy, templates, encoder, problem, second, shared)


def make_service(
    settings: Settings,
    taxonomy: Taxonomy,
    templates: Environment,
    encoder: Encoder | None,
    problem: str | None = None,
    second: Loaded = (None, None),
    shared: Shared | None = None,
) -> Service:
    """Return the parts, with the models or without."""
    shared = shared or Shared()
    multilingual, without = second
    return Service(
        settings=settings,
        taxonomy=taxonomy,
        searcher=Searcher(
            open_engine(settings),
            encoder,
            taxonomy,
            multilingual=multilingual,
            multilingual_problem=without,
        ),
        connections=Connections(settings.catalogue_path, shared.written),
        originals=Originals(settings.originals_folder),
        templates=templates,
        model_name=encoder.name if encoder else None,
        runs_on=encoder.runs_on if encoder else None,
        model_problem=problem,
        release=release_digest(shared_settings(settings), taxonomy),
        suggester=Suggester(taxonomy),
        demand=DemandLog(
            settings.catalogue_path,
            keep_days=settings.demand_days,
            on=settings.demand and not settings.read_only,
        ),
        reading=shared.reading,
    )
