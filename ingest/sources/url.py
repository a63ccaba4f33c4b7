"""http and https addresses: one GET with limits on size, time, redirects and decompression."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from corpus.errors import SourceRejected
from ingest.model import Fetched, Limits, Source

if TYPE_CHECKING:
    import httpx

USER_AGENT: Final = "salex-evidence/0.1 (evidence repository; one page at a time)"
READ_TIMEOUT_S: Final = 15.0
STEP_BYTES: Final = 1_000_000
PORTS: Final = frozenset((80, 443))
_GONE: Final = (404, 410)
_LOCKED: Final = (401, 402, 403, 407)
_REDIRECTS: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Network:
    """Where fetching may go. Only tests, against servers on the loopback, loosen it.

    ``ports`` of ``None`` allows any.
    """

    allow_private: bool = False
    ports: frozenset[int] | None = PORTS


def normalise(url: str) -> str:
    """Return an address as its source's identity: scheme and host in lower case, no fragment."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))


def fetch(source: Source, limits: Limits, network: Network) -> Fetched:
    """Fetch one address.

    Raises:
        SourceRejected: ``forbidden-address``, ``not-found``, ``too-large`` or ``fetch-failed``.
    """
    import httpcore
    import httpx

    from ingest.sources.network import GuardedBackend, GuardedTransport

    deadline = time.monotonic() + limits.fetch_timeout_s
    backend = GuardedBackend(deadline, allow_private=network.allow_private)
    try:
        with httpx.Client(
            transport=GuardedTransport(backend),
            timeout=READ_TIMEOUT_S,
            trust_env=False,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, identity"},
        ) as client:
            return _follow(client, source, limits, network)
    except (httpx.TimeoutException, httpcore.TimeoutException) as error:
        raise _failed(
            f"The server did not answer within {limits.fetch_timeout_s:.0f} s."
        ) from error
    except (
        httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError,
        httpcore.UnsupportedProtocol, zlib.error, UnicodeError, ValueError,
    ) as error:  # fmt: skip
        raise _failed(f"It could not be fetched ({error or type(error).__name__}).") from error


def _failed(what: str) -> SourceRejected:
    return SourceRejected("fetch-failed", f"{what} Try again later, or add the file from disk.")


def _follow(client: httpx.Client, source: Source, limits: Limits, network: Network) -> Fetched:
    import httpx

    url = httpx.URL(source.uri)
    for _ in range(limits.max_redirects + 1):
        _check(url, network)
        with client.stream("GET", url, follow_redirects=False) as response:
            if response.status_code not in _REDIRECTS:
                return _fetched(source, url, response, limits)
            location = response.headers.get("location", "")
        url = url.join(location)
    raise _failed(f"It redirects more than {limits.max_redirects} times.")


def _check(url: httpx.URL, network: Network) -> None:
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceRejected(
            "forbidden-address", f"Only http and https addresses are fetched, not {url.scheme}."
        )
    if url.userinfo:
        raise SourceRejected(
            "forbidden-address", "The address carries a user name or password. Remove it."
        )
    port = url.port or (443 if url.scheme == "https" else 80)
    if network.ports is not None and port not in network.ports:
        raise SourceRejected("forbidden-address", f"Port {port} is not fetched from.")


def _fetched(source: Source, url: httpx.URL, response: httpx.Response, limits: Limits) -> Fetched:
    status = response.status_code
    if status in _GONE:
        raise SourceRejected("not-found", f"The server has no such page ({status}).")
    if status in _LOCKED:
        raise SourceRejected(
            "fetch-failed", f"The server does not give it to us ({status}). Add it from disk."
        )
    if status != 200:
        raise _failed(f"The server answered {status}.")
    declared = response.headers.get("content-type")
    limit = limits.max_html_bytes if "html" in (declared or "") else limits.max_file_bytes
    name = url.path.rstrip("/").rsplit("/", 1)[-1] or url.host
    return Fetched(source.uri, _body(response, limit), name, declared, str(url))


def _body(response: httpx.Response, limit: int) -> bytes:
    body = bytearray()
    for chunk in _chunks(response):
        body += chunk
        if len(body) > limit:
            raise SourceRejected(
                "too-large", f"It is larger than the limit of {limit / 1e6:.1f} MB."
            )
    return bytes(body)


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    """Yield the body, decompressed in bounded steps: 1 MB of gzip can hold 1 GB."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        yield from response.iter_raw()
        return
    if coding not in ("gzip", "x-gzip"):
        raise _failed(f"It is sent in a coding that was not asked for ({coding[:40]}).")
    inflate = zlib.decompressobj(wbits=31)
    for raw in response.iter_raw():
        yield inflate.decompress(raw, STEP_BYTES)
        while inflate.unconsumed_tail:
            yield inflate.decompress(inflate.unconsumed_tail, STEP_BYTES)
    if not inflate.eof:
        raise _failed("The transfer was cut off.")
