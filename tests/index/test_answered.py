"""Which documents answer a question: never better than the answer as a whole."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from index.search.answered import documents_that_answer
from index.search.judging import Judged
from index.search.ranking import Ranking

# Two documents are forms of one work, of which the second is the best form.
HOLDINGS = SimpleNamespace(
    work=np.array([0, 0, 1, 2]),
    form=np.array([1, 0, 0, 0]),
    document_ids=["slides", "report", "blog", "brief"],
    revision=7,
)
RANKING = Ranking(np.arange(4), np.arange(4), np.array([0.9, 0.8, 0.7, 0.6]), {}, np.arange(4))


@pytest.mark.parametrize(
    ("strength", "grades", "answering", "related"),
    [
        ("strong", [2, 1, 2, 1], ("report", "blog"), ("brief",)),
        ("weak", [1, 0, 2, 1], (), ("report", "blog", "brief")),
        ("none", [1, 1, 2, 0], (), ()),
    ],
    ids=["strong", "weak: none of them answers", "none"],
)
def test_documents_are_graded_by_their_best_passage_and_a_work_counts_once(
    strength, grades, answering, related
):
    judged = Judged(strength, np.array(grades))
    answered = documents_that_answer(HOLDINGS, RANKING, judged)
    assert (answered.strength, answered.revision) == (strength, 7)
    assert (answered.answering, answered.related) == (answering, related)
