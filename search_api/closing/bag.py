"""A folder as a bag (BagIt 1.0, RFC 8493): what is in it, and whether a byte of it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from corpus.catalogue.files import sha256_of_file
from corpus.errors import FrozenInvalid

PAYLOAD: Final = "data"
DECLARATION: Final = "bagit.txt"
INFORMATION: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
_DECLARED: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class BagReport:
    """How a bag compares with its manifests; paths are those of its files.

    Attributes:
        files: how many files the manifests name.
        size_bytes: the size of the payload.
        faults: what is wrong, one sentence a file.
    """

    files: int
    size_bytes: int
    faults: tuple[str, ...]


def close_bag(folder: Path, information: Mapping[str, str]) -> None:
    """Write the manifests of a folder whose payload is complete.

    Args:
        folder: has the payload in ``data/``, and perhaps other files beside it.
        information: for ``bag-info.txt``, by label.
    """
    payload = dict(_digests(folder, f"{PAYLOAD}/**/*"))
    sizes = [(folder / name).stat().st_size for name in payload]
    told = {**information, "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}"}
    _write(folder / DECLARATION, _DECLARED)
    _write(folder / INFORMATION, "".join(f"{name}: {told[name]}\n" for name in told))
    _write(folder / MANIFEST, _lines(payload))
    _write(folder / TAG_MANIFEST, _lines(dict(_digests(folder, "*"))))


def check_bag(folder: Path) -> BagReport:
    """Compare every file with the manifests.

    Raises:
        FrozenInvalid: it is no bag, or its manifests cannot be read.
    """
    if not (folder / DECLARATION).is_file():
        raise FrozenInvalid(f"{folder} is not a frozen repository: {DECLARATION} is missing.")
    expected = read_manifest(folder / MANIFEST) | read_manifest(folder / TAG_MANIFEST)
    faults, size = [], 0
    for name, digest in sorted(expected.items()):
        path = folder / name
        if not path.is_file():
            faults.append(f"{name} is missing.")
        elif sha256_of_file(path) != digest:
            faults.append(f"{name} changed: its SHA-256 is not the one in the manifest.")
        if name.startswith(f"{PAYLOAD}/") and path.is_file():
            size += path.stat().st_size
    there = {path.relative_to(folder).as_posix() for path in _files(folder, f"{PAYLOAD}/**/*")}
    faults += [f"{name} is not in the manifest." for name in sorted(there - set(expected))]
    return BagReport(len(expected), size, tuple(faults))


def read_manifest(path: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by its path in the bag.

    Raises:
        FrozenInvalid: it is missing or not a manifest, or it names a file outside the bag.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FrozenInvalid(f"The manifest {path} cannot be read: {error}") from error
    digests = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        parts = PurePosixPath(unquote(name)).parts
        if len(digest) != 64 or not parts or ".." in parts or parts[0] == "/":
            raise FrozenInvalid(f"The manifest {path} has a line that cannot be used: {line!r}")
        digests[unquote(name)] = digest.lower()
    return digests


def _digests(folder: Path, pattern: str) -> Iterator[tuple[str, str]]:
    for path in _files(folder, pattern):
        if path.name != TAG_MANIFEST:
            yield path.relative_to(folder).as_posix(), sha256_of_file(path)


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _lines(digests: Mapping[str, str]) -> str:
    return "".join(f"{digests[name]}  {_encode(name)}\n" for name in sorted(digests))


def _encode(name: str) -> str:
    """Return a name as a manifest writes it: line ends and percent signs encoded (2.1.3)."""
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
