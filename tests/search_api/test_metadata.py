"""What pages tell programs that read them: meta elements, JSON-LD, COinS, links; and no more."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs
from urllib.robotparser import RobotFileParser

import pytest
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt
from protego import Protego

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from search_api.app import create_app
from search_api.exports.formats import DOCUMENTS
from search_api.service.settings import Settings
from tests.search_api.test_security import Dangers
from tests.support.served import DIGEST, LOCAL, REPORT, a_document, by_key, serving, store

BASE = "https://evidence.example.org"
API = "/api/v1"


class Head(HTMLParser):
    """The meta elements, the JSON-LD and the COinS of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: list[tuple[str, str]] = []
        self.coins: list[dict[str, list[str]]] = []
        self.json_ld: list[dict] = []
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "meta" and "name" in found:
            self.metas.append((found["name"], found["content"]))
        if found.get("class") == "Z3988":
            self.coins.append(parse_qs(found["title"], strict_parsing=True))
        self._in_data = found.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._in_data:
            self.json_ld.append(json.loads(data))
            self._in_data = False


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("data")
    with serving(folder, base_url=BASE, contact="evidence@example.org") as c:
        entries = [{"document_id": REPORT}, {"document_id": DIGEST},
                   {"title": "Elsewhere", "url": "https://example.org/e"}]  # fmt: skip
        for slug in ("reading", "secret"):
            body = {"title": slug.title(), "slug": slug, "sections": [{"entries": entries}]}
            key = by_key(c, "curator")
            draft = c.post(f"{API}/lists", json=body, headers=key)
            assert draft.is_success, draft.text
            if slug == "reading":
                match = {**key, "If-Match": draft.headers["etag"]}
                assert c.post(f"{API}/lists/{slug}/publish", json={}, headers=match).is_success
        yield c


def test_the_head_of_a_document_names_it_for_reference_managers(client):
    metas = Head(client.get(f"/documents/{REPORT}").text).metas
    assert [text for name, text in metas if name == "citation_author"] == [
        "Author, Ann", "Writer, Ben"
    ]  # fmt: skip
    by_name = dict(metas)
    assert by_name["citation_title"] == by_name["DC.title"] == "Measuring wellbeing in schools"
    assert by_name["citation_publication_date"] == by_name["DC.date"] == "2021"
    assert by_name["citation_technical_report_institution"] == "Example Institute"
    assert by_name["citation_language"] == "en"
    assert by_name["citation_pdf_url"] == f"{BASE}{API}/documents/{REPORT}/original"
    assert "citation_doi" not in by_name  # unknown
    assert len([name for name, _ in metas if name == "citation_keywords"]) == 1  # confirmed alone


def test_json_ld_in_the_head_is_that_of_the_file(client):
    (described,) = Head(client.get(f"/documents/{REPORT}").text).json_ld
    assert described == client.get(f"/documents/{REPORT}?format=json-ld").json()


@pytest.mark.parametrize("path", ["/search?q=wellbeing+pupils", "/documents", "/lists/reading"])
def test_lists_and_results_are_item_lists_with_a_span_for_each_work(client, path):
    page = Head(client.get(path).text)
    (described,) = page.json_ld
    assert described["@type"] == "ItemList"
    names = [element["item"]["name"] for element in described["itemListElement"]]
    titles = [(c.get("rft.title") or c["rft.atitle"])[0] for c in page.coins]
    assert len(names) >= 3
    assert names == titles
    report = (
        page.coins[names.index("Measuring wellbeing in schools")] if path != "/documents" else {}
    )
    if report:
        assert report["rft.creator"] == ["Author, Ann", "Writer, Ben"]
        assert report["rft.type"] == ["report"]


def test_links_lead_from_a_document_to_its_forms(client):
    for prefix in ("", API):
        header = client.get(f"{prefix}/documents/{REPORT}").headers["link"]
        links = re.findall(r'<([^<>]+)>; rel="([\w-]+)"(?:; type="([^"]+)")?', header)
        assert len(links) == header.count("rel=")
        assert ("https://example.org/wellbeing.pdf", "cite-as", "") in links
        assert (f"{BASE}{API}/documents/{REPORT}/original", "item", "application/pdf") in links
        assert {target for target, relation, _ in links if relation == "type"} == {
            "https://schema.org/AboutPage", "https://schema.org/Report"
        }  # fmt: skip
        described = [(t, m) for t, relation, m in links if relation == "describedby"]
        assert len(described) == len(DOCUMENTS)
        for target, media_type in described:
            answer = client.get(target.removeprefix(BASE))
            assert answer.headers["content-type"].partition(";")[0] == media_type


# Addresses that crawlers and browsers know ----------------------------------------------------


def locations(client: TestClient) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return [one.text or "" for one in ET.fromstring(answer.text).findall("s:url/s:loc", names)]


def test_the_sitemap_has_what_readers_see_and_nothing_else(client):
    before = locations(client)
    assert f"{BASE}/documents/{LOCAL}" in before
    assert f"{BASE}/lists/reading" in before
    assert f"{BASE}/lists/secret" not in before
    for column in ("pending_since", "withdrawn_at"):
        with hidden(client, column):
            assert [one for one in locations(client) if LOCAL in one] == []


@contextmanager
def hidden(client: TestClient, column: str) -> Iterator[None]:
    """Hide a document for a while."""
    path = client.app.state.service.settings.catalogue_path
    change = f"update document set {column} = ? where id = ?"
    for value in ("2026-01-01", None):
        with connect(path) as catalogue, catalogue.transaction():
            catalogue.db.execute(change, [value, LOCAL])
        if value:
            yield


