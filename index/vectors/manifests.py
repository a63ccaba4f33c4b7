"""The manifest of a generation: what its files of vectors are, and what they were made from."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from corpus.errors import IndexDamaged, IndexUnusable, IndexUnwritable
from index.vectors.files import read_bytes, why

FORMAT: Final = 4
"""From 2 on a manifest also describes the second file of vectors, from 3 on the vectors in a file
are aligned, from 4 on there may be later blocks and rows that are gone. All are read."""
FIRST_FILE: Final = "passages.faiss"
SECOND_FILE: Final = "passages.multilingual.faiss"
MOST_BYTES: Final = 100_000
"""Of CURRENT and of a manifest, which have a few thousand at most."""
_REFUSED: Final = (errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE)
"""Errors of the system that say nothing about the file."""


@dataclass(frozen=True, slots=True)
class Block:
    """Vectors that were added to those of an earlier generation.

    Attributes:
        written: the number of the generation that they came with, which is in their files' names.
        rows: how many there are.
        sha256: of the first encoder's file.
        multilingual_sha256: of the second's, if there is one.
    """

    written: str
    rows: int
    sha256: str
    multilingual_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from.

    ``revision`` is the catalogue's when it was built, ``passages`` how many have a vector in it.
    ``later`` are the blocks after the first, which ``sha256`` is of; ``gone`` is how many rows of
    all belong to no passage now. ``generation`` is the folder it is of, and ``checksum`` that of
    all other fields; manifests from before there were these have them empty. ``content`` is empty
    since format 4.
    """

    format: int
    model: str
    model_digest: str
    dimensions: int
    passages: int
    revision: int
    built_at: str
    content: str = ""
    sha256: str = ""
    generation: str = ""
    checksum: str = ""
    gone: int = 0
    later: Sequence[Block] = ()
    multilingual: Beside | None = None

    @property
    def digests(self) -> list[str]:
        """Which encoders the vectors are of."""
        return [part.model_digest for part in (self, self.multilingual) if part]


@dataclass(frozen=True, slots=True)
class Beside:
    """The same of the second file of vectors, of the encoder that reads other languages."""

    model: str
    model_digest: str
    dimensions: int
    passages: int
    content: str = ""
    sha256: str = ""


def file_of(name: str, written: str = "") -> str:
    """Return the name of a block's file; without ``written``, of the first block's."""
    return f"{name.removesuffix('.faiss')}.{written}.faiss" if written else name


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in the folder of a generation.

    Raises:
        IndexDamaged: it is missing, was changed, or is that of another generation or release.
        IndexUnwritable: it cannot be read.
    """
    shown = f"{folder.name}/manifest.json"
    try:
        found = json.loads(read_bytes(folder / "manifest.json", MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(shown, error) from error
    if isinstance(found, dict) and found.get("format") not in range(1, FORMAT + 1):
        raise damaged(shown, "it has another format")
    try:
        manifest = manifest_of(found)
    except (TypeError, AttributeError) as error:
        raise damaged(shown, "it is not a manifest") from error
    if manifest.generation not in ("", folder.name):
        raise damaged(shown, f"it is that of {manifest.generation}")
    if manifest.checksum not in ("", _checksum(found)):
        raise damaged(shown, "it does not match its checksum")
    return manifest


def manifest_of(members: dict[str, Any]) -> Manifest:
    """Return the manifest with these members, as they come out of JSON.

    Raises:
        TypeError: a member is missing, unknown or of another type.
    """
    second = members.get("multilingual")
    beside = None if second is None else Beside(**second)
    later = tuple(Block(**block) for block in members.get("later", ()))
    manifest = Manifest(**members | {"multilingual": None, "later": ()})
    for part in (manifest, *later, *((beside,) if beside else ())):
        plain = [f for f in fields(part) if f.type in ("int", "str")]
        if any(type(getattr(part, f.name)).__name__ != f.type for f in plain):
            raise TypeError("a member has another type")
    return replace(manifest, multilingual=beside, later=later)


def bytes_of(manifest: Manifest) -> bytes:
    """Return a manifest as it is written, with its checksum."""
    members = json.loads(json.dumps(asdict(manifest)))
    return json.dumps(members | {"checksum": _checksum(members)}, indent=2).encode()


def _checksum(members: dict[str, Any]) -> str:
    rest = sorted((name, value) for name, value in members.items() if name != "checksum")
    return hashlib.blake2b(repr(rest).encode(), digest_size=16).hexdigest()


def damaged(shown: str, reason: str, *, check: bool = False) -> IndexDamaged:
    """Return the error for a file that is not what it should be.

    Args:
        shown: the file.
        reason: what is wrong with it.
        check: whether only reading all of it shows that.
    """
    run = f"salex index{' --check' if check else ''}"
    return IndexDamaged(f"{shown} of the index cannot be used ({reason}). Run: {run}")


def unreadable(shown: str, error: Exception) -> IndexUnusable:
    """Return the error for a file that is damaged or lost, or that cannot be read now."""
    if isinstance(error, OSError) and error.errno in _REFUSED:
        return IndexUnwritable(
            f"{shown} of the index cannot be read ({why(error)}). Check its permissions and the "
            "disk."
        )
    return damaged(shown, why(error))
