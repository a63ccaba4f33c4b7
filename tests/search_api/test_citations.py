"""Citations: what is known, nothing else, and no address a browser should not follow."""

from __future__ import annotations

import pytest

from search_api.answers.citations import cite_document, doi_url, public_source, source_link
from search_api.exports import json_ld, metadata, mods
from search_api.exports.taking import Reference
from search_api.web.links import web_url
from tests.support.served import a_document

PDF = {"media_type": "application/pdf", "page_unit": "page", "page_count": 9}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//example.org/x",
        "/etc/passwd",
        "file:///etc/passwd",
        "https://",
        "https://exa mple.org",
        "https://[::1",
        "java\nscript:alert(1)",
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert web_url(address) is None


@pytest.mark.parametrize("address", ["http://example.org", "https://example.org/a?b=c#d"])
def test_a_web_address_stays_as_it_is(address: str) -> None:
    assert web_url(address) == address


@pytest.mark.parametrize(
    ("fields", "page", "citation"),
    [
        (
            {"authors": ("A. One", "B. Two"), "publishers": ("House",), "year": 2020, **PDF},
            (4, 4),
            "A. One; B. Two (2020). Title. House. p. 4 of the file.",
        ),
        ({"publishers": ("House",)}, (1, 1), "House (n.d.). Title."),
        ({}, (None, None), "Title (n.d.)."),
        (PDF, (4, 5), "Title (n.d.). pp. 4–5 of the file."),
        ({**PDF, "folios": ((3, 9, "1"),)}, (4, 5), "Title (n.d.). pp. 2–3."),
        ({**PDF, "folios": ((1, 3, "i"),)}, (2, 2), "Title (n.d.). p. ii."),
        ({**PDF, "folios": ((5, 9, "1"),)}, (4, 5), "Title (n.d.). pp. 4–5 of the file."),
        ({**PDF, "folios": ((4, 4, "2"), (5, 9, "2"))}, (4, 5), "Title (n.d.). p. 2."),
        ({**PDF, "page_unit": "slide"}, (7, 7), "Title (n.d.). slide 7."),
        (
            {"journal": "Child Development", "volume": "3", "page_range": "12-34"},
            (None, None),
            "Title (n.d.). Child Development, 3, 12–34.",
        ),
        (
            {"journal": "Child Development", "volume": "3", "page_range": "1-1"},
            (None, None),
            "Title (n.d.). Child Development, 3, 1.",
        ),
        (
            {"url": "https://example.org", "doi": "10.1/x", "year": 1999},
            (None, None),
            "Title (1999). https://doi.org/10.1/x",
        ),
        (
            {"url": "https://example.org", "digest": True},
            (None, None),
            "Title (n.d.). Digest of the original, written for this repository. "
            "https://example.org",
        ),
    ],
    ids=[
        "whole",
        "no author",
        "nothing known",
        "two pages",
        "printed",
        "Roman",
        "half printed",
        "one number on two pages",
        "slide",
        "journal",
        "one page of a journal",
        "DOI",
        "digest",
    ],
)
def test_a_citation_says_what_is_known(
    fields: dict[str, object], page: tuple[int | None, int | None], citation: str
) -> None:
    assert cite_document(a_document("local", "Title.", **fields), *page) == citation


def test_a_title_that_asks_has_no_full_stop_after_its_mark() -> None:
    document = a_document("local", "On whose terms?", publishers=("House",), url="https://a.org")
    assert cite_document(document) == "House (n.d.). On whose terms? https://a.org"


@pytest.mark.parametrize(
    ("source", "fields", "link"),
    [
        ("https://example.org/a.pdf", PDF, "https://example.org/a.pdf#page=4"),
        ("https://example.org/a.pdf#page=2", PDF, "https://example.org/a.pdf#page=2"),
        ("https://example.org/post", {}, "https://example.org/post"),
        ("a.pdf", PDF, "/stored#page=4"),
        ("a.md", {"digest": True}, None),
        ("a.pdf", {**PDF, "url": "javascript:alert(1)"}, "/stored#page=4"),
    ],
)
def test_a_pdf_opens_at_the_page(source: str, fields: dict[str, object], link: str | None) -> None:
    assert source_link(a_document(source, "Title", **fields), 4, "/stored") == link


def test_the_folders_of_this_machine_stay_here() -> None:
    assert public_source(a_document("/home/someone/reports/a.pdf", "Title")) == "a.pdf"


def test_a_doi_cannot_break_out_of_its_address() -> None:
    assert doi_url(a_document("a", "T", doi='10.1/"><x>')) == "https://doi.org/10.1/%22%3E%3Cx%3E"


def test_a_range_of_one_page_is_one_page_in_files_for_other_systems() -> None:
    record = {"type": "article-journal", "title": "T", "container-title": "J", "page": "7-7"}
    item = Reference(record, citation="T")
    assert json_ld.describe_document(item)["pagination"] == "7"
    assert '<extent unit="pages"><list>7</list></extent>' in mods.mods_of(item)
    assert "rft.pages=7&" in metadata.context_object(item) + "&"


def test_a_document_that_was_corrected_is_cited_anew() -> None:
    before, after = (a_document("one", title) for title in ("First", "Second"))
    assert before.updated_at == after.updated_at
    cited = [cite_document(document, 4) for document in (before, after, before)]
    assert cited[0] == cited[2] != cited[1]
    assert "Second" in cited[1]
