"""Titles without their series, with their initials, and people who are no organisations."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read

UNESCO = "United Nations Educational, Scientific and Cultural Organization"


@pytest.mark.parametrize(
    ("printed", "title", "series"),
    [
        ("Policy Research Working Paper 9123: Visits in rural schools", "Visits in rural schools",
         "Policy Research Working Paper 9123"),
        ("IIEP Working Paper No. 12: Visits in rural schools", "Visits in rural schools",
         "IIEP Working Paper No. 12"),
        ("OECD Education Working Papers No. 5 – Visits in schools", "Visits in schools",
         "OECD Education Working Papers No. 5"),
        ("Visits in rural schools (Example Discussion Paper No. 7)", "Visits in rural schools",
         "Example Discussion Paper No. 7"),
        ("Visitas entre escuelas. Documento de trabajo N.º 12", "Visitas entre escuelas",
         "Documento de trabajo N.º 12"),
        ("Visites entre écoles : Document de travail n° 31", "Visites entre écoles",
         "Document de travail n° 31"),
        ("Evaluation Report 2020: what was learned", "Evaluation Report 2020: what was learned",
         None),
        ("Annual technical report 2021", "Annual technical report 2021", None),
        ("Working papers and visits: 12 lessons", "Working papers and visits: 12 lessons", None),
    ],
)  # fmt: skip
def test_a_title_is_recorded_without_its_series(printed, title, series):
    found = read(page((26.0, printed), "By Ana Quispe"))
    assert (found["title"], found.get("series")) == (title, series)


def test_a_large_line_with_a_series_is_not_the_title():
    found = read(
        page(
            (28.0, "IIEP Working Paper No. 12"),
            "March 2021",
            (20.0, "Visits between rural schools"),
        )
    )
    assert found["title"] == "Visits between rural schools"
    assert found["series"] == "IIEP Working Paper No. 12"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([(48.0, "P"), (26.0, "REMIER RAPPORT DES VISITES")], "PREMIER RAPPORT DES VISITES"),
        ([(26.0, "remier rapport des visites"), (48.0, "P")], "Premier rapport des visites"),
        ([(48.0, "A"), (26.0, "NEW WAY OF VISITING")], "A NEW WAY OF VISITING"),
        ([(26.0, "Earning while visiting schools"), "Learning by visits"],
         "Earning while visiting schools"),
    ],
    ids=["before", "after", "a word of its own", "another word"],
)  # fmt: skip
def test_an_initial_that_stands_apart_belongs_to_the_title(lines, title):
    assert read(page(*lines, "By Ana Quispe"))["title"] == title


@pytest.mark.parametrize("where", ["running", "stated", "text"])
def test_an_initial_that_is_missing_is_taken_from_where_the_title_is_repeated(where):
    whole = "Premier rapport sur les visites"
    fields = {
        "running": {"running": (whole,)},
        "stated": {"stated": Hints("embedded", title=whole)},
        "text": {"text": f"Voici le {whole.lower()}. Les visites"},
    }[where]
    assert read(page((26.0, "Remier rapport sur les visites")), **fields)["title"] == whole


def test_an_initial_is_not_guessed_from_words_that_repeat_no_title():
    found = read(page((26.0, "Remier rapport sur les visites"), "premier est un mot. Premier jour"))
    assert found["title"] == "Remier rapport sur les visites"


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        (UNESCO, "UNESCO"),
        (f"By the {UNESCO}", "UNESCO"),
        (f"Authors: {UNESCO}", "UNESCO"),
        (f"Suggested citation: {UNESCO} (2020). Visits between schools. Paris.", "UNESCO"),
        ("Ministry of Education, Science and Technology",) * 2,
        ("Author: Example Institute, Research and Visits Department",
         "Example Institute, Research and Visits Department"),
        ("By the Editors of Rural Schools", "Rural Schools"),
        ("The editors of Rural Schools", "Rural Schools"),
    ],
)  # fmt: skip
def test_an_organisation_is_no_author_and_stays_whole(line, publisher):
    found = read(page(COVER, line))
    assert "authors" not in found
    assert found["publishers"] == (publisher,)


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (["ANA QUISPE – BO LINDQVIST"], ("Ana Quispe", "Bo Lindqvist")),
        (["Ana Quispe, Bo Lind,", "and Cy Amari"], ("Ana Quispe", "Bo Lind", "Cy Amari")),
        (["Ana Quispe – Bo Lindqvist", "Authors: Ana Quispe"], ("Ana Quispe", "Bo Lindqvist")),
        (["Ana Quispe, Bo Li"], ("Ana Quispe", "Bo Li")),
        (["ANA QUISPE", "quispe@visits.example.org"],
         ("Ana Quispe",)),
    ],
    ids=["capitals and a dash", "a line goes on", "two lists", "short", "e-mail"],
)  # fmt: skip
def test_every_author_is_read_however_the_names_are_set(lines, authors):
    assert read(page(COVER, *lines))["authors"] == authors


def test_an_affiliation_on_a_byline_is_no_publisher():
    found = read(page(COVER, "Ana Quispe, Example Institute"))
    assert found["authors"] == ("Ana Quispe",)
    assert "publishers" not in found


def test_the_day_a_page_was_posted_and_its_site_are_no_author():
    names = ("Ana Quispe", "Bo Lindqvist Monday", "Rural Visits")
    stated = Hints("embedded", title="Visits", authors=names, publishers=("Rural Visits",))
    assert read(page("Visits"), medium="web", stated=stated)["authors"] == (
        "Ana Quispe",
        "Bo Lindqvist",
    )


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Visits between rural schools1"], "Visits between rural schools"),
        (["Visits Between Rural Schools1"], "Visits Between Rural Schools"),
        (["Visits in the Programme2"], "Visits in the Programme2"),
        (["Visits between rural schools²"], "Visits between rural schools"),
        (["Visits between rural schools*"], "Visits between rural schools"),
        (["Visits between rural schools⋆ ⋆⋆"], "Visits between rural schools"),
        (["Visits between rural schools1: A review"], "Visits between rural schools: A review"),
        (["Visits in the programme edulink2"], "Visits in the programme edulink2"),
        (["Visits in schools after COVID19"], "Visits in schools after COVID19"),
        (["Visits between rural schools 2"], "Visits between rural schools 2"),
        (["Estrategia de Visitas Rurales -EVR-"], "Estrategia de Visitas Rurales (EVR)"),
        (["Estratégia de Visitas – EVR –"], "Estratégia de Visitas (EVR)"),
        (["Visits - 2019 - in schools"], "Visits - 2019 - in schools"),
    ],
)
def test_a_title_has_no_mark_of_a_note_and_no_dashes_about_an_abbreviation(lines, title):
    about = "In these schools the programme goes on. Programme2 began later."
    assert read(page(*((24.0, line) for line in lines), "By Ana Quispe", about))["title"] == title


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([(30.0, "Kenya"), (22.0, "What schools in Kenya learn from visits")],
         "Kenya: What schools in Kenya learn from visits"),
        ([(22.0, "Perú"), (22.0, "Cómo se visitan las escuelas rurales")],
         "Perú: Cómo se visitan las escuelas rurales"),
        ([(22.0, "Kenya"), (22.0, "Education Sector Plan for Visits")],
         "Kenya Education Sector Plan for Visits"),
    ],
    ids=["named again", "a question", "one phrase"],
)  # fmt: skip
def test_a_country_above_a_title_is_parted_from_it(lines, title):
    assert read(page(*lines, "By Ana Quispe"))["title"] == title


def one_size(*lines: str, bold: bool = False, **fields):
    """Read a document that is set in one size throughout."""
    set_in = tuple(Line(text, 1, 10.0, bold) for text in lines)
    return read((*set_in, *(Line(PROSE, 1) for _ in range(8))), **fields).get("title")


def test_a_title_in_the_size_of_the_text_goes_on_after_a_small_word():
    assert (
        one_size("Visitas entre escolas: o uso dos cadernos para", "conhecer os alunos")
        == "Visitas entre escolas: o uso dos cadernos para conhecer os alunos"
    )
    assert one_size("Visits between schools", "Teachers say what they saw") == COVER[1]


def test_a_bold_title_in_the_size_of_the_text_goes_on_in_small_letters():
    lines = (
        "Reply of the schools to the report of the council on the resolution about visits",
        "that was entitled “Visits between schools”",
        "What the teachers of the rural schools said of it in the spring",
    )
    assert one_size(*lines, bold=True) == " ".join(lines[:2])
    assert one_size(*lines) == lines[0]
