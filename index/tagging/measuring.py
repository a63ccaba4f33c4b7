"""Measures how well tags are proposed for documents that were not learned from.

In each repeat, every reviewed document is held out once: everything is learned from the others
(lexicon, scaling, weights, calibration, threshold) and compared with what people decided on it.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.errors import EvaluationInvalid
from index.tagging.learning import Example, learn_vocabulary, lexicon_of
from index.tagging.reading import Comparison, TermWords
from index.vectors.threads import one_thread

Numbers = npt.NDArray[np.float64]

FOLDS: Final = 10
REPEATS: Final = 5
"""The figures differ by about .01 from one repeat to the next."""
BINS: Final = 5
"""Bins of .2: a vocabulary's 80 documents fill no more."""


@dataclass(frozen=True, slots=True)
class TermFigures:
    """One term: how many documents have it, and how well it is proposed (0 to 1)."""

    term: str
    carried_by: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Terms with about the same probability: how many, its mean, and how often it was right."""

    low: float
    high: float
    count: int
    expected: float
    observed: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A way of proposing the terms of a vocabulary, measured.

    Attributes:
        method: ``learned``, ``zero-shot`` or ``always yes``.
        macro_f1: mean of the terms' F1.
        primary: share of documents whose surest term is the primary one by decision.
        brier: mean squared distance from probability to decision; ``None`` without probabilities.
        reliability: bins of a fifth; what was proposed at .7 should be right 7 times in 10.
    """

    vocabulary: str
    method: str
    documents: int
    macro_f1: float
    primary: float
    brier: float | None
    terms: tuple[TermFigures, ...]
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """For one document: the probability of each term of a vocabulary, and which are proposed."""

    probabilities: Numbers
    proposed: npt.NDArray[np.bool_]


Predictions = Mapping[tuple[str, int], Prediction]
"""By document id and repeat."""


def measure_all(examples: Sequence[Example], terms: TermWords) -> list[Figures]:
    """Measure the terms of a vocabulary as learned, zero-shot, and if every term is proposed."""
    everything = Prediction(
        np.ones(len(terms.vectors.terms)), np.array([True] * len(terms.vectors.terms))
    )
    return [
        compare_with_decisions(examples, terms, "learned", cross_validate(examples, terms)),
        compare_with_decisions(examples, terms, "zero-shot", zero_shot(examples, terms)),
        compare_with_decisions(
            examples, terms, "always yes",
            {(e.reading.document_id, 0): everything for e in examples},
        ),
    ]  # fmt: skip


