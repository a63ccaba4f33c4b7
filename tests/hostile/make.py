"""Write the hostile corpus to a folder.

    python -m tests.hostile.make FOLDER [--scale 1.0] [--mutants 0] [--seed 0] [--shared FOLDER]

``known.json`` beside the files has the words that a reader would see in what they were made from.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import SourceRejected
from ingest.model import Fetched
from ingest.preparing import prepare_document
from tests.hostile import archives, pages, pdfs
from tests.hostile.cases import Case
from tests.hostile.mutants import mutants, seeds

MUTANTS_A_FOLDER = 250


def crafted(scale: float = 1.0) -> Iterator[Case]:
    """Yield every crafted file; bombs are as large as ``scale`` says."""
    yield from pdfs.make(scale)
    yield from pages.make(scale)
    yield from archives.make(scale)


def make(
    folder: Path, *, scale: float, count: int = 0, seed: int = 0, shared: Path | None = None
) -> int:
    """Write crafted files and mutants below ``folder``; return how many."""
    known: dict[str, str] = {}
    files = folder / "files"
    for case in crafted(scale):
        _write(files / "crafted", case, case.known, known)
    honest = seeds(shared)
    words = {case.name: _text(case) for case in honest}
    for number, (mutant, parent) in enumerate(mutants(honest, count, seed)):
        group = files / f"mutants-{number // MUTANTS_A_FOLDER:03d}"
        _write(group, mutant, "" if _is_whole(mutant) else words[parent.name], known)
    (folder / "known.json").write_text(json.dumps(known), "utf-8")
    return sum(1 for path in files.rglob("*") if path.is_file())


def _write(folder: Path, case: Case, words: str, known: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / case.name
    path.write_bytes(case.data)
    if words:
        known[path.resolve().as_uri()] = words


def _is_whole(case: Case) -> bool:
    """Return whether plain text was cut at the end of a sentence, so that nothing shows it."""
    end = case.data.rstrip(b" ")
    return case.name.endswith((".txt", ".md")) and end.endswith((b".", b"?", b"!", b")", b"\n"))


def _text(case: Case) -> str:
    try:
        return prepare_document(Fetched(case.name, case.data, case.name)).text
    except SourceRejected:
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="of the bombs")
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shared", type=Path, help="real files to make mutants of as well")
    given = parser.parse_args()
    made = make(
        given.folder, scale=given.scale, count=given.mutants, seed=given.seed, shared=given.shared
    )
    print(f"{made} files are in {given.folder}")


if __name__ == "__main__":
    main()
