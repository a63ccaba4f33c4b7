"""The commands ``menu`` and ``checklist``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.taxonomy import load_taxonomy
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import SHEETS, Format, SheetExport, SheetFormat, name_formats
from search_api.exports.taking import made_today
from search_api.search.options import filters_of_options, with_options
from search_api.service.settings import load_settings
from search_api.workshop.narrowing import NARROWED_BY

if TYPE_CHECKING:
    from index.model import Filters
    from search_api.service.service import Service

SheetFormatOption = Annotated[
    SheetFormat,
    typer.Option("--format", help=f"{name_formats(SHEETS)}; Word needs --out."),
]
Out = Annotated[Path | None, typer.Option(help="The file to write; by default the terminal.")]


@with_options(NARROWED_BY)
def menu(
    *,
    format_name: SheetFormatOption = "md",
    out: Out = None,
    **asked: Any,
) -> None:
    """Write the menu of activities: activities by stage, with the documents of each cell.

    Examples:

      salex menu

      salex menu --format docx --out menu.docx
    """
    from search_api.workshop.menu_and_checklist import menu_of
    from search_api.workshop.sheets import menu_sheet

    with _serving(asked) as (service, catalogue, filters):
        shown = menu_of(service, catalogue, filters)
        what = f"The menu of activities (documents: {shown.documents:,})"
        export = SheetExport(shown, lambda: menu_sheet(shown), made_today(service.taxonomy))
        _write(export, SHEETS[format_name], out, what)


@with_options(NARROWED_BY)
def checklist(
    *,
    limit: Annotated[
        int, typer.Option(min=1, max=50, help="How many sentences for each factor and polarity.")
    ] = 5,
    format_name: SheetFormatOption = "md",
    out: Out = None,
    **asked: Any,
) -> None:
    """Write the drivers and constraints checklist, with the sentences about each factor.

    Example:

      salex checklist --format docx --out checklist.docx --topic evidence-decisions
    """
    from search_api.workshop.menu_and_checklist import checklist_of
    from search_api.workshop.sheets import checklist_sheet

    with _serving(asked) as (service, catalogue, filters):
        shown = checklist_of(service, catalogue, filters, limit=limit)
        sentences = sum(len(f.drivers) + len(f.constraints) for f in shown.factors)
        what = f"The checklist (sentences: {sentences:,})"
        export = SheetExport(
            shown,
            lambda: checklist_sheet(shown, service.taxonomy.groups),
            made_today(service.taxonomy),
        )
        _write(export, SHEETS[format_name], out, what)


def _write(export: SheetExport, chosen: Format[SheetExport], path: Path | None, what: str) -> None:
    check_destination(chosen, path, SHEETS, option="--out")
    print_or_write(chosen.write(export), path, what)


@contextmanager
def _serving(asked: Mapping[str, Any]) -> Iterator[tuple[Service, Catalogue, Filters]]:
    """Yield the service, the catalogue and the filters; the model is not needed or loaded."""
    from search_api.service.service import make_service
    from search_api.web.rendering import make_environment

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    filters = filters_of_options(taxonomy, asked)
    with connect(settings.catalogue_path) as catalogue:
        service = make_service(settings, taxonomy, make_environment(taxonomy, settings), None)
        yield service, catalogue, filters
