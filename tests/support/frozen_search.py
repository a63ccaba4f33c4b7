"""Asks the search of a frozen site, by its own scripts, in node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from search_api.closing.searching import DATA, SCRIPTS

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs node: apt-get install nodejs")
_RUN = """
const fs = require("fs");
globalThis.window = globalThis;
for (const path of JSON.parse(process.argv[1])) {
  require("vm").runInThisContext(fs.readFileSync(path, "utf-8"), path);
}
const asked = JSON.parse(fs.readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(((window) => CODE)(globalThis)));
"""


def run_scripts(paths: Sequence[Path], code: str, asked: Any) -> Any:
    """Load scripts as a page does, and return what an expression of ``asked`` gives."""
    done = subprocess.run(
        [str(NODE), "-e", _RUN.replace("CODE", code), json.dumps([str(path) for path in paths])],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ask_frozen(site: Path, questions: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for each question, the ids of the documents in order, the strength and language."""
    code = """(() => {
      const search = new window.salexSearch.Search(window.salexFrozen);
      return asked.map((text) => {
        const found = search.search(text, {});
        const documents = found.hits.map((hit) => hit.document.id);
        return { documents, strength: found.strength, language: found.language };
      });
    })()"""
    names = [name for name in (*DATA, *SCRIPTS) if name != "asking.js"]
    found: list[dict[str, Any]] = run_scripts(
        [site / "search" / name for name in names], code, questions
    )
    return found
