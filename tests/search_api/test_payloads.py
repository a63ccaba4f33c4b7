"""Forty payloads in every field: no page, file or picture lets one run, break out or be a formula.

One catalogue has them all. Pages and files are parsed, and the trees are looked through.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator

import bibtexparser
import pytest
import rispy
from fastapi.testclient import TestClient
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from search_api.app import create_app
from search_api.review.contribution_pages import bookmarklet_of
from tests.support.fakes import HashEncoder
from tests.support.payloads import PAYLOADS, SLUG, WORDS, payload_settings
from tests.support.served import signed_in

API = "/api/v1"
EXPORT = f"{API}/search/export?format="
LIST = f"{API}/lists/{SLUG}/export?format="
BRIEF = f"{API}/brief?q={WORDS}&format="
MAP = f"{API}/map?rows=publisher&columns=country&format="
RUNS = re.compile(r"^[\s\x00-\x20]*(javascript|data|vbscript):", re.IGNORECASE)
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "srcdoc",
    "content",
    "{http://www.w3.org/1999/xlink}href",
)
FORBIDDEN = ("iframe", "object", "embed", "base", "math", "foreignobject", "img", "style")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = payload_settings(tmp_path_factory.mktemp("payloads"))
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


@pytest.fixture(scope="module")
def admin(client: TestClient) -> TestClient:
    return signed_in(client, "admin")


def taken(client: TestClient, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:500])
    return answer.content


OURS = bookmarklet_of("http://127.0.0.1:8000")
"""The one link that runs, once it is a bookmark: ours, and the policy of pages stops it here."""


def dangers(root: etree._Element, *, allowed: Iterable[str] = ()) -> list[str]:
    """Return what in a tree would run, or lead to what runs."""
    found = []
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname.lower()
        own = (
            name == "script" and not element.text and element.get("src", "").startswith("/static/")
        )
        data = name == "script" and element.get("type") == "application/ld+json"
        if (name == "script" and not own and not data) or name in set(FORBIDDEN) - set(allowed):
            found.append(f"<{name}>")
        for attribute, value in element.attrib.items():
            if str(attribute).lower().startswith("on"):
                found.append(f"{name} {attribute}")
            if (
                attribute in ADDRESSES
                and name != "meta"
                and RUNS.match(str(value))
                and value != OURS
            ):
                found.append(f"{name} {attribute}={value}")
            if name == "meta" and attribute == "http-equiv":
                found.append("meta refresh")
    return found


PAGES = (
    "/", f"/search?q={WORDS}", "/documents?limit=50", "/lists", f"/lists/{SLUG}",
    f"/lists/{SLUG}/versions", f"/lists/{SLUG}/versions/1", f"/lists/{SLUG}/edit",
    f"/brief?q={WORDS}", f"/brief?q={WORDS}&group=country", f"/brief?list={SLUG}",
    "/map?rows=publisher&columns=country", "/map/missing", "/log", "/take-in", "/review",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_element_or_attribute_of_a_payload(admin, path):
    page = lxml_html.document_fromstring(taken(admin, path).decode())
    assert dangers(page) == []
    assert page.find(".//title").text.count("repository") <= 1
    assert "603729" not in page.text_content()


def test_no_document_page_does_either_and_its_data_block_is_closed_only_at_its_end(admin):
    for number in (n for n, p in enumerate(PAYLOADS) if "</script" in p or '"' in p[:2]):
        text = taken(admin, f"/documents/hostile-{number:02}").decode()
        page = lxml_html.document_fromstring(text)
        assert dangers(page) == [], PAYLOADS[number]
        (block,) = page.xpath("//script[@type='application/ld+json']")
        assert "<" not in block.text
        assert json.loads(block.text)["@id"].endswith(f"hostile-{number:02}")


ASKED = (
    ("/search", "q"), ("/brief", "q"), ("/search", "format"), ("/map", "rows"), ("/brief", "drop"),
    ("/map", "country"), ("/brief", "list"), ("/search", "publisher"),
)  # fmt: skip


def test_what_is_asked_for_does_nothing(client):
    half = len(PAYLOADS) // 2
    for number, (one, other) in enumerate(zip(PAYLOADS[:half], PAYLOADS[half:], strict=True)):
        path, name = ASKED[number % len(ASKED)]
        answer = client.get(path, params={name: f"{one} {other}"})
        assert answer.status_code in (200, 404, 422), (path, name)
        assert "set-cookie" not in answer.headers
        assert dangers(lxml_html.document_fromstring(answer.text)) == [], (path, name)


def test_what_is_typed_on_the_desk_comes_back_as_text(admin):
    for payload in PAYLOADS[:3]:
        for path, field in (("/take-in", "files"), ("/contribute", "file")):
            files = [(field, (payload, b""))]
            typed = {"addresses": payload, "title": payload, "note": payload, "year": payload}
            answer = admin.post(path, files=files, data=typed)
            assert payload in html.unescape(answer.text), (path, payload)
            assert dangers(lxml_html.document_fromstring(answer.text)) == [], (path, payload)


@pytest.mark.parametrize("address", [MAP, f"{API}/map?rows=country&columns=topic&format="])
def test_a_picture_is_well_formed_and_has_no_script_event_or_link(client, address):
    content = taken(client, f"{address}svg")
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    assert dangers(root) == []
    assert {etree.QName(e).localname for e in root.iter(etree.Element)} <= {
        "svg", "title", "desc", "rect", "g", "text"
    }  # fmt: skip
    assert dangers(lxml_html.document_fromstring(content)) == []  # read as HTML too
    page = lxml_html.document_fromstring(taken(client, f"{address}html").decode())
    assert dangers(page, allowed=["style"]) == []
    assert len(page.xpath("//style")) == 1


@pytest.mark.parametrize(
    "address",
    [f"{EXPORT}docx", f"{LIST}docx", f"{BRIEF}docx", f"{BRIEF}docx&group=country",
     f"{API}/brief?list={SLUG}&format=docx", f"{API}/menu?format=docx"],
)  # fmt: skip
def test_a_word_file_is_well_formed_and_leads_only_to_the_web(client, address):
    with zipfile.ZipFile(io.BytesIO(taken(client, address))) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name), etree.XMLParser(no_network=True))
                fields = list(root.iter("{*}instrText", "{*}fldSimple", "{*}altChunk"))
                assert not fields, name
                for relation in root.iter("{*}Relationship"):
                    external = relation.get("TargetMode") == "External"
                    assert not external or relation.get("Target").startswith(("http:", "https:"))


@pytest.mark.parametrize("address", [f"{EXPORT}csv", f"{LIST}csv", f"{MAP}csv"])
def test_no_cell_of_a_table_is_a_formula(client, address):
    rows = list(csv.reader(io.StringIO(taken(client, address).decode("utf-8-sig"), newline="")))
    assert len(rows) >= len(PAYLOADS)
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        seen = "".join(c for c in cell if unicodedata.category(c)[0] not in "ZC")
        first = unicodedata.normalize("NFKC", seen[:1])
        assert first not in ("=", "+", "@", "-") or cell.isdigit(), cell
        assert not cell.startswith(("\t", "\r", "\n")), cell


@pytest.mark.parametrize("base", [EXPORT, LIST])
def test_no_payload_ends_a_record_of_a_reference_manager(client, base):
    count = len(PAYLOADS)
    entries = rispy.loads(taken(client, f"{base}ris").decode())
    assert len(entries) == count
    assert {e["type_of_reference"] for e in entries} <= {"GEN", "RPRT", "ELEC"}
    library = bibtexparser.parse_string(taken(client, f"{base}bibtex").decode())
    assert not library.failed_blocks
    assert len(library.entries) == len(library.blocks) == count
    assert len(json.loads(taken(client, f"{base}csl-json"))) == count
    listed = json.loads(taken(client, f"{base}json-ld"))
    assert listed["numberOfItems"] == len(listed["itemListElement"]) == count


@pytest.mark.parametrize(
    "address",
    [f"{EXPORT}markdown", f"{LIST}markdown", f"{BRIEF}md", f"{API}/brief?list={SLUG}&format=md"],
)
def test_markdown_shows_payloads_as_text(client, address):
    text = taken(client, address).decode()
    shown = MarkdownIt("commonmark").enable("table").render(text)
    page = lxml_html.document_fromstring(shown)
    assert dangers(page) == []
    links = [a.get("href") for a in page.iter("a")]
    assert all(link.startswith(("http://", "https://")) for link in links), links
    assert html.escape("<script>alert(1)</script>", quote=False) in shown
    assert "&amp;lt;script" in shown  # an entity stays what was written
