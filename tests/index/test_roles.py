"""What is no evidence by its role is not quoted, unless it is asked for or has the words alone."""

from __future__ import annotations

import pytest

from index.model import Filters, Query
from index.tagging.examples import indexed_documents

SAID = "Coaching changed how teachers teach."
ENTRY = "Popova A. Coaching teachers. World Bank 2022."


@pytest.fixture
def report(catalogue, store):
    """A report with a sentence on coaching and an entry that names it more often."""
    store("report", SAID, ENTRY, "Coaching teachers ........ 4")
    with catalogue.transaction():
        for text, role in ((ENTRY, "references"), ("Coaching teachers ........ 4", "contents")):
            catalogue.db.execute("update passage set role = ? where text = ?", [role, text])
    return catalogue


def _quoted(searcher, catalogue, text, **filters):
    hits = searcher.search(catalogue, Query(text, Filters(**filters))).hits
    return [(snippet.role, snippet.text) for hit in hits for snippet in hit.snippets]


def test_references_and_contents_are_not_quoted(report, searching):
    assert _quoted(searching(), report, "coaching teachers") == [("body", SAID)]


def test_a_title_is_not_quoted(catalogue, store, searching):
    store("brief", "Coaching teachers", SAID)
    with catalogue.transaction():
        catalogue.db.execute("update passage set role = 'title' where position = 0")
    assert _quoted(searching(), catalogue, "coaching teachers") == [("body", SAID)]


def test_they_are_quoted_if_the_words_are_nowhere_else(report, searching):
    assert _quoted(searching(), report, "popova")[0] == ("references", ENTRY)


def test_a_filter_asks_for_roles(report, searching):
    found = _quoted(searching(), report, "coaching", roles=("references", "contents"))
    assert {role for role, _ in found} == {"references", "contents"}
    assert _quoted(searching(), report, "coaching", roles=("summary",)) == []


def test_the_tagger_does_not_read_them(report):
    every = dict.fromkeys((p.id for p in report.passages("report")), None)
    ((_, passages),) = indexed_documents(report, every)
    assert [p.text for p in passages] == [SAID]


@pytest.mark.parametrize("role", ["summary", "findings"])
def test_of_passages_that_say_the_same_the_summary_and_the_findings_come_first(
    catalogue, store, searching, role
):
    store("report", f"First, {SAID}", "Other words of the report.", f"Also, {SAID}")
    assert _quoted(searching(), catalogue, SAID)[0][1] == f"First, {SAID}"
    with catalogue.transaction():
        catalogue.db.execute("update passage set role = ? where position = 2", [role])
        catalogue.db.execute("update document set title = title")  # a change of the catalogue
    assert _quoted(searching(), catalogue, SAID)[0] == (role, f"Also, {SAID}")
