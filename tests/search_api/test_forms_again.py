"""A form that is refused is shown again with what was typed, and the reason beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.model import Tag
from corpus.tags.tags import suggest
from search_api.web.forms import digest_fields, merge_fields
from tests.support.served import DIGEST, REPORT, serving, signed_in

PAGE = f"/documents/{REPORT}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture(scope="module")
def curator(client: TestClient) -> TestClient:
    return signed_in(client, "curator")


@pytest.fixture(scope="module")
def other(client: TestClient) -> TestClient:
    return signed_in(client, "admin")


@pytest.fixture(scope="module")
def member(client: TestClient) -> TestClient:
    return signed_in(client, "member")


def catalogue_of(client: TestClient) -> Catalogue:
    return connect(client.app.state.service.settings.catalogue_path)  # type: ignore[attr-defined]


class Forms(HTMLParser):
    """The fields of each form, by its action, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        if not self.found:
            return
        fields, name = self.found[-1][1], given.get("name", "")
        boxed = given.get("type") in ("checkbox", "radio") and "checked" not in given
        if tag == "input" and name and not boxed:
            fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area, fields[name] = name, ""
        elif tag == "select":
            self._select, fields[name] = name, ""
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def form(html: str, action: str, **having: str) -> dict[str, str]:
    """Return the fields of the first form with this action whose fields say that."""
    return next(
        fields
        for found, fields in Forms(html).found
        if found == action and having.items() <= fields.items()
    )


def said(answer: httpx.Response) -> str:
    """Return the reason that stands on the page."""
    return unescape(re.findall(r'role="alert"[^>]*>([^<]*)', answer.text)[0])


def send(browser: TestClient, action: str, fields: dict[str, str]) -> httpx.Response:
    return browser.post(action, data=fields, follow_redirects=False)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"year": "soon"}, "four digits"), ({"kind": "poem"}, "kind"), ({"doi": "x"}, "DOI"),
     ({"summary": "x" * 5_001}, "5,000"), ({"note": "x" * 9_000}, "5,000")],
)  # fmt: skip
def test_a_record_that_cannot_be_keeps_all_that_was_typed(
    curator: TestClient, wrong: dict[str, str], reason: str
) -> None:
    action = f"{PAGE}/record"
    sent = form(curator.get(PAGE).text, action) | {"licence": "Typed <b>", "note": "A\nB"} | wrong
    answer = send(curator, action, sent)
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    assert reason in said(answer)
    again = form(answer.text, action)
    shown = {name: again[name] for name in sent}
    if "kind" in wrong:  # no choice of the form has it
        shown["kind"] = sent["kind"]
    assert shown == sent
    assert 'class="edit-record" open' in answer.text
    assert "Typed" not in curator.get(PAGE).text


def test_a_note_of_as_many_lines_as_the_form_lets_one_type_is_kept(curator: TestClient) -> None:
    """Browsers count a line's end as one character and send two."""
    action, note = f"{PAGE}/record", "line\n" * 999 + "last"
    sent = form(curator.get(PAGE).text, action) | {"note": note.replace("\n", "\r\n")}
    assert send(curator, action, sent).status_code == 303
    with catalogue_of(curator) as catalogue:
        assert catalogue.document(REPORT).note == note
    contributed = {"url": "", "note": "n\r\n" * 900}
    assert "2,000" not in said(send(curator, "/contribute", contributed))


def test_two_curators_of_one_record_get_both_texts(curator: TestClient, other: TestClient) -> None:
    action = f"{PAGE}/record"
    mine = theirs = form(curator.get(PAGE).text, action)
    theirs = theirs | {"licence": "Theirs", "summary": "Their summary"}
    assert send(other, action, theirs).status_code == 303
    mine = mine | {"licence": "Mine", "authors": "Only One"}
    answer = send(curator, action, mine)
    assert answer.status_code == 412
    assert "Somebody changed it meanwhile" in said(answer)
    again = form(answer.text, action)
    assert again["licence"] == "Mine"
    assert again["authors"] == "Only One"
    assert again["summary"] == "Their summary"  # I left it as it was
    assert re.findall(r"Stored now:</strong> <span>([^<]*)", answer.text) == ["Theirs"]
    assert send(curator, action, again).status_code == 303
    with catalogue_of(curator) as catalogue:
        held = catalogue.document(REPORT)
    assert (held.licence, held.authors, held.summary) == ("Mine", ("Only One",), "Their summary")


