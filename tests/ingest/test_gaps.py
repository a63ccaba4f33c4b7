"""Paragraphs of a page are told by how far apart its lines are, not by what pypdf guesses."""

from __future__ import annotations

import pytest

from ingest.extract.gaps import join_raised, with_gaps
from ingest.extract.headings import Line, could_be_heading

FIRST = (
    "Schools that measure wellbeing twice a year see more of what their pupils need, and",
    "their teachers change lessons sooner. The network compared forty schools in six of the",
    "countries over two years and found that short questionnaires were used most of all.",
)
SECOND = (
    "Teachers asked for results within two weeks. Where they had them, they talked about",
    "them with their pupils, and where they had not, nobody could say what had been asked",
    "of whom. Results that come after the year is over change nothing.",
)


def placed(text, y, *, x=60.0, size=10.0):
    return Line(text, (size, False), (size, False), (x, y))


def block(lines, top, *, step=12.0):
    return [placed(text, top - step * i) for i, text in enumerate(lines)]


def test_what_is_set_apart_begins_a_paragraph_though_the_line_before_it_is_full():
    lines = [*block(FIRST, 700), placed("What is not known", 654), *block(SECOND, 632)]
    assert [line.text for line in with_gaps(lines)] == [
        *FIRST, "", "What is not known", "", *SECOND,
    ]  # fmt: skip


def test_blank_lines_between_all_lines_of_a_file_do_not_part_its_sentences():
    spaced = [
        part
        for line in [*block(FIRST, 700), *block(SECOND, 656)]
        for part in (Line(""), line, Line(""))
    ]
    texts = [line.text for line in with_gaps(spaced)]
    assert [text for text in texts[1:-1] if text] == [*FIRST, *SECOND]
    assert texts.index(SECOND[0]) - texts.index(FIRST[-1]) > 1
    assert texts[2:4] == list(FIRST[1:])


def test_blank_lines_before_some_lines_stay():
    lines = [*block(FIRST, 700), Line(""), *block(SECOND, 664)]
    assert with_gaps(lines) == lines


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("The share of pupils who read well is", "higher where schools ask them."),
        ("It was one of the first in New York,", "Boston and other towns."),
        ("It was one of the", "Boston schools."),
    ],
    ids=["small-letter", "comma", "cut-short"],
)
def test_a_sentence_that_runs_on_around_a_tall_sign_is_not_parted(end, start):
    lines = [*block([*FIRST, end], 700), *block([start, *SECOND], 642)]
    assert "" not in [line.text for line in with_gaps(lines)]


def test_lines_of_unknown_places_stay_as_they_are():
    lines = [Line(text) for text in (*FIRST, "", *SECOND)]
    assert with_gaps(lines) == lines


@pytest.mark.parametrize(
    ("before", "sign", "after", "whole"),
    [
        ("grew until the 9", "o", "ano. No Ensino Médio", "grew until the 9º ano. No Ensino Médio"),
        ("association with an R", "2", "value of 0.77", "association with an R2 value of 0.77"),
        ("a value of R", "2", "; a limit", "a value of R2; a limit"),
    ],
)
def test_what_is_set_higher_within_a_line_stays_in_it(before, sign, after, whole):
    lines = [
        placed(before, 700),
        placed(sign, 704, x=60 + 4.5 * len(before), size=6.0),
        placed(after, 700, x=70 + 4.5 * len(before)),
    ]
    assert [line.text for line in join_raised(lines)] == [whole]


def test_the_number_of_a_note_below_a_text_is_not_joined_to_it():
    lines = [
        placed("Schools were asked.", 700),
        placed("1", 684, size=6.0),
        placed("See page 4.", 680, x=64.0),
    ]
    assert join_raised(lines) == lines


@pytest.mark.parametrize(
    "entry",
    [
        "Medium. Available at: https://example.org/predict (Accessed 1 August 2023.)",
        "Framework into Action. Get inspired, make it happen. DOI: 10.1234/5678",
        "Of schools and towns. Paris, The Press. (Accessed on 20 July 2023)",
    ],
)
def test_an_entry_of_references_that_stands_apart_is_no_heading(entry):
    assert not could_be_heading(entry)
