"""A document, a page of results and a list in every format, read back by other programs."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from docx import Document as Word
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt

from corpus.catalogue.catalogue import connect
from search_api.exports.formats import DOCUMENTS, OFFERS
from tests.support.served import DIGEST, HOSTILE, LOCAL, REPORT, by_key, serving

TITLE = "Measuring wellbeing in schools"
API = "/api/v1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data"), base_url="https://evidence.example.org") as c:
        entries = [{"document_id": REPORT, "note": "First"}, {"document_id": DIGEST},
                   {"title": "Elsewhere", "url": "https://example.org/e"}]  # fmt: skip
        body = {"title": "Reading", "slug": "reading", "summary": "For all.",
                "sections": [{"title": "All", "entries": entries}]}  # fmt: skip
        key = by_key(c, "curator")
        draft = c.post(f"{API}/lists", json=body, headers=key)
        match = {**key, "If-Match": draft.headers["etag"]}
        assert c.post(f"{API}/lists/reading/publish", json={}, headers=match).is_success
        yield c


def places() -> list[str]:
    return [f"/documents/{REPORT}", "/search?q=wellbeing+pupils+survey&kind=report",
            "/documents?kind=report", "/lists/reading", "/lists/reading/versions/1"]  # fmt: skip


# What other programs read -------------------------------------------------------------------


def ris_titles(content: bytes) -> list[str]:
    return [entry.get("title") or entry["primary_title"] for entry in rispy.loads(content.decode())]


def bibtex_titles(content: bytes) -> list[str]:
    library = bibtexparser.parse_string(content.decode())
    assert not library.failed_blocks
    return [entry["title"].strip("{}") for entry in library.entries]


def csl_titles(content: bytes) -> list[str]:
    return [record["title"] for record in json.loads(content)]


def csv_titles(content: bytes) -> list[str]:
    return [row["title"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def headings(texts: list[str]) -> list[str]:
    """Return the titles of numbered headings, or else the only heading."""
    numbered = [text.partition(". ")[2] for text in texts if text[:1].isdigit()]
    return numbered or texts


def markdown_titles(content: bytes) -> list[str]:
    tokens = MarkdownIt().parse(content.decode())
    inline = [after for before, after in itertools.pairwise(tokens)
              if before.type == "heading_open"]  # fmt: skip
    entries = [token for token in tokens if token.type == "inline" and token.level > 1
               and token.children[:2][-1].type == "strong_open"]  # fmt: skip
    return headings(["".join(c.content for c in token.children) for token in entries or inline])


def word_titles(content: bytes) -> list[str]:
    word = Word(io.BytesIO(content))
    return headings([p.text for p in word.paragraphs if p.style.name.startswith("Heading")])


def json_ld_titles(content: bytes) -> list[str]:
    described = json.loads(content)
    assert described["@context"] == "https://schema.org"
    if described["@type"] != "ItemList":
        return [described["name"]]
    assert described["numberOfItems"] == len(described["itemListElement"])
    return [element["item"]["name"] for element in described["itemListElement"]]


READERS = {
    "ris": ris_titles, "bibtex": bibtex_titles, "csl-json": csl_titles, "csv": csv_titles,
    "markdown": markdown_titles, "docx": word_titles, "json-ld": json_ld_titles,
}  # fmt: skip


@pytest.mark.parametrize("media_type", OFFERS)
@pytest.mark.parametrize("prefix", ["", API])
@pytest.mark.parametrize("place", places())
def test_a_media_type_or_a_parameter_gets_the_file_on_the_page_and_in_the_api(
    client, prefix, place, media_type
):
    name = OFFERS[media_type]
    accepted = client.get(f"{prefix}{place}", headers={"Accept": media_type})
    asked = client.get(f"{prefix}{place}{'&' if '?' in place else '?'}format={name}")
    assert accepted.status_code == 200, accepted.text
    assert accepted.content == asked.content
    assert accepted.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in accepted.headers["vary"]
    titles = READERS[name](accepted.content)
    assert titles[0] == TITLE
    assert len(titles) == (3 if "lists" in place and name != "csv" else len(titles))
    assert ("documents/" in place) == (len(titles) == 1)


def test_every_format_of_documents_has_a_reader_here():
    assert set(READERS) == set(DOCUMENTS) == set(OFFERS.values())


@pytest.mark.parametrize("place", places())
@pytest.mark.parametrize("accept", [BROWSER, "*/*", "", "image/png", "text/csv;q=0, text/html"])
def test_who_prefers_no_file_gets_the_page_or_the_json(client, place, accept):
    page = client.get(place, headers={"Accept": accept})
    api = client.get(f"{API}{place}", headers={"Accept": accept})
    assert page.headers["content-type"].startswith("text/html")
    assert api.headers["content-type"] == "application/json"


def test_the_most_specific_range_decides(client):
    def answered(accept: str) -> str:
        answer = client.get(f"/documents/{REPORT}", headers={"Accept": accept})
        return answer.headers["content-type"].partition(";")[0]

    assert answered("text/*;q=0.3, text/csv;q=0.9, text/html;q=0.5") == "text/csv"
    assert answered("text/html;q=0.4, application/ld+json;q=0.5") == "application/ld+json"
    assert answered("text/html, application/ld+json") == "text/html"
    assert answered("application/json") == "application/json"  # the twin in the API


def test_each_format_has_an_entity_tag_of_its_own(client):
    tags = {client.get(f"/documents/{REPORT}", headers={"Accept": media_type}).headers["etag"]
            for media_type in (*OFFERS, "text/html")}  # fmt: skip
    assert len(tags) == len(OFFERS) + 1
    ris = {"Accept": "application/x-research-info-systems"}
    tag = client.get(f"{API}/documents/{REPORT}", headers=ris).headers["etag"]
    known = {**ris, "If-None-Match": tag}
    assert client.get(f"{API}/documents/{REPORT}", headers=known).status_code == 304


@pytest.mark.parametrize("place", places())
def test_what_is_no_format_is_refused(client, place):
    joined = "&" if "?" in place else "?"
    assert client.get(f"{place}{joined}format=pdf").status_code == 422
    assert client.get(f"{API}{place}{joined}format=pdf").status_code == 422


@pytest.mark.parametrize("place", places())
def test_a_word_file_names_the_network_and_the_day(client, place):
    answer = client.get(f"{place}{'&' if '?' in place else '?'}format=docx")
    made = Word(io.BytesIO(answer.content)).core_properties
    assert made.author == made.last_modified_by == "School Action Learning Exchange"
    assert abs((datetime.now(UTC) - made.created.replace(tzinfo=UTC)).total_seconds()) < 86_400
    assert "python-docx" not in made.comments


def test_json_ld_says_who_when_and_where(client):
    described = client.get(f"/documents/{REPORT}?format=json-ld").json()
    assert described["@type"] == "Report"
    assert described["@id"] == f"https://evidence.example.org/documents/{REPORT}"
    assert [a["name"] for a in described["author"]] == ["Ann Author", "Ben Writer"]
    assert described["publisher"] == {"@type": "Organization", "name": "Example Institute"}
    assert (described["datePublished"], described["inLanguage"]) == ("2021", "en")
    # Suggested and rejected tags are not a person's word.
    assert len(described["keywords"]) == 1
    assert described["encoding"]["encodingFormat"] == "application/pdf"


def test_a_page_of_results_is_that_page_and_the_export_all_of_them(client):
    page = client.get(f"{API}/documents?limit=5&format=ris")
    assert len(ris_titles(page.content)) == 5
    everything = client.get(f"{API}/search/export?format=ris")
    total = client.get(f"{API}/documents").json()["total"]
    assert len(ris_titles(everything.content)) == total > 10


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_one_takes_away_what_no_curator_has_accepted(client, name):
    path = client.app.state.service.settings.catalogue_path
    with connect(path) as catalogue, catalogue.transaction():
        catalogue.db.execute("update document set pending_since = '2026' where id = ?", [LOCAL])
    try:
        assert client.get(f"/documents/{LOCAL}?format={name}").status_code == 404
        assert client.get(f"{API}/documents/{LOCAL}?format={name}").status_code == 404
    finally:
        with connect(path) as catalogue, catalogue.transaction():
            catalogue.db.execute("update document set pending_since = null where id = ?", [LOCAL])


def test_hostile_fields_stay_text_in_files_that_are_shown(client):
    markdown = client.get(f"/documents/{HOSTILE}?format=markdown").text
    html = MarkdownIt().render(markdown)
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in json.dumps(
        client.get(f"/documents/{HOSTILE}?format=json-ld").json().get("url", "")
    )


def test_describe_nothing_that_is_unknown(client):
    described = client.get(f"/documents/{LOCAL}?format=json-ld").json()
    assert not {"author", "publisher", "datePublished", "inLanguage", "abstract"} & set(described)
    assert described["name"] == "Kept on this machine"
