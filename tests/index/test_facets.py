"""Facets count what a ranking made for each of them alone would count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.taxonomy import load_taxonomy
from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.model import MAX_RESULTS, Filters
from index.search.facets import count_facets
from index.search.holdings import Holdings
from index.search.ranking import DEPTH, rank_passages

WEIGHTS = {"keywords": 0.3, "vectors": 0.7}
KINDS, LANGUAGES, TOPICS = ("report", "blog", "event"), ("en", "es"), ("scaling", "educator-voice")


def _holdings(rng, documents, passages):
    """Return a made-up catalogue with more documents than a leg contributes."""
    owner = np.sort(np.concatenate([np.arange(documents), rng.integers(0, documents, passages)]))
    values = {filter_.field: {} for filter_ in DOCUMENT_FILTERS}
    for field, drawn_from in (("kinds", KINDS), ("languages", LANGUAGES), ("topics", TOPICS)):
        drawn = rng.integers(0, len(drawn_from), documents)
        values[field] = {value: np.flatnonzero(drawn == n) for n, value in enumerate(drawn_from)}
    about = {filter_.field: {} for filter_ in PASSAGE_FILTERS}
    about["passage_topics"] = {"scaling": np.flatnonzero(rng.random(len(owner)) < 0.5)}
    return Holdings(
        revision=1,
        passage_ids=np.arange(len(owner), dtype=np.int64),
        owner=owner,
        document_ids=tuple(f"d{n}" for n in range(documents)),
        years=rng.integers(2000, 2025, documents) * (rng.random(documents) < 0.9),
        work=np.arange(documents),
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


def _counted_alone(holdings, legs, filters):
    """Count each field's values over a ranking of its own, without the field's own filter."""
    counted = {}
    for field in (filter_.field for filter_ in DOCUMENT_FILTERS):
        if not holdings.values[field] and not filters[field]:
            continue  # no document has a value, so there is no facet
        rows = set(_ranked_alone(holdings, legs, filters.without(field)))
        counts = {v: len(rows & set(of.tolist())) for v, of in holdings.values[field].items()}
        selected = filters[field]
        counted[field] = {v: n for v, n in counts.items() if n or v in selected}
    return counted


_filters = st.builds(
    Filters,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=1).map(tuple),
    topics=st.lists(st.sampled_from(TOPICS), max_size=1).map(tuple),
    passage_topics=st.sampled_from([(), ("scaling",)]),
    year_from=st.sampled_from([None, 2015]),
    include_undated=st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), filters=_filters)
def test_counts_are_those_of_a_ranking_for_each_facet_alone(seed, filters):
    rng = np.random.default_rng(seed)
    holdings = _holdings(rng, documents=int(rng.integers(20, 400)), passages=600)
    legs = _legs(rng, len(holdings.owner))

    def ranked(wanted):
        return rank_passages(holdings, legs, wanted, weights=WEIGHTS).documents

    assert ranked(filters).tolist() == _ranked_alone(holdings, legs, filters)
    facets = count_facets(holdings, load_taxonomy(), filters, ranked)
    counts = {f.field: {c.value: c.count for c in f.counts} for f in facets}
    assert counts == _counted_alone(holdings, legs, filters)


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
    ranking = rank_passages(holdings, legs, Filters(), weights=weights, fusion=fusion)
    assert sorted(ranking.rows.tolist()) == [0, 1, 2]
    assert ranking.leg_scores(ranking.rows.tolist().index(2)) == {
        "keywords": None, "vectors": None, "multilingual": 0.9,
    }  # fmt: skip
    if fusion == "scores":
        assert ranking.rows.tolist() == [2, 0, 1]
        assert ranking.scores.tolist() == pytest.approx([0.45, 0.2 + 0.15, 0.12 + 0.1])
