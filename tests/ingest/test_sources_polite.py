"""A guest on the web: asks robots.txt, waits its turn, says who it is, and asks for news only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.originals import Originals
from corpus.documents.fetches import fetch_of
from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.intake import add_sources
from ingest.model import Limits, Source
from ingest.sources import Network, expand_arguments, fetch_source
from ingest.sources.hosts import Hosts
from ingest.sources.url import canonical_url
from tests.ingest.test_sources import PAGE, Site, site

__all__ = ["site"]

TEXT = ("<html><title>Teachers and evidence</title><body><article>" + "".join(
    f"<p>School {i} asked its teachers what evidence they used in year {i}.</p>" for i in range(30)
) + "</article></body></html>").encode()  # fmt: skip


def local(**more: object) -> Network:
    settings = {"allow_private": True, "ports": None, "delay_s": 0, "backoff_s": 0.01} | more
    return Network(**settings)  # type: ignore[arg-type]


def code_of(url: str, network: Network, **limits: float) -> str:
    with pytest.raises(SourceRejected) as error:
        fetch_source(Source(url), Limits(**limits), network)  # type: ignore[arg-type]
    return error.value.code


def taking(url: str, catalogue: Catalogue, tmp_path, network: Network | None = None) -> Outcome:
    originals = Originals(tmp_path / "originals")
    (outcome,) = add_sources([url], catalogue, originals, network=network or local(), workers=0)
    return outcome


# robots.txt ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}, b"User-agent: *\nDisallow: /private/"), "robots"),
        ((200, {}, b"User-agent: salex-evidence\nDisallow: /"), "robots"),
        ((503, {}, b""), "fetch-failed"),
    ],
    ids=["all programs", "us by name", "cannot be asked"],
)
def test_what_robots_txt_closes_is_not_fetched(site, answer, code):
    site.answers = {"/robots.txt": answer, "/private/a": (200, {}, PAGE)}
    assert code_of(site.url("/private/a"), local()) == code
    assert "/private/a" not in site.asked


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b""),
        (403, {}, b""),
        (200, {}, b"User-agent: *\nDisallow: /other/"),
        (200, {}, b"User-agent: other\nDisallow: /"),
        (200, {}, b"<html>\xff not a robots.txt</html>"),
        (200, {}, b"# " + b"x" * 600_000),
    ],
    ids=["none", "forbidden", "elsewhere", "for others", "a page", "huge"],
)
def test_what_robots_txt_leaves_open_is_fetched(site, answer):
    site.answers = {"/robots.txt": answer, "/a": (200, {}, PAGE)}
    assert fetch_source(Source(site.url("/a")), Limits(), local()).data == PAGE


def test_robots_txt_is_asked_once_a_host(site):
    site.answers = {"/a": (200, {}, PAGE), "/b": (200, {}, PAGE)}
    network = local()
    for path in ("/a", "/b"):
        fetch_source(Source(site.url(path)), Limits(), network)
    assert site.asked == ["/robots.txt", "/a", "/b"]


def test_a_redirect_to_nowhere_is_told_at_once(site):
    site.answers = {"/a": (302, {}, b""), "/b": (301, {"Location": " "}, b"")}
    for path in ("/a", "/b"):
        with pytest.raises(SourceRejected, match="does not say where to") as error:
            fetch_source(Source(site.url(path)), Limits(), local(robots=False))
        assert error.value.code == "fetch-failed"
    assert site.asked == ["/a", "/b"]


def test_robots_txt_holds_for_where_a_redirect_leads(site):
    site.answers = {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /closed"),
        "/a": (302, {"Location": "/closed"}, b""),
    }
    assert code_of(site.url("/a"), local()) == "robots"
    assert "/closed" not in site.asked


# Turns and retries --------------------------------------------------------------------------


def test_requests_to_one_host_keep_their_distance():
    hosts, started = Hosts(), time.monotonic()
    for _ in range(3):
        with hosts.take_turn("a.example", 0.1):
            pass
    with hosts.take_turn("b.example", 10):
        pass
    assert 0.2 <= time.monotonic() - started < 1


def test_one_request_at_a_time_to_a_host():
    hosts, inside, most = Hosts(), [], []

    def visit() -> None:
        with hosts.take_turn("a.example", 0):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=visit) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_crawl_delay_is_kept(site):
    site.answers = {
        "/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 1\nDisallow:"),
        "/a": (200, {}, PAGE),
    }
    started = time.monotonic()
    fetch_source(Source(site.url("/a")), Limits(), local(max_wait_s=0.3))
    assert 0.3 <= time.monotonic() - started < 1


def after(site: Site, *answers: tuple[int, dict[str, str], bytes]) -> None:
    """Let ``/`` give one answer after the other, the last for ever."""
    waiting: Iterator[tuple[int, dict[str, str], bytes]] = iter(answers[:-1])
    site.answers["/"] = lambda _: next(waiting, answers[-1])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_for_a_moment_is_asked_again(site, status):
    after(site, (status, {}, b""), (status, {}, b""), (200, {}, PAGE))
    assert fetch_source(Source(site.url("/")), Limits(), local()).data == PAGE
    assert site.asked.count("/") == 3


@pytest.mark.parametrize(("status", "times"), [(503, 3), (500, 1), (404, 1), (403, 1)])
def test_no_more_than_three_times_and_only_where_it_may_help(site, status, times):
    after(site, (status, {}, b""))
    code_of(site.url("/"), local())
    assert site.asked.count("/") == times


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_waited_for(site, as_date):
    wait = formatdate(time.time() + 2, usegmt=True) if as_date else "1"
    after(site, (503, {"Retry-After": wait}, b""), (200, {}, PAGE))
    started = time.monotonic()
    assert fetch_source(Source(site.url("/")), Limits(), local()).data == PAGE
    assert 0.9 <= time.monotonic() - started < 3


def test_a_long_retry_after_is_told_and_not_waited_for(site):
    after(site, (503, {"Retry-After": "3600"}, b""))
    with pytest.raises(SourceRejected, match="come back in 3600 s"):
        fetch_source(Source(site.url("/")), Limits(), local())
    assert site.asked.count("/") == 1


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("mailto:library@example.org", " (+mailto:library@example.org)"),
        (None, ""),
        ("a\r\nX-Evil: 1", " (+aX-Evil: 1)"),
    ],
)
def test_we_say_who_we_are(site, contact, told):
    site.answers["/"] = (200, {}, PAGE)
    fetch_source(Source(site.url("/")), Limits(), local(contact=contact))
    for headers in site.headers:
        name, _, rest = headers["user-agent"].partition("/")
        assert (name, rest.lstrip("0123456789.")) == ("salex-evidence", told)
        assert "x-evil" not in headers


# Only the news ------------------------------------------------------------------------------


def conditional(handler) -> tuple[int, dict[str, str], bytes]:
    same = handler.headers.get("If-None-Match") == '"1"'
    headers = {"ETag": '"1"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"}
    return (304, headers, b"") if same else (200, headers | {"Content-Type": "text/html"}, TEXT)


def test_what_did_not_change_is_not_sent_again(site, catalogue, tmp_path):
    site.answers["/a"] = conditional
    first = taking(site.url("/a"), catalogue, tmp_path)
    again = taking(site.url("/a"), catalogue, tmp_path)
    assert (first.kind, again.kind) == ("added", "unchanged")
    assert again.document_id == first.document_id
    assert site.headers[-1]["if-none-match"] == '"1"'
    assert site.headers[-1]["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"


def test_what_changed_is_taken_in_again(site, catalogue, tmp_path):
    site.answers["/a"] = conditional
    taking(site.url("/a"), catalogue, tmp_path)
    site.answers["/a"] = (200, {"ETag": '"2"', "Content-Type": "text/html"},
                          TEXT.replace(b"School", b"College"))  # fmt: skip
    assert taking(site.url("/a"), catalogue, tmp_path).kind == "updated"
    held = fetch_of(catalogue, site.url("/a"))
    assert held is not None
    assert held.etag == '"2"'


def test_a_document_that_is_not_held_is_fetched_whole(site, catalogue, tmp_path):
    site.answers["/a"] = conditional
    first = taking(site.url("/a"), catalogue, tmp_path)
    with catalogue.transaction():
        catalogue.delete_document(first.document_id)
    assert taking(site.url("/a"), catalogue, tmp_path).kind == "added"
    assert "if-none-match" not in site.headers[-1]


def test_a_withdrawn_document_comes_back_with_the_same_bytes(site, catalogue, tmp_path):
    site.answers["/a"] = conditional
    first = taking(site.url("/a"), catalogue, tmp_path)
    with catalogue.transaction():
        catalogue.withdraw_document(first.document_id, "gone")
    assert taking(site.url("/a"), catalogue, tmp_path).kind == "updated"
    assert catalogue.document(first.document_id).withdrawn_at is None


def test_an_answer_304_that_was_not_asked_for_is_a_failure(site):
    site.answers["/"] = (304, {}, b"")
    assert code_of(site.url("/"), local()) == "fetch-failed"


# One address for one page -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org:80/a?", "http://example.org/a"),
        ("https://example.org:80/", "https://example.org:80/"),
        ("https://example.org/a?utm_source=x&id=2&fbclid=y", "https://example.org/a?id=2"),
        ("https://example.org/a?b=2&a=1&gclid=z&a=1", "https://example.org/a?b=2&a=1&a=1"),
        ("https://example.org/a?UTM_Medium=x&%75tm_term=y", "https://example.org/a"),
        ("https://example.org/a?ref=2&source=3&q=utm_x", "https://example.org/a?ref=2&source=3&q=utm_x"),
        ("https://example.org/A%2Fb/?x=%C3%A9+1", "https://example.org/A%2Fb/?x=%C3%A9+1"),
    ],
)  # fmt: skip
def test_tracking_fragment_and_default_port_are_dropped(given, expected):
    assert canonical_url(given) == expected == canonical_url(expected)


def test_a_page_given_with_and_without_tracking_is_one_source():
    one, *more = expand_arguments(["https://example.org/a?utm_source=x", "https://example.org/a#b"])
    assert isinstance(one, Source)
    assert (one.uri, one.given, more) == (
        "https://example.org/a", "https://example.org/a?utm_source=x", [],
    )  # fmt: skip


def test_the_address_as_given_and_the_final_one_are_kept(site, catalogue, tmp_path):
    site.answers["/a"] = (301, {"Location": "/final?utm_source=mail&id=3"}, b"")
    site.answers["/final"] = (200, {"Content-Type": "text/html"}, TEXT)
    given = site.url("/a?utm_campaign=x#top")
    outcome = taking(given, catalogue, tmp_path)
    document = catalogue.document(outcome.document_id)
    assert (document.source, document.url) == (site.url("/a"), site.url("/final?id=3"))
    held = {uri: fetch_of(catalogue, uri).canonical_url for uri in (given, site.url("/a"))}
    assert held == {given: site.url("/a"), site.url("/a"): site.url("/final?id=3")}
