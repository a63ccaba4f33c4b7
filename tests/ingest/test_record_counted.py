"""How sure each rule of the record is can be counted again on documents with a truth."""

from __future__ import annotations

import tomllib

import pytest

from ingest.record.finding import Finding
from tests.reading.rules import TABLE, added, emptied, is_right, written

TEXT = TABLE.read_text("utf-8")
PRESENT = tomllib.loads(TEXT)
ENTRY = {
    "title": "Visits between schools",
    "subtitle": "What teachers say",
    "authors": ["Ana Quispe", "Bo Lindqvist"],
    "publisher": "Example Fund",
    "corporate_authors": [],
    "years": [2020, 2021],
    "kind": "working-paper",
}


def test_the_table_is_written_as_it_is_kept():
    assert written(PRESENT) + "\n" == TEXT


def test_a_table_without_counts_keeps_its_bars():
    empty = emptied(PRESENT)
    assert empty["title"]["bar"] == PRESENT["title"]["bar"]
    assert not empty["title"]["rules"] and empty["year"]["steps"][0][1:] == [0, 0]


@pytest.mark.parametrize(("reading", "column"), [("again", [1, 2, 0, 0]), ("first", [0, 0, 1, 2])])
def test_values_are_counted_by_their_rule_and_reading(reading, column):
    sure = Finding("title", "Any", 0.9, rule="example", weight=0.9)
    doubted = Finding("title", "Any", 0.2, rule="example", weight=0.3)
    table = added(emptied(PRESENT), [(reading, sure, True), (reading, doubted, False)])
    assert table["title"]["rules"]["example"] == column
    assert table["title"][reading] == [1, 1]  # what was recorded
    assert table["title"]["doubted"] == [0, 1]


def test_a_value_without_a_rule_is_counted_from_its_weight_on():
    table = added(emptied(PRESENT), [("again", Finding("year", 2020, 0.9, weight=0.85), True)])
    assert [0.8, 1, 1] in table["year"]["steps"]


@pytest.mark.parametrize(
    "found",
    [
        Finding("kind", "report", 0.5, weight=0.5),
        Finding("publishers", ("Example",), 0.4, rule="properties, doubtful", weight=0.45),
        Finding("series", "Any", 0.9, weight=0.9),
    ],
    ids=["a short text's kind", "a file's properties", "a field without counts"],
)
def test_what_tells_nothing_is_left_out(found):
    assert added(emptied(PRESENT), [("again", found, True)]) == emptied(PRESENT)


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("title", "Visits between schools: What teachers say", True),
        ("title", "Visits", False),
        ("authors", ("Ana Quispe", "Bo Lindqvist"), True),
        ("authors", ("Ana Quispe",), False),
        ("publishers", ("Example Fund", "Other"), True),
        ("year", 2021, True),
        ("year", 2019, False),
        ("kind", "report", True),
        ("published", "2020-01", None),
    ],
)
def test_a_value_is_right_if_people_say_so(field, value, right):
    assert is_right(Finding(field, value, 0.9), ENTRY) is right
