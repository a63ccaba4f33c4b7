"""The desk as pages: forms do what the API does, without scripts, and say what happened."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.people.actors import Actor
from corpus.review.contributions import Contribution
from corpus.review.kinds import QUEUED_NAMES
from corpus.tags.deciding import reject
from corpus.tags.tags import tags_of
from search_api.review.contribution_pages import _beside_message
from search_api.review.contribution_routes import MESSAGES
from search_api.review.document_forms import changed_fields
from search_api.review.words import WORDS
from tests.conftest import store_document
from tests.support.served import REPORT, serving, signed_in

PAGE = f"/documents/{REPORT}"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        yield client


@pytest.fixture
def curator(client: TestClient) -> TestClient:
    return signed_in(client, "curator")


@pytest.fixture
def member(client: TestClient) -> TestClient:
    return signed_in(client, "member")


def catalogue_of(client: TestClient) -> Catalogue:
    return connect(client.app.state.service.settings.catalogue_path)  # type: ignore[attr-defined]


def fields(page: str, form: str) -> dict[str, str]:
    """Return the hidden fields of the first form that begins with ``form``."""
    inside = page[page.index(form) :].partition("</form>")[0]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside)
    return {name: html.unescape(value) for name, value in found}


def origin_of(client: TestClient, term: str) -> str | None:
    with catalogue_of(client) as catalogue:
        tags = tags_of(catalogue, [REPORT])[REPORT]
    return next((t.origin for t in tags if t.term == term), None)


def test_readers_see_no_forms_of_the_desk(client: TestClient, member: TestClient) -> None:
    for reader in (client, member):
        assert f'action="{PAGE}/tags"' not in reader.get(PAGE).text
        assert ">Review<" not in reader.get(PAGE).text
    assert ">Contribute<" in member.get("/").text
    assert ">Contribute<" not in client.get("/").text


def test_a_tag_is_decided_on_the_page_of_its_document(curator: TestClient) -> None:
    for decision, origin in (
        ("confirm", "confirmed"),
        ("retract", "suggested"),
        ("reject", "rejected"),
    ):
        sent = fields(curator.get(PAGE).text, '<form class="decide-tag"')
        sent |= {"term": "stages/generation", "decision": decision, "note": "Seen."}
        answer = curator.post(f"{PAGE}/tags", data=sent, follow_redirects=False)
        assert (answer.status_code, answer.text) == (303, "")
        assert origin_of(curator, "generation") == origin


def test_a_tag_is_added_with_the_link_of_its_passage(curator: TestClient) -> None:
    page = curator.get(PAGE).text
    link = re.search(r'href="(/documents/[^"]+#p-\d+)" aria-label="Link to passage 4"', page)
    assert link
    sent = {"term": "stages/use", "decision": "add", "passage": link[1], "primary": "true"}
    sent |= {"state": fields(page, '<form class="decide-tag"')["state"]}
    assert curator.post(f"{PAGE}/tags", data=sent, follow_redirects=False).status_code == 303
    with catalogue_of(curator) as catalogue:
        (made,) = [t for t in tags_of(catalogue, [REPORT])[REPORT] if t.term == "use"]
    assert (made.origin, made.primary, made.page) == ("confirmed", True, 4)


@pytest.mark.parametrize("passage", ["p", "-1", "9" * 19, "9" * 40, "²", "12"])
def test_what_is_no_passage_is_said(curator: TestClient, passage: str) -> None:
    sent = fields(curator.get(PAGE).text, '<form class="decide-tag"')
    sent |= {"term": "stages/use", "decision": "add", "passage": passage}
    assert curator.post(f"{PAGE}/tags", data=sent).status_code in (404, 422)
    assert origin_of(curator, "use") is None


def test_an_old_page_decides_nothing(curator: TestClient) -> None:
    sent = fields(curator.get(PAGE).text, '<form class="decide-tag"')
    sent |= {"term": "stages/generation"}
    assert curator.post(f"{PAGE}/tags", data=sent | {"decision": "confirm"}).status_code == 200
    late = curator.post(f"{PAGE}/tags", data=sent | {"decision": "reject"})
    assert late.status_code == 412
    assert "Somebody changed it meanwhile" in late.text
    assert origin_of(curator, "generation") == "confirmed"


def test_a_record_is_corrected_where_the_form_differs(curator: TestClient) -> None:
    page = curator.get(PAGE).text
    sent = fields(page, f'<form class="fields" action="{PAGE}/record"')
    sent |= {
        "title": "Measuring wellbeing in schools", "authors": "Ann Author; Ben Writer",
        "publishers": "Example Institute", "countries": "Kenya", "year": "2022", "kind": "report",
        "language": "en", "url": "https://example.org/wellbeing.pdf", "note": "Second edition",
    }  # fmt: skip
    assert curator.post(f"{PAGE}/record", data=sent, follow_redirects=False).status_code == 303
    with catalogue_of(curator) as catalogue:
        held = catalogue.document(REPORT)
    assert (held.year, held.note, held.authors) == (
        2022,
        "Second edition",
        ("Ann Author", "Ben Writer"),
    )
    assert held.metadata_origins == {"year": "curator", "note": "curator"}


def test_what_a_form_repeats_is_not_a_correction(catalogue: Catalogue) -> None:
    held = store_document(
        catalogue, "a", "Text.", authors=("A", "B"), summary="One  two\nthree", year=2020
    )
    sent = {"title": held.title, "authors": "A; B", "summary": "One  two\r\nthree", "year": "2020"}
    assert changed_fields(held, sent) == {}
    assert changed_fields(held, {**sent, "authors": "A", "year": ""}) == {
        "authors": ("A",),
        "year": None,
    }


def test_a_document_is_withdrawn_with_a_reason_and_brought_back(curator: TestClient) -> None:
    def send(**more: str) -> Any:
        page = curator.get(PAGE).text
        sent = fields(page, f'<form class="fields" action="{PAGE}/withdrawal"')
        return curator.post(f"{PAGE}/withdrawal", data=sent | more, follow_redirects=False)

    assert send(decision="withdraw").status_code == 422
    assert send(decision="withdraw", reason="Replaced").status_code == 303
    assert "A curator withdrew this document" in curator.get(PAGE).text
    assert send(decision="restore").status_code == 303
    assert "withdrew" not in curator.get(PAGE).text


def test_the_queue_is_decided_by_its_forms(curator: TestClient) -> None:
    page = curator.get("/review?kind=tag").text
    sent = fields(page, '<form id="decide"') | {"decision": "reject"}
    answer = curator.post("/review", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    after = curator.get(answer.headers["location"]).text
    assert "The tag was rejected." in after
    assert "There is nothing left to decide" in after
    assert origin_of(curator, "generation") == "rejected"
    back = curator.post("/review/undo", data=fields(after, '<form class="undo"'))
    assert back.status_code == 200
    assert "fit?" in back.text
    assert origin_of(curator, "generation") == "suggested"


def test_what_was_decided_already_is_said_on_the_page(curator: TestClient) -> None:
    sent = fields(curator.get("/review?kind=tag").text, '<form id="decide"')
    curator.post("/review", data=sent | {"decision": "confirm"})
    late = curator.post("/review", data=sent | {"decision": "reject"})
    assert "somebody has already decided this" in late.text
    assert origin_of(curator, "generation") == "confirmed"


def test_a_gap_in_the_record_is_filled_in(curator: TestClient) -> None:
    page = curator.get("/review?kind=metadata").text
    sent = fields(page, '<form id="edit"')
    answer = curator.post(
        "/review/record",
        data=sent | {"year": "2019", "publishers": "OECD"},
        follow_redirects=False,
    )
    assert "done" in parse_qs(urlsplit(answer.headers["location"]).query)
    with catalogue_of(curator) as catalogue:
        held = catalogue.document(sent["item"].partition(":")[2])
    assert (held.year, held.publishers) == (2019, ("OECD",))
    wrong = curator.post("/review/record", data=sent | {"year": "soon"})
    assert "Nothing was changed" in wrong.text


def asked_about(page: str) -> str:
    return fields(page, '<form id="decide"')["item"]


def test_after_a_decision_further_down_the_best_item_comes_next(curator: TestClient) -> None:
    page = curator.get("/review?kind=metadata").text
    best = asked_about(page)
    last = re.findall(r'href="(/review\?[^"]*item=metadata[^"]*)"', page)[-1]
    sent = fields(curator.get(html.unescape(last)).text, '<form id="decide"')
    assert sent["item"] != best
    after = curator.post("/review", data=sent | {"decision": "confirm"})
    assert asked_about(after.text) == best


def test_a_skipped_gap_waits_at_the_end_until_the_queue_is_opened_again(
    curator: TestClient,
) -> None:
    page = curator.get("/review?kind=metadata").text
    skipped, link = asked_about(page), re.search(r'id="skip" href="([^"]+)"', page)
    assert link
    page = curator.get(html.unescape(link[1])).text
    second = asked_about(page)
    sent = fields(page, '<form id="decide"') | {"decision": "confirm"}
    third = asked_about(curator.post("/review", data=sent).text)
    assert len({skipped, second, third}) == 3
    assert asked_about(curator.get("/review?kind=metadata").text) == skipped


def test_an_entry_of_somebody_else_is_not_offered_to_be_undone(
    client: TestClient, curator: TestClient
) -> None:
    sent = fields(curator.get("/review?kind=tag").text, '<form id="decide"')
    answer = curator.post("/review", data=sent | {"decision": "confirm"}, follow_redirects=False)
    assert "Undo <kbd>u</kbd>" in curator.get(answer.headers["location"]).text
    admin = signed_in(client, "admin")
    assert "Undo <kbd>u</kbd>" not in admin.get(answer.headers["location"]).text


def test_a_member_contributes_and_a_curator_decides(
    client: TestClient, member: TestClient, curator: TestClient
) -> None:
    words = b"Zebrafish teachers visit each other to learn from their peers. " * 20
    sent = member.post("/contribute", files={"file": ("visits.txt", words)}, data={"note": "New"})
    assert "is waiting for a curator" in sent.text
    assert "Zebrafish teachers" in sent.text
    assert "Does it belong here?" not in sent.text
    assert "<dd>English</dd>" in sent.text
    path = urlsplit(str(sent.url)).path
    assert client.get(path, follow_redirects=False).status_code == 303
    page = curator.get(path).text
    decided = fields(page, f'<form action="{path}/decision"')
    assert (
        curator.post(f"{path}/decision", data=decided | {"decision": "decline"}).status_code == 422
    )
    curator.post(f"{path}/decision", data=decided | {"decision": "accept"})
    assert "A curator accepted it" in member.get("/contribute").text
    assert "El equipo curador lo aceptó" in member.get("/contribute?lang=es").text
    assert "El equipo curador lo aceptó" in member.get(f"{path}?lang=es").text
    assert "Zebrafish" in client.get("/search?q=zebrafish").text.partition("<article")[2]


def test_a_page_in_spanish_has_no_english_counts_of_what_was_read(member: TestClient) -> None:
    note = {"file": ("made-up.md", b"# Counted\n\nSchools counted what pupils said this year.\n")}
    page = member.post("/contribute", files=note, headers={"Accept-Language": "es"})
    assert "está a la espera" in page.text
    assert "Added:" not in page.text


def test_an_unknown_kind_of_item_shows_the_whole_queue(curator: TestClient) -> None:
    assert "There is nothing left to decide" not in curator.get("/review?kind=colour").text


def test_a_contribution_without_anything_is_answered_in_the_form(member: TestClient) -> None:
    answer = member.post("/contribute", data={"url": "", "note": "My note"})
    assert answer.status_code == 422
    assert ">Choose a file, or give a web address.</p>" in answer.text
    assert "My note" in answer.text


def test_every_kind_of_item_has_words() -> None:
    assert set(WORDS) == set(QUEUED_NAMES)


def test_a_field_that_is_stated_is_not_overwritten_from_the_queue(curator: TestClient) -> None:
    sent = fields(curator.get("/review?kind=metadata").text, '<form id="edit"')
    document_id = sent["item"].partition(":")[2]
    with catalogue_of(curator) as catalogue:
        title = catalogue.document(document_id).title
    answer = curator.post("/review/record", data=sent | {"title": "Another", "year": "2019"})
    assert (answer.status_code, "Nothing was changed" in answer.text) == (422, True)
    with catalogue_of(curator) as catalogue:
        assert catalogue.document(document_id).title == title


def test_a_decision_about_a_term_the_taxonomy_lost_is_taken_back_on_the_page(
    curator: TestClient,
) -> None:
    with catalogue_of(curator) as catalogue:
        reject(catalogue, Actor("mei", "curator"), REPORT, "stages", "an-older-term")
    sent = {"term": "stages/an-older-term", "decision": "retract"}
    sent |= {"state": fields(curator.get(PAGE).text, '<form class="decide-tag"')["state"]}
    assert curator.post(f"{PAGE}/tags", data=sent, follow_redirects=False).status_code == 303
    assert origin_of(curator, "an-older-term") is None


def test_a_message_is_not_repeated_by_its_reason() -> None:
    said = MESSAGES["held"]
    held = Contribution("1", "s", "n", None, None, "Mo", "2025-01-01", "held", said)
    assert _beside_message(held) == ""
