"""Learning questions are added, changed, retired and opened again, and nothing is lost."""

from __future__ import annotations

import json

import pytest

from corpus.errors import QuestionElsewhere, QuestionExists, QuestionInvalid, QuestionNotFound
from corpus.network import questions
from corpus.network.questions import (
    MAX_TEXT,
    add_question,
    change_question,
    find_question,
    questions_by_search,
    read_questions,
    set_question_state,
)
from corpus.network.starter import take_in_agenda
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.tags.decision_file import STARTER_FOLDER
from corpus.taxonomy import load_taxonomy

MEI = Actor("Mei", "curator")
TAXONOMY = load_taxonomy()
TOPIC = "educator-voice"


def add(catalogue, text="Who leads schools?", **fields):
    asked = {"topic": TOPIC, "language": "en"} | fields
    return add_question(catalogue, MEI, TAXONOMY, text, **asked)


def test_a_question_is_stored_and_logged_without_the_search_it_came_from(catalogue):
    made = add(catalogue, "  Who \n leads? ", filters={"country": ["Kenya"]}, wanted="who leads")
    assert read_questions(catalogue) == [made]
    assert (made.text, made.filters, made.state) == ("Who leads?", {"country": ["Kenya"]}, "open")
    assert questions_by_search(catalogue) == {"who leads": made.id}
    entry = read_log(catalogue)[0]
    assert (entry.action, entry.subject) == ("question.add", f"question:{made.id}")
    assert "wanted" not in json.loads(entry.after)


def test_a_change_says_what_was_before_and_what_is_the_same_is_not_logged(catalogue):
    made = add(catalogue)
    changed = change_question(catalogue, MEI, TAXONOMY, made.id, text="Who leads best?")
    again = change_question(catalogue, MEI, TAXONOMY, made.id, text="Who leads best?")
    assert changed == again == find_question(catalogue, made.id)
    entries = read_log(catalogue, subject=f"question:{made.id}")
    assert [e.action for e in entries] == ["question.change", "question.add"]
    assert json.loads(entries[0].before)["text"] == "Who leads schools?"


def test_a_retired_question_leaves_room_and_is_opened_again_only_if_it_is_not_asked(catalogue):
    made = add(catalogue)
    set_question_state(catalogue, MEI, TAXONOMY, made.id, "retired")
    assert read_questions(catalogue, "open") == []
    other = add(catalogue)
    with pytest.raises(QuestionExists, match="already") as refused:
        set_question_state(catalogue, MEI, TAXONOMY, made.id, "open")
    assert refused.value.question_id == other.id
    set_question_state(catalogue, MEI, TAXONOMY, other.id, "retired")
    assert set_question_state(catalogue, MEI, TAXONOMY, made.id, "open").state == "open"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (" ", {}),
        ("12 ?", {}),
        ("Who\x00 leads?", {}),
        ("Who " * MAX_TEXT, {}),
        ("Who leads?", {"topic": "cooking"}),
    ],
    ids=["blank", "no words", "control character", "long", "topic"],
)
def test_what_is_no_question_is_refused(catalogue, text, fields):
    with pytest.raises(QuestionInvalid):
        add(catalogue, text, **fields)
    assert read_questions(catalogue) == []


def test_the_same_question_is_asked_once_under_a_topic_and_filters(catalogue):
    add(catalogue)
    with pytest.raises(QuestionExists):
        add(catalogue, "who leads SCHOOLS?")
    add(catalogue, filters={"country": ["Kenya"]})
    assert len(read_questions(catalogue)) == 2


def test_a_question_of_another_topic_is_asked_only_if_that_is_meant(catalogue):
    first = add(catalogue)
    with pytest.raises(QuestionElsewhere, match="Elevating") as refused:
        add(catalogue, " Who leads schools ", topic="evidence-decisions")
    assert refused.value.question_id == first.id
    second = add(catalogue, topic="evidence-decisions", twice=True)
    changed = change_question(
        catalogue, MEI, TAXONOMY, second.id, topic="scaling-innovations", twice=True
    )
    assert changed.topic == "scaling-innovations"
    other = add(catalogue, "Who follows?")
    with pytest.raises(QuestionElsewhere):
        change_question(catalogue, MEI, TAXONOMY, other.id, text="who leads schools?")


def test_the_agenda_has_room_for_so_many_open_questions(catalogue, monkeypatch):
    monkeypatch.setattr(questions, "MOST_OPEN", 1)
    add(catalogue)
    with pytest.raises(QuestionInvalid, match="Retire one"):
        add(catalogue, "And who follows?")


def test_a_question_that_is_not_there_is_not_found(catalogue):
    with pytest.raises(QuestionNotFound, match="/agenda"):
        find_question(catalogue, "nothing")


def test_a_question_raises_the_revision_because_readers_see_it(catalogue):
    before = catalogue.revision()
    add(catalogue)
    assert catalogue.revision() > before


def test_the_questions_of_the_starter_come_once_and_what_people_changed_stays(catalogue):
    file, starter = STARTER_FOLDER / "agenda.toml", Actor("starter", "curator")
    added = take_in_agenda(catalogue, TAXONOMY, file, starter)
    per_topic = dict.fromkeys(TAXONOMY.vocabulary("topics").terms, 0)
    for question in read_questions(catalogue):
        per_topic[question.topic] += 1
    assert added == sum(per_topic.values())
    assert all(2 <= n <= 3 for n in per_topic.values())
    first = read_questions(catalogue)[0]
    change_question(catalogue, MEI, TAXONOMY, first.id, text="In other words?")
    set_question_state(catalogue, MEI, TAXONOMY, first.id, "retired")
    assert take_in_agenda(catalogue, TAXONOMY, file, starter) == 0
    assert find_question(catalogue, first.id).text == "In other words?"
