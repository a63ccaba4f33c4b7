"""What a stranger's document or address can do to a reader: nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.support.served import BREAKOUT, HOSTILE, LOCAL, NO_ONE, REPORT, SCRIPT, serving

PAGES = [
    "/",
    "/documents?limit=50",
    "/documents?kind=blog",
    "/search?q=hostile+words",
    f"/documents/{HOSTILE}",
    f"/documents/{REPORT}",
    "/api",
    "/nothing",
]
PAYLOADS = [
    SCRIPT,
    BREAKOUT,
    "</title><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<mark>x</mark><iframe srcdoc=x>",
    "{{ 777*777 }}{% raw %}",
    "javascript:alert(1)",
    "\u2028</script>",
    "&lt;script&gt;",
    "`<math><mi xlink:href=javascript:alert(1)>`",
]


OWN_SCRIPTS = [
    {"src": "/static/suggesting.js", "defer": None},
    {"src": "/static/copying.js", "defer": None},
    {"type": "application/ld+json"},  # data, which browsers do not run
]
"""The only scripts of these pages, as they write them; an answer cannot add words to them."""
RUNS = re.compile(r"(javascript|data|vbscript):")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


class Dangers(HTMLParser):
    """Whatever in a page could run, or load from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and dict(attrs) in OWN_SCRIPTS:
            return
        if tag in ("script", "img", "svg", "iframe", "math", "object", "embed", "base", "style"):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action") and RUNS.match(address):
                self.found.append(f"{tag} {name}={address}")
            if name == "src" or (tag == "link" and name == "href"):
                assert not address.startswith(("http", "//")), f"{tag} loads {address}"


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_document_does_nothing_on_any_page(client: TestClient, path: str) -> None:
    assert Dangers(client.get(path).text).found == []


def test_the_hostile_document_is_really_shown(client: TestClient) -> None:
    html = client.get(f"/documents/{HOSTILE}").text
    for field in ("Hostile", "img src=x", "alert(", "onload"):
        assert field in html
    assert client.get("/search?q=hostile+words").text.count("Hostile") > 1


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("parameter", ["q", "publisher", "country", "language", "utm_source"])
def test_a_hostile_address_does_nothing(client: TestClient, parameter: str, payload: str) -> None:
    response = client.get(f"/search?q=a&{parameter}={quote(payload)}")
    assert response.status_code == 200
    assert Dangers(response.text).found == []
    assert "603729" not in response.text


@pytest.mark.parametrize(
    "path",
    ["/search?stage={}", "/search?cursor={}", "/search?limit={}", "/documents/{}", "/{}"],
)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_mistake_does_nothing(client: TestClient, path: str, payload: str) -> None:
    response = client.get(path.format(quote(payload, safe="")))
    assert response.status_code in (404, 422)
    assert Dangers(response.text).found == []


ALL = [
    *PAGES,
    "/static/pages.css",
    "/favicon.svg",
    "/api/v1/search?q=a",
    "/api/v1/openapi.json",
    f"/api/v1/documents/{NO_ONE}",
    "/api/v1/search?limit=x",
    "/api/v1/health",
    "/api/v1/ready",
]


@pytest.mark.parametrize("path", ALL)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert directive in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_pdf_may_show_itself_and_nothing_else(client: TestClient) -> None:
    policy = client.get(f"/api/v1/documents/{LOCAL}/original").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


def test_what_people_search_for_is_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in ("/search", "/api/v1/search"):
            client.get(f"{path}?q=confidential&publisher=confidential&limit=5")
            client.get(f"{path}?q=confidential&limit=confidential")
    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert not [line for line in lines if "confidential" in line]
    wanted = re.compile(r"GET /api/v1/search 200 \d+ ms [0-9a-f]{16}")
    assert [line for line in lines if wanted.fullmatch(line)]


def test_a_path_cannot_write_lines_into_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="search_api.access"):
        client.get("/a%0AGET%20/forged%20200")
    assert "\n" not in caplog.messages[-1]
