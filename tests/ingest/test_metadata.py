"""The bibliographic record: who says what wins, and what nobody says stays unknown."""

from __future__ import annotations

import pytest

from ingest.duplicates import (
    compute_simhash,
    find_near_duplicate,
    simhash_distance,
    text_resemblance,
)
from ingest.metadata import language_hints, merge_hints, name_hints
from ingest.model import Hints

ENGLISH = "Schools that measure wellbeing twice a year see more of what their pupils need. " * 4
SPANISH = "Las escuelas que miden el bienestar dos veces al año ven mejor lo que necesitan. " * 4
LONG = " ".join(f"Finding {i} of school {i * 7} holds in year {i * 3}." for i in range(60))


def test_the_first_origin_that_states_a_field_fills_it():
    values, origins = merge_hints(
        [Hints("front matter", year=2020), Hints("embedded", title="A title", year=1999)]
    )
    assert (values["year"], origins["year"]) == (2020, "front matter")
    assert (values["title"], origins["title"]) == ("A title", "embedded")


@pytest.mark.parametrize(
    "title",
    [
        "untitled", "Untitled document", "Microsoft Word - final2.doc", "report_v3.pdf", " ", "-",
        "PowerPoint Presentation", "Slide 1", "Presentación de PowerPoint", "Layout 1", "12345",
    ],
)  # fmt: skip
def test_a_title_that_a_program_made_is_passed_over(title):
    values, origins = merge_hints(
        [Hints("embedded", title=title), Hints("page", title="Real title")]
    )
    assert (values["title"], origins["title"]) == ("Real title", "page")


def test_a_title_cut_by_a_program_is_completed_from_the_page():
    whole = "Caregiver/child ratio and group size in early childhood education: a review"
    values, origins = merge_hints([Hints("embedded", title=whole[:60]), Hints("page", title=whole)])
    assert (values["title"], origins["title"]) == (whole, "page")


def test_what_nobody_states_is_not_there():
    values, origins = merge_hints([Hints("embedded"), Hints("file name", title="x")])
    assert set(values) == set(origins) == {"title"}


def test_the_year_comes_with_the_date():
    values, origins = merge_hints([Hints("front matter", published="2021-06")])
    assert (values["year"], origins["year"]) == (2021, "front matter")


def test_a_link_that_is_not_the_original_says_so():
    _, origins = merge_hints([Hints("front matter", url="https://x.org", url_kind="mirror")])
    assert origins["url"] == "front matter (mirror)"


def test_a_link_that_is_not_http_is_not_kept():
    assert "url" not in merge_hints([Hints("embedded", url="javascript:alert(1)")])[0]


def test_a_title_keeps_to_500_characters():
    assert len(merge_hints([Hints("page", title="long " * 200)])[0]["title"]) <= 500


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("004-blog_four-lessons.txt", "blog four lessons"),
        ("2018-small-class.pdf", "2018 small class"),
        ("informe%20final.html", "informe final"),
        ("untitled.pdf", "untitled"),
        (".pdf", ".pdf"),
    ],
)
def test_a_file_name_is_the_last_resort(name, title):
    values, origins = merge_hints([Hints("embedded", title="Untitled"), name_hints(name)])
    assert (values["title"], origins["title"]) == (title, "file name")


@pytest.mark.parametrize(
    ("text", "stated", "language", "origin"),
    [
        (ENGLISH, None, "en", "detected"),
        (SPANISH, "en", "es", "detected"),
        ("Two words", "pt", "pt", "embedded"),
        ("Two words", None, None, "embedded"),
    ],
)
def test_a_language_is_stated_only_when_it_is_sure(text, stated, language, origin):
    hints = language_hints(text, stated)
    assert (hints.language, hints.origin) == (language, origin)


def test_the_simhash_of_nearly_the_same_text_is_near():
    changed = LONG.replace("Finding 7 of", "Finding seven of")
    assert simhash_distance(compute_simhash(LONG) or 0, compute_simhash(changed) or 0) <= 8
    assert (
        simhash_distance(compute_simhash(LONG) or 0, compute_simhash(ENGLISH + SPANISH) or 0) > 16
    )


def test_the_simhash_fits_sqlite_and_needs_some_words():
    assert -(2**63) <= (compute_simhash(LONG) or 0) < 2**63
    assert compute_simhash("too short a text") is None


def test_a_near_simhash_is_confirmed_by_the_words():
    value = compute_simhash(LONG)
    held = [("other", value or 0), ("same", value or 0)]
    texts = {"other": ENGLISH, "same": LONG + " One more line."}
    assert find_near_duplicate(LONG, value, held, texts.__getitem__) == "same"
    assert text_resemblance(LONG, ENGLISH) < 0.1


@pytest.mark.parametrize(("stated", "kept"), [("Visits 11.18.19", True), ("visits.docx", False)])
def test_a_date_at_the_end_of_a_title_is_no_file_name(stated, kept):
    values, _ = merge_hints([Hints("embedded", title=stated), Hints("file name", title="a")])
    assert (values["title"] == stated) is kept
