"""A small catalogue with every sort of awkward document, and the application that serves it."""

from __future__ import annotations

import functools
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.model import Document, Page, Passage, Tag, document_id, passage_id
from corpus.people.actors import Actor, Role
from corpus.people.credentials import add_key
from corpus.people.people import add_person, read_people
from corpus.tags.passage_scores import PassageScore, keep_fingerprint, keep_scores
from corpus.tags.tags import decide, suggest
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.serving import open_sockets
from search_api.web.connections import make_server
from search_api.web.patience import Patience
from tests.support.fakes import HashEncoder

REPORT = document_id("https://example.org/wellbeing.pdf")
DIGEST = document_id("starter:ladder")
HOSTILE = document_id("hostile.html")
LOCAL = document_id("/home/someone/reports/local.pdf")
NO_ONE = "0" * 16
COMMAND_LINE = Actor("ops", "admin")

SCRIPT = "<script>alert('x')</script>"
BREAKOUT = "\"'><img src=x onerror=alert(1)>"


def store(
    catalogue: Catalogue, originals: Originals, document: Document, pages: Sequence[str]
) -> tuple[Passage, ...]:
    """Store a document with one passage per page, and the bytes it was made from."""
    text = "\n\n".join(pages)
    starts = [sum(len(p) + 2 for p in pages[:n]) for n in range(len(pages))]
    spans = [(n, start, start + len(pages[n - 1])) for n, start in enumerate(starts, 1)]
    passages = tuple(
        Passage(
            passage_id(document.id, text[start:end], 0),
            document.id,
            n - 1,
            n,
            n,
            f"Heading {n}",
            start,
            end,
            text[start:end],
        )
        for n, start, end in spans
    )
    with_original = replace(
        document, sha256=originals.keep(text.encode()), size_bytes=len(text.encode())
    )
    with catalogue.transaction():
        catalogue.store_document(
            with_original, text, pages=[Page(*span) for span in spans], passages=passages
        )
    return passages


def a_document(source: str, title: str, **fields: object) -> Document:
    defaults = {"media_type": "text/html", "added_at": "2025-01-01T00:00:00Z"}
    whole = {**defaults, "updated_at": "2025-01-01T00:00:00Z", **fields}
    return Document(document_id(source), title, source, sha256="", size_bytes=0, **whole)  # type: ignore[arg-type]


def fill(catalogue: Catalogue, originals: Originals) -> None:
    _report(catalogue, originals)
    _digest(catalogue, originals)
    _hostile(catalogue, originals)
    local = a_document(
        "/home/someone/reports/local.pdf",
        "Kept on this machine",
        media_type="application/pdf",
        page_count=1,
        page_unit="page",
        kind="report",
    )
    store(catalogue, originals, local, ["School leaders share what they learn with peers."])
    for n in range(12):
        filler = a_document(f"https://example.org/{n}", f"Blog {n}", kind="blog", year=2010 + n)
        store(catalogue, originals, filler, [f"Numeracy lessons, instalment {n}, for pupils."])


def _report(catalogue: Catalogue, originals: Originals) -> None:
    report = a_document(
        "https://example.org/wellbeing.pdf",
        "Measuring wellbeing in schools",
        media_type="application/pdf",
        authors=("Ann Author", "Ben Writer"),
        publishers=("Example Institute",),
        countries=("Kenya",),
        year=2021,
        kind="report",
        language="en",
        url="https://example.org/wellbeing.pdf",
        page_count=70,
        page_unit="page",
    )
    pages = [f"Page {n} measures the wellbeing of pupils by survey {n}." for n in range(1, 71)]
    passages = store(catalogue, originals, report, pages)
    tag = Tag(REPORT, "stages", "generation", "suggested", primary=True, score=0.71)
    reason = {"passage_id": passages[2].id, "page": 3, "quote": passages[2].text}
    with catalogue.transaction():
        suggest(catalogue, replace(tag, **reason, model="zero-shot-1", decided_by="tagger"))
        topic = Tag(REPORT, "topics", "foundational-skills-wellbeing", "confirmed", primary=True)
        decide(catalogue, replace(topic, **reason, decided_by="mei"))
        rejected = Tag(REPORT, "topics", "scaling-innovations", "rejected", note="In passing only")
        decide(catalogue, replace(rejected, decided_by="mei"))
        score = PassageScore(passages[2].id, "stages", "generation", 0.71, "zero-shot-1")
        keep_scores(catalogue, REPORT, [score])
        keep_fingerprint(catalogue, REPORT, "made by a test")


