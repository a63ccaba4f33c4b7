"""The command ``webhook``: where new documents are posted for other systems."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.catalogue.catalogue import connect
from corpus.errors import SourceRejected, WebhookRefused
from corpus.network.webhooks import (
    Webhook,
    add_webhook,
    all_webhooks,
    count_waiting,
    last_attempts,
    remove_webhook,
    webhook_named,
)
from search_api.service.fetching import network_of
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

webhook = typer.Typer(
    help="Add, list and remove webhooks: addresses to which `salex digest --hooks` posts new "
    "documents.",
    no_args_is_help=True,
)


@webhook.command("add")
def webhook_add(url: str) -> None:
    """Add a webhook. Its secret is shown once: with it the other side checks the signatures.

    Documents that are public now are not posted. No webhook can be on a private network.

    Example:

      salex webhook add https://hooks.example.org/salex
    """
    from ingest.sources.posting import check_target
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    try:
        check_target(url, network_of(settings))
    except SourceRejected as error:
        raise WebhookRefused(error.reason) from error
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        hook, secret = add_webhook(catalogue, command_line_actor(), url)
    out.print(f"New documents will be posted to {hook.url} ({hook.id}).", markup=False)
    out.print("The secret that signs them is shown only now:")
    out.print(f"  {secret}", markup=False, soft_wrap=True)
    out.print("Post what is new after each `salex index` with: salex digest --hooks")


@webhook.command("list")
def webhook_list(*, as_json: AsJson = False) -> None:
    """List webhooks with what became of their last posts.

    Example:

      salex webhook list
    """
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        hooks = [
            (hook, count_waiting(catalogue, hook), last_attempts(catalogue, hook))
            for hook in all_webhooks(catalogue)
        ]
    if as_json:
        print_json(
            [
                {**_said(hook), "waiting": waiting, "attempts": attempts}
                for hook, waiting, attempts in hooks
            ]
        )
        return
    for hook, waiting, attempts in hooks:
        again = f"; {waiting:,} to be tried again" if waiting else ""
        out.print(f"{hook.id}  {hook.url}  since {hook.created_at[:10]}{again}", markup=False)
        for one in attempts:
            what = one.outcome.replace("_", " ")
            out.print(
                f"  {one.at}  {what}  {one.documents:,} documents  {one.reason}".rstrip(),
                markup=False,
            )
    if not hooks:
        out.print("There is no webhook. Add one with: salex webhook add URL")


@webhook.command("remove")
def webhook_remove(
    name: Annotated[str, typer.Argument(help="Its id or address, as in: salex webhook list")],
) -> None:
    """Remove a webhook with its secret and what is known about its posts.

    Example:

      salex webhook remove https://hooks.example.org/salex
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    with connect(load_settings().catalogue_path) as catalogue, catalogue.transaction():
        hook = webhook_named(catalogue, name)
        remove_webhook(catalogue, command_line_actor(), hook)
    out.print(f"Nothing is posted to {hook.url} from now on.", markup=False)


def _said(hook: Webhook) -> dict[str, str]:
    return {"id": hook.id, "url": hook.url, "created_at": hook.created_at}
