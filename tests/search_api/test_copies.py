"""A server with a copy of the catalogue answers reads as its source does, and takes no changes."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.catalogue.copies import read_alone
from corpus.catalogue.files import copy_atomically
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.errors import BackupInvalid, CatalogueDamaged, CatalogueIsCopy, CatalogueUnwritable
from corpus.people.people import add_person
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.service.settings import Settings, load_settings
from search_api.upkeep import copying
from search_api.upkeep.copying import NOTE, refresh_copy
from search_api.web.declared import PREFIX
from tests.search_api.test_entity_tags import ADDRESSES
from tests.support.fakes import HashEncoder
from tests.support.served import (
    COMMAND_LINE,
    REPORT,
    a_document,
    by_key,
    make_settings,
    serving,
    store,
)

WRITER = "https://write.example.org"
SEARCH = f"{PREFIX}/search?q=wellbeing"
PATIENCE_S = 60.0


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path / "writer") as client:
        yield client


@pytest.fixture
def copy(writer: TestClient, tmp_path: Path) -> Iterator[TestClient]:
    """The server of a copy, with settings that may differ from those of its source."""
    folder = tmp_path / "copy"
    refresh_copy(source_of(writer), folder)
    settings = Settings(data_folder=folder, read_only=True, write_url=WRITER, port=9000)
    app = create_app(settings, encoder=HashEncoder())
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
    read_alone(settings.catalogue_path, on=False)


def source_of(client: TestClient) -> Settings:
    settings: Settings = client.app.state.service.settings  # type: ignore[attr-defined]
    return settings


def bytes_of(client: TestClient) -> str:
    return hashlib.sha256(source_of(client).catalogue_path.read_bytes()).hexdigest()


def retitle(client: TestClient, title: str) -> None:
    with connect(source_of(client).catalogue_path) as catalogue, catalogue.transaction():
        correct_fields(catalogue, COMMAND_LINE, REPORT, {"title": title})


def test_a_copy_gives_the_answers_and_entity_tags_of_its_source(writer, copy):
    tagged = 0
    for address in ADDRESSES:
        if address == "/sign-in":
            continue
        source, copied = (c.get(address, follow_redirects=False) for c in (writer, copy))
        assert copied.status_code == source.status_code, address
        assert copied.headers.get("etag") == source.headers.get("etag"), address
        if "etag" in source.headers:
            tagged += 1
            assert copied.content == source.content, address
    assert tagged >= 20
    known = {"If-None-Match": writer.get(SEARCH).headers["etag"]}
    assert copy.get(SEARCH, headers=known).status_code == 304


def test_every_change_is_refused_with_the_address_of_the_writer(writer, copy):
    key = by_key(writer, "admin")
    refresh_copy(source_of(writer), source_of(copy).data_folder)  # the copy knows the key
    before = bytes_of(copy)
    writes = [
        (path.replace("{", "").replace("}", ""), method.upper())
        for path, methods in copy.app.openapi()["paths"].items()
        for method in methods
        if method not in ("get", "head")
    ]
    assert len(writes) > 25
    for path, method in writes:
        answer = copy.request(method, path, headers=key, json={})
        assert answer.status_code == 405, (method, path)
        problem = answer.json()
        assert problem["type"].endswith("read-only-server")
        assert problem["detail"].endswith(f"Send changes to {WRITER}.")
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.headers["link"] == f'<{WRITER}{path}>; rel="edit"'
    page = copy.post("/lists/new?from=here", data={"title": "A list"})
    assert page.status_code == 405
    assert f"Send changes to {WRITER}." in page.text
    assert copy.get(f"{PREFIX}/log", headers=key).status_code == 200
    assert bytes_of(copy) == before


def test_harvesting_by_post_changes_nothing_and_goes_on(copy):
    answer = copy.post("/oai", data={"verb": "Identify"})
    assert answer.status_code == 200
    assert "<Identify>" in answer.text


def test_people_who_sign_in_are_sent_to_the_writer(copy):
    sent = copy.get("/sign-in?link=abc&next=%2Flists")
    assert sent.status_code == 307
    assert sent.headers["location"] == f"{WRITER}/sign-in?link=abc&next=%2Flists"
    assert sent.headers["cache-control"] == "no-store"
    assert copy.post("/sign-in", data={"key": "x"}).status_code == 405


def test_searches_of_a_copy_are_not_counted(copy):
    before = bytes_of(copy)
    assert copy.get(f"{PREFIX}/search?q=xylophone+quarry").status_code == 200
    service = copy.app.state.service
    service.demand.flush()
    assert (service.demand.on, service.demand.dropped) == (False, 0)
    assert bytes_of(copy) == before
    assert not list(source_of(copy).data_folder.glob("catalogue.sqlite-*"))


def test_a_newer_copy_is_shown_and_its_tags_are_those_of_the_source(writer, copy):
    assert "Giraffes" not in copy.get(SEARCH).text
    retitle(writer, "Giraffes")
    source = writer.get(SEARCH)
    refresh_copy(source_of(writer), source_of(copy).data_folder)
    copied = copy.get(SEARCH)
    assert "Giraffes" in copied.text
    assert copied.json() == source.json()
    assert copied.headers["etag"] == source.headers["etag"]


def test_copies_are_replaced_without_a_failed_or_mixed_answer(writer, copy):
    """Four threads ask both while three generations are built and copied."""
    done, source = Event(), source_of(writer)

    def ask(client: TestClient) -> list[tuple[int, str, int, set[str]]]:
        answers = []
        while not done.is_set():
            got = client.get(f"{PREFIX}/search?q=giraffes&limit=50")
            titles = [hit["document"]["title"] for hit in got.json()["hits"]]
            found = {title for title in titles if "Giraffes" in title}
            answers.append((got.status_code, got.headers["etag"], len(found), {got.text}))
        return answers

    def change() -> None:
        try:
            with connect(source.catalogue_path) as catalogue:
                originals = Originals(source.originals_folder)
                for number in range(3):
                    late = a_document(f"https://example.org/g{number}", f"Giraffes {number}")
                    store(catalogue, originals, late, [f"Giraffes walk through school {number}."])
                    assert build_index(catalogue, source.index_folder, HashEncoder()).published
                    refresh_copy(source, source_of(copy).data_folder)
                    time.sleep(0.3)
        finally:
            done.set()

    with ThreadPoolExecutor(5) as pool:
        asking = [pool.submit(ask, client) for client in (writer, copy) * 2]
        pool.submit(change).result(PATIENCE_S)
        answers = [future.result(PATIENCE_S) for future in asking]
    bodies: dict[str, set[str]] = {}
    for of_thread in answers:
        assert {status for status, *_ in of_thread} == {200}
        found = [number for _, _, number, _ in of_thread]
        assert found == sorted(found), "an answer went back to what was before"
        for _, etag, _, body in of_thread:
            bodies.setdefault(etag, set()).update(body)
    assert {len(different) for different in bodies.values()} == {1}
    last = [client.get(f"{PREFIX}/search?q=giraffes") for client in (writer, copy)]
    assert last[0].headers["etag"] == last[1].headers["etag"]
    assert len(last[1].json()["hits"]) >= 3


def test_a_request_that_began_before_the_copy_was_replaced_keeps_its_file(writer, copy):
    service = copy.app.state.service
    with service.connections.lend() as lent:
        retitle(writer, "Giraffes")
        refresh_copy(source_of(writer), source_of(copy).data_folder)
        assert "Giraffes" in copy.get(SEARCH).text
        newest = service.searcher.view(lent)
        assert newest.documents.revision > lent.revision()
    assert "Giraffes" in copy.get(SEARCH).text
    with service.connections.lend() as lent:
        assert service.searcher.view(lent) is newest


def test_commands_refuse_to_write_to_a_copy(writer, tmp_path, monkeypatch):
    refresh_copy(source_of(writer), tmp_path / "copy")
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "copy"))
    monkeypatch.setenv("SALEX_READ_ONLY", "true")
    settings = load_settings()
    with (
        connect(settings.catalogue_path) as catalogue,
        pytest.raises(CatalogueIsCopy, match="Write where the copy comes from"),
        catalogue.transaction(),
    ):
        add_person(catalogue, COMMAND_LINE, "Zoe", "member")
    monkeypatch.setenv("SALEX_READ_ONLY", "false")
    with connect(load_settings().catalogue_path) as catalogue, catalogue.transaction():
        add_person(catalogue, COMMAND_LINE, "Zoe", "member")


def test_a_copy_of_an_earlier_release_is_left_as_it_is(tmp_path):
    settings = make_settings(tmp_path / "old")
    with sqlite3.connect(settings.catalogue_path) as connection:
        connection.execute("pragma user_version = 3")
    read_alone(settings.catalogue_path)
    with pytest.raises(CatalogueUnwritable, match="an earlier release"):
        connect(settings.catalogue_path)
    read_alone(settings.catalogue_path, on=False)


def test_a_run_copies_only_what_changed_and_removes_what_is_gone(writer, copy):
    source, folder = source_of(writer), source_of(copy).data_folder
    (folder / ".salex-lock").touch()
    assert not refresh_copy(source, folder).changed
    before = (folder / "catalogue.sqlite").stat().st_ino
    retitle(writer, "Giraffes")
    report = refresh_copy(source, folder)
    with connect(source.catalogue_path) as catalogue:
        assert (report.changed, report.revision) == (True, catalogue.revision())
    assert (folder / "catalogue.sqlite").stat().st_ino != before
    gone = next(Originals(source.originals_folder).list_files())
    gone.unlink()
    refresh_copy(source, folder)
    assert {p.name for p in Originals(folder / "originals").list_files()} == {
        p.name for p in Originals(source.originals_folder).list_files()
    }
    assert Originals(folder / "originals").state() == Originals(source.originals_folder).state()


def test_only_an_empty_folder_or_a_copy_becomes_a_copy(writer, tmp_path):
    source = source_of(writer)
    with pytest.raises(BackupInvalid, match="the repository itself"):
        refresh_copy(source, source.data_folder)
    other = make_settings(tmp_path / "other")
    before = other.catalogue_path.read_bytes()
    with pytest.raises(BackupInvalid, match="is not a copy"):
        refresh_copy(source, other.data_folder)
    assert other.catalogue_path.read_bytes() == before
    (tmp_path / "empty").mkdir()
    assert refresh_copy(source, tmp_path / "empty").changed
    assert (tmp_path / "empty" / NOTE).exists()


def test_a_damaged_catalogue_never_replaces_a_copy(writer, copy):
    source, before = source_of(writer), bytes_of(copy)
    writer.__exit__(None, None, None)
    with source.catalogue_path.open("r+b") as file:
        file.seek(100)
        file.write(b"x" * 4000)
    with pytest.raises(CatalogueDamaged, match="salex restore"):
        refresh_copy(source, source_of(copy).data_folder)
    assert bytes_of(copy) == before
    assert copy.get(SEARCH).status_code == 200


def test_a_document_that_is_added_meanwhile_is_copied_with_its_original_or_not_at_all(
    writer, tmp_path, monkeypatch
):
    """It is added while the files beside the catalogue are copied, by what copies each of them."""
    source, folder = source_of(writer), tmp_path / "copy"
    late = [a_document("https://example.org/late", "Giraffes")]

    def add_and_copy(path: Path, target: Path) -> None:
        with connect(source.catalogue_path) as catalogue:
            while late:
                originals = Originals(source.originals_folder)
                store(catalogue, originals, late.pop(), ["Giraffes walk."])
        copy_atomically(path, target)

    monkeypatch.setattr(copying, "copy_atomically", add_and_copy)
    for copied in (False, True):
        refresh_copy(source, folder)
        with connect(folder / "catalogue.sqlite") as catalogue:
            documents = list(catalogue.all_documents())
        assert ("Giraffes" in {d.title for d in documents}) == copied
        named = {d.sha256 for d in documents}
        assert named <= {path.name for path in Originals(folder / "originals").list_files()}


def test_curators_read_a_copy_with_their_key_as_they_read_its_source(writer, copy):
    key = by_key(writer, "admin")
    refresh_copy(source_of(writer), source_of(copy).data_folder)
    for address in ADDRESSES:
        if address != "/sign-in":
            source, copied = (
                c.get(address, headers=key, follow_redirects=False) for c in (writer, copy)
            )
            assert copied.status_code == source.status_code, address


@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed")
def test_the_guide_sends_a_copy_to_another_machine(writer, copy, tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text("utf-8")
    lines = re.findall(r"^rsync .*$", guide, re.MULTILINE)
    assert len(lines) == 2
    there, here = tmp_path / "other" / "data", source_of(copy).data_folder
    there.mkdir(parents=True)
    for title in ("Giraffes", "Zebras"):
        retitle(writer, title)
        refresh_copy(source_of(writer), here)
        for line in lines:
            local = line.replace("/srv/salex/copy", str(here))
            subprocess.run(
                shlex.split(local.replace("reader:/srv/salex/data", str(there))), check=True
            )
        settings = Settings(data_folder=there, read_only=True)
        with TestClient(create_app(settings, encoder=HashEncoder())) as other:
            sent, source = other.get(SEARCH), writer.get(SEARCH)
        assert title in sent.text
        assert sent.headers["etag"] == source.headers["etag"]
        read_alone(settings.catalogue_path, on=False)
