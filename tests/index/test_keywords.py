"""A reader's words never become FTS5 syntax, and always find the passages that have them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.words.keywords import (
    MAX_TERMS,
    match_expression,
    query_terms,
    search_keywords,
)

AWKWARD = [
    "C++", '"unbalanced', "a AND", "col:x", "*", "NEAR(", "title:well*", "teacher-led", "o'brien",
    "1.5", "^start", "(((", "NOT", "a OR", "{a b}: c", "-minus", "a\x00b", "🎓", "مدرسة القراءة",
    "\u202eabc", "ﬁnd", "x" * 10_000, " ".join(f"w{n}" for n in range(2_000)), "'; drop table--",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD, ids=lambda t: ascii(t)[:20])
def test_awkward_text_is_searched_without_an_error(catalogue, store, text):
    store("brief", "Words that are held.")
    ids, scores = search_keywords(catalogue, query_terms(text))
    assert len(ids) == len(scores)


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("C++", "The C language."),
        ('"wellbeing', "On wellbeing."),
        ("wellbeing AND", "On wellbeing."),
        ("col:wellbeing", "On wellbeing."),
        ("teacher-led", "It is led by teachers."),
        ("educacao", "A educação básica."),
        ("the who", "The who is known."),
        ("قراءة", "تعلم قراءة الكتب"),
        ("measuring", "They measure it."),
    ],
)
def test_a_word_that_is_held_is_found(catalogue, store, query, held):
    store("brief", held)
    ids, scores = search_keywords(catalogue, query_terms(query))
    assert len(ids) == 1
    assert scores[0] >= 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(text=st.text(max_size=80))
def test_any_text_is_a_safe_query(catalogue, text):
    search_keywords(catalogue, query_terms(text.encode("utf-8", "replace").decode()))


@given(st.text(max_size=200))
def test_terms_hold_no_quote_and_are_distinct(text):
    terms = query_terms(text)
    assert len(terms) == len(set(terms)) <= MAX_TERMS
    assert all('"' not in term and term.isalnum() for term in terms)


def test_stop_words_are_dropped_unless_nothing_else_is_left():
    assert query_terms("What works on the wellbeing of teachers?") == [
        "works",
        "wellbeing",
        "teachers",
    ]
    assert query_terms("¿Cómo se evalúan las habilidades?") == ["evalúan", "habilidades"]
    assert query_terms("to be or not to be") == ["to", "be", "or", "not"]


def test_terms_are_quoted_and_joined_with_or():
    assert match_expression(["a", "near"]) == '"a" OR "near"'


def test_a_title_word_counts_more_than_a_text_word(catalogue, store):
    store("titled", "Nothing here but filler.", title="Wellbeing")
    store("texted", "Wellbeing here but filler.", title="Nothing")
    ids, scores = search_keywords(catalogue, ["wellbeing"])
    best = ids[scores.argmax()]
    assert catalogue.passages_by_id([int(best)])[int(best)].document_id == "titled"
