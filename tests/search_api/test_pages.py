"""The pages: the same answers as the API, usable without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from markupsafe import Markup

from search_api.web.languages import counted
from search_api.web.rendering import mark_code, mark_highlights
from tests.support.served import DIGEST, LOCAL, REPORT, serving


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


class Page(HTMLParser):
    """The links, inputs and headings of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.tags
            if name == tag and attributes.items() <= found.items()
        ]


@pytest.mark.parametrize(
    "path", ["/", "/search?q=pupils", "/documents", f"/documents/{REPORT}", "/api", "/nothing"]
)
def test_every_page_has_the_same_landmarks(client: TestClient, path: str) -> None:
    page = Page(client.get(path).text)
    assert page.all("html", lang="en")
    assert len(page.all("h1")) == len(page.all("main", id="main")) == 1
    assert page.all("a", **{"class": "skip", "href": "#main"})
    assert page.all("nav", **{"aria-label": "Main"})
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    labels = {label.get("for") for label in page.all("label")}
    typed = [i for i in page.all("input") if i.get("type") not in ("hidden", "checkbox")]
    assert {i["id"] for i in typed} <= labels


def test_home_begins_with_the_search_box_and_counts_the_ways_in(client: TestClient) -> None:
    html = client.get("/").text
    assert html.index('role="search"') < html.index("By stage of the evidence")
    page = Page(html)
    for stage in ("generation", "translation", "use"):
        assert page.all("a", href=f"/documents?stage={stage}")
    assert len([a for a in page.all("a") if (a["href"] or "").startswith("/documents?topic")]) == 4
    assert "1 document<" in html


def test_every_link_of_the_home_page_leads_somewhere(client: TestClient) -> None:
    other = TestClient(client.app)  # these links change its language
    for link in Page(client.get("/").text).all("a"):
        href = link["href"] or ""
        if href.startswith("/"):
            assert other.get(href).status_code == 200, href


def test_a_page_and_its_json_twin_show_the_same(client: TestClient) -> None:
    path = "/search?q=pupils&kind=blog&limit=5&year_from=2012"
    first = client.get(path).text
    second = client.get(Page(first).all("link", rel="next")[0]["href"] or "").text
    for html in (first, second):
        twin = Page(html).all("link", rel="alternate")[0]["href"] or ""
        answer = client.get(twin).json()
        titles = re.findall(r'<h2><a href="/documents/(\w+)"', html)
        assert titles == [hit["document"]["id"] for hit in answer["hits"]]
        assert titles


def test_turning_pages_goes_back_too(client: TestClient) -> None:
    first = "/search?q=pupils&limit=5"
    second = Page(client.get(first).text).all("a", rel="next")[0]["href"] or ""
    back = Page(client.get(second).text).all("a", rel="prev")[0]["href"]
    assert back == first


def test_a_filter_is_a_checkbox_and_a_removable_chip(client: TestClient) -> None:
    html = client.get("/search?q=pupils&kind=blog&year_from=2012").text
    page = Page(html)
    box = page.all("input", name="kind", value="blog")[0]
    assert box["type"] == "checkbox"
    assert "checked" in box
    assert "checked" not in page.all("input", name="language", value="en")[0:1]
    assert page.all("input", type="hidden", name="q", value="pupils")
    assert page.all("a", href="/search?q=pupils&year_from=2012")
    assert page.all("a", href="/search?q=pupils&kind=blog")


def test_a_form_sent_with_empty_fields_is_understood(client: TestClient) -> None:
    sent = "/search?q=pupils&kind=blog&year_from=&year_to=&utm_source=mail"
    assert client.get(sent).status_code == 200


def test_a_hit_quotes_with_marks_and_links_to_the_page(client: TestClient) -> None:
    html = client.get("/search?q=wellbeing&publisher=Example+Institute").text
    assert "<mark>wellbeing</mark>" in html
    assert re.search(r'href="https://example.org/wellbeing.pdf#page=\d+" rel="noopener"', html)
    assert re.search(rf'href="/documents/{REPORT}\?passage=\d+#p-\d+"', html)


def test_a_local_pdf_opens_from_our_own_copy(client: TestClient) -> None:
    html = client.get("/search?q=school+leaders+share+peers").text
    assert f'href="/api/v1/documents/{LOCAL}/original#page=1"' in html


def test_confirmed_and_suggested_tags_differ_in_words(client: TestClient) -> None:
    html = client.get("/search?q=wellbeing&publisher=Example+Institute").text
    assert 'Generation<span class="state"> suggested</span>' in html
    assert '<span class="unseen"> (confirmed)</span>' in html


