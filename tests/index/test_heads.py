"""Works are listed by their best form, in the order of ranking or by year."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from index.search.order import heads_in_order


def _one_after_the_other(holdings, documents, sort):
    groups = {}
    for row in documents:
        groups.setdefault(int(holdings.work[row]), []).append(int(row))
    heads = [min(rows, key=lambda row: int(holdings.form[row])) for rows in groups.values()]
    sign = {"relevance": 0, "newest": -1, "oldest": 1}[sort]
    dated = sort != "relevance"
    years = holdings.years
    return sorted(heads, key=lambda row: (dated and not years[row], sign * int(years[row])))


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("seed", range(20))
def test_heads_are_those_of_one_work_after_the_other(seed, sort):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 60))
    holdings = SimpleNamespace(
        work=rng.integers(0, 20, count),
        form=rng.integers(0, 3, count),
        years=rng.choice([0, 2019, 2020, 2021], count),
    )
    documents = rng.permutation(count)[: int(rng.integers(0, count + 1))]
    found = heads_in_order(holdings, documents, sort).tolist()
    assert found == _one_after_the_other(holdings, documents, sort)
