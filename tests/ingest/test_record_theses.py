"""Theses name their author first; press notices begin with a place and a date; decks lie wide."""

from __future__ import annotations

import io

import pytest

from ingest.model import Hints
from ingest.record.days import is_dateline
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read


def bare(*texts: str, number: int = 1) -> tuple[Line, ...]:
    """Return a page of lines 12 points high, with nothing below them."""
    return tuple(Line(text, number, 12.0) for text in texts)


STATEMENT = "Trabalho de conclusão de curso apresentado à banca da Universidade de Exemplo"


@pytest.mark.parametrize(
    "cover",
    [
        ("Universidade de Exemplo", "Ana Quispe", "Visitas entre escolas do campo", STATEMENT,
         "Orientador: Prof. Bo Lindqvist"),
        ("Universidade de Exemplo", "Visitas entre escolas do campo", "Ana Quispe", STATEMENT,
         "Orientadora: Cy Other"),
        ("Universidade de Exemplo", "Ana Quispe", "Visitas entre escolas do campo", "Dissertação",
         "Banca:", "Bo Lindqvist", "Cy Other"),
        ("Universidade de Exemplo", "Ana Quispe", "Visitas entre escolas do campo",
         "Trabalho de conclusão de curso apre-", "sentado como requisito para o título"),
    ],
    ids=["above the title", "below the title", "before the committee", "a broken statement"],
)  # fmt: skip
def test_the_author_of_a_thesis_is_the_first_person_on_its_title_page(cover):
    found = read(bare(*cover), page("Resumo", number=2))
    assert found["authors"] == ("Ana Quispe",)
    assert found["publishers"] == ("Universidade de Exemplo",)


def test_the_university_stands_behind_the_degree_that_it_gives():
    cover = ("Visits between schools", "Ana Quispe", "Submitted for the degree of Bachelor",
             "of the Example National University")  # fmt: skip
    found = read(bare(*cover), page("Abstract", number=2))
    assert found["publishers"] == ("Example National University",)


def test_a_page_full_of_text_about_a_thesis_is_no_title_page():
    found = read(page(COVER, "Ana Quispe is thanked.", STATEMENT))
    assert "authors" not in found


def test_the_title_of_a_thesis_stands_above_its_author_and_adviser():
    cover = bare("Visitas entre escolas do campo e da cidade", "Ana Quispe", STATEMENT)
    assert read(cover)["title"] == "Visitas entre escolas do campo e da cidade"


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (["Ana Quispe, PhD* Bo Lindqvist, PhD†"], ("Ana Quispe", "Bo Lindqvist")),
        (["Ana van ’t Hoef∗"], ("Ana van ’t Hoef",)),
        (["A. Quispe1", "Lima, USA", "B.C. Lindqvist"], ("A. Quispe", "B.C. Lindqvist")),
        (["Ana Quispe", "a, Bo Lindqvist", "b and Cy Otero"],
         ("Ana Quispe", "Bo Lindqvist", "Cy Otero")),
        (["Submitted to", "Cy Otero, Ph.D.", "Prepared by", "Ana Quispe"], ("Ana Quispe",)),
    ],
    ids=["marks between", "a particle", "initials and a city", "marks in front", "a recipient"],
)  # fmt: skip
def test_names_below_a_title_are_divided_as_they_are_printed(lines, authors):
    assert read(page(COVER, *lines))["authors"] == authors


def test_a_name_far_below_the_title_is_only_suggested():
    lines = [f"• the visits of year {n}" for n in range(9)]
    assert "authors" not in read(page(COVER, *lines, "Time Period Covered"))


def test_a_contact_in_the_properties_is_no_author():
    stated = Hints("embedded", authors=("Cy Otero",))
    asked = page(COVER, "Pour plus d’informations :", "Cy Otero, Marketing")
    assert "authors" not in read(asked, stated=stated)


@pytest.mark.parametrize(
    "lines",
    [
        [(20.0, "Visits between schools:"), (17.0, "A case of two districts"),
         (17.0, "Ana Quispe"), (17.0, "Dissertation")],
        [(20.0, "Visits between schools:"), (20.0, "A case of two districts"),
         (14.0, "Ana Quispe"), (14.0, "University of Example"), (14.0, "May 2, 2019")],
    ],
    ids=["in the size of the subtitle", "with an affiliation"],
)  # fmt: skip
def test_a_title_ends_before_the_name_below_it(lines):
    found = read(page(*lines))
    assert found["title"] == "Visits between schools: A case of two districts"
    assert found["authors"] == ("Ana Quispe",)


