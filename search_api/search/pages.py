"""The pages: home, results, browsing, and the description of the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import newest_published
from corpus.review.judgements import Mark, find_problem, marks_for
from index.filters import FILTER_OF
from index.model import Query, Results
from index.search.language import LANGUAGES
from search_api.answers.holdings import stats_of
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import FacetShape
from search_api.exports.answering import is_file
from search_api.exports.formats import DOCUMENTS
from search_api.exports.json_ld import describe_list
from search_api.exports.metadata import context_object
from search_api.exports.taking import MAX_EXPORTED, Collector
from search_api.search.addresses import (
    address_as_typed,
    brief_of_query,
    export_address,
    feed_of_query,
    how_pairs,
    json_twin,
    make_chips,
    missing_of_query,
    neighbouring_pages,
    other_languages,
    other_orders,
)
from search_api.search.exporting import answer_results, references_of_results
from search_api.search.params import ChosenFormat, PageBrowseQuery, PageSearchQuery
from search_api.search.presenting import present_results
from search_api.search.routes import count_unanswered
from search_api.search.wording import totals_message
from search_api.service.service import Service
from search_api.web.access import caller_of
from search_api.web.declared import ANYWHERE, PREFIX
from search_api.web.dependencies import (
    CatalogueDep,
    Freshness,
    FreshnessWithMarks,
    ServiceDep,
)
from search_api.web.languages import question_for_example
from search_api.web.problems import ANSWERS, LOAD_ANSWERS, REQUEST_ANSWERS
from search_api.web.rendering import STATIC_FOLDER, render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MANY_TERMS: Final = 4
"""From how many terms of a parameter on the page of the API lists them once."""
NEWEST: Final = 5
"""Documents on the home page."""


@router.get("/")
def home(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, fresh: Freshness
) -> Response:
    """Show the search box, then stages, topics, the newest documents and a list, and figures."""
    stats = stats_of(service, catalogue)
    newest = service.searcher.search(catalogue, Query("", limit=NEWEST, sort="newest"))
    presenter, featured = Presenter(service), newest_published(catalogue)
    return render(
        request,
        "home.html",
        headers=fresh,
        stats=stats,
        examples=service.taxonomy.questions,
        example=question_for_example(service.taxonomy),
        stages=_ways_in(service, "stages", stats.facets),
        topics=_ways_in(service, "topics", stats.facets),
        newest=[presenter.hit(hit).document for hit in newest.hits],
        featured=(featured.slug, featured.published) if featured else None,
    )


def _ways_in(
    service: Service, vocabulary: str, facets: Sequence[FacetShape]
) -> list[dict[str, Any]]:
    """Return each term with its number of documents, in the vocabulary's order."""
    parameter = FILTER_OF[vocabulary].parameter
    counts = {v.value: v.count for f in facets if f.parameter == parameter for v in f.values}
    terms = service.taxonomy.vocabulary(vocabulary).terms.values()
    return [
        {"parameter": parameter, "term": term, "count": counts.get(term.id, 0)} for term in terms
    ]


@router.get("/search")
def search(
    request: Request,
    background: BackgroundTasks,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: PageSearchQuery,
    format_name: ChosenFormat,
    fresh: FreshnessWithMarks,
) -> Response:
    """Show ranked documents with their quotes, and the filters beside them."""
    results = service.searcher.search(catalogue, query)
    if "uncounted" not in request.query_params:  # in links from the list of wanted searches
        count_unanswered(request, background, service, results)
    return _results_page(
        request,
        service,
        results,
        fresh,
        format_name=format_name,
        marks=_marks(request, catalogue, results),
    )


def _marks(request: Request, catalogue: Catalogue, results: Results) -> dict[str, Mark] | None:
    """Return the marks on the hits by document, or ``None`` if this caller cannot mark them."""
    query = results.query.text
    if not caller_of(request).actor.may("curator") or find_problem(query):
        return None
    return marks_for(catalogue, query)


@router.get("/documents")
def browse(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: PageBrowseQuery,
    format_name: ChosenFormat,
    fresh: Freshness,
) -> Response:
    """Show the documents, newest first, with the same filters."""
    results = service.searcher.search(catalogue, query)
    return _results_page(request, service, results, fresh, format_name=format_name)


