"""Searches without good results are counted by words, language and day, and by nothing else."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DemandNotFound
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import demand

MEI = Actor("mei", "curator")


def _day(days_ago: int) -> str:
    return (date.fromisoformat(demand.today()) - timedelta(days=days_ago)).isoformat()


def _count(catalogue, *searches, keep_days=30):
    with catalogue.transaction():
        for query, language, days_ago, times in searches:
            demand.count(catalogue, {(query, language, _day(days_ago)): times}, keep_days=keep_days)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  School\tMEALS!! ", "school meals"),
        ("school   meals?", "school meals"),
        ("¿Qué es la “formación docente”?", "qué es la formación docente"),
        ("l'école d'été", "l'école d'été"),
        ("ＳＴＥＭ", "stem"),
        ("year 2023 results", "year 2023 results"),
    ],
)
def test_case_punctuation_and_spacing_are_put_aside(typed, kept):
    assert demand.normalised(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "ana.silva@example.org",
        "who is @anasilva",
        "https://example.org/people/ana",
        "www.example.org staff",
        "example.com reviews",
        "call +44 20 7946 0958",
        "020-7946-0958",
        "(555) 123 4567",
        "passport 12345678",
        "call 020,7946,0958",
        "***",
        "",
        "2023",
        "word " * 16,
        "x" * 121,
    ],
)
def test_what_looks_personal_or_is_no_question_is_not_kept(typed):
    assert demand.normalised(typed) is None


@given(st.text(max_size=200))
def test_what_is_kept_is_short_and_kept_alike_again(typed):
    kept = demand.normalised(typed)
    if kept is not None:
        assert 0 < len(kept) <= demand.MAX_CHARACTERS
        assert "@" not in kept
        assert demand.normalised(kept) == kept


def test_counts_add_up_over_days_and_languages(catalogue):
    _count(catalogue, ("meals", "en", 0, 2), ("meals", "en", 3, 1), ("meals", "und", 3, 1))
    _count(catalogue, ("pensions", "en", 1, 9))
    first, second = demand.wanted(catalogue, keep_days=30)
    assert first.query == "pensions"
    assert second == demand.Wanted("meals", 4, ("en", "und"), _day(3), _day(0))


def test_what_is_too_old_is_forgotten_with_the_next_count(catalogue):
    _count(catalogue, ("old", "en", 29, 1), ("kept", "en", 6, 1))
    assert {w.query for w in demand.wanted(catalogue, keep_days=7)} == {"kept"}
    _count(catalogue, ("new", "en", 0, 1), keep_days=7)
    assert {row[0] for row in catalogue.rows("select query from demand")} == {"kept", "new"}


def test_forgetting_tells_how_many_counts_went(catalogue):
    _count(catalogue, ("a", "en", 5, 1), ("b", "en", 0, 1))
    with catalogue.transaction():
        assert demand.forget(catalogue, keep_days=5) == 1
        assert demand.forget(catalogue, keep_days=0) == 1
    assert demand.wanted(catalogue, keep_days=30) == []


def test_a_dismissed_search_comes_back_when_it_is_made_on_a_later_day(catalogue):
    _count(catalogue, ("meals", "en", 2, 3), ("pensions", "en", 0, 1))
    demand.dismiss(catalogue, MEI, "meals")
    _count(catalogue, ("meals", "en", 0, 1))
    assert [w.query for w in demand.wanted(catalogue, keep_days=30)] == ["pensions"]
    with catalogue.transaction():
        catalogue.db.execute("update demand_dismissed set day = ?", [_day(1)])
    meals = next(w for w in demand.wanted(catalogue, keep_days=30) if w.query == "meals")
    assert (meals.searches, meals.first_day) == (1, _day(0))


def test_the_log_tells_that_a_search_was_dismissed_and_not_which(catalogue):
    _count(catalogue, ("meals", "en", 0, 3))
    demand.dismiss(catalogue, MEI, "meals")
    (entry,) = read_log(catalogue, subject="demand")
    assert (entry.actor, entry.action) == ("mei", "demand.dismiss")
    assert "meals" not in str(entry)


def test_a_search_dismissed_twice_is_dismissed_once(catalogue):
    _count(catalogue, ("meals", "en", 2, 3))
    for _ in range(2):
        demand.dismiss(catalogue, MEI, "meals")
    (entry,) = read_log(catalogue, subject="demand")
    assert json.loads(entry.after) == {"searches": 3}
    with catalogue.transaction():
        catalogue.db.execute("update demand_dismissed set day = ?", [_day(1)])
    _count(catalogue, ("meals", "en", 0, 1))
    demand.dismiss(catalogue, MEI, "meals")
    logged = [json.loads(e.after) for e in read_log(catalogue, subject="demand")]
    assert logged == [{"searches": 1}, {"searches": 3}]


def test_what_nobody_looked_for_cannot_be_dismissed(catalogue):
    with pytest.raises(DemandNotFound):
        demand.dismiss(catalogue, MEI, "meals")


def test_counting_does_not_make_readers_copies_stale(catalogue):
    before = catalogue.revision()
    _count(catalogue, ("meals", "en", 0, 1))
    demand.dismiss(catalogue, MEI, "meals")
    assert catalogue.revision() == before


def test_the_table_has_no_place_for_a_person_or_the_order_of_searches(catalogue):
    columns = {row[1] for row in catalogue.rows("pragma table_info(demand)")}
    assert columns == {"query", "language", "day", "searches"}
    with pytest.raises(Exception, match="no such column"):
        catalogue.rows("select rowid from demand")
