"""Commands that take documents in say what to do next, and only where there is something to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from search_api.cli import make_app

APP = make_app()

NEXT = "Next: salex index"
TEXT = "Teachers who talk to each other share what works. " * 5


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALEX_DATA_FOLDER", "data")
    return tmp_path


def salex(*arguments: str) -> list[str]:
    """Return the lines of standard output, then those of standard error."""
    done = CliRunner().invoke(APP, arguments)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_an_empty_catalogue_asks_for_documents(folder: Path) -> None:
    assert salex("init")[-1].startswith("Next: salex add")
    assert salex("init")[-1].startswith("Next: salex add")
    (folder / "note.txt").write_text(TEXT)
    salex("add", "note.txt")
    assert not [line for line in salex("init") if line.startswith("Next:")]


def test_what_was_added_or_updated_is_to_be_indexed(folder: Path) -> None:
    salex("init")
    (folder / "note.txt").write_text(TEXT)
    assert salex("add", "note.txt") == ["1 added", NEXT]
    assert salex("add", "note.txt") == ["1 unchanged"]
    (folder / "note.txt").write_text(TEXT + "Leaders make time for it.")
    assert salex("add", "note.txt") == ["1 updated", NEXT]


def test_what_was_added_in_doubt_is_to_be_indexed_as_well(folder: Path) -> None:
    salex("init")
    (folder / "notice.html").write_text(f"<h1>Sign in</h1><p>Please log in to continue. {TEXT}</p>")
    said = salex("add", "notice.html")
    assert (said[-2:], said[0].split(":")[0]) == (["1 needs_review", NEXT], "needs_review")
    salex("add", "notice.html")
    (listed, _why) = salex("outcomes", "--kind", "needs_review")
    assert listed.startswith("unchanged (needs_review): ")


def test_what_was_rejected_is_not_to_be_indexed(folder: Path) -> None:
    salex("init")
    (folder / "empty.txt").write_text("")
    assert NEXT not in salex("add", "empty.txt")


def test_the_next_step_is_not_among_the_data(folder: Path) -> None:
    salex("init")
    (folder / "note.txt").write_text(TEXT)
    done = CliRunner().invoke(APP, ["add", "note.txt"])
    assert (done.stdout, done.stderr) == ("1 added\n", f"{NEXT}\n")
    (folder / "note.txt").write_text(TEXT * 2)
    done = CliRunner().invoke(APP, ["add", "note.txt", "--json"])
    assert (done.stdout[-2:], done.stderr) == ("]\n", "")


def test_a_manifest_and_a_second_try_say_it_too(folder: Path) -> None:
    salex("init")
    (folder / "note.txt").write_text("")
    (folder / "sources.csv").write_text("source\nnote.txt\n")
    assert NEXT not in salex("load", "sources.csv")
    (folder / "note.txt").write_text(TEXT)
    assert salex("outcomes", "--code", "empty", "--retry") == ["1 added", NEXT]
    (folder / "note.txt").write_text(TEXT + "Leaders make time for it.")
    assert salex("load", "sources.csv")[-1] == NEXT
