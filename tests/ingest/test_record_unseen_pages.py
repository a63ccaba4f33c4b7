"""Records of web pages, covers and running heads that nobody prepared."""

from __future__ import annotations

import pytest

from ingest.model import Extracted, ExtractedPage, Hints, PrintedLine
from ingest.record.front import front_of
from tests.ingest.test_record import COVER, PROSE, page, read
from tests.ingest.test_record_flowing import prepared


def test_authors_stand_before_their_organisations_in_a_byline():
    found = read(page(COVER, "By: Ana Quispe, Example Systems; Bo Lindqvist, Visita"))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


@pytest.mark.parametrize(
    "line",
    [
        "Katie Quispe Associate Executive Director Example Fund",
        "Working Group Recommendations",
        "They review the Copyright Office’s New Visits Initiative, while not of schools",
    ],
)
def test_no_organisation_is_named_by(line):
    assert "publishers" not in read(page(COVER, (10.0, line)))


def test_who_is_thanked_is_no_publisher():
    found = read(page(COVER, (14.0, "Acknowledgements"), (9.5, "Example Administrator Group")))
    assert "publishers" not in found


@pytest.mark.parametrize(
    "said",
    [
        "and complex, the Department of Visits (DOV) has developed this comprehensive guide.",
        "Por eso, la Secretaría de Visitas ha elaborado esta guía.",
        "This model policy was developed by the Department of Visits with others.",
    ],
)
def test_who_made_this_guide_is_its_publisher(said):
    found = read(page(COVER), page(said, number=2))
    assert found["publishers"] in (("Department of Visits",), ("Secretaría de Visitas",))


def test_a_running_head_names_the_publisher_before_the_title():
    running = ("Example Department of Visits - Visits between schools",)
    assert read(page(COVER), running=running)["publishers"] == ("Example Department of Visits",)


def test_the_author_in_the_properties_is_the_publisher_where_the_text_has_its_words():
    stated = Hints("embedded", authors=("Agency of Visits, Ministry of Schools",))
    text = "The agency arranges visits. The ministry pays the schools for it."
    found = read(page(COVER), stated=stated, text=text)
    assert "publishers" in found
    assert "publishers" not in read(page(COVER), stated=stated, text="Others arrange it.")


MENU = "".join(f"<li><a href='/{i}'>Part {i} of the site</a></li>" for i in range(120))
STORY = "<p>" + "The schools visit each other and say what they learn from it. " * 20 + "</p>"


def web(head: str, byline: str) -> str:
    return (
        f"<html lang='en'><head>{head}</head><body><ul>{MENU}</ul>"
        f"<h1>Schools visit each other</h1>{byline}{STORY}</body></html>"
    )


@pytest.mark.parametrize(
    "byline",
    ["<div>by <span>Ana Quispe</span></div>", "<div>By</div><div>Ana Quispe</div>"],
)
def test_the_byline_below_the_heading_of_a_long_page_is_read(byline):
    made = prepared("page.html", web("<title>Schools visit each other</title>", byline))
    assert made.document.authors == ("Ana Quispe",)


def test_a_page_gives_its_site_after_the_heading_and_the_day_that_it_states():
    head = (
        "<title>Schools visit each other – Example Network — example.org</title>"
        "<link rel='canonical' href='https://example.org/visits'>"
        "<meta property='article:published_time' content='2021-05-08T06:00:00-05:00'>"
    )
    made = prepared("page.html", web(head, "<time datetime='2021-05-02'>2021/05/02</time>"))
    assert made.document.publishers == ("Example Network",)
    assert made.document.published == "2021-05-08"


@pytest.mark.parametrize("name", ["Julio Quispe", "April Quispe", "Teresa Newsome"])
def test_names_like_months_and_news_are_names(name):
    assert read(page(COVER, f"By {name}"))["authors"] == (name,)


