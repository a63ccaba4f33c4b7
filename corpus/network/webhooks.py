"""Webhooks: addresses of other systems to which new documents are posted, each once.

Functions that write are called inside ``transaction()``.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import WebhookRefused
from corpus.people.actors import Actor
from corpus.people.log import log_change

MOST_TRIES: Final = 3
"""How often a document is posted, one run after the other, before it is given up."""
ATTEMPTS_SHOWN: Final = 10
_SECRET_BYTES: Final = 32
Result = Literal["posted", "failed", "given_up"]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where new documents are posted. The secret signs them and is not part of it."""

    id: str
    url: str
    created_by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a webhook.

    Attributes:
        documents: how many it posted.
        outcome: ``given_up`` is a failure after which some are not tried again.
        reason: what the other side answered, or why it could not be reached.
    """

    at: str
    documents: int
    outcome: Result
    reason: str


_COLUMNS: Final = ", ".join(f.name for f in fields(Webhook))


def add_webhook(catalogue: Catalogue, actor: Actor, url: str) -> tuple[Webhook, str]:
    """Add a webhook and return it with its secret; what is public now is known from here on.

    Raises:
        WebhookRefused: this address has one.
    """
    if any(hook.url == url for hook in all_webhooks(catalogue)):
        raise WebhookRefused(f"{url} has a webhook already. See: salex webhook list")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    hook = Webhook(secrets.token_hex(4), url, actor.name, now())
    catalogue.db.execute(
        f"insert into webhook (secret, {_COLUMNS}) values (?, ?, ?, ?, ?)",
        [secret, hook.id, hook.url, hook.created_by, hook.created_at],
    )
    catalogue.db.execute(
        """
        insert into webhook_document (webhook_id, document_id, state)
        select ?, document_id, 'known' from publication
        """,
        [hook.id],
    )
    log_change(catalogue, actor, "webhook.add", f"webhook:{hook.id}", after={"url": url})
    return hook, secret


def all_webhooks(catalogue: Catalogue) -> list[Webhook]:
    """Return every webhook, the oldest first."""
    rows = catalogue.rows(f"select {_COLUMNS} from webhook order by created_at, rowid")
    return [Webhook(*row) for row in rows]


def webhook_named(catalogue: Catalogue, name: str) -> Webhook:
    """Return a webhook by its id or address.

    Raises:
        WebhookRefused: there is none.
    """
    for hook in all_webhooks(catalogue):
        if name in (hook.id, hook.url):
            return hook
    raise WebhookRefused(f"There is no webhook {name!r}. See: salex webhook list")


def remove_webhook(catalogue: Catalogue, actor: Actor, hook: Webhook) -> None:
    """Remove a webhook with its secret and everything that is known about it."""
    catalogue.db.execute("delete from webhook where id = ?", [hook.id])
    log_change(catalogue, actor, "webhook.remove", f"webhook:{hook.id}", before={"url": hook.url})


def secret_of(catalogue: Catalogue, hook: Webhook) -> bytes:
    """Return what signs the posts of a webhook."""
    rows = catalogue.rows("select secret from webhook where id = ?", [hook.id])
    return str(rows[0][0]).encode()


def settled_documents(catalogue: Catalogue, hook: Webhook) -> frozenset[str]:
    """Return the documents that are not to be posted: known, posted or given up."""
    rows = catalogue.rows(
        "select document_id from webhook_document where webhook_id = ? and state <> 'waiting'",
        [hook.id],
    )
    return frozenset(row[0] for row in rows)


def count_waiting(catalogue: Catalogue, hook: Webhook) -> int:
    """Return how many documents wait to be tried again."""
    rows = catalogue.rows(
        "select count(*) from webhook_document where webhook_id = ? and state = 'waiting'",
        [hook.id],
    )
    return int(rows[0][0])


def record_attempt(
    catalogue: Catalogue, hook: Webhook, document_ids: Collection[str], problem: str | None
) -> Attempt:
    """Note what became of a post, for its documents and for the list of attempts.

    Args:
        catalogue: where it is kept.
        hook: where they were posted.
        document_ids: the documents it posted.
        problem: why it failed; ``None`` if the other side took it.
    """
    for document_id in document_ids:
        catalogue.db.execute(
            """
            insert into webhook_document (webhook_id, document_id, state, tries)
            values (:hook, :document, case when :failed then 'waiting' else 'posted' end, 1)
            on conflict (webhook_id, document_id) do update set
                tries = tries + 1,
                state = case when not :failed then 'posted'
                    when tries + 1 >= :most then 'given_up' else 'waiting' end
            """,
            {
                "hook": hook.id, "document": document_id, "failed": problem is not None,
                "most": MOST_TRIES,
            },
        )  # fmt: skip
    outcome: Result = "posted" if problem is None else "failed"
    if problem is not None and settled_documents(catalogue, hook).intersection(document_ids):
        outcome = "given_up"
    made = Attempt(now(), len(document_ids), outcome, problem or "")
    catalogue.db.execute(
        "insert into webhook_attempt (webhook_id, at, documents, outcome, reason) "
        "values (?, ?, ?, ?, ?)",
        [hook.id, made.at, made.documents, made.outcome, made.reason],
    )
    return made


def last_attempts(catalogue: Catalogue, hook: Webhook) -> Sequence[Attempt]:
    """Return what became of the last posts, the newest first."""
    rows = catalogue.rows(
        "select at, documents, outcome, reason from webhook_attempt where webhook_id = ? "
        "order by id desc limit ?",
        [hook.id, ATTEMPTS_SHOWN],
    )
    return [Attempt(*row) for row in rows]
