"""The commands ``search`` and ``similar``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import ModelUnavailable
from corpus.model import FIRST_YEAR, LAST_YEAR
from corpus.taxonomy import Taxonomy, load_taxonomy
from index.filters import FILTERS
from search_api.search.options import filters_of_options, with_options
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

Year = Annotated[int | None, typer.Option(min=FIRST_YEAR, max=LAST_YEAR, help="Inclusive.")]


@with_options(FILTERS)
def search(
    words: Annotated[list[str], typer.Argument(help="The question, in plain words.")],
    *,
    year_from: Year = None,
    year_to: Year = None,
    include_undated: Annotated[
        bool,
        typer.Option(
            "--include-undated",
            help="With a year filter: keep documents whose year is unknown.",
        ),
    ] = False,
    sort: Annotated[
        Literal["relevance", "newest", "oldest"],
        typer.Option(help="The order of the documents; those without a year come last."),
    ] = "relevance",
    spelling: Annotated[bool, typer.Option(help="Correct words that no document has.")] = True,
    query_language: Annotated[
        str | None,
        typer.Option(help="The language of the question, such as es; und if it may be in any."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    as_json: AsJson = False,
    **asked: Any,
) -> None:
    """Search, and print documents with stages, topics, page, quote and link.

    Examples:

      salex search what works on wellbeing measurement

      salex search "teacher voice" --stage use --topic educator-voice --year-from 2020

      salex search '"growth mindset" title:wellbeing country:Kenya' --sort newest
    """
    from index.model import Query
    from search_api.search.filters import check_language, clean_text
    from search_api.search.printing import print_results
    from search_api.web.terminal import print_json

    # Before the model is loaded, so that a wrong filter is reported at once.
    filters = filters_of_options(
        load_taxonomy(load_settings().taxonomy_file),
        asked,
        year_from=year_from,
        year_to=year_to,
        include_undated=include_undated,
    )
    text, language = clean_text(" ".join(words)), check_language(query_language)
    query = Query(text, filters, limit=limit, sort=sort, spelling=spelling, language=language)
    with _searching() as (catalogue, searcher, taxonomy):
        results = searcher.search(catalogue, query)
        if as_json:
            print_json(results)
        else:
            print_results(results, taxonomy)


def similar(
    document_id: str,
    *,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
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
    from index.vectors.encoder import Encoder, load_encoder
    from search_api.service.encoders import load_second
    from search_api.web.terminal import err

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        encoder: Encoder | None = None
        try:
            encoder = load_encoder(settings.model, precision=settings.precision)
        except ModelUnavailable as error:
            err.print(f"salex: {error}", style="yellow", markup=False)
        multilingual, problem = load_second(settings)
        yield (
            catalogue,
            Searcher(
                settings.index_folder,
                encoder,
                taxonomy,
                multilingual=multilingual,
                multilingual_problem=problem,
            ),
            taxonomy,
        )
