"""Learns a vocabulary from decided documents: one-vs-rest logistic regression, calibrated.

Two regressions a term, one on what the document says about each term (``reading``) and one on its
words, are averaged. Platt's scaling makes the average a probability, and the threshold is the one
with the highest expected F1. Both are fitted on documents of the training set that were held out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.tagging.model import TermWeights, VocabularyModel
from index.tagging.reading import Comparison, Reading, TermWords
from index.tagging.words import Lexicon, make_lexicon
from index.vectors.threads import one_thread

Rows = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]

LEAST_EACH: Final = 5
"""Least documents with a term, and without it, to learn it from: one in each inner fold."""
LEAST_DOCUMENTS: Final = 20
INNER_FOLDS: Final = 5
WORDS_WEIGHT: Final = np.float32(5.0)
"""A text's word weights have length 1; scaled by this, they count about as much as what it says
about the terms. From 1.5 to 8, macro-F1 on held-out documents differs by less than its noise
(.01)."""

Labels = Mapping[str, bool]
"""Whether the document has each term; undecided terms are left out."""


@dataclass(frozen=True, slots=True)
class Example:
    """A reviewed document: how it reads, and what was decided in each vocabulary."""

    reading: Reading
    labels: Mapping[str, Labels]
    primary: Mapping[str, str]


def lexicon_of(examples: Sequence[Example], vocabularies: Sequence[TermWords]) -> Lexicon:
    """Make the lexicon of the examples and the terms' own descriptions."""
    described = [text for terms in vocabularies for text in terms.described]
    names = [terms.vectors.vocabulary for terms in vocabularies]
    read = [{word for name in names for word in e.reading.all_words(name)} for e in examples]
    return make_lexicon([*read, *described])


def learn_vocabulary(
    examples: Sequence[Example], terms: TermWords, lexicon: Lexicon
) -> VocabularyModel | None:
    """Learn a vocabulary's terms; ``None`` while there are too few decisions.

    Args:
        examples: the reviewed documents, in an order that does not change from run to run.
        terms: the vocabulary.
        lexicon: the words to weigh.
    """
    with one_thread():
        return _learn_vocabulary(examples, terms, lexicon)


def _learn_vocabulary(
    examples: Sequence[Example], terms: TermWords, lexicon: Lexicon
) -> VocabularyModel | None:
    name = terms.vectors.vocabulary
    decided = [e for e in examples if e.labels.get(name)]
    if len(decided) < LEAST_DOCUMENTS:
        return None
    comparison = Comparison(terms, lexicon)
    ways = np.stack([comparison.compare_document(e.reading) for e in decided])
    centre, scale = ways.mean(axis=0), ways.std(axis=0) + np.float32(1e-6)
    said = ((ways - centre) / scale).mean(axis=1)
    # The weights of a regression lie in the span of its texts, and there are far fewer texts than
    # words: learning them there gives the same weights in a tenth of the time.
    rows = lexicon.rows([e.reading.all_words(name) for e in decided])
    along, lengths, span = np.linalg.svd(rows, full_matrices=False)
    texts = along * lengths
    weights: list[TermWeights] = []
    for term in terms.vectors.terms:
        known = [i for i, e in enumerate(decided) if term in e.labels[name]]
        carries = np.array([decided[i].labels[name][term] for i in known], dtype=int)
        if min(carries.sum(), len(carries) - carries.sum()) < LEAST_EACH:
            return None
        learned = _learn_term(term, said[known], texts[known], carries)
        weights.append(replace(learned, words=learned.words @ span))
    return VocabularyModel(name, terms.vectors.terms, centre, scale, tuple(weights))


def _learn_term(term: str, said: Rows, texts: Rows, carries: npt.NDArray[np.int_]) -> TermWeights:
    """Learn a term; its word weights are for the columns of ``texts``."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=0)
    held_out = np.zeros(len(carries))
    for inside, outside in folds.split(said, carries):
        member = _fit(said[inside], texts[inside], carries[inside])
        held_out[outside] = member.scores(said[outside], texts[outside])
    slope, offset = _platt(held_out, carries)
    whole = _fit(said, texts, carries)
    return TermWeights(
        term,
        said=slope * whole.said,
        words=slope * whole.words,
        bias=float(slope * whole.bias + offset),
        threshold=_best_threshold(1 / (1 + np.exp(-(slope * held_out + offset)))),
        carried_by=int(carries.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    said: Numbers
    words: Numbers
    bias: float

    def scores(self, said: Rows, texts: Rows) -> Numbers:
        scores: Numbers = said @ self.said + texts @ self.words + self.bias
        return scores


def _fit(said: Rows, texts: Rows, carries: npt.NDArray[np.int_]) -> _Fit:
    first, second = _regression(said, carries), _regression(WORDS_WEIGHT * texts, carries)
    return _Fit(
        first.coef_[0] / 2,
        float(WORDS_WEIGHT) * second.coef_[0] / 2,
        float(first.intercept_[0] + second.intercept_[0]) / 2,
    )


def _regression(
    features: npt.NDArray[Any], carries: npt.NDArray[np.int_], weights: Numbers | None = None
) -> Any:
    from sklearn import config_context
    from sklearn.linear_model import LogisticRegression

    # With so few documents, checking the arguments takes as long as fitting.
    with config_context(skip_parameter_validation=True, assume_finite=True):
        return LogisticRegression(max_iter=1000).fit(features.astype(np.float64), carries, weights)


def _platt(scores: Numbers, carries: npt.NDArray[np.int_]) -> tuple[float, float]:
    """Return the slope and offset that turn scores into log-odds.

    Platt (1999), with his smoothed targets, which keep them finite if the scores separate the two.
    """
    positives, negatives = carries.sum(), len(carries) - carries.sum()
    target = np.where(carries, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    twice = np.concatenate([scores, scores])[:, None]
    both = np.repeat([1, 0], len(scores))
    # At ten times the size, the regression's shrinkage hardly affects the scores.
    scaled = _regression(10 * twice, both, np.concatenate([target, 1 - target]))
    return 10 * float(scaled.coef_[0, 0]), float(scaled.intercept_[0])


def _best_threshold(probabilities: Numbers) -> float:
    """Return the threshold with the highest expected F1 if the probabilities are right.

    The k surest have an expected F1 of ``2 * sum of their p / (k + sum of all p)`` (Lipton and
    others 2014, arXiv:1402.1892). The threshold of the best k varies less than the one that fits a
    few decisions best.
    """
    ordered = np.sort(probabilities)[::-1]
    counts = np.arange(1, len(ordered) + 1)
    best = int((2 * ordered.cumsum() / (counts + ordered.sum())).argmax())
    below = ordered[best + 1] if best + 1 < len(ordered) else 0.0
    return float((ordered[best] + below) / 2)
