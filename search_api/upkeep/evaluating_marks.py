"""``salex evaluate --marks``: run the queries that curators marked on the repository itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import EvaluationInvalid
from corpus.review.evaluation_runs import read_runs
from corpus.review.judgements import read_judgements
from corpus.taxonomy import load_taxonomy
from search_api.service.settings import Settings

if TYPE_CHECKING:
    from index.evaluation import JudgedQuery
    from index.search.searcher import Searcher
    from search_api.judging.measuring import Compared


def evaluate_marks(
    settings: Settings, *, floor: float | None, export: Path | None, as_json: bool
) -> bool:
    """Measure the repository's search against the marks, keep the run and print it.

    Args:
        settings: whose data are searched.
        floor: what nDCG@10 must reach from now on, 0 for nothing; ``None`` keeps the last run's.
        export: a folder to write the judged queries to.
        as_json: print JSON.

    Returns:
        Whether the floor is reached.

    Raises:
        EvaluationInvalid: no document is marked as answering a query.
    """
    from index.evaluation import write_judged_queries
    from search_api.judging.measuring import answerable, queries_of

    with connect(settings.catalogue_path) as catalogue:
        marked = queries_of(read_judgements(catalogue))
        if export:
            write_judged_queries(export, marked)
        queries = answerable(marked)
        if not queries:
            raise EvaluationInvalid(
                "No document is marked as answering a query. Mark hits on the search page, or "
                'with: salex judge "QUERY" DOCUMENT --answers'
            )
        searcher, model = _searcher(settings)
        compared = _run(catalogue, searcher, queries, model=model, floor=floor)
    _print(compared, left_out=len(marked) - len(queries), as_json=as_json)
    return not compared.below_floor


def _searcher(settings: Settings) -> tuple[Searcher, str]:
    """Return a searcher of the repository, and the names of its models."""
    from index.search.searcher import Searcher
    from search_api.judging.measuring import name_models
    from search_api.service.encoders import load_first, load_second
    from search_api.service.engines import open_engine
    from search_api.web.terminal import err

    encoder, without = load_first(settings)
    if without:
        err.print(f"salex: {without}", style="yellow", markup=False)
    second, problem = load_second(settings)
    searcher = Searcher(
        open_engine(settings),
        encoder,
        load_taxonomy(settings.taxonomy_file),
        multilingual=second,
        multilingual_problem=problem,
    )
    return searcher, name_models(encoder, second)


def _run(
    catalogue: Catalogue,
    searcher: Searcher,
    queries: list[JudgedQuery],
    *,
    model: str,
    floor: float | None,
) -> Compared:
    from index.evaluation import find_bands, measure_ranking
    from search_api.judging.measuring import WITHOUT_MODEL, keep_compared, run_of

    state = searcher.refresh(catalogue)
    if floor is None:
        last = read_runs(catalogue, "marks", limit=1)
        floor = last[0].floor if last else None
    run = run_of(
        "marks",
        measure_ranking(catalogue, searcher, queries),
        queries,
        find_bands(catalogue, searcher, queries),
        revision=state.catalogue_revision,
        model=model if state.ready else WITHOUT_MODEL,
        floor=floor or None,
    )
    return keep_compared(catalogue, run)


def _print(compared: Compared, *, left_out: int, as_json: bool) -> None:
    from search_api.judging.measuring import MEASURE
    from search_api.judging.presenting import run_shape
    from search_api.upkeep.printing import print_comparison, print_evaluation
    from search_api.web.terminal import out, print_json

    if as_json:
        print_json({**run_shape(compared).model_dump(), "per_query": compared.run.figures})
        return
    floor = compared.run.floor
    figure = compared.report.means[MEASURE]
    short = {MEASURE: (figure, floor)} if floor is not None and compared.below_floor else {}
    print_evaluation("marks", compared.report, dict(compared.languages), {}, [], short)
    print_comparison(compared)
    if left_out:
        out.print(f"Judged queries that no document answers, and were left out: {left_out}.")
