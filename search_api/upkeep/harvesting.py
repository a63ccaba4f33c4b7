"""Commands that add documents listed elsewhere: ``harvest``, ``watch``, ``load``."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.model import Outcome
from search_api.service.fetching import network_of
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson
from search_api.web.stopping import Stop, catch_signals

if TYPE_CHECKING:
    from ingest.model import Source
    from ingest.sources import Network
    from ingest.sources.harvest import Harvester

Limit = Annotated[int | None, typer.Option(min=1, help="Add at most this many.")]

harvest = typer.Typer(
    help="Add documents from a feed, a sitemap or a repository. Run it again for new ones.",
    no_args_is_help=True,
)


@harvest.command()
def feed(url: str, *, limit: Limit = None, as_json: AsJson = False) -> None:
    """Add the pages of an RSS or Atom feed.

    Example:

      salex harvest feed https://example.org/blog/feed.xml --limit 20
    """
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        _finish(_counted(_harvester(catalogue, settings).harvest_feed(url, limit)), as_json=as_json)


@harvest.command()
def sitemap(url: str, *, limit: Limit = None, as_json: AsJson = False) -> None:
    """Add the pages in a sitemap and in the sitemaps it lists.

    Example:

      salex harvest sitemap https://example.org/sitemap.xml --limit 100
    """
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        _finish(
            _counted(_harvester(catalogue, settings).harvest_sitemap(url, limit)), as_json=as_json
        )


@harvest.command()
def oai(
    url: Annotated[str, typer.Argument(help="The base URL of the repository.")],
    *,
    selected: Annotated[str | None, typer.Option("--set", help="Harvest this set only.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="YYYY-MM-DD; by default where the last harvest ended."),
    ] = None,
    until: Annotated[str | None, typer.Option(help="YYYY-MM-DD.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Add the records of a repository over OAI-PMH, with their abstracts.

    Run it again for records added or deleted since, or to continue after an interruption.

    Example:

      salex harvest oai https://repository.example.org/oai/request --set education
    """
    from search_api.web.terminal import progress_bar

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue, progress_bar("Harvesting", None) as told:
        outcomes = list(
            _harvester(catalogue, settings).harvest_oai(
                url, selected=selected, since=since, until=until, limit=limit, progress=told
            )
        )
    _finish(outcomes, as_json=as_json)


def load(
    manifest: Annotated[
        Path, typer.Argument(help="A TOML or CSV file.", exists=True, dir_okay=False)
    ],
    *,
    allow_outside: Annotated[
        list[Path] | None,
        typer.Option(
            help="Accept files of this folder too, outside that of the manifest; repeatable.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add the sources in a manifest, with the title, year and other facts it gives.

    A CSV has a column source (a file, folder or address) and may have title, authors, year, kind,
    publishers, countries, language, licence, doi, isbn, journal, volume, issue, page_range, series,
    url, summary and note; a TOML file has a [[source]] table of the same names for each. Separate
    several authors with semicolons.

    Examples:

      salex load sources.csv

      salex load lists/sources.csv --allow-outside reports/
    """
    from corpus.errors import SourceRejected
    from ingest.sources import expand_arguments
    from ingest.sources import manifest as manifests

    settings = load_settings()
    try:
        items: list[Source | Outcome] = list(
            manifests.read_manifest(manifest, expand_arguments, allowed=allow_outside or ())
        )
    except SourceRejected as error:
        uri = manifest.resolve().as_uri()
        items = [Outcome(uri, "rejected", error.reason, error.code)]
    with connect(settings.catalogue_path) as catalogue:
        outcomes = _counted(_take_in(catalogue, settings, items), len(items))
    _finish(outcomes, as_json=as_json)


def watch(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    *,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two checks.")] = 30.0,
    once: Annotated[
        bool, typer.Option("--once", help="Add the files that are there, then stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files put into a folder, once they are completely written. Stop with Ctrl-C.

    Examples:

      salex watch inbox/

      salex watch inbox/ --every 300
    """
    with catch_signals() as stop:
        outcomes = list(_watched(folder, every, stop, once=once))
    _finish(outcomes, as_json=as_json)


def _watched(folder: Path, every: float, stop: Stop, *, once: bool) -> Iterator[Outcome]:
    """Yield the outcome of each file, until told to stop."""
    from ingest.sources import expand_arguments
    from ingest.sources.watch import watch_folder as rounds
    from search_api.web.terminal import err

    settings = load_settings()
    with suppress(KeyboardInterrupt), connect(settings.catalogue_path) as catalogue:
        for seen in rounds(folder, every, once=once, sleep=stop.wait):
            if seen.growing and once:
                err.print(f"{seen.growing} files are still being written; run it again.")
            for outcome in stop.until_told(
                _take_in(catalogue, settings, expand_arguments(seen.ready, within=folder))
            ):
                if not once and outcome.kind != "unchanged":
                    err.print(f"{outcome.kind}: {outcome.source}", markup=False)
                yield outcome
            if stop.told:
                break
    if stop.told:
        err.print("Stopped. Documents added so far are kept.")


def _harvester(catalogue: Catalogue, settings: Settings) -> Harvester:
    from ingest.sources.harvest import Harvester

    network = network_of(settings)
    return Harvester(
        catalogue,
        lambda items: _take_in(catalogue, settings, items, network),
        network=network,
    )


def _take_in(
    catalogue: Catalogue,
    settings: Settings,
    items: Iterable[Source | Outcome],
    network: Network | None = None,
) -> Generator[Outcome]:
    from ingest.intake import ingest_sources

    originals = Originals(settings.originals_folder)
    return ingest_sources(items, catalogue, originals, network=network or network_of(settings))


def _counted(steps: Iterable[Outcome], total: int | None = None) -> list[Outcome]:
    from search_api.web.terminal import progress_bar

    outcomes: list[Outcome] = []
    with progress_bar("Taking in", total) as advance:
        for outcome in steps:
            outcomes.append(outcome)
            advance(len(outcomes))
    return outcomes


def _finish(outcomes: list[Outcome], *, as_json: bool) -> None:
    """Print the outcomes, as ``salex add`` does."""
    from search_api.upkeep.printing import print_next_step, print_outcomes
    from search_api.web.terminal import print_json

    if as_json:
        print_json(outcomes)
    else:
        print_outcomes(outcomes, nothing="Nothing new.")
        print_next_step(outcomes)
    if outcomes and all(o.kind == "rejected" for o in outcomes):
        raise typer.Exit(1)
