"""Every command ends with the exit codes that the README promises."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
import typer

import corpus
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from search_api import cli
from tests.support.commands import use_fake_encoder
from tests.support.sound import make_sound_repository

DONE = {
    "init": ["init"],
    "add": ["add", "note.txt"],
    "load": ["load", "sources.csv"],
    "watch": ["watch", "inbox", "--once"],
    "reread": ["reread", "--dry-run", "{added document}"],
    "index": ["index"],
    "outcomes": ["outcomes"],
    "search": ["search", "first", "words"],
    "similar": ["similar", "one"],
    "brief": ["brief", "first words"],
    "map": ["map"],
    "serve": ["serve", "--port", "0"],
    "tag": ["tag"],
    "review": ["review"],
    "decide": ["decide", "{first item}", "confirm"],
    "undo": ["undo", "1"],
    "correct": ["correct", "two", "year=2015"],
    "works": ["works"],
    "relate": ["relate", "one", "two", "same-work", "--by", "ana"],
    "menu": ["menu"],
    "checklist": ["checklist"],
    "wanted": ["wanted"],
    "judge": ["judge"],
    "audit": ["audit"],
    "log": ["log"],
    "stats": ["stats"],
    "backup": ["backup", "copies"],
    "restore": ["restore", "copies", "--force"],
    "copy": ["copy", "for-readers"],
    "list show": ["list", "show"],
    "list export": ["list", "export", "salex-resources"],
    "list import": ["list", "import", "list.json", "--slug", "mine"],
    "list publish": ["list", "publish", "mine"],
    "check-links": ["check-links"],
    "agenda add": ["agenda", "add", "What keeps girls in school?", "--topic", "educator-voice"],
    "agenda list": ["agenda", "list"],
    "agenda export": ["agenda", "export"],
    "agenda retire": ["agenda", "retire", "{first question}"],
    "user add": ["user", "add", "Ana Silva", "--role", "curator"],
    "group add": ["group", "add", "Wellbeing", "--purpose", "What keeps pupils well"],
    "group place": ["group", "place", "wellbeing", "Ana Silva"],
    "group list": ["group", "list"],
    "digest": ["digest", "--daily", "--dry-run"],
    "webhook add": ["webhook", "add", "https://hooks.example.org/salex"],
    "webhook list": ["webhook", "list"],
    "webhook remove": ["webhook", "remove", "https://hooks.example.org/salex"],
    "mcp": ["mcp"],
    "new": ["new", "another-network"],
    "close": ["close", "--from", "2090-12-31", "--message", "The project ends."],
    "reopen": ["reopen"],
    "user list": ["user", "list"],
    "user role": ["user", "role", "Ana Silva", "admin"],
    "user link": ["user", "link", "Ana Silva"],
    "key add": ["key", "add", "Ana Silva", "--role", "reader"],
    "key list": ["key", "list"],
    "key revoke": ["key", "revoke", "{first key}"],
    "user disable": ["user", "disable", "Ana Silva"],
    "remove": ["remove", "{first document}", "--reason", "asked", "--yes"],
}
"""What ends with 0, in an order in which each can be done after those before it."""
DONE_WITH_FAULTS = {
    "harvest feed": ["harvest", "feed", "http://127.0.0.1:9/feed.xml"],
    "harvest sitemap": ["harvest", "sitemap", "http://127.0.0.1:9/sitemap.xml"],
    "harvest oai": ["harvest", "oai", "http://127.0.0.1:9/oai"],
    "add": ["add", "nothing.txt"],
    "load": ["load", "broken.csv"],
}
"""What ends with 1, because every input is refused."""
ELSEWHERE = {"evaluate", "freeze", "thaw"}
"""Take long or need another data folder: run by ``test_evaluating`` and the tests of freezing."""
WRONG = {
    "init": ["init", "twice"],
    "load": ["load", "nothing.csv"],
    "watch": ["watch", "nowhere", "--once"],
    "search": ["search", "words", "--stage", "nonsense"],
    "serve": ["serve", "--port", "80000"],
    "brief": ["brief", "words", "--group", "nonsense"],
    "map": ["map", "--rows", "nonsense"],
    "tag": ["tag", "--undo", "--train"],
    "review": ["review", "--kind", "nonsense"],
    "decide": ["decide", "tag:one", "maybe"],
    "correct": ["correct", "one", "2015"],
    "relate": ["relate", "one", "one", "--by", "ana"],
    "checklist": ["checklist", "--format", "nonsense"],
    "menu": ["menu", "--format", "nonsense"],
    "user add": ["user", "add", "Eve", "--role", "nonsense"],
    "list import": ["list", "import", "."],
    "agenda add": ["agenda", "add", "What works?", "--topic", "nonsense"],
    "digest": ["digest"],
    "remove": ["remove", "nothing"],
}
"""What ends with 2, besides an option that does not exist, which is tried with each command."""
NOT_DONE = {
    "similar": ["similar", "nothing"],
    "reread": ["reread", "nothing"],
    "undo": ["undo", "999"],
    "correct": ["correct", "nothing", "year=2015"],
    "decide": ["decide", "tag:nothing", "confirm"],
    "list export": ["list", "export", "nothing"],
    "list publish": ["list", "publish", "nothing"],
    "user role": ["user", "role", "Nobody", "admin"],
    "key revoke": ["key", "revoke", "nothing"],
    "restore": ["restore", "inbox"],
    "evaluate": ["evaluate", "--beir", "inbox"],
    "copy": ["copy", "file"],
    "menu": ["menu", "--out", "nowhere/menu.md"],
    "agenda retire": ["agenda", "retire", "nothing"],
    "group place": ["group", "place", "nothing", "Ana Silva"],
    "webhook remove": ["webhook", "remove", "nothing"],
    "thaw": ["thaw", "inbox"],
    "new": ["new", "file"],
    "freeze": ["freeze", "file"],
    "remove": ["remove", "nothing", "--reason", "asked", "--yes"],
}
"""What ends with 3, besides a missing catalogue and a data folder that is none."""
WITHOUT_CATALOGUE = {"init", "new", "restore"}
"""What needs none."""


BUILT = typer.main.get_command(cli.make_app())


def all_commands(command=BUILT, path=()):
    """Return the name of each command of the program."""
    if not hasattr(command, "commands"):
        return {" ".join(path)}
    of_groups = (all_commands(c, (*path, name)) for name, c in command.commands.items())
    return set().union(*of_groups)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a repository and files to take in; the commands that are done change it."""
    folder = tmp_path_factory.mktemp("codes")
    make_sound_repository(folder / "data")
    (folder / "inbox").mkdir()
    (folder / "note.txt").write_text("A note\n\nSchools met to read the evidence together.\n")
    (folder / "watched.txt").write_text("Watched\n\nTeachers asked what the survey showed.\n")
    (folder / "sources.csv").write_text("source\nwatched.txt\n")
    (folder / "broken.csv").write_text("sauce\nwatched.txt\n")
    (folder / "file").write_text("a file")
    mail = 'mail_from = "salex@example.org"\nbase_url = "http://127.0.0.1:8000"\n'
    (folder / "salex.toml").write_text(mail)
    (starter,) = (Path(corpus.__file__).parent / "starter" / "lists").glob("*.json")
    shutil.copy(starter, folder / "list.json")
    return folder


