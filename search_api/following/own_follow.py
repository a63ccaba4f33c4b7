"""The followed question that an address names, if the caller is the one who follows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from corpus.people.following import Follow, follow_of
from search_api.web.access import SignedIn
from search_api.web.dependencies import CatalogueDep

FollowId = Annotated[str, Path(max_length=32, description="The `id` of a followed question.")]


def _own(actor: SignedIn, catalogue: CatalogueDep, follow_id: FollowId) -> Follow:
    return follow_of(catalogue, str(actor.person_id), follow_id)


OwnFollow = Annotated[Follow, Depends(_own)]
