"""Fixtures shared by all rooms: a catalogue, documents to put in it, and an index over them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.documents.outcomes import record_outcome
from corpus.model import Document, Outcome, Page, Passage, passage_id
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from tests.support.browsing import launched
from tests.support.fakes import HashEncoder
from tests.support.starter import starter_in

SHARED = Path(__file__).parents[2] / "shared"
"""Test collections and real documents beside the checkout; without them, some tests are skipped."""

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Store = Callable[..., Document]

FIRST = (
    "search_api/test_commands.py",
    "hostile/test_hostile.py",
    "corpus/test_backup_safety.py",
    "search_api/test_openapi.py",
    "ingest/test_kill.py",
    "search_api/test_upload_kills.py",
    "search_api/test_browser_lists.py",
    "ingest/test_sources_safety.py",
    "search_api/test_browser.py",
    "search_api/test_browser_review.py",
    "search_api/test_access.py",
    "index/test_tagging_adopting.py",
    "test_docs.py",
    "search_api/test_tagging.py",
    "ingest/test_records.py",
    "ingest/test_harvest_oai.py",
    "ingest/test_sources_polite.py",
    "search_api/test_browser_workshop.py",
)
"""The slowest files, so that no worker is left with one at the end. Of the first three one makes
the starter corpus, and the others do not need it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first; the order within each file stays."""

    def turn(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((n for n, name in enumerate(FIRST) if path.endswith(name)), len(FIRST))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Leave what was imported out of later searches for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue in a folder of its own."""
    with connect(tmp_path / "catalogue.sqlite", create=True) as opened:
        yield opened


def store_document(
    catalogue: Catalogue, name: str, *texts: str, pages: int = 1, **fields: object
) -> Document:
    """Store a document with a passage for each text, each on its own page if there are enough."""
    text = "\n\n".join(texts)
    passages, bounds, start = [], [], 0
    for position, part in enumerate(texts):
        page = position + 1 if pages == len(texts) else 1
        identity = passage_id(name, part, texts[:position].count(part))
        end = start + len(part)
        passages.append(Passage(identity, name, position, page, page, None, start, end, part))
        bounds.append(Page(page, start, end))
        start = end + 2
    stored_pages = bounds if pages == len(texts) else [Page(1, 0, len(text))]
    values = {
        "id": name,
        "title": name.replace("-", " ").capitalize(),
        "source": f"file:///{name}.txt",
        "media_type": "text/plain",
        "sha256": f"{name:0<64}",
        "size_bytes": len(text),
        "page_count": pages,
        "added_at": now(),
        "updated_at": now(),
    } | fields
    document = Document(**values)  # type: ignore[arg-type]
    with catalogue.transaction():
        catalogue.store_document(document, text, pages=stored_pages, passages=passages)
        record_outcome(
            catalogue, Outcome(document.source, "added", "made by a test", document_id=name)
        )
    return document


@pytest.fixture
def store(catalogue: Catalogue) -> Store:
    """Store a document in ``catalogue``: ``store("id", "first passage", "second", year=2020)``."""
    return lambda name, *texts, **fields: store_document(catalogue, name, *texts, **fields)


@pytest.fixture
def searching(catalogue: Catalogue, tmp_path: Path) -> Callable[[], Searcher]:
    """Index ``catalogue`` with the fake encoder and return a searcher over it."""

    def index() -> Searcher:
        build_index(catalogue, tmp_path / "index", HashEncoder())
        return Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())

    return index


@pytest.fixture
def shared() -> Path:
    """The folder of shared test material, or a skip."""
    if not SHARED.is_dir():
        pytest.skip("the shared test collections are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the starter corpus, taken in and indexed. Tests share it: work in a copy."""
    own = tmp_path_factory.getbasetemp()
    return starter_in(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, shared by all tests of a file; each uses a browser context of its own."""
    with launched() as started:
        yield started
