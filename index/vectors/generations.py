"""Index files on disk: numbered generations, each with a manifest, and ``CURRENT`` naming one.

A generation is never changed once it is there, so a server reads one while the next is built, and
the processes of one machine share its memory. A generation has its vectors in blocks. The next one
has the same blocks, as other names of the same files, beside one block of what is new; rows that
belong to no passage are listed. So what is written is what changed.

Whatever happens to a generation is noticed when it is read, and the newest whole one is used
instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import copy_atomically, make_folder, sha256_of, write_atomically
from corpus.errors import IndexDamaged, IndexMissing, IndexUnusable, IndexUnwritable
from index.mapped import map_bytes, read_arrays, write_arrays
from index.vectors import coarse
from index.vectors.blocks import Blocks
from index.vectors.files import move_aside, read_bytes, remove
from index.vectors.manifests import (
    FIRST_FILE,
    MOST_BYTES,
    SECOND_FILE,
    Block,
    Manifest,
    bytes_of,
    damaged,
    file_of,
    read_manifest,
    unreadable,
)
from index.vectors.vectors import Ids, Vectors

ROWS_FILE: Final = "passages.rows"
"""Has the checksum of each row's title and heading, and which rows are gone."""
KEPT: Final = 2
"""Generations left on disk: the current one, and the newest whole one before it."""
_WITH_ROWS: Final = 4
"""The format from which on a generation has a file of rows."""
_NAME: Final = re.compile(r"gen-([0-9]{6,12})")

Headings = npt.NDArray[np.uint32]
Trust = Callable[[Path], bool]
"""Says of a file whether it was found whole before and has not been touched since."""


def trust_nothing(path: Path) -> bool:
    """Let every file be read for its checksum."""
    del path
    return False


@dataclass(frozen=True, slots=True)
class Rows:
    """What a generation says of its rows.

    Attributes:
        headings: (n,) uint32, a checksum of the title and heading that each was encoded with;
            ``None`` if that is not known.
        gone: (g,) int64, ascending, the rows whose passage is gone.
    """

    headings: Headings | None
    gone: Ids


@dataclass(frozen=True, slots=True)
class Readable:
    """A generation that was read whole; ``fault`` says why it may not be the newest.

    ``refused`` is set if that is because the machine refused to read the current one.
    ``multilingual`` has the second file's vectors; ``None`` without one, or if it is damaged, of
    which ``multilingual_fault`` tells.
    """

    manifest: Manifest
    vectors: Blocks
    rows: Rows
    fault: str | None = None
    refused: IndexUnwritable | None = None
    multilingual: Blocks | None = None
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
        name = read_bytes(path, MOST_BYTES).decode().strip()
    except (OSError, ValueError) as error:
        raise unreadable("CURRENT", error) from error
    if not _NAME.fullmatch(name):
        raise damaged("CURRENT", "it does not name a generation")
    return name


def read_usable(
    folder: Path, known: Mapping[str, Vectors] | None = None, trusted: Trust = trust_nothing
) -> Readable:
    """Return the current generation or, if it is damaged, the newest one that is whole.

    Args:
        folder: the index folder.
        known: blocks that this process has checked and mapped, by the SHA-256 of their files: they
            are not read again.
        trusted: which files are not read for their checksums.

    Raises:
        IndexMissing, IndexDamaged, IndexUnwritable: there is none.
    """
    reading = _Reading(folder, known or {}, trusted)
    try:
        name = current_name(folder)
        found = reading.read(name)
    except (IndexDamaged, IndexUnwritable) as error:
        refused = error if isinstance(error, IndexUnwritable) else None
        for path in reversed(_numbered(folder)):
            try:
                older = reading.read(path.name)
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


