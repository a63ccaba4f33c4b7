"""What curators are warned of: links that failed, documents gone, withdrawn or replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.links import LinkCheck, link_checks, record_checks
from corpus.documents.works import Relation, decide_relation, propose_relation
from corpus.lists.warnings import is_newer, warnings_of
from corpus.model import Entry, Pin
from corpus.people import log
from corpus.people.actors import Actor

MEI = Actor("Mei", "curator")
URL = "https://example.org/r"


def looked(catalogue: Catalogue, state: str, at: str, url: str = URL) -> LinkCheck:
    with catalogue.transaction():
        record_checks(catalogue, [LinkCheck(url, state, "In words.", None, at)], MEI)
    return link_checks(catalogue, [url])[url]


def warned(catalogue: Catalogue, *entries: Entry) -> list[tuple[str, str]]:
    return [(w.entry_id, w.kind) for w in warnings_of(catalogue, entries)]


def test_a_failing_link_remembers_since_when(catalogue):
    assert (
        looked(catalogue, "unreachable", "2025-01-01T00:00:00Z").failing_since[:10] == "2025-01-01"
    )
    assert looked(catalogue, "dead", "2025-02-01T00:00:00Z").failing_since[:10] == "2025-01-01"
    assert looked(catalogue, "alive", "2025-03-01T00:00:00Z").failing_since is None
    assert looked(catalogue, "dead", "2025-04-01T00:00:00Z").failing_since[:10] == "2025-04-01"


def test_what_could_not_be_looked_at_keeps_its_last_answer(catalogue):
    looked(catalogue, "dead", "2025-01-01T00:00:00Z")
    assert looked(catalogue, "unchecked", "2025-02-01T00:00:00Z").state == "dead"


def test_looking_is_logged_once_a_run(catalogue):
    checks = [LinkCheck(f"{URL}/{n}", "alive", "It answers.") for n in range(3)]
    with catalogue.transaction():
        record_checks(catalogue, checks, MEI)
    assert [e.after for e in log.read_log(catalogue, subject="links")] == ['{"alive": 3}']


@pytest.mark.parametrize(
    ("state", "found"),
    [("alive", []), ("locked", []), ("dead", [("e", "link")]), ("unreachable", [("e", "link")])],
)
def test_an_entry_is_warned_of_by_its_link(catalogue, state, found):
    looked(catalogue, state, "2025-01-01T00:00:00Z")
    assert warned(catalogue, Entry("e", "E", url=URL)) == found


def test_the_document_s_own_address_counts_where_it_is_held(catalogue, store):
    document = store("a-report", "Words.", url="https://example.org/moved")
    looked(catalogue, "dead", "2025-01-01T00:00:00Z", url="https://example.org/moved")
    assert warned(catalogue, Entry("e", "E", document.id, URL)) == [("e", "link")]


def test_a_document_that_is_gone_or_withdrawn_is_said(catalogue, store):
    document = store("a-report", "Words.")
    entries = (Entry("e", "E", document.id), Entry("f", "F", "never-held"), Entry("g", "G"))
    assert warned(catalogue, *entries) == [("f", "gone")]
    with catalogue.transaction():
        catalogue.withdraw_document(document.id, "Superseded by its authors")
    assert warned(catalogue, *entries) == [("e", "withdrawn"), ("f", "gone")]


def test_a_newer_version_is_said_of_the_older_one_alone(catalogue, store):
    old, new = store("old", "Words.", year=2019), store("new", "Other words.", year=2023)
    with catalogue.transaction():
        decide_relation(catalogue, old.id, new.id, "new-version", by="Mei")
    (warning,) = warnings_of(catalogue, [Entry("e", "E", old.id), Entry("f", "F", new.id)])
    assert (warning.entry_id, warning.kind, warning.document_id) == ("e", "superseded", new.id)
    assert warning.text.startswith("There is a newer version")


def test_a_proposed_version_is_a_perhaps_and_another_form_is_nothing(catalogue, store):
    old, new = store("old", "Words.", year=2019), store("new", "Other words.", year=2023)
    slides = store("slides", "Slides.", year=2023)
    with catalogue.transaction():
        for other, kind in ((new, "new-version"), (slides, "same-work")):
            relation = Relation(old.id, other.id, kind, "proposed", "They look alike", 0.9)
            propose_relation(catalogue, relation)
    (warning,) = warnings_of(catalogue, [Entry("e", "E", old.id)])
    assert warning.text.startswith("There may be")


def test_which_of_two_is_newer(store):
    one = store("one", "Words.")
    dated = replace(one, year=2020, published="2020-03-01")
    later = replace(one, id="two", year=2020, published="2020-09-01")
    assert is_newer(later, dated)
    assert not is_newer(dated, later)
    assert is_newer(replace(one, year=2021), replace(one, id="two", year=2020))
    assert is_newer(replace(one, added_at="2025-02"), replace(dated, added_at="2025-01"))


def test_a_pinned_passage_that_reads_otherwise_now_is_said(catalogue, store):
    document = store("a-report", "The words.", url=None)
    passage = catalogue.passages(document.id)[0]
    entry = Entry("e", "E", document.id, pin=Pin(passage.id, passage.text))
    assert warned(catalogue, entry) == []
    store("a-report", "Other words.")
    assert warned(catalogue, entry) == [("e", "passage")]
