"""Pages are called what is printed on them, and only if that can be told."""

from __future__ import annotations

import pytest

from corpus.folios import folios_of, printed_page, roman_number, written_range
from ingest.model import PrintedLine
from ingest.record.folios import read_labels

TEXT = ("Some words of the page", "and some more of them", "and the rest of the page")


def printed(*feet: str, head: str = "") -> list[tuple[PrintedLine, ...]]:
    return [tuple(PrintedLine(text) for text in (head, *TEXT * 4, foot) if text) for foot in feet]


def test_a_report_with_roman_front_matter_is_cited_by_its_own_numbers():
    feet = ["", "", "iii", "iv", "", *map(str, range(1, 9))]
    labels = read_labels(printed(*feet))
    assert labels == (None, None, "iii", "iv", None, "1", "2", "3", "4", "5", "6", "7", "8")


@pytest.mark.parametrize(
    "form", ["{}", "- {} -", "Page {} of 9", "Introdução | {}", "{}/9", "Pg. {}", "{} | A report"]
)  # fmt: skip
def test_a_number_is_found_in_its_usual_forms(form):
    labels = read_labels(printed(*(form.format(n) for n in range(3, 10))))
    assert labels == tuple("3456789")


def test_pages_without_a_number_are_counted_on_and_the_cover_has_none():
    labels = read_labels(printed("", "", "1", "2", "", "", "5", "6", ""))
    assert labels == (None, None, "1", "2", "3", "4", "5", "6", "7")


def test_a_cover_gets_no_number_that_another_page_has():
    feet = ["", "ii", "iii", "iv", *map(str, range(5, 12))]
    assert read_labels(printed(*feet))[:5] == (None, "ii", "iii", "iv", "5")
    feet = ["", "", *map(str, range(2, 9))]
    assert read_labels(printed(*feet), [*"11", *"2345678"])[:3] == (None, "1", "2")


@pytest.mark.parametrize(
    "feet",
    [
        ["", "", "", ""],
        ["2019", "2019", "2019", "2019"],
        ["12", "7", "31", "2"],
        ["", "", "17", ""],
        ["in 1998", "of 12", "to 1950", "for 3"],
    ],
    ids=["none", "a year", "any numbers", "one number", "ends of lines"],
)
def test_numbers_that_do_not_go_up_with_the_pages_name_no_page(feet):
    assert set(read_labels(printed(*feet))) == {None}


def test_notes_one_a_page_are_no_page_numbers():
    said = ("Transcript of May", "Letter to the chair", "Survey of 2019", "The same", "A report",
            "The minutes", "A statement")  # fmt: skip
    notes = [f"{n} {text}" for n, text in enumerate(said, 329)]
    assert set(read_labels(printed(*notes))) == {None}
    heads = [f"{n} How schools chose" for n in range(3, 10)]
    assert read_labels(printed(*heads)) == tuple("3456789")


def test_what_is_printed_wins_over_what_the_file_calls_its_pages():
    feet = ["", "1", "2", "3", "4", "5"]
    assert read_labels(printed(*feet), [*"abcdef"])[1:] == ("1", "2", "3", "4", "5")
    assert read_labels(printed(*feet), ["C", *"12345"]) == ("C", "1", "2", "3", "4", "5")
    assert read_labels(printed(*[""] * 3), ["i", "ii", "1"]) == ("i", "ii", "1")
    assert read_labels(printed(*[""] * 3), ["1", "2", "3"]) == (None, None, None)


@pytest.mark.parametrize(
    "labels",
    [
        (None, "i", "ii", "iii", "iv", "1", "2", None, "A-1", "A-2", "XIV", "XV"),
        ("243", "244", "245"),
        (None, None),
        (),
    ],
)
def test_runs_of_labels_give_each_page_its_own_again(labels):
    folios = folios_of(labels)
    assert tuple(printed_page(folios, n + 1) for n in range(len(labels))) == labels
    assert len(folios) <= 6


@pytest.mark.parametrize(
    ("text", "number"), [("xiv", 14), ("XC", 90), ("iiii", None), ("mild", None)]
)
def test_roman_numerals(text, number):
    assert roman_number(text) == number


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("12-34", "12–34"), ("12 – 34", "12–34"), ("1-1", "1"), ("iv–iv", "iv"), ("12", "12"),
        ("3-1–3-1", "3–1"), ("12-34, 40", "12–34, 40"), ("11-1", "11–1"), ("", ""),
    ],
)  # fmt: skip
def test_a_range_of_one_page_is_written_as_that_page(stated, written):
    assert written_range(stated) == written


def test_the_items_of_a_list_are_no_roman_page_numbers():
    heads = ["", "III - the visits of schools", "V - the lessons", "", "VI - the costs of them"]
    pages = [printed("", head=head)[0] for head in heads]
    assert set(read_labels(pages)) == {None}
