"""Posts new documents to webhooks, signed, each document once.

What became of a post is recorded when its answer is there. If the machine stops in between, or the
answer is lost, that one post is sent again; its items have the ids they had.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.added import first_published
from corpus.errors import WebhookRefused
from corpus.network.webhooks import (
    Webhook,
    all_webhooks,
    record_attempt,
    secret_of,
    settled_documents,
)
from index.model import Query
from ingest.sources import Network
from search_api.exports import json_feed
from search_api.following.digest_lock import send_alone
from search_api.following.feeds import Place, feed_of_documents
from search_api.following.matches import find_matching
from search_api.service.fetching import network_of
from search_api.service.service import Service

MOST_POSTED: Final = 100
"""How many documents one post tells of; a run with more sends several."""
SIGNATURE: Final = "X-Salex-Signature"


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one post to a webhook.

    Attributes:
        url: the webhook's.
        outcome: ``nothing new`` and ``would be posted`` send nothing.
        documents: how many new documents it tells of.
        reason: why it failed.
    """

    url: str
    outcome: Literal["posted", "would be posted", "nothing new", "failed", "given_up"]
    documents: int = 0
    reason: str = ""


def sign(secret: bytes, body: bytes) -> str:
    """Return the signature of a body as its header has it (HMAC, RFC 2104, with SHA-256)."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def post_news(
    service: Service,
    catalogue: Catalogue,
    *,
    dry_run: bool = False,
    network: Network | None = None,
) -> Iterator[Posted]:
    """Post what is new to every webhook. One that fails costs no other one.

    Raises:
        WebhookRefused: there is no public address for the links in it.
        MailRefused: another digest is being sent.
    """
    settings = service.settings
    if not settings.base_url:
        raise WebhookRefused("Nothing can be posted: set base_url, for the links in each post.")
    network = network or network_of(settings)
    with send_alone(settings.data_folder):
        for hook in all_webhooks(catalogue):
            new = _new_for(service, catalogue, hook)
            if not new:
                yield Posted(hook.url, "nothing new")
            elif dry_run:
                yield Posted(hook.url, "would be posted", len(new))
            else:
                yield from _post_all(service, catalogue, hook, new, network)


def _new_for(service: Service, catalogue: Catalogue, hook: Webhook) -> list[str]:
    """Return the documents to post, the oldest first."""
    matching = find_matching(service, catalogue, Query(""))
    unsettled = matching.keys() - settled_documents(catalogue, hook)
    return [*first_published(catalogue, unsettled)][::-1]


def _post_all(
    service: Service, catalogue: Catalogue, hook: Webhook, new: Sequence[str], network: Network
) -> Iterator[Posted]:
    """Post in parts; after one that fails the others wait for the next run, without a try."""
    for start in range(0, len(new), MOST_POSTED):
        part = new[start : start + MOST_POSTED]
        problem = _post(service, catalogue, hook, part, network)
        with catalogue.transaction():
            made = record_attempt(catalogue, hook, part, problem)
        yield Posted(hook.url, made.outcome, made.documents, made.reason)
        if problem is not None:
            return


def _post(
    service: Service, catalogue: Catalogue, hook: Webhook, part: Sequence[str], network: Network
) -> str | None:
    from ingest.sources.posting import post_body

    place = Place(service.settings.base_url or "", "/feeds/documents.json")
    body = json_feed.write_feed(feed_of_documents(service, catalogue, part[::-1], place))
    headers = {
        "Content-Type": json_feed.MEDIA_TYPE,
        SIGNATURE: sign(secret_of(catalogue, hook), body),
    }
    return post_body(hook.url, body, headers, network)