def test_a_form_that_does_not_say_what_it_was_made_from_shows_both() -> None:
    now = {"title": "Now", "note": "Same"}
    for typed in (
        {"title": "Typed"},
        {"title": "Typed", "seen": "[}"},
        {"title": "Typed", "seen": "[]"},
    ):
        fields = merge_fields(now, typed)
        assert (fields["title"].value, fields["title"].theirs) == ("Typed", "Now")
        assert (fields["note"].value, fields["note"].theirs) == ("Same", None)
    mine = merge_fields(now, {"title": "Typed", "note": "Same", "seen": digest_fields(now)})
    assert (mine["title"].value, mine["title"].theirs) == ("Typed", None)


def test_the_note_on_a_tag_outlives_a_refusal(curator: TestClient, other: TestClient) -> None:
    action = f"{PAGE}/tags"
    mine = form(curator.get(PAGE).text, action, term="stages/generation")
    theirs = form(other.get(PAGE).text, action, term="topics/foundational-skills-wellbeing")
    assert send(other, action, theirs | {"decision": "reject"}).status_code == 303
    mine |= {"decision": "confirm", "note": "Read it twice"}
    answer = send(curator, action, mine)
    assert answer.status_code == 412
    again = form(answer.text, action, term="stages/generation")
    assert again["note"] == "Read it twice"
    assert send(curator, action, again | {"decision": "confirm"}).status_code == 303
    long = form(curator.get(PAGE).text, action, term="stages/generation")
    answer = send(curator, action, long | {"decision": "reject", "note": "n" * 2_001})
    assert answer.status_code == 422
    assert form(answer.text, action, term="stages/generation")["note"] == "n" * 2_001


@pytest.mark.parametrize(("passage", "status"), [("page seven", 422), ("12", 404)])
def test_a_tag_with_no_such_passage_is_shown_again(
    curator: TestClient, passage: str, status: int
) -> None:
    action = f"{PAGE}/tags"
    typed = {"term": "stages/use", "passage": passage, "note": "Why", "primary": "true"}
    sent = form(curator.get(PAGE).text, action, passage="") | typed
    answer = send(curator, action, sent | {"decision": "add"})
    assert answer.status_code == status
    assert "passage" in said(answer)
    again = form(answer.text, action, passage=passage)
    assert {name: again.get(name) for name in typed} == typed
    assert 'class="add-tag" open' in answer.text


def test_a_note_whose_form_is_gone_is_shown_with_the_reason(
    curator: TestClient, other: TestClient
) -> None:
    action, term = f"{PAGE}/tags", "stages/use"
    added = form(other.get(PAGE).text, action, passage="") | {"term": term, "decision": "add"}
    assert send(other, action, added).status_code == 303
    mine = form(curator.get(PAGE).text, action, term=term)
    back = form(other.get(PAGE).text, action, term=term) | {"decision": "retract"}
    assert send(other, action, back).status_code == 303
    answer = send(curator, action, mine | {"decision": "reject", "note": "Not this one"})
    assert answer.status_code == 412
    assert "You wrote: “Not this one”" in said(answer)


def test_a_reason_to_withdraw_is_kept(curator: TestClient, other: TestClient) -> None:
    action = f"{PAGE}/withdrawal"
    mine = form(curator.get(PAGE).text, action) | {"decision": "withdraw"}
    tag = form(other.get(PAGE).text, f"{PAGE}/tags", term="stages/generation")
    send(other, f"{PAGE}/tags", tag | {"decision": "retract"})
    answer = send(curator, action, mine | {"reason": "Replaced by another"})
    assert answer.status_code == 412
    assert form(answer.text, action)["reason"] == "Replaced by another"
    empty = send(curator, action, form(curator.get(PAGE).text, action) | {"decision": "withdraw"})
    assert empty.status_code == 422
    assert "reason is required" in said(empty)


