"""Where documents come from: folders without silence, and the web without a way inside."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.model import Fetched, Limits, Source
from ingest.sources import Network, expand_arguments, fetch_source

PAGE = b"<html><title>x</title></html>"
LOCAL = Network(allow_private=True, ports=None, delay_s=0, backoff_s=0, robots=False)
ANY_PORT = Network(ports=None, delay_s=0, backoff_s=0, robots=False)


def files(*arguments: Path | str) -> list[str]:
    return [
        s.uri.rsplit("/", 1)[-1]
        for s in expand_arguments(map(str, arguments))
        if isinstance(s, Source)
    ]


def refused(*arguments: Path | str) -> list[str | None]:
    return [o.code for o in expand_arguments(map(str, arguments)) if isinstance(o, Outcome)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden", ".git/d.txt"):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    return tmp_path / "folder"


def test_a_folder_is_walked_in_order_without_hidden_files(folder):
    assert files(folder) == ["a.txt", "b.txt", "c.txt"]


def test_a_source_is_an_absolute_file_uri_however_it_is_named(folder, monkeypatch):
    monkeypatch.chdir(folder / "deep")
    expected = (folder / "a.txt").as_uri()
    for name in ("../a.txt", expected, str(folder / "a.txt")):
        assert [s.uri for s in expand_arguments([name]) if isinstance(s, Source)] == [expected]


def test_what_is_named_twice_is_taken_once(folder):
    assert files(folder / "a.txt", folder, folder) == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("..", "outside"),
        ("deep", "not-readable"),
        (".", "not-readable"),
        ("gone", "not-found"),
    ],
)
def test_links_that_lead_astray_are_refused(folder, target, code):
    (folder / "link").symlink_to(folder / target)
    assert refused(folder) == [code]
    assert len(files(folder)) == 3


def test_a_link_to_a_file_of_the_folder_is_a_source(folder):
    (folder / "link.txt").symlink_to(folder / "a.txt")
    assert "link.txt" in files(folder)


def test_nothing_named_ends_in_silence(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    arguments = (tmp_path / "empty", tmp_path / "nowhere", "ftp://x.org/a", "http://[bad")
    assert refused(*arguments) == ["not-found", "not-found", "unsupported", "fetch-failed"]


def test_what_is_not_there_is_said_once(tmp_path):
    (outcome,) = expand_arguments([str(tmp_path / "nowhere")])
    assert outcome.reason == "There is no such file or folder. Check the path."


def test_a_file_over_the_limit_or_gone_or_no_file_is_refused(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    cases = {
        folder / "a.txt": "too-large",
        folder / "z.txt": "not-found",
        tmp_path / "pipe": "not-readable",
    }
    for path, code in cases.items():
        with pytest.raises(SourceRejected) as error:
            fetch_source(Source(path.as_uri(), path), Limits(max_file_bytes=3), Network())
        assert error.value.code == code


class Site(ThreadingHTTPServer):
    """A server on the loopback; ``answers`` maps a path to status, headers and body.

    An answer may be a function of the handler that asks, and a body an iterator of pieces.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.answers.get(self.path) or self.server.answers.get(
            self.path.partition("?")[0], (404, {}, b"")
        )
        status, headers, body = answer(self) if callable(answer) else answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.path == "/slow":
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        else:
            with contextlib.suppress(ConnectionError):  # whoever asks may have had enough
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(url: str, network: Network = LOCAL, **limits: float) -> Fetched:
    return fetch_source(Source(url), Limits(**limits), network)  # type: ignore[arg-type]


def code_of(url: str, network: Network = LOCAL, **limits: float) -> str:
    with pytest.raises(SourceRejected) as error:
        get(url, network, **limits)
    return error.value.code


def test_a_port_that_is_refused_is_told_with_those_that_are_allowed():
    with pytest.raises(SourceRejected, match="Port 8377 is not fetched from, only 80 and 443"):
        get("https://example.org:8377/oai", Network())


def test_a_page_is_fetched_with_its_header_and_final_address(site):
    site.answers["/a"] = (302, {"Location": "/b.html"}, b"")
    site.answers["/b.html"] = (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE)
    got = get(site.url("/a#part"))
    assert (got.data, got.name, got.url) == (PAGE, "b.html", site.url("/b.html"))
    assert got.declared == "text/html; charset=utf-8"


