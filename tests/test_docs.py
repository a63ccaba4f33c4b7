"""The documentation is true: its commands run, and it names every command, setting and room."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def _declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def _constraints() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def test_the_lock_pins_every_dependency_with_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for requirement in _declared():
        name = canonicalize_name(requirement.name)
        assert name == "torch" or re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE)
    pins = re.findall(r"^[a-z].*==", lock, re.MULTILINE)
    assert lock.count("--hash=sha256:") >= len(pins)


def test_the_lock_satisfies_what_is_declared_and_constrained():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==(\S+)", lock, re.MULTILINE))
    for requirement in [*_declared(), *_constraints()]:
        name = canonicalize_name(requirement.name)
        assert name == "torch" or pins[name] in requirement.specifier, requirement


def test_every_dependency_is_imported_somewhere():
    distributions = importlib.metadata.packages_distributions()
    rooms = ("corpus", "ingest", "index", "search_api")
    code = "\n".join(p.read_text("utf-8") for room in rooms for p in (ROOT / room).rglob("*.py"))
    modules = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
    imported = {canonicalize_name(d) for m in modules for d in distributions.get(m, ())}
    # Starlette imports python-multipart when a form arrives, and does not require it.
    assert {canonicalize_name(r.name) for r in _declared()} - {"python-multipart"} <= imported


def test_a_parser_without_a_stable_interface_is_pinned_exactly():
    (bibtexparser,) = (r for r in _declared() if r.name == "bibtexparser")
    assert str(bibtexparser.specifier).startswith("==")
