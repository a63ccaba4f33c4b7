"""Follows questions for tests: documents that come, people who follow, and nothing left over."""

from __future__ import annotations

from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from tests.support.served import a_document, store

BASE = "http://testserver"
QUESTION = "holidays of pupils"


def opened(client: TestClient) -> Catalogue:
    """Open the catalogue of a server."""
    return connect(client.app.state.service.settings.catalogue_path)


def follow_nothing(client: TestClient) -> None:
    """Remove what people follow, their addresses and what ``add`` added."""
    with opened(client) as catalogue, catalogue.transaction():
        for table in ("follow", "mailbox"):
            catalogue.db.execute(f"delete from {table}")
        catalogue.db.execute("delete from document where source like '%/new/%'")
        catalogue.db.execute(
            "delete from publication where document_id not in (select id from document)"
        )


def add(
    client: TestClient,
    name: str,
    text: str = "Long holidays of pupils widen gaps.",
    **fields: object,
) -> str:
    """Add a document and return its id; its title is the name."""
    document = a_document(f"https://example.org/new/{name}", name.capitalize(), **fields)
    with opened(client) as catalogue:
        store(catalogue, client.app.state.service.originals, document, [text])
    return document.id


def follow(browser: TestClient, search: str = f"/search?q={QUESTION}&limit=20") -> str:
    """Follow a search and return the address of its page."""
    answer = browser.post("/following", data={"search": search}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]
