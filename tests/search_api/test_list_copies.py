"""A list as a folder for a reference manager, which keeps what others put there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.errors import EvidenceError
from corpus.lists.lists import create_draft, resource_list, save_revision
from corpus.model import Entry, Section, Selection
from corpus.people.actors import Actor
from ingest.intake import add_sources
from ingest.records import csl
from search_api.cli import make_app
from tests.conftest import store_document

APP = make_app()
MEI = Actor("Mei", "curator")
OPEN, CLOSED = b"Everybody may read how mentoring works.\n", b"Only buyers may read this.\n"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A list of an open document, a closed one, a withdrawn one, a record, and an address."""
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data" / "catalogue.sqlite"
    with connect(path, create=True) as catalogue:
        originals = Originals(tmp_path / "data" / "originals")
        shown = originals.keep(OPEN)
        store_document(catalogue, "open", "A", sha256=shown, licence="CC BY 4.0", year=2021)
        store_document(catalogue, "closed", "B", sha256=originals.keep(CLOSED), licence="CC BY-NC")
        gone = {"licence": "CC0", "withdrawn_at": "2024-01-01T00:00:00Z"}
        store_document(catalogue, "gone", "C", **gone)
        store_document(catalogue, "record", "D", media_type=csl.MEDIA_TYPE, licence="CC0")
        store_document(catalogue, "unkept", "E", licence="CC0")
        store_document(
            catalogue, "waiting", "F", licence="CC0", pending_since="2024-01-01T00:00:00Z"
        )
        names = ("open", "closed", "gone", "record", "unkept", "waiting")
        entries = (*(Entry(n, n.capitalize(), document_id=n) for n in names), Entry("web", "Web"))
        selection = Selection("Reading", "", (Section("s1", "All", entries=entries),))
        with catalogue.transaction():
            create_draft(catalogue, "reading", selection, MEI)
    return path


def copy():
    done = CliRunner().invoke(
        APP, ["list", "export", "reading", "--with-files", "--to", "zotero"], env={"COLUMNS": "400"}
    )
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def stamps(folder):
    return {
        str(p.relative_to(folder)): (p.stat().st_ino, p.stat().st_mtime_ns)
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_open_files_are_copied_and_each_other_entry_is_named_with_its_reason(data, tmp_path):
    said, folder = copy(), tmp_path / "zotero"
    assert set(stamps(folder)) == {"reading.ris", "reading.salex.json", "files/open.txt"}
    assert (folder / "files" / "open.txt").read_bytes() == OPEN
    written = (folder / "reading.ris").read_text("utf-8")
    assert written.count("TY  - ") == 7
    assert written.count("L1  - ") == 1
    assert "L1  - files/open.txt\nER  - " in written
    assert "2 files written, 0 unchanged, 0 removed" in said
    for line in (
        "Closed. Its licence (CC BY-NC) does not let anybody pass it on.",
        "Gone. It is withdrawn.",
        "Record. Only its record is stored.",
        "Waiting. It is not a public document of this repository.",
        "Web. It is not a public document of this repository.",
    ):
        assert f"Without its file: {line}" in said
    assert "Without its file: Unkept. The original" in said.replace("\n", " ")


def test_a_second_export_writes_nothing_and_later_ones_only_what_changed(data, tmp_path):
    copy()
    folder = tmp_path / "zotero"
    before = stamps(folder)
    assert "0 files written, 2 unchanged, 0 removed" in copy()
    assert stamps(folder) == before
    with connect(data) as catalogue, catalogue.transaction():
        stored = resource_list(catalogue, "reading")
        section = replace(stored.selection.sections[0], entries=stored.selection.entries[1:])
        shorter = replace(stored.selection, sections=(section,))
        save_revision(catalogue, stored.slug, shorter, MEI, based_on=stored.revision)
    assert "1 files written, 0 unchanged, 1 removed" in copy()
    assert set(stamps(folder)) == {"reading.ris", "reading.salex.json"}
    assert json.loads((folder / "reading.salex.json").read_text())["files"].keys() == {
        "reading.ris"
    }


def test_what_others_wrote_is_left_alone(data, tmp_path):
    folder = tmp_path / "zotero"
    (folder / "files").mkdir(parents=True)
    for name in ("files/open.txt", "files/notes.txt"):
        (folder / name).write_text("Mine")
    assert "files/open.txt was not written by this command" in copy()
    assert "L1  - " not in (folder / "reading.ris").read_text("utf-8")
    (folder / "files" / "open.txt").unlink()
    copy()
    (folder / "files" / "open.txt").write_text("Annotated")
    assert "files/open.txt was not written by this command, or was changed" in copy()
    assert (folder / "files" / "open.txt").read_text() == "Annotated"
    assert (folder / "files" / "notes.txt").read_text() == "Mine"
    (folder / "reading.ris").write_text("Mine")
    with pytest.raises(EvidenceError, match=r"reading\.ris was not written by this command"):
        copy()
    assert (folder / "reading.ris").read_text() == "Mine"


def test_a_manifest_names_no_file_elsewhere(data, tmp_path):
    copy()
    victim, manifest = tmp_path / "victim", tmp_path / "zotero" / "reading.salex.json"
    victim.write_bytes(OPEN)
    told = json.loads(manifest.read_text())
    told["files"]["files/../../victim"] = told["files"]["files/open.txt"]
    manifest.write_text(json.dumps(told))
    copy()
    assert victim.exists()
    manifest.write_text("[]")
    with pytest.raises(EvidenceError, match="does not say what was written"):
        copy()


def test_what_goes_out_comes_in_again_as_the_document(data, tmp_path):
    copy()
    with connect(tmp_path / "other.sqlite", create=True) as other:
        exported = str(tmp_path / "zotero" / "reading.ris")
        first, *_ = add_sources([exported], other, Originals(tmp_path / "kept"), workers=0)
        stored = other.document(first.document_id)
        assert (stored.title, stored.year) == ("Open", 2021)
        assert other.text(stored.id) == OPEN.decode().strip()


def test_files_need_a_folder(data):
    done = CliRunner().invoke(APP, ["list", "export", "reading", "--with-files"])
    assert done.exit_code == 2
    assert "files need a folder" in done.output