def test_a_quote_carries_the_language_it_is_in(client: TestClient) -> None:
    html = client.get("/search?q=bienestar&language=es").text
    assert '<blockquote lang="es"' in html
    headings = re.findall(r'<p class="heading"([^>]*)>', html)
    assert all('lang="es"' in heading for heading in headings)


def test_weak_evidence_is_called_so(client: TestClient) -> None:
    answer = client.get("/api/v1/search?q=xyzzy+quux").json()
    assert (answer["strength"], answer["missing_words"]) == ("none", ["xyzzy", "quux"])
    html = client.get("/search?q=xyzzy+quux").text
    said = "Nothing on “xyzzy quux”. No document has the words “xyzzy” or “quux”."
    assert answer["message"].startswith(said)
    assert said in html
    assert 'Nearest to <q dir="auto">xyzzy quux</q>' in html


def test_nothing_found_suggests_what_may_help(client: TestClient) -> None:
    html = client.get("/search?q=pupils&publisher=Nobody").text
    assert "Nothing found" in html
    assert "fewer filters" in html


def test_a_document_says_what_is_not_stated(client: TestClient) -> None:
    html = client.get(f"/documents/{DIGEST}").text
    stated = re.search(r'<dt>Not stated</dt><dd class="unknown">(.*?)</dd>', html)
    assert stated
    assert "Authors" in stated[1]
    assert "<dt>Authors</dt>" not in html
    assert "This is a digest written for this repository" in html
    assert "Open the original" in html


def test_a_tag_opens_the_passage_that_earned_it(client: TestClient) -> None:
    html = client.get(f"/documents/{REPORT}").text
    reason = re.search(rf'href="/documents/{REPORT}\?passage=(\d+)#p-\1">Read it', html)
    assert reason
    assert f'id="p-{reason[1]}"' in html
    assert "Suggested by tagger" in html
    assert "Rejected by mei" in html


def test_a_passage_of_a_long_document_is_on_the_page_its_link_opens(client: TestClient) -> None:
    last = client.get("/api/v1/search?q=survey+70&kind=report").json()["hits"][0]["snippets"][0]
    assert last["citation"]["page"] == 70
    html = client.get(last["citation"]["link"].partition("#")[0]).text
    assert f'id="p-{last["passage_id"]}"' in html
    assert "61–70 of 70 passages" in html


@pytest.mark.parametrize("odd", ["?passage=nothing", "?from=9999", "?passage="])
def test_an_odd_part_of_a_document_still_shows_it(client: TestClient, odd: str) -> None:
    response = client.get(f"/documents/{DIGEST}{odd}")
    assert response.status_code == 200
    assert "El bienestar" in response.text


def test_the_api_page_lists_every_operation(client: TestClient) -> None:
    html = client.get("/api").text
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in html


def test_the_api_page_says_what_a_parameter_takes(client: TestClient) -> None:
    html = " ".join(client.get("/api").text.split())
    assert "How many to return. From 1 to 50. Without it: <code>10</code>." in html
    assert "by rank. One of <code>scores</code>, <code>rrf</code>." in html
    shown = re.findall(r"<dt><code>(\w+)</code>", html)
    assert shown.index("q") < shown.index("stage") < shown.index("limit")


def test_every_example_of_the_api_page_is_an_address_that_reads(client: TestClient) -> None:
    examples = re.findall(r'Example: <a href="([^"]+)"', client.get("/api").text)
    assert examples
    for example in examples:
        assert client.get(unescape(example)).status_code in (200, 401), example


@pytest.mark.parametrize("path", ["/favicon.svg", "/static/pages.css", "/static/print.css"])
def test_static_files_are_our_own(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "http" not in response.text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    ("text", "highlights", "html"),
    [
        ("a <b> c", [], "a &lt;b&gt; c"),
        ("a <b> c", [[2, 5]], "a <mark>&lt;b&gt;</mark> c"),
        ("ab", [[0, 1], [1, 2]], "<mark>a</mark><mark>b</mark>"),
        ("{x} é", [[0, 3]], "<mark>{x}</mark> é"),
    ],
)
def test_highlights_are_escaped_slice_by_slice(
    text: str, highlights: list[list[int]], html: str
) -> None:
    assert mark_highlights(text, highlights) == Markup(html)


def test_descriptions_set_code_and_escape_it() -> None:
    assert mark_code("a `<b>` c") == Markup("a <code>&lt;b&gt;</code> c")


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 passage"), (0, "0 passages"), (1200, "1,200 passages")]
)
def test_counts_read_well(number: int, said: str) -> None:
    assert counted(number, "%(n)s passage", "%(n)s passages") == said
