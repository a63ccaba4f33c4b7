"""Word documents, slides, web pages, Markdown and plain text state their record as PDFs do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ingest.model import Fetched
from ingest.preparing import prepare_document
from tests.conftest import SHARED

PROSE = (
    "Teachers meet every month to read what others measured. They then decide what to change, and "
    "try it. Some of them write about it, so that others can read what came of it."
)


def prepared(name: str, data: bytes | str):
    data = data.encode() if isinstance(data, str) else data
    return prepare_document(Fetched(f"file:///{name}", data, name))


def suggested(made, field):
    return {e.field: e.value for e in made.evidence if e.value is not None}.get(field)


def word(*paragraphs: tuple[str, str]) -> bytes:
    docx = pytest.importorskip("docx")
    made, out = docx.Document(), io.BytesIO()
    for style, text in paragraphs:
        made.add_paragraph(text, style=style)
    made.save(out)
    return out.getvalue()


def slides(title: str, below: str) -> bytes:
    import pptx

    made, out = pptx.Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text, slide.placeholders[1].text = title, below
    made.save(out)
    return out.getvalue()


def test_a_word_document_states_its_record_in_paragraphs():
    made = prepared(
        "brief-final-v2.docx",
        word(
            ("Title", "Visits between schools"),
            ("Normal", "Policy brief, March 2021"),
            ("Normal", "Ana Quispe and Bo Lindqvist, Example Foundation"),
            ("Normal", PROSE),
        ),
    ).document
    assert made.title == "Visits between schools"
    assert made.authors == ("Ana Quispe", "Bo Lindqvist")
    assert (made.kind, made.published) == ("policy-brief", "2021-03")


def test_the_title_of_a_word_document_is_set_in_the_largest_type_on_one_line_or_two():
    docx = pytest.importorskip("docx")
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("Learning Brief Series")
    for line in ("What Visits Between Schools", "Change in Lessons"):
        made.add_paragraph().add_run(line).font.size = docx.shared.Pt(22)
    for _ in range(4):
        made.add_paragraph(PROSE)
    made.save(out)
    found = prepared("final-v3.docx", out.getvalue()).document
    assert found.title == "What Visits Between Schools Change in Lessons"


def test_a_word_document_is_no_web_page_and_a_sections_heading_is_no_title():
    made = prepared(
        "visits.docx",
        word(
            ("Heading 1", "Introduction"),
            ("Normal", PROSE),
            ("Heading 1", "Analysis of visits"),
            ("Normal", PROSE),
        ),
    ).document
    assert (made.title, made.metadata_origins["title"]) == ("visits", "file name")
    assert made.kind is None


def test_a_long_list_of_references_at_the_end_of_a_word_document_has_no_record_of_its_own():
    entries = [
        (
            "Normal",
            f"Reed, Tom. 20{i:02}. “Asking pupils”. Journal of Example Studies {i} (3): 1–9.",
        )
        for i in range(10, 70)
    ]
    text = [("Normal", f"{PROSE} Part {i}.") for i in range(160)]
    made = prepared(
        "paper.docx",
        word(("Title", "How pupils read"), *text, ("Heading 1", "References"), *entries),
    )
    assert (made.document.publishers, made.document.journal) == ((), None)
    assert made.document.kind != "journal-article"


def test_two_paragraphs_are_never_one_title():
    made = prepared("a.docx", word(("Normal", "Visits between schools"), ("Normal", "In Lima")))
    assert made.document.title == "Visits between schools"


def test_the_first_slide_names_title_author_and_date():
    below = "Ana Quispe, Example University\n3 March 2021"
    made = prepared("deck.pptx", slides("Visits between schools", below)).document
    assert made.title == "Visits between schools"
    assert made.authors == ("Ana Quispe",)
    assert (made.published, made.kind) == ("2021-03-03", "presentation")


def test_a_label_of_the_title_is_the_kind():
    made = prepared("a.md", f"# Policy brief: How schools visit each other\n\n{PROSE}\n").document
    assert (made.title, made.kind) == ("How schools visit each other", "policy-brief")


@pytest.mark.parametrize(
    "byline",
    [
        "By Ana Quispe and Bo Lindqvist\nPosted: March 3, 2021",
        "By Ana Quispe and Bo Lindqvist | March 3, 2021",
        "By Ana Quispe and Bo Lindqvist · Published on 3 March 2021 · 4 min read",
        "Por Ana Quispe y Bo Lindqvist, 3 de marzo de 2021",
    ],
)
def test_a_byline_ends_where_its_date_begins(byline):
    made = prepared("a.md", f"# How schools visit each other\n\n{byline}\n\n{PROSE}\n").document
    assert made.authors == ("Ana Quispe", "Bo Lindqvist")
    assert made.published == "2021-03-03"


def test_headings_below_the_first_paragraphs_of_a_page_are_no_authors():
    days = f"<h3>Morning Warm-Up</h3><p>{PROSE}</p>" * 2
    more = f"In some towns they meet more often than that. {PROSE}"
    article = f"<h1>How schools visit each other</h1><p>{PROSE}</p>%s<p>{more}</p>{days}"
    page = f"<html><body><article>{article}</article></body></html>"
    assert prepared("a.html", page % "").document.authors == ()
    assert prepared("a.html", page % "<p>Ana Quispe</p>").document.authors == ("Ana Quispe",)


def test_a_paragraph_is_no_title():
    page = (
        f"<html><body><article><p>{PROSE}</p><p>They went on. {PROSE}</p></article></body></html>"
    )
    assert prepared("visits.html", page).document.title == "visits"


def test_the_name_of_a_site_before_a_title_is_no_part_of_it():
    page = (
        "<html><head><title>How schools visit each other</title>"
        '<meta property="og:title" content="Example News: How schools visit each other">'
        '<meta property="og:site_name" content="Example News"></head><body><article>'
        f"<p>{PROSE}</p><p>Then they asked the others. {PROSE}</p></article></body></html>"
    )
    assert prepared("a.html", page).document.title == "How schools visit each other"


def test_who_leads_the_work_is_suggested_and_who_a_site_says_it_is_is_recorded():
    text = (
        f"How schools visit each other\n\n{PROSE}\n\nThe visits are hosted by UNICEF, and go on.\n"
    )
    made = prepared("a.txt", text)
    assert made.document.publishers == ()
    assert suggested(made, "publishers") == ("UNICEF",)
    (told,) = [e for e in made.evidence if e.field == "publishers"]
    assert told.quote == "The visits are hosted by UNICEF, and go on"
    made = prepared("a.txt", f"{text}\nUNICEF is a global leader in schooling and in much else.\n")
    assert made.document.publishers == ("UNICEF",)


def test_a_known_organisation_that_is_only_spoken_of_is_not_suggested():
    made = prepared("a.txt", f"How schools visit each other\n\n{PROSE} UNICEF was there.\n")
    assert (made.document.publishers, suggested(made, "publishers")) == ((), None)


SEEDS = {
    "000-salex-project-page.txt": (
        "Supporting education organizations and networks to collaboratively generate and use "
        "evidence to drive better outcomes at the school, classroom and learner levels",
        "web-page", (), (),
    ),
    "001-eln-presentation.txt": (
        "Unpacking How Education Learning Networks Can Best Support Evidence Use in Global "
        "Education",
        "presentation", ("School Action Learning Exchange (SALEX)",), ("Rebekka Flam",),
    ),
    "002-capstone-event.txt": ("capstone event", "event", (), ()),
    "003-blog-three-lessons.txt": (
        "Creating a culture of collaborative learning: 3 lessons from the School Action Learning "
        "Exchange",
        "blog", ("Results for Development (R4D)",), (),
    ),
    "004-blog-four-lessons.txt": (
        "The SALEX journey: Four lessons on what global education networks need to thrive",
        "blog", (), (),
    ),
}  # fmt: skip
"""Title, kind, organisation and people, as their lines state them. No line states a year."""


@pytest.mark.skipif(not (SHARED / "seeds").exists(), reason="the seeds are not beside the checkout")
@pytest.mark.parametrize("name", SEEDS)
def test_the_seeds_have_the_record_that_their_lines_state(name):
    made = prepared(name, (Path(SHARED) / "seeds" / name).read_bytes())
    document = made.document
    read = (document.title, document.kind, document.publishers, document.authors)
    assert read == SEEDS[name]
    assert (document.year, document.published) == (None, None)
    if not document.publishers:
        assert suggested(made, "publishers") == ("Results for Development (R4D)",)
    if document.title == "capstone event":
        assert suggested(made, "title").startswith("Fostering collaboration through networks; ")
