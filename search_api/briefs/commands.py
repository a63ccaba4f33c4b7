"""The command ``brief``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.filters import FILTERS
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import BRIEFS, BriefFormat, name_formats
from search_api.search.commands import Year
from search_api.search.options import filters_of_options, params_of_options, with_options
from search_api.service.settings import load_settings

Words = Annotated[
    list[str] | None, typer.Argument(help="The question, in plain words.", show_default=False)
]
OfList = Annotated[
    str, typer.Option("--list", help="The address of a list: quote only its documents.")
]
GroupedBy = Annotated[
    str | None, typer.Option(help="Group the findings by stage, topic or country.")
]
FormatName = Annotated[
    BriefFormat, typer.Option("--format", help=f"{name_formats(BRIEFS)}; Word needs --out.")
]
Out = Annotated[Path | None, typer.Option(help="The file to write; by default the terminal.")]
_NARROWED_BY = tuple(f for f in FILTERS if f.field != "roles")


@with_options(_NARROWED_BY)
def brief(
    words: Words = None,
    *,
    list_slug: OfList = "",
    year_from: Year = None,
    year_to: Year = None,
    group: GroupedBy = None,
    format_name: FormatName = "md",
    out: Out = None,
    **asked: Any,
) -> None:
    """Write a brief: sentences of documents on a question, each with its page and source.

    Examples:

      salex brief what works on wellbeing measurement

      salex brief school leadership --country Kenya --format docx --out brief.docx
    """
    from search_api.briefs.params import BriefParams
    from search_api.briefs.routes import brief_export, brief_of
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment

    settings, chosen = load_settings(), BRIEFS[format_name]
    check_destination(chosen, out, BRIEFS, option="--out")
    taxonomy = load_taxonomy(settings.taxonomy_file)
    filters_of_options(taxonomy, asked)  # a wrong filter is reported before the model is loaded
    given = {name: value for name, value in asked.items() if value}
    given |= {"year_from": year_from, "year_to": year_to, "group": group}
    params = params_of_options(BriefParams, given | {"q": " ".join(words or ()), "list": list_slug})
    with connect(settings.catalogue_path) as catalogue:
        templates = make_environment(taxonomy, settings)
        service = start_service(settings, taxonomy, templates, None)
        answer, made = brief_of(service, catalogue, params, curating=True)
    content = chosen.write(brief_export(service, answer, made))
    print_or_write(content, out, f"The brief (lines: {answer.made.used:,})")
