"""Groups: who reads and changes what, for every route of a public group and of a closed one."""

from __future__ import annotations

from typing import Final

import pytest
from fastapi.testclient import TestClient

from corpus.people.log import read_log
from tests.search_api.test_access import ROUTES, Route
from tests.support.grouped import (
    ASKERS,
    INSIDE,
    LEADING,
    OUTSIDE,
    client,
    opened,
    served,
    shown,
)

__all__ = ["client", "served", "shown"]

DONE: Final = {200, 201, 204, 303, 409, 412, 422}
"""The statuses of those who may: another may have done the same before, or have changed it."""
READS: Final = ("GET /groups/{slug}", "GET /api/v1/groups/{slug}")
BY_CURATORS: Final = {
    "POST /groups", "POST /api/v1/groups",
    "POST /groups/{slug}/state", "PUT /api/v1/groups/{slug}/state",
}  # fmt: skip
BY_PEOPLE: Final = {"POST /groups/{slug}/proposals", "POST /api/v1/groups/{slug}/proposals"}
BY_LEADS: Final = {
    "PATCH /api/v1/groups/{slug}", "POST /groups/{slug}/details",
    "POST /groups/{slug}/people", "POST /api/v1/groups/{slug}/people",
    "DELETE /api/v1/groups/{slug}/people/{person_id}",
    "POST /groups/{slug}/items", "POST /api/v1/groups/{slug}/items",
    "DELETE /api/v1/groups/{slug}/items/{item_id}",
    "POST /groups/{slug}/proposals/{proposal_id}",
    "PUT /api/v1/groups/{slug}/proposals/{proposal_id}",
}  # fmt: skip
SENT: Final = {
    "POST /api/v1/groups": {"name": "Other", "purpose": "Another"},
    "POST /groups": {"name": "Other", "purpose": "Another"},
    "PUT /api/v1/groups/{slug}/state": {"archived": False},
    "POST /groups/{slug}/state": {"archived": "false"},
    "PATCH /api/v1/groups/{slug}": {"notes": "Read this first."},
    "POST /groups/{slug}/details": {
        "name": "G", "purpose": "P", "notes": "N", "visibility": "public", "state": "0",
    },
    "POST /api/v1/groups/{slug}/people": {"name": "the curator"},
    "POST /groups/{slug}/people": {"name": "the curator", "role": "member"},
    "POST /api/v1/groups/{slug}/items": {"kind": "own_question", "value": "Who leads?"},
    "POST /groups/{slug}/items": {"kind": "own_question", "value": "Who leads?"},
    "POST /api/v1/groups/{slug}/proposals": {"kind": "note", "value": "Meet in May."},
    "POST /groups/{slug}/proposals": {"kind": "note", "value": "Meet in June."},
    "PUT /api/v1/groups/{slug}/proposals/{proposal_id}": {"decision": "accept"},
    "POST /groups/{slug}/proposals/{proposal_id}": {"decision": "accept"},
}  # fmt: skip
"""What is sent, so that only the caller can be the reason of a refusal."""
OF_GROUPS: Final = [r for r in ROUTES if r.path.removeprefix("/api/v1").startswith("/groups")]


def fill(path: str, slug: str) -> str:
    return (
        path.replace("{slug}", slug)
        .replace("{proposal_id}", "1")
        .replace("{item_id}", "1")
        .replace("{person_id}", "1")
    )


def send(client: TestClient, route: Route, slug: str, headers: dict[str, str]) -> int:
    sent = SENT.get(str(route), {})
    body = {"json": sent} if route.path.startswith("/api/") else {"data": sent}
    if route.method in ("GET", "DELETE"):
        body = {}
    answer = client.request(
        route.method, fill(route.path, slug),
        headers=headers | {"If-Match": "*"}, follow_redirects=False, **body,
    )  # fmt: skip
    return answer.status_code


def promised(route: Route, asker: str, slug: str) -> set[int]:
    """Say how a request ends, as a table and without the code that decides it."""
    name = str(route)
    sign_in = {401} if route.path.startswith("/api/") or route.method != "GET" else {303, 401}
    if name in ("GET /groups", "GET /api/v1/groups"):
        return {200}
    hidden = slug == "closed" and asker in OUTSIDE
    if name in READS:
        return {404} if hidden else {200}
    if asker == "stranger":
        return sign_in
    if asker == "reader":
        return {403}
    if name in BY_CURATORS:
        return DONE if asker in ("curator", "admin") else {403}
    if hidden:
        return {404}
    may = INSIDE if name in BY_PEOPLE else LEADING
    if asker not in may:
        return {403}
    return {404} if "_id}" in name else DONE


def test_every_route_of_groups_is_in_the_matrix():
    named = {*READS, *BY_CURATORS, *BY_PEOPLE, *BY_LEADS, "GET /groups", "GET /api/v1/groups"}
    assert {str(route) for route in OF_GROUPS} == named


@pytest.mark.parametrize("slug", ["open", "closed"])
def test_nothing_is_open_that_should_be_closed(client, shown, slug):
    for route in OF_GROUPS:
        for asker in ASKERS:
            before = newest(client)
            status = send(client, route, slug, shown[asker])
            where = (str(route), asker, slug)
            assert status in promised(route, asker, slug), where
            if status in (401, 403, 404):
                assert newest(client) == before, where


def newest(client: TestClient) -> int:
    with opened(client) as catalogue:
        return max((entry.id for entry in read_log(catalogue, limit=1)), default=0)