def test_a_withdrawn_document_is_not_offered_for_citing(client):
    with hidden(client, "withdrawn_at"):
        answer = client.get(f"/documents/{LOCAL}")
    page = Head(answer.text)
    assert page.json_ld == []
    assert [name for name, _ in page.metas if name.startswith(("citation", "DC"))] == []
    assert ("robots", "noindex") in page.metas
    assert not {"cite-as", "describedby", "item"} & set(
        re.findall(r'rel="([^"]+)"', answer.headers["link"])
    )


def test_robots_are_led_to_documents_and_kept_from_searches(client):
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = Protego.parse(answer.text)
    assert rules.can_fetch(f"{BASE}/documents/{REPORT}", "any")
    assert rules.can_fetch(f"{BASE}/lists/reading", "any")
    for path in ("/search?q=a", f"/documents/{REPORT}?format=ris", "/review", "/account"):
        assert not rules.can_fetch(f"{BASE}{path}", "any")
    assert list(rules.sitemaps) == [f"{BASE}/sitemap.xml"]


def test_where_reading_needs_a_role_robots_are_sent_away(tmp_path):
    with serving(tmp_path, anonymous_reading=False, contact="not an address") as closed:
        rules = RobotFileParser()
        rules.parse(closed.get("/robots.txt").text.splitlines())
        assert not rules.can_fetch("any", f"{BASE}/documents/{REPORT}")
        assert closed.get("/sitemap.xml", follow_redirects=False).status_code == 303
        assert closed.get("/favicon.ico").status_code == 200
        assert closed.get("/.well-known/security.txt").status_code == 404  # no contact that works


def test_browsers_learn_how_to_search(client):
    href = re.search(r'<link rel="search" href="([^"]+)"', client.get("/").text)
    assert href
    answer = client.get(href[1])
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    name = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    described = ET.fromstring(answer.text)
    assert 0 < len(described.findtext("o:ShortName", namespaces=name)) <= 16
    template = described.find("o:Url[@type='text/html']", name).get("template")
    found = client.get(template.removeprefix(BASE).replace("{searchTerms}", "wellbeing"))
    assert found.status_code == 200


def test_security_txt_names_the_contact(client):
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:evidence@example.org"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(0) < expires - datetime.now(UTC) < timedelta(days=365)


def test_the_icon_is_an_icon(client):
    answer = client.get("/favicon.ico")
    assert answer.content.startswith(b"\x00\x00\x01\x00")
    assert answer.headers["content-type"] == "image/x-icon"


# Hostile fields -------------------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</SCRIPT ><img src=x onerror=alert(1)>",
    "<!--<script>",
    "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "]]><script>alert(1)//",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onload="alert(1)',
    "' onmouseover='alert(1)",
    '"/><svg/onload=alert(1)>',
    "<svg><script>alert(1)</script></svg>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "<meta http-equiv=refresh content=0;url=//x>",
    "<base href=//x>",
    "<link rel=stylesheet href=//x>",
    "<style>*{background:url(//x)}</style>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=//x><input>",
    "<math><mi xlink:href=javascript:alert(1)>x",
    "{{7*7}}",
    "{% raw %}",
    "\u2028</script><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    '=HYPERLINK("http://x","y")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3\t=1",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A document for each payload, which stands in every field that goes out."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("hostile"), base_url=BASE)
    with connect(settings.catalogue_path, create=True) as catalogue:
        originals = Originals(settings.originals_folder)
        for n, text in enumerate(PAYLOADS):
            kind = ("report", "journal-article", "blog", "presentation")[n % 4]
            document = a_document(
                f"https://example.org/{n}", text, authors=(text, f"Ann {text}"), kind=kind,
                publishers=(f"Journal of {text}", text), doi=text, licence=text, summary=text,
                note=text, language=text, countries=(text,), url=f"https://example.org/{n}?{n}",
                year=2000 + n,
            )  # fmt: skip
            store(catalogue, originals, document, [f"Words {text}"])
    with TestClient(create_app(settings, encoder=None), raise_server_exceptions=False) as client:
        yield client


def test_forty_payloads_in_every_field_run_nowhere(hostile):
    assert len(PAYLOADS) == 40
    listed = []
    for page in range(1, 5):
        cursor = f"&cursor={listed[-1]['next']}" if page > 1 else ""
        listed.append(hostile.get(f"{API}/documents?limit=10{cursor}").json())
        html = hostile.get(f"/documents?limit=10{cursor}").text
        assert Dangers(html).found == []
        assert len(Head(html).coins) == 10
    documents = [document for part in listed for document in part["documents"]]
    assert {document["title"] for document in documents} == set(PAYLOADS)
    for document in documents:
        answer = hostile.get(f"/documents/{document['id']}")
        assert Dangers(answer.text).found == []
        (described,) = Head(answer.text).json_ld
        assert described["name"] or document["title"] in ("<!--<script>",)
        assert "\n" not in answer.headers["link"]
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_forty_payloads_in_files_are_text(hostile):
    export = f"{API}/search/export?format="
    html = MarkdownIt().render(hostile.get(f"{export}markdown").text)
    assert Dangers(html).found == []
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', html))
    cells = [
        cell for row in csv.reader(io.StringIO(hostile.get(f"{export}csv").text)) for cell in row
    ]
    assert len(cells) > 400
    assert [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")] == []
    assert ET.fromstring(hostile.get("/sitemap.xml").text) is not None
    for name in ("ris", "bibtex", "csl-json", "docx", "json-ld"):
        assert hostile.get(f"{export}{name}").status_code == 200
