"""The timeline, the picture of the corpus and the map of countries: pictures and tables agree."""

from __future__ import annotations

import csv
import gzip
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.documents.authorities import country_code, country_name
from search_api.app import create_app
from search_api.exports.outlines import load_outlines
from search_api.mapping import pages
from search_api.mapping.countries import bounds_of, classes_of
from search_api.service.settings import Settings
from tests.conftest import store_document
from tests.search_api.test_map import listed
from tests.search_api.test_pages import Page
from tests.support.fakes import HashEncoder
from tests.support.mapped import map_settings
from tests.support.served import BREAKOUT, SCRIPT

API = "/api/v1/map"
VIEWS = (("/map/timeline", "img"), ("/map/meaning", "group"), ("/map/countries", "group"))
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


def test_a_view_is_one_picture_without_scripts_and_styles_of_its_own(client):
    for path, role in VIEWS:
        page = Page(client.get(path).text)
        assert not [attributes for _, attributes in page.tags if "style" in attributes], path
        assert not page.all("style"), path
        assert not page.all("script"), path
        assert page.all("a", href=path, **{"aria-current": "page"}), path
        assert len(page.all("svg", role=role)) == 1, path


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


@pytest.mark.parametrize("filters", FILTERED, ids=["all", "filtered", "years"])
def test_each_work_is_one_point_and_one_line_that_open_its_document(client, filters):
    found = client.get(f"{API}/meaning", params=filters).json()
    browsed = client.get("/api/v1/documents", params={**filters, "limit": 50}).json()
    assert found["total"] == browsed["total"] == len(found["points"]) + found["unplaced"]
    assert {p["id"] for p in found["points"]} <= {d["id"] for d in browsed["documents"]}
    html = client.get("/map/meaning", params=filters).text
    picture, links = picture_in(html[html.index('class="picture"') - 100 :]), Page(html).all("a")
    for point in found["points"]:
        assert picture.count(f'<a href="{point["link"]}">') == 1
        assert [a["href"] for a in links].count(point["link"]) == 2
        assert 0 <= point["x"] <= 1
        assert 0 <= point["y"] <= found["height"]
    table = client.get(f"{API}/meaning", params=filters | {"format": "csv"}).text
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert [row[0] for row in rows] == [point["title"] for point in found["points"]]


def test_a_point_stays_where_it_is_under_a_filter(client):
    every = {p["id"]: (p["x"], p["y"]) for p in client.get(f"{API}/meaning").json()["points"]}
    some = client.get(f"{API}/meaning?stage=use").json()["points"]
    assert 0 < len(some) < len(every)
    same = [point for point in some if point["id"] in every]
    assert all(every[point["id"]] == (point["x"], point["y"]) for point in same)


def test_titles_that_look_like_markup_are_text_in_the_picture(client):
    svg = client.get(f"{API}/meaning?format=svg").text
    for shown in (client.get("/map/meaning").text, svg):
        assert SCRIPT not in shown
        assert "alert(" in shown
    names = {element.tag.rsplit("}", 1)[-1] for element in ET.fromstring(svg).iter()}
    assert names <= {"svg", "title", "desc", "style", "rect", "text", "g", "a", "path"}


def test_of_too_many_points_the_same_sample_is_shown_and_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr(pages, "MOST_ON_PAGE", 6)
    html = client.get("/map/meaning").text
    assert "6 are shown, a fair sample" in html
    some = {a["href"] for a in Page(html).all("a") if a["href"].startswith("/documents/")}
    assert len(some) == 6
    digests = {p["link"]: p["id"] for p in client.get(f"{API}/meaning").json()["points"]}
    lowest = sorted(digests, key=lambda link: sha256(digests[link].encode()).digest())[:6]
    assert some == set(lowest)


def test_without_vectors_the_page_says_why_there_is_nothing(tmp_path):
    settings = Settings(data_folder=tmp_path)
    with connect(settings.catalogue_path, create=True) as catalogue:
        store_document(catalogue, "a", "Words.")
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        assert "it takes three documents" in client.get("/map/meaning").text
        found = client.get(f"{API}/meaning").json()
        assert (found["total"], found["unplaced"], found["points"]) == (1, 1, [])
        assert client.get(f"{API}/meaning?format=svg").status_code == 200


@pytest.mark.parametrize("filters", FILTERED, ids=["all", "filtered", "years"])
def test_each_country_has_what_browsing_lists_on_the_map_and_in_the_table(client, filters):
    found = client.get(f"{API}/countries", params=filters).json()
    named = [country for country in found["countries"] if country["count"]]
    assert all(country["count"] == listed(client, country["link"]) for country in named)
    assert {c["code"] for c in named} <= {"KE", "TG", "UG", None}
    assert filters or len(named) == 4
    html = client.get("/map/countries", params=filters).text
    links = [a["href"] for a in Page(html).all("a")]
    for country in named:
        assert links.count(country["link"]) == (2 if country["code"] else 1), country
    on_map = {f"{c['value']}: {c['count']}" for c in named if c["code"]}
    assert {said.text for said in ET.fromstring(picture_in(html)).iter() if said.text} >= on_map
    table = client.get(f"{API}/countries", params=filters | {"format": "csv"}).text
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert [int(row[2]) for row in rows] == [c["count"] for c in found["countries"]]


def test_a_country_without_documents_is_drawn_and_listed_only_if_asked_for(client):
    html, every = client.get("/map/countries").text, client.get("/map/countries?none=true").text
    assert len(ET.fromstring(picture_in(html)).findall(".//*[@class='land']")) > 150
    assert ">none</td>" not in html
    assert every.count(">none</td>") > 150
    assert "Chad" in every
    assert len(every.encode()) < 120_000
    assert len(gzip.compress(every.encode())) < 30_000


def test_colours_of_countries_are_five_at_most_and_the_highest_count_has_the_last():
    assert [bounds_of(most) for most in (0, 1, 4, 80)] == [
        [],
        [1],
        [1, 2, 3, 4],
        [2, 6, 14, 33, 80],
    ]
    assert classes_of([2, 6, 14, 33, 80]) == ["1–2", "3–6", "7–14", "15–33", "34–80"]


def test_every_country_of_the_map_is_one_of_the_record_and_names_are_text(client):
    codes = set(load_outlines().paths) - {"-"}
    assert {country_code(country_name(code)) for code in codes} == codes
    svg = client.get(f"{API}/countries?format=svg").text
    for shown in (svg, client.get("/map/countries").text):
        assert SCRIPT not in shown
        assert "alert(" in shown
    ET.fromstring(svg)
