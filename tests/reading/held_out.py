"""Says how good weights are on documents that they were not learned from, in three ways.

Each source in turn is held out, as a stranger's documents would be; half of the documents is
measured by weights learned from the other half; and one in five of the starter corpus is held out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from tests.reading.second_weights import LearnedSecond, propose_one
from tests.reading.stage_weights import Case, learn, propose_stages
from tests.reading.tag_scores import (
    Pair,
    Proposed,
    figure_lines,
    first_right,
    macro_f1,
    resampled,
)
from tests.reading.topic_weights import TopicCase, learn_topics, propose_topics

FOLDS: Final = 5
SHARES: Final = (0.5, 0.75, 1.0)
DRAWS: Final = 8
LANGUAGES: Final = ("en", "es", "pt", "fr")

Stages = list[tuple[str, ...]]
Method = Callable[[Sequence[Case], Sequence[Case]], Stages]
"""Returns the stages proposed for each of some cases by weights learned from others."""


def by_first(cases: Sequence[Case], learned_from: Sequence[Case]) -> Stages:
    """Propose stages by the vectors of the first encoder."""
    return [propose_stages(row) for row in learn(learned_from).sureness(cases)]


def by_second(cases: Sequence[Case], learned_from: Sequence[Case]) -> Stages:
    """Propose stages by the vectors of the second encoder, which every case has to have."""
    return [propose_one(row) for row in LearnedSecond(learned_from).sureness(cases)]


def propose_from(
    cases: Sequence[Case], learned_from: Sequence[Case], method: Method = by_first
) -> list[Pair]:
    """Return the cases with what weights learned from others propose for each."""
    stages = method(cases, learned_from)
    topics = learn_topics(topic_cases(learned_from))
    return [
        (
            case.label,
            Proposed(one, propose_topics(topics, case.topics).topics if case.topics else ()),
        )
        for case, one in zip(cases, stages, strict=True)
    ]


def topic_cases(cases: Sequence[Case]) -> list[TopicCase]:
    """Return the same documents as cases of topics."""
    return [case.topics for case in cases if case.topics]


def hold_out(
    cases: Sequence[Case],
    groups: Sequence[object],
    others: Sequence[Case],
    method: Method = by_first,
) -> list[Pair]:
    """Return what is proposed for each case by weights learned without its group."""
    pairs: list[Pair | None] = [None] * len(cases)
    for group in dict.fromkeys(groups):
        inside = [n for n, one in enumerate(groups) if one == group]
        rest = [case for case, one in zip(cases, groups, strict=True) if one != group]
        proposed = propose_from([cases[n] for n in inside], [*rest, *others], method)
        for n, pair in zip(inside, proposed, strict=True):
            pairs[n] = pair
    return [pair for pair in pairs if pair]


def hold_out_sources(
    cases: Sequence[Case], others: Sequence[Case], method: Method = by_first
) -> list[Pair]:
    """Return what is proposed for each case by weights learned without its source."""
    return hold_out(cases, [case.source for case in cases], others, method)


def report_lines(
    real: Sequence[Case], decided: Sequence[Case], method: Method = by_first
) -> Iterator[str]:
    """Yield the figures of documents that were held out, and whether more documents would help."""
    dev, test = ([case for case in real if case.label.half == half] for half in ("dev", "test"))
    yield "== what more documents do (dev, each source held out)"
    yield from curve_lines(dev, decided, method)
    yield "== dev, each source held out; weights and rules were chosen on these"
    yield from _lines(dev, hold_out_sources(dev, decided, method))
    if test:
        yield "== test, by weights learned from dev alone"
        yield from _lines(test, propose_from(test, [*dev, *decided], method))
        yield "== all, each source held out: what to expect of the weights written"
        yield from _lines(real, hold_out_sources(real, decided, method))
    yield "== starter corpus, one in five held out"
    folds = np.random.default_rng(0).permutation(np.arange(len(decided)) % FOLDS).tolist()
    yield from _starter_lines(hold_out(decided, folds, real, method))


def curve_lines(
    cases: Sequence[Case], others: Sequence[Case], method: Method = by_first
) -> Iterator[str]:
    """Yield the macro-F1 of stages if a share of the documents is learned from, held out."""
    drawn = np.random.default_rng(0)
    for share in SHARES:
        times = DRAWS if share < 1 else 1
        figures = [_of_share(cases, others, share, drawn, method) for _ in range(times)]
        yield f"  {share:4.0%} of the documents: stages macro-F1 {np.mean(figures):.3f}"


def _of_share(
    cases: Sequence[Case],
    others: Sequence[Case],
    share: float,
    drawn: np.random.Generator,
    method: Method,
) -> float:
    pairs: list[Pair] = []
    for source in dict.fromkeys(case.source for case in cases):
        inside = [case for case in cases if case.source == source]
        rest = [case for case in cases if case.source != source]
        kept = drawn.permutation(len(rest))[: round(share * len(rest))]
        stages = method(inside, [*(rest[n] for n in kept), *others])
        proposed = [Proposed(one) for one in stages]
        pairs += [(case.label, one) for case, one in zip(inside, proposed, strict=True)]
    return macro_f1([pair for pair in pairs if pair[0].scope != "out"], "stages")


def _lines(cases: Sequence[Case], pairs: Sequence[Pair]) -> Iterator[str]:
    yield from figure_lines(pairs)
    for language in LANGUAGES:
        ours = [
            pair
            for case, pair in zip(cases, pairs, strict=True)
            if case.language[:2] == language and pair[0].scope != "out"
        ]
        with_one = sum(bool(label.stages) for label, _ in ours)
        low, high = resampled(ours, lambda drawn: macro_f1(drawn, "stages")) if ours else (0, 1)
        yield (
            f"    stages in {language}: macro-F1 {macro_f1(ours, 'stages'):.2f} ({low:.2f} to "
            f"{high:.2f}; {with_one} of {len(ours)} documents have one)"
        )


def _starter_lines(pairs: Sequence[Pair]) -> Iterator[str]:
    first, whole = first_right(pairs, "stages")
    stages = macro_f1(pairs, "stages")
    yield f"  stages macro-F1 {stages:.3f}, the first right for {first} of {whole}"
    yield f"  topics macro-F1 {macro_f1(pairs, 'topics'):.3f}"
