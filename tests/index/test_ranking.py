"""Documents are ranked by their best passage, in time linear in the passages found."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.search.ranking import _in_order


@given(st.lists(st.integers(0, 9), max_size=30))
def test_distinct_values_are_in_the_order_in_which_they_appear_first(values):
    assert _in_order(np.array(values, dtype=np.int64)).tolist() == list(dict.fromkeys(values))
