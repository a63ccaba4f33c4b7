"""The desk on the command line: the queue, a decision and its undoing, a correction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import connect
from corpus.model import Tag
from corpus.people.log import read_log
from corpus.tags.tags import suggest
from tests.conftest import store_document
from tests.support.commands import salex


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with connect(tmp_path / "data" / "catalogue.sqlite", create=True) as catalogue:
        store_document(catalogue, "visits", "Leaders use evidence.", publishers=("OECD",))
        tag = Tag("visits", "stages", "use", "suggested", score=0.5, model="m", decided_by="tagger")
        with catalogue.transaction():
            suggest(catalogue, tag)
    return tmp_path


def test_the_queue_is_listed_decided_and_taken_back(folder: Path) -> None:
    (tag, gap) = json.loads(salex(folder, "review", "--json").stdout)
    assert (tag["kind"], gap["fields"]) == ("tag", ["year", "kind", "language"])
    decided = salex(folder, "decide", tag["id"], "reject", "--note", "In passing")
    assert decided.returncode == 0, decided.stderr
    assert tag["id"] not in salex(folder, "review").stdout
    again = salex(folder, "decide", tag["id"], "confirm")
    assert (again.returncode, "already" in again.stderr) == (3, True)
    undone = salex(folder, "undo", decided.stdout.split()[-1])
    assert "tag.reject" in undone.stdout
    assert tag["id"] in salex(folder, "review", "--kind", "tag").stdout


def test_a_record_is_corrected_by_field(folder: Path) -> None:
    done = salex(folder, "correct", "visits", "year=2020", "kind=report", "publishers=A; B", "doi=")
    assert done.returncode == 0, done.stderr
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        held = catalogue.document("visits")
        (entry,) = read_log(catalogue, subject="document:visits")
    assert (held.year, held.kind, held.publishers) == (2020, "report", ("A", "B"))
    assert entry.action == "document.correct"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("correct", "visits", "year"), 2), (("correct", "visits", "sha256=0"), 2),
        (("correct", "visits", "kind=novel"), 3), (("correct", "nobody", "year=2020"), 3),
        (("review", "--kind", "novel"), 2), (("decide", "x", "maybe"), 2), (("undo", "9"), 3),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(folder: Path, arguments: tuple[str, ...], status: int) -> None:
    done = salex(folder, *arguments)
    assert done.returncode == status, done.stdout
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_entry_or_item_is_told_by_what_it_is_not(folder: Path) -> None:
    assert "Entry 9999 of the log is not a decision" in salex(folder, "undo", "9999").stderr
    assert "not in the review queue" in salex(folder, "decide", "tag:x", "confirm").stderr