def test_a_label_with_more_below_it_is_no_subtitle():
    lines = [(20.0, "Visits at a glance"), (14.0, "Evaluation brief"), (14.0, "On how they go")]
    assert read(page(*lines))["title"] == "Visits at a glance"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("LIMA, Peru, February 5, 2013 - The network", True),
        ("Lima, MA, le 16 mars 2009: Le réseau", True),
        ("CAACUPÉ, Paraguay, 15 de octubre de 2013 - La red", True),
        ("In Lima, on 5 May 2013, the network", False),
        ("Lima, 5 May 2013", False),
    ],
)
def test_a_notice_to_the_press_begins_with_a_place_and_a_date(text, begins):
    assert is_dateline(text) is begins


def test_a_notice_to_the_press_is_dated_and_of_its_kind():
    found = read(page(COVER, "LIMA, Peru, February 5, 2013 - The network of schools says"))
    assert (found["published"], found["kind"]) == ("2013-02-05", "blog")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Programme handbook", "toolkit"),
        ("Visits between schools: A user’s manual", "toolkit"),
        ("Manual de visitas", "toolkit"),
        ("Instructivo para visitas", "toolkit"),
        ("Rúbricas de visitas", "toolkit"),
    ],
)
def test_what_tells_how_to_work_is_a_toolkit(title, kind):
    assert read(page((26.0, title)))["kind"] == kind


@pytest.mark.parametrize(("landscape", "kind"), [(True, "presentation"), (False, "report")])
def test_pages_that_lie_wide_with_little_on_them_are_a_deck(landscape, kind):
    slides = tuple(
        Line(f"Slide {n}, line {i}: what teachers say", n, 10.0)
        for n in range(1, 9)
        for i in range(9)
    )
    assert read(slides, landscape=landscape)["kind"] == kind


def test_a_file_tells_how_its_pages_lie():
    pypdf = pytest.importorskip("pypdf")
    from ingest.extract.pdf import _is_landscape

    def written(width: int, height: int, turned: int = 0) -> bytes:
        writer, out = pypdf.PdfWriter(), io.BytesIO()
        writer.add_blank_page(width, height).rotate(turned)
        writer.write(out)
        return out.getvalue()

    sizes = ((720, 540, 0), (540, 720, 0), (540, 720, 90))
    lying = [_is_landscape(pypdf.PdfReader(io.BytesIO(written(*s)))) for s in sizes]
    assert lying == [True, False, True]


def test_a_line_with_a_name_and_a_label_is_no_title():
    lines = bare("Ana Quispe | Policy brief", "Visits between rural schools", PROSE)
    assert read(lines, medium="office")["title"] == "Visits between rural schools"


def test_the_years_of_references_are_no_year_of_issue():
    cited = page("References", "physical character, 115(772):700–721, 1927.", number=2)
    assert "year" not in read(page(COVER), cited)


def test_an_item_of_a_list_is_no_publisher():
    assert "publishers" not in read(page(COVER, "• Agency of School Visits"))
    assert read(page(COVER, "Agency of School Visits"))["publishers"]


def test_the_site_of_a_body_that_is_named_but_once_is_no_publisher():
    once = page(COVER, "Example Compost (2023), www.examplecompost.org, says how to.")
    assert "publishers" not in read(once)
    again = page(COVER, "Example Compost, www.examplecompost.org", "Example Compost says how.")
    assert read(again)["publishers"] == ("Example Compost",)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([(98.0, "Open visits"), (30.0, "An asset for small schools")],
         "Open visits: An asset for small schools"),
        ([(29.0, "Results of visits:"), (48.0, "Findings from the north")],
         "Results of visits: Findings from the north"),
        ([(10.0, "POLICY BRIEF:"), (17.0, "How visits work"), (28.0, "“")], "How visits work"),
    ],
    ids=["two much larger words", "a colon above larger words", "a quotation mark"],
)  # fmt: skip
def test_a_title_in_two_sizes_is_whole_and_a_mark_is_none(lines, title):
    assert read(page(*lines))["title"] == title


def test_a_title_of_which_one_line_is_bold_has_a_subtitle():
    lines = (Line("OPEN VISITS WORK", 1, 29.0, bold=True), Line("WHEN SCHOOLS MEET", 1, 29.0))
    assert read((*lines, *page("March 2016")))["title"].casefold() == (
        "open visits work: when schools meet"
    )


def test_a_long_text_of_a_word_processor_that_calls_itself_nothing_is_a_report():
    lines = (Line("Visits between schools", 1, 24.0), Line(PROSE, 1, 10.0))
    assert read(lines, medium="office", text=PROSE * 90)["kind"] == "report"
    assert "kind" not in read(lines, medium="office", text=PROSE * 9)


def test_several_names_behind_by_are_authors_though_a_body_follows():
    found = read(page(COVER, "By Ana Quispe, Bo Lindqvist, and Cy Otero, Example Evidence Project"))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist", "Cy Otero")


def test_numbers_of_students_and_who_helped_are_no_authors():
    lines = ["Ana Quispe T00081186", "Bo Lindqvist T00071286", "Revisado por", "Cy Otero"]
    assert read(page(COVER, *lines))["authors"] == ("Ana Quispe", "Bo Lindqvist")