def _digest(catalogue: Catalogue, originals: Originals) -> None:
    digest = a_document(
        "starter:ladder",
        "La escalera del bienestar",
        media_type="text/markdown",
        publishers=("Instituto Ejemplo",),
        kind="toolkit",
        language="es",
        url="https://example.org/escalera",
        digest=True,
        confidence="medium",
    )
    store(catalogue, originals, digest, ["El bienestar de los estudiantes se mide por encuesta."])


def _hostile(catalogue: Catalogue, originals: Originals) -> None:
    hostile = a_document(
        "hostile.html",
        f"Hostile {SCRIPT}",
        authors=(BREAKOUT,),
        publishers=(SCRIPT,),
        countries=(BREAKOUT,),
        language='en" onload="alert(1)',
        kind=BREAKOUT,
        url="javascript:alert(document.domain)",
        doi=BREAKOUT,
        licence=SCRIPT,
        summary=SCRIPT,
        note=SCRIPT,
        metadata_origins={"licence": SCRIPT},
    )
    passages = store(catalogue, originals, hostile, [f"Hostile </mark>{SCRIPT} words {BREAKOUT}."])
    tag = Tag(HOSTILE, "topics", BREAKOUT, "confirmed", decided_by=SCRIPT, note=SCRIPT)
    with catalogue.transaction():
        decide(catalogue, replace(tag, passage_id=passages[0].id, quote=SCRIPT))


@functools.cache
def _filled() -> tempfile.TemporaryDirectory[str]:
    """Fill and index a data folder once for all tests of this process."""
    made = tempfile.TemporaryDirectory(prefix="served-")
    settings = Settings(data_folder=Path(made.name))
    with connect(settings.catalogue_path, create=True) as catalogue:
        fill(catalogue, Originals(settings.originals_folder))
        build_index(catalogue, settings.index_folder, HashEncoder())
    return made


def make_settings(folder: Path, **fields: object) -> Settings:
    """Return settings for a filled and indexed data folder of its own."""
    shutil.copytree(_filled().name, folder, dirs_exist_ok=True)
    return Settings(data_folder=folder, **fields)  # type: ignore[arg-type]


def make_app(folder: Path, **fields: object) -> FastAPI:
    return create_app(make_settings(folder, **fields), encoder=HashEncoder())


@contextmanager
def serving(folder: Path, **fields: object) -> Iterator[TestClient]:
    """Serve the application to a client that, like a real one, sees errors only as answers."""
    with TestClient(make_app(folder, **fields), raise_server_exceptions=False) as client:
        yield client


@contextmanager
def listening(app: ASGIApp, patience: Patience | None = None) -> Iterator[str]:
    """Serve the application with the real server, on a free port of the loopback interface."""
    server = make_server(app, patience or Patience())
    sockets = open_sockets("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=[sockets], daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server took too long to start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def key_for(app: FastAPI, role: Role, *, name: str | None = None) -> str:
    """Add a person with this role to the served catalogue, if needed, and return a key for it."""
    name = name or f"the {role}"
    catalogue_path = app.state.service.settings.catalogue_path
    with connect(catalogue_path) as catalogue, catalogue.transaction():
        people = [person for person in read_people(catalogue) if person.name == name]
        person = people[0] if people else add_person(catalogue, COMMAND_LINE, name, role)
        label = "made by a test"
        options = {"label": label, "role": role, "expires_at": None}
        return add_key(catalogue, COMMAND_LINE, person, **options)[1]


def by_key(client: TestClient, role: Role) -> dict[str, str]:
    """Return the headers of a program with this role."""
    return {"Authorization": f"Bearer {key_for(client.app, role)}"}


def signed_in(client: TestClient, role: Role) -> TestClient:
    """Return the browser of a person in this role: it is signed in, and sends an Origin."""
    key = key_for(client.app, role)
    headers = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}
    browser = TestClient(client.app, raise_server_exceptions=False, headers=headers)
    answer = browser.post("/sign-in", data={"key": key}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return browser
