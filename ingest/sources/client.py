"""One polite GET: robots.txt, a turn at the host, retries, redirects, and limits on everything.

Every byte from the web comes through here; ``network`` decides which addresses may be connected
to. Imported only when something is fetched: httpx is loaded with it.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpcore
import httpx

from corpus.errors import SourceRejected
from ingest.model import Limits
from ingest.sources import robots
from ingest.sources.hosts import Network
from ingest.sources.inflate import read_body
from ingest.sources.network import GuardedBackend, GuardedTransport

ADVICE: Final = "Try again later, or add the file from disk."
READ_TIMEOUT_S: Final = 15.0
ATTEMPTS: Final = 3
_GONE: Final = (404, 410)
_LOCKED: Final = (401, 402, 403, 407)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_BUSY: Final = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; ``url`` is the address after redirects.

    ``data`` is ``None`` if nothing has changed (304).
    """

    url: str
    data: bytes | None
    declared: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class _Asking:
    """A request in progress: what it asks for, and the seconds left to answer it."""

    network: Network
    limits: Limits
    max_bytes: int
    conditions: Mapping[str, str]
    left_s: float
    method: str = "GET"
    wants_body: bool = True
    answered: bool = False


class _Again(Exception):
    """The request may be repeated, after the seconds that the server asks for."""

    def __init__(self, rejection: SourceRejected, after_s: float | None = None) -> None:
        super().__init__(rejection.reason)
        self.rejection = rejection
        self.after_s = after_s


def fetch_body(
    url: str,
    limits: Limits,
    network: Network,
    *,
    max_bytes: int | None = None,
    conditions: Mapping[str, str] | None = None,
    heed_robots: bool = True,
) -> Answer:
    """Fetch one address.

    Args:
        url: an http or https address.
        limits: bound size, time and redirects; time waiting for one's turn does not count.
        network: where fetching may go.
        max_bytes: the largest body that is taken, instead of the limits on files and HTML.
        conditions: the headers of a conditional request.
        heed_robots: ask robots.txt; not for interfaces made for programs, such as OAI-PMH.

    Raises:
        SourceRejected: ``forbidden-address``, ``robots``, ``not-found``, ``too-large`` or
            ``fetch-failed``.
    """
    size = max_bytes or limits.max_file_bytes
    asking = _Asking(network, limits, size, conditions or {}, limits.fetch_timeout_s)
    html = limits.max_html_bytes if max_bytes is None else size
    return _follow(url, asking, html, heed_robots=heed_robots)


def probe_address(url: str, limits: Limits, network: Network) -> Answer:
    """Ask whether an address exists, without reading the body.

    By HEAD, and by GET where a server refuses HEAD or answers it with an error: many do.

    Raises:
        SourceRejected: as ``fetch_body``, but never ``too-large``.
    """
    asking = _Asking(network, limits, 0, {}, limits.fetch_timeout_s, "HEAD", wants_body=False)
    try:
        return _follow(url, asking, 0)
    except SourceRejected:
        if not asking.answered:
            raise
    asking = _Asking(network, limits, 0, {}, limits.fetch_timeout_s, wants_body=False)
    return _follow(url, asking, 0)


def _follow(url: str, asking: _Asking, html: int, *, heed_robots: bool = True) -> Answer:
    limits, network = asking.limits, asking.network
    with _translated(limits.fetch_timeout_s):
        target = httpx.URL(url)
        for _ in range(limits.max_redirects + 1):
            check_address(target, network)
            delay = _heed(target, limits, network) if heed_robots and network.robots else 0.0
            answer_or_address = _patiently(target, asking, html, delay)
            if isinstance(answer_or_address, Answer):
                return answer_or_address
            target = target.join(answer_or_address)
    raise fetch_failure(f"It redirects more than {limits.max_redirects} times.")


@contextlib.contextmanager
def _translated(timeout_s: float) -> Iterator[None]:
    try:
        yield
    except (httpx.TimeoutException, httpcore.TimeoutException) as error:
        raise fetch_failure(f"The server did not answer within {timeout_s:.0f} s.") from error
    except (
        httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError,
        httpcore.UnsupportedProtocol, UnicodeError, ValueError,
    ) as error:  # fmt: skip
        raise fetch_failure(
            f"It could not be fetched ({error or type(error).__name__})."
        ) from error


def fetch_failure(what: str) -> SourceRejected:
    """Return the rejection of a source that could not be fetched."""
    return SourceRejected("fetch-failed", f"{what} {ADVICE}")


