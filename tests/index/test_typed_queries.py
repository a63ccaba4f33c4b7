"""Phrases, words to leave out, titles, beginnings of words and filters, through the searcher."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.taxonomy import load_taxonomy
from index.model import Filters, Query
from index.search.typed_filters import take_filters

VALUES = {
    "languages": ("en", "es"),
    "countries": ("Kenya", "South Africa", "Côte d'Ivoire"),
    "publishers": ("World Bank", "UNESCO", "UNESCO Institute for Statistics"),
}


@pytest.fixture
def found(store, searching, catalogue):
    store("mindset", "A growth mindset helps pupils.", "Teachers speak.", country=(), language="en")
    store("growth", "Growth of cities. The mindset of planners.", countries=("Kenya",))
    store("teaching", "Teaching with tablets and ICT.", "Teaching with chalk.", language="es")
    searcher = searching()

    def search(text, **fields):
        return searcher.search(catalogue, Query(text, **fields))

    return search


def _ids(results):
    return {hit.document.id for hit in results.hits}


@pytest.fixture
def store(store):
    return lambda name, *texts, country=(), **fields: store(name, *texts, **fields)


def test_a_phrase_is_in_every_passage_that_is_shown(found):
    results = found('"growth mindsets"')
    assert _ids(results) == {"mindset"}
    assert [s.text for h in results.hits for s in h.snippets] == ["A growth mindset helps pupils."]


def test_a_phrase_that_nobody_wrote_is_said_to_be_missing(found):
    results = found('"mindset growth"')
    assert not results.hits
    assert results.notices == ("No passage has “mindset growth”.",)


def test_passages_with_a_word_to_leave_out_are_not_shown(found):
    shown = [s.text for h in found("teaching -ict").hits for s in h.snippets]
    assert "Teaching with chalk." in shown
    assert "Teaching with tablets and ICT." not in shown


def test_a_word_of_the_title_leaves_out_the_whole_document(found):
    assert "teaching" not in _ids(found("chalk -teaching"))
    assert "teaching" in _ids(found("-title:growth"))


def test_only_words_to_leave_out_list_all_other_documents(found):
    results = found("-title:growth")
    assert _ids(results) == {"mindset", "teaching"}
    assert results.strength == "unranked"


def test_the_title_can_be_asked_for(found):
    assert _ids(found("title:growth")) == {"growth"}
    assert not found("title:pupils").hits


def test_the_beginning_of_a_word_finds_its_words(found):
    results = found("tab*")
    marked = {s.text[a:b] for h in results.hits for s in h.snippets for a, b in s.highlights}
    assert marked == {"tablets"}
    assert results.hits[0].document.id == "teaching"


def test_a_typed_filter_is_a_filter(found):
    results = found("growth country:kenya")
    assert _ids(results) == {"growth"}
    assert results.query == Query("growth", Filters(countries=["Kenya"]))


def test_facets_count_what_the_operators_leave(found):
    results = found('"growth mindset"')
    (languages,) = [f for f in results.facets if f.field == "languages"]
    assert [(c.value, c.count) for c in languages.counts] == [("en", 1)]


@pytest.mark.parametrize(
    ("text", "left", "filters"),
    [
        ("stage:use voice", "voice", {"stages": ["use"]}),
        ('voice Stage:"Evidence use"', "voice", {"stages": ["use"]}),
        ("kind:report kind:blog x", "x", {"kinds": ["report", "blog"]}),
        ("language:spanish x", "x", {"languages": ["es"]}),
        ("language:es x", "x", {"languages": ["es"]}),
        ("country:cote-d-ivoire", "", {"countries": ["Côte d'Ivoire"]}),
        ("publisher:unesco", "", {"publishers": ["UNESCO"]}),
        ("publisher:bank,", "", {"publishers": ["World Bank"]}),
        ("role:summary x", "x", {"roles": ["summary"]}),
    ],
)
def test_a_value_is_named_by_its_id_or_its_label(text, left, filters):
    assert take_filters(Query(text), load_taxonomy(), VALUES) == Query(left, Filters(**filters))


def test_filters_of_the_form_and_of_the_words_are_alternatives():
    query = Query("stage:use x", Filters(stages=["generation"], kinds=["blog"]))
    taken = take_filters(query, load_taxonomy(), VALUES)
    assert taken.filters == Filters(stages=["generation", "use"], kinds=["blog"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stage:nonsense growth", "There is no stage “nonsense”. There are: "),
        ("country:atlantis growth", "There is no country “atlantis”. There are: Kenya."),
        ("colour:red growth", "There is no filter “colour”. There are: title, year, stage, "),
        ("evidence-type:x growth", "There is no evidence type “x”. There are: "),
    ],
)
def test_what_is_no_filter_is_plain_words_and_said(found, text, said):
    results = found(text)
    assert results.query.text == text
    assert [notice for notice in results.notices if notice.startswith(said)]
    assert "growth" in _ids(results)


_TYPED = st.lists(
    st.sampled_from(
        ["stage:use", "stage:x", 'kind:"', '"a b"', "-c", ":", 'country:"', "Kenya", "é*"]
    )
).map(" ".join)


@given(_TYPED | st.text(max_size=60))
def test_taking_filters_again_changes_nothing(text):
    taken = take_filters(Query(text), load_taxonomy(), VALUES)
    assert take_filters(taken, load_taxonomy(), VALUES) == taken


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(_TYPED | st.text(max_size=60))
def test_any_text_is_answered(found, text):
    results = found(text.encode("utf-8", "replace").decode())
    assert results.total >= len(results.hits)


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("year:2020", (2020, 2020)),
        ("year:2018-2022", (2018, 2022)),
        ("Year:2018–", (2018, None)),
        ("year:-2022", (None, 2022)),
        ("year:-", None),
        ("year:2022-2018", None),
        ("year:20", None),
        ("year:soon", None),
    ],
)
def test_years_can_be_typed(found, typed, years):
    query = take_filters(Query(f"growth {typed}"), load_taxonomy(), VALUES)
    if years:
        assert (query.filters.year_from, query.filters.year_to) == years
        assert query.text == "growth"
        assert not _ids(found(f"growth {typed}"))
    else:
        assert query.text == f"growth {typed}"
        assert any("is no year. Type year:2020" in notice for notice in found(query.text).notices)


def test_typed_years_replace_those_of_the_filters():
    query = Query("growth year:2020", Filters(year_from=1990, year_to=1995, include_undated=True))
    taken = take_filters(query, load_taxonomy(), VALUES).filters
    assert taken == Filters(year_from=2020, year_to=2020, include_undated=True)
