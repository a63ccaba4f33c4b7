"""``salex menu``, ``salex checklist`` and ``salex wanted``: the same tools from a terminal."""

from __future__ import annotations

import json

import pytest
from docx import Document as Word

from corpus.catalogue.catalogue import connect
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import demand
from corpus.tags.factors import decide_factor_passage, factor_passages
from tests.search_api.test_workshop import COACHING, TRUST, network_settings
from tests.support.commands import salex


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a network's documents in ``data``, and an unanswered search."""
    folder = tmp_path_factory.mktemp("tools")
    settings = network_settings(folder / "data")
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        counted = {("school meals", "en", demand.today()): 2, ("gargoyles", "und", "2020-01-01"): 1}
        demand.count(catalogue, counted, keep_days=9999)
    return folder


def test_the_menu_is_printed_as_markdown_or_json(folder):
    text = salex(folder, "menu").stdout
    assert "| Capacity strengthening | 0 | 0 | 1 |" in text
    found = json.loads(salex(folder, "menu", "--format", "json", "--country", "Peru").stdout)
    assert found["documents"] == 1
    assert found["rows"][0]["without_stage"][0]["reason"]["quote"] == COACHING


def test_the_checklist_is_written_as_a_word_file(folder):
    done = salex(folder, "checklist", "--format", "docx", "--out", "checklist.docx")
    assert done.returncode == 0, done.stderr
    written = folder / "checklist.docx"
    assert done.stdout == ""
    assert f"The checklist (sentences: 3) was written to {written}." in done.stderr
    word = Word(str(folder / "checklist.docx"))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert any(TRUST in cell for cell in cells)


def test_a_decision_about_a_sentence_is_taken_back(folder):
    before = salex(folder, "checklist", "--format", "json").stdout
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        sentence = factor_passages(catalogue)[0]
        mei = Actor("mei", "curator")
        decide_factor_passage(
            catalogue, mei, sentence.passage_id, sentence.factor, origin="rejected"
        )
        entry = str(read_log(catalogue, limit=1)[0].id)
    assert salex(folder, "checklist", "--format", "json").stdout != before
    done = salex(folder, "undo", entry)
    assert "Undone: factor.reject of document:" in done.stdout, done.stderr
    factors = json.loads(salex(folder, "checklist", "--format", "json").stdout)["factors"]
    assert factors == json.loads(before)["factors"]
    again = salex(folder, "undo", entry)
    assert (again.returncode, "decided about it since" in again.stderr) == (3, True)


def test_a_word_file_needs_a_name_and_a_topic_has_to_exist(folder):
    assert salex(folder, "checklist", "--format", "docx").returncode == 2
    done = salex(folder, "checklist", "--topic", "x")
    assert done.returncode == 2
    assert "There is no topic 'x'." in " ".join(done.stderr.split())


def test_wanted_lists_forgets_dismisses_and_clears(folder):
    assert "2  school meals  (en; last " in salex(folder, "wanted").stdout
    assert salex(folder, "wanted", "--forget").returncode == 0
    path = folder / "data" / "catalogue.sqlite"
    with connect(path) as catalogue:
        assert [row[0] for row in catalogue.rows("select query from demand")] == ["school meals"]
    assert json.loads(salex(folder, "wanted", "--dismiss", "School MEALS?", "--json").stdout) == []
    with connect(path) as catalogue:
        assert [e.action for e in read_log(catalogue, subject="demand")] == ["demand.dismiss"]
    assert (
        "There are no searches without a good result" in salex(folder, "wanted", "--clear").stdout
    )
    with connect(path) as catalogue:
        assert catalogue.rows("select * from demand") == []
        with catalogue.transaction():
            demand.count(catalogue, {("zithers", "und", demand.today()): 1}, keep_days=9)
    assert "1  zithers  (language not known; last " in salex(folder, "wanted").stdout
    assert salex(folder, "wanted", "--dismiss", "never").returncode == 3
