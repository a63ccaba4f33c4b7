"""Curators mark hits; the marks become qrels, runs of them are kept, compared and shown."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.errors import EvaluationInvalid
from corpus.people.log import read_log
from corpus.review.evaluation_runs import keep_run, make_run, read_runs
from corpus.review.judgements import id_of_query, judge, marks_for, read_judgements
from index.evaluation import read_judged_queries
from search_api.cli import make_app
from search_api.judging.measuring import answerable, compare, queries_of
from search_api.judging.pages import way_back
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE, DIGEST, NO_ONE, REPORT, by_key, serving, signed_in

APP = make_app()

QUERY = "wellbeing of pupils"
API = "/api/v1/judgements"
NEW = {"query": QUERY, "document_id": REPORT, "mark": "answers"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("judging") / "data") as client:
        yield client


@pytest.fixture
def client(served):
    """A server whose catalogue has neither marks nor runs."""
    with opened(served) as catalogue, catalogue.transaction():
        catalogue.db.execute("delete from judgement")
        catalogue.db.execute("delete from evaluation_run")
    return served


@pytest.fixture
def command(client, monkeypatch):
    """Run ``salex`` on the server's data, in this process and with the fake encoder."""
    folder = client.app.state.service.settings.data_folder
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(folder))
    monkeypatch.setattr("index.vectors.encoder.load_encoder", lambda *_, **__: HashEncoder())
    return lambda *arguments: CliRunner().invoke(APP, arguments)


def opened(client: TestClient):
    return connect(client.app.state.service.settings.catalogue_path)


# Marking ---------------------------------------------------------------------------------------


def test_a_curator_marks_changes_and_removes_through_the_api(client):
    headers = by_key(client, "curator")
    made = client.post(API, json=NEW, headers=headers).json()
    assert (made["mark"], made["decided_by"]) == ("answers", "the curator")
    changed = client.post(API, json=NEW | {"mark": "does_not"}, headers=headers).json()
    assert (changed["query_id"], changed["mark"]) == (made["query_id"], "does_not")
    address = f"{API}/{made['query_id']}/{REPORT}"
    assert client.delete(address, headers=headers).status_code == 204
    assert client.delete(address, headers=headers).status_code == 404
    with opened(client) as catalogue:
        actions = [e.action for e in read_log(catalogue, subject=f"document:{REPORT}")]
    assert actions[:3] == ["judgement.retract", "judgement.does_not", "judgement.answers"]


