"""The measures are trec_eval's."""

from __future__ import annotations

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from index.measures import bootstrap_interval, ndcg, recall, reciprocal_rank

DOCUMENTS = [f"d{n}" for n in range(30)]


@given(
    ranked=st.permutations(DOCUMENTS).map(lambda order: order[:25]),
    grades=st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1),
)
def test_the_measures_equal_trec_eval(ranked, grades):
    run = {"q": {document: float(-rank) for rank, document in enumerate(ranked)}}
    names = {"ndcg_cut_10", "recall_20", "recip_rank"}
    oracle = pytrec_eval.RelevanceEvaluator({"q": grades}, names).evaluate(run)["q"]
    assert ndcg(ranked, grades, 10) == pytest.approx(oracle["ndcg_cut_10"])
    assert recall(ranked, grades, 20) == pytest.approx(oracle["recall_20"])
    assert reciprocal_rank(ranked, grades, 25) == pytest.approx(oracle["recip_rank"])


def test_the_interval_holds_the_mean_and_repeats():
    values = [0.1, 0.5, 0.9, 0.4] * 5
    low, high = bootstrap_interval(values)
    assert low < sum(values) / len(values) < high
    assert (low, high) == bootstrap_interval(values)
