"""The command ``salex``: everything the repository does, from a terminal.

Heavy libraries are imported by the rooms that need them, when they need them: ``--help`` is quick.

Exit codes: 0 done; 1 done, and something is wrong (an audit found faults, a figure is below its
floor, every input was rejected); 2 the command line is wrong; 3 it could not be done.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from corpus.catalogue import Catalogue, connect
from corpus.errors import EvidenceError, ModelUnavailable
from corpus.model import Outcome
from corpus.originals import Originals
from corpus.taxonomy import Taxonomy, load_taxonomy
from search_api.evaluating import evaluate
from search_api.settings import Settings, load_settings

app = typer.Typer(
    name="salex",
    help="An evidence repository with semantic search. Reads and writes the folder ./data unless "
    "told otherwise in salex.toml or by SALEX_DATA_FOLDER.",
    epilog="Start with: salex init --starter, then: salex search 'wellbeing measurement'",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command()(evaluate)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Terms = Annotated[list[str] | None, typer.Option(help="May be given more than once.")]


def main() -> None:
    """Run the command line; errors of ours become one line and exit code 3."""
    from search_api.terminal import err

    try:
        app()
    except EvidenceError as error:
        err.print(f"salex: {error}", style="red", markup=False)
        sys.exit(3)
    except KeyboardInterrupt:
        err.print("salex: stopped. Run the same command again to continue.", style="red")
        sys.exit(130)


@app.command()
def init(
    *,
    starter: Annotated[
        bool, typer.Option("--starter", help="Take in the starter corpus and index it.")
    ] = False,
) -> None:
    """Make the catalogue in the data folder; safe to run again.

    Examples:

      salex init

      salex init --starter
    """
    from search_api.terminal import out

    settings = load_settings()
    with connect(settings.catalogue_path, create=True) as catalogue:
        out.print(f"The catalogue is {settings.catalogue_path}.", markup=False)
        if starter:
            _take_in_starter(catalogue, settings)


def _take_in_starter(catalogue: Catalogue, settings: Settings) -> None:
    from corpus.decisions import STARTER_FOLDER, apply_decisions, read_decisions

    _report(_add(catalogue, settings, [str(STARTER_FOLDER / "documents")]))
    taxonomy = load_taxonomy(settings.taxonomy_file)
    decisions = read_decisions(STARTER_FOLDER / "decisions.toml", taxonomy)
    apply_decisions(catalogue, decisions)
    _index(catalogue, settings, taxonomy)


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(help="Files, folders and http(s) addresses.")],
    *,
    then_index: Annotated[
        bool, typer.Option("--index", help="Refresh the index afterwards.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take documents in: PDF, HTML, Markdown and plain text. Each input ends in an outcome.

    Run it again after an interruption: what was taken in stays, and is not read again.

    Examples:

      salex add reports/ notes.md

      salex add https://example.org/report.pdf --index
    """
    from search_api.terminal import print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        outcomes = _add(catalogue, settings, sources)
        if as_json:
            print_json(outcomes)
        else:
            _report(outcomes)
        if then_index:
            _index(catalogue, settings, load_taxonomy(settings.taxonomy_file))
    if outcomes and all(o.kind == "rejected" for o in outcomes):
        raise typer.Exit(1)


def _add(catalogue: Catalogue, settings: Settings, sources: list[str]) -> list[Outcome]:
    from ingest.pipeline import expand, ingest
    from search_api.terminal import progress_bar

    found = list(expand(sources))
    outcomes: list[Outcome] = []
    with progress_bar("Taking in", len(found)) as advance:
        for outcome in ingest(found, catalogue, Originals(settings.originals_folder)):
            outcomes.append(outcome)
            advance(len(outcomes))
    return outcomes


def _report(outcomes: list[Outcome]) -> None:
    from search_api.terminal import out

    for outcome in outcomes:
        if outcome.kind in ("rejected", "partial", "needs_review", "duplicate"):
            out.print(f"{outcome.kind}: {outcome.source}\n  {outcome.reason}", markup=False)
    counts = Counter(o.kind for o in outcomes)
    out.print(", ".join(f"{n} {kind}" for kind, n in counts.items()) or "Nothing was found there.")


@app.command()
def index(*, as_json: AsJson = False) -> None:
    """Refresh the search index and the suggested tags. Only what is new is encoded.

    Example:

      salex index
    """
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        _index(catalogue, settings, load_taxonomy(settings.taxonomy_file), as_json=as_json)


