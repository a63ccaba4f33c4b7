"""The commands ``search`` and ``similar``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.model import FIRST_YEAR, LAST_YEAR
from corpus.taxonomy import Taxonomy, load_taxonomy
from index.filters import FILTERS
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import DOCUMENTS, DocumentFormat, Format, name_formats
from search_api.exports.taking import MAX_EXPORTED, Collector, References
from search_api.search.options import filters_of_options, with_options
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from index.model import Query, Results

Words = Annotated[list[str], typer.Argument(help="The question, in plain words.")]
Year = Annotated[int | None, typer.Option(min=FIRST_YEAR, max=LAST_YEAR, help="Inclusive.")]
Undated = Annotated[
    bool,
    typer.Option(
        "--include-undated", help="With a year filter: keep documents whose year is unknown."
    ),
]
Order = Annotated[
    Literal["relevance", "newest", "oldest"],
    typer.Option(help="The order of the documents; those without a year come last."),
]
Spelling = Annotated[bool, typer.Option(help="Correct words that no document has.")]
QueryLanguage = Annotated[
    str | None,
    typer.Option(help="The language of the question, such as es; und if it may be in any."),
]
FormatName = Annotated[
    DocumentFormat | None,
    typer.Option("--format", help=f"All results, without `--limit`: {name_formats(DOCUMENTS)}."),
]
To = Annotated[
    Path | None, typer.Option("--to", help="The file of --format; by default the terminal.")
]
Limit = Annotated[int, typer.Option(min=1, max=50)]


@with_options(FILTERS)
def search(
    words: Words,
    *,
    year_from: Year = None,
    year_to: Year = None,
    include_undated: Undated = False,
    sort: Order = "relevance",
    spelling: Spelling = True,
    query_language: QueryLanguage = None,
    limit: Limit = 5,
    as_json: AsJson = False,
    format_name: FormatName = None,
    to: To = None,
    **asked: Any,
) -> None:
    """Search, and print documents with stages, topics, page, quote and link.

    Examples:

      salex search what works on wellbeing measurement

      salex search "teacher voice" --stage use --topic educator-voice --year-from 2020

      salex search '"growth mindset" title:wellbeing country:Kenya' --sort newest

      salex search teacher voice --format ris --to teacher-voice.ris
    """
    from index.model import Query
    from search_api.search.filters import check_language, clean_text

    chosen = _format_for(format_name, to)
    # Before the model is loaded, so that a wrong filter is reported at once.
    years = {"year_from": year_from, "year_to": year_to, "include_undated": include_undated}
    filters = filters_of_options(load_taxonomy(load_settings().taxonomy_file), asked, **years)
    text, language = clean_text(" ".join(words)), check_language(query_language)
    query = Query(text, filters, limit=limit, sort=sort, spelling=spelling, language=language)
    if chosen:
        _write(replace(query, limit=MAX_EXPORTED, passages_per_hit=1), chosen, to)
    else:
        _answer(query, as_json=as_json)


def _answer(query: Query, *, as_json: bool) -> None:
    from search_api.search.printing import print_results
    from search_api.web.terminal import print_json

    with _searching() as (catalogue, searcher, taxonomy):
        results = searcher.search(catalogue, query)
        if as_json:
            print_json(results)
        else:
            print_results(results, taxonomy)


def _format_for(name: str | None, to: Path | None) -> Format[References] | None:
    """Return the format of the file to write; ``None`` to print the results."""
    chosen = DOCUMENTS[name] if name else None
    if chosen:
        check_destination(chosen, to, DOCUMENTS, option="--to")
    if to and chosen is None:
        raise typer.BadParameter("name the format of the file too", param_hint="--format")
    return chosen


def _write(query: Query, chosen: Format[References], to: Path | None) -> None:
    from corpus.catalogue.originals import Originals
    from search_api.search.exporting import references_of_results

    settings = load_settings()
    with _searching() as (catalogue, searcher, taxonomy):
        results: Results = searcher.search(catalogue, query)
        originals = Originals(settings.originals_folder)
        collector = Collector(originals, taxonomy, settings.base_url or "")
        content = chosen.write(references_of_results(collector, results))
    print_or_write(content, to, f"{len(results.hits):,} documents as {chosen.label}")


def similar(
    document_id: str,
    *,
    limit: Limit = 5,
    as_json: AsJson = False,
) -> None:
    """List the documents most like a document in the repository.

    Example:

      salex similar who5-systematic-review
    """
    from search_api.search.printing import print_hit
    from search_api.web.terminal import err, print_json

    with _searching() as (catalogue, searcher, taxonomy):
        hits = searcher.find_similar(catalogue, document_id, limit=limit)
        problem = searcher.refresh(catalogue).problem
        if problem:
            err.print(problem, markup=False)
        if as_json:
            print_json(hits)
        for hit in () if as_json else hits:
            print_hit(hit, taxonomy)


@contextmanager
def _searching() -> Iterator[tuple[Catalogue, Any, Taxonomy]]:
    from index.search.searcher import Searcher
    from search_api.service.encoders import load_first, load_second
    from search_api.service.engines import open_engine
    from search_api.web.terminal import err

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        encoder, without = load_first(settings)
        if without:
            err.print(f"salex: {without}", style="yellow", markup=False)
        multilingual, problem = load_second(settings)
        yield (
            catalogue,
            Searcher(
                open_engine(settings),
                encoder,
                taxonomy,
                multilingual=multilingual,
                multilingual_problem=problem,
            ),
            taxonomy,
        )