@pytest.mark.parametrize(
    ("stated", "aside", "author"),
    [
        ("Bo Lindqvist", "By Ana Quispe\nMore\nBy Bo Lindqvist\nBy Eva Soto", "Ana Quispe"),
        ("Bo Lindqvist", "By Ana Quispe", "Bo Lindqvist"),
        ("By Bo Lindqvist", "", "Bo Lindqvist"),
        ("Bo Lindqvist December", "", "Bo Lindqvist"),
        (None, "by Ana Quispe@anaq Dec 15, 2021, 1:55pm", "Ana Quispe"),
    ],
    ids=["listed below", "stated", "with by", "with a month", "with a handle"],
)
def test_the_author_of_a_page_among_its_bylines(stated, aside, author):
    given = Hints("embedded", title="Schools visit each other", authors=(stated,) if stated else ())
    found = read(page(COVER), medium="web", stated=given, aside=aside)
    assert found["authors"] == (author,)


def test_the_file_tells_which_lines_of_a_cover_are_its_title():
    stated = Hints("embedded", title="Rural Visits Guidance for Local Schools")
    lines = ((26.7, "Rural Visits"), (22.3, "Guidance for"), (26.2, "Local Schools"))
    assert read(page(*lines), stated=stated)["title"] == "Rural Visits Guidance for Local Schools"


@pytest.mark.parametrize(
    "lines",
    [
        ((26.0, "Guidance for"), (30.0, "Visits between rural schools")),
        ((49.0, "RURAL"), (38.0, "VISITS"), (15.0, "What teachers say of them")),
    ],
    ids=["a small word", "words in capitals"],
)
def test_a_title_begins_where_its_first_line_does(lines):
    text = "The teachers of the schools say more than others. "
    assert read(page(*lines), text=text)["title"] == " ".join(line for _, line in lines)


@pytest.mark.parametrize("date", ["6/16/21", "16/6/2021", "16.6.2021"])
def test_a_date_in_figures_is_no_part_of_a_title(date):
    assert read(page((26.0, "Visits between schools"), (26.0, date)))["title"] == COVER[1]


def test_a_date_in_an_address_is_none():
    line = "https://example.org/f/2021-03-20-PUBLIC-TESTIMONY and more of it"
    assert "published" not in read(page(COVER, line))


def test_a_name_in_capitals_on_a_drawing_is_only_suggested():
    text = "The schools that visit others write of what they learn from each other in a year."
    drawing = page(COVER, (12.0, "CLIMAT QUISPE"))
    assert "authors" not in read(drawing, page_count=1, text=text)
    assert read(drawing, text=text)["authors"] == ("Climat Quispe",)


def test_an_order_to_centre_others_names_no_centre():
    assert "publishers" not in read(page(COVER, (12.0, "Center People")))


def test_a_name_in_a_sentence_on_a_cover_is_no_publisher():
    found = read(page(COVER, (18.0, "Made to help the implementation of"),
                      (18.0, "Example Department of Visits AI")))  # fmt: skip
    assert "publishers" not in found


def test_an_organisation_among_references_is_not_the_one_whose_site_is_named():
    works = [f"Quispe, A. Visits, {year}" for year in range(2001, 2030)]
    tail = page(*works, "Visit Schools. A toolkit. https://www.visitschools.org", number=20)
    found = read(page(COVER), page("www.visitschools.org", number=3), tail=tail)
    assert "publishers" not in found


def test_a_running_head_goes_on_after_the_name_that_the_file_states():
    stated = Hints("embedded", authors=("Example Board of Visits",))
    found = read(page(COVER), stated=stated, running=("Example Board of Visits Rural Framework",))
    assert found["publishers"] == ("Example Board of Visits",)


@pytest.mark.parametrize("before", ["Théorie proposée par", "This guide is available from:"])
def test_a_name_in_a_sentence_or_an_address_is_no_author(before):
    assert "authors" not in read(page(COVER, (12.0, before), (12.0, "Ana Quispe")))


def test_a_title_whose_boxes_are_read_in_another_order_is_as_the_running_head_has_it():
    lines = ((26.0, "las visitas rurales"), (26.0, "Guía para el uso de"), (26.0, "en la escuela"))
    running = ("Guía para el uso de las visitas rurales en la escuela",)
    assert read(page(*lines), running=running)["title"] == running[0]


