"""Commands for resource lists: ``salex list ...`` and ``salex check-links``."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.lists.as_json import read_file, write_file
from corpus.lists.exchange import read_list_file, store_list_file
from corpus.lists.lists import all_lists, resource_list
from corpus.model import ResourceList, Section, Selection
from corpus.taxonomy import load_taxonomy
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import LISTS, ListFormat, name_formats
from search_api.service.fetching import network_of
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from corpus.documents.links import LinkCheck
    from search_api.exports.taking import Collector

lists = typer.Typer(
    name="list", help="Show, export, import and publish resource lists.", no_args_is_help=True
)
Slug = Annotated[str, typer.Argument(help="The list's address, such as salex-resources.")]


@lists.command("show")
def show(
    slug: Annotated[str, typer.Argument(help="A list's address; by default all lists.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show a list as curators see it, or list all of them.

    Examples:

      salex list show

      salex list show salex-resources
    """
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if slug:
            stored = resource_list(catalogue, slug)
            _print_json_file(catalogue, slug) if as_json else _print_list(catalogue, stored)
            return
        shown = all_lists(catalogue)
    if as_json:
        print_json(shown)
        return
    for stored in shown:
        version = f", version {stored.published.number}" if stored.published else ""
        out.print(
            f"{stored.slug}: {stored.selection.title} ({stored.state}{version})", markup=False
        )
    if not shown:
        out.print("There are no lists yet. Curators make them in the browser, at /lists")


def _print_json_file(catalogue: Catalogue, slug: str) -> None:
    print(write_file(read_list_file(catalogue, slug)), end="")  # noqa: T201


def _print_list(catalogue: Catalogue, stored: ResourceList) -> None:
    from corpus.lists.warnings import warnings_of
    from search_api.web.terminal import out

    warned: dict[str, list[str]] = {}
    for warning in warnings_of(catalogue, stored.selection.entries):
        warned.setdefault(warning.entry_id, []).append(warning.text)
    out.print(f"{stored.selection.title}\n{stored.selection.summary}".rstrip(), markup=False)
    if stored.selection.query is not None:
        out.print(f"Saved search: {stored.selection.query}", markup=False)
    for section in stored.selection.sections:
        out.print(f"\n{section.title}".rstrip(), markup=False)
        for entry in section.entries:
            out.print(f"  {entry.citation or entry.title}", markup=False)
            if entry.note:
                out.print(f"    {entry.note}", markup=False)
            for text in warned.get(entry.id, ()):
                out.print(f"    ! {text}", markup=False, style="yellow")


@lists.command("export")
def export_list(
    slug: Slug,
    *,
    format_name: Annotated[
        ListFormat, typer.Option("--format", help=f"{name_formats(LISTS)}.")
    ] = "json",
    to: Annotated[
        Path | None, typer.Option("--to", help="A file; by default the terminal.")
    ] = None,
    with_files: Annotated[
        bool,
        typer.Option(
            "--with-files",
            help="Write RIS and the files whose licence allows it into the folder --to.",
        ),
    ] = False,
) -> None:
    """Write a list to a file. JSON has everything: the draft, its versions, judged suggestions.

    The other formats have the working copy only.

    Examples:

      salex list export salex-resources --to salex-resources.json

      salex list export salex-resources --format markdown

      salex list export salex-resources --with-files --to zotero
    """
    settings = load_settings()
    check_destination(LISTS[format_name], to, LISTS, option="--to")
    with connect(settings.catalogue_path) as catalogue:
        if with_files:
            _copy_list(catalogue, settings, slug, to)
            return
        content = _write_list(catalogue, settings, slug, format_name)
    print_or_write(content, to, f"The list {slug} as {format_name}")


def _write_list(
    catalogue: Catalogue, settings: Settings, slug: str, format_name: ListFormat
) -> bytes:
    from search_api.lists.exporting import list_export

    export = list_export(
        catalogue,
        _collector(settings),
        slug,
        file=lambda: read_list_file(catalogue, slug),
        selection=lambda: _working_copy(catalogue, settings, slug),
    )
    return LISTS[format_name].write(export)


def _collector(settings: Settings) -> Collector:
    from corpus.catalogue.originals import Originals
    from search_api.exports.taking import Collector

    originals, terms = Originals(settings.originals_folder), load_taxonomy(settings.taxonomy_file)
    return Collector(originals, terms, settings.base_url or "")


