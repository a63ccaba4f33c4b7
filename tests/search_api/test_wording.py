"""A reader is told that nothing direct was found, and which words no document has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.model import Document
from corpus.taxonomy import load_taxonomy
from index.model import Filters, Hit, Query, Results
from search_api.answers.labels import likelihood_in_words
from search_api.search.printing import print_results
from search_api.search.wording import strength_message

NEAREST = "The nearest passages are below; judge them with care."
FAR = "The nearest passages are below; they may be about something else."
HIT = Hit(1, 0.5, Document("a", "A", "file:///a", "text/plain", "0" * 64, 1, "", ""), (), ())
RESULTS = Results(
    query=Query("school meals"),
    hits=(HIT,),
    total=9,
    matched=4,
    related=5,
    more=False,
    strength="weak",
    facets=(),
    notices=(),
    legs=("keywords", "vectors"),
    revision=1,
    timings_ms={},
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, f"Nothing direct on “school meals”. {NEAREST}"),
        (
            {"missing_words": ("meals",)},
            f"Nothing direct on “school meals”. No document has the word “meals”. {NEAREST}",
        ),
        (
            {"missing_words": ("a", "b", "c"), "strength": "none"},
            "Nothing on “school meals”. No document has the words “a”, “b” or “c”. " + FAR,
        ),
        ({"hits": (), "strength": "none"}, "No evidence found for “school meals”."),
        (
            {"query": Query("x" * 99, Filters(year_from=2020))},
            f"Nothing direct on “{'x' * 79}…” with these filters. {NEAREST}",
        ),
        ({"strength": "strong", "missing_words": ("meals",)}, None),
        ({"strength": "unranked"}, None),
        ({"legs": ("keywords",)}, None),
        ({"legs": ("keywords", "multilingual")}, f"Nothing direct on “school meals”. {NEAREST}"),
    ],
    ids=[
        "near", "a word is missing", "several are, and nothing is near", "nothing at all",
        "narrowed", "strong", "browsing", "by words alone", "by the other encoder",
    ],
)  # fmt: skip
def test_the_message_says_what_is_not_there(changes, said):
    assert strength_message(replace(RESULTS, **changes)) == said


def test_words_of_another_language_are_not_called_missing():
    document = replace(HIT.document, language="en")
    found = replace(
        RESULTS,
        hits=(replace(HIT, document=document),),
        query=Query("comidas escolares"),
        language="es",
        missing_words=("comidas",),
    )
    assert strength_message(found) == (
        "It is not certain that anything answers “comidas escolares”. The nearest passages are "
        "below. They are in another language; judge them with care."
    )
    none = strength_message(replace(found, strength="none"))
    assert none == f"Nothing on “comidas escolares”. {FAR}"
    spanish = replace(found, hits=(replace(HIT, document=replace(document, language="es")),))
    assert "No document has the word “comidas”." in (strength_message(spanish) or "")


def test_no_more_than_five_missing_words_are_listed():
    words = tuple("abcdefgh")
    said = strength_message(replace(RESULTS, missing_words=words))
    assert "the words “a”, “b”, “c”, “d” or “e”." in said


def test_the_terminal_says_the_same(capsys):
    print_results(replace(RESULTS, missing_words=("meals",)), load_taxonomy())
    said = " ".join(capsys.readouterr().out.split())
    assert "Nothing direct on “school meals”. No document has the word “meals”." in said
    assert "The nearest 1 of 9 documents shown." in said


@pytest.mark.parametrize(
    ("score", "threshold", "words"),
    [
        (0.5, 0.5, "unsure"),
        (0.59, 0.5, "unsure"),
        (0.65, 0.5, "likely"),
        (0.81, 0.5, "very likely"),
        (0.35, 0.5, "unlikely"),
        (0.65, 0.8, "unsure"),
        (1.0, 1.0, "unsure"),
    ],
)
def test_a_tag_is_as_likely_as_its_score_is_far_from_its_threshold(score, threshold, words):
    assert likelihood_in_words(score, threshold) == words
