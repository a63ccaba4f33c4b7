"""Feeds tell of new documents and versions: each once, with a lasting id and why it is there."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import pytest

from corpus.catalogue.catalogue import connect
from corpus.lists.lists import (
    create_draft,
    move_to_archive,
    publish_version,
    resource_list,
    take_from_archive,
)
from corpus.model import Entry, Section, Selection
from search_api.exports.atom import Entry as FeedEntry
from search_api.exports.atom import Feed, permanent_id, write_feed
from tests.support.served import COMMAND_LINE, DIGEST, HOSTILE, REPORT, a_document, serving, store

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESSES = (
    "/feeds/documents.atom",
    "/feeds/documents.atom?topic=foundational-skills-wellbeing",
    "/feeds/search.atom?q=wellbeing",
    "/feeds/search.atom?q=zzzz",
    "/feeds/lists.atom",
    "/feeds/lists/reading.atom",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("feeds") / "data") as client:
        entry = Entry("e1", "Measuring wellbeing", REPORT, note="Start here")
        selection = Selection("Reading", "What to read.", (Section("s1", "", "", (entry,)),))
        with opened(client) as catalogue, catalogue.transaction():
            create_draft(catalogue, "reading", selection, COMMAND_LINE)
            publish(catalogue, selection, "The first")
        yield client


def opened(client):
    return connect(client.app.state.service.settings.catalogue_path)


def publish(catalogue, selection, note=""):
    based_on = resource_list(catalogue, "reading").revision
    publish_version(
        catalogue, "reading", COMMAND_LINE, based_on=based_on, selection=selection, note=note
    )


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)


def entries(feed):
    return [e.findtext(f"{ATOM}id") for e in feed.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_feed_keeps_the_rules_of_rfc_4287(client, address):
    feed = read(client, address)
    for one in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        assert urlsplit(one.findtext(f"{ATOM}id")).scheme == "urn"
        links = [(link.get("rel"), link.get("type")) for link in one.findall(f"{ATOM}link")]
        assert len(set(links)) == len(links)
        assert all(urlsplit(link.get("href")).netloc for link in one.findall(f"{ATOM}link"))
        assert all(author.findtext(f"{ATOM}name") for author in one.findall(f"{ATOM}author"))
    assert feed.find(f"{ATOM}author") is not None
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://testserver{address}"
    assert len(set(entries(feed))) == len(entries(feed))
    assert all(e.findtext(f"{ATOM}summary") for e in feed.iter(f"{ATOM}entry"))
    page = feed.find(f"{ATOM}link[@rel='alternate']").get("href")
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_feedparser_reads_every_feed(client, address):
    parsed = feedparser.parse(client.get(address).content)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert all(e.published_parsed and e.updated_parsed and e.link for e in parsed.entries)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_feed_is_a_json_feed_too(client, address):
    twin = address.replace(".atom", ".json")
    answer = client.get(twin)
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed, atom = answer.json(), read(client, address)
    assert feed["feed_url"] == f"http://testserver{twin}"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == entries(atom)
    assert feed["title"] == atom.findtext(f"{ATOM}title")


def test_a_question_has_the_documents_that_answer_and_the_nearest_of_nothing_are_none(client):
    feed = read(client, "/feeds/search.atom?q=wellbeing")
    assert permanent_id(f"document:{REPORT}") in entries(feed)
    assert entries(read(client, "/feeds/search.atom?q=zzzz")) == []
    report = next(
        e for e in feed.iter(f"{ATOM}entry") if REPORT in e.find(f"{ATOM}link").get("href")
    )
    summary = report.findtext(f"{ATOM}summary")
    assert summary.startswith("Answers the question: “Page ")
    assert "(p. " in summary


def test_a_filter_is_explained_by_the_term_and_its_reason(client):
    feed = read(client, "/feeds/documents.atom?topic=foundational-skills-wellbeing&country=Kenya")
    (summary,) = (e.findtext(f"{ATOM}summary") for e in feed.iter(f"{ATOM}entry"))
    assert "confirmed by a person: “Page 3 measures the wellbeing" in summary
    assert "Country or region: Kenya." in summary


def test_a_changed_document_keeps_its_id_and_day_and_a_withdrawn_one_leaves_and_comes_back(client):
    address = "/feeds/search.atom?q=holidays"
    service = client.app.state.service
    document = a_document("https://example.org/new", "Holidays", added_at="2026-03-01T00:00:00Z")
    pages = ["Long holidays widen gaps between pupils."]
    waiting = replace(document, pending_since="2026-03-01T00:00:00Z")
    with opened(client) as catalogue:
        store(catalogue, service.originals, waiting, pages)
        assert entries(read(client, address)) == []
        catalogue.db.execute("update document set pending_since = null where id = ?", [document.id])
        (first,) = feedparser.parse(client.get(address).content).entries
        assert first.published > "2026-03-02", "it was first seen when it was accepted"
        changed = replace(document, updated_at="2031-01-01T00:00:00Z")
        store(catalogue, service.originals, changed, pages)
        (second,) = feedparser.parse(client.get(address).content).entries
        assert (second.id, second.published) == (first.id, first.published)
        assert second.updated == "2031-01-01T00:00:00Z"
        with catalogue.transaction():
            catalogue.withdraw_document(document.id, "gone")
        assert entries(read(client, address)) == []
        store(catalogue, service.originals, document, pages)
        (third,) = feedparser.parse(client.get(address).content).entries
        assert (third.id, third.published) == (first.id, first.published)
        with catalogue.transaction():
            catalogue.delete_document(document.id)
        again = replace(document, added_at="2027-01-01T00:00:00Z")
        store(catalogue, service.originals, again, pages)
        (fourth,) = feedparser.parse(client.get(address).content).entries
        assert (fourth.id, fourth.published) == (first.id, first.published)
        with catalogue.transaction():
            catalogue.delete_document(document.id)


def test_the_newest_comes_first_and_files_that_look_like_markup_do_no_harm(client):
    feed = feedparser.parse(client.get("/feeds/documents.atom").content)
    days = [entry.published for entry in feed.entries]
    assert days == sorted(days, reverse=True)
    assert any(HOSTILE in entry.link for entry in feed.entries)
    assert any(DIGEST in entry.link for entry in feed.entries)


def test_a_list_tells_what_is_new_in_each_version_and_a_draft_has_no_feed(client):
    with opened(client) as catalogue, catalogue.transaction():
        stored = resource_list(catalogue, "reading").published.selection
        new = Entry("e2", "The ladder", DIGEST, note="In Spanish")
        section = replace(stored.sections[0], entries=(new,))
        publish(catalogue, replace(stored, sections=(section,)))
        create_draft(catalogue, "draft", stored, COMMAND_LINE)
    for address in ("/feeds/lists/reading.atom", "/feeds/lists.atom"):
        feed = feedparser.parse(client.get(address).content)
        summaries = [entry.summary for entry in feed.entries]
        assert summaries[0] == "New: The ladder – In Spanish\n1 taken out."
        assert summaries[1] == "The first\nNew: Measuring wellbeing – Start here"
    assert client.get("/feeds/lists/draft.atom").status_code == 404
    with opened(client) as catalogue, catalogue.transaction():
        revision = resource_list(catalogue, "reading").revision
        move_to_archive(catalogue, "reading", COMMAND_LINE, based_on=revision)
    assert feedparser.parse(client.get("/feeds/lists.atom").content).entries == []
    assert client.get("/feeds/lists/reading.atom").status_code == 404
    with opened(client) as catalogue, catalogue.transaction():
        take_from_archive(catalogue, "reading", COMMAND_LINE)


def test_a_reader_with_the_current_feed_gets_304(client, monkeypatch):
    address = "/feeds/documents.atom"
    assert "last-modified" not in client.get(address).headers, "this second may have more changes"
    monkeypatch.setattr("search_api.following.feed_pages._SURE", timedelta(days=-1))
    answer = client.get(address)
    tag, changed = answer.headers["etag"], answer.headers["last-modified"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={"If-Modified-Since": changed}).status_code == 304
    before = {"If-Modified-Since": "Mon, 05 Jan 2026 00:00:00 GMT"}
    assert client.get(address, headers=before).status_code == 200
    both = {"If-None-Match": '"another"', "If-Modified-Since": changed}
    assert client.get(address, headers=both).status_code == 200
    assert client.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200


@pytest.mark.parametrize(
    "page", ["/", "/search?q=wellbeing&country=Kenya", "/lists/reading", "/lists"]
)
def test_pages_name_their_feed(client, page):
    html = client.get(page).text
    address = html.split('type="application/atom+xml"')[1].split('href="')[1].split('"')[0]
    assert read(client, address.replace("&amp;", "&")).tag == f"{ATOM}feed"


def test_what_xml_cannot_have_is_left_out():
    entry = FeedEntry(
        permanent_id("x"), "a\x00\x0b<b>&\ud800", "https://example.org/?a=1&b=\"2\"",
        "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", ("A & B",), "c\ufffe]]>", "en",
    )  # fmt: skip
    feed = Feed(
        "urn:x", "t", "s", "n", "https://e/f", "https://e/", "2026-01-01T00:00:00Z", (entry,)
    )
    (read_back,) = ET.fromstring(write_feed(feed)).iter(f"{ATOM}entry")
    assert read_back.findtext(f"{ATOM}title") == "a<b>&"
    assert read_back.findtext(f"{ATOM}summary") == "c]]>"
    assert read_back.find(f"{ATOM}link").get("href") == 'https://example.org/?a=1&b="2"'
