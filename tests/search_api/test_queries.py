"""From what a reader typed to filters and clean text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.errors import QueryInvalid
from corpus.taxonomy import load_taxonomy
from search_api.search.filters import build_filters, clean_text, filter_pairs
from search_api.search.params import StrictSearchParams

TAXONOMY = load_taxonomy()


@given(st.text(alphabet=st.characters(), max_size=60))
def test_clean_text_can_be_stored_and_sent(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert clean_text(cleaned) == cleaned
    assert not any(ord(c) < 32 for c in cleaned)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("what\nworks", "what works"),
        ("nul\x00l", "null"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("  bien-e\u0302tre ", "bien-\u00eatre"),
        ("\u202ertl", "\u202ertl"),
    ],
    ids=["line break", "NUL", "surrogate", "NFC", "direction"],
)
def test_clean_text_keeps_the_words(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_an_unknown_term_is_named_with_the_terms_there_are() -> None:
    with pytest.raises(QueryInvalid, match=r"no stage 'using'\. There are: generation"):
        build_filters(TAXONOMY, {"stage": ["using"]})


def test_years_given_the_wrong_way_round_are_put_right() -> None:
    filters = build_filters(TAXONOMY, {}, year_from=2024, year_to=2020)
    assert (filters.year_from, filters.year_to) == (2020, 2024)


def test_filters_go_into_an_address_and_back() -> None:
    filters = build_filters(
        TAXONOMY,
        {"stage": ["use", "use"], "language": ["es"], "q": "passed over"},
        year_from=2020,
        include_undated=True,
    )
    assert filter_pairs(filters) == [
        ("stage", "use"),
        ("language", "es"),
        ("year_from", "2020"),
        ("include_undated", "true"),
    ]


@pytest.mark.parametrize("blank", ["", " ", "\x0c"])
def test_a_program_that_sends_a_blank_term_is_told(blank: str) -> None:
    with pytest.raises(ValidationError, match="Name a term"):
        StrictSearchParams(stage=[blank])
