"""How to ask: what readers type is understood the same way by API and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.served import REPORT, serving


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def search(client: TestClient, **params: object) -> dict[str, Any]:
    response = client.get("/api/v1/search", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return response.json()  # type: ignore[no-any-return]


def page(client: TestClient, **params: object) -> str:
    response = client.get("/search", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200
    return response.text


def test_phrases_titles_and_words_to_leave_out(client: TestClient) -> None:
    by_phrase = search(client, q='"survey 7"')
    assert [hit["document"]["id"] for hit in by_phrase["hits"]] == [REPORT]
    assert "survey 7." in by_phrase["hits"][0]["snippets"][0]["text"]
    titled = search(client, q="title:blog numeracy -title:11", limit=50)
    titles = {hit["document"]["title"] for hit in titled["hits"]}
    assert titles == {f"Blog {n}" for n in range(11)}
    assert search(client, q="numer*")["hits"][0]["document"]["title"].startswith("Blog")


def test_a_typed_filter_is_answered_as_a_filter(client: TestClient) -> None:
    answer = search(client, q="pupils kind:report country:kenya", kind="blog")
    assert answer["query"]["q"] == "pupils"
    assert answer["query"]["filters"]["kind"] == ["blog", "report"]
    assert answer["query"]["filters"]["country"] == ["Kenya"]
    assert [hit["document"]["id"] for hit in answer["hits"]] == [REPORT]


def test_a_typed_filter_can_be_removed_on_the_page(client: TestClient) -> None:
    html = page(client, q="pupils kind:report")
    chips = re.search(r'<ul class="chips".*?</ul>', html, re.DOTALL)
    assert chips and 'href="/search?q=pupils"' in chips[0]
    assert re.search(r'name="kind" value="report" checked', html)


def test_what_is_not_understood_is_said_and_escaped(client: TestClient) -> None:
    html = page(client, q="pupils stage:<b>x</b>")
    assert "There is no stage “&lt;b&gt;x&lt;/b&gt;”. There are: generation" in html
    assert "<b>x" not in html


@pytest.mark.parametrize("asked", ["pupils kind:blog", "numer* -title:7", 'title:"blog"'])
def test_pages_of_a_query_with_operators_follow_each_other(client: TestClient, asked: str) -> None:
    whole = [hit["document"]["id"] for hit in search(client, q=asked, limit=50)["hits"]]
    seen, cursor = [], None
    while not seen or cursor:
        part = search(client, q=asked, limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [hit["document"]["id"] for hit in part["hits"]]
        cursor = part["next"]
    assert seen == whole
    assert len(whole) > 5
    after = re.search(r'rel="next" href="([^"]+)"', page(client, q=asked, limit=5))
    assert after
    assert client.get(after[1].replace("&amp;", "&")).status_code == 200


def test_the_page_says_how_to_ask(client: TestClient) -> None:
    html = page(client, q="pupils")
    assert "How to ask" in html
    assert "<code>-word</code>" in html


@pytest.mark.parametrize(("sort", "sign"), [("newest", -1), ("oldest", 1)])
@pytest.mark.parametrize("asked", ["numeracy lessons", ""], ids=["words", "none"])
def test_documents_are_sorted_by_year(client: TestClient, sort: str, sign: int, asked: str) -> None:
    by_rank = [h["document"] for h in search(client, q=asked, limit=50)["hits"]]
    documents = [h["document"] for h in search(client, q=asked, sort=sort, limit=50)["hits"]]
    years = [d["year"] for d in documents]
    dated = [year for year in years if year]
    assert dated == sorted(dated, key=lambda year: sign * year)
    assert years == dated + [None] * (len(years) - len(dated))
    assert None in years
    ids = [d["id"] for d in documents if not d["year"]]
    assert ids == [d["id"] for d in by_rank if not d["year"]]  # ties as they are ranked
    listed = client.get("/api/v1/documents", params={"sort": sort, "limit": 50}).json()
    assert len(listed["documents"]) == len(documents)


def test_pages_keep_their_order(client: TestClient) -> None:
    asked = {"q": "numeracy", "sort": "oldest", "limit": 5}
    whole = [
        h["document"]["id"] for h in search(client, q="numeracy", sort="oldest", limit=50)["hits"]
    ]
    first = search(client, **asked)
    second = search(client, **asked, cursor=first["next"])
    assert [h["document"]["id"] for h in first["hits"] + second["hits"]] == whole[:10]
    other = client.get("/api/v1/search", params={"q": "numeracy", "cursor": first["next"]})
    assert other.status_code == 404  # the cursor is bound to its order
    html = page(client, **asked)
    assert "sort=oldest" in re.search(r'rel="next" href="([^"]+)"', html)[1]  # type: ignore[index]
    assert '<a href="/search?q=numeracy&amp;sort=newest&amp;limit=5">newest first</a>' in html
    assert "<strong>oldest first</strong>" in html
    assert '<input type="hidden" name="sort" value="oldest">' in html


def test_a_misspelt_word_is_corrected_and_can_be_searched_as_typed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.spelling.LEAST_WORDS", 1)
    answer = search(client, q="mesures of wellbeeing <i>")
    assert answer["corrected"] == "measures of wellbeing <i>"
    assert answer["query"]["q"] == "mesures of wellbeeing <i>"
    assert answer["hits"][0]["document"]["id"] == REPORT
    html = page(client, q="mesures of wellbeeing <i>", kind="report")
    assert "measures of wellbeing &lt;i&gt;</q>" in html
    link = re.search(r'<a href="([^"]+)">Search instead for', html)
    assert link
    typed = client.get(link[1].replace("&amp;", "&")).text
    assert "Search instead for" not in typed
    assert 'name="spelling" value="off"' in typed
    assert search(client, q="mesures of wellbeeing", spelling="off")["corrected"] is None


def suggestions(client: TestClient, typed: str) -> list[dict[str, str]]:
    response = client.get("/api/v1/suggestions", params={"q": typed})
    assert response.status_code == 200
    return response.json()["suggestions"]  # type: ignore[no-any-return]


def test_titles_and_terms_are_suggested(client: TestClient) -> None:
    assert suggestions(client, "meas")[0] == {
        "text": "Measuring wellbeing in schools",
        "source": "title",
    }
    assert {"text": "Evidence use", "source": "term"} in suggestions(client, "évidence")
    assert suggestions(client, "escalera")[0]["text"] == "La escalera del bienestar"
    assert len(suggestions(client, "blog")) == 8
    assert suggestions(client, "m") == suggestions(client, "") == suggestions(client, "zzz") == []


def test_what_is_suggested_is_data(client: TestClient) -> None:
    answer = client.get("/api/v1/suggestions", params={"q": "<script"})
    assert answer.headers["content-type"] == "application/json"
    assert client.get("/api/v1/suggestions", params={"q": "x" * 161}).status_code == 422
    script = client.get("/static/suggesting.js").text
    assert "innerHTML" not in script


def test_the_search_box_works_with_suggestions_and_without(client: TestClient) -> None:
    for html in (client.get("/").text, page(client, q="pupils")):
        assert '<script src="/static/suggesting.js" defer></script>' in html
        assert '<datalist id="search-suggestions"></datalist>' in html
        assert 'data-suggestions="search-suggestions"' in html