def check_address(url: httpx.URL, network: Network) -> None:
    """Refuse an address by how it is written: what it stands for is checked on connecting.

    Raises:
        SourceRejected: ``forbidden-address``.
    """
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
        allowed = " and ".join(map(str, sorted(network.ports)))
        raise SourceRejected(
            "forbidden-address", f"Port {port} is not fetched from, only {allowed}."
        )


def _heed(url: httpx.URL, limits: Limits, network: Network) -> float:
    """Return the seconds that the host asks us to leave between requests, if it lets us in."""
    address = str(url.copy_with(path="/robots.txt", query=None, fragment=None))
    rules = network.hosts.rules_of(
        f"{url.scheme}://{url.netloc.decode('ascii')}",
        lambda: _read_rules(address, limits, network),
    )
    if not rules.allows(str(url)):
        raise SourceRejected(
            "robots",
            f"{url.host} asks programs not to fetch this address (robots.txt). Download it "
            "yourself and add it from disk.",
        )
    return min(rules.delay_s, network.max_wait_s)


def _read_rules(address: str, limits: Limits, network: Network) -> robots.Rules:
    """Read a robots.txt: none, or one we may not read, allows everything (RFC 9309, 2.3.1)."""
    try:
        answer = fetch_body(address, limits, network, max_bytes=robots.MAX_BYTES, heed_robots=False)
    except SourceRejected as error:
        if error.code in ("not-found", "locked", "too-large"):
            return robots.Rules()
        raise
    return robots.read_rules(answer.data or b"")


def _patiently(url: httpx.URL, asking: _Asking, html_bytes: int, delay_s: float) -> Answer | str:
    """Return the answer, or the address it redirects to; repeat after temporary failures."""
    network = asking.network
    for attempt in range(ATTEMPTS):
        try:
            with network.hosts.take_turn(url.host, max(network.delay_s, delay_s)):
                return _once(url, asking, html_bytes)
        except _Again as again:
            wait = again.after_s
            if wait is None:
                wait = network.backoff_s * 2**attempt * random.uniform(0.75, 1.25)
            if attempt + 1 == ATTEMPTS or wait > min(network.max_wait_s, asking.left_s):
                raise again.rejection from again
            asking.left_s -= wait
            time.sleep(wait)
    raise AssertionError("unreachable")


def _once(url: httpx.URL, asking: _Asking, html_bytes: int) -> Answer | str:
    started = time.monotonic()
    network = asking.network
    backend = GuardedBackend(started + asking.left_s, allow_private=network.allow_private)
    try:
        with (
            httpx.Client(
                transport=GuardedTransport(backend),
                timeout=READ_TIMEOUT_S,
                trust_env=False,
                headers={
                    "User-Agent": network.user_agent,
                    "Accept-Encoding": "gzip, identity",
                    **asking.conditions,
                },
            ) as client,
            client.stream(asking.method, url, follow_redirects=False) as response,
        ):
            return _answer(url, response, asking, html_bytes)
    except (httpx.ConnectError, httpcore.ConnectError) as error:
        raise _Again(fetch_failure(f"The connection failed ({error}).")) from error
    finally:
        asking.left_s -= time.monotonic() - started


def _answer(
    url: httpx.URL, response: httpx.Response, asking: _Asking, html_bytes: int
) -> Answer | str:
    status, headers = response.status_code, response.headers
    asking.answered = True
    if status in _REDIRECTS:
        if not headers.get("location", "").strip():
            raise fetch_failure(
                f"The server answered {status}, a redirect, but does not say where to."
            )
        return str(headers["location"])
    declared = headers.get("content-type")
    answer = Answer(str(url), None, declared, headers.get("etag"), headers.get("last-modified"))
    if status == 304 and asking.conditions:
        return answer
    if status != 200:
        raise _refusal(status, headers)
    if not asking.wants_body:
        return answer
    limit = min(asking.max_bytes, html_bytes) if "html" in (declared or "") else asking.max_bytes
    coding = headers.get("content-encoding", "identity")
    return replace(answer, data=read_body(response.iter_raw(), coding, limit))


def _refusal(status: int, headers: httpx.Headers) -> Exception:
    if status in _GONE:
        return SourceRejected("not-found", f"The server has no such page ({status}).")
    if status in _LOCKED:
        return SourceRejected(
            "locked",
            f"The server denies access ({status}). Download it yourself and add it from disk.",
        )
    if status in _BUSY:
        after = _seconds(headers.get("retry-after"))
        when = f" and asks to come back in {after:.0f} s" if after else ""
        return _Again(fetch_failure(f"The server is busy ({status}){when}."), after)
    return fetch_failure(f"The server answered {status}.")


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds a Retry-After header stands for (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
