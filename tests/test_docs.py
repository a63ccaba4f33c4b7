"""The documentation is true: its commands run, and it names every command, setting and room."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from search_api.cli import app
from search_api.service.settings import Settings
from tests.support.commands import salex

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = [
    line
    for line in re.findall(r"^\$ (salex .*?)(?:\s+#.*)?$", README, re.MULTILINE)
    # No test leaves the machine (the tests of harvests and links have their own servers), and the
    # tests of the command line run the evaluation.
    if not {"https://", "evaluate", "check-links"} & set(re.findall(r"https://|\w[\w-]*", line))
]


@pytest.fixture(scope="module")
def prepared(starter, tmp_path_factory):
    """The starter corpus indexed, and the files the README adds."""
    folder = shutil.copytree(starter, tmp_path_factory.mktemp("readme"), dirs_exist_ok=True)
    (folder / "reports").mkdir()
    body = "Teachers who plan lessons together use evidence more often. " * 8
    (folder / "reports" / "report.txt").write_text(body)
    (folder / "notes.md").write_text(f"# Notes from a network meeting\n\n{body}")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "minutes.txt").write_text(f"Minutes. {body}")
    (folder / "manifest.toml").write_text('[[source]]\nsource = "notes.md"\nyear = 2024\n')
    return folder


@pytest.mark.parametrize("line", CONSOLE)
def test_a_command_of_the_readme_runs(prepared, line):
    done = salex(prepared, *shlex.split(line)[1:])
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_shows_what_most_people_need():
    commands = {shlex.split(line)[1] for line in CONSOLE}
    assert {"add", "index", "search", "outcomes", "audit"} <= commands


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("make", ["demo", "serve", "test"])
def test_the_makefile_has_what_the_readme_names(make):
    assert f"make {make}" in README
    assert re.search(rf"^{make}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_ci_runs_the_readmes_test_command():
    assert re.search(r"^make test$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)


def test_every_module_is_on_the_map():
    architecture = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for room in ("corpus", "ingest", "index"):
        for path in (ROOT / room).glob("*.py"):
            if path.name != "__init__.py":
                assert f"`{path.name}`" in architecture, f"{room}/{path.name}"


def test_every_command_is_documented_somewhere():
    text = README + (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for command in app.registered_commands:
        name = command.callback.__name__.replace("_", "-")
        assert f"salex {name}" in text, name


def test_the_lock_pins_every_dependency_with_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    declared = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    for requirement in re.findall(r'"([A-Za-z0-9_.-]+)', declared[1]):
        name = requirement.lower().replace("_", "-")
        assert name == "torch" or re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE)
    pins = re.findall(r"^[a-z].*==", lock, re.MULTILINE)
    assert lock.count("--hash=sha256:") >= len(pins)
