"""Checks whether addresses still work: politely, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from corpus.catalogue.catalogue import now
from corpus.documents.links import LinkCheck, LinkState
from corpus.errors import SourceRejected
from ingest.model import Limits
from ingest.sources.hosts import Network
from ingest.sources.url import canonical_url

_STATES: Final[dict[str, LinkState]] = {
    "not-found": "dead",
    "locked": "locked",
    "fetch-failed": "unreachable",
    "robots": "unchecked",
    "forbidden-address": "unchecked",
}


def check_links(urls: Iterable[str], limits: Limits, network: Network) -> Iterator[LinkCheck]:
    """Yield the result for each address, once each, as soon as it is known."""
    for url in dict.fromkeys(urls):
        yield check_link(url, limits, network)


def check_link(url: str, limits: Limits, network: Network) -> LinkCheck:
    """Return the result for one address; whatever it answers, this raises no error."""
    from ingest.sources.client import ADVICE, probe_address

    at = now()
    try:
        answer = probe_address(url, limits, network)
        moved = canonical_url(answer.url) != canonical_url(url)
    except SourceRejected as error:
        reason = error.reason.removesuffix(ADVICE).strip()
        return LinkCheck(url, _STATES.get(error.code, "unreachable"), reason, None, at)
    except ValueError:
        return LinkCheck(url, "dead", "This is not a well-formed address.", None, at)
    reason = "It answers, at another address." if moved else "It answers."
    return LinkCheck(url, "alive", reason, answer.url if moved else None, at)
