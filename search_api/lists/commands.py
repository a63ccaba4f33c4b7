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
from search_api.exports.formats import LISTS, ListFormat, name_formats
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from corpus.documents.links import LinkCheck

lists = typer.Typer(
    name="list", help="Show, export, import and publish resource lists.", no_args_is_help=True
)
Slug = Annotated[str, typer.Argument(help="The list's address, such as salex-resources.")]


@lists.command("show")
def show(
    slug: Annotated[str, typer.Argument(help="A list's address; left out: all lists.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show one list as curators see it, or name all of them.

    Examples:

      salex list show

      salex list show salex-resources
    """
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if slug:
            held = resource_list(catalogue, slug)
            _print_json_file(catalogue, slug) if as_json else _print_list(catalogue, held)
            return
        found = all_lists(catalogue)
    if as_json:
        print_json(found)
        return
    for held in found:
        version = f", version {held.published.number}" if held.published else ""
        out.print(f"{held.slug}: {held.selection.title} ({held.state}{version})", markup=False)
    if not found:
        out.print("There is no list yet. Curators make them on the pages, at /lists")


def _print_json_file(catalogue: Catalogue, slug: str) -> None:
    print(write_file(read_list_file(catalogue, slug)), end="")  # noqa: T201


def _print_list(catalogue: Catalogue, held: ResourceList) -> None:
    from corpus.lists.warnings import warnings_of
    from search_api.web.terminal import out

    warned: dict[str, list[str]] = {}
    for warning in warnings_of(catalogue, held.selection.entries):
        warned.setdefault(warning.entry_id, []).append(warning.text)
    out.print(f"{held.selection.title}\n{held.selection.summary}".rstrip(), markup=False)
    if held.selection.query is not None:
        out.print(f"Saved search: {held.selection.query}", markup=False)
    for section in held.selection.sections:
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
    to: Annotated[Path | None, typer.Option("--to", help="A file; left out: the terminal.")] = None,
) -> None:
    """Write a list to a file. JSON holds everything: the draft, its versions, what was judged.

    The other formats hold the working copy alone.

    Examples:

      salex list export salex-resources --to salex-resources.json

      salex list export salex-resources --format markdown
    """
    from corpus.catalogue.originals import Originals
    from search_api.lists.exporting import list_export
    from search_api.web.terminal import write_output

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        export = list_export(
            catalogue,
            Originals(settings.originals_folder),
            file=lambda: read_list_file(catalogue, slug),
            selection=lambda: _working_copy(catalogue, settings, slug),
        )
        content = LISTS[format_name].write(export)
    if to is None:
        print(content.decode(), end="")  # noqa: T201
        return
    write_output(to, content, f"The list {slug} as {format_name}")


def _working_copy(catalogue: Catalogue, settings: Settings, slug: str) -> Selection:
    held = resource_list(catalogue, slug)
    found = _found(catalogue, settings, held)
    return replace(held.selection, sections=found) if found else held.selection


@lists.command("import")
def import_list(
    file: Annotated[
        Path, typer.Argument(help="What `salex list export` wrote.", exists=True, dir_okay=False)
    ],
    *,
    slug: Annotated[str, typer.Option(help="Another address, where the list's is taken.")] = "",
) -> None:
    """Take a list in as it was exported, with its versions.

    Examples:

      salex list import salex-resources.json

      salex list import salex-resources.json --slug from-the-partner
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    found = read_file(file.read_bytes().decode("utf-8", "replace"))
    if slug:
        found = replace(found, slug=slug)
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        held = store_list_file(catalogue, found, command_line_actor())
    entries = len(held.selection.entries)
    out.print(f"{held.slug}: {entries} entries ({held.state}).", markup=False)


@lists.command("publish")
def publish(
    slug: Slug, *, note: Annotated[str, typer.Option(help="What changed, for readers.")] = ""
) -> None:
    """Publish a list as its next version, under an address that stays.

    Example:

      salex list publish salex-resources --note "Two blogs added"
    """
    from search_api.lists.entries import publish_list
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        found = _found(catalogue, settings, resource_list(catalogue, slug))
        with catalogue.transaction():
            held = resource_list(catalogue, slug)
            version = publish_list(
                catalogue,
                held,
                command_line_actor(),
                based_on=held.revision,
                note=note,
                found=found,
            )
    out.print(f"Version {version.number} of {slug} is published.", markup=False)


def _found(
    catalogue: Catalogue, settings: Settings, held: ResourceList
) -> tuple[Section, ...] | None:
    """Return what a smart list finds now; ``None`` for a list with entries of its own."""
    if held.selection.query is None:
        return None
    from search_api.lists.entries import found_now
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment

    taxonomy = load_taxonomy(settings.taxonomy_file)
    service = start_service(
        settings, taxonomy, make_environment(taxonomy, settings), None, counts=False
    )
    return found_now(service, catalogue, held.selection.query)


def check_links(
    *,
    slug: Annotated[str, typer.Option("--list", help="Only the entries of this list.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Look at so many at most.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the addresses of documents and list entries still answer.

    What failed is shown beside the entries of lists. Sites are asked one address a second, by HEAD
    where they answer that, and robots.txt is heeded. Exits with 1 when a link is dead.

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
            out.print("Nothing answered. Is this machine connected?", style="yellow")
    if any(check.state == "dead" for check in checks):
        raise typer.Exit(1)


def _addresses(catalogue: Catalogue, slug: str) -> list[str]:
    """Return the addresses of a list's entries, or of all lists and all documents, each once."""
    held = [resource_list(catalogue, slug)] if slug else all_lists(catalogue)
    entries = [entry for found in held for entry in found.selection.entries]
    named = {entry.document_id for entry in entries}
    urls = [entry.url for entry in entries]
    urls += [d.url for d in catalogue.all_documents() if not slug or d.id in named]
    return list(dict.fromkeys(url for url in urls if url))


def _check(catalogue: Catalogue, settings: Settings, urls: list[str]) -> list[LinkCheck]:
    from corpus.documents.links import record_checks
    from ingest.model import Limits
    from ingest.sources import Network
    from ingest.sources.links import check_links as look
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import progress_bar

    network, checks = Network(contact=settings.contact), []
    try:
        with progress_bar("Looking", len(urls)) as advance:
            for check in look(urls, Limits(), network):
                checks.append(check)
                advance(len(checks))
    finally:  # also when it is stopped: what was seen is kept
        with catalogue.transaction():
            record_checks(catalogue, checks, command_line_actor())
    return checks
