"""Commands that add documents and index them: ``init``, ``add``, ``index``, ``outcomes``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.door import refuse_writing
from corpus.catalogue.originals import Originals
from corpus.errors import ClusterLost, VocabularyInvalid
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.taxonomy import Taxonomy, load_taxonomy
from search_api.service.fetching import network_of
from search_api.service.settings import Settings, load_settings
from search_api.upkeep.clusters import Scheduler, encoding_steps, reading_pool
from search_api.web.options import AsJson

_TWICE: Final = ", once for each of two models"
"""Beside the count of what is encoded: it counts a passage for each model."""


def init(
    *,
    starter: Annotated[
        bool, typer.Option("--starter", help="Add the starter corpus and index it.")
    ] = False,
) -> None:
    """Create the catalogue in the data folder. It is safe to run again.

    Examples:

      salex init

      salex init --starter
    """
    from search_api.web.terminal import err, out

    settings = load_settings()
    if starter and not load_taxonomy(settings.taxonomy_file).is_own:
        raise VocabularyInvalid(
            f"The starter corpus has the terms of the program's own taxonomy, not of "
            f"{settings.taxonomy_file}. Add your documents: salex init, then salex add FILES"
        )
    with connect(settings.catalogue_path, create=True) as catalogue:
        out.print(f"The catalogue is {settings.catalogue_path}.", markup=False)
        if starter:
            _take_in_starter(catalogue, settings)
            err.print("Next: salex serve")
        elif not catalogue.count_rows()["document"]:
            own = load_taxonomy(settings.taxonomy_file).is_own
            other = ", or salex init --starter for the starter corpus" if own else ""
            err.print(f"Next: salex add FILES{other}")


def _take_in_starter(catalogue: Catalogue, settings: Settings) -> None:
    from corpus.tags.decision_file import STARTER_FOLDER, apply_decisions, read_decisions
    from corpus.tags.models import adopted_model
    from search_api.upkeep.printing import print_outcomes
    from search_api.web.terminal import out

    print_outcomes(_add(catalogue, settings, [str(STARTER_FOLDER / "documents")]))
    taxonomy = load_taxonomy(settings.taxonomy_file)
    decisions = read_decisions(STARTER_FOLDER / "decisions.toml", taxonomy)
    apply_decisions(catalogue, decisions)
    _index(catalogue, settings, taxonomy)
    _take_in_lists(catalogue, STARTER_FOLDER / "lists")
    _take_in_agenda(catalogue, taxonomy, STARTER_FOLDER / "agenda.toml")
    if adopted_model(catalogue) is None:
        out.print("The tagger can learn from its decisions: salex tag --train --adopt")


def _take_in_lists(catalogue: Catalogue, folder: Path) -> None:
    from search_api.lists.entries import take_in_starter_lists
    from search_api.web.terminal import out

    made = take_in_starter_lists(catalogue, folder, Actor("starter", "curator"))
    if made:
        out.print(f"{made} resource list is published. See: salex list show")


def _take_in_agenda(catalogue: Catalogue, taxonomy: Taxonomy, file: Path) -> None:
    from corpus.network.starter import take_in_agenda
    from search_api.web.terminal import out

    added = take_in_agenda(catalogue, taxonomy, file, Actor("starter", "curator"))
    if added:
        out.print(f"The agenda has {added} learning questions. See: salex agenda list")


def add(
    sources: Annotated[list[str], typer.Argument(help="Files, folders and http(s) addresses.")],
    *,
    then_index: Annotated[
        bool, typer.Option("--index", help="Update the index afterwards.")
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages; needs tesseract and poppler.")
    ] = False,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Add documents. Each input gets an outcome with a reason.

    PDF, HTML, Word, PowerPoint, EPUB, OpenDocument, RTF, Markdown, plain text and tables, and
    bibliographies (RIS, BibTeX, CSL-JSON, CSV), record by record.

    Run it again after an interruption: documents added so far are kept and not read again.

    Examples:

      salex add reports/ notes.md

      salex add https://example.org/report.pdf --index

      salex add scans/ --ocr

      salex add reports/ --scheduler tcp://10.0.0.5:8786 --index
    """
    from search_api.upkeep.printing import print_next_step, print_outcomes
    from search_api.web.terminal import print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        show = print_json if as_json else print_outcomes
        outcomes = _add(catalogue, settings, sources, ocr=ocr, scheduler=scheduler, show=show)
        show(outcomes)
        if then_index:
            taxonomy = load_taxonomy(settings.taxonomy_file)
            _index(catalogue, settings, taxonomy, scheduler=scheduler)
        elif not as_json:
            print_next_step(outcomes)
    if outcomes and all(o.kind == "rejected" for o in outcomes):
        raise typer.Exit(1)


def _add(
    catalogue: Catalogue,
    settings: Settings,
    sources: list[str],
    *,
    ocr: bool = False,
    scheduler: str | None = None,
    show: Callable[[list[Outcome]], None] = lambda _: None,
) -> list[Outcome]:
    """Take sources in; if workers of other machines are lost, ``show`` what was done and raise."""
    from ingest.intake import Limits, expand_arguments, ingest_sources
    from search_api.web.terminal import progress_bar

    refuse_writing(catalogue.path)
    expanded = list(expand_arguments(sources))
    originals, limits = Originals(settings.originals_folder), Limits(ocr=ocr)
    network = network_of(settings)
    outcomes: list[Outcome] = []
    try:
        with (
            reading_pool(scheduler, limits) as pool,
            progress_bar("Taking in", len(expanded)) as advance,
        ):
            for outcome in ingest_sources(
                expanded, catalogue, originals, limits=limits, network=network, pool=pool
            ):
                outcomes.append(outcome)
                advance(len(outcomes))
    except ClusterLost:
        show(outcomes)
        raise
    return outcomes


