"""The list of filters, and the filters of one query."""

from __future__ import annotations

import dataclasses

import pytest

from corpus.model import Document, Tag
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.filters import DOCUMENT_FILTERS, FILTERS, PASSAGE_FILTERS
from index.model import Filters, Query


def test_every_filter_has_values_to_read_and_a_label():
    fields = {field.name for field in dataclasses.fields(Document)}
    assert len({f.field for f in FILTERS}) == len({f.parameter for f in FILTERS}) == len(FILTERS)
    for filter_ in DOCUMENT_FILTERS:
        assert filter_.record in fields if filter_.record else filter_.vocabulary
    for filter_ in PASSAGE_FILTERS:
        assert filter_.vocabulary or filter_.values
    assert all(filter_.label_in(load_taxonomy()) for filter_ in FILTERS)


def test_filters_are_values():
    one = Filters(kinds=["blog"], stages=("use",), year_from=2020)
    same = Filters(stages=["use"], year_from=2020, kinds=("blog",), topics=())
    assert one == same
    assert hash(one) == hash(same)
    assert (one["kinds"], one["topics"], one.year_to) == (("blog",), (), None)
    assert one.without("kinds") == Filters(stages=("use",), year_from=2020)
    assert one
    assert not Filters(include_undated=True)


def test_a_filter_nobody_listed_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="no filter 'colours'"):
        Filters(colours=("red",))
    with pytest.raises(KeyError):
        Filters()["colours"]


def test_a_field_that_no_document_carries_has_no_facet(catalogue, store, searching):
    store("a", "Wellbeing.", kind="blog")
    searcher = searching()

    def facets(**filters):
        answer = searcher.search(catalogue, Query("wellbeing", Filters(**filters)))
        return [facet.field for facet in answer.facets]

    assert facets() == ["kinds"]
    assert facets(stages=("use",)) == ["stages", "kinds"]
    with catalogue.transaction():
        decide(catalogue, Tag("a", "topics", "educator-voice", "confirmed", decided_by="ana"))
    assert facets() == ["topics", "kinds"]
