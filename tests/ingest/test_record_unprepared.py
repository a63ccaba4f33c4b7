"""Records of documents as strangers have them: laws, theses, library covers, notes to figures."""

from __future__ import annotations

import pytest

from ingest.metadata import language_hints
from ingest.record import Front, is_sure, read_record
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read

ENGLISH = "The schools that take part in the visits say what their teachers learn from it. " * 8
GERMAN = "Die Schulen, die sich gegenseitig besuchen, berichten, was sie voneinander lernen. " * 8


@pytest.mark.parametrize(
    "names",
    [
        "Ana Quispe a, Bo Lindqvist b,*",
        "Ana Quispe1* and Bo Lindqvist2",
        "Ana QuispeID1,2*, Bo Lindqvist3",
        "Ana Quispe, M.A., and Bo Lindqvist, BA",
    ],
)
def test_marks_of_notes_are_no_part_of_names(names):
    assert read(page(COVER, (11.0, names)))["authors"] == ("Ana Quispe", "Bo Lindqvist")


def test_a_short_family_name_is_no_degree():
    assert read(page(COVER, (11.0, "Xinran Ma and Ana Quispe")))["authors"] == (
        "Xinran Ma",
        "Ana Quispe",
    )


def test_a_byline_goes_on_below_with_and():
    found = read(page(COVER, "By Ana Quispe (University of Lima)", "and Bo Lindqvist (Example)"))
    assert found["authors"] == ("Ana Quispe", "Bo Lindqvist")


@pytest.mark.parametrize("label", ["ELABORAÇÃO TEXTUAL:", "Prepared by:", "Redacción:"])
def test_the_author_stands_below_a_label(label):
    assert read(page(COVER), page(label, "Ana Quispe Soto", number=2))["authors"] == (
        "Ana Quispe Soto",
    )


def test_a_ministry_is_the_publisher_where_its_minister_is_named_below_it():
    found = read(
        page(COVER), page((12.0, "MINISTÉRIO DAS ESCOLAS"), "MINISTRO DAS ESCOLAS",
                          "Bo Lindqvist", "SECRETARIA DAS VISITAS", "Ana Quispe", number=4)
    )  # fmt: skip
    assert found["publishers"] == ("Ministério das Escolas",)


@pytest.mark.parametrize(
    "line",
    [
        "Source: EXF, Example Bank, Peru, 2019. For more on indicators, see the site.",
        "2 Ana Quispe, “Visits of schools,” Journal of Rural Schools, Vol. 61, 2006, pp. 2-6",
    ],
)
def test_a_source_or_a_note_names_no_publisher_and_no_year(line):
    found = read(page(COVER, line, "Abstract", "Keywords: visits", "doi.org/10.5555/visits"))
    assert "publishers" not in found
    assert "journal" not in found


@pytest.mark.parametrize(
    "line",
    [
        "results were released in 2015, and the schools of Peru were visited more and more often",
        "6 The survey of visits between schools was first published in 1996 by the office",
        "31250) and its regulations, published in June 2014, with regard to visits of schools",
        "Source: Visits of schools (2016), published in 2016",
        "Download by: [58.242.145.227] Date: 23 September 2015, At: 10:03",
        "Data resource: EXF (2011), Visits at a glance, Example",
    ],
)
def test_what_a_sentence_says_of_another_work_is_no_date(line):
    assert "year" not in read(page(COVER, line))


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("Example Sociological Review, 50(2): 188–230, 2018", 2018),
        ("International Journal of School Visits 37 (2014) 2–10", 2014),
        ("EXF Working Paper 2017-06", 2017),
        ("BWP – 2013/12", 2013),
        ("This report was published in 2019", 2019),
    ],
)
def test_a_volume_or_the_number_of_a_paper_tells_the_year(line, year):
    assert read(page(COVER, line))["year"] == year


def test_the_number_of_a_paper_is_no_day_of_a_month():
    assert read(page(COVER, "Working Paper # 2017-23 August 2017"))["published"] == "2017-08"


@pytest.mark.parametrize("line", ["4 set. 2014.", "September 1995. EXF, Lima"])
def test_a_date_at_the_end_of_a_reference_is_no_date(line):
    last = (Line("Acesso em:", 20), Line(line, 20))
    front = Front(page(COVER), last, "paged", page_count=20, text=PROSE)
    assert "year" not in {f.field for f in read_record(front) if is_sure(f)}


def test_a_licence_keeps_the_terms_that_stand_on_the_next_line():
    lines = page(
        "This work is available under Attribution-NonCommercial-ShareAlike 3.0 IGO (CC BY",
        "NC-SA 3.0 IGO) and may be copied.",
    )
    front = Front(lines, medium="paged", page_count=2, text=PROSE)
    assert next(f.value for f in read_record(front) if f.field == "licence").startswith(
        "CC BY-NC-SA"
    )


