"""Records of documents nobody prepared: drawings, forms, columns of names and offices, states."""

from __future__ import annotations

import pytest

from ingest.metadata import language_hints
from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read


@pytest.mark.parametrize(
    "line",
    [
        "Quick Visits by Roles ........................ 4",
        "Madison, Wisconsin",
        "Mato Grosso",
        "Redacción LR",
        "Insert Phone",
        "Rod. Celso Quispe",
        "Visiting Planning Measuring",
        "Legislação Trabalhista, Código de Trânsito",
        "CICLO DE P.P",
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


def lines_of(*lines: tuple[float, bool, str]) -> tuple[Line, ...]:
    prose = [(10.0, False, PROSE)] * 8
    return tuple(Line(text, 1, height, bold) for height, bold, text in (*lines, *prose))


def test_the_number_of_a_term_keeps_its_capital():
    text = "Schools read about artificial visits between schools. " * 3
    found = read(page((26.0, "VISITS BETWEEN SCHOOLS IN K-12")), text=text)
    assert found["title"] == "Visits between schools in K-12"


def test_a_title_goes_on_below_its_colon():
    found = read(lines_of((32.0, False, "Peru’s visits between schools:"), (32.0, True, "A plan")))
    assert found["title"] == "Peru’s visits between schools: A plan"


@pytest.mark.parametrize("other", ["Table of Contents", "Press release"])
def test_a_label_in_the_size_of_the_title_is_no_part_of_it(other):
    assert read(page((18.0, other), (18.0, "Visits between schools")))["title"] == COVER[1]
    assert read(page((18.0, "Visits between schools"), (18.0, other)))["title"] == COVER[1]


def test_a_heading_that_repeats_the_title_is_no_subtitle():
    found = read(
        page((20.0, "Rural visits in schools"), (16.0, "What are rural visits in schools?"))
    )
    assert found["title"] == "Rural visits in schools"


def test_a_first_line_a_little_larger_begins_the_title():
    found = read(
        lines_of((16.0, True, "Visits between rural schools"), (14.0, True, "To learn, to see")),
        running=("To learn, to see",),
    )
    assert found["title"] == "Visits between rural schools: To learn, to see"


def test_a_heading_below_paragraphs_is_no_title():
    found = read(page((10.5, "What schools learn by visits to schools"), *[PROSE] * 5,
                      (12.0, "What the teachers say of it")))  # fmt: skip
    assert found["title"] == "What schools learn by visits to schools"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ((16.0, "POLICY BRIEF Example Fund and Bank"), "policy-brief"),
        ((10.0, "Communiqué de presse"), "blog"),
        ((10.0, "Cadre d’usage"), "guideline"),
    ],
)
def test_a_label_tells_the_kind(line, kind):
    assert read(page((18.0, "Survey of visits between schools"), line))["kind"] == kind


def test_a_posted_form_of_an_office_is_no_blog():
    posted = "Posted on the site of the Example Department: June 25, 2021"
    assert "kind" not in read(page(COVER, posted), medium="office")


def test_the_doi_of_a_template_is_none():
    assert "doi" not in read(page(COVER, "https://doi.org/10.1234/xxxxx"))


def test_an_isbn_among_references_is_another_works():
    works = [f"Quispe, A. Visits, {year}. Lima" for year in range(2001, 2009)]
    found = read(page(COVER), page(*works, "ISBN 978-0-521-42374-8. 15", number=20))
    assert "isbn" not in found


def test_a_title_goes_without_the_supervisors_and_the_address_below_it():
    found = read(page((15.9, "Visitas entre escolas rurais do país"),
                      (15.9, "Prof. Dr. Bo Lindqvist Jr."), (12.0, "Ana Quispe1"),
                      (12.0, "1Instituto de Visitas - Universidade de Lima"),
                      (12.0, "Rua das Escolas, 86057-970")))  # fmt: skip
    assert found["title"] == "Visitas entre escolas rurais do país"


def test_the_language_of_a_text_mostly_in_capitals_is_told():
    labels = "VISITES ENTRE ÉCOLES, ENGAGEMENT, RÉUSSITE PRÉCOCE, BUTS, CLIMAT, BESOINS, CHOIX"
    text = f"{labels} (selon eux)"
    assert language_hints(text, None).language == "fr"


def test_a_name_in_small_letters_is_the_one_that_the_file_states():
    stated = Hints("embedded", authors=("Ana Quispe",))
    found = read(page(COVER, "ana quispe"), stated=stated)
    assert found["authors"] == ("Ana Quispe",)


@pytest.mark.parametrize("mark", [" >", " ›", " |"])
def test_the_mark_of_a_link_is_no_part_of_a_name(mark):
    found = read(page(COVER, f"© Ministerio de Educación{mark}"))
    assert found["publishers"] == ("Ministerio de Educación",)


def test_the_year_in_a_caption_is_not_the_documents():
    caption = "Gráfico 1: Taxa de ocupação, por âmbito, em nível nacional, 2010"
    assert "year" not in read(page(COVER), page("Prosa sobre as escolas.", caption, number=2))
    assert read(page(COVER, "Lima: Ministério da Educação, 2010"))["year"] == 2010
