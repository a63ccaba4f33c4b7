"""Feeds and sitemaps on the loopback: every page announced ends in an outcome, and news is news."""

from __future__ import annotations

import gzip
from collections import Counter

import pytest

from corpus.catalogue.originals import Originals
from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.intake import ingest_sources
from ingest.model import Limits, Source
from ingest.sources import Network, feed, sitemap
from ingest.sources.harvest import Harvester
from tests.ingest.test_sources import Site, site

__all__ = ["site"]

NETWORK = Network(allow_private=True, ports=None, delay_s=0, backoff_s=0)
TOPICS = ("reading at home", "counting in class", "teachers who meet", "measuring wellbeing")


@pytest.fixture
def harvester(catalogue, tmp_path) -> Harvester:
    originals = Originals(tmp_path / "originals")
    return Harvester(
        catalogue,
        lambda items: ingest_sources(items, catalogue, originals, network=NETWORK, workers=0),
        Limits(),
        NETWORK,
    )


def page(topic: str) -> tuple[int, dict[str, str], bytes]:
    text = "".join(
        f"<p>In school {n} people spoke about {topic} and wrote down what {n} of them found.</p>"
        for n in range(20)
    )
    body = f"<html><head><title>Site name</title></head><body><article>{text}</article></body>"
    return 200, {"Content-Type": "text/html"}, body.encode()


def kinds(found: list[Outcome]) -> dict[str, int]:
    return dict(Counter(o.kind for o in found))


# Feeds --------------------------------------------------------------------------------------


def rss(site: Site, topics=TOPICS[:3]) -> bytes:
    items = "".join(
        f"""<item><title>On {topic}</title><link>{site.url(f"/{n}?utm_source=rss")}</link>
        <author>ann@example.org (Ann Lee)</author><description>&lt;p&gt;Short&lt;/p&gt;
        </description><pubDate>Mon, 0{n + 1} Jan 2024 10:00:00 GMT</pubDate></item>"""
        for n, topic in enumerate(topics)
    )
    return f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'.encode()


@pytest.fixture
def blog(site) -> Site:
    for n, topic in enumerate(TOPICS):
        site.answers[f"/{n}"] = page(topic)
    serve(site, rss(site), '"a"')
    return site


def serve(site: Site, body: bytes, etag: str) -> None:
    def answer(handler):
        if handler.headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag, "Content-Type": "application/rss+xml"}, body

    site.answers["/feed"] = answer


def test_the_pages_a_feed_announces_are_taken_in(blog, harvester, catalogue):
    found = list(harvester.harvest_feed(blog.url("/feed")))
    assert kinds(found) == {"added": 3}
    assert [o.source for o in found] == [blog.url(f"/{n}") for n in range(3)]
    document = catalogue.document(found[1].document_id)
    assert (document.title, document.published) == ("On counting in class", "2024-01-02")
    assert document.metadata_origins["title"] == "feed"
    assert document.summary == "Short"


def test_a_feed_that_did_not_change_is_not_read_again(blog, harvester):
    list(harvester.harvest_feed(blog.url("/feed")))
    blog.asked.clear()
    (outcome,) = harvester.harvest_feed(blog.url("/feed"))
    assert (outcome.kind, outcome.source) == ("unchanged", blog.url("/feed"))
    assert blog.asked == ["/feed"]


def test_a_new_entry_is_added_and_the_others_are_not(blog, harvester):
    list(harvester.harvest_feed(blog.url("/feed")))
    serve(blog, rss(blog, TOPICS), '"b"')
    assert kinds(list(harvester.harvest_feed(blog.url("/feed")))) == {"unchanged": 3, "added": 1}


def test_an_entry_that_failed_is_tried_again_though_the_feed_is_the_same(blog, harvester):
    answer = blog.answers["/1"]
    blog.answers["/1"] = (500, {}, b"")
    assert kinds(list(harvester.harvest_feed(blog.url("/feed")))) == {"added": 2, "rejected": 1}
    blog.answers["/1"] = answer
    assert kinds(list(harvester.harvest_feed(blog.url("/feed")))) == {"unchanged": 2, "added": 1}


def test_a_limit_is_kept_and_the_rest_comes_next_time(blog, harvester):
    assert kinds(list(harvester.harvest_feed(blog.url("/feed"), 2))) == {"added": 2}
    assert kinds(list(harvester.harvest_feed(blog.url("/feed")))) == {"unchanged": 2, "added": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>A page</body></html>", "not-a-feed"),
        (b"", "not-a-feed"),
        (b"\x00\xff binary", "not-a-feed"),
        (b'<rss version="2.0"><channel><title>x</title></channel></rss>', "empty"),
    ],
)
def test_what_is_no_feed_is_one_rejected_input(site, harvester, body, code):
    site.answers["/feed"] = (200, {"Content-Type": "text/xml"}, body)
    (outcome,) = harvester.harvest_feed(site.url("/feed"))
    assert (outcome.kind, outcome.code) == ("rejected", code)


def test_a_feed_that_is_not_there_is_one_rejected_input(site, harvester):
    (outcome,) = harvester.harvest_feed(site.url("/feed"))
    assert (outcome.kind, outcome.code) == ("rejected", "not-found")


