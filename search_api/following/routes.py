"""What a person follows, for programs that act with their key. It is theirs alone."""

from __future__ import annotations

from fastapi import APIRouter, Response

from corpus.people import following
from corpus.people.following import follows_of
from search_api.following.news import (
    News,
    describe_question,
    explain_news,
    find_news,
    start_following,
)
from search_api.following.own_follow import OwnFollow
from search_api.following.shapes import (
    CadenceChange,
    FollowList,
    FollowNews,
    FollowShape,
    MatchShape,
    NewFollow,
    SeenDocuments,
)
from search_api.service.service import Service
from search_api.web.access import SignedIn
from search_api.web.declared import problems, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep

router = APIRouter(tags=["following"])

SHOWN = 30


@router.get(
    "/following",
    operation_id="listFollowed",
    summary="The questions you follow",
    responses=problems(401, 422, 503),
)
def list_followed(
    response: Response, actor: SignedIn, service: ServiceDep, catalogue: CatalogueDep
) -> FollowList:
    """Return what the owner of the key follows, with how many documents are new for each."""
    response.headers["Cache-Control"] = "no-store"
    news = [
        find_news(service, catalogue, one) for one in follows_of(catalogue, str(actor.person_id))
    ]
    return FollowList(followed=[_shape(service, one) for one in news])


@router.post(
    "/following",
    operation_id="followQuestion",
    summary="Follow a question",
    status_code=201,
    responses=writes(409),
)
def follow_question(
    actor: SignedIn, service: ServiceDep, catalogue: CatalogueDep, new: NewFollow
) -> FollowShape:
    """Follow a search. What matches now counts as seen; one that is followed stays as it is.

    Nobody else can read what you follow, and no log has it.
    """
    person = str(actor.person_id)
    made = start_following(service, catalogue, person, new.search, new.cadence)
    return _shape(service, find_news(service, catalogue, made))


@router.get(
    "/following/{follow_id}",
    operation_id="getFollowed",
    summary="What is new for a question you follow",
    responses=problems(401, 404, 422, 503),
)
def get_followed(
    response: Response, one: OwnFollow, service: ServiceDep, catalogue: CatalogueDep
) -> FollowNews:
    """Return the documents that are new for a question, with why each matches."""
    response.headers["Cache-Control"] = "no-store"
    news = find_news(service, catalogue, one)
    shown = news.new[:SHOWN]
    matches = explain_news(service, catalogue, one, shown) if shown else []
    whole = len(shown) == len(news.new)
    return FollowNews(
        follow=_shape(service, news),
        matches=[
            MatchShape(
                document_id=m.document.id,
                title=m.document.title,
                page=service.absolute(f"/documents/{m.document.id}{m.anchor}"),
                passage_id=str(m.passage_id) if m.passage_id else None,
                why=m.why,
            )
            for m in matches
        ],
        told=sorted(news.told) if whole else list(shown),
    )


@router.post(
    "/following/{follow_id}/seen",
    operation_id="markFollowedSeen",
    summary="Mark new documents of a question as seen",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def mark_seen(one: OwnFollow, catalogue: CatalogueDep, seen: SeenDocuments) -> None:
    """Mark documents as seen, so that they are no longer new."""
    with catalogue.transaction():
        following.mark_seen(catalogue, one, list(catalogue.documents(seen.document_ids)))


@router.patch(
    "/following/{follow_id}",
    operation_id="changeFollowed",
    summary="Change how often e-mail tells of a question",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def change_followed(one: OwnFollow, catalogue: CatalogueDep, change: CadenceChange) -> None:
    """Change how often e-mail tells of a question. It needs an address, given on the page."""
    with catalogue.transaction():
        following.change_cadence(catalogue, one, change.cadence)


@router.delete(
    "/following/{follow_id}",
    operation_id="unfollowQuestion",
    summary="Stop following a question",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def unfollow_question(one: OwnFollow, catalogue: CatalogueDep) -> None:
    """Stop following a question, and forget it."""
    with catalogue.transaction():
        following.unfollow(catalogue, one)


def _shape(service: Service, news: News) -> FollowShape:
    one = news.follow
    return FollowShape(
        id=one.id,
        question=describe_question(service, one.question),
        search=one.question,
        page=service.absolute(f"/following/{one.id}"),
        cadence=one.cadence,
        created_at=one.created_at,
        seen_at=one.seen_at,
        new=len(news.new),
        problem=news.problem or None,
    )
