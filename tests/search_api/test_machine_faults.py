"""What the machine refuses is one line that names it, and nothing is made on the way."""

from __future__ import annotations

import errno
import shutil
import socket
import sqlite3
import sys
from pathlib import Path

import pytest

import corpus
from search_api import cli
from search_api.upkeep import keeping
from search_api.web.machine_faults import explain_fault


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A data folder with an empty catalogue that has one list."""
    from corpus.catalogue.catalogue import connect
    from corpus.people.actors import Actor
    from search_api.lists.entries import take_in_starter_lists

    folder = tmp_path_factory.mktemp("small")
    starter = Path(corpus.__file__).parent / "starter" / "lists"
    with connect(folder / "data" / "catalogue.sqlite", create=True) as catalogue:
        take_in_starter_lists(catalogue, starter, Actor("starter", "curator"))
    return folder


@pytest.fixture
def command(small, tmp_path, monkeypatch, capsys):
    """Run a command in a folder of its own; return its exit code and its standard error."""
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    (tmp_path / "file").write_text("a file")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SALEX_DATA_FOLDER", raising=False)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["salex", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().err

    return run


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "data" not in path.parts}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("list", "export", "salex-resources", "--to", "none/list.json"),
            "folder none does not exist",
        ),
        (("list", "export", "salex-resources", "--to", "file/list.json"), "file is not a folder"),
        (("list", "export", "salex-resources", "--to", "."), "is a folder"),
        (("menu", "--out", "none/deep/menu.md"), "folder none/deep does not exist"),
        (("menu", "--out", "file/menu.md"), "file is not a folder"),
        (("checklist", "--out", "none/checklist.md"), "folder none does not exist"),
        (("checklist", "--out", "file/checklist.md"), "file is not a folder"),
        (("backup", "none/copy"), "folder none does not exist"),
        (("backup", "file"), "file is not a folder"),
        (("backup", "file/copy"), "file is not a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line(command, tmp_path, arguments, said):
    before = names_in(tmp_path)
    code, stderr = command(*arguments)
    assert code == 3
    assert said in stderr
    assert len(stderr.splitlines()) == 1
    assert names_in(tmp_path) == before


def test_init_below_a_file_is_one_line(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SALEX_DATA_FOLDER", "file/data")
    before = names_in(tmp_path)
    assert command("init") == (3, "salex: file is not a folder. Choose another place.\n")
    assert names_in(tmp_path) == before


def test_init_where_a_folder_has_the_name_of_the_catalogue(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SALEX_DATA_FOLDER", "other")
    (tmp_path / "other" / "catalogue.sqlite").mkdir(parents=True)
    code, stderr = command("init")
    assert (code, len(stderr.splitlines())) == (3, 1)
    assert "other/catalogue.sqlite cannot be opened for writing" in stderr


def test_a_backup_of_no_catalogue_makes_no_folder(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SALEX_DATA_FOLDER", "elsewhere")
    code, stderr = command("backup", "copy")
    assert (code, len(stderr.splitlines())) == (3, 1)
    assert "no catalogue at elsewhere" in stderr
    assert not (tmp_path / "copy").exists()


def test_a_file_without_a_folder_before_it_is_written_here(command, tmp_path, capsys, monkeypatch):
    code, stderr = command("list", "export", "salex-resources", "--to", "list.json")
    assert (code, (tmp_path / "list.json").read_text()[0]) == (0, "{")
    assert f"written to {tmp_path / 'list.json'}." in stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "80000"),
        ("load", "none.csv"),
        ("load", "."),
        ("list", "import", "."),
        ("watch", "file"),
    ],
)
def test_what_the_command_line_says_wrong_exits_with_two(command, arguments):
    code, stderr = command(*arguments)
    assert code == 2
    assert "Traceback" not in stderr


def test_a_list_that_is_not_text_is_refused(command, tmp_path):
    (tmp_path / "list.json").write_bytes(b"\xff\xfe\x00")
    code, stderr = command("list", "import", "list.json")
    assert (code, len(stderr.splitlines())) == (3, 1)


def test_a_port_that_is_taken_is_named(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, stderr = command("serve", "--port", port)
    assert (code, len(stderr.splitlines())) == (3, 1)
    assert f"cannot listen on port {port} of 127.0.0.1: Address already in use" in stderr


def test_a_host_that_is_not_this_machine_is_named(command):
    code, stderr = command("serve", "--host", "192.0.2.1", "--port", "0")
    assert (code, len(stderr.splitlines())) == (3, 1)
    assert "of 192.0.2.1" in stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.EACCES, "Permission denied", "/a/b"),
            "/a/b cannot be read or written by this user",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/a/b"), "/a/b cannot be read or written"),
        (OSError(errno.ENOSPC, "No space left on device"), "no space left"),
        (OSError(errno.ENOENT, "No such file", "/etc/none"), "/etc/none does not exist"),
    ],
)
def test_a_fault_of_the_machine_says_what_happened_and_what_to_do(error, said):
    explained = explain_fault(error)
    assert said in explained
    assert explained.count(". ") == 1


@pytest.mark.parametrize(
    "error",
    [
        OSError("no number and no file"),
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        FileNotFoundError(errno.ENOENT, "No such file", str(Path(cli.__file__).with_name("x.py"))),
        sqlite3.OperationalError("no such column: titel"),
    ],
    ids=["a bare error", "a connection", "a file of the program", "a query"],
)
def test_a_fault_of_ours_keeps_its_traceback(error, command, monkeypatch):
    def broken() -> None:
        raise error

    monkeypatch.setattr(keeping, "load_settings", broken)
    with pytest.raises(type(error)):
        command("stats")