ATOM = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><title>Enseñanza</title><link rel="alternate" href="/a#top"/>
  <author><name>Ana</name></author><published>2023-02-03T00:00:00Z</published></entry>
<entry><title>No link</title></entry>
<entry><title>Script</title><link href="javascript:alert(1)"/></entry>
<entry><title>&x;</title><link href="/b"/></entry>
<entry><title>Again</title><link href="/a"/></entry>
</feed>""".encode("iso-8859-1")


def test_atom_is_read_with_every_entry_accounted_for():
    items = feed.read_feed(ATOM, "https://blog.example.org/feed", "application/atom+xml")
    told = [i.uri if isinstance(i, Source) else i.code for i in items]
    assert told == [
        "https://blog.example.org/a", "no-link", "unsupported", "https://blog.example.org/b",
    ]  # fmt: skip
    first = items[0]
    assert isinstance(first, Source)
    (hints,) = first.hints
    assert (hints.title, hints.authors, hints.year) == ("Enseñanza", ("Ana",), 2023)
    assert "root:" not in repr(items)


def test_a_feed_that_is_the_name_of_a_file_opens_no_file(tmp_path, site):
    (tmp_path / "feed.xml").write_bytes(rss(site))
    with pytest.raises(SourceRejected) as error:
        feed.read_feed(str(tmp_path / "feed.xml").encode(), "https://blog.example.org/feed")
    assert error.value.code == "not-a-feed"


# Sitemaps -----------------------------------------------------------------------------------


def listing(*addresses: str, index: bool = False) -> bytes:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{inner}><loc> {a} </loc></{inner}>" for a in addresses)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><{outer} xmlns="{name}">{entries}</{outer}>'.encode()


def test_a_sitemap_of_sitemaps_is_taken_in(blog, harvester):
    index = listing(blog.url("/one.xml"), blog.url("/two.xml.gz"), blog.url("/gone"), index=True)
    blog.answers |= {
        "/sitemap.xml": (200, {}, index),
        "/one.xml": (200, {}, listing(blog.url("/0"), blog.url("/1"))),
        "/two.xml.gz": (200, {}, gzip.compress(listing(blog.url("/1#x"), blog.url("/2")))),
    }
    found = list(harvester.harvest_sitemap(blog.url("/sitemap.xml")))
    assert kinds(found) == {"added": 3, "rejected": 1}
    assert [o.source for o in found if o.kind == "rejected"] == [blog.url("/gone")]
    assert kinds(list(harvester.harvest_sitemap(blog.url("/sitemap.xml"), 2))) == {"unchanged": 2}


def urls(address: str, files: dict[str, bytes], **limits: int) -> list[str | None]:
    def read(at: str) -> bytes:
        if at not in files:
            raise SourceRejected("not-found", "gone")
        return files[at]

    items = sitemap.list_pages(address, read, **limits)
    return [i.uri if isinstance(i, Source) else i.code for i in items]


def test_sitemaps_that_go_in_circles_or_too_deep_end():
    files = {f"http://x.org/{n}": listing(f"http://x.org/{n + 1}", "http://x.org/0", index=True)
             for n in range(9)}  # fmt: skip
    assert urls("http://x.org/0", files) == ["too-deep"]


def test_no_more_sitemaps_and_pages_are_read_than_allowed():
    many = [f"http://x.org/m{n}" for n in range(sitemap.MAX_MAPS + 10)]
    files = {"http://x.org/0": listing(*many, index=True)} | {m: listing(m) for m in many}
    told = Counter(urls("http://x.org/0", files))
    assert told["too-deep"] == 11
    assert len(urls("http://x.org/m0", {"http://x.org/m0": listing(*many)}, max_pages=7)) == 7


@pytest.mark.parametrize(
    "data",
    [
        b"<html></html>",
        b"",
        b"not a sitemap",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>',
        b"<urlset><url>",
        b"\x1f\x8b broken",
    ],
)
def test_what_is_no_sitemap_is_rejected(data):
    (code,) = urls("http://x.org/0", {"http://x.org/0": data})
    assert code == ("fetch-failed" if data.startswith(b"\x1f") else "not-a-sitemap")


def test_a_sitemap_without_pages_is_one_rejected_input():
    assert urls("http://x.org/0", {"http://x.org/0": listing()}) == ["empty"]


def test_a_sitemap_bomb_is_refused():
    bomb = gzip.compress(bytes(sitemap.MAX_BYTES + 1))
    assert urls("http://x.org/0", {"http://x.org/0": bomb}) == ["too-large"]


def test_a_sitemap_of_lines_is_read():
    text = b"\xef\xbb\xbfhttp://x.org/a\nhttp://x.org/b?utm_source=x\r\nother\n"
    assert urls("http://x.org/0", {"http://x.org/0": text}) == ["http://x.org/a", "http://x.org/b"]


def test_addresses_in_a_sitemap_that_are_no_pages_are_said():
    data = listing("file:///etc/passwd", "http://[bad", "http://x.org/a")
    assert urls("http://x.org/0", {"http://x.org/0": data}) == [
        "unsupported", "fetch-failed", "http://x.org/a",
    ]  # fmt: skip
