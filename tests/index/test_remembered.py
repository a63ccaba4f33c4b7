"""A question is encoded once, whichever page, filter or feed it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.vectors.remembered import RememberedQuestions
from tests.support.fakes import HashEncoder


class Counting(HashEncoder):
    def __init__(self):
        self.asked = []

    def encode_query(self, text):
        self.asked.append(text)
        return super().encode_query(text)


class Other(Counting):
    digest = "another"

    def encode_query(self, text):
        return -super().encode_query(text)


def test_a_search_with_another_filter_is_not_encoded_again(catalogue, store, tmp_path):
    store("a", "Schools measure.", kind="report")
    encoder = Counting()
    build_index(catalogue, tmp_path, encoder)
    searcher = Searcher(LocalEngine(tmp_path), encoder, load_taxonomy())
    for filters in (Filters(), Filters(kinds=("report",)), Filters(kinds=("blog",))):
        searcher.search(catalogue, Query("what schools measure", filters=filters))
    assert encoder.asked == ["what schools measure"]


def test_encoders_are_told_apart_and_the_last_questions_are_kept():
    remembered, one, other = RememberedQuestions(most=3), Counting(), Other()
    for encoder in (one, other):
        for text in ("schools", "teachers", "schools"):
            vector = remembered.encode(encoder, text)
            assert np.array_equal(vector, type(encoder)().encode_query(text))
    assert (one.asked, other.asked) == (["schools", "teachers"],) * 2
    remembered.encode(one, "schools")
    remembered.encode(one, "teachers")  # was dropped: the longest not asked for
    assert one.asked == ["schools", "teachers", "teachers"]


def test_what_cannot_be_encoded_is_tried_again():
    class Failing(Counting):
        def encode_query(self, text):
            if not self.asked:
                self.asked.append(text)
                raise ZeroDivisionError
            return super().encode_query(text)

    remembered, failing = RememberedQuestions(), Failing()
    with pytest.raises(ZeroDivisionError):
        remembered.encode(failing, "schools")
    assert len(remembered.encode(failing, "schools")) == HashEncoder.dimensions
