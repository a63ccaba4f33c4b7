"""``salex tag``: shows before it changes, refuses what is no better, and puts back what it did."""

from __future__ import annotations

import json
import shutil

import pytest

from corpus.catalogue.catalogue import connect
from tests.support.commands import salex


@pytest.fixture(scope="module")
def folder(starter, tmp_path_factory):
    """The starter corpus without its topics' decisions for ten documents, indexed."""
    folder = shutil.copytree(starter, tmp_path_factory.mktemp("tagging"), dirs_exist_ok=True)
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        catalogue.db.execute(
            """
            delete from tag where vocabulary = 'topics' and document_id in (
                select id from document order by id limit 10
            )
            """
        )
    assert salex(folder, "tag").returncode == 0
    return folder


def _rows(folder):
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        return catalogue.rows("select * from tag order by document_id, vocabulary, term")


@pytest.mark.parametrize(
    "options", [["--undo", "--train"], ["--dry-run"]], ids=["undo and train", "dry run of nothing"]
)
def test_options_that_do_not_go_together_are_refused(folder, options):
    before = _rows(folder)
    assert salex(folder, "tag", *options).returncode == 2
    assert _rows(folder) == before


def test_nothing_can_be_adopted_or_undone_before_anything_was_learned(folder):
    adopted = salex(folder, "tag", "--adopt")
    assert (adopted.returncode, "salex tag --train" in adopted.stderr) == (1, True)
    undone = salex(folder, "tag", "--undo")
    assert (undone.returncode, "nothing to undo" in undone.stderr) == (3, True)


@pytest.mark.prove
def test_learned_shown_adopted_and_undone(folder):
    before = _rows(folder)
    shown = json.loads(salex(folder, "tag", "--train", "--json").stdout)
    assert shown["better"]
    assert {c["vocabulary"] for c in shown["changes"]} == {"topics"}
    assert _rows(folder) == before

    assert "salex tag --train --adopt" in (folder / "said").read_text()
    adopted = salex(folder, "tag", "--adopt").stdout
    assert "is in use. To undo this, run: salex tag --undo" in adopted
    assert "To use it" not in adopted
    changed = {(r[0], r[2]) for r in _rows(folder)} ^ {(r[0], r[2]) for r in before}
    assert {document for document, _ in changed} <= {c["document_id"] for c in shown["changes"]}
    assert changed

    assert salex(folder, "tag", "--adopt").returncode == 1
    assert salex(folder, "tag", "--undo").returncode == 0
    assert _rows(folder) == before
    assert salex(folder, "audit").returncode == 0
