"""The exception tree is as it is drawn, and the inner rooms raise nothing beside it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from corpus import errors
from corpus.errors import EvidenceError

HOME = Path(errors.__file__).parent
ROOT = HOME.parents[1]


def _tree(cls: type[EvidenceError], depth: int = 0) -> set[tuple[str, int]]:
    below = (sub for sub in cls.__subclasses__() if sub.__module__.startswith(errors.__name__))
    return {(cls.__name__, depth)}.union(*(_tree(sub, depth + 1) for sub in below))


def test_the_drawing_shows_the_tree():
    lines = re.findall(r"^([│├└─ ]*)([A-Z]\w+)(?:  |$)", errors.__doc__ or "", re.M)
    drawn = [(name, len(branch) // 4) for branch, name in lines]
    assert sorted(drawn) == sorted(_tree(EvidenceError))


def test_no_inner_room_has_errors_of_its_own():
    known = {name for name, _ in _tree(EvidenceError)}
    elsewhere = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for room in ("corpus", "ingest", "index")
        for path in (ROOT / room).rglob("*.py")
        if HOME not in path.parents
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).rpartition(".")[2] in known for base in node.bases)
    ]
    assert elsewhere == []
