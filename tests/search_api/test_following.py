"""People follow questions: pages and API tell of each new match once, and them alone."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from corpus.model import document_id
from corpus.people.log import read_log
from tests.support.followed import BASE, QUESTION, add, follow, follow_nothing, opened
from tests.support.served import REPORT, by_key, serving, signed_in

API = "/api/v1/following"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("following") / "data", base_url=BASE) as client:
        yield client


@pytest.fixture
def client(served):
    """A server on which nobody follows anything."""
    follow_nothing(served)
    return served


# Pages -----------------------------------------------------------------------------------------


def test_a_reader_follows_a_search_sees_what_is_new_once_and_forgets_it(client):
    add(client, "before")
    ana = signed_in(client, "reader")
    assert "Follow this search" in ana.get("/search", params={"q": QUESTION, "uncounted": "1"}).text
    page = follow(ana)
    assert follow(ana, f"/search?q={QUESTION}") == page, "followed twice, it is one"
    assert "Nothing new" in ana.get(page).text
    new = add(client, "after")
    listing = ana.get("/following")
    assert "1 new" in listing.text
    assert listing.headers["cache-control"] == "no-store"
    shown = ana.get(page).text
    assert "Related to the question: “Long holidays of pupils widen gaps.”" in shown
    assert f'name="document" value="{new}"' in shown
    ana.post(f"{page}/seen", data={"document": [new]})
    assert "Nothing new" in ana.get(page).text
    add(client, "after", updated_at="2030-01-01T00:00:00Z")
    assert "Nothing new" in ana.get(page).text, "a changed document was told already"
    ana.post(f"{page}/delete")
    assert ana.get(page).status_code == 404
    assert "You follow nothing yet" in ana.get("/following").text


def test_a_document_that_is_corrected_and_then_matches_is_new(client):
    add(client, "late", "Something else entirely.")
    page = follow(ana := signed_in(client, "reader"))
    assert "Nothing new" in ana.get(page).text
    add(client, "late")
    assert "Late" in ana.get(page).text


def test_of_many_related_documents_the_nearest_are_told_and_another_when_it_is_one_of_them(client):
    page = follow(ana := signed_in(client, "reader"))
    for n in range(7):
        add(client, f"report-{n}", "Long holidays of pupils widen gaps" + ", and more" * n + ".")
    assert "4 new" in ana.get("/following").text, "one that was there is nearer"
    shown = ana.get(page).text
    assert "Report-3" in shown
    assert "Report-4" not in shown
    feed = f"/feeds/search.atom?q={QUESTION}"
    assert client.get(feed).text.count("<entry>") == 5
    gone = document_id("https://example.org/new/report-0")
    with opened(client) as catalogue, catalogue.transaction():
        catalogue.withdraw_document(gone, "An error")
    assert "Report-4" in ana.get(page).text, "it is new then"
    assert client.get(feed).text.count("<entry>") == 5


def test_filters_are_followed_too_and_told_in_words(client):
    ana = signed_in(client, "reader")
    page = follow(ana, "/documents?country=Kenya&stage=generation")
    assert "Generation, Kenya" in ana.get(page).text.replace("Evidence g", "G")
    add(client, "kenyan", countries=("Kenya",))
    assert "Nothing new" in ana.get(page).text, "it has no such stage"
    answer = ana.post("/following", data={"search": "/search?sort=newest"})
    assert answer.status_code == 422


def test_what_one_follows_nobody_else_reads_and_no_log_has_it(client, caplog):
    ana = signed_in(client, "reader")
    page = follow(ana)
    identity = page.rpartition("/")[2]
    add(client, "after")
    for role in ("member", "curator", "admin"):
        other = signed_in(client, role)
        assert other.get(page).status_code == 404
        for path in ("seen", "cadence", "delete"):
            answer = other.post(f"{page}/{path}", data={"cadence": "daily"})
            assert answer.status_code == 404
        headers = by_key(client, role)
        assert client.get(f"{API}/{identity}", headers=headers).status_code == 404
        assert client.delete(f"{API}/{identity}", headers=headers).status_code == 404
        change = {"cadence": "daily"}
        patched = client.patch(f"{API}/{identity}", json=change, headers=headers)
        assert patched.status_code == 404
        for where in ("/following", "/people", "/log", "/wanted"):
            assert QUESTION not in other.get(where).text
    assert TestClient(client.app).get("/following", follow_redirects=False).status_code == 303
    assert "1 new" in ana.get("/following").text
    with opened(client) as catalogue:
        log = repr(read_log(catalogue, limit=-1))
    assert "session.open" in log
    assert identity not in log
    assert "holidays" not in log
    assert QUESTION not in caplog.text


# The API ---------------------------------------------------------------------------------------


def test_a_program_follows_reads_marks_and_stops_with_its_persons_key(client):
    headers = by_key(client, "member")
    new = {"search": f"q={QUESTION}", "cadence": "weekly"}
    made = client.post(API, json=new, headers=headers)
    assert made.status_code == 201
    address = f"{API}/{made.json()['id']}"
    assert (made.json()["question"], made.json()["new"]) == (QUESTION, 0)
    document = add(client, "after")
    news = client.get(address, headers=headers).json()
    (match,) = news["matches"]
    assert match["why"].startswith("Related to the question: “Long holidays")
    assert match["page"].startswith(f"{BASE}/documents/{document}?passage=")
    (listed,) = client.get(API, headers=headers).json()["followed"]
    assert (listed["new"], listed["cadence"]) == (1, "weekly")
    seen = {"document_ids": news["told"]}
    assert client.post(f"{address}/seen", json=seen, headers=headers).status_code == 204
    assert client.get(address, headers=headers).json()["matches"] == []
    changed = client.patch(address, json={"cadence": "none"}, headers=headers)
    assert changed.status_code == 204
    assert client.delete(address, headers=headers).status_code == 204
    assert client.get(API, headers=headers).json() == {"followed": []}


def test_a_report_is_not_new_because_it_was_indexed_later(client):
    ana = signed_in(client, "reader")
    page = follow(ana, "/search?q=wellbeing")
    assert REPORT not in ana.get(page).text
