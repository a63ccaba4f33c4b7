"""The command ``digest``: tells people and other systems what is new, by e-mail and webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.people.following import Cadence, asks_in_words
from corpus.taxonomy import load_taxonomy
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from search_api.following.digest import Sent
    from search_api.following.hooks import Posted
    from search_api.service.service import Service

One = TypeVar("One", "Sent", "Posted")


def digest(
    *,
    daily: Annotated[bool, typer.Option("--daily", help="To those who chose daily.")] = False,
    weekly: Annotated[bool, typer.Option("--weekly", help="To those who chose weekly.")] = False,
    hooks: Annotated[
        bool, typer.Option("--hooks", help="Post new documents to the webhooks.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would get how much; send nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send people what is new on the questions they follow; nothing if nothing is new.

    It names people and numbers, never what they follow. Run it after `salex index`, once a day with
    --daily and once a week with --weekly. With --hooks it posts new documents to webhooks instead.
    The exit code is 1 if something could not be sent; it is sent with the next digest.

    Examples:

      salex digest --daily

      salex digest --weekly --dry-run
    """
    if [daily, weekly, hooks].count(True) != 1:
        raise typer.BadParameter("Choose one of --daily, --weekly and --hooks.")
    cadence: Cadence | None = None if hooks else "daily" if daily else "weekly"
    with _started(cadence) as (service, catalogue):
        if cadence is None:
            from search_api.following.hooks import post_news

            posts = post_news(service, catalogue, dry_run=dry_run)
            _tell(posts, lambda one: _line(one.url, one), "any webhook", as_json=as_json)
        else:
            from search_api.following.digest import send_digests

            messages = send_digests(service, catalogue, cadence, dry_run=dry_run)
            _tell(messages, lambda one: _line(one.name, one), "anybody", as_json=as_json)


@contextmanager
def _started(cadence: Cadence | None) -> Iterator[tuple[Service, Catalogue]]:
    """Yield what searches; the models, which take seconds, are loaded for questions in words."""
    from search_api.service.service import make_service, start_service
    from search_api.web.rendering import make_environment

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    templates = make_environment(taxonomy, settings)
    with connect(settings.catalogue_path) as catalogue:
        if cadence and asks_in_words(catalogue, cadence):
            yield start_service(settings, taxonomy, templates, None), catalogue
        else:
            yield make_service(settings, taxonomy, templates, None), catalogue


def _tell(
    sent: Iterable[One], line: Callable[[One], str], whom: str, *, as_json: bool = False
) -> None:
    """Print what becomes of each message as it is sent; end with 1 if one failed."""
    from search_api.web.terminal import out, print_json

    every: list[One] = []
    for one in sent:
        every.append(one)
        if not as_json and one.outcome != "nothing new":
            out.print(line(one), markup=False)
    if as_json:
        print_json(every)
    elif all(one.outcome == "nothing new" for one in every):
        out.print(f"There is nothing new to tell {whom}.")
    if any(one.outcome in ("failed", "given_up") for one in every):
        raise typer.Exit(1)


def _line(name: str, one: Sent | Posted) -> str:
    documents = f"{one.documents:,} new document" + ("" if one.documents == 1 else "s")
    reason = f", {one.reason}" if one.reason else ""
    return f"{name}: {one.outcome.replace('_', ' ')}{reason} ({documents})"
