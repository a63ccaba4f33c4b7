"""Do addresses answer? Asked by HEAD, by GET where that is refused, and never with a body."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.model import Limits
from ingest.sources.links import check_link, check_links
from tests.ingest.test_sources import ANY_PORT, LOCAL, PAGE, Handler, Site
from tests.ingest.test_sources_polite import local


class HeadHandler(Handler):
    """As the other sites, and it answers HEAD with the same status."""

    def do_HEAD(self) -> None:  # noqa: N802
        self.server.heads.append(self.path)
        status, headers, _ = self.server.answers.get(self.path, (404, {}, b""))
        self.send_response(self.server.head_status or status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


class HeadSite(Site):
    def __init__(self) -> None:
        self.heads: list[str] = []
        self.head_status: int | None = None
        super().__init__()
        self.RequestHandlerClass = HeadHandler


@pytest.fixture
def site() -> Iterator[HeadSite]:
    import threading

    with HeadSite() as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield served
        served.shutdown()


def state_of(site: HeadSite, path: str, **more: object) -> str:
    return check_link(site.url(path), Limits(**more), LOCAL).state  # type: ignore[arg-type]


def test_a_page_that_answers_head_is_not_asked_for(site):
    site.answers = {"/a": (200, {}, PAGE)}
    assert state_of(site, "/a") == "alive"
    assert (site.heads, site.asked) == (["/a"], [])


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_where_head_fails_get_is_asked(site, status):
    site.answers, site.head_status = {"/a": (200, {}, PAGE)}, status
    assert state_of(site, "/a") == "alive"
    assert site.asked == ["/a"]


def test_no_body_is_taken(site):
    site.answers, site.head_status = {"/a": (200, {}, b"x" * 5_000_000)}, 405
    assert state_of(site, "/a", max_file_bytes=10, max_html_bytes=10) == "alive"


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, "dead"), (410, "dead"), (401, "locked"), (403, "locked"), (500, "unreachable"),
     (503, "unreachable")],
)  # fmt: skip
def test_what_a_status_means(site, status, state):
    site.answers = {"/a": (status, {}, b"")}
    found = check_link(site.url("/a"), Limits(), LOCAL)
    assert (found.state, str(status) in found.reason) == (state, True)
    assert "add the file" not in found.reason


def test_a_redirect_is_followed_and_said(site):
    site.answers = {"/a": (301, {"Location": "/b"}, b""), "/b": (200, {}, PAGE)}
    found = check_link(site.url("/a"), Limits(), LOCAL)
    assert (found.state, found.found_at) == ("alive", site.url("/b"))
    site.answers = {"/c": (302, {"Location": "/c"}, b"")}
    assert state_of(site, "/c") == "unreachable"


def test_where_nobody_listens_it_is_unreachable(site):
    site.server_close()
    assert state_of(site, "/a") == "unreachable"


def test_robots_txt_is_heeded(site):
    site.answers = {"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /a"), "/a": (200, {}, PAGE)}
    assert check_link(site.url("/a"), Limits(), local()).state == "unchecked"
    assert "/a" not in [*site.heads, *site.asked]


def test_an_address_inside_a_network_is_not_connected_to(site):
    site.answers = {"/a": (200, {}, PAGE)}
    assert check_link(site.url("/a"), Limits(), ANY_PORT).state == "unchecked"
    assert site.heads == site.asked == []


@pytest.mark.parametrize("url", ["http://[::1", "file:///etc/passwd", "http://", "nonsense"])
def test_what_is_no_address_is_an_answer_not_an_error(url):
    assert check_link(url, Limits(), LOCAL).state in ("dead", "unchecked", "unreachable")


def test_each_address_is_asked_once(site):
    site.answers = {"/a": (200, {}, PAGE)}
    url = site.url("/a")
    assert [c.url for c in check_links([url, url], Limits(), LOCAL)] == [url]
    assert len(site.heads) == 1
