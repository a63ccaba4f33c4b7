"""Statements of the record that real documents have, and what only looks like one."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import COVER, page, read
from tests.ingest.test_record_flowing import PROSE, prepared, slides, word

REFERENCE = (
    "Lindqvist, B. (2023). What schools see. International Journal of School Visits, 71(2), "
    "287–295. https://doi.org/10.1234/visits.2023.71"
)


@pytest.mark.parametrize("heading", ["References", "Bibliography:", "Referencias", "Références"])
def test_the_works_at_the_end_of_a_text_do_not_state_its_record(heading):
    paragraphs = ("Visits between schools", "Ana Quispe", PROSE, PROSE, heading, REFERENCE)
    made = prepared("brief.docx", word(*(("Normal", text) for text in paragraphs))).document
    assert (made.title, made.authors) == ("Visits between schools", ("Ana Quispe",))
    assert (made.publishers, made.journal, made.doi) == ((), None, None)


def test_what_stands_below_another_heading_is_stated_again():
    made = prepared(
        "brief.docx",
        word(
            ("Title", "Visits between schools"), ("Normal", PROSE),
            ("Heading 1", "References"), ("Normal", REFERENCE),
            ("Heading 1", "Imprint"), ("Normal", "Published in 2021 by the Example Foundation"),
        ),
    ).document  # fmt: skip
    assert (made.publishers, made.year) == (("Example Foundation",), 2021)


@pytest.mark.parametrize("heading", ["Autores", "Authors", "Auteurs"])
def test_all_authors_below_a_heading_are_named(heading):
    names = ("Ana Quispe", "Bo Lindqvist", "Rosa B. Casas")
    below = "\n\n".join(
        (PROSE, PROSE, PROSE, f"## {heading}", *names, "With help of all who took part.")
    )
    made = prepared("a.md", f"# How schools visit each other\n\n{below}\n").document
    assert made.authors == names


def test_who_is_thanked_is_no_author_though_the_file_says_so():
    stated = Hints("embedded", authors=("Ana Quispe",))
    thanks = ((14.0, "Acknowledgements"), "Bo Lindqvist Ana Quispe Jo Varga", "Li Wei Eva Braun")
    assert "authors" not in read(page(COVER), page(*thanks, number=2), stated=stated)
    named = page("Questions go to Ana Quispe of the schools", number=2)
    assert read(page(COVER), named, stated=stated)["authors"] == ("Ana Quispe",)


@pytest.mark.parametrize(
    "lines",
    [
        ["Ana Quispe,1 Bo Lindqvist,2 Jo Varga3"],
        ["Ana Quispe, Associate Professor of Schooling, Example University", "Lima, 1 Main Road",
         "Bo Lindqvist, Director of Visits, Example Institute", "Jo Varga, lecturer"],
        ["Ana Quispe, profesora de la Universidad de Lima", "Bo Lindqvist, docente",
         "Jo Varga, enseignante"],
    ],
    ids=["marks behind commas", "posts", "posts in other languages"],
)  # fmt: skip
def test_authors_stand_before_their_marks_and_posts(lines):
    found = read(page(COVER, *((12.0, line) for line in lines)))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist", "Jo Varga")


@pytest.mark.parametrize(
    "line",
    [
        "South Example Post. Published May 3, 2018. Retrieved from",
        "427 papers published in 1985, 1987 and 1989, and what they had found",
        "Los estudios publicados en 1985, y lo que dicen de las visitas",
    ],
)
def test_when_other_works_were_published_is_no_date(line):
    assert "year" not in read(page(COVER), page(line, number=3))


@pytest.mark.parametrize("line", ["Puebla, Puebla 2026", "São Paulo, Brasil 2026", "Lima, 2026"])
def test_a_town_with_its_region_and_a_year_dates_the_cover(line):
    assert read(page(COVER, line))["year"] == 2026


def test_a_year_behind_a_name_dates_nothing():
    assert "year" not in read(page(COVER, "Agenda 2030"))


def test_the_isbn_may_stand_on_the_last_page_but_one():
    isbn = Line("ISBN 978-2-11-155902-8", 19)
    back = (isbn, Line("Impression : Visites et fils", 19), Line("École", 20))
    assert read(page(COVER), tail=back)["isbn"] == "9782111559028"
    works = tuple(Line(f"Quispe, A. (20{n}). Visits. Lima.", 19) for n in range(10, 17))
    assert "isbn" not in read(page(COVER), tail=(isbn, *works))


@pytest.mark.parametrize("line", ["About Society", "About Community", "© 2019 Committee"])
def test_a_word_that_many_names_have_is_no_name_of_an_organisation(line):
    assert "publishers" not in read(page(COVER, line))


def test_a_name_ends_before_the_address_in_brackets():
    line = (
        "Copyright © 2019, Example Association for Visits (www.example.org). All rights reserved."
    )
    assert read(page(COVER, line))["publishers"] == ("Example Association for Visits",)


@pytest.mark.parametrize(
    "line",
    [
        "joint working group to develop national guidelines for",
        "Example Department of Sociology, on a research agenda: guidelines of it",
    ],
)
def test_a_line_of_a_paragraph_says_no_kind(line):
    before = "The portal spoke with two who come from different towns, and of the"
    assert read(page(COVER, before, line))["kind"] == "report"
    assert read(page(COVER, "Guidelines"))["kind"] == "guideline"


def test_a_research_agenda_and_the_time_of_a_zone_are_no_kind():
    assert read(page(COVER, (12.0, "Uma agenda de pesquisas")))["kind"] == "report"
    assert read(page(COVER, (12.0, "12:00 (New Zealand Standard Time)")))["kind"] == "report"


def test_a_citation_above_each_page_states_the_record():
    above = (
        "Quispe, A., & Lindqvist, B. (2020). Visits between schools, International",
        "Journal of School Visits (IJSV), 8(3), 155-162.",
    )
    cover = page(*above, COVER, (12.0, "Ana Quispe, Bo Lindqvist"), "Abstract", "Keywords: visits")
    found = read(cover, running=above)
    journal = [found[name] for name in ("journal", "volume", "issue", "page_range", "year")]
    assert journal == ["International Journal of School Visits", "8", "3", "155–162", 2020]


def test_a_citation_below_a_larger_heading_is_whole_and_known_by_its_authors():
    cover = page((26.0, "Assistant Principals"), (12.0, "Ana Quispe, Bo Lindqvist & Jo Varga"))
    lines = (
        "Quispe, Ana; Bo Lindqvist, and Jo Varga (2025). “Workforce:",
        "Administrators,” in Handbook of Example Research, Eva Braun",
        "(ed.), Example Association for Schools, viewed in May.",
    )
    cited = (Line("Suggested citation", 20, 15.0), *(Line(text, 20) for text in lines))
    found = read(cover, tail=cited)
    assert found["publishers"] == ("Example Association for Schools",)
    assert (found["title"], found["year"]) == ("Assistant Principals", 2025)
    other = page((26.0, "Assistant Principals"), (12.0, "Li Wei and Rosa Casas"))
    assert "year" not in read(other, tail=cited)


@pytest.mark.parametrize(
    "heading",
    [
        "DIRECTOR’S MESSAGE",
        "Message from the Minister of Schools",
        "Mensaje de la Directora General",
        "Mensagem do Presidente",
        "Mot de la Présidente",
    ],
)
def test_a_message_is_no_title(heading):
    made = prepared("visits.docx", word(("Heading 1", heading), ("Normal", PROSE)))
    assert made.document.metadata_origins["title"] == "file name"


def test_a_note_on_the_use_of_a_file_stands_above_its_title():
    note = f"Please note that this file may be changed. {PROSE}"
    lines = (note, "Rules of visits for", "Rural schools", "March 2021", PROSE)
    made = prepared("a.docx", word(*(("Normal", line) for line in lines))).document
    assert (made.title, made.published) == ("Rules of visits for Rural schools", "2021-03")


def test_who_heads_an_organisation_is_no_author():
    head = ((12.0, "Dr. Ana Quispe"), (12.0, "State Superintendent of Schools"))
    assert "authors" not in read(page(COVER, *head))
    assert read(page(COVER, head[0]))["authors"] == ("Ana Quispe",)
    text = (
        "# Visits between schools",
        "Ana Quispe",
        "Minister",
        PROSE,
        f"{PROSE} They wrote the "
        "rules, which are called Visits between schools, and sent them to all of the towns.",
    )
    assert prepared("a.md", "\n\n".join(text)).document.authors == ()


def test_a_running_head_on_the_first_page_is_not_the_title_below_it():
    lines = (
        "VISITS BETWEEN SCHOOLS:",
        "WHAT TEACHERS SAY OF THE OTHERS AND OF WHAT THEY THEMSELVES DO AND DO NOT",
        "TRY IN THE TOWNS WHERE THEY LIVE, AND OF THE ROADS TO THEM",
    )
    head = Line("Visits between schools 1", 1, 8.0)
    cover = (head, *(Line(text, 1) for text in (*lines, "Ana Quispe, Bo Lindqvist", *[PROSE] * 8)))
    found = read(cover, running=("Visits between schools",))
    assert found["title"].casefold() == " ".join(lines).casefold()


@pytest.mark.parametrize(
    ("said", "ministry"),
    [
        ("Cet ouvrage a été coordonné par le service des visites de la direction générale du "
         "ministère de l’Éducation nationale, de la Jeunesse et des Sports.",
         "Ministère de l’Éducation nationale, de la Jeunesse et des Sports"),
        ("Este documento fue elaborado por la oficina de visitas del Ministerio de Escuelas con "
         "otros.", "Ministerio de Escuelas"),
        ("This guide was prepared by the visits office of the Ministry of Schools.",
         "Ministry of Schools"),
    ],
)  # fmt: skip
def test_the_ministry_whose_office_made_a_document_is_its_publisher(said, ministry):
    assert read(page(COVER), page(said, number=2))["publishers"] == (ministry,)
    other = said.replace("ouvrage", "élève").replace("documento", "niño").replace("guide", "child")
    assert "publishers" not in read(page(COVER), page(other, number=2))


def test_a_box_between_the_lines_of_a_title_is_no_part_of_it():
    lines = ((20.0, False, "Recommendation of the Council on"), (13.0, True, "Example Legal"),
             (13.0, True, "Instruments"), (20.0, False, "Visits between schools"))  # fmt: skip
    cover = tuple(Line(text, 1, height, bold) for height, bold, text in lines)
    found = read((*cover, *(Line(PROSE, 1) for _ in range(8))))
    assert found["title"] == "Recommendation of the Council on Visits between schools"


def test_lines_in_capitals_are_one_title_up_to_the_name_of_an_organisation():
    lines = ("VISITS BETWEEN SCHOOLS", "WHAT TEACHERS SAY OF THEM", "CENTER FOR THE STUDY OF TOWNS")
    cover = tuple(Line(text, 1) for text in ("EXECUTIVE SUMMARY", *lines, *[PROSE] * 8))
    assert read(cover)["title"].casefold() == " ".join(lines[:2]).casefold()


def test_a_ministry_that_a_signed_text_only_speaks_of_is_suggested():
    told = "conflitos entre o governo e os profissionais do sistema de ensino da província, e o"
    lines = [told, "Ministério da Educação criou programas de visitas"] * 9
    assert "publishers" in read(page(COVER, *lines))
    assert "publishers" not in read(page(COVER, (12.0, "Ana Quispe"), *lines))


def test_an_entry_that_goes_on_below_its_first_line_is_no_statement():
    entry = ("Lindqvist, B. (2023). What schools see, and", "what they make of it when they visit. "
             "International Journal of School Visits, 71(2), 287–295.")  # fmt: skip
    paragraphs = ("Visits between schools", PROSE, "References", *entry)
    made = prepared("brief.docx", word(*(("Normal", text) for text in paragraphs))).document
    assert (made.journal, made.volume) == (None, None)


def test_a_line_below_a_short_title_on_the_first_slide_is_its_subtitle():
    made = prepared("deck.pptx", slides("Fewer journeys", "Plan the visits of a year"))
    assert made.document.title == "Fewer journeys: Plan the visits of a year"
    title = "What teachers of the rural schools say"
    for other in ("Ana Quispe", "3 March 2021", "Example Institute for Schools"):
        assert prepared("deck.pptx", slides("Fewer journeys", other)).document.title == (
            "Fewer journeys"
        )
    assert prepared("deck.pptx", slides(title, "Plan the visits of a year")).document.title == title


def test_a_name_that_was_cut_short_is_no_publisher():
    for end in ("on", "at"):
        assert "publishers" not in read(page(COVER, f"Published by Example Foundation {end}"))
    assert "publishers" in read(page(COVER, "Published by Example Foundation"))


def test_an_american_of_another_origin_is_of_one_country():
    title = "The first Somali American who leads a school"
    assert read(page((26.0, title)))["countries"] == ("United States",)


@pytest.mark.parametrize(
    "line",
    [
        "Firm Fixed Price",
        "Descriptor Code",
        "Citing AI",
        "VOIE PROFESSIONNELLE Histoire-géographie",
    ],
)
def test_words_of_forms_and_of_courses_name_no_person(line):
    assert "authors" not in read(page(COVER, (12.0, line)))


@pytest.mark.parametrize(
    "line",
    [
        "TYPE OF CONTRACT: | Example Support Agency",
        "Centro Poblado: Sector",
        "PROGRAMME D’HISTOIRE : LA FRANCE",
    ],
)
def test_a_row_of_a_form_is_no_organisation(line):
    assert "publishers" not in read(page(COVER, (12.0, line)))


@pytest.mark.parametrize(
    "line", ["Due: 23 April 2024", "Start date: | April 12, 2024", "Prazo: 23 de abril de 2024"]
)
def test_a_date_that_is_to_come_is_no_date_of_issue(line):
    assert "published" not in read(page(COVER, line))


def test_the_word_citations_in_a_sentence_begins_no_citation():
    said = (
        "aim for a view of visits, which maps citation patterns, to show between schools",
        "what they have in common (Quispe, 2015). We also hope that it does so in other towns.",
    )
    assert "year" not in read(page(COVER), page(*said, number=5))


def test_words_of_the_title_are_no_organisation():
    title = (26.0, "Mapping Example Visits in the Northern Towns Center of Excellence")
    site = "See www.examplevisits.org and www.examplevisits.org/more for it"
    assert "publishers" not in read(page(title, site, "Center of Excellence"))


@pytest.mark.parametrize(
    "printed", ["Visits between schools∗", "Visits between schools Visits between schools"]
)
def test_a_title_is_recorded_once_and_without_its_footnote(printed):
    assert read(page((26.0, printed)))["title"] == "Visits between schools"