def test_a_decision_is_undone_by_its_log_entry_like_any_other(client):
    headers = by_key(client, "curator")
    client.post(API, json=NEW, headers=headers)
    with opened(client) as catalogue:
        entry = read_log(catalogue, limit=1)[0].id
    undone = client.post("/api/v1/review/undo", json={"log_entry": entry}, headers=headers)
    assert undone.json()["action"] == "judgement.answers"
    assert client.get(API, headers=headers).json()["judgements"] == 0


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("reader", 403), ("member", 403)])
def test_only_curators_mark_and_read_marks(client, role, status):
    headers = by_key(client, role) if role else {}
    assert client.post(API, json=NEW, headers=headers).status_code == status
    assert client.delete(f"{API}/{'0' * 16}/{REPORT}", headers=headers).status_code == status
    assert client.get(API, headers=headers).status_code == status
    page = client.get("/judgements", headers=headers, follow_redirects=False)
    assert page.status_code == (status if role else 303)
    with opened(client) as catalogue:
        assert read_judgements(catalogue) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"document_id": NO_ONE}, 404),
        ({"passage_id": "1"}, 404),
        ({"mark": "perhaps"}, 422),
        ({"query": "ana@example.org"}, 422),
        ({"query": " "}, 422),
    ],
    ids=["document", "passage", "mark", "personal", "blank"],
)
def test_what_cannot_be_marked_is_refused(client, change, status):
    answer = client.post(API, json=NEW | change, headers=by_key(client, "curator"))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_buttons_under_a_hit_work_without_scripts(client):
    browser = signed_in(client, "curator")
    page = browser.get("/search", params={"q": QUERY})
    assert f'id="hit-{REPORT}"' in page.text
    assert 'aria-pressed="true"' not in page.text
    form = {"query": QUERY, "document": REPORT, "mark": "answers", "back": "/search?q=wellbeing"}
    answer = browser.post("/judgements", data=form, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/search?q=wellbeing#hit-{REPORT}"
    kept = {"If-None-Match": page.headers["etag"]}
    page = browser.get("/search", params={"q": QUERY}, headers=kept)
    assert page.status_code == 200, "a browser would show the page it keeps, without the mark"
    assert page.text.count('aria-pressed="true"') == 1
    for _ in range(2):  # a second click is harmless
        browser.post("/judgements", data=form | {"mark": "none"})
    assert 'aria-pressed="true"' not in browser.get("/search", params={"q": QUERY}).text


@pytest.mark.parametrize("role", [None, "member"])
def test_nobody_else_sees_buttons_or_marks(client, role):
    client.post(API, json=NEW, headers=by_key(client, "curator"))
    browser = signed_in(client, role) if role else client
    page = browser.get("/search", params={"q": QUERY}).text
    assert REPORT in page
    assert "/judgements" not in page


def test_a_search_that_cannot_be_marked_has_no_buttons(client):
    browser = signed_in(client, "curator")
    assert "/judgements" not in browser.get("/search", params={"q": "wellbeing 020 7946 0958"}).text
    assert 'class="judge"' not in browser.get("/documents").text


def test_a_form_on_another_site_marks_nothing(client):
    browser = signed_in(client, "curator")
    form = {"query": QUERY, "document": REPORT, "mark": "answers"}
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/judgements", data=form, headers=foreign).status_code == 403
    with opened(client) as catalogue:
        assert marks_for(catalogue, QUERY) == {}


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/search", "//evil.example/search", "/log", "", "\\\\evil", "//[/search"],
)
def test_the_way_back_leads_to_results_only(address):
    assert way_back(address, REPORT) == "/judgements"


# Measuring -------------------------------------------------------------------------------------


def judged_queries(catalogue, *marks):
    for query, document, mark, language in marks:
        judge(catalogue, COMMAND_LINE, query, document, mark=mark, language=language)
    return queries_of(read_judgements(catalogue))


def test_marks_become_grades_and_queries_without_an_answer_are_left_out(catalogue, store):
    for name in ("a", "b"):
        store(name, f"Text of {name}.")
    queries = judged_queries(
        catalogue,
        ("one", "a", "answers", "en"),
        ("one", "b", "does_not", "en"),
        ("two", "b", "does_not", "und"),
    )
    assert [(q.text, q.grades, q.language) for q in queries] == [
        ("one", {"a": 1, "b": 0}, "en"),
        ("two", {"b": 0}, None),
    ]
    assert [q.text for q in answerable(queries)] == ["one"]


def figures(ndcg, *, language="en", band="strong", grades="g"):
    return {
        "ndcg_at_10": ndcg, "rr_at_10": 0, "recall_at_20": 0, "recall_at_100": 0,
        "language": language, "band": band, "grades": grades,
    }  # fmt: skip


def a_run(**by_query):
    return make_run("marks", revision=1, model="m", floor=0.7, figures=by_query)


def test_the_difference_is_paired_by_query_and_leaves_out_other_judgements():
    """By hand: +.5 and -.1 is +.2 over two; the third was judged otherwise, the fourth is new."""
    before = a_run(a=figures(0.5), b=figures(0.6), c=figures(1.0, grades="old"))
    now = a_run(
        a=figures(1.0), b=figures(0.5, language="es", band="weak"), c=figures(0.0), d=figures(0.9)
    )
    compared = compare(now, before)
    assert compared.report.means["ndcg_at_10"] == pytest.approx((1.0 + 0.5 + 0.0 + 0.9) / 4)
    assert compared.difference.queries == 2
    assert compared.difference.mean == pytest.approx(0.2)
    assert compared.difference.unlike == 2
    low, high = compared.difference.interval
    assert (low, high) == (pytest.approx(-0.1), pytest.approx(0.5))
    assert compared.gains == {"a": pytest.approx(0.5), "b": pytest.approx(-0.1)}
    assert {n: r.queries for n, r in compared.languages.items()} == {"en": 3, "es": 1}
    assert compared.bands["weak"].means["ndcg_at_10"] == 0.5
    assert compared.below_floor
    assert compare(now, None).difference is None


