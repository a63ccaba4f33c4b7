"""The timeline, the picture of the corpus and the map of countries: pictures and tables agree."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from search_api.app import create_app
from tests.search_api.test_map import listed
from tests.search_api.test_pages import Page
from tests.support.fakes import HashEncoder
from tests.support.mapped import map_settings
from tests.support.served import BREAKOUT, SCRIPT

API = "/api/v1/map"
FILTERED = ({}, {"stage": ["use"], "language": ["en"]}, {"year_from": 2009, "year_to": 2018})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = map_settings(tmp_path_factory.mktemp("views"), 4)
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


def titles(svg: str) -> list[str]:
    """Return what each part of a picture says, without the title of the whole."""
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")
    return [element.text or "" for element in found][1:]


def picture_in(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>") + len("</svg>")]


def test_each_format_has_a_view_of_the_same_markup_and_no_styles(client):
    for path in ("/map/timeline",):
        page = Page(client.get(path).text)
        assert not [attributes for _, attributes in page.tags if "style" in attributes], path
        assert not page.all("style"), path
        assert not page.all("script"), path
        assert page.all("a", href=path, **{"aria-current": "page"}), path
        assert len(page.all("svg", role="img")) == 1, path


@pytest.mark.parametrize("filters", FILTERED, ids=["all", "filtered", "years"])
def test_each_bar_and_number_of_the_timeline_is_what_browsing_lists(client, filters):
    asked = {"by": "topic", **filters}
    found = client.get(f"{API}/timeline", params=asked).json()
    lines, columns = found["rows"]["lines"], found["columns"]["lines"]
    assert all(line["count"] == listed(client, line["link"]) for line in lines if line["count"])
    cells = [
        (f"{line['label']}, {column['label']}", cell["count"])
        for line, row in zip(lines, found["cells"], strict=True)
        for column, cell in zip(columns, row, strict=True)
        if cell["count"]
    ]
    every = [(f"{line['label']}, All", line["count"]) for line in lines if line["count"]]
    html = client.get("/map/timeline", params=asked).text
    file = client.get(f"{API}/timeline", params=asked | {"format": "svg"}).text
    said = sorted(f"{name}: {count}" for name, count in every + cells)
    assert sorted(titles(picture_in(html))) == said
    assert sorted(titles(file)) == said
    for line, row in zip(lines, found["cells"], strict=True):
        assert all(cell["count"] == 0 for cell in row) or line["count"]
    assert {c["link"] for r in found["cells"] for c in r if c["count"]} <= {
        a["href"] for a in Page(html).all("a")
    }
    table = client.get(f"{API}/timeline", params=asked | {"format": "csv"}).text
    assert [row[0] for row in csv.reader(io.StringIO(table))][1:-1] == [x["label"] for x in lines]


def test_years_without_documents_have_their_row_and_decades_are_fewer(client):
    years = client.get(f"{API}/timeline").json()["rows"]["lines"]
    assert [int(line["value"]) for line in years] == list(range(1999, 2022))
    decades = client.get(f"{API}/timeline?step=decade").json()["rows"]["lines"]
    assert [line["label"] for line in decades] == ["1999", "2000–2009", "2010–2019", "2020–2021"]


def test_a_timeline_without_years_says_so_and_markup_in_filters_is_text(client):
    asked = {"publisher": f"House {BREAKOUT}", "country": f"Land {SCRIPT}", "year_from": 2100}
    html = client.get("/map/timeline", params=asked).text
    svg = client.get(f"{API}/timeline", params=asked | {"format": "svg"}).text
    assert "No document here has a year" in html
    for shown in (html, svg):
        assert SCRIPT not in shown
        assert BREAKOUT not in shown
        assert "alert(" in shown
    assert client.get(f"{API}/timeline?by=country").status_code == 422
