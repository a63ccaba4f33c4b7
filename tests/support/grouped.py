"""A server with a public group and one for its members, and the headers of all who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.network.groups import create_group, place_person
from tests.support.served import COMMAND_LINE, by_key, key_for, serving

ASKERS: Final = (
    "stranger", "reader", "member", "group member", "group lead", "curator", "admin",
)  # fmt: skip
OUTSIDE: Final = ("stranger", "reader", "member")
LEADING: Final = ("group lead", "curator", "admin")
INSIDE: Final = ("group member", *LEADING)


def opened(client: TestClient) -> Catalogue:
    """Open the catalogue of a server."""
    return connect(client.app.state.service.settings.catalogue_path)


def headers_of_all(served: TestClient) -> dict[str, dict[str, str]]:
    """Return the headers of everybody who may ask."""
    inside = {n: key_for(served.app, "member", name=n) for n in ("group member", "group lead")}
    headers = {name: {"Authorization": f"Bearer {key}"} for name, key in inside.items()}
    roles = ("reader", "member", "curator", "admin")
    return {"stranger": {}, **{role: by_key(served, role) for role in roles}, **headers}


def make_groups(served: TestClient) -> None:
    """Make the two groups, and no other."""
    with opened(served) as catalogue, catalogue.transaction():
        catalogue.db.execute("delete from network_group")
        for slug, visibility in (("open", "public"), ("closed", "members")):
            create_group(
                catalogue, COMMAND_LINE, slug.title(),
                purpose="Work together", visibility=visibility, slug=slug,
            )  # fmt: skip
            place_person(catalogue, COMMAND_LINE, slug, "group lead", "lead")
            place_person(catalogue, COMMAND_LINE, slug, "group member", "member")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve one repository to the tests of a file."""
    with serving(tmp_path_factory.mktemp("groups") / "data", key_requests_per_minute=0) as client:
        yield client


@pytest.fixture(scope="module")
def shown(served: TestClient) -> dict[str, dict[str, str]]:
    """Return the headers of everybody who may ask."""
    return headers_of_all(served)


@pytest.fixture
def client(served: TestClient, shown: dict[str, dict[str, str]]) -> TestClient:
    """Return the server with the two groups as they are at first."""
    make_groups(served)
    return served
