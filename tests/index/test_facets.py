"""A facet's count is the total of the search with that value, and totals say what they count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.taxonomy import load_taxonomy
from index.documents.values import Values
from index.engine import DEPTH, Found, Question
from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.local.holdings import Holdings
from index.local.legs import ScoredLeg
from index.local.searching import count_candidates, find_candidates
from index.model import MAX_RESULTS, Filters, Query
from index.search.facets import count_facets, count_matches
from index.search.ranking import rank_passages

WEIGHTS = {"keywords": 0.3, "vectors": 0.7}
KINDS, LANGUAGES, TOPICS = ("report", "blog", "event"), ("en", "es"), ("scaling", "educator-voice")


def _holdings(rng, documents, passages, forms=0.0):
    """Return a made-up catalogue with more documents than a leg contributes."""
    owner = np.sort(np.concatenate([np.arange(documents), rng.integers(0, documents, passages)]))
    values = {filter_.field: Values.of([]) for filter_ in DOCUMENT_FILTERS}
    for field, drawn_from in (("kinds", KINDS), ("languages", LANGUAGES), ("topics", TOPICS)):
        drawn = rng.integers(0, len(drawn_from), documents)
        values[field] = Values.of((drawn_from[n], row) for row, n in enumerate(drawn.tolist()))
    about = {filter_.field: Values.of([]) for filter_ in PASSAGE_FILTERS}
    speaking = np.flatnonzero(rng.random(len(owner)) < 0.5).tolist()
    about["passage_topics"] = Values.of(("scaling", row) for row in speaking)
    lists = np.flatnonzero(rng.random(len(owner)) < rng.choice([0, 0.3, 0.95])).tolist()
    about["roles"] = Values.of(("references", row) for row in lists)
    work = np.arange(documents)
    for row in np.flatnonzero(rng.random(documents) < forms).tolist():
        work[row] = work[rng.integers(0, row + 1)]
    return Holdings(
        revision=1,
        passage_ids=np.arange(len(owner), dtype=np.int64),
        owner=owner,
        document_ids=tuple(f"d{n}" for n in range(documents)),
        years=rng.integers(2000, 2025, documents) * (rng.random(documents) < 0.9),
        work=work,
        form=np.zeros(documents, np.int64),
        work_of={},
        values=values,
        about=about,
    )


def _legs(rng, count):
    """Return scores with ties and with passages that a leg does not know."""
    legs = {}
    for name, decimals in (("keywords", 1), ("vectors", 3)):
        scores = np.round(rng.random(count) + 0.1, decimals)
        legs[name] = np.where(rng.random(count) < 0.6, scores, np.nan)
    return legs


def _ranked_alone(holdings, legs, filters):
    """Rank one passage after the other under the filters, and return document rows."""
    owner = holdings.owner.tolist()
    documents = holdings.allowed_documents(filters)
    speaking = holdings.allowed_passages(filters)
    allowed = [row for row, own in enumerate(owner) if documents[own] and speaking[row]]
    candidates = set()
    for scores in legs.values():
        chosen = set()
        for row in sorted(allowed, key=lambda r: (-scores[r] if scores[r] > 0 else np.inf, r)):
            if np.isnan(scores[row]) or len(chosen | {owner[row]}) > DEPTH:
                break
            chosen.add(owner[row])
            candidates.add(row)

    def known(name, row):
        return 0.0 if np.isnan(legs[name][row]) else legs[name][row]

    best = max((known("keywords", row) for row in candidates), default=0.0) or 1.0
    fused = {r: 0.7 * known("vectors", r) + 0.3 * (known("keywords", r) / best) for r in candidates}
    in_order = sorted(candidates, key=lambda row: (-fused[row], row))
    return list(dict.fromkeys(owner[row] for row in in_order))[:MAX_RESULTS]


_filters = st.builds(
    Filters,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=1).map(tuple),
    topics=st.lists(st.sampled_from(TOPICS), max_size=1).map(tuple),
    passage_topics=st.sampled_from([(), ("scaling",)]),
    roles=st.sampled_from([(), (), ("references",)]),
    year_from=st.sampled_from([None, 2015]),
    include_undated=st.booleans(),
)


def _drawn(seed, forms=0.0):
    rng = np.random.default_rng(seed)
    holdings = _holdings(rng, documents=int(rng.integers(20, 400)), passages=600, forms=forms)
    legs = _legs(rng, len(holdings.owner))
    if rng.random() < 0.3:  # the words are only in lists of references
        listed = np.zeros(len(holdings.owner), dtype=bool)
        listed[holdings.about["roles"].get("references", [])] = True
        legs["keywords"][~listed] = np.nan
    return holdings, legs


def _of(legs):
    return {name: ScoredLeg(scores) for name, scores in legs.items()}


def _rank(holdings, legs, filters, **how):
    rows = find_candidates(holdings, _of(legs), Question(filters=filters))
    known = {name: scores[rows] for name, scores in legs.items()}
    none = np.zeros(len(rows))
    found = Found(holdings.passage_ids[rows], holdings.owner[rows], known, none, none > 0, none > 0)
    return rank_passages(holdings, found, **{"weights": WEIGHTS} | how)


def _total(holdings, legs, filters):
    ranking = _rank(holdings, legs, filters)
    return len(set(holdings.work[ranking.documents].tolist()))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), filters=_filters)
def test_a_ranking_is_that_of_one_passage_after_the_other(seed, filters):
    rng = np.random.default_rng(seed)
    holdings = replace(
        _holdings(rng, documents=int(rng.integers(20, 400)), passages=600),
        about={f.field: Values.of([]) for f in PASSAGE_FILTERS},
    )
    legs, filters = _legs(rng, len(holdings.owner)), filters.without("roles")
    ranked = _rank(holdings, legs, filters).documents
    assert ranked.tolist() == _ranked_alone(holdings, legs, filters)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), filters=_filters, forms=st.sampled_from([0.0, 0.4]))
def test_a_count_is_the_total_of_the_search_with_that_value(seed, filters, forms):
    holdings, legs = _drawn(seed, forms)
    candidates = count_candidates(holdings, _of(legs), Question(filters=filters))
    for facet in count_facets(holdings, load_taxonomy(), filters, candidates):
        counted = {c.value: c.count for c in facet.counts}
        for value in {*holdings.values[facet.field], *filters[facet.field]}:
            chosen = Filters(**(filters.as_dict() | {facet.field: (value,)}))
            assert counted.get(value, 0) == _total(holdings, legs, chosen), (facet.field, value)


def _told(holdings, legs, filters):
    candidates = count_candidates(holdings, _of(legs), Question(filters=filters))
    return [
        (facet.field, count.value, count.count)
        for facet in count_facets(holdings, load_taxonomy(), filters, candidates)
        for count in facet.counts
    ]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), forms=st.sampled_from([0.0, 0.4]), data=st.data())
def test_counts_that_are_remembered_are_those_of_the_question_and_the_filters(seed, forms, data):
    holdings, legs = _drawn(seed, forms)
    legs["vectors"] = np.nan_to_num(legs["vectors"], nan=0.2)  # all have a vector
    asked = data.draw(st.lists(_filters, min_size=1, max_size=3))
    for number in range(4):
        rng = np.random.default_rng(seed + number)
        rare, listed = rng.random(len(holdings.owner)) < 0.02, holdings.about["roles"]
        some = legs["keywords"].copy()
        if number % 2:
            some[~rare] = np.nan
            some[listed.get("references", [])[:5]] = 1.0
        now = {"keywords": some} | ({"vectors": legs["vectors"]} if number < 2 else {})
        for filters in asked:
            assert _told(holdings, now, filters) == _told(replace(holdings), now, filters)
    filters = asked[0]
    counted = {(f, v): n for f, v, n in _told(holdings, legs | {"keywords": some}, filters)}
    for kind in {*holdings.values["kinds"], *filters["kinds"]}:
        chosen = Filters(**(filters.as_dict() | {"kinds": (kind,)}))
        total = _total(holdings, legs | {"keywords": some}, chosen)
        assert counted.get(("kinds", kind), 0) == total


def test_a_value_that_no_document_has_any_more_counts_nothing():
    values = Values.of([("a", 0), ("b", 1), ("c", 1), ("d", 2)])
    left = values.renumbered(np.array([0, -1, 1]), np.array([False, True, False]))
    assert left.names == ("a", "b", "c", "d")
    assert left.sums(np.array([5, 7])).tolist() == [5, 0, 0, 7]
    assert left.any_of(np.array([1, 2], np.uint8)).tolist() == [1, 0, 0, 2]
    assert Values.of([]).sums(np.array([5])).tolist() == []


def test_what_is_remembered_cannot_be_changed_and_is_not_kept_for_ever():
    holdings, _ = _drawn(7)
    every = holdings.allowed_documents(Filters())
    for mask in (every, holdings.passes(Filters()), holdings.allowed_passages(Filters())):
        with pytest.raises(ValueError, match="read-only"):
            mask[0] = False
    assert holdings.allowed_documents(Filters()) is every
    for year in range(1900, 1960):
        holdings.allowed_documents(Filters(year_from=year))
    again = holdings.allowed_documents(Filters())
    assert again is not every
    assert again.tolist() == every.tolist()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), filters=_filters, forms=st.sampled_from([0.0, 0.4]))
def test_totals_say_how_many_have_the_words_and_how_many_are_near(seed, filters, forms):
    holdings, legs = _drawn(seed, forms)
    ranking = _rank(holdings, legs, filters)
    candidates = count_candidates(holdings, _of(legs), Question(filters=filters))
    matched, related, more = count_matches(holdings, candidates, ranking, filters)
    words = {"keywords": legs["keywords"]}
    by_words = _rank(holdings, words, filters)
    with_words = set(holdings.work[by_words.documents].tolist())
    shown = set(holdings.work[ranking.documents].tolist())
    assert min(matched, MAX_RESULTS) == len(with_words)
    if matched <= MAX_RESULTS:
        assert related == len(shown - with_words)
    assert 0 <= len(shown) - related <= matched
    assert not (more and len(shown) < MAX_RESULTS)


def test_browsing_counts_every_document_also_past_the_hundredth(catalogue, store, searching):
    for number in range(130):
        store(f"d{number:03d}", "Schools.", kind="report" if number % 10 else "blog")
    searcher = searching()
    for text in ("", "schools"):
        counts = {
            count.value: count.count
            for facet in searcher.search(catalogue, Query(text)).facets
            if facet.field == "kinds"
            for count in facet.counts
        }
        for kind, count in counts.items():
            assert count == searcher.search(catalogue, Query(text, Filters(kinds=(kind,)))).total
        assert counts["blog"] == 13
    results = searcher.search(catalogue, Query("schools"))
    assert (results.total, results.matched, results.related, results.more) == (100, 130, 0, True)


@pytest.mark.parametrize("fusion", ["scores", "rrf"])
def test_a_third_leg_is_an_entry_among_scores_and_weights(fusion):
    rng = np.random.default_rng(0)
    holdings = _holdings(rng, documents=3, passages=0)
    legs = {
        "keywords": np.array([2.0, np.nan, np.nan]),
        "vectors": np.array([0.5, 0.4, np.nan]),
        "multilingual": np.array([np.nan, 0.2, 0.9]),
    }
    weights = {"keywords": 0.2, "vectors": 0.3, "multilingual": 0.5}
    ranking = _rank(holdings, legs, Filters(), weights=weights, fusion=fusion)
    assert sorted(ranking.ids.tolist()) == [0, 1, 2]
    assert ranking.leg_scores(ranking.ids.tolist().index(2)) == {
        "keywords": None, "vectors": None, "multilingual": 0.9,
    }  # fmt: skip
    if fusion == "scores":
        assert ranking.ids.tolist() == [2, 0, 1]
        assert ranking.scores.tolist() == pytest.approx([0.45, 0.2 + 0.15, 0.12 + 0.1])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), filters=_filters)
def test_the_passages_of_few_documents_are_candidates_whether_they_are_ordered_or_not(
    seed, filters
):
    holdings, legs = _drawn(seed, forms=0.2)
    question = Question(filters=filters)

    class Ordered:
        """A leg that is not known to have a score for every passage."""

        def __init__(self, leg):
            self.known, self.at, self.best = leg.known, leg.at, leg.best

    ordered = {name: Ordered(leg) for name, leg in _of(legs).items()}
    found = find_candidates(holdings, _of(legs), question).tolist()
    assert found == find_candidates(holdings, ordered, question).tolist()
