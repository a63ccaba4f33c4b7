"""Index files on disk: numbered generations, each with a manifest, and ``CURRENT`` naming one.

A generation is written whole and never changed, so a server reads one while the next is built, and
the processes of one machine share its memory. Whatever happens to one is noticed when it is read,
and the newest whole one is used instead.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import sha256_of, write_atomically
from corpus.errors import IndexDamaged, IndexMissing, IndexUnusable, IndexUnwritable
from index.mapped import map_bytes
from index.vectors.files import move_aside, read_bytes, remove, why
from index.vectors.vectors import Vectors

FORMAT: Final = 3
"""From 2 on a manifest also describes the second file of vectors, from 3 on the vectors in a file
are aligned. All are read."""
FIRST_FILE: Final = "passages.faiss"
SECOND_FILE: Final = "passages.multilingual.faiss"
KEPT: Final = 2
"""Generations left on disk: the current one, and the newest whole one before it."""
_MOST_BYTES: Final = 100_000
"""Of CURRENT and of a manifest, which have under 1,000."""
_REFUSED: Final = (errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE)
"""Errors of the system that say nothing about the file."""
_NAME: Final = re.compile(r"gen-([0-9]{6,12})")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from.

    ``content`` names the vectors in it; ``revision`` is the catalogue's when it was built.
    ``generation`` is the folder it is of, and ``checksum`` that of all other fields; manifests from
    before there were these have them empty.
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
    generation: str = ""
    checksum: str = ""
    multilingual: Beside | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The same of the second file of vectors, of the encoder that reads other languages."""

    model: str
    model_digest: str
    dimensions: int
    passages: int
    content: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Readable:
    """A generation that was read whole; ``fault`` says why it may not be the newest.

    ``refused`` is set if that is because the machine refused to read the current one.
    ``multilingual`` has the second file's vectors; ``None`` without one, or if it is damaged, of
    which ``multilingual_fault`` tells.
    """

    manifest: Manifest
    vectors: Vectors
    fault: str | None
    refused: IndexUnwritable | None = None
    multilingual: Vectors | None = None
    multilingual_fault: IndexUnusable | None = None


def current_name(folder: Path) -> str:
    """Return the name of the current generation.

    Raises:
        IndexMissing: nothing was built yet.
        IndexDamaged: ``CURRENT`` names none.
        IndexUnwritable: it cannot be read.
    """
    path = folder / "CURRENT"
    if not path.exists() and not _numbered(folder) and (folder.is_dir() or not folder.exists()):
        raise IndexMissing("There is no index yet. Build it with: salex index")
    try:
        name = read_bytes(path, _MOST_BYTES).decode().strip()
    except (OSError, ValueError) as error:
        raise _unreadable("CURRENT", error) from error
    if not _NAME.fullmatch(name):
        raise _damaged("CURRENT", "it does not name a generation")
    return name


def read_usable(folder: Path) -> Readable:
    """Return the current generation or, if it is damaged, the newest one that is whole.

    Raises:
        IndexMissing, IndexDamaged, IndexUnwritable: there is none.
    """
    try:
        name = current_name(folder)
        found = _read_both(folder, name)
    except (IndexDamaged, IndexUnwritable) as error:
        refused = error if isinstance(error, IndexUnwritable) else None
        for path in reversed(_numbered(folder)):
            try:
                older = _read_both(folder, path.name)
                return replace(older, fault=str(error), refused=refused)
            except IndexUnusable:
                continue
        raise
    newest = _numbered(folder)[-1]
    fault = None
    if newest.name != name and (newest / "manifest.json").exists():
        fault = (
            f"{newest.name} is newer than the index in use, {name}: an update was interrupted, or "
            "CURRENT was changed. Run: salex index"
        )
    return replace(found, fault=fault)


def read_generation(folder: Path) -> tuple[Manifest, Vectors]:
    """Return the current generation; its bytes are checked before FAISS reads them.

    Raises:
        IndexMissing, IndexDamaged: nothing was built yet; a file is missing or was changed.
        IndexUnwritable: a file cannot be read.
    """
    return _read(folder, current_name(folder))


def _read_both(folder: Path, name: str) -> Readable:
    """Read a generation; damage to its second file costs that file only."""
    manifest, vectors = _read(folder, name)
    second, fault = None, None
    if manifest.multilingual:
        try:
            second = _read_vectors(folder / name / SECOND_FILE, manifest.multilingual)
            if not np.array_equal(second.ids, vectors.ids):
                raise _damaged(f"{name}/{SECOND_FILE}", "it has other passages than the first")
        except IndexUnusable as error:
            fault = error
    return Readable(manifest, vectors, None, None, second, fault)


