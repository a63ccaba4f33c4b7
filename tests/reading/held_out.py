"""Says how good weights are on documents that they were not learned from, in three ways.

Each source in turn is held out, as a stranger's documents would be; half of the documents is
measured by weights learned from the other half; and one in five of the starter corpus is held out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

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


def propose_from(cases: Sequence[Case], learned_from: Sequence[Case]) -> list[Pair]:
    """Return the cases with what weights learned from others propose for each."""
    sure = learn(learned_from).sureness(cases)
    topics = learn_topics(topic_cases(learned_from))
    return [
        (
            case.label,
            Proposed(
                propose_stages(row),
                propose_topics(topics, case.topics).topics if case.topics else (),
            ),
        )
        for case, row in zip(cases, sure, strict=True)
    ]


def topic_cases(cases: Sequence[Case]) -> list[TopicCase]:
    """Return the same documents as cases of topics."""
    return [case.topics for case in cases if case.topics]


def hold_out(cases: Sequence[Case], groups: Sequence[object], others: Sequence[Case]) -> list[Pair]:
    """Return what is proposed for each case by weights learned without its group."""
    pairs: list[Pair | None] = [None] * len(cases)
    for group in dict.fromkeys(groups):
        inside = [n for n, one in enumerate(groups) if one == group]
        rest = [case for case, one in zip(cases, groups, strict=True) if one != group]
        proposed = propose_from([cases[n] for n in inside], [*rest, *others])
        for n, pair in zip(inside, proposed, strict=True):
            pairs[n] = pair
    return [pair for pair in pairs if pair]


def hold_out_sources(cases: Sequence[Case], others: Sequence[Case]) -> list[Pair]:
    """Return what is proposed for each case by weights learned without its source."""
    return hold_out(cases, [case.source for case in cases], others)


def report_lines(real: Sequence[Case], decided: Sequence[Case]) -> Iterator[str]:
    """Yield the figures of documents that were held out, and whether more documents would help."""
    dev, test = ([case for case in real if case.label.half == half] for half in ("dev", "test"))
    yield "== what more documents do (dev, each source held out)"
    yield from curve_lines(dev, decided)
    yield "== dev, each source held out; weights and rules were chosen on these"
    yield from _lines(dev, hold_out_sources(dev, decided))
    if test:
        yield "== test, by weights learned from dev alone"
        yield from _lines(test, propose_from(test, [*dev, *decided]))
        yield "== all, each source held out: what to expect of the weights written"
        yield from _lines(real, hold_out_sources(real, decided))
    yield "== starter corpus, one in five held out"
    folds = np.random.default_rng(0).permutation(np.arange(len(decided)) % FOLDS).tolist()
    yield from _starter_lines(hold_out(decided, folds, real))


def curve_lines(cases: Sequence[Case], others: Sequence[Case]) -> Iterator[str]:
    """Yield the macro-F1 of stages if a share of the documents is learned from, held out."""
    drawn = np.random.default_rng(0)
    for share in SHARES:
        figures = [_of_share(cases, others, share, drawn) for _ in range(DRAWS if share < 1 else 1)]
        yield f"  {share:4.0%} of the documents: stages macro-F1 {np.mean(figures):.3f}"


def _of_share(
    cases: Sequence[Case], others: Sequence[Case], share: float, drawn: np.random.Generator
) -> float:
    pairs: list[Pair] = []
    for source in dict.fromkeys(case.source for case in cases):
        inside = [case for case in cases if case.source == source]
        rest = [case for case in cases if case.source != source]
        kept = drawn.permutation(len(rest))[: round(share * len(rest))]
        sure = learn([*(rest[n] for n in kept), *others]).sureness(inside)
        proposed = [Proposed(propose_stages(row)) for row in sure]
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
