"""The page of judged queries, and the form under each hit; both for curators."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.errors import JudgementNotFound
from corpus.review import judgements
from index.search.language import Code, language_of_question
from search_api.judging.presenting import list_judgements
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep
from search_api.web.languages import current, gettext
from search_api.web.links import own_address, split_address
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

QUERIES_SHOWN: Final = 500
PAGE: Final = "/judgements"
_UNCACHED: Final = {"Cache-Control": "no-store"}


@router.get(PAGE)
def judged_queries(request: Request, catalogue: CatalogueDep, _actor: Curator) -> Response:
    """Show the judged queries, their figures and the last runs."""
    shown = list_judgements(catalogue, limit=QUERIES_SHOWN)
    ids = [j.document_id for query in shown.queries for j in query.judgements]
    return render(
        request,
        "judgements.html",
        headers=_UNCACHED,
        judged=shown,
        most=QUERIES_SHOWN,
        titles={i: d.title for i, d in catalogue.documents(ids).items()},
        language_name=_language_name,
    )


def _language_name(code: str) -> str:
    return gettext("not known") if code in ("und", "unknown") else current().language(code)


@router.post(PAGE)
def judge_hit(
    catalogue: CatalogueDep,
    actor: Curator,
    query: Annotated[str, Form(max_length=10_000)],
    document: Annotated[str, Form(max_length=200)],
    mark: Annotated[Literal["answers", "does_not", "none"], Form()],
    passage: Annotated[str, Form(max_length=20, pattern=r"^\d*$")] = "",
    language: Annotated[Code | Literal[""], Form()] = "",
    back: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """Mark a hit, or remove its mark, and return to where the button was."""
    if mark == "none":
        _remove(catalogue, actor, query, document)
    else:
        judgements.judge(
            catalogue,
            actor,
            query,
            document,
            mark=mark,
            language=language or language_of_question(query),
            passage_id=int(passage) if passage else None,
        )
    return RedirectResponse(way_back(back, document), 303, _UNCACHED)


def _remove(catalogue: CatalogueDep, actor: Curator, query: str, document: str) -> None:
    try:
        judgements.retract_judgement(catalogue, actor, judgements.id_of_query(query), document)
    except JudgementNotFound:
        return  # a second click


def way_back(address: str, document: str) -> str:
    """Return the address of a page of results at a hit; any other address is not followed."""
    parts = split_address(own_address(address))
    return f"/search?{parts.query}#hit-{document}" if parts.path == "/search" else PAGE
