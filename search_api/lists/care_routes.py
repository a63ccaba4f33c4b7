"""Routes that help curators keep a list up to date: warnings and suggested documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from corpus.lists.lists import resource_list, suggestions_of
from search_api.answers.presenting import Presenter
from search_api.lists import shapes as s
from search_api.lists.draft_routes import READS, WRITES, answer_with_draft, revision_read
from search_api.lists.entries import accept_suggestion, reject_suggestion, suggest_documents
from search_api.lists.presenting import ListPresenter
from search_api.lists.routes import SlugPath
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch

router = APIRouter(tags=["lists"])


@router.get(
    "/lists/{slug}/warnings",
    operation_id="listListWarnings",
    summary="Warnings about a list",
    responses=READS,
)
def list_warnings(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    slug: SlugPath,
) -> s.WarningsAnswer:
    """Return entries whose document is removed, withdrawn or replaced, and links that failed."""
    response.headers["Cache-Control"] = "no-store"
    selection = resource_list(catalogue, slug).selection
    return ListPresenter(service, catalogue).warnings(slug, selection)


@router.get(
    "/lists/{slug}/suggestions",
    operation_id="listSuggestions",
    summary="Documents that may belong to a list",
    responses=READS,
    openapi_extra={"x-example": "?limit=5"},
)
def list_suggestions(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    slug: SlugPath,
    limit: Annotated[int, Query(ge=1, le=50, description="How many to return.")] = 5,
) -> s.SuggestionsAnswer:
    """Return the documents most like those in the list, except those already judged."""
    response.headers["Cache-Control"] = "no-store"
    stored = resource_list(catalogue, slug)
    hits = suggest_documents(service.searcher, catalogue, stored, limit=limit)
    presenter = Presenter(service)
    return s.SuggestionsAnswer(
        slug=slug,
        hits=[presenter.hit(hit) for hit in hits],
        judged=[
            s.SuggestionShape(
                document_id=x.document_id,
                decision=x.decision,
                decided_by=x.decided_by,
                decided_at=x.decided_at,
            )
            for x in suggestions_of(catalogue, slug)
        ],
    )


@router.put(
    "/lists/{slug}/suggestions/{document_id}",
    operation_id="judgeSuggestion",
    summary="Accept or reject a suggested document",
    responses=WRITES,
)
def judge(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    slug: SlugPath,
    document_id: Annotated[str, Path(description="The suggested document's id.")],
    body: s.JudgementInput,
    if_match: IfMatch = None,
) -> s.DraftShape:
    """Add the document to the draft (with If-Match), or remove it from the suggestions."""
    with catalogue.transaction():
        stored = resource_list(catalogue, slug)
        if body.decision == "rejected":
            catalogue.document(document_id)
            reject_suggestion(catalogue, slug, document_id, actor)
        else:
            revision = revision_read(stored, if_match)
            accept_suggestion(
                catalogue, stored, document_id, actor, based_on=revision, section_id=body.section
            )
        return answer_with_draft(service, catalogue, response, slug)
