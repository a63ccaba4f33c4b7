"""Commands where ``read_only`` is set: a copy is audited, and nothing is written to it."""

from __future__ import annotations

import pytest

from tests.support.commands import salex


@pytest.fixture
def on_copy(tmp_path):
    """Return what runs a command on a copy of a small repository."""
    (tmp_path / "notes.md").write_text("# Notes\n\n" + "Teachers who plan together learn. " * 20)
    for command in (("init",), ("add", "notes.md"), ("index",), ("copy", "copied")):
        done = salex(tmp_path, *command, TEST_QUICK="1")
        assert done.returncode == 0, done.stderr

    def run(*command):
        settings = {"SALEX_DATA_FOLDER": "copied", "SALEX_READ_ONLY": "true"}
        return salex(tmp_path, *command, TEST_QUICK="1", **settings)

    return run


def test_a_copy_is_sound_without_the_vectors_that_stay_where_they_were_made(on_copy):
    audited = on_copy("audit")
    assert audited.returncode == 0, audited.stdout
    assert "vectors equal passages" in audited.stdout
    assert "kept apart" not in audited.stdout


@pytest.mark.parametrize(
    "command", [("add", "notes.md"), ("index",), ("reread", "--all"), ("tag",)], ids=" ".join
)
def test_commands_that_write_say_where_to_write_and_leave_no_file(command, on_copy, tmp_path):
    before = {path.name for path in (tmp_path / "copied").rglob("*")}
    refused = on_copy(*command)
    assert refused.returncode == 3
    assert refused.stderr.endswith("Write where the copy comes from.\n")
    assert {path.name for path in (tmp_path / "copied").rglob("*")} == before
