"""The command ``map``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.filters import FILTERS
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import MAPS, MapFormat, name_formats
from search_api.mapping.names import AXES
from search_api.search.commands import Undated, Year
from search_api.search.options import filters_of_options, params_of_options, with_options
from search_api.service.settings import load_settings

_SIDE: Final = ", ".join(AXES)
Rows = Annotated[str, typer.Option(help=f"What the rows are: {_SIDE}.")]
Columns = Annotated[str, typer.Option(help="What the columns are: one of the same.")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Say what each cell gained since this day (UTC)."),
]
FormatName = Annotated[MapFormat, typer.Option("--format", help=f"{name_formats(MAPS)}.")]
Out = Annotated[Path | None, typer.Option(help="The file to write; by default the terminal.")]


@with_options(FILTERS)
def evidence_map(
    *,
    rows: Rows = "topic",
    columns: Columns = "stage",
    since: Since = None,
    year_from: Year = None,
    year_to: Year = None,
    include_undated: Undated = False,
    format_name: FormatName = "csv",
    out: Out = None,
    **asked: Any,
) -> None:
    """Write the evidence map: how many documents there are by two fields.

    Examples:

      salex map

      salex map --rows country --columns topic --format svg --out map.svg
    """
    from search_api.mapping.counting import map_of
    from search_api.mapping.params import MapParams
    from search_api.mapping.routes import map_export
    from search_api.service.service import make_service
    from search_api.web.rendering import make_environment

    settings, chosen = load_settings(), MAPS[format_name]
    check_destination(chosen, out, MAPS, option="--out")
    taxonomy = load_taxonomy(settings.taxonomy_file)
    filters_of_options(taxonomy, asked)
    given = {name: value for name, value in asked.items() if value}
    given |= {"year_from": year_from, "year_to": year_to, "include_undated": include_undated}
    given |= {"rows": rows, "columns": columns, "since": since.date() if since else None}
    params = params_of_options(MapParams, given)
    with connect(settings.catalogue_path) as catalogue:
        service = make_service(settings, taxonomy, make_environment(taxonomy, settings), None)
        answer = map_of(service, catalogue, params)
        content = chosen.write(map_export(service, answer, params))
    print_or_write(content, out, f"The map (documents: {answer.total:,})")
