"""Records of documents as strangers have them: laws, theses, library covers, notes to figures."""

from __future__ import annotations

import pytest

from ingest.metadata import language_hints
from ingest.model import Hints
from ingest.record import SURE, Front, read_record
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read

ENGLISH = "The schools that take part in the visits say what their teachers learn from it. " * 8
GERMAN = "Die Schulen, die sich gegenseitig besuchen, berichten, was sie voneinander lernen. " * 8


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


def test_the_year_of_what_a_title_is_about_is_no_year_of_issue():
    assert "year" not in read(page((26.0, "The impact of the 1999 reform of schools")))
    assert "year" not in read(page((26.0, "Replies on the recommendation on schools (2021)")))
    assert "year" not in read(page((26.0, "Visits of schools: Evidence from 2018 survey data")))
    assert read(page((26.0, "Visits of schools in 2021")))["year"] == 2021


@pytest.mark.parametrize("line", ["4 set. 2014.", "September 1995. EXF, Lima"])
def test_a_date_at_the_end_of_a_reference_is_no_date(line):
    last = (Line("Acesso em:", 20), Line(line, 20))
    front = Front(page(COVER), last, "paged", page_count=20, text=PROSE)
    assert "year" not in {f.field for f in read_record(front) if f.confidence >= SURE}


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


def test_a_word_that_a_line_divided_is_whole_in_the_title():
    lines = ((20.0, "Visits: An in-"), (20.0, "novative tool for well-being"))
    found = read(page(*lines), text=f"An innovative tool for well-being. {PROSE}")
    assert found["title"] == "Visits: An innovative tool for well-being"


def test_a_title_in_capitals_keeps_its_apostrophes():
    printed = (20.0, "WHAT TEACHERS’ VISITS SAY OF RURAL SCHOOLS")
    stated = Hints("embedded", title="What Teachers Visits Say of Rural Schools")
    assert "’" in read(page(printed), stated=stated)["title"]


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


def test_a_citation_is_divided_at_the_whole_title():
    found = read(
        page((26.0, "Visits between schools: What they bring"),
             "To cite this article: Ana Quispe (2018) Visits between schools: What they bring, "
             "Rural Visits, 24:2, 1-30, DOI: 10.5555/visits")
    )  # fmt: skip
    assert (found["journal"], found["volume"], found["issue"]) == ("Rural Visits", "24", "2")


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


def test_names_in_capitals_are_names_though_the_text_has_words_like_them():
    found = read(page(COVER, "SIMON QUISPE a, LINA SONG a and BO LINDQVIST b,*"),
                 text=f"The son of a teacher sent a lin. {PROSE}")  # fmt: skip
    assert found["authors"] == ("Simon Quispe", "Lina Song", "Bo Lindqvist")


def test_the_head_of_a_printed_form_is_neither_title_nor_author():
    found = read(
        page((20.0, "View results"), (18.0, "* Name of the organization that answers"),
             (16.0, "Questionnaire on visits of schools"),
             (13.0, "A. General information on who answers"), "Site Web")
    )  # fmt: skip
    assert found["title"] == "Questionnaire on visits of schools"
    assert "authors" not in found


def test_a_space_in_brackets_is_no_part_of_a_publisher():
    found = read(page(COVER, "Ministère des Écoles et de la Recherche ( MER)"))
    assert found["publishers"][0] == "Ministère des Écoles et de la Recherche (MER)"
