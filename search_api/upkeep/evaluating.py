"""The command ``salex evaluate``: judged queries of the starter corpus, or a BEIR collection."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import CatalogueError
from corpus.tags.decision_file import JUDGMENTS_FOLDER
from corpus.taxonomy import Taxonomy, load_taxonomy
from search_api.service.settings import load_settings
from search_api.upkeep.evaluating_marks import evaluate_marks
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from corpus.model import Document, Passage
    from index.evaluation import JudgedQuery, Report
    from index.model import Fusion
    from index.search.bands import BandRow
    from index.search.searcher import Searcher
    from index.vectors.encoder import Encoder
    from search_api.judging.measuring import Compared


Beir = Annotated[
    Path | None, typer.Option(help="A folder with corpus.jsonl, queries.jsonl and qrels/test.tsv.")
]
Cut = Annotated[
    bool,
    typer.Option("--cut", help="Cut the collection's documents into passages, as for reports."),
]
Rrf = Annotated[bool, typer.Option("--rrf", help="Fuse by reciprocal ranks instead of scores.")]
Cache = Annotated[
    Path | None, typer.Option(help="A folder that keeps the vectors for the next run.")
]
Marks = Annotated[
    bool, typer.Option("--marks", help="Run the queries that curators marked, on your data.")
]
Floor = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="With --marks: the nDCG@10 to reach, from now on; 0: any."),
]
Export = Annotated[
    Path | None,
    typer.Option(help="With --marks: write queries and qrels to this folder (BEIR, TREC)."),
]


def evaluate(
    *,
    beir: Beir = None,
    cut: Cut = False,
    rrf: Rrf = False,
    cache: Cache = None,
    marks: Marks = False,
    floor: Floor = None,
    export: Export = None,
    as_json: AsJson = False,
) -> None:
    """Measure search: nDCG@10, RR@10, Recall@20 and Recall@100, with a bootstrap interval.

    Without --beir or --marks, the judged queries of the starter corpus run against a fresh copy of
    it, as they are and translated, the tagger is compared with the decisions, and a table shows
    whether evidence is called strong, weak or none as it should be. The exit code is 1 when a
    figure misses its floor. Runs are kept in the catalogue, if there is one, and compared with the
    run before.

    Examples:

      salex evaluate

      salex evaluate --marks --floor 0.8

      salex evaluate --beir collections/scifact --cache cache/
    """
    if marks and (beir or cut or rrf or cache):
        raise typer.BadParameter("--marks goes with --floor, --export and --json only.")
    if not marks and (floor is not None or export):
        raise typer.BadParameter("--floor and --export go with --marks.")
    if marks:
        holds = evaluate_marks(load_settings(), floor=floor, export=export, as_json=as_json)
    else:
        holds = _evaluate_collection(beir, cache, cut=cut, rrf=rrf, as_json=as_json)
    if not holds:
        raise typer.Exit(1)


def _evaluate_collection(
    beir: Path | None, cache: Path | None, *, cut: bool, rrf: bool, as_json: bool
) -> bool:
    """Measure a BEIR collection, or the starter corpus; return whether every floor holds."""
    from index.vectors.encoder import load_encoder
    from search_api.service.encoders import load_second
    from search_api.web.terminal import err

    settings = load_settings()
    encoder = load_encoder(settings.model, precision=settings.precision)
    multilingual, without = load_second(settings)
    if without:
        err.print(without, markup=False)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "catalogue.sqlite"
        with connect(path, create=True) as catalogue:
            bench = _Bench(
                catalogue,
                (cache or Path(scratch)) / (beir.name if beir else "starter"),
                load_taxonomy(settings.taxonomy_file),
                encoder,
                multilingual,
                "rrf" if rrf else "scores",
            )
            queries = bench.collection(beir, cut=cut) if beir else bench.starter()
            # Only figures of the product's own ranking are compared from run to run.
            keep = None if beir or rrf else settings.catalogue_path
            return bench.report(queries, beir, keep=keep, as_json=as_json)


@dataclass(frozen=True)
class _Bench:
    """A temporary catalogue and what is needed to search it."""

    catalogue: Catalogue
    folder: Path
    taxonomy: Taxonomy
    encoder: Encoder
    multilingual: Encoder | None
    fusion: Fusion

    def collection(self, beir: Path, *, cut: bool) -> list[JudgedQuery]:
        """Store a BEIR collection and return its queries."""
        from index.evaluation import read_judged_queries, store_collection

        queries = read_judged_queries(beir)
        store_collection(beir, self.catalogue, _cut if cut else None, _language_of)
        return queries

    def starter(self) -> list[JudgedQuery]:
        """Add the starter corpus with its decisions and return its judged queries."""
        from corpus.catalogue.originals import Originals
        from corpus.tags.decision_file import STARTER_FOLDER, apply_decisions, read_decisions
        from index.evaluation import read_judged_queries
        from ingest.intake import add_sources

        originals = Originals(self.catalogue.path.with_name("originals"))
        add_sources([str(STARTER_FOLDER / "documents")], self.catalogue, originals)
        decisions = read_decisions(STARTER_FOLDER / "decisions.toml", self.taxonomy)
        apply_decisions(self.catalogue, decisions)
        return read_judged_queries(JUDGMENTS_FOLDER)

    def report(
        self, queries: list[JudgedQuery], beir: Path | None, *, keep: Path | None, as_json: bool
    ) -> bool:
        """Index, run, measure and print; return whether every floor holds."""
        from index.evaluation import below_floors, by_language, read_floors
        from index.tagging.tagger import measure_agreement
        from search_api.judging.presenting import run_shape
        from search_api.upkeep.printing import print_bands, print_comparison, print_evaluation
        from search_api.web.terminal import print_json

        searcher = self._searcher()
        report = self._measure(searcher, queries)
        where = (self.catalogue, self.folder, self.encoder, self.taxonomy)
        agreed = [] if beir else measure_agreement(*where)
        translated = {} if beir else self._translated(searcher, queries)
        floors = {} if beir else read_floors(JUDGMENTS_FOLDER / "floors.toml")
        short = below_floors(report, floors) | self._below_translated(translated)
        bands, outside = ([], []) if beir else self._bands(searcher)
        groups = by_language(report, queries)
        compared = None if beir else self._compare(searcher, queries, report, keep)
        if as_json:
            print_json(
                {
                    "report": report,
                    "languages": groups,
                    "translated": translated,
                    "tagger": agreed,
                    "below_floors": short,
                    "bands": bands,
                    "out_of_bounds": outside,
                    "run": compared and run_shape(compared).model_dump(),
                }
            )
        else:
            print_evaluation(
                beir.name if beir else "starter", report, groups, translated, agreed, short
            )
            print_comparison(compared)
            print_bands(bands, outside)
        return not short and not outside

    def _measure(self, searcher: Searcher, queries: list[JudgedQuery]) -> Report:
        from index.evaluation import measure_ranking
        from search_api.web.terminal import progress_bar

        with progress_bar("Searching", len(queries)) as advance:
            return measure_ranking(
                self.catalogue, searcher, queries, fusion=self.fusion, progress=advance
            )

    def _bands(self, searcher: Searcher) -> tuple[list[BandRow], list[str]]:
        """Ask the questions whose evidence should be strong, weak or none; say what is amiss."""
        from index.search.bands import (
            measure_bands,
            out_of_bounds,
            read_band_questions,
            read_bounds,
        )

        questions = read_band_questions(JUDGMENTS_FOLDER / "bands.jsonl")
        rows = measure_bands(self.catalogue, searcher, questions)
        bounds = read_bounds(JUDGMENTS_FOLDER / "floors.toml")
        if self.multilingual is None:
            bounds = {"en": bounds["en"]}
        return rows, out_of_bounds(rows, bounds)

    def _searcher(self) -> Searcher:
        """Index the catalogue and return a searcher over it."""
        from index.local.engine import LocalEngine
        from index.search.searcher import Searcher
        from index.vectors.builder import build_index
        from search_api.web.terminal import progress_bar

        second = self.multilingual
        with progress_bar("Encoding", None) as advance:
            build_index(
                self.catalogue, self.folder, self.encoder, multilingual=second, progress=advance
            )
        return Searcher(LocalEngine(self.folder), self.encoder, self.taxonomy, multilingual=second)

    def _translated(self, searcher: Searcher, queries: list[JudgedQuery]) -> dict[str, Report]:
        """Measure the judged queries in other languages, by language."""
        from index.evaluation import by_language, measure_ranking, read_translations

        asked = read_translations(JUDGMENTS_FOLDER, queries)
        report = measure_ranking(self.catalogue, searcher, asked, fusion=self.fusion)
        return by_language(report, asked)

    def _below_translated(self, translated: dict[str, Report]) -> dict[str, tuple[float, float]]:
        """Return the languages below their floors; none without the encoder that reads them."""
        from index.evaluation import read_floors

        if self.multilingual is None or not translated:
            return {}
        floors = read_floors(JUDGMENTS_FOLDER / "floors.toml", "translated")
        reached = {code: translated[code].means["ndcg_at_10"] for code in floors}
        return {
            f"nDCG@10 of the translation {code}": (reached[code], floor)
            for code, floor in floors.items()
            if reached[code] < floor
        }

    def _compare(
        self,
        searcher: Searcher,
        queries: list[JudgedQuery],
        report: Report,
        keep: Path | None,
    ) -> Compared:
        """Keep the run in the user's own catalogue, if there is one, beside the runs before it."""
        from index.evaluation import find_bands, read_floors
        from search_api.judging.measuring import (
            MEASURE,
            compare,
            keep_compared,
            name_models,
            run_of,
        )
        from search_api.web.terminal import err

        floors = read_floors(JUDGMENTS_FOLDER / "floors.toml")
        run = run_of(
            "starter",
            report,
            queries,
            find_bands(self.catalogue, searcher, queries),
            revision=self.catalogue.revision(),
            model=name_models(self.encoder, self.multilingual),
            floor=floors[MEASURE],
        )
        if keep and keep.exists():
            try:
                with connect(keep) as catalogue:
                    return keep_compared(catalogue, run)
            except CatalogueError as error:
                err.print(f"The run was not kept: {error}", markup=False)
        return compare(run, None)


def _language_of(text: str) -> str | None:
    """Return the language of a collection's document as ingestion finds it."""
    from ingest.metadata import language_hints

    return language_hints(text, None).language


def _cut(document: Document, text: str) -> Sequence[Passage]:
    """Cut a collection's document as ingestion cuts a report."""
    from corpus.model import Passage, passage_id
    from ingest.model import Block, ExtractedPage
    from ingest.text.passages import assemble_pages, cut_passages

    # A collection has plain text: one page and one block keep the offsets of the text.
    assembled = assemble_pages([ExtractedPage(1, (Block(text),))])
    spans = cut_passages(assembled, document.title)
    return [
        Passage(
            passage_id(document.id, f"{n} {c.text}", 0),
            document.id,
            n,
            1,
            1,
            None,
            c.start,
            c.end,
            c.text,
        )
        for n, c in enumerate(spans)
    ]