def test_gzip_is_unpacked(site):
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE))
    assert get(site.url("/")).data == PAGE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, {}, b""), "not-found"),
        ((403, {}, b""), "locked"),
        ((500, {}, b""), "fetch-failed"),
        ((302, {"Location": "/"}, b""), "fetch-failed"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "forbidden-address"),
        ((302, {"Location": "gopher://127.0.0.1/"}, b""), "forbidden-address"),
        ((200, {"Content-Encoding": "br"}, b"x"), "fetch-failed"),
        ((200, {"Content-Encoding": "gzip"}, b"not gzip"), "fetch-failed"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE)[:-9]), "fetch-failed"),
        ((200, {}, b"x" * 2_000_001), "too-large"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000))), "too-large"),
    ],
)
def test_answers_that_are_no_document_are_refused(site, answer, code):
    site.answers["/"] = answer
    assert code_of(site.url("/"), max_file_bytes=2_000_000) == code


def test_a_server_that_drips_is_given_up_at_the_deadline(site):
    site.answers["/slow"] = (200, {}, b"x" * 200)
    started = time.monotonic()
    assert code_of(site.url("/slow"), fetch_timeout_s=0.5) == "fetch-failed"
    assert time.monotonic() - started < 3


def test_a_server_that_is_not_there_is_a_failed_fetch(site):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert code_of(f"http://127.0.0.1:{unused.getsockname()[1]}/") == "fetch-failed"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0.0.0.0",
        "127。0。0。1", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:7f00:1]",
    ],
)  # fmt: skip
def test_no_form_of_the_loopback_is_connected_to(site, host):
    site.answers["/"] = (200, {}, PAGE)
    assert code_of(site.url("/", host), ANY_PORT) in ("forbidden-address", "fetch-failed")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "192.0.0.192", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "0.0.0.0", "::", "::1", "::127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "2001:db8::1", "3fff::1", "fe80::1%eth0",
        "fc00::1", "fec0::1", "ff02::1", "5f00::1", "not-an-address",
    ],
)  # fmt: skip
def test_an_address_that_is_not_on_the_open_internet_is_not_public(address):
    from ingest.sources.network import is_public

    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_an_address_on_the_open_internet_is_public(address):
    from ingest.sources.network import is_public

    assert is_public(address)


def test_a_name_with_one_private_address_among_its_addresses_is_refused(site, monkeypatch):
    answer = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, site.port))
        for a in ("8.8.8.8", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    assert code_of(site.url("/", "mixed.example"), ANY_PORT) == "forbidden-address"
    assert site.asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(site, monkeypatch):
    """A name that answers differently the second time is never asked a second time."""
    from ingest.sources import network

    asked, checked, real = [], [], socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        asked.append(host)
        return real("127.0.0.1" if host == "rebind.example" else host, port, *args, **kwargs)

    site.answers["/"] = (200, {}, PAGE)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(network, "is_public", lambda address: not checked.append(address))
    assert get(site.url("/", "rebind.example"), ANY_PORT).data == PAGE
    assert checked == ["127.0.0.1"]
    assert asked.count("rebind.example") == 1


def test_a_redirect_inside_is_refused_as_well(site, monkeypatch):
    """The first hop is allowed by making its check pass, the second hop is the real loopback."""
    from ingest.sources import network

    site.answers["/"] = (302, {"Location": site.url("/inside", "localhost")}, b"")
    hops = iter((True,))
    monkeypatch.setattr(network, "is_public", lambda _: next(hops, False))
    assert code_of(site.url("/"), ANY_PORT) == "forbidden-address"
    assert site.asked == ["/"]


@pytest.mark.parametrize("url", ["http://user:pass@example.org/", "http://example.org:8080/"])
def test_passwords_and_other_ports_are_refused_before_connecting(url):
    assert code_of(url, Network()) == "forbidden-address"


def test_proxies_of_the_environment_are_not_used(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    site.answers["/"] = (200, {}, PAGE)
    assert get(site.url("/")).data == PAGE
