"""A cell counts the works of the documents with both values, as a count by hand does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search.crossing import Lines, cross
from tests.index.test_facets import _holdings


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(0, 4), st.integers(0, 5))
def test_every_cell_and_total_counts_each_work_once(seed, documents, rows, columns):
    rng = np.random.default_rng(seed)
    holdings = _holdings(rng, documents, 0, forms=0.4)
    allowed = rng.random(documents) < 0.8
    masks = [rng.random((n, documents)) < 0.4 for n in (rows, columns)]
    down, across = (Lines.of(np.flatnonzero(mask) for mask in side) for side in masks)

    crossed = cross(holdings, down, across, allowed)

    def works(*conditions):
        return len({holdings.work[d] for d in range(documents) if all(c[d] for c in conditions)})

    assert crossed.cells.shape == (rows, columns)
    for r in range(rows):
        assert crossed.rows[r] == works(allowed, masks[0][r])
        for c in range(columns):
            assert crossed.cells[r, c] == works(allowed, masks[0][r], masks[1][c])
    assert crossed.columns.tolist() == [works(allowed, mask) for mask in masks[1]]
    assert crossed.total == works(allowed)