def _index(
    catalogue: Catalogue, settings: Settings, taxonomy: Taxonomy, *, as_json: bool = False
) -> None:
    from index.builder import build
    from index.encoder import load_encoder
    from index.tagger import suggest_tags
    from search_api.terminal import out, print_json, progress_bar

    encoder = load_encoder(settings.model, precision=settings.precision)
    with progress_bar("Encoding", None) as advance:
        built = build(catalogue, settings.index_folder, encoder, progress=advance)
    tagged = suggest_tags(catalogue, settings.index_folder, encoder, taxonomy)
    if as_json:
        print_json({"index": built, "tags": tagged})
        return
    out.print(
        f"{built.passages} passages are indexed ({built.encoded} newly encoded, {built.removed} "
        f"removed); tags of {tagged.changed} documents changed."
    )


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="The question, in plain words.")],
    *,
    stage: Terms = None,
    topic: Terms = None,
    kind: Terms = None,
    language: Terms = None,
    year_from: int | None = None,
    year_to: int | None = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    as_json: AsJson = False,
) -> None:
    """Search, and print documents with their stages, topics, page, quote and link.

    Examples:

      salex search what works on wellbeing measurement

      salex search "teacher voice" --stage use --topic educator-voice --year-from 2020
    """
    from index.model import Query
    from search_api.queries import build_filters, clean_text
    from search_api.terminal import print_json, print_results

    with _searching() as (catalogue, searcher, taxonomy):
        filters = build_filters(
            taxonomy,
            stages=stage or (),
            topics=topic or (),
            kinds=kind or (),
            languages=language or (),
            year_from=year_from,
            year_to=year_to,
        )
        query = Query(clean_text(" ".join(words)), filters, limit=limit)
        results = searcher.search(catalogue, query)
        if as_json:
            print_json(results)
        else:
            print_results(results, taxonomy)


@app.command()
def similar(
    document_id: str,
    *,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    as_json: AsJson = False,
) -> None:
    """List the documents most like one that is held.

    Example:

      salex similar who5-systematic-review
    """
    from search_api.terminal import print_hit, print_json

    with _searching() as (catalogue, searcher, taxonomy):
        hits = searcher.similar(catalogue, document_id, limit=limit)
        if as_json:
            print_json(hits)
        for hit in () if as_json else hits:
            print_hit(hit, taxonomy)


@contextmanager
def _searching() -> Iterator[tuple[Catalogue, Any, Taxonomy]]:
    from index.encoder import Encoder, load_encoder
    from index.searcher import Searcher
    from search_api.terminal import err

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        encoder: Encoder | None = None
        try:
            encoder = load_encoder(settings.model, precision=settings.precision)
        except ModelUnavailable as error:
            err.print(f"salex: {error}", style="yellow", markup=False)
        yield catalogue, Searcher(settings.index_folder, encoder, taxonomy), taxonomy


@app.command()
def outcomes(
    *,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only these kinds, such as rejected or partial.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what became of every input, the latest outcome of each.

    Example:

      salex outcomes --kind rejected --kind partial
    """
    from corpus.outcomes import latest
    from search_api.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        found = [o for o in latest(catalogue) if not kind or o.kind in kind]
    if as_json:
        print_json(found)
        return
    for o in found:
        code = f" ({o.code})" if o.code else ""
        out.print(f"{o.kind}{code}: {o.source}\n  {o.reason}", markup=False)


@app.command()
def audit(*, as_json: AsJson = False) -> None:
    """Check every promise: citations, tags, the keyword index, the vectors, the originals.

    Exits with 1 when a fault is found.

    Example:

      salex audit
    """
    from corpus.audit import audit_catalogue
    from index.audit import audit_index
    from search_api.terminal import print_checks, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        checks = list(audit_catalogue(catalogue, Originals(settings.originals_folder)))
        checks += audit_index(catalogue, settings.index_folder)
    if as_json:
        print_json(checks)
    else:
        print_checks(checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@app.command()
def stats(*, as_json: AsJson = False) -> None:
    """Count what is held.

    Example:

      salex stats --json
    """
    from corpus import outcomes as ledger
    from search_api.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        counts = catalogue.counts() | {
            f"outcome {kind}": n for kind, n in ledger.counts(catalogue).items()
        }
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        out.print(f"{count:>8,}  {name}")


@app.command()
def serve(*, host: str | None = None, port: int | None = None) -> None:
    """Start the API and the pages, on 127.0.0.1:8000 unless told otherwise. Ctrl-C stops it.

    Example:

      salex serve --port 8080
    """
    import uvicorn

    from search_api.app import create_app
    from search_api.terminal import out

    settings = load_settings()
    with connect(settings.catalogue_path):
        pass  # a missing or damaged catalogue is said here, not by the first request
    host, port = host or settings.host, port if port is not None else settings.port
    out.print(f"Open http://{host}:{port} in a browser. Stop with Ctrl-C.", markup=False)
    # Queries are people's questions: the access log, which has them, stays off.
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=15,
    )