def read_generation(folder: Path) -> tuple[Manifest, Blocks]:
    """Return the current generation; its bytes are checked before FAISS reads them.

    Raises:
        IndexMissing, IndexDamaged: nothing was built yet; a file is missing or was changed.
        IndexUnwritable: a file cannot be read.
    """
    found = _Reading(folder, {}, trust_nothing).read(current_name(folder))
    return found.manifest, found.vectors


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads generations of a folder."""

    folder: Path
    known: Mapping[str, Vectors]
    trusted: Trust

    def read(self, name: str) -> Readable:
        """Read a generation; damage to its second file costs that file only."""
        manifest = read_manifest(self.folder / name)
        rows = self._rows(name, manifest)
        later = manifest.later
        sums = [manifest.sha256, *(block.sha256 for block in later)]
        vectors = self._blocks(name, manifest, FIRST_FILE, sums, rows.gone)
        second, fault = None, None
        if manifest.multilingual:
            sums = [manifest.multilingual.sha256, *(b.multilingual_sha256 for b in later)]
            try:
                second = self._blocks(name, manifest, SECOND_FILE, sums, rows.gone)
                if not np.array_equal(second.ids, vectors.ids):
                    raise damaged(f"{name}/{SECOND_FILE}", "it has other passages than the first")
            except IndexUnusable as error:
                fault = error
        return Readable(manifest, vectors, rows, multilingual=second, multilingual_fault=fault)

    def _rows(self, name: str, manifest: Manifest) -> Rows:
        if manifest.format < _WITH_ROWS:
            return Rows(None, np.empty(0, np.int64))
        try:
            arrays = read_arrays(self.folder / name / ROWS_FILE, made_for=name)
            return Rows(arrays["headings"], arrays["gone"])
        except (OSError, ValueError, KeyError) as error:
            raise unreadable(f"{name}/{ROWS_FILE}", error) from error

    def _blocks(
        self, name: str, manifest: Manifest, file: str, sums: Sequence[str], gone: Ids
    ) -> Blocks:
        shown = f"{name}/{file}"
        names = [file, *(file_of(file, block.written) for block in manifest.later)]
        parts = [self._block(name, n, digest) for n, digest in zip(names, sums, strict=True)]
        described = manifest if file == FIRST_FILE else manifest.multilingual
        rows = sum(map(len, parts))
        sizes = [len(part) for part in parts[1:]]
        if (
            described is None
            or {part.dimensions for part in parts} != {described.dimensions}
            or sizes != [block.rows for block in manifest.later]
            or rows - len(gone) != described.passages
            or len(gone) != manifest.gone
            or (len(gone) and not 0 <= gone[0] <= gone[-1] < rows)
        ):
            raise damaged(shown, "it does not match its manifest")
        return Blocks(parts, gone, sums)

    def _block(self, name: str, file: str, digest: str) -> Vectors:
        path, shown = self.folder / name / file, f"{name}/{file}"
        if digest in self.known:
            return self.known[digest]
        try:
            data = map_bytes(path)
        except (OSError, ValueError) as error:
            raise unreadable(shown, error) from error
        if not self.trusted(path) and sha256_of(data) != digest:
            raise damaged(shown, "it does not match its manifest", check=True)
        return Vectors.over(data)


def publish_generation(
    folder: Path,
    manifest: Manifest,
    legs: Sequence[Vectors],
    rows: Rows,
    *,
    after: str | None = None,
    trusted: Trust = trust_nothing,
) -> None:
    """Write a new generation and make it the current one; delete those no longer needed.

    Args:
        folder: the index folder.
        manifest: the SHA-256 of what is written, ``generation`` and ``checksum`` are filled in.
        legs: the vectors of each encoder, of the same passages: the first block, or the block that
            comes after those of another generation; empty if there is none.
        rows: of all blocks.
        after: the generation whose blocks this one has as well, as far as ``manifest`` lists them.
        trusted: which files of earlier generations are not read for their checksums.
    """
    before = _numbered(folder)
    name = f"gen-{_number(before[-1]) + 1 if before else 1:06d}"
    if after:
        _take_over(folder, after, name, manifest)
    written = name[4:] if after else ""
    sums = []
    for file, vectors in zip((FIRST_FILE, SECOND_FILE), legs, strict=False):
        data = vectors.to_bytes()
        sums.append(sha256_of(data))
        write_atomically(folder / name / file_of(file, written), data)
        if not after and len(vectors) >= coarse.MANY:
            coarse.write_coarse(folder / name / coarse.coarse_file(file), vectors, sums[-1])
        if file == FIRST_FILE:
            failpoint("index file")
        else:
            failpoint("second index file")
    if rows.headings is not None:
        arrays: dict[str, npt.NDArray[Any]] = {"headings": rows.headings, "gone": rows.gone}
        write_arrays(folder / name / ROWS_FILE, arrays, made_for=name)
    filled = _with_sums(manifest, sums, len(legs[0]) if legs else 0, written)
    data = bytes_of(replace(filled, generation=name))
    write_atomically(folder / name / "manifest.json", data)
    failpoint("manifest")
    if (folder / "CURRENT").is_dir():
        move_aside(folder / "CURRENT")
    failpoint("before CURRENT")
    write_atomically(folder / "CURRENT", f"{name}\n".encode())
    failpoint("after CURRENT")
    _remove_older(before, _Reading(folder, {}, trusted))


def _take_over(folder: Path, after: str, name: str, manifest: Manifest) -> None:
    """Give the blocks of a generation another name in the next one, or copy them."""
    make_folder(folder / name)
    for file in (FIRST_FILE, SECOND_FILE) if manifest.multilingual else (FIRST_FILE,):
        for written in ("", *(block.written for block in manifest.later)):
            _link(folder / after / file_of(file, written), folder / name / file_of(file, written))
        if (folder / after / coarse.coarse_file(file)).exists():
            _link(*(folder / of / coarse.coarse_file(file) for of in (after, name)))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not on every file system
        copy_atomically(source, target)


def _with_sums(manifest: Manifest, sums: Sequence[str], rows: int, written: str) -> Manifest:
    """Return the manifest with the checksums of what was written."""
    if not sums:
        return manifest
    if written:
        block = Block(written, rows, sums[0], sums[1] if len(sums) > 1 else "")
        return replace(manifest, later=(*manifest.later, block))
    beside = manifest.multilingual
    return replace(
        manifest,
        sha256=sums[0],
        multilingual=replace(beside, sha256=sums[1]) if beside else None,
    )


def _remove_older(before: Sequence[Path], reading: _Reading) -> None:
    kept = 1
    for path in reversed(before):
        if kept < KEPT and _is_whole(reading, path.name):
            kept += 1
            continue
        remove(path)
        failpoint("cleanup")


def _is_whole(reading: _Reading, name: str) -> bool:
    try:
        reading.read(name)
    except IndexUnusable:
        return False
    return True


def files_of(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the files of vectors that a generation has."""
    names = (FIRST_FILE, SECOND_FILE) if manifest.multilingual else (FIRST_FILE,)
    numbers = ("", *(block.written for block in manifest.later))
    return [folder / manifest.generation / file_of(n, w) for n in names for w in numbers]


def _numbered(folder: Path) -> list[Path]:
    """Return what has the name of a generation, the oldest first."""
    return sorted((p for p in folder.glob("gen-*") if _NAME.fullmatch(p.name)), key=_number)


def _number(path: Path) -> int:
    return int(path.name[4:])
