"""Nothing inside is connected to and nothing fills memory, whatever an address or a server does.

Every name resolves to what a test says, and every connection is recorded: those to addresses that
play the open internet end at a server on the loopback, all others are refused.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import SourceRejected
from ingest.model import Limits, Source
from ingest.sources import Network, fetch_source
from tests.ingest.test_sources import LOCAL, PAGE, Site, site

__all__ = ["site"]

OPEN = "93.184.216.34"
OPEN6 = "2606:2800:220:1::1"
POLITE = Network(delay_s=0, backoff_s=0)
BLUNT = Network(delay_s=0, backoff_s=0, robots=False)
ROOT = Path(__file__).parents[2]


class Recorder:
    """Stands between the client and the network."""

    def __init__(self, site: Site) -> None:
        self.names: dict[str, Callable[[], list[str]]] = {}
        self.connected: list[str] = []
        self._site = site
        self._resolve, self._connect = socket.getaddrinfo, socket.socket.connect

    def resolve(self, host: str, port: int, *_: object, **__: object) -> list[object]:
        kind = socket.SOCK_STREAM
        try:
            return self._resolve(host, port, type=kind, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            if host not in self.names:
                raise
        found = self.names[host]()
        return [(socket.AF_INET, kind, 6, "", (address, port)) for address in found]

    def connect(self, opened: socket.socket, address: tuple[str, int]) -> None:
        self.connected.append(address[0])
        if address[0] != OPEN:
            raise ConnectionRefusedError("a forbidden address was connected to")
        self._connect(opened, ("127.0.0.1", self._site.port))


@pytest.fixture
def recorder(site, monkeypatch) -> Iterator[Recorder]:
    made = Recorder(site)
    monkeypatch.setattr(socket, "getaddrinfo", made.resolve)
    monkeypatch.setattr(socket.socket, "connect", lambda s, a: made.connect(s, a))
    yield made


def code_of(url: str, network: Network = BLUNT, **limits: float) -> str:
    with pytest.raises(SourceRejected) as error:
        fetch_source(Source(url), Limits(**limits), network)  # type: ignore[arg-type]
    return error.value.code


FORMS = {
    "dotted": "127.0.0.1", "short": "127.1", "three parts": "127.0.1", "decimal": "2130706433",
    "hexadecimal": "0x7f000001", "hexadecimal parts": "0x7f.0x0.0x0.0x1", "octal": "017700000001",
    "octal parts": "0177.0.0.01", "mixed parts": "0x7f.0.0.01", "zero": "0", "any": "0.0.0.0",
    "trailing dot": "127.0.0.1.", "name": "localhost", "capitals": "LOCALHOST",
    "name with dot": "localhost.", "ideographic dots": "127。0。0。1",
    "full-width dots": "127．0．0．1", "full-width digits": "１２７.０.０.１",
    "circled digits": "①②⑦.⓪.⓪.①", "percent": "%31%32%37.0.0.1", "IDN": "bücher.example",
    "punycode": "xn--bcher-kva.example", "name inside": "metadata.internal",
    "userinfo": "example.org@127.0.0.1", "userinfo with port": "example.org:80@127.0.0.1",
    "empty userinfo": "@127.0.0.1", "backslash": "127.0.0.1\\@example.org",
    "IPv6": "[::1]", "IPv6 any": "[::]", "IPv6 in full": "[0:0:0:0:0:0:0:1]",
    "mapped": "[::ffff:127.0.0.1]", "mapped in hex": "[::ffff:7f00:1]",
    "compatible": "[::127.0.0.1]", "NAT64": "[64:ff9b::7f00:1]",
    "local NAT64": "[64:ff9b:1::7f00:1]", "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:7f00:1::1]", "link-local": "[fe80::1]", "zone": "[fe80::1%25lo]",
    "unique local": "[fc00::1]", "site-local": "[fec0::1]", "multicast": "[ff02::1]",
    "ten": "10.0.0.1", "private": "192.168.1.1", "metadata": "169.254.169.254",
    "metadata decimal": "2852039166", "metadata mapped": "[::ffff:169.254.169.254]",
    "carrier": "100.64.0.1", "shared metadata": "100.100.100.200", "Oracle": "192.0.0.192",
    "relay": "192.88.99.1", "broadcast": "255.255.255.255",
}  # fmt: skip


@pytest.mark.parametrize("host", FORMS.values(), ids=FORMS)
def test_no_form_of_an_inside_address_is_connected_to(recorder, site, host):
    for name in ("localhost", "localhost.", "127.0.0.1.", "metadata.internal",
                 "xn--bcher-kva.example", "127.0.0.1\\"):  # fmt: skip
        recorder.names[name] = lambda: ["127.0.0.1"]
    for network in (BLUNT, POLITE):
        assert code_of(f"http://{host}/", network) in ("forbidden-address", "fetch-failed")
    assert (recorder.connected, site.asked) == ([], [])


def test_there_are_more_forms_than_the_twenty_nine_of_the_plan():
    assert len(set(FORMS.values())) >= 29


def test_the_recorder_sees_what_is_allowed(recorder, site):
    recorder.names["open.example"] = lambda: [OPEN]
    site.answers["/"] = (200, {}, PAGE)
    assert fetch_source(Source("http://open.example/"), Limits(), BLUNT).data == PAGE
    assert recorder.connected == [OPEN]


def test_a_name_that_is_outside_first_and_inside_next_is_never_followed_inside(recorder, site):
    answers = iter([OPEN, "127.0.0.1", "10.0.0.1", "169.254.169.254"])
    recorder.names["rebind.example"] = lambda: [next(answers)]
    site.answers["/"] = (302, {"Location": "/again"}, b"")
    site.answers["/again"] = (200, {}, b"secret")
    assert code_of("http://rebind.example/") == "forbidden-address"
    assert (recorder.connected, site.asked) == ([OPEN], ["/"])


def test_a_name_is_resolved_once_a_connection(recorder, site):
    asked: list[str] = []
    recorder.names["once.example"] = lambda: asked.append("x") or [OPEN]
    site.answers["/"] = (200, {}, PAGE)
    fetch_source(Source("http://once.example/"), Limits(), BLUNT)
    assert len(asked) == 1


def test_of_a_name_with_addresses_outside_and_inside_none_is_connected_to(recorder):
    recorder.names["mixed.example"] = lambda: [OPEN, "192.168.0.1"]
    assert code_of("http://mixed.example/") == "forbidden-address"
    assert recorder.connected == []


@pytest.mark.parametrize("start", ["http://inside.example/", "http://open.example/"])
def test_the_reason_does_not_say_what_a_name_inside_stands_for(recorder, site, caplog, start):
    recorder.names["open.example"] = lambda: [OPEN]
    recorder.names["inside.example"] = lambda: ["10.1.2.3", "fd00::7"]
    site.answers["/"] = (302, {"Location": "http://inside.example/"}, b"")
    with pytest.raises(SourceRejected) as refused:
        fetch_source(Source(start), Limits(), BLUNT)
    assert "inside.example is not a public address" in refused.value.reason
    assert not re.search(r"10\.1|fd00", refused.value.reason)
    assert "10.1.2.3" in caplog.text


@pytest.mark.parametrize(
    "last",
    [
        "http://127.0.0.1/", "http://inside.example/", "http://2130706433/", "http://[::1]/",
        "//0x7f.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/",
        "http://open.example:22/", "http://user@open.example/", "https://169.254.169.254/latest",
    ],
)  # fmt: skip
def test_a_chain_of_redirects_ends_where_it_leads_inside(recorder, site, last):
    recorder.names["open.example"] = lambda: [OPEN]
    recorder.names["inside.example"] = lambda: ["10.1.2.3"]
    for number in range(3):
        site.answers[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    site.answers["/3"] = (307, {"Location": last}, b"")
    assert code_of("http://open.example/0") == "forbidden-address"
    assert set(recorder.connected) == {OPEN}
    assert site.asked == ["/0", "/1", "/2", "/3"]


def test_a_robots_txt_that_redirects_inside_is_not_followed(recorder, site):
    recorder.names["open.example"] = lambda: [OPEN]
    site.answers["/robots.txt"] = (302, {"Location": "http://127.0.0.1/admin"}, b"")
    assert code_of("http://open.example/", POLITE) == "forbidden-address"
    assert (set(recorder.connected), site.asked) == ({OPEN}, ["/robots.txt"])


def test_trafilatura_never_fetches():
    for path in (ROOT / "ingest").rglob("*.py"):
        assert "fetch_url" not in path.read_text("utf-8"), path


# Memory and time ----------------------------------------------------------------------------


def zeros(megabytes: int, noise: int = 0) -> bytes:
    """Return gzip of so many MB of zeros, each with so many bytes that do not compress."""
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(os.urandom(noise) + bytes(10**6 - noise)) for _ in range(megabytes)]
    return b"".join(parts) + packer.flush()


MEMBER = zeros(1)
CHILD = """
import json, re, sys
from pathlib import Path
from corpus.errors import SourceRejected
from ingest.model import Limits, Source
from ingest.sources import Network, fetch_source
network = Network(allow_private=True, ports=None, delay_s=0, backoff_s=0, robots=False)
codes = {}
for address in sys.argv[1:]:
    try:
        codes[address] = len(fetch_source(Source(address), Limits(), network).data)
    except SourceRejected as error:
        codes[address] = error.code
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([codes, int(peak[1]) / 1000]))
"""
"""Not ``ru_maxrss``: a child begins with its parent's."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_bombs_over_http_stay_under_150_mb(site):
    coded = {"Content-Encoding": "gzip"}
    big = zeros(400)
    expected = {
        "/gzip": ((200, coded, big), "too-large"),
        "/html": ((200, coded | {"Content-Type": "text/html"}, big), "too-large"),
        "/twice": ((200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(big)), "fetch-failed"),
        "/inner": ((200, coded, gzip.compress(big)), len(big)),
        "/members": ((200, coded, MEMBER * 400), "too-large"),
        "/brotli": ((200, {"Content-Encoding": "br"}, big), "fetch-failed"),
        "/noise": ((200, coded, zeros(130, noise=6_000)), "too-large"),
        "/plain": ((200, {}, (bytes(10**6) for _ in range(400))), "too-large"),
        "/length": ((200, {"Content-Length": "1000000000000"}, MEMBER), "fetch-failed"),
        "/padded": ((200, coded, iter([gzip.compress(PAGE), *[bytes(10**6)] * 300])), len(PAGE)),
    }
    site.answers = {path: answer for path, (answer, _) in expected.items()}
    addresses = [site.url(path) for path in expected]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *addresses],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    codes, peak_mb = json.loads(done.stdout)
    assert codes == {site.url(path): code for path, (_, code) in expected.items()}
    assert peak_mb < 150, f"{peak_mb:.0f} MB"


