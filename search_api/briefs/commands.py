"""The command ``brief``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.filters import FILTERS
from search_api.exports.formats import BRIEFS, BriefFormat, name_formats
from search_api.search.commands import Year
from search_api.search.options import filters_of_options, with_options
from search_api.service.settings import load_settings

_NARROWED_BY = tuple(f for f in FILTERS if f.field != "roles")


@with_options(_NARROWED_BY)
def brief(
    words: Annotated[
        list[str] | None, typer.Argument(help="The question, in plain words.", show_default=False)
    ] = None,
    *,
    list_slug: Annotated[
        str, typer.Option("--list", help="The address of a list: quote only its documents.")
    ] = "",
    year_from: Year = None,
    year_to: Year = None,
    group: Annotated[
        str | None, typer.Option(help="Group the findings by stage, topic or country.")
    ] = None,
    format_name: Annotated[
        BriefFormat,
        typer.Option("--format", help=f"{name_formats(BRIEFS)}; Word needs --out."),
    ] = "md",
    out: Annotated[
        Path | None, typer.Option(help="The file to write; by default the terminal.")
    ] = None,
    **asked: Any,
) -> None:
    """Write a brief: sentences of documents on a question, each with its page and source.

    Examples:

      salex brief what works on wellbeing measurement

      salex brief school leadership --country Kenya --format docx --out brief.docx
    """
    from pydantic import ValidationError

    from search_api.briefs.params import BriefParams
    from search_api.briefs.routes import brief_export, brief_of
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment
    from search_api.web.terminal import write_output

    settings, chosen = load_settings(), BRIEFS[format_name]
    if not out and not chosen.printable:
        raise typer.BadParameter(
            f"a {chosen.label} file cannot be printed: name a file", param_hint="--out"
        )
    taxonomy = load_taxonomy(settings.taxonomy_file)
    filters_of_options(taxonomy, asked)  # a wrong filter is reported before the model is loaded
    given = {name: value for name, value in asked.items() if value}
    try:
        params = BriefParams.model_validate(
            {"q": " ".join(words or ()), "list": list_slug, "group": group, **given}
            | {"year_from": year_from, "year_to": year_to}
        )
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from error
    with connect(settings.catalogue_path) as catalogue:
        templates = make_environment(taxonomy, settings)
        service = start_service(settings, taxonomy, templates, None, counts=False)
        answer, made = brief_of(service, catalogue, params, curating=True)
    content = chosen.write(brief_export(service, answer, made))
    if out:
        write_output(out, content, f"The brief (lines: {answer.made.used:,})")
    else:
        typer.echo(content.decode(), nl=False)
