"""Asks the OAI-PMH interface: one request, or a harvest by Sickle, an independent client."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from sickle import Sickle
from sickle.models import Record
from sickle.oaiexceptions import NoRecordsMatch

from corpus.catalogue.catalogue import Catalogue, connect
from search_api.interchange import provider
from tests.support.served import serving

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BASE = "https://evidence.example.org"
TOPIC = "foundational-skills-wellbeing"


class InProcess(Sickle):
    """Sickle, asking the application without a network."""

    def __init__(self, client: TestClient, method: str = "GET") -> None:
        super().__init__(f"{BASE}/oai", http_method=method)
        self.client = client

    def _request(self, arguments: dict[str, str]) -> httpx.Response:
        if self.http_method == "GET":
            return self.client.get("/oai", params=arguments)
        return self.client.post("/oai", data=arguments)


def opened(client: TestClient) -> Catalogue:
    """Open the catalogue of a server."""
    return connect(client.app.state.service.settings.catalogue_path)


def identifier(document_id: str) -> str:
    """Return the identifier of a document's record."""
    return f"oai:evidence.example.org:{document_id}"


def ask(client: TestClient, *, post: bool = False, **arguments: str) -> ET.Element:
    """Return the answer to one request; ``from_`` is the argument ``from``."""
    names = {"from_": "from"}
    sent = {names.get(name, name): value for name, value in arguments.items()}
    answer = client.post("/oai", data=sent) if post else client.get("/oai", params=sent)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def error_of(root: ET.Element) -> str | None:
    """Return the code of the only error."""
    (error,) = root.findall(f"{OAI}error")
    assert error.text
    return error.get("code")


def harvested(client: TestClient, prefix: str = "oai_dc", **arguments: str) -> dict[str, Record]:
    """Return each record by its identifier, of all parts of a list."""
    listed = InProcess(client).ListRecords(metadataPrefix=prefix, **arguments)
    return {record.header.identifier: record for record in listed}


def stamp_all(client: TestClient, at: str = "2026-01-01T00:00:00Z") -> None:
    """Give every record one datestamp."""
    with opened(client) as catalogue:
        catalogue.db.execute("update datestamp set at = ?", [at])


def changed_since(client: TestClient, since: str = "2026-01-02", **arguments: str) -> set[str]:
    """Return the identifiers of the records that a later harvest gets."""
    try:
        return set(harvested(client, **arguments, **{"from": since}))
    except NoRecordsMatch:
        return set()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve one repository to the tests of a file."""
    settings = {"base_url": BASE, "contact": "evidence@example.org"}
    with serving(tmp_path_factory.mktemp("oai") / "data", **settings) as client:
        yield client


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give lists in small parts."""
    monkeypatch.setattr(provider, "RECORDS_AT_ONCE", 4)
    monkeypatch.setattr(provider, "HEADERS_AT_ONCE", 5)
