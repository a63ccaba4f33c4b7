"""What the pages of news sites and posts state about themselves."""

from __future__ import annotations

import pytest

from tests.ingest.test_record_flowing import PROSE, prepared

SITE_PAGE = (
    '<html><head><title>{0}</title><meta property="og:title" content="{0}">'
    '<meta property="og:site_name" content="Example News"><meta name="author" content="Ana Quispe">'
    '<meta property="article:published_time" content="2022-05-04T00:00:01-03:00"></head><body>'
    "<header><p>{1}</p></header><article><p>{2}</p><p>Then they went on. {2}</p></article></body>"
    "</html>"
)


@pytest.mark.parametrize("stated", ["{} | Sociedad", "The news of towns | {}"])
def test_the_section_of_a_site_is_no_part_of_a_title(stated):
    title = "The year of evaluations in the rural schools"
    page_of = SITE_PAGE.format(stated.format(title), title, PROSE)
    assert prepared("a.html", page_of).document.title == title
    whole = SITE_PAGE.format(stated.format(title), stated.format(title), PROSE)
    assert prepared("a.html", whole).document.title == stated.format(title)


def test_a_signed_post_about_an_evaluation_is_a_post():
    title = "An evaluation and a report on the rural schools"
    assert prepared("a.html", SITE_PAGE.format(title, title, PROSE)).document.kind == "blog"


@pytest.mark.parametrize(
    "line",
    ["Thursday, 23 April 2015, 9:55 am Press Release: Example National Party",
     "Comunicado de prensa: Example National Party"],
)  # fmt: skip
def test_a_notice_to_the_press_is_of_whom_it_names(line):
    made = prepared("a.html", SITE_PAGE.format("How schools visit", "", f"{line}</p><p>{PROSE}"))
    assert made.document.publishers == ("Example National Party",)


@pytest.mark.parametrize("label", ["OPINION: ", "Opinión | ", "Análise: "])
def test_the_label_of_a_piece_is_no_part_of_its_title(label):
    title = "How schools visit each other"
    made = prepared("a.html", SITE_PAGE.format(label + title, label + title, PROSE))
    assert made.document.title == title


def test_the_name_of_a_site_is_no_author_however_it_is_written():
    page_of = SITE_PAGE.replace("Ana Quispe", "Visita MAGAZIN")
    page_of = page_of.replace("Example News", "Visita Magazin")
    assert prepared("a.html", page_of.format("How schools visit", "", PROSE)).document.authors == ()