def read_tagger_floors(path: Path) -> dict[str, float]:
    """Return the figures the learned tagger must reach on the starter corpus.

    Raises:
        EvaluationInvalid: the file cannot be read.
    """
    try:
        return {k: float(v) for k, v in tomllib.loads(path.read_text("utf-8"))["tagger"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise EvaluationInvalid(f"{path} cannot be read as floors: {error!r}") from error


def below_tagger_floors(
    measured: Iterable[Figures], floors: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return, for each figure that misses its floor, the figure and the floor.

    A Brier score misses its floor by being higher.
    """
    short = {}
    for learned in (f for f in measured if f.method == "learned"):
        reached, brier = f"{learned.vocabulary}_macro_f1", f"{learned.vocabulary}_brier"
        if learned.macro_f1 < floors.get(reached, 0):
            short[reached] = (learned.macro_f1, floors[reached])
        if learned.brier is None or learned.brier > floors.get(brier, 1):
            short[brier] = (learned.brier or 1.0, floors[brier])
    return short


def zero_shot(examples: Sequence[Example], terms: TermWords) -> dict[tuple[str, int], Prediction]:
    """Propose terms for each document from the vocabulary alone."""
    return {(e.reading.document_id, 0): _zero_shot(e, terms) for e in examples}


def _zero_shot(example: Example, terms: TermWords) -> Prediction:
    chosen = {p.term for p in terms.propose(example.reading)}
    beliefs = terms.beliefs(example.reading)
    return Prediction(
        beliefs.astype(np.float64),
        np.array([term in chosen for term in terms.vectors.terms]),
    )


def cross_validate(
    examples: Sequence[Example],
    terms: TermWords,
    *,
    learn_from: Sequence[Example] | None = None,
    repeats: int = REPEATS,
) -> dict[tuple[str, int], Prediction]:
    """Predict the terms of each reviewed document by what was learned without it.

    Args:
        examples: the documents to predict.
        terms: the vocabulary.
        learn_from: the same documents, or some of them, with the decisions of another time.
        repeats: how many times the documents are dealt into new folds.
    """
    predictions: dict[tuple[str, int], Prediction] = {}
    dealt = [(r, fold) for r in range(repeats) for fold in _folds(examples, terms, r)]
    with one_thread():
        for repeat, fold in dealt:
            held_out = {e.reading.document_id for e in fold}
            rest = [e for e in learn_from or examples if e.reading.document_id not in held_out]
            predict = _learned(rest, terms)
            predictions |= {(e.reading.document_id, repeat): predict(e) for e in fold}
    return predictions


def _learned(examples: Sequence[Example], terms: TermWords) -> Callable[[Example], Prediction]:
    lexicon = lexicon_of(examples, [terms])
    model = learn_vocabulary(examples, terms, lexicon)
    if model is None:
        return lambda example: _zero_shot(example, terms)
    comparison = Comparison(terms, lexicon)

    def predict(example: Example) -> Prediction:
        probabilities = model.score_document(example.reading, comparison, lexicon)
        return Prediction(probabilities, probabilities > model.thresholds)

    return predict


def _folds(examples: Sequence[Example], terms: TermWords, repeat: int) -> list[list[Example]]:
    """Deal documents into folds, spreading those with the same terms; the same way every time."""
    order = np.random.RandomState(repeat).permutation(len(examples))
    alike: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for i in order:
        labels = examples[i].labels.get(terms.vectors.vocabulary, {})
        carried = sorted(term for term, yes in labels.items() if yes)
        alike[tuple(carried)].append(examples[i])
    dealt = [example for _, group in sorted(alike.items()) for example in group]
    return [dealt[i::FOLDS] for i in range(min(FOLDS, len(dealt)))]


def compare_with_decisions(
    examples: Sequence[Example], terms: TermWords, method: str, predictions: Predictions
) -> Figures:
    """Return how well the predictions agree with the decisions."""
    name = terms.vectors.vocabulary
    by_id = {e.reading.document_id: e for e in examples if e.labels.get(name)}
    repeats = sorted({repeat for _, repeat in predictions})
    measured = tuple(
        _mean_of_term([_term(by_id, predictions, repeat, name, i, term) for repeat in repeats])
        for i, term in enumerate(terms.vectors.terms)
    )
    pairs = [
        (p.probabilities[i], by_id[d].labels[name][term])
        for (d, _), p in sorted(predictions.items(), key=lambda item: item[0])
        for i, term in enumerate(terms.vectors.terms)
        if d in by_id and term in by_id[d].labels[name]
    ]
    first = [
        terms.vectors.terms[int(p.probabilities.argmax())] == by_id[d].primary[name]
        for (d, _), p in predictions.items()
        if d in by_id and name in by_id[d].primary
    ]
    said = np.array(pairs, dtype=float).reshape(-1, 2)
    has_probabilities = method != "always yes"
    return Figures(
        name,
        method,
        len(by_id),
        float(np.mean([t.f1 for t in measured])) if measured else 0.0,
        float(np.mean(first)) if first and has_probabilities else 0.0,
        float(((said[:, 0] - said[:, 1]) ** 2).mean()) if has_probabilities and pairs else None,
        measured,
        _reliability(said) if has_probabilities else (),
    )


def _term(
    by_id: Mapping[str, Example],
    predictions: Predictions,
    repeat: int,
    vocabulary: str,
    place: int,
    term: str,
) -> TermFigures:
    known = [
        d for d, e in by_id.items() if term in e.labels[vocabulary] and (d, repeat) in predictions
    ]
    carries = np.array([by_id[d].labels[vocabulary][term] for d in known], bool)
    proposed = np.array([predictions[d, repeat].proposed[place] for d in known], bool)
    right = int((carries & proposed).sum())
    return TermFigures(
        term,
        int(carries.sum()),
        right / max(1, int(proposed.sum())),
        right / max(1, int(carries.sum())),
        2 * right / max(1, int(proposed.sum() + carries.sum())),
    )


def _mean_of_term(of_repeats: Sequence[TermFigures]) -> TermFigures:
    precision, recall, f1 = (
        float(np.mean([getattr(t, name) for t in of_repeats]))
        for name in ("precision", "recall", "f1")
    )
    return TermFigures(of_repeats[0].term, of_repeats[0].carried_by, precision, recall, f1)


def _reliability(said: Numbers) -> tuple[Bin, ...]:
    places = np.minimum((said[:, 0] * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            i / BINS,
            (i + 1) / BINS,
            len(inside),
            float(inside[:, 0].mean()),
            float(inside[:, 1].mean()),
        )
        for i in range(BINS)
        if len(inside := said[places == i])
    )
