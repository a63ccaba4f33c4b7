"""A name or number is printed as a fact only where something supports it; else it is suggested."""

from __future__ import annotations

import pytest

from ingest.record import read_record
from ingest.record.front import Front, Line
from ingest.record.wordings import names_a_section
from tests.ingest.test_record import COVER, PROSE, page, read

JOURNAL = "Open Visits (2021) 27:257–276"


def written(*texts: str, **fields) -> dict[str, object]:
    """Return what a text without pages states, with how sure it is, by field."""
    head = tuple(Line(text, 1) for text in texts)
    front = Front(head, medium="office", page_count=1, text="\n".join(texts), **fields)
    return {f.field: (f.value, f.confidence) for f in read_record(front)}


def test_one_name_above_a_title_is_only_suggested():
    assert "authors" not in read(page("Quispe Lindqvist", COVER))
    assert read(page("Ana Quispe, Bo Lindqvist", COVER))["authors"] == (
        "Ana Quispe",
        "Bo Lindqvist",
    )
    assert read(page("By Ana Quispe", COVER))["authors"] == ("Ana Quispe",)


def test_one_name_beside_a_web_page_needs_a_byline():
    lines = (Line("Visits between schools", 1, 24.0), Line(PROSE, 1))
    shown = {"medium": "web", "text": "\n".join(x.text for x in lines)}
    beside = "Ana Quispe, Professor of Schools"
    assert "authors" not in read(lines, aside=beside, **shown)
    assert read(lines, aside=f"By {beside}", **shown)["authors"] == ("Ana Quispe",)


def test_paragraphs_are_not_joined_to_a_name():
    cells = [Line(text, 1) for text in ("Quispe", "40", "Lindqvist")]
    lines = (Line("Visits between schools", 1, 24.0), *cells, Line(PROSE, 1))
    assert "authors" not in read(lines, medium="web", text="\n".join(x.text for x in lines))


def test_who_a_sentence_says_wrote_it_wins_over_one_name_below_the_title():
    told = "This report was written by Ana Quispe and Bo Lindqvist."
    found = read(page(COVER, (14.0, "Cultural Esperanto")), page(told, number=3))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


def test_the_address_of_a_site_is_no_author():
    assert "authors" not in read(page(COVER, "By Schoolvisits Com"))


def test_names_that_go_on_behind_a_label_are_no_authors():
    lines = ((14.0, "Candidate: Ana"), (14.0, "Quispe Lindqvist"))
    assert "authors" not in read(page(COVER, *lines))


def test_a_mark_from_a_font_of_symbols_is_no_part_of_a_name():
    line = (12.0, "Ana Quispe1 \ue840, Bo Lindqvist2")
    assert read(page(COVER, line))["authors"] == ("Ana Quispe", "Bo Lindqvist")


@pytest.mark.parametrize(
    "line", ["Autoría: Mª Ana Quispe y Bo Lindqvist", "ORGANISER: ANA QUISPE LINDQVIST"]
)
def test_a_label_with_names_is_no_subtitle(line):
    found = read(page(COVER, (16.0, line), (16.0, "First meeting of the schools of the coast")))
    assert found["title"] == "Visits between schools"


def test_an_organisation_inside_a_text_without_pages_is_not_the_publisher():
    told = f"{PROSE}over the years."
    inside = written("Visits between schools", told, "Example Institute for Schools", told)
    assert "publishers" not in inside
    above = written("Visits between schools", "Example Institute for Schools", told)
    assert above["publishers"][1] > 0.55


def test_a_site_of_what_the_title_is_about_is_not_the_publishers():
    line = "Quispe Academy lessons: www.quispeacademy.org and info@quispeacademy.org"
    found = read(page((26.0, "Lessons of Quispe Academy"), line), page(line, number=2))
    assert "publishers" not in found
    assert read(page(COVER, line), page(line, number=2))["publishers"] == ("Quispe Academy",)


def test_a_site_that_a_page_inside_names_is_not_the_publishers():
    line = "Quispe Liberation Front: www.quispeliberation.org"
    assert "publishers" not in read(page(COVER), page(line, line, line, number=5))


@pytest.mark.parametrize(
    "notice",
    ["© 2023 Algunos derechos reservados", "© 2023 Alguns direitos reservados",
     "© 2023 Certains droits réservés", "© 2023 Some rights reserved",
     "© Crown copyright 2024", "© Crown Copyright and database rights 2019"],
)  # fmt: skip
def test_a_notice_of_rights_names_nobody(notice):
    assert "publishers" not in read(page(COVER, notice))


@pytest.mark.parametrize(
    ("line", "iso"),
    [("Maio/2023", "2023-05"), ("Lima, 31 de mayo del año 2026", "2026-05-31")],
)
def test_dates_as_ibero_american_covers_have_them(line, iso):
    assert read(page(COVER, line))["published"] == iso


def test_a_journal_whose_pages_are_as_many_as_the_documents_is_its_own():
    lines = page(COVER, *[f"Note {i}" for i in range(9)], JOURNAL)
    found = read(lines, page_count=20)
    assert (found["journal"], found["volume"], found["page_range"]) == (
        "Open Visits", "27", "257–276",
    )  # fmt: skip
    assert "journal" not in read(lines, page_count=60)


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        (("Open Visits", "January-December 2024, Vol. 10, No. 1, pp. 1 –20"), "1–20"),
        (("Journal of Visits", "2026, Vol. 46(2) 278–297"), "278–297"),
    ],
)
def test_pages_behind_a_volume_and_months_before_it_are_read(lines, pages):
    found = read(page(*lines, COVER))
    assert (found["journal"], found["page_range"]) == (lines[0], pages)


def test_the_heading_that_is_added_above_notes_is_no_title():
    assert names_a_section("Footnotes")
    assert not names_a_section("Footnotes to a visit")


def test_the_date_by_which_something_is_due_is_no_date_of_issue():
    line = "COMPLETION DATE: | All visits must be completed by October 15, 2021"
    assert "published" not in read(page(COVER, line))
    assert read(page(COVER, "Date: October 15, 2021"))["published"] == "2021-10-15"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8 mai 1945 : Fin de la guerre", 2),
        ("Madame Dupont, née le 21 juillet 1991, habite ici", 1),
        ("The count of schools, e.g., March 2022", 1),
    ],
)
def test_a_date_of_something_else_is_no_date_of_issue(text, number):
    lines = (Line("Visits between schools", 1, 24.0), Line(PROSE, 1), Line(text, number))
    assert "year" not in read(lines, medium="office", text="\n".join(x.text for x in lines))
    lines = (*lines[:2], Line("Published 8 May 2021: a new edition", number))
    assert read(lines, medium="office", text="\n".join(x.text for x in lines))["year"] == 2021


@pytest.mark.parametrize("above", ["Página 1 de 23", "Boletín de prensa", "Communiqué de presse"])
def test_the_number_of_a_page_and_the_kind_of_a_notice_are_no_titles(above):
    title = "Schools visit each other and say what they learn"
    assert read(page(above, title))["title"] == title
