"""Posts a small body to an address on the web, through the guard that fetching goes through.

Imported only when something is posted: httpx is loaded with it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from typing import Final

import httpcore
import httpx

from corpus.errors import SourceRejected
from ingest.sources.client import check_address
from ingest.sources.hosts import Network
from ingest.sources.network import GuardedBackend, GuardedTransport, allowed_addresses

TIME_LIMIT_S: Final = 10.0
"""From the first byte to the head of the answer, name lookup not counted."""
_ADVICE: Final = "Nothing is posted there."


def check_target(url: str, network: Network) -> None:
    """Refuse an address that nothing is posted to, before anything is sent.

    A name that nobody knows now is not refused: it may be known when something is posted.

    Raises:
        SourceRejected: it is no http or https address, names another port or a user, or stands for
            an address that is not on the open internet.
    """
    target = _read_target(url, network)
    with contextlib.suppress(httpcore.ConnectError):
        host = target.raw_host.decode("ascii")
        allowed_addresses(host, 0, allow_private=network.allow_private, advice=_ADVICE)


def _read_target(url: str, network: Network) -> httpx.URL:
    """Return an address that is written as it may be; what it stands for is not checked."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SourceRejected("forbidden-address", f"{url} is not an address: {error}.") from error
    check_address(target, network)
    return target


def post_body(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    network: Network,
    *,
    time_limit_s: float = TIME_LIMIT_S,
) -> str | None:
    """Post a body; return why it was not taken, or ``None`` when the answer was 2xx.

    No redirect is followed, and what the other side says beside its status is not read.
    """
    backend = GuardedBackend(
        time.monotonic() + time_limit_s, allow_private=network.allow_private, advice=_ADVICE
    )
    try:
        target = _read_target(url, network)
        with (
            httpx.Client(
                transport=GuardedTransport(backend),
                timeout=time_limit_s,
                trust_env=False,
                headers={"User-Agent": network.user_agent, **headers},
            ) as client,
            client.stream("POST", target, content=body, follow_redirects=False) as response,
        ):
            status = response.status_code
    except SourceRejected as error:
        return error.reason
    except (httpx.TimeoutException, httpcore.TimeoutException):
        return f"It did not answer within {time_limit_s:g} s."
    except (
        httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, UnicodeError, ValueError,
    ) as error:  # fmt: skip
        return f"It cannot be reached ({error or type(error).__name__})."
    return None if 200 <= status < 300 else f"It answered {status}."
