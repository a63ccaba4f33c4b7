"""The evidence map: each cell has what browsing lists, empty cells show, and nothing is markup."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from search_api.app import create_app
from search_api.mapping.names import AXES
from tests.search_api.test_pages import Page
from tests.support.commands import salex
from tests.support.fakes import HashEncoder
from tests.support.mapped import FIRST_DAY, LATER_DAY, map_settings
from tests.support.served import BREAKOUT, SCRIPT

API = "/api/v1/map"
FILTERED = (
    {},
    {"kind": ["report", "blog"], "language": ["en"]},
    {"topic": ["scaling-innovations", "educator-voice"], "stage": ["use", "generation"]},
    {"year_from": 2005, "year_to": 2018, "include_undated": True},
    {"role": ["body"], "country": ["Kenya", "Togo"], "year_from": 2012},
)


@pytest.fixture(scope="module", params=[1, 2])
def client(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = map_settings(tmp_path_factory.mktemp("map"), request.param)
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


def listed(client: TestClient, link: str) -> int:
    found = client.get(f"/api/v1{link}", params=None)
    assert found.status_code == 200, (link, found.text)
    return found.json()["total"]


@pytest.mark.parametrize("filters", FILTERED, ids=["all", "kinds", "own", "years", "passages"])
def test_every_cell_has_what_browsing_with_its_filters_lists(client, filters):
    drawn = random.Random(str(filters))
    pairs = [(r, c) for r in AXES for c in AXES if r != c and {r, c} != {"year", "decade"}]
    for rows, columns in drawn.sample(pairs, 4):
        found = client.get(API, params={"rows": rows, "columns": columns, **filters}).json()
        cells = [cell for line in found["cells"] for cell in line]
        for cell in drawn.sample(cells, min(5, len(cells))):
            assert cell["count"] == listed(client, cell["link"]), (rows, columns, cell)
        for axis in ("rows", "columns"):
            for line in drawn.sample(found[axis]["lines"], min(2, len(found[axis]["lines"]))):
                assert line["count"] == listed(client, line["link"]), (rows, columns, line)
        assert found["empty"] == sum(cell["count"] == 0 for cell in cells)
    assert found["total"] == client.get("/api/v1/documents", params=filters).json()["total"]


def test_the_page_of_a_cell_leads_to_its_brief_and_to_whose_evidence_is_missing_in_it(client):
    found = client.get(API, params={"language": ["en"]}).json()
    cell = max((cell for row in found["cells"] for cell in row), key=lambda cell: cell["count"])
    asked = sorted(parse_qsl(urlsplit(cell["link"]).query))
    links = [a["href"] or "" for a in Page(client.get(cell["link"]).text).all("a")]
    for path in ("/brief", "/map/missing"):
        led = [sorted(parse_qsl(urlsplit(x).query)) for x in links if urlsplit(x).path == path]
        assert asked in led, path
    assert sorted(parse_qsl(urlsplit(cell["brief"]).query)) == asked
    pairs = parse_qsl(urlsplit(cell["link"]).query)
    assert client.get(f"{API}/missing", params=pairs).json()["total"] == cell["count"]
    assert "/map/missing" not in client.get("/search?q=teaching").text


def test_a_term_without_documents_has_its_row_and_an_empty_cell_says_none(client):
    found = client.get(API, params={"rows": "kind"}).json()
    empty = [line["value"] for line in found["rows"]["lines"] if not line["count"]]
    assert "guideline" in empty
    html = client.get("/map?rows=kind").text
    assert html.count(">none</td>") >= found["empty"]


def test_the_page_is_a_table_with_headers_that_works_without_scripts_and_styles(client):
    html = client.get("/map?rows=country&columns=topic").text
    page = Page(html)
    assert len(page.all("caption")) == len(page.all("table")) == 1
    assert page.all("th", scope="row")
    assert page.all("th", scope="col")
    assert page.all("div", role="region", tabindex="0", **{"aria-labelledby": "map-title"})
    assert not [attributes for _, attributes in page.tags if "style" in attributes]
    assert not page.all("script")
    linked = [a["href"] for a in page.all("a") if (a["href"] or "").startswith("/documents?")]
    assert linked
    for link in random.Random(1).sample(linked, 5):
        assert client.get(link).status_code == 200


def test_the_form_keeps_what_is_chosen_and_a_filter_can_be_taken_back(client):
    page = Page(client.get("/map?rows=kind&columns=year&stage=use&since=2026-01-01").text)
    chosen = [o["value"] for o in page.all("option") if "selected" in o]
    assert chosen == ["kind", "year"]
    assert page.all("input", name="stage", value="use", checked=None)
    assert page.all("input", name="since", value="2026-01-01")
    chips = [a["href"] for a in page.all("a", href="/map?rows=kind&columns=year&since=2026-01-01")]
    assert chips  # the address without the stage


def test_since_a_day_counts_the_works_that_are_new_in_each_cell(client):
    found = client.get(API, params={"since": LATER_DAY}).json()
    after = client.get(API, params={"since": "2026-03-02"}).json()
    assert all(cell["gained"] == 0 for row in after["cells"] for cell in row)
    every = client.get(API, params={"since": FIRST_DAY}).json()
    assert all(c["gained"] == c["count"] for row in every["cells"] for c in row)
    gained = [cell["gained"] for row in found["cells"] for cell in row]
    assert 0 < sum(gained) < sum(cell["count"] for row in found["cells"] for cell in row)
    assert re.search(r'class="gained">\+\d', client.get(f"/map?since={LATER_DAY}").text)


def test_files_have_the_counts_of_the_answer(client):
    asked = {"rows": "publisher", "columns": "stage"}
    found = client.get(API, params=asked).json()
    table = list(csv.reader(io.StringIO(client.get(API, params=asked | {"format": "csv"}).text)))
    counts = [[str(cell["count"]) for cell in row] for row in found["cells"]]
    assert [row[1:-1] for row in table[1:-1]] == counts
    assert table[-1][-1] == str(found["total"])
    assert not [cell for row in table for cell in row if cell.startswith("=")]
    svg = ET.fromstring(client.get(API, params=asked | {"format": "svg"}).content)
    titles = [e.text.rsplit(": ", 1)[-1] for e in svg.iter() if e.tag.endswith("title")]
    assert titles[1:] == [c if c != "0" else "none" for row in counts for c in row]
    html = client.get(API, params=asked | {"format": "html"})
    assert html.headers["content-disposition"].startswith("attachment")
    links = {cell["link"] for row in found["cells"] for cell in row if cell["count"]}
    assert {a["href"] for a in Page(html.text).all("a")} == links
    assert not re.search(r'(src|href)="(?!/documents)', html.text)


def test_what_looks_like_markup_is_text_on_the_page_and_in_every_file(client):
    asked = {"rows": "publisher", "columns": "country", "country": f"Land {SCRIPT}"}
    for address in ("/map", *(f"{API}?format={name}" for name in ("svg", "html"))):
        shown = client.get(address, params=dict(parse_qsl(urlsplit(address).query)) | asked).text
        assert SCRIPT not in shown, address
        assert BREAKOUT not in shown, address
        assert "<img" not in shown, address
        assert "alert(" in shown, address
    svg = client.get(API, params=asked | {"format": "svg"}).text
    names = {element.tag.rsplit("}", 1)[-1] for element in ET.fromstring(svg).iter()}
    assert names <= {"svg", "title", "desc", "rect", "text", "g"}
    assert not re.search(r"<[^>]+\son\w+=", svg)


@pytest.mark.parametrize(
    "asked",
    ["rows=stage&columns=stage", "rows=year&columns=decade", "rows=tag", "since=1", "stage=x"],
)
def test_a_map_that_cannot_be_drawn_is_refused_with_what_to_change(client, asked):
    found = client.get(f"{API}?{asked}")
    assert found.status_code == 422
    assert found.json()["detail"]


def test_the_command_writes_the_map(tmp_path):
    map_settings(tmp_path / "data", 3, documents=6)
    done = salex(tmp_path, "map", "--rows", "kind", "--format", "json", "--out", "map.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "map.json").read_text("utf-8"))
    assert found["rows"]["name"] == "kind"
    assert salex(tmp_path, "map", "--rows", "tags").returncode == 2
    assert salex(tmp_path, "map").stdout.startswith('"Topic","Generation"')


def test_whose_evidence_is_missing_has_the_counts_of_browsing_and_names_what_none_has(client):
    found = client.get(f"{API}/missing", params={"stage": "use"}).json()
    for group in found["groups"]:
        for share in group["shares"][:3]:
            assert share["count"] == listed(client, share["link"]), share
            assert share["share"] == pytest.approx(share["count"] / found["total"], abs=1e-4)
    assert found["teachers"]["value"] == "educator-voice"
    assert any("nothing yet for" in said for said in found["nudges"])
    html = client.get("/map/missing?stage=use").text
    assert SCRIPT not in html
    assert BREAKOUT not in html
    assert client.get(f"{API}/missing?list=no-such-list").status_code == 404
