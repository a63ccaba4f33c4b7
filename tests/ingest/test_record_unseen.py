"""Records of documents nobody prepared: drawings, forms, columns of names and offices, states."""

from __future__ import annotations

import pytest

from tests.ingest.test_record import COVER, page, read


@pytest.mark.parametrize(
    "line",
    [
        "Quick Visits by Roles ........................ 4",
        "Madison, Wisconsin",
        "Mato Grosso",
        "Redacción LR",
        "Insert Phone",
        "Visiting Planning Measuring",
    ],
)
def test_no_person_is_named_by(line):
    assert "authors" not in read(page(COVER, (12.0, line)))


def test_words_that_the_text_has_in_small_letters_are_no_name():
    told = "The wise ones mend what the gentle ones leave. "
    found = read(page(COVER, (12.0, "Wise Gentle")), text=f"Wise Gentle Wise Gentle {told}")
    assert "authors" not in found


def test_a_drawing_in_capitals_names_no_person():
    labels = ((12.0, "CLIMAT DE VISITES"), (12.0, "DIRECTION INTENSITÉ"), (12.0, "SEP TEN"))
    assert "authors" not in read(page((26.0, "VISITS BETWEEN SCHOOLS"), *labels), text="LABELS")


def test_an_elided_article_hides_no_ordinary_word():
    line = (12.0, "L'ATTENTION L'ENGAGEMENT")
    text = "On parle de l'attention et de l'engagement des enfants qui vont en visite. " * 4
    assert "authors" not in read(page(COVER, line), text=text)


@pytest.mark.parametrize(
    ("title", "country"),
    [
        ("Visits between schools in Louisiana", "United States"),
        ("Visits in New South Wales", "Australia"),
        ("Visits in British Columbia", "Canada"),
        ("Visits in New Mexico", "United States"),
        ("Visitas entre escolas do Ceará", "Brazil"),
    ],
)
def test_a_state_in_the_title_is_in_its_country(title, country):
    assert read(page((26.0, title)))["countries"] == (country,)


def test_a_state_in_the_text_tells_nothing():
    assert "countries" not in read(page(COVER), text="University of Ohio, Ohio. Texas, Ohio. " * 9)


def test_the_country_is_that_of_the_public_body_for_schools_that_issued_a_document():
    said = "Published by the Oregon Department of Education"
    assert read(page(COVER, said))["countries"] == ("United States",)
    other = read(page(COVER, "Published by the University of Oregon"))
    assert "countries" not in other


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Phase 1: 1 January – 3 April 2021", None),
        ("Phase 2: From 4 April 2021", None),
        ("© agosto 2021 por el Instituto de Visitas", "2021-08"),
        ("Publicação: Agosto, 2021", "2021-08"),
        ("Last updated: June 2021", "2021-06"),
        ("It was at the seminar of Lima in April 2021 that this", None),
        ("25/06/2021", "2021-06-25"),
        ("5/6/2021", None),
    ],
)
def test_a_date_of_issue_is_told_from_other_dates(line, date):
    assert read(page(COVER, line)).get("published") == date


@pytest.mark.parametrize("line", ["5/6/2021", "Fall 2021", "Primavera de 2021", "Ano: 2021"])
def test_the_year_of_issue(line):
    assert read(page(COVER, line))["year"] == 2021


def test_the_number_of_a_page_is_no_day_of_the_month_beside_it():
    found = read(page(COVER), page("2 October 2021", number=2))
    assert found["published"] == "2021-10"


def test_the_year_of_the_data_in_a_title_is_no_year_of_issue():
    assert "year" not in read(page((26.0, "Visitas entre escolas nos dados de 2018")))
