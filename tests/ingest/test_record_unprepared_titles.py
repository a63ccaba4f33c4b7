"""Titles of documents that nobody prepared, on made-up pages."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from tests.ingest.test_record import PROSE, page, read


def test_a_law_has_its_own_line_as_title_and_its_date():
    found = read(
        page("CONGRESSO DAS ESCOLAS", "LEI Nº 91.533, DE 11 DE JANEIRO DE 2023",
             "Altera a lei das visitas, de 3 de", "outubro de 2003.", "O PRESIDENTE DAS ESCOLAS",
             "Art. 1º As escolas visitam-se.")
    )  # fmt: skip
    assert found["title"].casefold() == "lei nº 91.533, de 11 de janeiro de 2023"
    assert (found["year"], found["published"]) == (2023, "2023-01-11")


def test_a_report_that_names_a_law_is_no_law():
    found = read(page("Visits between rural schools", "Decreto 575 del 21 de julio de 2004"))
    assert found["title"] == "Visits between rural schools"


@pytest.mark.parametrize(
    "statement",
    [
        "Tesis presentada como requisito para optar al grado de Doctor",
        "Trabajo presentado para optar al grado de Magíster",
        "Dissertação apresentada ao Programa de Pós-Graduação",
        "Thèse présentée en vue de l'obtention du grade de docteur",
        "A thesis submitted in partial fulfilment of the requirements",
    ],
)
def test_the_title_of_a_thesis_stands_above_its_degree(statement):
    found = read(
        page("REPÚBLICA DE LAS ESCUELAS", "UNIVERSIDAD PEDAGÓGICA DEL EJEMPLO",
             "VISITAS ENTRE ESCUELAS RURALES: LO QUE", "DICEN QUIENES ENSEÑAN EN ELLAS",
             statement, "Tutor: Dr. Bo Lindqvist"),
        text="Las visitas entre las escuelas: lo que dicen de ellas quienes enseñan en una.",
    )  # fmt: skip
    assert found["title"].casefold() == (
        "visitas entre escuelas rurales: lo que dicen quienes enseñan en ellas"
    )


def test_a_title_in_capitals_ends_before_the_name_below_it():
    found = read(
        page((18.0, "TESIS DOCTORAL"), (18.0, "2023"), (18.0, "VISITAS ENTRE LAS ESCUELAS DE LA"),
             (18.0, "SIERRA Y DE LA COSTA"), (18.0, "Ana Quispe Soto"))
    )  # fmt: skip
    assert found["title"].casefold() == "visitas entre las escuelas de la sierra y de la costa"
    assert found["authors"] == ("Ana Quispe Soto",)


def test_one_word_in_capitals_at_the_top_of_a_document_is_its_title():
    assert read(page((40.0, "NEUROPTIMIZE")))["title"] == "NEUROPTIMIZE"


@pytest.mark.parametrize(
    "below",
    ["Figure 1. How often schools visit", "Gráfico 2: Visitas por año", "I. Introduction"],
)
def test_a_caption_or_a_section_is_no_part_of_a_title(below):
    found = read(page((20.0, "Visits between rural schools"), (20.0, below)))
    assert found["title"] == "Visits between rural schools"


def test_headings_of_sections_are_no_titles():
    found = read(
        page((13.0, "IMF Working Paper"), (12.0, "Visits between rural schools"),
             (12.0, "Prepared by Ana Quispe")),
        page((14.0, "1 Introduction to the visits"), number=2),
        page((14.0, "2 Related literature on visits"), number=3),
    )  # fmt: skip
    assert found["title"] == "Visits between rural schools"


def test_the_heading_of_a_chapter_is_no_title_beside_a_cover():
    found = read(
        page((24.0, "Visits between rural schools: what they"), (24.0, "bring to teachers")),
        page((32.0, "What the visits of schools are"), number=4),
        running=("What the visits of schools are",),
    )
    assert found["title"] == "Visits between rural schools: what they bring to teachers"


def test_a_running_head_completes_a_title_that_the_cover_has_in_parts():
    cover = ((26.0, "Visits 2022 results"), (20.0, "Factsheets"), (19.0, "Peru"))
    head = "VISITS 2022 RESULTS: FACTSHEETS – PERU © EXF"
    assert read(page(*cover), running=(head,))["title"] == "Visits 2022 results: Factsheets – Peru"
    other = "Visits 2022 results: Ana Quispe"
    named = (*cover, (12.0, "Ana Quispe"))
    assert read(page(*named), running=(other,))["title"] == "Visits 2022 results"


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("2021-23 Visits between rural schools", "Visits between rural schools"),
        ("Asunto: Visitas entre escuelas rurales", "Visitas entre escuelas rurales"),
    ],
)
def test_a_title_loses_the_number_and_the_label_before_it(printed, title):
    assert read(page((20.0, printed), "Working Paper No. 2021-23"))["title"] == title


def test_the_year_of_what_a_title_is_about_is_no_year_of_issue():
    assert "year" not in read(page((26.0, "The impact of the 1999 reform of schools")))
    assert "year" not in read(page((26.0, "Replies on the recommendation on schools (2021)")))
    assert "year" not in read(page((26.0, "Visits of schools: Evidence from 2018 survey data")))
    assert read(page((26.0, "Visits of schools in 2021")))["year"] == 2021


def test_a_word_that_a_line_divided_is_whole_in_the_title():
    lines = ((20.0, "Visits: An in-"), (20.0, "novative tool for well-being"))
    found = read(page(*lines), text=f"An innovative tool for well-being. {PROSE}")
    assert found["title"] == "Visits: An innovative tool for well-being"


def test_a_title_in_capitals_keeps_its_apostrophes():
    printed = (20.0, "WHAT TEACHERS’ VISITS SAY OF RURAL SCHOOLS")
    stated = Hints("embedded", title="What Teachers Visits Say of Rural Schools")
    assert "’" in read(page(printed), stated=stated)["title"]


def test_a_citation_is_divided_at_the_whole_title():
    found = read(
        page((26.0, "Visits between schools: What they bring"),
             "To cite this article: Ana Quispe (2018) Visits between schools: What they bring, "
             "Rural Visits, 24:2, 1-30, DOI: 10.5555/visits")
    )  # fmt: skip
    assert (found["journal"], found["volume"], found["issue"]) == ("Rural Visits", "24", "2")


def test_the_heading_of_a_form_is_no_title():
    found = read(page((14.0, "A. General information about the respondent"),
                      (13.0, "Questionnaire on visits between schools")))  # fmt: skip
    assert found["title"] == "Questionnaire on visits between schools"


def test_a_programme_and_a_numbered_part_are_no_part_of_a_title():
    found = read(
        page((18.0, "DOCTORADO EN EDUCACIÓN"), (18.0, "VISITAS ENTRE LAS ESCUELAS"),
             (18.0, "SECCIÓN 1 – OBJETIVOS DE LAS VISITAS"))
    )  # fmt: skip
    assert found["title"].casefold() == "visitas entre las escuelas"


def test_the_title_of_a_thesis_goes_on_in_brackets():
    found = read(
        page("VISITAS ENTRE LAS ESCUELAS RURALES", "(Reflexiones a la luz de la sierra)",
             "Tesis presentada como requisito para optar al grado de Doctor")
    )  # fmt: skip
    assert found["title"].endswith("(Reflexiones a la luz de la sierra)")
    assert found["title"].casefold().startswith("visitas entre las escuelas rurales")


def test_the_head_of_a_printed_form_is_neither_title_nor_author():
    found = read(
        page((20.0, "View results"), (18.0, "* Name of the organization that answers"),
             (16.0, "Questionnaire on visits of schools"),
             (13.0, "A. General information on who answers"), "Site Web")
    )  # fmt: skip
    assert found["title"] == "Questionnaire on visits of schools"
    assert "authors" not in found
