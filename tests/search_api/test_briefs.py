"""A brief quotes word for word with page and source, repeats nothing and hides no doubt."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from docx import Document as Word
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.lists.lists import resource_list
from search_api.app import create_app
from search_api.briefs.packing import lay_out_brief
from search_api.briefs.presenting import short_name
from search_api.briefs.shapes import BriefAnswer
from search_api.exports.markdown import write_paper
from search_api.exports.taking import Made
from tests.support.briefed import (
    BODY,
    BREAKOUT,
    DANGLING,
    DENIES,
    HELPS,
    LIMITED,
    QUESTION,
    REFERENCE,
    SCRIPT,
    brief_settings,
    store_parts,
)
from tests.support.fakes import HashEncoder
from tests.support.served import a_document, signed_in

API = "/api/v1/brief"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = brief_settings(tmp_path_factory.mktemp("briefs"))
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


@pytest.fixture(scope="module")
def brief(client: TestClient) -> dict[str, Any]:
    return client.get(API, params={"q": QUESTION}).json()


def statements_of(brief: dict[str, Any]) -> list[dict[str, Any]]:
    groups = [group["statements"] for group in brief["findings"]]
    return [*brief["key_messages"], *(s for group in groups for s in group)]


def lines_of(brief: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for statement in statements_of(brief) for line in statement["lines"]]


def texts_of(brief: dict[str, Any]) -> list[str]:
    return [line["text"] for line in lines_of(brief)]


def test_every_line_is_in_its_passage_on_the_page_it_cites(client, brief):
    assert len(lines_of(brief)) >= 4
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        for line in lines_of(brief):
            passage = catalogue.passages_by_id([int(line["passage_id"])])[int(line["passage_id"])]
            start = passage.start + passage.text.index(line["text"])
            (page,) = (p for p in catalogue.pages(line["document_id"]) if p.number == line["page"])
            assert page.start <= start < page.end
            assert line["role"] == passage.role


def test_a_line_names_its_printed_page_its_links_and_its_source(brief):
    line = next(line for line in lines_of(brief) if line["text"] == HELPS)
    assert line["page_label"] == "p. 12"  # printed; the second page of the file
    assert line["url"] == "https://example.org/helpful-trial.pdf#page=2"
    assert f"#p-{line['passage_id']}" in line["link"]
    source = brief["sources"][line["source"] - 1]
    assert (source["number"], source["short"]) == (line["source"], "Ann Author, 2021")
    assert source["countries"] == ["Kenya"]
    assert source["evidence_types"] == [
        {"id": "randomised-trial", "label": "Randomised trial", "confirmed": True}
    ]


def test_a_source_that_names_nobody_is_not_called_by_its_title_twice() -> None:
    nobody = a_document("made-up", "A made-up leaflet")
    named = a_document("made-up", "A made-up leaflet", authors=("Ann Author",), year=2021)
    assert (short_name(nobody), short_name(named)) == ("n.d.", "Ann Author, 2021")


def test_summaries_and_findings_speak_and_a_body_only_where_there_is_neither(brief):
    roles = {line["text"]: line["role"] for line in lines_of(brief)}
    assert roles[BODY] == "body"
    assert set(roles.values()) == {"summary", "findings", "body"}
    assert {line["document_id"] for line in lines_of(brief) if line["role"] == "body"} == {
        "body-alone"
    }
    assert brief["made"]["from_body"] == 1


def test_no_line_is_a_reference_or_needs_another_and_what_limits_one_is_with_it(brief):
    said = texts_of(brief)
    assert not any(REFERENCE in text or DANGLING in text for text in said)
    assert LIMITED in said


def test_near_repeats_are_left_out_and_counted(brief):
    vectors = HashEncoder().encode_passages(texts_of(brief))
    stances = [line["stance"] for line in lines_of(brief)]
    for n, row in enumerate(vectors):
        for m in range(n):
            alike = float(row @ vectors[m]) > 0.85
            assert not alike or stances[n] != stances[m], (texts_of(brief)[n], texts_of(brief)[m])
    assert brief["made"]["repeats"] == 1


def test_voices_that_disagree_stand_side_by_side(brief):
    differ = [s["lines"] for s in statements_of(brief) if len(s["lines"]) > 1]
    pairs = [{line["text"] for line in lines} for lines in differ]
    assert any(DENIES in pair for pair in pairs)
    for lines in differ:
        assert len({line["document_id"] for line in lines}) == 2
        assert len({line["stance"] for line in lines}) == 2


def test_the_box_says_what_was_asked_read_used_and_what_is_missing(brief):
    made = brief["made"]
    assert (made["read"], made["used"]) == (6, len(lines_of(brief)))
    assert {c["label"]: c["count"] for c in made["countries"]}["Kenya"] == 2
    assert any("Evidence translation" in said for said in made["missing"])
    assert any("state no year" in said for said in made["missing"])
    assert "does not recommend" in brief["note"]


def test_a_filter_narrows_it_and_what_one_asks_for_is_where_it_is_grouped(client):
    found = client.get(API, params={"q": QUESTION, "country": "Kenya", "group": "country"}).json()
    documents = {source["id"] for source in found["sources"]}
    assert documents == {"helpful-trial", "limited-project"}
    assert {group["id"] for group in found["findings"]} <= {"Kenya"}
    one_stage = client.get(API, params={"q": QUESTION, "stage": "generation"}).json()
    assert one_stage["group"] == "topic"


def test_without_a_question_the_documents_that_pass_the_filters_are_quoted(client):
    found = client.get(API, params={"country": "Uganda"}).json()
    assert texts_of(found) == [DENIES]
    assert found["title"] == "Uganda"


def test_a_dropped_line_is_gone_and_nothing_takes_its_place(client, brief):
    out = lines_of(brief)[0]["id"]
    found = client.get(API, params={"q": QUESTION, "drop": out}).json()
    assert found["made"]["dropped"] == 1
    assert [x["id"] for x in lines_of(found)] == [x["id"] for x in lines_of(brief)[1:]]
    assert f"drop={out}" in found["links"]["permanent"]


def test_the_permanent_address_says_what_changed(client):
    settings = client.app.state.service.settings
    chess = {"q": "chess clubs", "country": "Chile"}

    def add(name: str, text: str) -> None:
        store_parts(catalogue, name, [("summary", 1, text)], countries=("Chile",))

    with connect(settings.catalogue_path) as catalogue:
        add("one", "Chess clubs are open to every pupil of the school.")
        add("two", "Girls join chess clubs less often than boys.")
        brief = client.get(API, params=chess).json()
        query = urlsplit(brief["links"]["permanent"]).query
        same = client.get(f"{API}?{query}").json()["changes"]
        assert (same["new"], same["gone"], same["documents"]) == (0, 0, 0)
        assert same["message"] == "Nothing has changed since this address was made."
        catalogue.delete_document("one")
        add("three", "Two of ten schools had to close their chess clubs.")
        later = client.get(f"{API}?{query}").json()
        page = client.get(f"/brief?{query}").text
        for name in ("two", "three"):
            catalogue.delete_document(name)
    assert (later["changes"]["new"], later["changes"]["gone"]) == (1, 1)
    assert [line["document_id"] for line in lines_of(later) if line["new"]] == ["three"]
    assert (later["changes"]["documents"], later["changes"]["quoted"]) == (2, 1)
    assert "1 line is new and marked so; 1 earlier line is gone" in page


def test_the_page_and_the_files_have_the_same_lines(client, brief):
    page = client.get("/brief", params={"q": QUESTION})
    word = client.get(API, params={"q": QUESTION, "format": "docx"})
    text = client.get(API, params={"q": QUESTION, "format": "md"})
    assert word.headers["content-disposition"] == 'attachment; filename="brief.docx"'
    document = Word(io.BytesIO(word.content))
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    words = "\n".join([p.text for p in document.paragraphs] + cells)
    assert document.core_properties.title == brief["title"]
    assert document.core_properties.created.date().isoformat() == brief["made"]["made_on"]
    plain = [t for t in texts_of(brief) if "<" not in t]
    assert len(plain) >= 4
    for said in plain:
        assert said in page.text
        assert f"“{said}”" in words
        assert f"“{said}”" in text.text
    for label in ("Question", "Filters", "Considered", "Missing"):
        assert f"<dt>{label}</dt>" in page.text
        assert f"{label}: " in words
        assert f"**{label}:**" in text.text


def test_a_source_without_an_address_has_no_word_that_looks_like_a_link(brief):
    nowhere = [source | {"url": None, "link": "/documents/x"} for source in brief["sources"]]
    answer = BriefAnswer.model_validate(brief | {"sources": nowhere})
    paper = lay_out_brief(answer, Made("Made up", datetime.now(UTC)), ())
    assert "Open" not in write_paper(paper).decode()


def test_a_hostile_document_is_quoted_as_text(client, brief):
    assert any(SCRIPT in text for text in texts_of(brief))
    for path in ("/brief", "/brief?drop=00000000"):
        page = client.get(path, params={"q": f"{QUESTION} {SCRIPT}"}).text
        assert SCRIPT not in page
        assert BREAKOUT not in page
    text = client.get(API, params={"q": QUESTION, "format": "md"}).text
    assert SCRIPT not in text


def test_a_reader_leaves_lines_out_without_scripts(client, brief):
    page = client.get("/brief", params={"q": QUESTION}).text
    assert "<script" not in page
    for line in lines_of(brief):
        assert f'type="checkbox" name="drop" value="{line["id"]}"' in page
    assert "Keep as a draft list" not in page


def test_without_anything_asked_the_page_asks(client):
    page = client.get("/brief").text
    assert 'name="q"' in page
    assert '<option value="Kenya">' in page


@pytest.mark.parametrize(
    ("query", "status"),
    [("topics=x", 422), ("format=pdf", 422), ("stage=nowhere", 422), ("list=no-such-list", 404)],
)
def test_what_cannot_be_answered_is_refused(client, query, status):
    assert client.get(f"{API}?{query}").status_code == status


def test_a_file_says_above_all_lines_that_nothing_is_direct(client):
    asked = {"q": "zeppelin coaching"}
    notices = client.get(API, params=asked).json()["made"]["notices"]
    assert notices[0].startswith("Nothing on")
    text = client.get(API, params=asked | {"format": "md"}).text
    assert text.index(notices[0]) < text.index("## Key messages")
    assert text.count(notices[0]) == 1


def test_nothing_near_enough_is_said_and_not_filled_up(client):
    found = client.get(API, params={"q": "zeppelin gargoyles", "country": "Peru"}).json()
    assert lines_of(found) == []
    assert found["made"]["missing"] == ["No line is near enough to the question to be quoted."]


def test_a_curator_keeps_a_brief_as_a_draft_and_a_brief_of_that_list_follows_it(client, brief):
    curator = signed_in(client, "curator")
    done = curator.post("/brief/list", params={"q": QUESTION}, follow_redirects=False)
    assert done.status_code == 303
    slug = done.headers["location"].split("/")[2]
    settings = client.app.state.service.settings
    with connect(settings.catalogue_path) as catalogue:
        kept = resource_list(catalogue, slug).selection
    assert [e.pin.quote for e in kept.entries] == texts_of(brief)
    assert kept.sections[0].title == "Key messages"
    again = curator.get(f"/brief?list={slug}").text
    assert all(text in again for text in texts_of(brief) if "<" not in text)
    assert client.get(f"/brief?list={slug}").status_code == 404  # a draft, to readers
    assert client.post("/brief/list", params={"q": QUESTION}).status_code == 401


def test_a_brief_of_a_list_quotes_in_the_order_of_its_editor(client):
    curator = signed_in(client, "curator")
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        passages = {
            name: str(catalogue.passages(name)[0].id) for name in ("doubtful-trial", "hostile")
        }
    entries = [
        {
            "document_id": "doubtful-trial",
            "pin": {"passage_id": passages["doubtful-trial"], "quote": DENIES},
        },
        {"document_id": "limited-project"},
        {"document_id": "hostile", "pin": {"passage_id": passages["hostile"], "quote": "Gone."}},
    ]
    keys = signed_in(client, "curator")
    body = {
        "title": "Plans",
        "slug": "plans",
        "sections": [
            {"title": "Doubts", "entries": entries[:1]},
            {"title": "Limits", "entries": entries[1:]},
        ],
    }
    origin = {"Origin": str(keys.base_url).rstrip("/")}
    assert keys.post("/api/v1/lists", json=body, headers=origin).status_code == 201
    found = curator.get(f"{API}?list=plans").json()
    assert found["title"] == "Plans"
    assert set(texts_of(found)) == {DENIES, LIMITED}
    assert any("no longer in their documents: 1" in said for said in found["made"]["missing"])


def test_a_filter_narrows_the_brief_of_a_smart_list_too(client):
    curator = signed_in(client, "curator")
    body = {"title": "Smart", "slug": "smart", "query": f"q={QUESTION.replace(' ', '+')}"}
    assert curator.post("/api/v1/lists", json=body).status_code == 201
    found = curator.get(f"{API}?list=smart&country=Uganda").json()
    assert found["filters"]["country"] == ["Uganda"]
    assert texts_of(found) == [DENIES]
    assert len(texts_of(curator.get(f"{API}?list=smart").json())) > 1
