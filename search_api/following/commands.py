"""The command ``digest``: e-mail about what is new on the questions that people follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import connect
from corpus.people.following import Cadence
from corpus.taxonomy import load_taxonomy
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from search_api.following.digest import Sent


def digest(
    *,
    daily: Annotated[bool, typer.Option("--daily", help="To those who chose daily.")] = False,
    weekly: Annotated[bool, typer.Option("--weekly", help="To those who chose weekly.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would get how much; send nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send people what is new on the questions they follow; nothing if nothing is new.

    It names people and numbers, never what they follow. Run it after `salex index`, once a day with
    --daily and once a week with --weekly. The exit code is 1 if a message could not be sent; it is
    sent with the next digest.

    Examples:

      salex digest --daily

      salex digest --weekly --dry-run
    """
    from search_api.following.digest import send_digests
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment
    from search_api.web.terminal import out, print_json

    if daily == weekly:
        raise typer.BadParameter("Choose --daily or --weekly.")
    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    templates = make_environment(taxonomy, settings)
    sent: list[Sent] = []
    with connect(settings.catalogue_path) as catalogue:
        service = start_service(settings, taxonomy, templates, None, counts=False)
        cadence: Cadence = "daily" if daily else "weekly"
        for one in send_digests(service, catalogue, cadence, dry_run=dry_run):
            sent.append(one)
            if not as_json and one.outcome != "nothing new":
                out.print(_line(one), markup=False)
    if as_json:
        print_json(sent)
    elif all(one.outcome == "nothing new" for one in sent):
        out.print("There is nothing new to tell anybody.")
    if any(one.outcome == "failed" for one in sent):
        raise typer.Exit(1)


def _line(one: Sent) -> str:
    documents = f"{one.documents:,} new document" + ("" if one.documents == 1 else "s")
    reason = f", {one.reason}" if one.reason else ""
    return f"{one.name}: {one.outcome}{reason} ({documents})"