def _copy_list(catalogue: Catalogue, settings: Settings, slug: str, to: Path | None) -> None:
    from search_api.lists.copying import copy_list
    from search_api.web.terminal import out

    if to is None:
        raise typer.BadParameter("files need a folder: name one", param_hint="--to")
    selection = _working_copy(catalogue, settings, slug)
    folder, left_out = copy_list(catalogue, _collector(settings), slug, selection, to)
    done = folder.done
    out.print(
        f"{folder.path / folder.ris}: {done['written']} files written, {done['unchanged']} "
        f"unchanged, {done['removed']} removed, the list's own among them.",
        markup=False,
    )
    for entry in left_out:
        out.print(f"Without its file: {entry.title}. {entry.reason}", markup=False)


def _working_copy(catalogue: Catalogue, settings: Settings, slug: str) -> Selection:
    stored = resource_list(catalogue, slug)
    results = _found(catalogue, settings, stored)
    return replace(stored.selection, sections=results) if results else stored.selection


@lists.command("import")
def import_list(
    file: Annotated[
        Path,
        typer.Argument(help="A file that `salex list export` wrote.", exists=True, dir_okay=False),
    ],
    *,
    slug: Annotated[str, typer.Option(help="Another address, if the list's own is taken.")] = "",
) -> None:
    """Import an exported list with its versions.

    Examples:

      salex list import salex-resources.json

      salex list import salex-resources.json --slug from-the-partner
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    exported = read_file(file.read_bytes().decode("utf-8", "replace"))
    if slug:
        exported = replace(exported, slug=slug)
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        stored = store_list_file(catalogue, exported, command_line_actor())
    entries = len(stored.selection.entries)
    out.print(f"{stored.slug}: {entries} entries ({stored.state}).", markup=False)


@lists.command("publish")
def publish(
    slug: Slug, *, note: Annotated[str, typer.Option(help="What changed, for readers.")] = ""
) -> None:
    """Publish a list as its next version, with a permanent address.

    Example:

      salex list publish salex-resources --note "Two blogs added"
    """
    from search_api.lists.entries import publish_list
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        results = _found(catalogue, settings, resource_list(catalogue, slug))
        with catalogue.transaction():
            stored = resource_list(catalogue, slug)
            version = publish_list(
                catalogue,
                stored,
                command_line_actor(),
                based_on=stored.revision,
                note=note,
                matches=results,
            )
    out.print(f"Version {version.number} of {slug} is published.", markup=False)


def _found(
    catalogue: Catalogue, settings: Settings, stored: ResourceList
) -> tuple[Section, ...] | None:
    """Return the current results of a smart list; ``None`` for a list with its own entries."""
    if stored.selection.query is None:
        return None
    from search_api.lists.entries import run_saved_query
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment

    taxonomy = load_taxonomy(settings.taxonomy_file)
    service = start_service(settings, taxonomy, make_environment(taxonomy, settings), None)
    return run_saved_query(service, catalogue, stored.selection.query)


def check_links(
    *,
    slug: Annotated[str, typer.Option("--list", help="Only the entries of this list.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Check at most this many.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that the addresses of documents and list entries still work.

    Failures are shown beside the entries of lists. Each site gets one request a second, HEAD where
    it answers that, and robots.txt is obeyed. The exit code is 1 if a link is dead.

    Examples:

      salex check-links

      salex check-links --list salex-resources
    """
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        checks = _check(catalogue, settings, _addresses(catalogue, slug)[:limit])
    if as_json:
        print_json(checks)
    else:
        for check in checks:
            if check.state != "alive":
                out.print(f"{check.state}: {check.url}\n  {check.reason}", markup=False)
        counts = Counter(check.state for check in checks)
        out.print(", ".join(f"{n} {state}" for state, n in counts.items()) or "No addresses.")
        if checks and all(check.state == "unreachable" for check in checks):
            out.print("No address answered. Is this machine online?", style="yellow")
    if any(check.state == "dead" for check in checks):
        raise typer.Exit(1)


def _addresses(catalogue: Catalogue, slug: str) -> list[str]:
    """Return the addresses of a list's entries, or of all lists and all documents, each once."""
    stored = [resource_list(catalogue, slug)] if slug else all_lists(catalogue)
    entries = [entry for one in stored for entry in one.selection.entries]
    named = {entry.document_id for entry in entries}
    urls = [entry.url for entry in entries]
    urls += [d.url for d in catalogue.all_documents() if not slug or d.id in named]
    return list(dict.fromkeys(url for url in urls if url))


def _check(catalogue: Catalogue, settings: Settings, urls: list[str]) -> list[LinkCheck]:
    from corpus.documents.links import record_checks
    from ingest.model import Limits
    from ingest.sources.links import check_links as look
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import progress_bar

    network, checks = network_of(settings), []
    try:
        with progress_bar("Looking", len(urls)) as advance:
            for check in look(urls, Limits(), network):
                checks.append(check)
                advance(len(checks))
    finally:  # also when stopped: results so far are kept
        with catalogue.transaction():
            record_checks(catalogue, checks, command_line_actor())
    return checks
