"""The pages of resource lists: forms without scripts, and nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from corpus.documents.links import LinkCheck, record_checks
from corpus.documents.works import decide_relation
from corpus.lists.lists import version_of
from corpus.people.actors import Actor
from tests.support.list_forms import EDIT, form_of, kept, make_a_list, opened, post
from tests.support.served import (
    BREAKOUT,
    DIGEST,
    HOSTILE,
    LOCAL,
    REPORT,
    SCRIPT,
    serving,
    signed_in,
)

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    with serving(tmp_path / "data") as client:
        yield client


@pytest.fixture
def mei(client) -> TestClient:
    return make_a_list(client)


def test_a_list_is_made_and_filled_with_plain_forms(mei):
    selection = kept(mei).selection
    assert [(s.title, [e.title for e in s.entries]) for s in selection.sections] == [
        ("One", ["Measuring wellbeing in schools", "Elsewhere"]),
        ("Two", []),
    ]
    first, second = selection.entries
    assert (first.note, first.document_id) == ("The first", REPORT)
    assert (second.url, second.document_id) == ("https://e.org/x", None)


def test_a_button_does_its_work_and_saves_what_was_typed(mei):
    entry = kept(mei).selection.entries[0]
    fields = {"action": f"down:{entry.id}", "summary": "Typed before moving."}
    answer = post(mei, EDIT, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{EDIT}#entry-{entry.id}")
    held = kept(mei).selection
    assert held.summary == "Typed before moving."
    assert [e.title for e in held.entries] == ["Elsewhere", "Measuring wellbeing in schools"]
    post(mei, EDIT, action=f"remove:{entry.id}")
    assert [e.title for e in kept(mei).selection.entries] == ["Elsewhere"]


def test_the_second_of_two_curators_gets_both_texts_and_loses_nothing(client, mei):
    ana = signed_in(client, "admin")
    mine, theirs = form_of(mei.get(EDIT).text), form_of(ana.get(EDIT).text)
    first, second = (e.id for e in kept(mei).selection.entries)
    theirs |= {f"entry-{first}-note": "Ana's note", "summary": "Ana's summary"}
    assert post(ana, EDIT, action="save", **theirs).status_code == 303
    mine |= {f"entry-{first}-note": "Mei's note", f"entry-{second}-note": "Mei's other"}
    more = {"new-title": "Mei's entry", "new-url": "https://e.org/mei", "new-note": "Mei's why"}
    answer = post(mei, EDIT, **{**mine, **more, "action": "add"})
    assert answer.status_code == 412
    assert kept(mei).selection.entries[0].note == "Ana's note"
    shown = form_of(answer.text)
    assert shown[f"entry-{first}-note"] == "Mei's note"
    assert shown[f"entry-{second}-note"] == "Mei's other"
    assert shown["summary"] == "Ana's summary"
    page = unescape(answer.text)
    assert "the admin wrote:" in page
    assert "Ana's note" in page
    assert f'href="#theirs-{first}-note"' in page
    assert "Mei's why" in page
    # Saving what is shown keeps all of it.
    assert f'id="theirs-{first}-note"' in page
    assert post(mei, EDIT, **{**shown, "action": "save"}).status_code == 303
    held = kept(mei).selection
    assert [e.title for e in held.entries][-1] == "Mei's entry"
    assert [e.note for e in held.entries] == ["Mei's note", "Mei's other", "Mei's why"]
    assert held.summary == "Ana's summary"


def test_a_third_save_meanwhile_is_met_the_same_way(client, mei):
    ana = signed_in(client, "admin")
    old = form_of(mei.get(EDIT).text)
    post(ana, EDIT, action="save", title="Ana 1")
    shown = form_of(post(mei, EDIT, **{**old, "summary": "Mei's", "action": "save"}).text)
    post(ana, EDIT, action="save", title="Ana 2")
    again = post(mei, EDIT, **{**shown, "action": "save"})
    assert again.status_code == 412
    fields = form_of(again.text)
    assert (fields["title"], fields["summary"]) == ("Ana 2", "Mei's")
    assert post(mei, EDIT, **{**fields, "action": "save"}).status_code == 303


def test_what_cannot_be_saved_is_shown_again_with_the_reason(mei):
    answer = post(mei, EDIT, action="add", title="Typed", **{"new-document": "no-such-document"})
    assert answer.status_code == 422
    assert form_of(answer.text)["title"] == "Typed"
    assert form_of(answer.text)["new-document"] == "no-such-document"
    assert "no-such-document" in answer.text
    assert kept(mei).selection.title == "Reading"


def test_a_passage_is_pinned_by_the_address_beside_it(mei):
    with opened(mei) as catalogue:
        passage = catalogue.passages(REPORT)[6]
    entry = kept(mei).selection.entries[0]
    address = f"http://testserver/documents/{REPORT}?passage={passage.id}#p-{passage.id}"
    post(mei, EDIT, action="save", **{f"entry-{entry.id}-passage": address})
    pin = kept(mei).selection.entries[0].pin
    assert (pin.passage_id, pin.quote, pin.page) == (passage.id, passage.text, 7)
    post(mei, EDIT, action=f"unpin:{entry.id}")
    assert kept(mei).selection.entries[0].pin is None
    passage_field = f"entry-{entry.id}-passage"
    for named in ("page seven", "12", "//["):
        typed = {passage_field: named, "summary": "Typed", "new-section-title": "Three"}
        wrong = post(mei, EDIT, action="save", **typed)
        assert wrong.status_code == 422
        assert form_of(wrong.text).items() >= typed.items()


def test_publishing_makes_a_permalink_that_stays(client, mei):
    answer = post(mei, EDIT, action="publish", **{"publish-note": "The first"})
    assert answer.headers["location"] == "/lists/reading"
    post(mei, EDIT, action="save", title="Not published")
    for path in ("/lists/reading", "/lists/reading/versions/1"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Not published" not in page.text
    assert "The first" in client.get("/lists/reading/versions").text
    assert "unpublished changes" in mei.get("/lists/reading").text
    again = post(mei, EDIT, action="publish", title="Reading")
    assert again.status_code == 409


def test_a_document_says_which_published_lists_it_is_in(client, mei):
    assert "Listed in" not in client.get(f"/documents/{REPORT}").text
    post(mei, EDIT, action="publish")
    assert 'href="/lists/reading"' in client.get(f"/documents/{REPORT}").text
    post(mei, EDIT, action="archive")
    assert "Listed in" not in client.get(f"/documents/{REPORT}").text


def test_readers_see_published_lists_only(client, mei):
    assert client.get("/lists/reading").status_code == 404
    assert client.get("/lists/reading/versions").status_code == 404
    assert "/lists/reading" not in client.get("/lists").text
    for path in (EDIT, "/lists/new", f"/lists/add?document={REPORT}"):
        assert client.get(path, follow_redirects=False).status_code != 200
    assert "/lists/reading" in mei.get("/lists").text
    assert "Only curators see this list" in mei.get("/lists/reading").text


def test_a_curators_page_is_kept_by_no_cache(mei):
    for path in ("/lists", "/lists/reading", EDIT):
        answer = mei.get(path)
        assert "no-store" in answer.headers["cache-control"]
        assert "etag" not in answer.headers


def test_a_document_is_added_from_its_page(mei):
    page = mei.get(f"/documents/{LOCAL}").text
    assert f"/lists/add?document={LOCAL}" in page
    with opened(mei) as catalogue:
        passage = catalogue.passages(LOCAL)[0].id
    assert f"passage={passage}" in page
    choice = mei.get(f"/lists/add?document={LOCAL}&passage={passage}").text
    where = [unescape(v) for v in re.findall(r'<option value="([^"]*)"', choice)][1]
    fields = {"document": LOCAL, "passage": str(passage), "where": where, "note": "Mine"}
    assert post(mei, "/lists/add", **fields).status_code == 303
    added = kept(mei).selection.sections[1].entries[0]
    assert (added.document_id, added.note, added.pin.passage_id) == (LOCAL, "Mine", passage)
    again = post(mei, "/lists/add", **fields)  # the list was saved since
    assert again.status_code == 412
    assert ">Mine</textarea>" in again.text
    assert len(kept(mei).selection.entries) == 3
    gone = post(mei, "/lists/add", **fields | {"passage": "12"})
    assert gone.status_code == 404
    assert ">Mine</textarea>" in gone.text


def test_a_reader_is_not_offered_what_curators_do(client):
    for path in (f"/documents/{LOCAL}", "/search?q=wellbeing", "/lists"):
        page = client.get(path).text
        assert "/lists/add" not in page
        assert "/lists/new" not in page


def test_a_search_becomes_a_smart_list(client, mei):
    page = mei.get("/search?q=numeracy&kind=blog").text
    link = unescape(re.search(r'href="(/lists/new\?query=[^"]*)"', page)[1])
    query = form_query(mei.get(link).text)
    answer = post(mei, "/lists/new", title="Numeracy", query=query)
    assert answer.headers["location"] == "/lists/numeracy/edit"
    edit = mei.get("/lists/numeracy/edit").text
    assert "q=numeracy&amp;kind=blog" in edit
    assert mei.get("/lists/numeracy").status_code == 200
    done = mei.post("/lists/numeracy/edit", data={"revision": "1", "action": "publish"})
    assert done.status_code == 200
    assert client.get("/lists/numeracy").text.count('class="entry-title"') == 12


def test_an_address_that_is_taken_is_shown_again_with_the_reason(mei):
    post(mei, "/lists/new", title="Numeracy", query="q=numeracy")
    answer = post(mei, "/lists/numeracy/freeze", slug="reading")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert (
        'name="slug" maxlength="80" pattern="[a-z0-9]+(-[a-z0-9]+)*" required value="reading"'
        in (answer.text)
    )


def form_query(html: str) -> str:
    return unescape(re.search(r'id="query"[^>]*value="([^"]*)"', html)[1])


def test_suggestions_are_taken_or_turned_down_on_the_page(mei):
    def offered() -> list[str]:
        return re.findall(r'value="accept:([^"]*)"', mei.get(EDIT).text)

    first, second = offered()[:2]
    section = kept(mei).selection.sections[1].id
    post(mei, EDIT, action=f"accept:{first}", **{"new-section": section})
    post(mei, EDIT, action=f"reject:{second}")
    assert [e.document_id for e in kept(mei).selection.sections[1].entries] == [first]
    assert {first, second}.isdisjoint(offered())


def test_a_curator_is_warned_and_can_take_the_newer_document(client, mei):
    with opened(mei) as catalogue, catalogue.transaction():
        decide_relation(catalogue, REPORT, DIGEST, "new-version", by="Mei")
        dead = LinkCheck("https://e.org/x", "dead", "The server has no such page (404).")
        record_checks(catalogue, [dead], Actor("Mei", "curator"))
    page = mei.get(EDIT).text
    assert "There is a newer version: La escalera del bienestar" in page
    assert "no such page (404)" in page
    post(mei, EDIT, action="publish")
    assert "no such page (404)" in mei.get("/lists/reading").text
    assert "no such page (404)" not in client.get("/lists/reading").text
    replaced = re.search(r'value="(replace:[^"]*)"', page)[1]
    post(mei, EDIT, action=replaced)
    entry = kept(mei).selection.entries[0]
    assert (entry.document_id, entry.note) == (DIGEST, "The first")


def test_putting_away_and_taking_out_lose_nothing(client, mei):
    post(mei, EDIT, action="publish")
    before = kept(mei).selection
    post(mei, EDIT, action="archive")
    assert "/lists/reading" not in client.get("/lists").text
    assert "no longer keep this list" in client.get("/lists/reading").text
    post(mei, EDIT, action="restore")
    assert "/lists/reading" in client.get("/lists").text
    assert kept(mei).selection == before


def test_a_hostile_document_and_a_hostile_note_stay_text(client, mei):
    post(mei, EDIT, action="add", title=SCRIPT, summary=BREAKOUT, **{"new-document": HOSTILE})
    entry = kept(mei).selection.entries[-1]
    assert entry.url is None
    post(mei, EDIT, action="publish", **{f"entry-{entry.id}-note": SCRIPT, "publish-note": SCRIPT})
    pages = [client.get(f"/lists{p}").text for p in ("", "/reading", "/reading/versions")]
    for page in (*pages, mei.get(EDIT).text):
        assert SCRIPT not in page
        assert "<img src=x" not in page
        assert "javascript:" not in page


def test_a_version_is_the_same_after_its_documents_went(client, mei):
    post(mei, EDIT, action="publish")
    with opened(mei) as catalogue, catalogue.transaction():
        catalogue.delete_document(REPORT)
        assert version_of(catalogue, "reading", 1).selection.entries[0].title
    page = client.get("/lists/reading/versions/1").text
    assert "Measuring wellbeing in schools" in page
    assert "Ann Author; Ben Writer (2021)" in page
    assert "No longer in the repository" in page