def test_the_command_lists_and_removes_marks(command):
    assert "No hit is marked" in command("judge").stdout
    assert command("judge", QUERY, REPORT, "--answers").exit_code == 0
    assert command("judge", QUERY, DIGEST, "--does-not").exit_code == 0
    assert f"{DIGEST} does not answer: {QUERY}" in command("judge").stdout
    assert command("judge", QUERY, DIGEST, "--undo").exit_code == 0
    assert [j["document_id"] for j in json.loads(command("judge", "--json").stdout)] == [REPORT]


def test_a_run_is_measured_kept_compared_and_exported(command, tmp_path):
    for query, document, mark in (
        (QUERY, REPORT, "--answers"),
        (QUERY, DIGEST, "--does-not"),
        ("no such thing", DIGEST, "--does-not"),
    ):
        command("judge", query, document, mark)
    folder = tmp_path / "out"
    told = json.loads(command("evaluate", "--marks", "--export", str(folder), "--json").stdout)
    assert (told["groups"][0]["queries"], told["difference"]) == (1, None)
    assert told["per_query"][id_of_query(QUERY)]["ndcg_at_10"] == 1.0
    second = command("evaluate", "--marks", "--floor", "1")
    assert second.exit_code == 0
    assert "Difference to the run before: +0.0000" in second.stdout
    assert "were left out: 1" in second.stdout
    exported = {q.text: q.grades for q in read_judged_queries(folder)}
    assert exported[QUERY] == {REPORT: 1, DIGEST: 0}
    qrels = (folder / "qrels.txt").read_text().splitlines()
    assert f"{id_of_query(QUERY)} 0 {REPORT} 1" in qrels
    assert len(qrels) == 3


def test_without_an_answer_there_is_nothing_to_measure(command):
    command("judge", QUERY, DIGEST, "--does-not")
    with pytest.raises(EvaluationInvalid, match="salex judge"):
        raise command("evaluate", "--marks").exception


def test_a_run_below_the_floor_fails_until_the_floor_is_taken_away(command):
    command("judge", "numeracy lessons", DIGEST, "--answers")
    assert command("evaluate", "--marks", "--floor", "0.9").exit_code == 1
    below = command("evaluate", "--marks")
    assert (below.exit_code, "below its floor" in below.stdout) == (1, True)
    assert command("evaluate", "--marks", "--floor", "0").exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["judge", "--answers"],
        ["judge", QUERY],
        ["judge", QUERY, REPORT],
        ["judge", QUERY, REPORT, "--answers", "--undo"],
        ["evaluate", "--floor", "0.5"],
        ["evaluate", "--marks", "--rrf"],
    ],
    ids=["no query", "no document", "no mark", "mark and undo", "floor alone", "marks by ranks"],
)
def test_options_that_do_not_go_together_are_refused(command, wrong):
    assert command(*wrong).exit_code == 2


# The page --------------------------------------------------------------------------------------


def test_the_page_shows_queries_figures_difference_and_floor(client):
    headers = by_key(client, "curator")
    query_id = client.post(API, json=NEW, headers=headers).json()["query_id"]
    browser = signed_in(client, "curator")
    assert "Nothing was measured yet" in browser.get("/judgements").text
    with opened(client) as catalogue:
        keep_run(catalogue, a_run(**{query_id: figures(0.5)}))
        keep_run(catalogue, a_run(**{query_id: figures(0.75)}))
        assert len(read_runs(catalogue, "marks", limit=9)) == 2
    page = browser.get("/judgements")
    assert page.headers["cache-control"] == "no-store"
    for shown in (
        QUERY,
        "Measuring wellbeing in schools",
        "0.750",
        "+0.250",
        "Floor: 0.700",
        "/judgements?limit=500",
    ):
        assert shown in page.text
    assert "The figure is below it" not in page.text
    assert "<script" not in page.text
    (listed,) = client.get(API, headers=headers).json()["queries"]
    assert (listed["ndcg_at_10"], listed["gain"], listed["band"]) == (0.75, 0.25, "strong")
    assert 'href="/judgements"' in browser.get("/review").text
