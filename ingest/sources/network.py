"""The only way to the network: an httpx transport that checks each address as it connects.

A check before connecting can be answered with one address and the connection with another (DNS
rebinding); here the address that was checked is the address that is connected to. Imported only
when something is fetched: httpx and httpcore are loaded with it.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

import httpcore
import httpx

from corpus.errors import SourceRejected

_log = logging.getLogger(__name__)
ADVICE: Final = "Download the file yourself and add it from disk."
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What `is_global` and `not is_private` let through (measured on 25 addresses: 8 leaks each).
_REFUSED: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ),
    )
)  # fmt: skip
_IPV6_UNICAST: Final = ipaddress.ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Whether an address is one on the open internet.

    Of IPv6 only global unicast, without the ranges that carry an IPv4 address inside (6to4,
    Teredo, NAT64, mapped and compatible forms).
    """
    try:
        ip: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if ip.version == 6 and ip not in _IPV6_UNICAST:
        return False
    refused = any(ip in network for network in _REFUSED if network.version == ip.version)
    return ip.is_global and not refused


class GuardedBackend:
    """Resolves a name, checks all its addresses, and connects to one that was checked.

    A name with one public and one private address is refused: the mix is how rebinding looks.

    Args:
        deadline: the ``time.monotonic()`` moment after which reading and writing fail; a read
            timeout alone lets a server that sends a byte a second go on for ever.
        allow_private: connect to any address (tests against servers on the loopback).
        advice: what to do instead, told with a refusal.
    """

    def __init__(
        self, deadline: float, *, allow_private: bool = False, advice: str = ADVICE
    ) -> None:
        self._advice = advice
        self._deadline = deadline
        self._allow_private = allow_private
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that answers."""
        addresses = allowed_addresses(
            host, port, allow_private=self._allow_private, advice=self._advice
        )
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(
                    address, port, _remaining(self._deadline, timeout), local_address,
                    socket_options,
                )  # fmt: skip
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Refuse: nothing on the internet is a local socket."""
        raise SourceRejected("forbidden-address", f"{path} is a local socket.")

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between attempts."""
        self._backend.sleep(seconds)


def allowed_addresses(
    host: str, port: int, *, allow_private: bool = False, advice: str = ADVICE
) -> list[str]:
    """Return the addresses that a name stands for now, all of them checked.

    Args:
        host: a name, or an address in any of its forms.
        port: is not checked here.
        allow_private: allow any address.
        advice: what to do instead, told with a refusal.

    Raises:
        SourceRejected: one of them is not on the open internet.
        httpcore.ConnectError: the name is not known.
    """
    addresses = _resolve(host, port)
    refused = [a for a in addresses if not is_public(a)]
    if refused and not allow_private:
        # Members read the reason: what a name stands for inside a network is for the log alone.
        if host != refused[0]:
            _log.warning("%s is %s, which is not public", host, refused[0])
        raise SourceRejected(
            "forbidden-address", f"{host} is not a public address on the internet. {advice}"
        )
    return addresses


def _resolve(host: str, port: int) -> list[str]:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} is not known") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _remaining(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time limit is over")
    return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every operation ends by one deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _remaining(self._deadline, timeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport over a pool that knows no other way to connect than the guarded one.

    httpx's own transport takes no network backend; a subclass that swapped its private pool would
    fail open on the day the attribute is renamed.
    """

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=backend,  # type: ignore[arg-type]  # it offers the same three calls
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the caller reads the body as it comes."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