def test_a_doi_goes_on_below_a_hyphen():
    found = read(page(COVER, "https://doi.org/10.5555/visits-073018-", "022516"))
    assert found["doi"] == "10.5555/visits-073018-022516"
    assert "doi" not in read(page(COVER, "For data, see https://doi.org/10.5555/other-en, Table 1"))


@pytest.mark.parametrize(
    ("lines", "journal"),
    [
        (["Source: Annual Review of Schools, July 2019, Vol. 45 (July 2019), pp. 363-382"],
         "Annual Review of Schools"),
        (["Citation: Quispe A (2024) Visits between schools. VISITS ONE 19(3): e0299355."],
         "VISITS ONE"),
        (["Electronic reference", "Ana Quispe, « Visits between schools », Andean Schools",
          "[Online], 2012/4 | 2012, Online since 1 December 2012."], "Andean Schools"),
    ],
    ids=["library cover", "own citation", "online"],
)  # fmt: skip
def test_the_journal_stands_on_a_library_s_cover_or_in_the_citation(lines, journal):
    assert read(page(COVER, *lines))["journal"] == journal


def test_a_document_with_a_volume_is_a_journal_article():
    line = "Example Sociological Review, 50(2): 188–230, 2018"
    assert read(page(COVER, line))["kind"] == "journal-article"


def test_a_text_about_a_recommendation_is_no_guideline():
    cover = (26.0, "Report on visits after the 2021 recommendation on open schools")
    assert read(page(cover))["kind"] == "report"


def test_the_language_is_that_of_the_body_and_not_of_a_library_s_cover():
    assert language_hints(GERMAN * 3 + ENGLISH * 20, None).language == "en"
    assert language_hints(GERMAN, None).language == "de"


@pytest.mark.parametrize(
    ("line", "journal"),
    [
        ("Visits and Change 42(4): 947–965. © 2011 Example Institute", "Visits and Change"),
        ("Rural Visits Vol. 44, pp. 256–266, 2013", "Rural Visits"),
        ("School Research 65 (2017) 96e111", "School Research"),
        ("Quispe The Journal of Rural Schools (2020) 7:12", "The Journal of Rural Schools"),
    ],
)
def test_the_head_of_an_article_names_its_journal(line, journal):
    assert read(page(line, COVER))["journal"] == journal


def test_a_running_head_names_the_journal_behind_the_authors():
    head = "A. Quispe, B. Lindqvist / School Research 65 (2017)"
    found = read(page(COVER, f"{head} 96e111"), running=(head,))
    assert (found["journal"], found["volume"]) == ("School Research", "65")


def test_authors_of_a_citation_without_commas_are_found_in_full():
    cited = "How to cite this article: Quispe A, Lindqvist BK. Visits of schools. Rural. 2020;7:43."
    found = read(page((26.0, "Visits of schools"), "Ana Quispe | Bo Karl Lindqvist", cited))
    assert found["authors"] == ("Ana Quispe", "Bo Karl Lindqvist")


def test_the_organisation_of_an_author_is_no_publisher_of_an_article():
    found = read(
        page(COVER, "ANA QUISPE and BO LINDQVIST", "University of Rural Schools, Lima, Peru",
             "Abstract", "Keywords: visits", "doi.org/10.5555/visits", "This article says")
    )  # fmt: skip
    assert "publishers" not in found


@pytest.mark.parametrize("line", ["Original article", "ARTICLE", "Artículo de investigación"])
def test_what_calls_itself_an_article_and_has_a_doi_is_one(line):
    assert read(page(line, COVER, "https://doi.org/10.5555/visits"))["kind"] == "journal-article"


@pytest.mark.parametrize("below", ["de Materiales Didácticos", "da Escola Rural Nova"])
def test_words_after_a_small_word_are_no_name(below):
    assert "authors" not in read(page(COVER, (11.0, below)))


def test_names_in_capitals_are_names_though_the_text_has_words_like_them():
    found = read(page(COVER, "SIMON QUISPE a, LINA SONG a and BO LINDQVIST b,*"),
                 text=f"The son of a teacher sent a lin. {PROSE}")  # fmt: skip
    assert found["authors"] == ("Simon Quispe", "Lina Song", "Bo Lindqvist")


def test_a_space_in_brackets_is_no_part_of_a_publisher():
    found = read(page(COVER, "Ministère des Écoles et de la Recherche ( MER)"))
    assert found["publishers"][0] == "Ministère des Écoles et de la Recherche (MER)"
