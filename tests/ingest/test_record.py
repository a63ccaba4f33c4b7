"""What a document's own pages state about it, and what they do not."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record import Front, is_sure, read_record
from ingest.record.front import Line

PROSE = "The schools that take part in the visits say what the teachers learn from each other "


def page(*lines: str | tuple[float, str], number: int = 1) -> tuple[Line, ...]:
    """Return a page of lines 10 points high, or as high as they say, with prose below."""
    sized = [line if isinstance(line, tuple) else (10.0, line) for line in lines]
    return tuple(Line(text, number, height) for height, text in (*sized, *[(10.0, PROSE)] * 8))


def read(*pages: tuple[Line, ...], **fields) -> dict[str, object]:
    """Return the values that are recorded, by field."""
    head = tuple(line for lines in pages for line in lines)
    text = "\n".join(line.text for line in head)
    given = {"medium": "paged", "page_count": 20, "text": text} | fields
    return {f.field: f.value for f in read_record(Front(head, **given)) if is_sure(f)}


COVER = (26.0, "Visits between schools")


def test_a_cover_gives_title_subtitle_authors_publisher_and_date():
    found = read(
        page((26.0, "Visits between"), (26.0, "rural schools"), (16.0, "What teachers say of them"),
             (12.0, "Ana Quispe and Bo Lindqvist"), "Example Institute for Schools", "March 2021")
    )  # fmt: skip
    assert found["title"] == "Visits between rural schools: What teachers say of them"
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")
    assert found["publishers"] == ("Example Institute for Schools",)
    assert (found["year"], found["published"]) == (2021, "2021-03")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            [(20.0, "POLÍTICA NACIONAL DE"), (15.0, "VISITAS ENTRE ESCUELAS RURALES")],
            "POLÍTICA NACIONAL DE VISITAS ENTRE ESCUELAS RURALES",
        ),
        (
            [(15.0, "Technology in schools:"), (24.0, "A tool on whose terms?")],
            "Technology in schools: A tool on whose terms?",
        ),
        (
            [(28.0, "The impact of visits on teaching"), (16.0, "Policies for the future")],
            "The impact of visits on teaching: Policies for the future",
        ),
    ],
    ids=["ends with a small word", "colon above", "larger above"],
)
def test_a_title_in_several_sizes_is_whole(lines, title):
    cited = (10.0, "Suggested citation: Quispe, A. (2019). Policies for the future. Lima: Example.")
    found = read(page(*lines), page(cited, number=2))
    assert found["title"] == title


@pytest.mark.parametrize(
    "line",
    [
        "Quispe, A., & Lindqvist, B. (2019). Visits between schools. Lima: Example Press.",
        "Quispe, A. and Lindqvist, B. 2019. Visits between schools. Lima: Example Press.",
        "Quispe, A.; Lindqvist, B. (2019): Visits between schools. Lima: Example Press.",
    ],
)
@pytest.mark.parametrize(
    "label", ["Suggested citation:", "Cómo citar:", "Como citar:", "Pour citer :"]
)
def test_a_documents_own_citation_wins(label, line):
    found = read(page(COVER, "Cy Other", "© 2020 Somebody"), page(f"{label} {line}", number=2))
    assert found["authors"] == ("Quispe, A.", "Lindqvist, B.")
    assert found["publishers"] == ("Example Press",)
    assert found["year"] == 2019


@pytest.mark.parametrize(
    "line",
    [
        "By Ana Quispe", "Author: Ana Quispe", "Autora: Ana Quispe", "Por Ana Quispe",
        "Auteure : Ana Quispe", "Written by Dr. Ana Quispe, PhD", "Ana Quispe1*",
        "Ana Quispe, on behalf of the Example Network",
    ],
)  # fmt: skip
def test_a_byline_in_any_language_names_the_author(line):
    assert read(page(COVER, line))["authors"] == ("Ana Quispe",)


@pytest.mark.parametrize(
    "line",
    [
        "The report was written by Ana Quispe, an economist, and Bo Lindqvist of the institute, "
        "with inputs from Cy Other.",
        "El informe fue elaborado por Ana Quispe y Bo Lindqvist, con el apoyo de Cy Other.",
        "O relatório foi escrito por Ana Quispe e Bo Lindqvist. Agradecemos a Cy Other.",
    ],
)
def test_acknowledgements_name_those_who_wrote_and_not_those_who_helped(line):
    found = read(page(COVER), page("Acknowledgements", line, number=3))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


@pytest.mark.parametrize(
    "lines",
    [
        ("Editors: Ana Quispe and Bo Lindqvist",),
        ("Photo: Ana Quispe",),
        ("Visits Between Schools", "Learning Together"),
        ("Lima, Peru",),
        ("Montreal and Toronto",),
        ("Example Institute for Schools",),
    ],
)
def test_others_than_authors_are_not_taken_for_them(lines):
    assert "authors" not in read(page(COVER, *lines))


def test_words_of_the_title_are_no_author():
    cover = (26.0, "Blue Horizon Strategy")
    assert "authors" not in read(page(cover, "Blue Horizon"))
    assert read(page(cover, "Ana Quispe"))["authors"] == ("Ana Quispe",)


def test_the_author_in_the_properties_counts_only_if_a_page_names_them():
    stated = Hints("embedded", authors=("Ana Quispe",))
    assert "authors" not in read(page(COVER), stated=stated)
    assert read(page(COVER, "Text: Ana Quispe"), stated=stated)["authors"] == ("Ana Quispe",)


@pytest.mark.parametrize(
    ("lines", "publisher"),
    [
        (["© 2021 Example Foundation. All rights reserved."], "Example Foundation"),
        (["© UNESCO 2021"], "UNESCO"),
        (
            [
                "Published in 2021 by the United Nations Educational, Scientific and Cultural",
                "Organization, 7, place de Fontenoy, 75352 Paris",
            ],
            "UNESCO",
        ),
        (
            ["© 2020 International Bank for Reconstruction and Development / The World Bank"],
            "World Bank",
        ),
        (["Publicado por el Instituto Ejemplo, Lima"], "Instituto Ejemplo"),
        (["Ministério do Ensino"], "Ministério do Ensino"),
        (["Example Insights studies schools.", "www.exampleinsights.org"], "Example Insights"),
        (["© 2020", "Washington, DC"], None),
        (["Con el visto de la Secretaría de Planificación y de la Oficina de Presupuesto"], None),
        (['Comisión de Servicio en Territorio Nacional"; Que, mediante Resolución'], None),
        (["© Washington, DC"], None),
        (["Publisher: Example Institute in Lima, Another in Quito and the"], None),
        (["© Copyright 2018"], None),
        (["© Photo: Ana Quispe / Example Foundation"], None),
        (["Report submitted to the Example Foundation"], None),
    ],
)
def test_the_publisher_is_read_where_documents_name_it(lines, publisher):
    found = read(page(COVER, *lines)).get("publishers")
    assert found == ((publisher,) if publisher else None)


def test_a_publisher_that_goes_on_below_its_line_on_the_cover_is_read_whole():
    wrapped = [(18.0, "Ministry of Human"), (18.0, "Resource Development")]
    assert read(page(COVER, *wrapped))["publishers"] == ("Ministry of Human Resource Development",)
    two = [(18.0, "Ministry of Education"), (18.0, "Institute for Schools")]
    assert "Ministry of Education" in read(page(COVER, *two))["publishers"]


@pytest.mark.parametrize(
    ("line", "year"),
    [
        (
            "A policy observatory published a discussion paper in April 2019 "
            "to develop rules of ethics.",
            None,
        ),
        ("© 2019 The Network", 2019),
        ("Published: October 2018", 2018),
        ("Junio de 2020", 2020),
        ("Luxembourg: Example Office, 2018", 2018),
        ("Posted on 3 May 2017", 2017),
        ("© 2018 A. © 2019 B.", None),
        ("June 2019 to May 2020", None),
        ("In 2014 the schools began", None),
        ("Accessed 3 May 2017", None),
        ("The workshop held on 3 May 2017", None),
    ],
)
def test_a_year_needs_one_clear_statement(line, year):
    assert read(page(COVER, line)).get("year") == year


@pytest.mark.parametrize(
    ("line", "doi"),
    [
        ("DOI: 10.3102/0034654316687036.", "10.3102/0034654316687036"),
        ("(doi 10.1016/S0001(08)60012-3)", "10.1016/S0001(08)60012-3"),
        ("10.5555/a1 and 10.5555/b2", None),
        ("10.5555/A1 again 10.5555/a1", "10.5555/A1"),
        ("version 10.2", None),
    ],
)
def test_a_doi_needs_to_be_the_only_one(line, doi):
    assert read(page(COVER, line)).get("doi") == doi


@pytest.mark.parametrize(
    ("line", "licence"),
    [
        ("This work is licensed under CC BY-NC-SA 4.0.", "CC BY-NC-SA 4.0"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC BY 3.0 IGO"),
        ("a Creative Commons Attribution-NonCommercial 4.0 licence", "CC BY-NC 4.0"),
        ("All rights reserved.", None),
    ],
)
def test_a_licence_is_written_one_way(line, licence):
    assert read(page(COVER, line)).get("licence") == licence


@pytest.mark.parametrize(
    ("lines", "fields", "kind"),
    [
        ([(14.0, "Policy brief"), COVER], {"page_count": 4}, "policy-brief"),
        ([(26.0, "Guidelines for school visits")], {}, "guideline"),
        ([(26.0, "A toolkit for school visits")], {}, "toolkit"),
        ([COVER], {"medium": "slides"}, "presentation"),
        ([COVER, "Abstract", "Keywords: visits", "Example Journal of Schools (2019) 4:12",
          "Received: 1 May 2018; accepted: 2 June 2018"], {}, "journal-article"),
        ([COVER, "Table of contents"], {"page_count": 60}, "report"),
    ],
)  # fmt: skip
def test_the_kind_follows_from_what_a_document_calls_itself_and_from_its_form(lines, fields, kind):
    assert read(page(*lines), **fields)["kind"] == kind


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Visits between schools in Kenya", ("Kenya",)),
        ("Escuelas peruanas que se visitan", ("Peru",)),
        ("A estratégia brasileira de visitas", ("Brazil",)),
        ("Visits between schools", None),
    ],
)
def test_a_title_says_which_country_it_is_about(title, countries):
    assert read(page((26.0, title))).get("countries") == countries


def test_every_value_comes_with_the_line_it_stands_on():
    lines = page(COVER, "By Ana Quispe", "© 2019 Example Institute")
    front = Front(lines, medium="paged", text="\n".join(x.text for x in lines))
    for finding in read_record(front):
        assert finding.quote in {line.text for line in lines} or finding.field == "kind"