def index(
    *,
    words: Annotated[
        bool,
        typer.Option(
            "--rebuild-words", help="Only rebuild a damaged keyword index, from the passages."
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Read every stored vector, to mend what changed on disk unnoticed."
        ),
    ] = False,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Update the search index and the suggested tags. Only new passages are encoded.

    Examples:

      salex index

      salex index --check

      salex index --rebuild-words

      salex index --scheduler tcp://10.0.0.5:8786
    """
    settings = load_settings()
    if words:
        _rebuild_words(settings, as_json=as_json)
        return
    with connect(settings.catalogue_path) as catalogue:
        taxonomy = load_taxonomy(settings.taxonomy_file)
        _index(catalogue, settings, taxonomy, scheduler=scheduler, as_json=as_json, check=check)


def _rebuild_words(settings: Settings, *, as_json: bool) -> None:
    from corpus.catalogue.rebuilding import rebuild_words
    from search_api.web.terminal import out, print_json

    passages = rebuild_words(settings.catalogue_path)
    if as_json:
        print_json({"passages": passages})
    else:
        out.print(f"The keyword index was rebuilt from {passages} passages.")


def _index(
    catalogue: Catalogue,
    settings: Settings,
    taxonomy: Taxonomy,
    *,
    scheduler: str | None = None,
    as_json: bool = False,
    check: bool = False,
) -> None:
    from index.tagging.activities import suggest_for_workshop
    from index.tagging.tagger import suggest_tags
    from index.vectors.builder import build_index
    from index.vectors.encoder import load_encoder
    from index.works.proposing import propose_works
    from search_api.service.encoders import load_second
    from search_api.web.terminal import err, out, print_json, progress_bar

    refuse_writing(catalogue.path)
    encoder = load_encoder(settings.model, precision=settings.precision)
    multilingual, without = load_second(settings)
    with (
        encoding_steps(scheduler, settings, encoder, multilingual) as steps,
        progress_bar(f"Encoding{_TWICE if multilingual else ''}", None) as advance,
    ):
        built = build_index(
            catalogue,
            settings.index_folder,
            encoder,
            multilingual=multilingual,
            encode_steps=steps,
            progress=advance,
            check=check,
        )
    for sentence in (*built.mended, *((without,) if without else ())):
        err.print(sentence, markup=False)
    tagged = suggest_tags(catalogue, settings.index_folder, encoder, taxonomy)
    read = suggest_for_workshop(catalogue, settings.index_folder, encoder, taxonomy)
    pairs = propose_works(catalogue, settings.index_folder, encoder)
    _fill(catalogue, settings)
    if as_json:
        print_json({"index": built, "tags": tagged, "tools": read, "pairs": pairs})
        return
    out.print(
        f"{built.passages} passages are indexed ({built.encoded} newly encoded, {built.removed} "
        f"removed); tags of {tagged.changed} document{'' if tagged.changed == 1 else 's'} changed."
    )
    if pairs:
        out.print(f"{pairs} pairs of documents may be the same work. See: salex works --proposed")


def _fill(catalogue: Catalogue, settings: Settings) -> None:
    """Bring what searches run on up to date with what was indexed, and the tags it was given."""
    from index.local.kept_holdings import publish_holdings
    from index.search.kept_texts import publish_texts
    from search_api.service.engines import fill_engine
    from search_api.web.terminal import progress_bar

    with progress_bar("Reading sentences", None) as advance:
        publish_texts(catalogue, settings.index_folder, advance)
    if settings.engine == "local":
        publish_holdings(catalogue, settings.index_folder)
    else:
        with progress_bar("Filling the engine", None) as advance:
            fill_engine(catalogue, settings, advance)


def outcomes(
    *,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Only outcomes of these kinds, such as rejected or partial, also if the input "
            "came again unchanged."
        ),
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option(help="Only outcomes with these codes, such as password.")
    ] = None,
    source: Annotated[str, typer.Option(help="Only sources that contain this.")] = "",
    retry: Annotated[bool, typer.Option("--retry", help="Try the listed sources again.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the latest outcome of every input, or try inputs again.

    Examples:

      salex outcomes --kind rejected --kind partial

      salex outcomes --code fetch-failed --retry
    """
    from corpus.documents.outcomes import latest_outcomes
    from search_api.upkeep.printing import print_next_step, print_outcomes
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        listed = [
            o
            for o in latest_outcomes(catalogue)
            if (not kind or o.kind in kind or (o.kind == "unchanged" and o.code in kind))
            and (not code or o.code in code)
            and source in o.source
        ]
        if retry:
            listed = _add(catalogue, settings, [o.source for o in listed if _may_retry(o)])
    if as_json:
        print_json(listed)
    elif retry:
        print_outcomes(listed)
        print_next_step(listed)
    else:
        for o in listed:
            label = f"{o.kind} ({o.code})" if o.code else o.kind
            out.print(f"{label}: {o.source}\n  {o.reason}", markup=False)


def _may_retry(outcome: Outcome) -> bool:
    """Say whether a source may be read again by its name alone.

    What was refused for leading outside its folder stays refused, and a row of a manifest is read
    with its manifest.
    """
    return outcome.code not in ("outside", "manifest")
