"""What looks like a statement about the document and is none: lists, figures, works referred to."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read

LICENSED = "Este documento se distribuye bajo la licencia Atribución-CompartirIgual"


def flowing(*texts: str, medium: str = "office", **fields) -> dict[str, object]:
    """Return what is read from paragraphs on one page, as files without pages have them."""
    lines = tuple(Line(text, 1, block=i) for i, text in enumerate(texts, start=1))
    return read(lines, medium=medium, page_count=1, **fields)


@pytest.mark.parametrize(
    ("line", "publishers"),
    [
        ("(c) Examples of at least two similar visits to a school", None),
        ("(c) Example Fund for Visits", ("Example Fund for Visits",)),
        ("(c) 2021 Example Fund", ("Example Fund",)),
        ("Catches of (a) Bream, (b) Salmon, (c) Snapper", None),
    ],
)
def test_the_third_of_a_list_holds_no_copyright(line, publishers):
    assert read(page(COVER, line)).get("publishers") == publishers


def test_data_that_a_reference_names_is_no_date():
    tail = (Line("EXF DATA. Teaching Hours. 2017. Disponível em:", 24),)
    assert "year" not in read(page(COVER), tail=tail, page_count=25)


def test_a_page_of_many_dates_is_a_chronology():
    events = [line for month in ("Mai", "Juin", "Avril") for line in (f"{month} 2017", "Visite")]
    assert "published" not in read(page(COVER), page(*events, number=2))


def test_the_date_of_issue_stands_below_its_label():
    events = [line for month in ("Mai", "Juin", "Avril") for line in (f"{month} 2017", "Visite")]
    last = (Line("Date de publication", 8), Line("Juin 2018", 8))
    found = read(page(COVER), page(*events, number=2), last)
    assert found["published"] == "2018-06"


def test_a_short_line_that_begins_a_sentence_is_no_date_of_issue():
    assert "published" not in read(page(COVER), page("En novembre 2017, la formation", number=4))


@pytest.mark.parametrize(("cover", "year"), [("August 2023", 2023), ("August 2021", 2022)])
def test_the_date_on_a_cover_is_later_than_a_copyright_that_was_left(cover, year):
    found = read(page(COVER, cover, "Example Fund © 2022", "© 2022 Example Fund"))
    assert found["year"] == year


def test_a_running_foot_ends_in_the_date_of_issue():
    foot = "schools.example/ - Ministère des Écoles, de la Jeunesse et des Sports - Juillet 2021 1"
    found = read(page(foot, COVER))
    assert found["published"] == "2021-07"


def test_a_doi_amid_a_text_without_pages_is_of_another_work():
    cited = f"{PROSE} Quispe, A. (2020). https://doi.org/10.5555/visits.1"
    assert "doi" not in flowing("Visits between schools", *[PROSE] * 22, cited)
    own = flowing("Visits between schools", *[PROSE] * 22, "https://doi.org/10.5555/visits.1")
    assert own["doi"] == "10.5555/visits.1"


def test_the_address_of_a_page_has_its_doi():
    stated = Hints("embedded", url="https://journals.example/doi/10.5555/visits.2")
    data = "Data are at https://doi.org/10.6666/data.1"
    found = flowing("Visits between schools", data, medium="web", stated=stated)
    assert found["doi"] == "10.5555/visits.2"


def test_the_licence_of_a_figure_is_not_that_of_the_document():
    figure = page("The symbols of the licences", "Licencia: CC BY 4.0 Intl.", number=6)
    own = (Line(LICENSED, 26), Line("https://creativecommons.org/licenses/by-sa/4.0/", 26))
    assert read(page(COVER), figure, tail=own)["licence"] == "CC BY-SA 4.0"
    others = page("Licencia: CC BY-NC 4.0", number=7)
    assert "licence" not in read(page(COVER), figure, others)


def test_a_middle_initial_is_no_article():
    found = read(page(COVER, (12.0, "Ana A. Quispe")))
    assert found["authors"] == ("Ana A. Quispe",)


@pytest.mark.parametrize(
    "line",
    [
        "Washington, DC",
        "Bogotá, D.C., 8 de noviembre de 2019",
        "D.ª ANA QUISPE SOTO, Secretaria General de la Universidad de Lima.",
    ],
)
def test_a_town_and_who_certifies_are_no_authors(line):
    found = read(page(COVER, (12.0, line)))
    assert "authors" not in found


def test_who_teaches_the_course_did_not_write_its_paper():
    found = flowing(
        "Visits between schools", "Ana Quispe", "EDU 610: Research strategies", "Dr. Bo Lindqvist"
    )
    assert found["authors"] == ("Ana Quispe",)


def test_a_line_that_goes_on_with_a_sentence_is_no_byline():
    events = ("Publication de la note Des visites entre écoles", "par Ana Quispe et Bo Lindqvist")
    assert "authors" not in read(page(COVER), page(*events, number=2))


@pytest.mark.parametrize(
    "lines",
    [
        ("Autores:", "Ana Quispe - Perú.", "Bo Lindqvist - El Salvador."),
        ("Authors:", "Ana Quispe, University of Lima", "Bo Lindqvist, Example Institute"),
    ],
)
def test_authors_stand_below_their_label_with_where_they_are_from(lines):
    found = flowing("Visits between schools", *lines)
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


def test_authors_stand_between_their_organisations():
    byline = "Ana Quispe, University of Lima and Bo Lindqvist, Example Institute of Visits"
    assert read(page(COVER, (12.0, byline)))["authors"] == ("Ana Quispe", "Bo Lindqvist")
    beside = flowing(PROSE, medium="web", aside=f"Visits\n{byline}")
    assert beside["authors"] == ("Ana Quispe", "Bo Lindqvist")


@pytest.mark.parametrize("line", ["Ana Quispe, 12 March 2021", "Ana Quispe | June 2021"])
def test_an_author_stands_beside_the_date_on_a_cover(line):
    found = read(page(COVER, line))
    assert (found["authors"], found["year"]) == (("Ana Quispe",), 2021)


def test_credits_and_catalogue_cards_name_authors_and_publishers():
    found = read(page(COVER), page("Créditos", "Autoría: Ana Quispe y Bo Lindqvist", number=2))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")
    card = "Visits between schools / Ana Quispe. – Brasília : Instituto das Visitas, 2021."
    found = read(page(COVER), page("Ficha catalográfica", card, number=2))
    assert found["publishers"] == ("Instituto das Visitas",)