def _results_page(
    request: Request,
    service: Service,
    results: Results,
    headers: dict[str, str],
    *,
    format_name: str | None,
    marks: dict[str, Mark] | None = None,
) -> Response:
    path = request.url.path
    twin = json_twin(f"{PREFIX}{path}", results.query)
    if is_file(format_name):
        return answer_results(service, results, format_name, headers)
    if format_name:
        return RedirectResponse(twin, 303)
    taken = references_of_results(Collector.of(service), results)
    return render(
        request,
        "results.html",
        headers=headers,
        json_ld=describe_list(taken, in_short=True),
        coins=[context_object(item) for item in taken.items],
        answer=present_results(service, results),
        totals=totals_message(results),
        chips=make_chips(path, results),
        as_typed=address_as_typed(path, results.query),
        how=how_pairs(results.query),
        orders=other_orders(path, results.query),
        asked_in=results.language if results.language in LANGUAGES else None,
        other_languages=other_languages(path, results),
        turn=neighbouring_pages(path, results),
        twin=twin,
        feed=feed_of_query(results.query),
        most=MAX_EXPORTED,
        brief=brief_of_query(results.query),
        missing=missing_of_query(results.query),
        marks=marks,
        here=f"{path}?{request.url.query}",
        formats=[(name, known.label) for name, known in DOCUMENTS.items()],
        downloads=[
            (known.label, export_address(f"{PREFIX}/search/export", results.query, name))
            for name, known in DOCUMENTS.items()
        ],
    )


@router.get("/api")
def api(request: Request) -> Response:
    """Describe the API from its OpenAPI document, without scripts or external files."""
    schema = request.app.openapi()
    operations = [
        _operation(path, method, operation, schema["components"]["schemas"])
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    _list_terms_once(operations)
    return render(
        request,
        "api.html",
        description=schema["info"]["description"],
        operations=operations,
        anywhere=ANYWHERE,
        answers=sorted(
            {*ANSWERS.values(), *REQUEST_ANSWERS, *LOAD_ANSWERS}, key=lambda a: (a.status, a.code)
        ),
        openapi_url=request.app.openapi_url,
    )


def _list_terms_once(operations: Iterable[dict[str, Any]]) -> None:
    """Let a parameter that an operation before has with the same terms lead there."""
    listed: dict[tuple[str, ...], str] = {}
    for operation in operations:
        for parameter in operation["parameters"]:
            terms = parameter["terms"]
            first = listed.setdefault((parameter["name"], *map(str, terms)), operation["id"])
            if len(terms) >= MANY_TERMS and first != operation["id"]:
                parameter |= {"terms": [], "terms_at": first}


def _operation(
    path: str, method: str, operation: dict[str, Any], shapes: dict[str, Any]
) -> dict[str, Any]:
    # The example is a link, so only GET has one.
    readable = method == "get" and "{" not in path
    return {
        "id": operation["operationId"],
        "route": f"{method.upper()} {path}",
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "role": operation.get("x-role"),
        "parameters": sorted(
            (_parameter(p, shapes) for p in operation.get("parameters", ())), key=_place
        ),
        "example": path + operation.get("x-example", "") if readable else None,
        "statuses": [s for s in operation["responses"] if s not in map(str, ANYWHERE)],
    }


def _place(parameter: dict[str, Any]) -> int:
    """Return a parameter's position: the query first, paging last."""
    return {"q": -1, "limit": 1, "cursor": 2}.get(parameter["name"], 0)


def _parameter(parameter: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    forms = [
        shapes[form["$ref"].rsplit("/", 1)[-1]] if "$ref" in form else form
        for form in (schema, schema.get("items", {}), *schema.get("anyOf", ()))
    ]
    ranges = ((form["minimum"], form["maximum"]) for form in forms if "maximum" in form)
    return {
        "name": parameter["name"],
        "required": parameter["required"],
        "description": parameter.get("description", ""),
        "terms": next((form["enum"] for form in forms if "enum" in form), []),
        "terms_at": None,
        "range": next(ranges, None),
        "default": schema.get("default"),
    }


@router.get("/favicon.svg")
def favicon() -> Response:
    """Return the icon."""
    return FileResponse(STATIC_FOLDER / "favicon.svg", media_type="image/svg+xml")