def test_what_unpacks_like_a_bomb_is_refused_below_the_limit(site):
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, zeros(20))
    assert code_of(site.url("/"), LOCAL, max_file_bytes=50_000_000) == "too-large"
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, zeros(20, noise=20_000))
    assert len(fetch_source(Source(site.url("/")), Limits(), LOCAL).data) == 20_000_000


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_drips_ends_at_the_deadline(where):
    """A byte every 50 ms keeps any read timeout content."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = (
            "import socket,sys,time; s=socket.socket(fileno=int(sys.argv[1]))\n"
            "c,_=s.accept(); c.recv(4096)\n"
            "if sys.argv[2]=='body': c.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n')\n"
            "while True: c.sendall(b'X'); time.sleep(.05)"
        )
        number = server.fileno()
        os.set_inheritable(number, True)
        slow = subprocess.Popen(
            [sys.executable, "-c", script, str(number), where],
            pass_fds=[number], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        network = Network(allow_private=True, ports=None, delay_s=0, backoff_s=0, robots=False)
        started = time.monotonic()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert code_of(url, network, fetch_timeout_s=0.6) == "fetch-failed"
        assert time.monotonic() - started < 3
        slow.kill()
        slow.wait()


def test_retries_of_a_dead_host_end_at_the_deadline(monkeypatch):
    """Three attempts, and the waits between them count."""
    network = Network(allow_private=True, ports=None, delay_s=0, backoff_s=5, robots=False)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        started = time.monotonic()
        assert code_of(url, network, fetch_timeout_s=1) == "fetch-failed"
    assert time.monotonic() - started < 2
