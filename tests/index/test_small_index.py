"""The small keyword index says what FTS5 makes of some texts, and keeps nothing of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from index.words import counting
from index.words.counting import _ask_stems as ask_stems
from index.words.counting import stem_terms
from index.words.small import small_index

TEXTS = ["Schools measure wellbeing.", "Teachers lead.", "La evaluación."]


def test_nothing_is_left_of_the_texts_before():
    first = ask_stems(["schools", "lead"])
    assert ask_stems(["..."]) == {}
    assert ask_stems(["schools", "lead"]) == first == {"schools": "school", "lead": "lead"}


def test_stems_are_asked_for_once_as_long_as_there_is_room(monkeypatch):
    asked = []
    monkeypatch.setattr(counting, "_stems", {})
    monkeypatch.setattr(counting, "MOST_STEMS", 3)
    monkeypatch.setattr(counting, "_ask_stems", lambda terms: asked.append(terms) or ask(terms))
    ask = ask_stems
    for _ in range(2):
        assert stem_terms(["schools", "...", "lead"]) == {"schools": "school", "lead": "lead"}
    assert asked == [["schools", "...", "lead"], ["..."]]
    assert stem_terms(["teachers", "lead", "measures"])["measures"] == "measur"
    assert len(counting._stems) == 2
    assert len(stem_terms(["one", "two", "three", "four"])) == 4
    assert len(counting._stems) <= 3


def test_nothing_is_left_after_a_failure():
    with pytest.raises(ZeroDivisionError), small_index([(1, "", None, "Schools.")]):
        raise ZeroDivisionError
    with small_index([]) as db:
        assert db.execute("select count(*) from t").fetchone() == (0,)
        assert db.execute("select count(*) from places").fetchone() == (0,)


def test_each_thread_has_its_own():
    def ask(number):
        return ask_stems([f"schools{number}", *TEXTS[number % 3].strip(".").split()])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [ask(number) for number in range(200)]
    assert answers[2]["evaluación"] == "evaluacion"


def test_a_word_is_the_same_in_the_index_alone_and_among_others():
    letters = [chr(code) for code in range(48, 0x250) if chr(code).isalnum()]
    words = [form for one in letters for form in (one, f"{one}ing", f"x{one}s", f"eval{one}")]
    words += ["schools lead", "...", "deci\u0301de", "学校", "a_b", ""]
    assert stem_terms(words) == {k: v for word in words for k, v in ask_stems([word]).items()}
    assert len(stem_terms(words)) > len(letters)


def test_without_terms_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(counting, "small_index", None)
    assert stem_terms([]) == {}
