"""The learning agenda: how well each question is answered, and the call for evidence."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from docx import Document as WordFile
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.network.questions import add_question
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.taxonomy import load_taxonomy
from index.model import Query
from search_api.cli import make_app
from search_api.service.kept_answers import AskedQuestions
from tests.conftest import store_document
from tests.support.fakes import HashEncoder
from tests.support.served import REPORT, by_key, serving, signed_in

API = "/api/v1/agenda"
TOPIC = "foundational-skills-wellbeing"
WELLBEING = "wellbeing of pupils by survey"
NEW = {"text": WELLBEING, "topic": TOPIC}
APP = make_app()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("agenda") / "data") as client:
        yield client


@pytest.fixture
def client(served):
    """A server whose agenda is empty."""
    with opened(served) as catalogue, catalogue.transaction():
        catalogue.db.execute("delete from learning_question")
        catalogue.db.execute("delete from demand")
    return served


def opened(client: TestClient):
    return connect(client.app.state.service.settings.catalogue_path)


def ask(client, text=WELLBEING, **fields):
    with opened(client) as catalogue:
        return add_question(
            catalogue, Actor("mei", "curator"), load_taxonomy(), text,
            **({"topic": TOPIC, "language": "en"} | fields),
        ).id  # fmt: skip


def agenda_of(client, **params):
    answer = client.get(API, params=params)
    assert answer.status_code == 200, answer.text
    return [question for topic in answer.json()["topics"] for question in topic["questions"]]


# What there is on a question ----------------------------------------------------------------


def test_a_question_has_the_strength_of_its_search_and_the_documents_behind_it(client):
    ask(client)
    ask(client, "zebra crossing paint")
    answered, unanswered = agenda_of(client)
    found = client.get("/api/v1/search", params={"q": WELLBEING}).json()
    assert answered["strength"] == found["strength"] == "strong"
    assert answered["best"][0]["id"] == found["hits"][0]["document"]["id"] == REPORT
    assert answered["countries"] == [{"value": "Kenya", "label": "Kenya", "count": 1}]
    assert [stage["value"] for stage in answered["stages"]] == ["generation"]
    assert answered["missing"]["stages"] == ["Evidence translation", "Evidence use"]
    assert (unanswered["strength"], unanswered["answering"], unanswered["newest"]) == (
        "none", 0, None,
    )  # fmt: skip
    assert unanswered["best"] == []


def test_documents_answer_only_if_the_search_says_that_the_evidence_is_strong(client):
    with opened(client) as catalogue:
        searcher = client.app.state.service.searcher
        for text in (WELLBEING, "numeracy lessons for pupils", "zebra"):
            judged = searcher.judge_documents(catalogue, Query(text))
            assert judged.strength == searcher.search(catalogue, Query(text)).strength
            assert bool(judged.answering) == (judged.strength == "strong")
            assert not set(judged.answering) & set(judged.related)


def test_filters_narrow_the_evidence_of_a_question(client):
    ask(client, filters={"country": ["Uganda"]})
    (question,) = agenda_of(client)
    assert (question["answering"], question["related"]) == (0, 0)
    assert question["missing"]["countries"] == ["Uganda"]
    assert "country=Uganda" in question["links"]["search"]


def test_new_are_the_documents_taken_in_since_a_day(client):
    ask(client)
    (old,) = agenda_of(client, since="2025-01-02")
    (new,) = agenda_of(client, since="2025-01-01")
    assert old["new"] == []
    assert REPORT in [document["id"] for document in new["new"]]
    today = datetime.now(UTC).date()
    assert date.fromisoformat(client.get(API).json()["since"]) >= today - timedelta(days=91)


def test_an_answer_is_kept_until_the_catalogue_changes(tmp_path, catalogue, searching):
    store_document(catalogue, "one", "Pupils plant trees beside the school.")
    searcher, kept, query = searching(), AskedQuestions(), Query("plant trees beside the school")
    first = kept.answer(searcher, catalogue, query)
    assert kept.answer(searcher, catalogue, query) is first
    store_document(catalogue, "two", "Pupils plant trees beside the school too.")
    second = searching()
    assert kept.answer(second, catalogue, query).answering == ("one", "two")


def test_the_page_of_a_question_quotes_its_best_hits_with_their_page(client):
    name = ask(client)
    page = client.get(f"/agenda/questions/{name}")
    assert "strong evidence" in page.text
    assert "<mark>wellbeing</mark>" in page.text
    detail = client.get(f"{API}/questions/{name}").json()
    assert detail["hits"][0]["document"]["id"] == REPORT
    assert detail["hits"][0]["snippets"][0]["citation"]["page_label"]


def test_the_agenda_shows_topics_without_questions_and_only_the_asked_topic(client):
    ask(client)
    assert len(client.get(API).json()["topics"]) == 4
    assert agenda_of(client, topic="educator-voice") == []
    assert client.get(API, params={"topic": "cooking"}).status_code == 404
    assert client.get("/agenda", params={"topic": "cooking"}).status_code == 404
    assert client.get("/agenda", params={"since": "yesterday"}).status_code == 422


# Curators ------------------------------------------------------------------------------------


def test_a_curator_adds_changes_and_retires_through_the_api(client):
    headers = by_key(client, "curator")
    made = client.post(f"{API}/questions", json=NEW, headers=headers)
    assert made.status_code == 201
    address = made.headers["location"]
    change = NEW | {"text": "wellbeing at home", "filters": {"country": ["Kenya"]}}
    assert client.put(address, json=change, headers=headers).status_code == 428
    stale = headers | {"If-Match": '"0"'}
    assert client.put(address, json=change, headers=stale).status_code == 412
    seen = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": seen}).status_code == 304
    current = headers | {"If-Match": seen}
    assert client.put(address, json=change, headers=current).json()["text"] == "wellbeing at home"
    retired = client.put(f"{address}/state", json={"state": "retired"}, headers=headers)
    assert retired.json()["state"] == "retired"
    assert agenda_of(client) == []
    with opened(client) as catalogue:
        actions = [entry.action for entry in read_log(catalogue, limit=3)]
    assert actions == ["question.retire", "question.change", "question.add"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"topic": "cooking"}, 422),
        ({"text": "?"}, 422),
        ({"language": "xx"}, 422),
        ({"filters": {"stage": ["cooking"]}}, 422),
        ({"filters": {"colour": ["red"]}}, 422),
        ({}, 409),
    ],
    ids=["topic", "no words", "language", "term", "filter", "asked already"],
)
def test_what_cannot_be_asked_is_refused(client, change, status):
    ask(client)
    answer = client.post(f"{API}/questions", json=NEW | change, headers=by_key(client, "curator"))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wanted_search_becomes_a_question_with_one_button(client):
    browser = signed_in(client, "curator")
    with opened(client) as catalogue, catalogue.transaction():
        today = datetime.now(UTC).date().isoformat()
        catalogue.db.execute("insert into demand values ('school meals', 'xx', ?, 3)", [today])
    assert 'action="/agenda/questions"' in browser.get("/wanted").text
    form = {"text": "school meals", "wanted": "school meals", "topic": TOPIC, "language": "xx"}
    made = browser.post("/agenda/questions", data=form, follow_redirects=False)
    again = browser.post("/agenda/questions", data=form, follow_redirects=False)
    assert made.status_code == 303
    assert made.headers["location"] == again.headers["location"]
    assert f'href="{made.headers["location"]}"' in browser.get("/wanted").text
    (search,) = browser.get("/api/v1/wanted").json()["searches"]
    assert made.headers["location"].endswith(search["question"])
    (question,) = agenda_of(client)
    assert (question["text"], question["language"]) == ("school meals", "und")
    assert question["wanted"] is None, "only curators are told which search it was"
    assert browser.get(API).json()["topics"][2]["questions"][0]["wanted"] == "school meals"


def test_the_forms_change_and_retire_and_a_refused_one_keeps_what_was_typed(client):
    name = ask(client, filters={"country": ["Kenya"], "stage": ["generation"]})
    browser = signed_in(client, "curator")
    page = browser.get(f"/agenda/questions/{name}").text
    state = page.partition('name="state" value="')[2].partition('"')[0]
    form = {"text": "Is it measured?", "topic": TOPIC, "country": "Uganda; Peru", "state": state}
    address = f"/agenda/questions/{name}"
    stale = browser.post(address, data=form | {"state": "0", "text": "My own words"})
    assert (stale.status_code, "My own words" in stale.text) == (412, True)
    assert browser.post(address, data=form, follow_redirects=False).status_code == 303
    (question,) = agenda_of(client)
    assert question["filters"]["country"] == ["Uganda", "Peru"]
    assert question["filters"]["stage"] == ["generation"], "the form does not show it"
    empty = browser.post("/agenda/questions", data={"text": "", "topic": TOPIC})
    assert (empty.status_code, "needs words" in empty.text) == (422, True)
    assert browser.post(f"{address}/state", data={"state": "gone"}).status_code == 422
    browser.post(f"{address}/state", data={"state": "retired"})
    assert agenda_of(client) == []
    assert name in browser.get("/agenda").text
    assert name not in client.get("/agenda").text


def test_a_question_of_another_topic_is_asked_twice_only_if_that_is_meant(client):
    first = ask(client)
    browser = signed_in(client, "curator")
    form = {"text": "Wellbeing of pupils by SURVEY?", "topic": "educator-voice"}
    refused = browser.post("/agenda/questions", data=form, headers={"Accept-Language": "es"})
    assert refused.status_code == 409
    assert "La agenda ya pregunta esto" in refused.text
    assert f'href="/agenda/questions/{first}"' in refused.text
    assert 'name="twice" value="yes"' in refused.text
    assert len(agenda_of(client)) == 1
    key = by_key(client, "curator")
    sent = form | {"twice": False}
    assert client.post(f"{API}/questions", json=sent, headers=key).status_code == 409
    browser.post("/agenda/questions", data=form | {"twice": "yes"})
    assert [q["text"] for q in agenda_of(client, topic="educator-voice")] == [form["text"]]


# The call ------------------------------------------------------------------------------------


def test_a_call_has_what_is_there_and_what_is_missing(client):
    ask(client)
    ask(client, "zebra crossing paint", topic="educator-voice")
    call = client.get(f"{API}/call").json()
    unanswered, answered = call["questions"]
    assert (unanswered["there"], unanswered["documents"]) == ("There is nothing yet.", [])
    assert unanswered["missing"] == ["Anything that answers it."]
    assert 1 <= len(answered["documents"]) <= 2
    assert answered["documents"][0]["quote"]
    assert answered["documents"][0]["page_label"]
    assert call["address"].endswith("/contribute")
    gaps = client.get(f"{API}/call", params={"gaps": True}).json()
    assert [question["text"] for question in gaps["questions"]] == ["zebra crossing paint"]


def test_a_call_is_written_as_markdown_and_word(client):
    ask(client)
    text = client.get(f"{API}/call", params={"format": "md"}).text
    assert text.startswith("# Call for evidence of the School Action Learning Exchange")
    assert f"### [{WELLBEING}]" in text or f"### {WELLBEING}" in text
    assert "**What is there:**" in text
    assert "## How to contribute" in text
    file = client.get(f"{API}/call", params={"format": "docx"})
    words = "\n".join(p.text for p in WordFile(io.BytesIO(file.content)).paragraphs)
    assert WELLBEING in words
    assert "/contribute" in words


def test_the_command_line_lists_adds_retires_and_exports(client, monkeypatch, tmp_path):
    folder = client.app.state.service.settings.data_folder
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(folder))
    monkeypatch.setattr("index.vectors.encoder.load_encoder", lambda *_, **__: HashEncoder())

    def salex(*arguments):
        done = CliRunner().invoke(APP, ["agenda", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    salex("add", WELLBEING, "--topic", TOPIC, "--country", "Kenya")
    again = ["agenda", "add", WELLBEING, "--topic", "educator-voice", "--country", "Kenya"]
    assert "--twice" in str(CliRunner().invoke(APP, again).exception)
    (question,) = agenda_of(client)
    assert question["filters"]["country"] == ["Kenya"]
    assert "strong: 1 with strong evidence" in salex("list")
    assert "retired" in salex("retire", question["id"])
    assert "No question is open" in salex("list")
    salex("retire", question["id"], "--undo")
    salex("export", "--format", "docx", "--out", str(tmp_path / "call.docx"))
    assert (tmp_path / "call.docx").read_bytes().startswith(b"PK")