def test_what_was_typed_stays_text(curator: TestClient) -> None:
    hostile = '"><script>alert(1)</script>'
    action = f"{PAGE}/record"
    sent = form(curator.get(PAGE).text, action) | {"year": hostile, "note": hostile}
    assert "<script>" not in send(curator, action, sent).text
    tag = form(curator.get(PAGE).text, f"{PAGE}/tags", term="stages/generation")
    for name in ("note", "term", "passage", "decision", "state"):
        answer = send(curator, f"{PAGE}/tags", tag | {"decision": "add", name: hostile})
        assert answer.status_code in (404, 412, 422) or name == "note"
        assert "<script>" not in answer.text


def test_a_contribution_that_is_refused_keeps_address_and_note(member: TestClient) -> None:
    for url, note in (("ftp://example.org", "Look"), ("", "Only a note"), ("x" * 4_001, "Long"),
                      ("", "n" * 2_001)):  # fmt: skip
        answer = send(member, "/contribute", {"url": url, "note": note})
        assert answer.status_code == 422
        again = form(answer.text, "/contribute")
        assert (again["url"], again["note"]) == (url, note)
    answer = member.post("/contribute", data={"note": "Mine"}, files={"file": ("empty.txt", b"")})
    assert answer.status_code == 422
    assert "Choose the file again" in said(answer)
    assert form(answer.text, "/contribute")["note"] == "Mine"


def test_a_contribution_too_many_keeps_its_note(
    member: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.review.contributions.MOST_WAITING", 0)
    answer = member.post(
        "/contribute", data={"note": "Mine"}, files={"file": ("a.txt", b"Words. " * 50)}
    )
    assert answer.status_code == 429
    assert form(answer.text, "/contribute")["note"] == "Mine"


def test_a_decision_about_a_contribution_keeps_its_reason(
    member: TestClient, curator: TestClient, other: TestClient
) -> None:
    words = b"Okapi teachers visit each other to learn from their peers. " * 20
    made = member.post("/contribute", files={"file": ("okapi.txt", words)})
    path = made.url.path
    action = f"{path}/decision"
    mine = form(curator.get(path).text, action)
    long = send(curator, action, mine | {"decision": "accept", "reason": "r" * 2_001})
    assert long.status_code == 422
    assert form(long.text, action)["reason"] == "r" * 2_001
    assert send(other, action, mine | {"decision": "accept"}).status_code == 303
    late = send(curator, action, mine | {"decision": "decline", "reason": "Not ours"})
    assert late.status_code == 412
    assert "You wrote: “Not ours”" in said(late)


def test_the_review_page_keeps_what_was_typed(curator: TestClient, other: TestClient) -> None:
    page = curator.get("/review?kind=metadata").text
    sent = form(page, "/review/record") | {"year": "soon", "publishers": "OECD"}
    answer = send(curator, "/review/record", sent)
    assert answer.status_code == 422
    assert "Nothing was changed: year must be four digits" in answer.text
    again = form(answer.text, "/review/record")
    assert (again["year"], again["publishers"]) == ("soon", "OECD")
    assert send(curator, "/review/record", again | {"year": "2019"}).status_code == 303
    with catalogue_of(curator) as catalogue, catalogue.transaction():
        suggest(catalogue, Tag(DIGEST, "stages", "use", "suggested", score=0.5))
    tag = form(curator.get("/review?kind=tag").text, "/review")
    stale = send(curator, "/review", tag | {"state": "old", "decision": "confirm", "note": "So"})
    assert stale.status_code == 412
    assert form(stale.text, "/review")["note"] == "So"
    assert send(other, "/review", tag | {"decision": "confirm"}).status_code == 303
    late = send(curator, "/review", tag | {"kind": "", "decision": "reject", "note": "Not so"})
    assert late.status_code == 409
    assert "You wrote: “Not so”" in late.text
    assert "Not so" not in form(late.text, "/review").values()
