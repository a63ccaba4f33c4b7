"""The results of a search as files; the table of formats is what everything is derived from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from corpus.review.demand import wanted
from ingest import records
from search_api.exports.formats import DOCUMENTS, LISTS, SHEETS
from tests.support.commands import salex
from tests.support.served import serving

READERS = {"ris": "RIS", "bibtex": "BibTeX", "csl-json": "CSL-JSON", "csv": "CSV"}
EXPORT = "/api/v1/search/export"
TABLES = {
    f"{EXPORT}": DOCUMENTS,
    "/api/v1/lists/{slug}/export": LISTS,
    "/api/v1/menu": SHEETS,
    "/api/v1/checklist": SHEETS,
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def titles(text: str, name: str) -> list[str]:
    rows = records.read_rows(text, READERS[name])
    return [row.record["title"] for row in rows if isinstance(row, records.Row)]


@pytest.mark.parametrize("name", READERS)
def test_an_export_holds_the_documents_of_the_search_in_their_order(client, name):
    asked = {"q": "pupils numeracy lessons", "kind": ["blog", "report"]}
    hits = client.get("/api/v1/search", params={**asked, "limit": 50}).json()["hits"]
    answer = client.get(EXPORT, params={**asked, "format": name})
    assert titles(answer.text, name) == [hit["document"]["title"] for hit in hits]
    assert len(hits) > 10
    known = DOCUMENTS[name]
    assert answer.headers["content-type"] == known.media_type
    named = f'attachment; filename="search-results.{known.suffix}"'
    assert answer.headers["content-disposition"] == named


def test_an_export_without_words_holds_what_the_filters_allow(client):
    listed = client.get("/api/v1/documents?year_from=2015&limit=50").json()["documents"]
    answer = client.get(f"{EXPORT}?year_from=2015&format=ris")
    assert titles(answer.text, "ris") == [document["title"] for document in listed]
    first, second = (client.get(f"{EXPORT}?format=ris&limit={n}").text for n in (1, 2))
    assert second.startswith(first.rstrip())


def test_an_export_answers_conditionally_and_counts_nothing(client):
    answer = client.get(f"{EXPORT}?q=zzzz&year_from=2090&format=csv")
    again = client.get(
        f"{EXPORT}?q=zzzz&year_from=2090&format=csv",
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert (answer.status_code, again.status_code) == (200, 304)
    assert answer.text.count("\n") == 1  # the header alone
    client.app.state.service.demand.flush()
    with client.app.state.service.connections.lend() as catalogue:
        assert wanted(catalogue, keep_days=9) == []


@pytest.mark.parametrize(
    "query", ["q=x", "format=pdf", "format=ris&limit=1001", "format=ris&kid=x"]
)
def test_what_cannot_be_exported_is_refused(client, query):
    assert client.get(f"{EXPORT}?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/search?q=pupils&kind=blog", "/documents?kind=blog"])
def test_the_results_page_offers_each_format_with_the_same_filters(client, path):
    page = unescape(client.get(path).text)
    words = "q=pupils&" if "q=" in path else ""
    for name, known in DOCUMENTS.items():
        assert f'<a href="{EXPORT}?{words}kind=blog&format={name}">{known.label}</a>' in page
        assert client.get(f"{EXPORT}?{words}kind=blog&format={name}").status_code == 200


def test_every_page_of_results_offers_all_of_them(client):
    second = client.get("/documents?limit=5").text
    assert "limit=5&amp;format=" not in second
    assert f'href="{EXPORT}?format=ris"' in second


@pytest.mark.parametrize("path", TABLES)
def test_openapi_names_the_formats_of_the_table(client, path):
    operation = client.get("/api/v1/openapi.json").json()["paths"][path]["get"]
    (parameter,) = [p for p in operation["parameters"] if p["name"] == "format"]
    assert parameter["schema"]["enum"] == list(TABLES[path])
    contents = operation["responses"]["200"]["content"]
    assert set(contents) == {known.media_type for known in TABLES[path].values()}


@pytest.mark.parametrize(
    ("command", "formats"),
    [
        (("search",), DOCUMENTS),
        (("list", "export"), LISTS),
        (("menu",), SHEETS),
        (("checklist",), SHEETS),
    ],
    ids=["search", "list", "menu", "checklist"],
)
def test_the_command_line_offers_the_formats_of_the_table(tmp_path, command, formats):
    shown = salex(tmp_path, *command, "--help").stdout
    assert f"<{'|'.join(formats)}>" in shown


def test_selected_documents_are_saved_in_their_order_without_those_out_of_search(client):
    page = client.get("/documents").text
    ids = re.findall(r'name="document" value="(\w+)" form="selection"', page)
    assert len(ids) == page.count('<article class="hit">')
    shown = re.findall(r'<article class="hit">.*?<h2><a [^>]*>([^<]*)<', page, re.S)
    chosen = {"document": [ids[2], ids[0], ids[2], "nothing"], "format": "ris"}
    answer = client.get("/selected", params=chosen)
    assert titles(answer.text, "ris") == [unescape(shown[2]), unescape(shown[0])]
    assert "selected-documents.ris" in answer.headers["content-disposition"]
    none = client.get("/selected?format=ris")
    assert none.status_code == 422
    assert "Select at least one document" in none.text
    assert client.get("/selected", params={"document": ["a"] * 51}).status_code == 422
