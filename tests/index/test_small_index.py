"""The small keyword index says what FTS5 makes of some texts, and keeps nothing of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from index.words.counting import stem_terms
from index.words.keywords import find_matches
from index.words.small import small_index

TEXTS = ["Schools measure wellbeing.", "Teachers lead.", "La evaluación."]


def test_nothing_is_left_of_the_texts_before():
    first = find_matches(["schools"], TEXTS)
    assert find_matches(["schools", "lead"], ["Nothing."]) == find_matches(["x"], ["Nothing."])
    assert find_matches(["schools"], TEXTS) == first
    assert [found.terms for found in first] == [{"schools"}, set(), set()]


def test_nothing_is_left_after_a_failure():
    with pytest.raises(ZeroDivisionError), small_index([(1, "", None, "Schools.")]):
        raise ZeroDivisionError
    with small_index([]) as db:
        assert db.execute("select count(*) from t").fetchone() == (0,)
        assert db.execute("select count(*) from places").fetchone() == (0,)


def test_each_thread_has_its_own():
    def ask(number):
        return find_matches(["evaluacion"], TEXTS[number % 3 :]), stem_terms([f"schools{number}"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [ask(number) for number in range(200)]
    assert answers[2][0][0].slices == ((3, 13),)
