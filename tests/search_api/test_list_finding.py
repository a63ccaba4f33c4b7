"""Adding documents to a resource list, and finding words in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from corpus.lists.lists import resource_list
from tests.support.list_forms import EDIT, make_a_list, opened, post
from tests.support.served import DIGEST, REPORT, by_key, serving


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    with serving(tmp_path / "data") as client:
        yield client


@pytest.fixture
def mei(client) -> TestClient:
    return make_a_list(client)


def test_home_leads_to_the_list_published_last_and_to_the_newest_documents(client, mei):
    assert "A list to read" not in client.get("/").text
    post(mei, EDIT, action="publish")
    home = client.get("/").text
    assert '<a href="/lists/reading" dir="auto"><strong>Reading</strong>' in home
    newest = home[home.index("Newest documents") :]
    assert 0 < newest.index("Blog 11") < newest.index("Blog 10")
    assert 'href="/brief"' in newest
    post(mei, EDIT, action="archive")
    assert "A list to read" not in client.get("/").text


def test_a_document_is_found_and_added_inside_the_editor_and_never_twice(client, mei):
    answer = post(mei, EDIT, action="find", find="numeracy 3", title="Reading more")
    assert answer.headers["location"] == "/lists/reading/edit?find=numeracy+3#find"
    page = mei.get(answer.headers["location"]).text
    assert 'value="Reading more"' in page  # the text was saved too
    (found,) = set(re.findall(r'value="add-found:(\w+)"[^>]*>Add<span [^>]*> Blog 3<', page))
    added = post(mei, EDIT, action=f"add-found:{found}", find="numeracy 3")
    page = mei.get(added.headers["location"]).text
    assert f'value="add-found:{found}"' not in page
    assert page.count(f'href="/documents/{found}"') == 2  # the entry, and among those found
    for again in ({"action": f"add-found:{found}"}, {"action": "add", "new-document": REPORT},
                  {"action": "add", "new-title": "X", "new-url": "https://e.org/x"}):  # fmt: skip
        refused = post(mei, EDIT, **again)
        assert refused.status_code == 422
        assert re.search(
            "is in the list already: see the section “(One|Two)”", unescape(refused.text)
        )


def test_documents_are_added_together_without_those_in_the_list(client, mei):
    with opened(mei) as catalogue:
        revision = resource_list(catalogue, "reading").revision
    page = mei.get(f"/lists/add?document={DIGEST}&document={REPORT}&document={DIGEST}").text
    assert re.findall(r'name="document" value="(\w+)"', page) == [DIGEST, REPORT]
    where = re.search(r'<option value="(reading \w+ \d+)"[^>]*>[^<]*Two', page)[1]
    assert where.endswith(f" {revision}")
    sent = {"document": [DIGEST, REPORT], "where": where}
    added = mei.post("/lists/add", data=sent, follow_redirects=False)
    assert added.status_code == 303
    with opened(mei) as catalogue:
        stored = resource_list(catalogue, "reading")
    assert [e.document_id for e in stored.selection.entries] == [REPORT, None, DIGEST]
    sent["where"] = where.rpartition(" ")[0] + f" {stored.revision}"
    refused = mei.post("/lists/add", data=sent)
    assert refused.status_code == 422
    assert "All of these documents are in the list already" in refused.text


def test_a_long_note_is_folded_in_the_editor(client, mei):
    page = mei.get(EDIT).text
    assert "long-note" not in page
    name = re.search(r'name="(entry-\w+-note)"', page)[1]
    post(mei, EDIT, **{name: "Long words. " * 40})
    page = mei.get(EDIT).text
    folded = page[page.index('class="long-note"') :].partition("</details>")[0]
    assert f'name="{name}"' in folded
    assert " open" not in folded.partition(">")[0]


def test_words_are_found_in_a_list_whatever_their_case_and_accents(client: TestClient) -> None:
    headers = by_key(client, "curator")
    titles = ["Évaluation des élèves", "Reading", "Number", "Play", "Music", "Sport", "<b>Art</b>"]
    entries = [{"title": title, "url": "https://example.org/x"} for title in titles]
    entries[1]["note"] = "By an ELEVE of ours."
    sections = [{"title": "All", "entries": entries}, {"title": "None", "entries": []}]
    made = client.post(
        "/api/v1/lists", json={"title": "Findable", "sections": sections}, headers=headers
    )
    headers["If-Match"] = made.headers["etag"]
    client.post("/api/v1/lists/findable/publish", json={}, headers=headers)
    page = client.get("/lists/findable").text
    assert "Find in this list" in page
    found = client.get("/lists/findable", params={"find": "eleve"}).text
    assert "2 entries have these words." in found
    assert "Évaluation" in found
    assert "ELEVE" in found
    assert ">Number<" in page
    assert ">Number<" not in found
    assert ">None<" not in found
    none = client.get("/lists/findable", params={"find": "<b>zither"}).text
    assert "No entry has all these words." in none
    assert "<b>zither" not in none
    assert client.get("/lists/findable", params={"find": "x" * 201}).status_code == 422