@pytest.fixture
def run(folder, monkeypatch, capsys):
    """Run a command; return its exit code, what it printed, and what it said on standard error."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SALEX_DATA_FOLDER", raising=False)
    monkeypatch.setattr("ingest.isolation.workers.default_workers", lambda: 0)
    monkeypatch.setattr("typer.main.get_command", lambda _: BUILT)  # it takes a tenth of a second
    monkeypatch.setattr("index.vectors.encoder.load_encoder", None)  # so that it is put back
    monkeypatch.setattr("search_api.app.run_server", lambda *_: None)
    monkeypatch.setattr("mcp.server.MCPServer.run", lambda *_: None)
    use_fake_encoder()

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["salex", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


def test_every_command_has_a_case():
    assert {*DONE, *DONE_WITH_FAULTS, *ELSEWHERE} == all_commands()
    assert {*WRONG, *NOT_DONE} <= all_commands()


def test_what_is_done_ends_with_0(run):
    for arguments in DONE.values():
        filled = [_fill(run, argument) for argument in arguments]
        code, printed, said = run(*filled)
        assert code == 0, (arguments, printed, said)


def _fill(run, argument):
    if argument == "{first item}":
        return json.loads(run("review", "--kind", "tag", "--json")[1])[0]["id"]
    if argument == "{added document}":
        outcomes = json.loads(run("outcomes", "--source", "note.txt", "--json")[1])
        return outcomes[0]["document_id"]
    if argument == "{first question}":
        return json.loads(run("agenda", "list", "--json")[1])["topics"][1]["questions"][0]["id"]
    if argument == "{first document}":
        return json.loads(run("outcomes", "--kind", "added", "--json")[1])[0]["document_id"]
    if argument == "{first key}":
        return json.loads(run("key", "list", "--json")[1])[0]["id"]
    return argument


@pytest.mark.parametrize("name", DONE_WITH_FAULTS)
def test_what_is_done_with_faults_ends_with_1(run, name):
    code, printed, said = run(*DONE_WITH_FAULTS[name])
    assert code == 1, (printed, said)


def test_a_document_that_cannot_be_read_again_ends_with_1(run, folder):
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        path = Originals(folder / "data" / "originals").path(catalogue.document("two").sha256)
    data = path.read_bytes()
    path.write_bytes(b"other")
    code, printed, _ = run("reread", "two")
    path.write_bytes(data)
    assert (code, printed.startswith("failed: two  Two")) == (1, True), printed


def test_a_wrong_command_line_ends_with_2(run):
    for name in sorted(all_commands()):
        code, printed, said = run(*name.split(), "--no-such-option")
        assert (code, printed) == (2, ""), (name, said)
    for name, arguments in WRONG.items():
        code, printed, said = run(*arguments)
        assert (code, "Traceback" in said) == (2, False), (name, printed, said)


@pytest.mark.parametrize("place", ["nowhere", "file/data"])
def test_without_a_catalogue_each_command_ends_with_3_and_one_line(run, monkeypatch, place):
    monkeypatch.setenv("SALEX_DATA_FOLDER", place)
    for name, arguments in {**DONE_WITH_FAULTS, **DONE}.items():
        if name == "new" or (name in WITHOUT_CATALOGUE and place == "nowhere"):
            continue
        code, printed, said = run(*arguments)
        assert (code, printed, len(said.splitlines())) == (3, "", 1), (name, printed, said)
        assert said.startswith("salex: "), name
    assert not Path("nowhere").exists()


@pytest.mark.parametrize("name", NOT_DONE)
def test_what_cannot_be_done_ends_with_3_and_one_line(run, name):
    code, printed, said = run(*NOT_DONE[name])
    assert (code, printed, len(said.splitlines())) == (3, "", 1), said


def test_the_readme_has_the_table():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert re.findall(r"^\| ([0-9]+) \|", readme, re.MULTILINE) == ["0", "1", "2", "3", "130"]