def _read(folder: Path, name: str) -> tuple[Manifest, Vectors]:
    manifest = _read_manifest(folder / name)
    return manifest, _read_vectors(folder / name / FIRST_FILE, manifest)


def _read_vectors(path: Path, described: Manifest | Beside) -> Vectors:
    shown = f"{path.parent.name}/{path.name}"
    try:
        data = map_bytes(path)
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error) from error
    if sha256_of(data) != described.sha256:
        raise _damaged(shown, "it does not match its manifest")
    vectors = Vectors.over(data)
    if (vectors.dimensions, len(vectors)) != (described.dimensions, described.passages):
        raise _damaged(shown, "it does not match its manifest")
    return vectors


def _read_manifest(folder: Path) -> Manifest:
    shown = f"{folder.name}/manifest.json"
    try:
        found = json.loads(read_bytes(folder / "manifest.json", _MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(shown, error) from error
    if isinstance(found, dict) and found.get("format") not in range(1, FORMAT + 1):
        raise _damaged(shown, "it has another format")
    try:
        manifest = _manifest_of(found)
    except (TypeError, AttributeError) as error:
        raise _damaged(shown, "it is not a manifest") from error
    if manifest.generation not in ("", folder.name):
        raise _damaged(shown, f"it is that of {manifest.generation}")
    if manifest.checksum not in ("", _checksum(found)):
        raise _damaged(shown, "it does not match its checksum")
    return manifest


def _manifest_of(members: dict[str, Any]) -> Manifest:
    """Raise a ``TypeError`` if a member is missing, unknown or of another type."""
    second = members.get("multilingual")
    beside = None if second is None else Beside(**second)
    manifest = Manifest(**members | {"multilingual": None})
    for part in (manifest, beside) if beside else (manifest,):
        plain = [f for f in fields(part) if f.type in ("int", "str")]
        if any(type(getattr(part, f.name)).__name__ != f.type for f in plain):
            raise TypeError("a member has another type")
    return replace(manifest, multilingual=beside)


def _checksum(members: dict[str, Any]) -> str:
    rest = sorted((name, value) for name, value in members.items() if name != "checksum")
    return hashlib.blake2b(repr(rest).encode(), digest_size=16).hexdigest()


def _damaged(shown: str, reason: str) -> IndexDamaged:
    return IndexDamaged(f"{shown} of the index cannot be used ({reason}). Run: salex index")


def _unreadable(shown: str, error: Exception) -> IndexUnusable:
    """Return the error for a file that is damaged or lost, or that cannot be read now."""
    if isinstance(error, OSError) and error.errno in _REFUSED:
        return IndexUnwritable(
            f"{shown} of the index cannot be read ({why(error)}). Check its permissions and the "
            "disk."
        )
    return _damaged(shown, why(error))


def publish_generation(
    folder: Path, vectors: Vectors, manifest: Manifest, second: Vectors | None = None
) -> None:
    """Write a new generation and make it the current one; delete those no longer needed.

    Args:
        folder: the index folder.
        vectors: the vectors of the generation.
        manifest: each ``sha256``, ``generation`` and ``checksum`` are filled in here.
        second: the vectors that ``manifest.multilingual`` describes, if it does.
    """
    before = _numbered(folder)
    name = f"gen-{_number(before[-1]) + 1 if before else 1:06d}"
    data = vectors.to_bytes()
    filled = asdict(manifest) | {"sha256": sha256_of(data), "generation": name}
    write_atomically(folder / name / FIRST_FILE, data)
    failpoint("index file")
    if second is not None:
        data = second.to_bytes()
        filled["multilingual"]["sha256"] = sha256_of(data)
        write_atomically(folder / name / SECOND_FILE, data)
        failpoint("second index file")
    filled["checksum"] = _checksum(filled)
    write_atomically(folder / name / "manifest.json", json.dumps(filled, indent=2).encode())
    failpoint("manifest")
    if (folder / "CURRENT").is_dir():
        move_aside(folder / "CURRENT")
    failpoint("before CURRENT")
    write_atomically(folder / "CURRENT", f"{name}\n".encode())
    failpoint("after CURRENT")
    kept = 1
    for path in reversed(before):
        if kept < KEPT and _is_whole(folder, path.name):
            kept += 1
            continue
        remove(path)
        failpoint("cleanup")


def _is_whole(folder: Path, name: str) -> bool:
    try:
        _read(folder, name)
    except IndexUnusable:
        return False
    return True


def _numbered(folder: Path) -> list[Path]:
    """Return what has the name of a generation, the oldest first."""
    return sorted((p for p in folder.glob("gen-*") if _NAME.fullmatch(p.name)), key=_number)


def _number(path: Path) -> int:
    return int(path.name[4:])
