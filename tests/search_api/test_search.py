"""The search API: ranked, quoted, filtered, paged; every awkward query is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_api.app import create_app
from search_api.service.settings import Settings
from tests.support.served import DIGEST, REPORT, make_settings, serving

AWKWARD = {
    "C++": "C++",
    "quote": '"unbalanced',
    "operator": "a AND",
    "column": "col:x",
    "star": "*",
    "function": "NEAR(",
    "NUL": "wellbeing\x00",
    "emoji": "🎓👩🏽‍🏫",
    "right to left": "رفاهية الطلاب \u202e\u2066",
    "long": "wellbeing " * 1000,
    "blank": "   ",
    "empty": "",
    "percent": "100%",
    "quotes": 'o\'brien "and" ‘others’',
    "minus": "-wellbeing ^title {a b}",
    "surrogate bytes": "\udced\udca0\udc80",
    "zero width": "\u200b\u2060",
    "backslash": "\\",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def search(client: TestClient, **params: object) -> dict:  # type: ignore[type-arg]
    response = client.get("/api/v1/search", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return response.json()  # type: ignore[no-any-return]


def test_without_a_question_documents_are_listed_and_not_ranked(client: TestClient) -> None:
    listed = search(client)
    assert listed == search(client, q="")
    assert (listed["strength"], listed["matched"], listed["related"]) == ("unranked", 0, 0)
    assert {(hit["score"], len(hit["snippets"])) for hit in listed["hits"]} == {(0, 0)}
    years = [hit["document"]["year"] for hit in listed["hits"]]
    assert years == sorted(years, reverse=True)
    total = client.get("/api/v1/documents").json()["total"]
    assert listed["total"] == total


def test_a_hit_can_be_cited(client: TestClient) -> None:
    hit = search(client, q="pupils wellbeing survey 7", kind="report")["hits"][0]
    assert hit["document"]["id"] == REPORT
    snippet = hit["snippets"][0]
    page = snippet["citation"]["page"]
    assert snippet["text"].startswith(f"Page {page} ")
    assert snippet["citation"]["url"] == f"https://example.org/wellbeing.pdf#page={page}"
    link = f"/documents/{REPORT}?passage={snippet['passage_id']}#p-{snippet['passage_id']}"
    assert snippet["citation"]["link"] == link
    assert snippet["citation"]["quote"] == snippet["text"]
    assert (
        f"(2021). Measuring wellbeing in schools. Example Institute. p. {page} of the file."
        in (hit["citation"])
    )


def test_highlights_are_slices_of_the_text(client: TestClient) -> None:
    snippet = search(client, q="wellbeing", kind="report")["hits"][0]["snippets"][0]
    words = {snippet["text"][start:end].lower() for start, end in snippet["highlights"]}
    assert words == {"wellbeing"}


def test_the_sentences_that_answer_are_slices_with_their_own_page(client: TestClient) -> None:
    snippet = search(client, q="pupils wellbeing survey 7", kind="report")["hits"][0]["snippets"][0]
    (answer,) = snippet["answer"]
    assert answer["text"] == snippet["text"][answer["start"] : answer["end"]]
    assert answer["text"].endswith("survey 7.")
    assert answer["page"] == snippet["citation"]["page"]
    assert answer["page_label"] == f"p. {answer['page']} of the file"
    words = {answer["text"][start:end].lower() for start, end in answer["highlights"]}
    assert {"wellbeing", "survey", "7"} <= words


def test_ids_are_strings_that_survive_javascript(client: TestClient) -> None:
    snippet = search(client, q="wellbeing")["hits"][0]["snippets"][0]
    assert isinstance(snippet["passage_id"], str)
    assert int(snippet["passage_id"]) > 2**53


def test_a_digest_says_so_and_points_to_the_original(client: TestClient) -> None:
    document = search(client, q="bienestar estudiantes encuesta", language="es")["hits"][0]
    assert document["document"]["id"] == DIGEST
    assert document["document"]["digest"] is True
    assert "original is the source" in document["document"]["note"]
    assert document["document"]["links"]["original"] == "https://example.org/escalera"
    assert document["snippets"][0]["citation"]["page"] is None
    assert "Digest of the original" in document["citation"]


def test_rejected_tags_are_not_shown(client: TestClient) -> None:
    tags = search(client, q="wellbeing", kind="report")["hits"][0]["document"]["tags"]
    assert {tag["origin"] for tag in tags} == {"confirmed", "suggested"}


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"stage": "generation"}, {REPORT}),
        ({"stage": ["generation", "use"], "language": "en"}, {REPORT}),
        ({"topic": "scaling-innovations"}, set()),
        ({"language": "es"}, {DIGEST}),
        ({"country": "Kenya"}, {REPORT}),
        ({"publisher": "Instituto Ejemplo"}, {DIGEST}),
        ({"kind": "toolkit", "year_from": 1990}, set()),
        ({"kind": "toolkit", "year_from": 1990, "include_undated": "true"}, {DIGEST}),
        ({"kind": "report", "year_from": 2021, "year_to": ""}, {REPORT}),
    ],
)
def test_filters_restrict(client: TestClient, filters: dict[str, str], documents: set[str]) -> None:
    found = search(client, q="wellbeing bienestar", **filters)
    assert {hit["document"]["id"] for hit in found["hits"]} == documents


def test_facets_name_the_parameter_that_filters(client: TestClient) -> None:
    facets = search(client, q="pupils", kind="blog")["facets"]
    kinds = next(f for f in facets if f["parameter"] == "kind")["values"]
    blog = next(v for v in kinds if v["value"] == "blog")
    assert (blog["label"], blog["selected"]) == ("Blog", True)
    assert blog["count"] == 12


def test_following_next_shows_every_hit_once(client: TestClient) -> None:
    seen: list[str] = []
    url: str | None = "/api/v1/search?q=numeracy+pupils&kind=blog&limit=5"
    while url:
        response = client.get(url)
        seen += [hit["document"]["id"] for hit in response.json()["hits"]]
        url = response.links.get("next", {}).get("url")
        assert (url is not None) == (response.json()["next"] is not None)
    assert len(seen) == len(set(seen)) == 12


def test_a_cursor_of_another_query_is_refused(client: TestClient) -> None:
    cursor = search(client, q="pupils", limit=5)["next"]
    response = client.get("/api/v1/search", params={"q": "schools", "cursor": cursor})
    assert response.status_code == 404
    assert "cursor" in response.json()["detail"]


def test_timings_are_told_apart_from_the_answer(client: TestClient) -> None:
    timing = client.get("/api/v1/search?q=pupils").headers["server-timing"]
    assert "encode;dur=" in timing


@pytest.mark.parametrize("path", ["/api/v1/search", "/search"])
@pytest.mark.parametrize("q", AWKWARD.values(), ids=AWKWARD)
def test_an_awkward_query_is_answered(client: TestClient, path: str, q: str) -> None:
    encoded = q.encode("utf-8", "surrogateescape")
    response = client.get(f"{path}?q=" + "".join(f"%{byte:02x}" for byte in encoded))
    assert response.status_code == 200


@pytest.mark.parametrize("q", ["wellbeing\x00", '"wellbeing', "wellbeing:*", "(wellbeing OR"])
def test_a_word_among_the_syntax_is_still_found(client: TestClient, q: str) -> None:
    assert REPORT in [hit["document"]["id"] for hit in search(client, q=q, kind="report")["hits"]]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(q=st.text(max_size=80))
def test_any_text_is_answered(client: TestClient, q: str) -> None:
    search(client, q=q)


def test_a_query_without_words_says_so(client: TestClient) -> None:
    found = search(client, q="***")
    assert found["hits"] == []
    assert "no words" in found["notices"][0]


def test_without_a_model_keywords_answer_and_say_so(tmp_path: Path) -> None:
    data = make_settings(tmp_path).data_folder
    keywords_only = Settings(data_folder=data, model=str(tmp_path / "no such model"))
    with TestClient(create_app(keywords_only)) as client:
        found = search(client, q="wellbeing", kind="report")
        health = client.get("/api/v1/health").json()
        page = client.get("/search?q=wellbeing").text
    assert found["legs"] == ["keywords"]
    assert found["hits"][0]["document"]["id"] == REPORT
    assert "keywords only" in found["notices"][0]
    assert "keywords only" in page
    assert health["status"] == "degraded"
    assert "model cannot be loaded" in health["index"]["problem"]
    assert "no such model" not in health["index"]["problem"]


def test_links_are_absolute_when_the_public_address_is_set(tmp_path: Path) -> None:
    with serving(tmp_path, base_url="https://evidence.example.org") as client:
        response = client.get("/api/v1/search?q=pupils&limit=5")
    hit = response.json()["hits"][0]
    assert hit["document"]["links"]["page"].startswith("https://evidence.example.org/documents/")
    assert response.links["next"]["url"].startswith("https://evidence.example.org/api/v1/search?")