def test_a_title_has_the_letters_of_a_lost_ligature():
    found = read(
        page((26.0, "Guidance on artifcial visits")), text="Not artificial, artificial. " * 3
    )
    assert found["title"] == "Guidance on artificial visits"


def test_the_number_of_a_page_parts_a_running_head():
    rows = [[PrintedLine(f"Example Department of Visits {i} January 2021", 9.0, False)] for i in
            range(1, 7)]  # fmt: skip
    pages = tuple(ExtractedPage(i, ()) for i in range(1, 7))
    front = front_of(Extracted(pages, printed=tuple(map(tuple, rows))), "paged", "")
    assert front.running == ("Example Department of Visits | January",)


def test_a_country_of_two_words_has_an_adjective():
    assert read(page((26.0, "Costa Rican schools visit others")))["countries"] == ("Costa Rica",)


@pytest.mark.parametrize(
    ("author", "kind"), [("Example Department of Visits", "web-page"), ("Ana Quispe", "blog")]
)
def test_a_page_that_an_organisation_signs_is_no_blog(author, kind):
    stated = Hints(
        "embedded", title="Schools visit others", authors=(author,), published="2021-05-08"
    )
    assert read(page(COVER), medium="web", stated=stated)["kind"] == kind


def test_names_in_quotation_marks_are_names():
    stated = Hints(
        "embedded", title="Schools visit others", authors=("'Ana Quispe", "Bo Lindqvist'")
    )
    found = read(page(COVER), medium="web", stated=stated)
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


def test_an_office_below_the_title_is_no_subtitle():
    found = read(page(COVER, (16.0, "Subsecretaría de Visitas y de Escuelas")))
    assert found["title"] == COVER[1]


@pytest.mark.parametrize(
    "line",
    [
        "In February 2021, the schools and others said more",
        "Digital Millennium Copyright Act of 1998",
        "Original title: Visits of schools. Published in 2021 by the Example Fund",
    ],
)
def test_no_date_of_issue_is_in(line):
    assert "year" not in read(page(COVER, line))


def test_the_year_of_the_work_that_was_translated_is_not_that_of_the_translation():
    lines = ("© Example Fund 2022", "Titre original : Visits", "Publié en 2021 par Example Fund")
    assert read(page(COVER), page(*lines, number=2))["year"] == 2022


def test_green_is_no_country_and_dominican_is_one():
    assert "countries" not in read(page((26.0, "The Green Deal of schools")))
    found = read(page((26.0, "Dominican schools visit others")))
    assert found["countries"] == ("Dominican Republic",)


@pytest.mark.parametrize("line", ["Bureau of Human Resources", "This Staff Technology and Network"])
def test_no_publisher_is(line):
    assert "publishers" not in read(page(COVER, (12.0, line)))


def test_a_heading_between_paragraphs_is_no_publisher():
    found = read(page(COVER, *[PROSE] * 5, "They say so.", "EXAMPLE COALITION OF SCHOOLS"))
    assert "publishers" not in found


def test_a_department_below_the_name_of_its_state_is_the_publisher():
    found = read(page(COVER, "COMMONWEALTH OF PENNSYLVANIA", "DEPARTMENT OF EDUCATION"))
    assert found["publishers"] == ("Pennsylvania Department of Education",)


def test_a_title_at_the_edge_of_pages_is_no_publisher():
    titled = "Student and Staff Network Visiting Policy"
    inner = [page(titled, "Telephone: 202 442", number=number) for number in range(2, 8)]
    found = read(page((20.0, titled)), *inner)
    assert "publishers" not in found


def test_a_charter_is_a_guideline():
    assert read(page((26.0, "Charte des visites entre écoles")))["kind"] == "guideline"


def test_a_column_of_citations_cites_other_works():
    rows = ("Source Citation", "Federal law - Protection Act of 1998 (PPA), codified at 47 U.S.C.")
    assert "year" not in read(page((26.0, "Rural gardening handbook")), page(*rows, number=2))
