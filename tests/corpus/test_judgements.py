"""Judgements: one mark for a query and a document, logged without the query's words, undoable."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from sqlite_utils import Database

from corpus.catalogue.backup import Holder, back_up
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.catalogue.restoring import restore_backup
from corpus.errors import JudgementInvalid, JudgementNotFound, NotUndecided, PassageNotFound
from corpus.migrations import APPLICATION_ID, catalogue_migrations
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.promises import JUDGED, audit_catalogue
from corpus.review.evaluation_runs import MOST_KEPT, keep_run, make_run, read_runs
from corpus.review.judgements import (
    find_judgement,
    id_of_query,
    judge,
    marks_for,
    read_judgements,
    retract_judgement,
)
from corpus.review.undoing import undo

ANA = Actor("ana", "curator", "p-ana")
MEI = Actor("mei", "curator", "p-mei")
QUERY = "¿Measuring  wellbeing?"


@pytest.fixture
def judged(catalogue, store):
    """A catalogue with two documents, of which one is marked as answering."""
    for name in ("a", "b"):
        store(name, f"Text of {name}.")
    passage = catalogue.passages("a")[0].id
    judge(catalogue, ANA, QUERY, "a", mark="answers", language="en", passage_id=passage)
    return catalogue


def holder_of(folder):
    return Holder({"catalogue.sqlite": folder / "catalogue.sqlite"}, folder / "originals")


def unsound(catalogue, tmp_path):
    (check,) = [c for c in audit_catalogue(catalogue, Originals(tmp_path)) if c.name == JUDGED]
    return check.faults


def test_a_mark_says_who_marked_what_when_and_for_which_query(judged):
    (made,) = read_judgements(judged)
    assert (made.query, made.normalised) == ("¿Measuring wellbeing?", "measuring wellbeing")
    assert (made.document_id, made.mark, made.language) == ("a", "answers", "en")
    assert made.passage_id == judged.passages("a")[0].id
    assert (made.decided_by, made.revision) == ("ana", judged.revision())
    assert made.decided_at.endswith("Z")


@pytest.mark.parametrize(
    "again", ["measuring wellbeing", "MEASURING WELLBEING", " measuring wellbeing!"]
)
def test_case_spacing_and_punctuation_around_make_no_other_query(judged, again):
    judge(judged, MEI, again, "b", mark="does_not")
    assert marks_for(judged, QUERY) == {"a": "answers", "b": "does_not"}


def test_another_query_has_its_own_marks(judged):
    assert marks_for(judged, '"measuring wellbeing"') == {}


def test_a_mark_does_not_change_what_readers_see(judged):
    before = judged.revision()
    judge(judged, MEI, "school meals", "b", mark="does_not")
    assert judged.revision() == before


def test_the_log_tells_the_mark_and_not_the_words(judged):
    (entry,) = read_log(judged, subject="document:a", limit=1)
    assert (entry.actor, entry.action) == ("ana", "judgement.answers")
    assert id_of_query(QUERY) in entry.after
    assert "wellbeing" not in str(read_log(judged)).lower()


def test_the_same_mark_again_is_not_logged(judged):
    before = read_log(judged, limit=1)
    assert judge(judged, MEI, QUERY, "a", mark="answers").decided_by == "ana"
    assert read_log(judged, limit=1) == before


def test_a_changed_mark_is_put_back_exactly_by_undoing_it(judged):
    first = read_judgements(judged)
    changed = judge(judged, MEI, QUERY.upper(), "a", mark="does_not")
    assert (changed.mark, changed.decided_by, changed.query) == ("does_not", "mei", first[0].query)
    undo(judged, ANA, read_log(judged, limit=1)[0].id)
    assert read_judgements(judged) == first


def test_a_first_mark_is_undone_by_its_entry_once(judged):
    entry = read_log(judged, limit=1)[0].id
    undo(judged, MEI, entry)
    assert read_judgements(judged) == []
    with pytest.raises(NotUndecided):
        undo(judged, MEI, entry)


def test_marks_for_other_queries_do_not_stand_in_the_way_of_undoing(judged):
    entry = read_log(judged, limit=1)[0].id
    judge(judged, MEI, "school meals", "a", mark="does_not")
    undo(judged, MEI, entry)
    assert [j.query for j in read_judgements(judged)] == ["school meals"]


def test_a_mark_is_removed_and_cannot_be_removed_twice(judged):
    retract_judgement(judged, MEI, id_of_query(QUERY), "a")
    assert read_log(judged, limit=1)[0].action == "judgement.retract"
    with pytest.raises(JudgementNotFound):
        retract_judgement(judged, MEI, id_of_query(QUERY), "a")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "??",
        "x" * 301,
        "write to ana@example.org",
        "call 020 7946 0958",
        "call 020,7946,0958",
        "teacher\x00s",
        "caf\udcff",
    ],
    ids=[
        "empty",
        "no words",
        "a text",
        "mail address",
        "telephone",
        "telephone with commas",
        "control character",
        "not UTF-8",
    ],
)
def test_what_cannot_be_judged_is_refused_and_not_stored(judged, query):
    with pytest.raises(JudgementInvalid):
        judge(judged, ANA, query, "a", mark="answers")
    assert len(read_judgements(judged)) == 1


def test_a_passage_of_another_document_is_refused(judged):
    other = judged.passages("b")[0].id
    with pytest.raises(PassageNotFound):
        judge(judged, ANA, QUERY, "a", mark="does_not", passage_id=other)


def test_a_mark_outlives_its_passage_but_not_its_document(judged, store, tmp_path):
    store("a", "Another text of a.")
    (made,) = read_judgements(judged)
    assert (made.document_id, made.passage_id) == ("a", None)
    assert unsound(judged, tmp_path) == ()
    with judged.transaction():
        judged.delete_document("a")
    assert read_judgements(judged) == []


def test_marks_of_a_withdrawn_document_wait_for_its_return(judged):
    with judged.transaction():
        judged.withdraw_document("a", "Outdated.")
    assert read_judgements(judged) == []
    assert find_judgement(judged, id_of_query(QUERY), "a").mark == "answers"


def test_the_audit_names_a_judgement_that_is_not_sound(judged, tmp_path):
    assert unsound(judged, tmp_path) == ()
    other = judged.passages("b")[0].id
    judged.db.execute("update judgement set passage_id = ?", [other])
    assert "belongs to another document" in unsound(judged, tmp_path)[0]
    judged.db.execute("update judgement set passage_id = null, query = 'another'")
    assert "not the one it is filed under" in unsound(judged, tmp_path)[0]


def test_a_restored_backup_has_the_marks_and_the_runs(judged, tmp_path):
    keep_run(judged, make_run("marks", revision=1, model="m", floor=0.5, figures={"q": {"n": 1}}))
    back_up(holder_of(tmp_path), tmp_path / "copy")
    restore_backup(tmp_path / "copy", holder_of(tmp_path / "elsewhere"))
    with connect(tmp_path / "elsewhere" / "catalogue.sqlite") as copy:
        assert read_judgements(copy) == read_judgements(judged)
        assert read_runs(copy, "marks", limit=9) == read_runs(judged, "marks", limit=9)


def test_the_newest_runs_are_kept(catalogue):
    for number in range(MOST_KEPT + 2):
        keep_run(catalogue, make_run("marks", revision=number, model="m", floor=None, figures={}))
    keep_run(catalogue, make_run("starter", revision=0, model="m", floor=None, figures={}))
    runs = read_runs(catalogue, "marks", limit=1000)
    assert [run.revision for run in runs] == list(range(MOST_KEPT + 1, 1, -1))
    assert len(read_runs(catalogue, "starter", limit=9)) == 1


def test_an_earlier_catalogue_learns_to_keep_judgements(tmp_path):
    path = tmp_path / "earlier.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        catalogue_migrations.apply(Database(db, execute_plugins=False), stop_before="judgements")
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        assert not db.execute("select 1 from sqlite_master where name = 'judgement'").fetchall()
    with connect(path) as catalogue:
        assert read_judgements(catalogue) == []
        assert read_runs(catalogue, "marks", limit=1) == []
