"""``salex remove``: asks first, names what still has the document, and is in the log."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.commands import salex

NAME = "salex-eln-report"


@pytest.fixture
def folder(starter: Path, tmp_path: Path) -> Path:
    return shutil.copytree(starter, tmp_path / "demo")


def test_nothing_is_removed_without_a_reason_or_a_yes(folder: Path) -> None:
    assert salex(folder, "remove", NAME, "--yes").returncode == 2
    assert salex(folder, "remove", NAME, "--reason", "asked").returncode == 1
    assert "80  documents" in salex(folder, "stats").stdout


def test_a_removed_document_is_gone_from_search_backup_and_audit(folder: Path) -> None:
    salex(folder, "backup", "copies")
    before = len(list((folder / "copies" / "originals").glob("??/*")))
    done = salex(folder, "remove", NAME, "--reason", "The rights holder asked", "--yes")
    assert (done.returncode, done.stderr) == (0, "Next: salex index\n")
    assert "still in backups" in done.stdout
    assert "Lists that still have an entry for it: salex-resources." in done.stdout
    salex(folder, "index")
    assert salex(folder, "audit").returncode == 0
    found = json.loads(salex(folder, "search", "education learning networks", "--json").stdout)
    assert NAME not in json.dumps(found)
    salex(folder, "backup", "copies")
    assert len(list((folder / "copies" / "originals").glob("??/*"))) == before - 1
    assert "document.remove document:" + NAME in salex(folder, "log", "--limit", "1").stdout


def test_what_was_never_removed_cannot_be_allowed(folder: Path) -> None:
    done = salex(folder, "remove", "--allow", "https://example.org/x")
    assert (done.returncode, done.stdout) == (3, "")
    assert "Nothing from https://example.org/x was removed" in done.stderr
