"""Handles http and https addresses: their canonical form, and fetching their document."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from corpus.catalogue.files import sha256_of
from corpus.documents.fetches import Fetch
from ingest.model import Fetched, Limits, Source
from ingest.sources.hosts import Network

_TRACKING: Final = re.compile(
    r"utm_\w+|(?:fb|g|d|ms|y|tw|ttc|wick)clid|gclsrc|gbraid|wbraid|igshid|igsh|mc_[ce]id|_hsenc"
    r"|_hsmi|hsctatracking|mkt_tok|oly_(?:anon|enc)_id|vero_id|wickedid|srsltid|_g[al]|_openstat"
    r"|pk_(?:campaign|kwd|source|medium)|mtm_\w+|at_(?:campaign|medium)|ref_src|ref_url",
    re.I,
)
"""Parameters that say how a reader came to a page. Those that may select the page (``ref``,
``source``, ``id``) are not among them."""
_DEFAULT_PORT: Final = {"http": ":80", "https": ":443"}


def canonical_url(url: str) -> str:
    """Return the canonical form of an address, which identifies its source.

    Scheme and host are in lower case; default port, tracking parameters and fragment are left out.
    The rest stays as written and in order, because it may make a difference to the server.

    Raises:
        ValueError: it is not a well-formed address.
    """
    parts = urlsplit(url.strip())
    scheme, place = parts.scheme.lower(), parts.netloc.lower()
    place = place.removesuffix(_DEFAULT_PORT.get(scheme, ":")) if parts.hostname else place
    kept = [p for p in parts.query.split("&") if not _TRACKING.fullmatch(unquote(_name(p)))]
    return urlunsplit((scheme, place, parts.path or "/", "&".join(kept), ""))


def _name(parameter: str) -> str:
    return parameter.partition("=")[0]


def source_of(url: str) -> Source:
    """Return the source for an address, with the address as given if it differs.

    Raises:
        ValueError: it is not a well-formed address.
    """
    uri, given = canonical_url(url), url.strip()
    return Source(uri, given=given if given != uri else None)


def fetch_address(
    source: Source, limits: Limits, network: Network, known: Fetch | None = None
) -> Fetched | None:
    """Fetch one address.

    Args:
        source: the address.
        limits: bound size, time and redirects.
        network: which addresses may be fetched.
        known: its last fetch; a document that has not changed since is not sent again.

    Returns:
        What was fetched, or ``None`` if it has not changed.

    Raises:
        SourceRejected: ``forbidden-address``, ``robots``, ``not-found``, ``locked``, ``too-large``
            or ``fetch-failed``.
    """
    from ingest.sources.client import fetch_body

    answer = fetch_body(source.uri, limits, network, conditions=conditional_headers(known))
    if answer.data is None:
        return None
    landed = canonical_url(answer.url)
    here = Fetch(source.uri, landed, answer.etag, answer.last_modified, sha256_of(answer.data))
    asked = (replace(here, source=source.given, canonical_url=source.uri),) if source.given else ()
    path = urlsplit(answer.url).path.rstrip("/")
    name = path.rsplit("/", 1)[-1] or urlsplit(answer.url).hostname or ""
    return Fetched(source.uri, answer.data, name, answer.declared, landed, (here, *asked))


def conditional_headers(known: Fetch | None) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110, 13.1)."""
    stored = {
        "If-None-Match": known.etag if known else None,
        "If-Modified-Since": known.last_modified if known else None,
    }
    return {name: value for name, value in stored.items() if value}
