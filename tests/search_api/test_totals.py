"""Results say how many documents have the words, and how many are near in meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.model import Query, Results
from search_api.search.wording import totals_message

NONE = Results(
    query=Query("q"), hits=(), total=0, matched=0, related=0, more=False, strength="strong",
    facets=(), notices=(), corrected=None, legs=(), revision=1, timings_ms={},
)  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((50, 12, 38, False), "12 documents have these words; 38 more are near in meaning."),
        ((2, 1, 1, False), "1 document has these words; 1 more is near in meaning."),
        ((3, 3, 0, False), "3 documents have these words."),
        ((4, 0, 4, False), "No document has these words; 4 are near in meaning."),
        ((100, 3210, 0, True), "3,210 documents have these words. The best 100 are shown."),
        ((0, 0, 0, False), None),
    ],
)
def test_totals_are_said_in_plain_words(counts, said):
    total, matched, related, more = counts
    results = replace(NONE, total=total, matched=matched, related=related, more=more)
    assert totals_message(results) == said


def test_a_list_without_words_has_no_such_totals():
    assert totals_message(replace(NONE, total=5, strength="unranked")) is None
