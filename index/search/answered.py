"""Which documents answer a question, by the rules that say how good its best evidence is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.documents.arrays import Documents
from index.documents.values import Rows
from index.model import Strength
from index.search.judging import Judged
from index.search.ranking import Ranking
from index.search.strength import GRADES


@dataclass(frozen=True, slots=True)
class Answered:
    """How well a question is answered.

    Attributes:
        strength: of its best evidence, as a search says it.
        answering: the ids of the documents with strong evidence, best first; of a work, its best
            form alone. There are none unless the best evidence is strong.
        related: those with weak evidence; none if there is no evidence.
        revision: of the catalogue that was asked.
    """

    strength: Strength
    answering: tuple[str, ...]
    related: tuple[str, ...]
    revision: int


def documents_that_answer(holdings: Documents, ranking: Ranking, judged: Judged) -> Answered:
    """Return the documents of a ranking by the grade of their best passage.

    A document is never better than the best evidence, which is that of the first passages.
    """
    works = holdings.work[ranking.owners]
    grades = np.minimum(judged.grades, GRADES.index(judged.strength))
    best = works[grades == GRADES.index("strong")]
    near = works[grades == GRADES.index("weak")]
    return Answered(
        judged.strength,
        _heads(holdings, ranking, best),
        _heads(holdings, ranking, near[~np.isin(near, best)]),
        holdings.revision,
    )


def _heads(holdings: Documents, ranking: Ranking, works: Rows) -> tuple[str, ...]:
    """Return the best form of each of some works among the ranked documents, in their order."""
    heads: dict[int, int] = {}
    for row in ranking.documents[np.isin(holdings.work[ranking.documents], works)].tolist():
        work = int(holdings.work[row])
        if work not in heads or holdings.form[row] < holdings.form[heads[work]]:
            heads[work] = row
    return tuple(holdings.document_ids[row] for row in heads.values())
