"""Index files on disk: numbered generations, each with a manifest, and ``CURRENT`` naming one.

A generation is written whole and never changed, so a server reads one while the next is built.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import sha256_of, write_atomically
from corpus.errors import IndexDamaged, IndexMissing
from index.vectors.vectors import Vectors

FORMAT: Final = 1
KEPT: Final = 2
"""Generations left on disk: the current one, and the one a running server may still be reading."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from.

    ``content`` names the set of (passage, encoder input) pairs in it; ``revision`` is the
    catalogue's when it was built.
    """

    format: int
    model: str
    model_digest: str
    dimensions: int
    passages: int
    revision: int
    built_at: str
    content: str
    sha256: str


def current_name(folder: Path) -> str:
    """Return the name of the current generation.

    Raises:
        IndexMissing: nothing was built yet.
    """
    try:
        return (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {folder}. Build it with: salex index") from None


def read_manifest(folder: Path) -> Manifest:
    """Return the current generation's manifest.

    Raises:
        IndexMissing, IndexDamaged
    """
    path = folder / current_name(folder) / "manifest.json"
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read ({error}). Run: salex index") from error
    if manifest.format != FORMAT:
        raise IndexDamaged(f"{path} has another format. Build the index again with: salex index")
    return manifest


def read_generation(folder: Path) -> tuple[Manifest, Vectors]:
    """Return the current generation, its bytes checked against the manifest before FAISS reads.

    Raises:
        IndexMissing, IndexDamaged
    """
    manifest = read_manifest(folder)
    path = folder / current_name(folder) / "passages.faiss"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read ({error}). Run: salex index") from error
    if sha256_of(data) != manifest.sha256:
        raise IndexDamaged(f"{path} does not match its manifest. Build it again with: salex index")
    return manifest, Vectors.from_bytes(data)


def publish(folder: Path, vectors: Vectors, manifest: Manifest) -> None:
    """Write a new generation and make it the current one; drop those no one reads any more.

    Args:
        folder: the index folder.
        vectors: the vectors of the generation.
        manifest: its ``sha256`` is filled in here.
    """
    numbers = [int(path.name[4:]) for path in folder.glob("gen-*") if path.name[4:].isdigit()]
    name = f"gen-{max(numbers, default=0) + 1:06d}"
    data = vectors.to_bytes()
    filled = asdict(manifest) | {"sha256": sha256_of(data)}
    write_atomically(folder / name / "passages.faiss", data)
    failpoint("index file")
    write_atomically(folder / name / "manifest.json", json.dumps(filled, indent=2).encode())
    failpoint("manifest")
    failpoint("before CURRENT")
    write_atomically(folder / "CURRENT", f"{name}\n".encode())
    failpoint("after CURRENT")
    for path in sorted(folder.glob("gen-*"))[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
        failpoint("cleanup")
