"""The documentation is true: its commands run, its links lead somewhere, the map is complete."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
import typer.main
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from search_api.cli import make_app
from search_api.service.settings import Settings
from tests.support.commands import salex

APP = make_app()

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAP = (ROOT / "docs" / "map.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ROOMS = ("corpus", "ingest", "index", "search_api")
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
}
SHOWN = [
    (page, line)
    for page, text in PAGES.items()
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    for line in re.findall(r"^\$ (.*?)(?:\s+#.*)?$", block, re.MULTILINE)
]
"""Every line of a console block, by the page that shows it, without its comment."""
IN_A_CONTAINER = re.compile(r"^docker compose (?:run --rm (?:-v \S+ )?salex|exec salex salex) ")
COMMANDS = [
    (page, "salex " + IN_A_CONTAINER.sub("", line).removeprefix("salex "))
    for page, line in SHOWN
    if line.startswith("salex ") or IN_A_CONTAINER.match(line)
]
# No test leaves the machine (the tests of harvests and links have their own servers), the server
# does not end by itself, restoring wants a backup, the tests of the command line run the evaluation
# and the training, and those of freezing freeze and thaw.
ELSEWHERE = (
    "https://", "evaluate", "check-links", "serve", "restore", "--train", "--adopt", "tag --undo",
    "freeze", "thaw", "--scheduler", "salex close", "mcp --http",
)  # fmt: skip
CONSOLE = [
    line
    for line in dict.fromkeys(line for _, line in SHOWN if line.startswith("salex "))
    if not any(word in line for word in ELSEWHERE)
]


@pytest.fixture(scope="module")
def prepared(starter, tmp_path_factory):
    """The starter corpus indexed, and the files the README adds."""
    folder = shutil.copytree(starter, tmp_path_factory.mktemp("readme"), dirs_exist_ok=True)
    (folder / "reports").mkdir()
    body = "Teachers who plan lessons together use evidence more often. " * 8
    (folder / "reports" / "report.txt").write_text(body)
    (folder / "notes.md").write_text(f"# Notes from a network meeting\n\n{body}")
    (folder / "My Library" / "files").mkdir(parents=True)
    (folder / "My Library" / "files" / "plans.txt").write_text(f"Plans. {body}")
    (folder / "My Library" / "My Library.ris").write_text(
        "TY  - RPRT\nTI  - Plans of lessons\nL1  - files/plans.txt\nER  - \n"
    )
    (folder / "inbox").mkdir()
    (folder / "inbox" / "minutes.txt").write_text(f"Minutes. {body}")
    (folder / "manifest.toml").write_text('[[source]]\nsource = "notes.md"\nyear = 2024\n')
    return folder


@pytest.mark.parametrize("line", CONSOLE)
def test_a_command_of_the_documentation_runs(prepared, line):
    done = salex(prepared, *shlex.split(line)[1:])
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_shows_what_most_people_need():
    commands = {shlex.split(line)[1] for line in CONSOLE}
    assert {"add", "index", "search", "outcomes", "audit"} <= commands


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name):
    assert f"`{name}`" in PAGES["docs/settings.md"]


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_of_the_documentation_exists_with_its_options(page, line):
    command, words = typer.main.get_command(APP), shlex.split(line)[1:]
    while hasattr(command, "commands"):
        assert words, f"{page}: {line} names no command"
        assert words[0] in command.commands, f"{page}: there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    command.make_parser(command.context_class(command)).parse_args(words)


@pytest.mark.parametrize("make", ["demo", "serve", "test"])
def test_the_makefile_has_what_the_readme_names(make):
    assert f"make {make}" in README
    assert re.search(rf"^{make}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_the_makefile_has_what_the_documentation_names(page):
    named = set(re.findall(r"(?:`|^\$ )make ([a-z-]+)", PAGES[page], re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_of_the_documentation_lead_somewhere(page):
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if "://" not in target:
            path, _, heading = target.partition("#")
            linked = folder / path if path else ROOT / page
            assert linked.exists(), target
            if heading:
                headings = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), re.MULTILINE)
                assert heading in {h.lower().replace(" ", "-") for h in headings}, target


@pytest.mark.parametrize("page", PAGES)
def test_a_path_that_the_documentation_names_exists(page):
    for name in re.findall(rf"`((?:{'|'.join((*ROOMS, 'tests', 'docs'))})/[\w./-]*)`", PAGES[page]):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES)
def test_a_module_that_the_documentation_runs_exists(page):
    for name in re.findall(r"python -m ((?:tests|benchmarks)[\w.]*)", PAGES[page]):
        assert (ROOT / f"{name.replace('.', '/')}.py").exists(), name


def test_every_threat_names_its_tests_and_what_is_left_to_do():
    table = (
        PAGES["docs/operating.md"].partition("| threat | what is done |")[2].partition("\n\n")[0]
    )
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    assert len(rows) >= 18
    for row in rows:
        threat, done, tested, left = (cell.strip() for cell in row)
        assert done.endswith(".") and left.endswith("."), threat
        assert re.search(r"`tests/[\w/]+\.py`", tested), threat


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "screens").glob("*.png")), ids=str)
def test_a_picture_is_small_and_shown(picture):
    assert picture.stat().st_size < 200_000
    assert any(f"screens/{picture.name}" in text for text in PAGES.values())


def test_ci_runs_the_readmes_test_command():
    assert re.search(r"^make test$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)


def _promises() -> dict[str, str]:
    """Return the first line of the docstring of each folder of code."""
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    modules = {f: ast.parse((f / "__init__.py").read_text("utf-8")) for f in folders}
    return {
        str(folder.relative_to(ROOT)): (ast.get_docstring(module) or "").split("\n")[0]
        for folder, module in modules.items()
    }


def test_the_map_has_every_folder_with_its_promise():
    folder = rf"`((?:{'|'.join(ROOMS)})[\w/]*)/`"
    assert dict(re.findall(rf"^\| {folder} \| (.*) \|$", MAP, re.MULTILINE)) == _promises()


def test_each_decision_is_listed_under_a_subject():
    text = (ROOT / "DECISIONS.md").read_text()
    listed = re.findall(r"^\| [A-Z][^|]+ \| ([\d ]+) \|$", text, re.M)
    made = re.findall(r"^## (\d+)\. ", text, re.M)
    assert made == [str(number) for number in range(1, len(made) + 1)]
    assert {number for row in listed for number in row.split()} == set(made)


def test_the_diagrams_name_modules_that_exist():
    diagrams = re.findall(r"```mermaid\n(.*?)```", MAP, re.DOTALL)
    assert len(diagrams) == 2
    for diagram in diagrams:
        named = re.findall(rf"(?:{'|'.join(ROOMS)})/[\w./]+", diagram)
        assert len(named) >= 10
        assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_command_is_documented_somewhere():
    text = "\n".join(PAGES.values())
    for command in APP.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")
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


COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["salex"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


def _instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_image_copies_what_exists_and_is_sent_to_it():
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in sent, "everything is left out but what is named"
    for copied in _instructions("COPY"):
        for name in [] if copied.startswith("--from=") else copied.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert f"!{name}" in sent, name
    rooms = {name for copied in _instructions("COPY") for name in copied.split()}
    assert rooms >= set(ROOMS)


def test_the_image_installs_as_the_makefile_does():
    (torch,) = re.findall(r"torch==\S+", MAKEFILE)
    assert f" {torch}" in DOCKERFILE
    assert "--require-hashes --no-deps -r /build/requirements.lock" in DOCKERFILE


def test_the_image_serves_without_rights_and_is_asked_for_its_health():
    entry, given = (json.loads(_instructions(name)[0]) for name in ("ENTRYPOINT", "CMD"))
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert entry[0] in scripts
    command = typer.main.get_command(APP).commands[given[0]]
    command.make_parser(command.context_class(command)).parse_args(given[1:])
    assert _instructions("USER") == ["salex"]
    (health,) = _instructions("HEALTHCHECK")
    assert "/api/v1/health" in health
    assert COMPOSE["healthcheck"]["test"] == ["CMD", *json.loads(health.partition("CMD")[2])]
    compile(COMPOSE["healthcheck"]["test"][3], "health", "exec")


def test_compose_opens_the_server_to_this_machine_alone_and_keeps_its_data():
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["ports"])
    assert COMPOSE["volumes"] == [f"data:{_instructions('VOLUME')[0]}"]
    assert f"SALEX_DATA_FOLDER={_instructions('VOLUME')[0]}" in DOCKERFILE
    assert COMPOSE["read_only"] and COMPOSE["tmpfs"] == ["/tmp"]
    named = {name.removeprefix("SALEX_").lower() for name in COMPOSE["environment"]}
    assert named <= set(Settings.model_fields)


def test_every_file_of_the_rooms_is_packaged():
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    for room in ROOMS:
        data = {p for g in tables["package-data"][room] for p in (ROOT / room).glob(g)}
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                assert path in data, path.relative_to(ROOT)


def test_the_fields_of_a_hit_that_the_guide_for_programs_names_are_there():
    recorded = (ROOT / "search_api" / "examples.json").read_text("utf-8")
    paragraph = PAGES["docs/api.md"].split("Each of `hits` has", 1)[1].split("`strength`", 1)[0]
    named = set(re.findall(r"`([a-z_]+)`", paragraph)) - {"base_url"}
    assert named == {"document", "snippets", "text", "answer", "citation", "quote", "page_label",
                     "link", "url"}  # fmt: skip
    assert [name for name in sorted(named) if f'"{name}":' not in recorded] == []
