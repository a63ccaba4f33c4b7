"""From marks to figures: a run of judged queries, its groups, and how it differs from the last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.review.demand import UNKNOWN_LANGUAGE
from corpus.review.evaluation_runs import Judged, Run, keep_run, make_run, read_runs
from corpus.review.judgements import GRADES, Judgement, group_by_query
from index.evaluation import MEASURES, JudgedQuery, Report, split, summarise
from index.measures import Difference, paired_difference
from index.vectors.encoder import Encoder

MEASURE: Final = "ndcg_at_10"
"""What runs are compared by, and what a floor is about."""
WITHOUT_MODEL: Final = "keywords alone"


@dataclass(frozen=True, slots=True)
class Compared:
    """A run as it is reported.

    Attributes:
        run: the run.
        report: its means over all queries.
        languages, bands: its means by the queries' language and by the strength of the answers.
        difference: to the run before it; ``None`` for the first.
        gains: the same by query, for the queries that both runs judged alike.
    """

    run: Run
    report: Report
    languages: Mapping[str, Report]
    bands: Mapping[str, Report]
    difference: Difference | None
    gains: Mapping[str, float]

    @property
    def below_floor(self) -> bool:
        """Whether the mean nDCG@10 misses the run's floor."""
        return self.run.floor is not None and self.report.means[MEASURE] < self.run.floor


def name_models(encoder: Encoder | None, second: Encoder | None) -> str:
    """Return the names of the models that a run searches with."""
    names = [model.name for model in (encoder, second) if model]
    return " + ".join(names) or WITHOUT_MODEL


def queries_of(judgements: Iterable[Judgement]) -> list[JudgedQuery]:
    """Return the marks as judged queries, in the order they come in."""
    return [
        JudgedQuery(
            id=query_id,
            text=marked[0].query,
            grades={j.document_id: GRADES[j.mark] for j in marked},
            language=None if marked[0].language == UNKNOWN_LANGUAGE else marked[0].language,
        )
        for query_id, marked in group_by_query(judgements).items()
    ]


def answerable(queries: Iterable[JudgedQuery]) -> list[JudgedQuery]:
    """Return the queries that some document answers: only they have an nDCG."""
    return [query for query in queries if any(grade > 0 for grade in query.grades.values())]


def run_of(
    judged: Judged,
    report: Report,
    queries: Sequence[JudgedQuery],
    bands: Mapping[str, str],
    *,
    revision: int,
    model: str,
    floor: float | None = None,
) -> Run:
    """Return a run with the figures of each query of a report."""
    measured = {query.id: query for query in queries if query.id in report.per_query}
    figures = {
        query_id: {
            **report.per_query[query_id],
            "language": query.language or UNKNOWN_LANGUAGE,
            "band": bands[query_id],
            "grades": _digest(query.grades),
        }
        for query_id, query in measured.items()
    }
    return make_run(judged, revision=revision, model=model, floor=floor, figures=figures)


def _digest(grades: Mapping[str, int]) -> str:
    return hashlib.blake2b(repr(sorted(grades.items())).encode(), digest_size=8).hexdigest()


def compare(run: Run, before: Run | None) -> Compared:
    """Return a run with its groups, and its difference to an earlier run of the same queries."""
    per_query = {
        query_id: {name: float(figures[name]) for name in MEASURES}
        for query_id, figures in run.figures.items()
    }
    report = summarise(per_query)
    gains: dict[str, float] = {}
    difference = None
    if before:
        alike = [q for q in run.figures if _judged_alike(run.figures[q], before.figures.get(q))]
        now = {q: float(run.figures[q][MEASURE]) for q in alike}
        then = {q: float(before.figures[q][MEASURE]) for q in alike}
        gains = {q: now[q] - then[q] for q in alike}
        unlike = len(run.figures.keys() | before.figures.keys()) - len(alike)
        difference = paired_difference(now, then, unlike=unlike)
    return Compared(
        run=run,
        report=report,
        languages=split(report, {q: f["language"] for q, f in run.figures.items()}),
        bands=split(report, {q: f["band"] for q, f in run.figures.items()}),
        difference=difference,
        gains=gains,
    )


def _judged_alike(now: Mapping[str, object], before: Mapping[str, object] | None) -> bool:
    return before is not None and now["grades"] == before["grades"]


def last_compared(catalogue: Catalogue, judged: Judged) -> Compared | None:
    """Return the last run that was kept, compared with the one before it."""
    runs = read_runs(catalogue, judged, limit=2)
    return compare(runs[0], runs[1] if len(runs) > 1 else None) if runs else None


def keep_compared(catalogue: Catalogue, run: Run) -> Compared:
    """Keep a run, and return it compared with the one before it."""
    before = read_runs(catalogue, run.judged, limit=1)
    keep_run(catalogue, run)
    return compare(run, before[0] if before else None)
