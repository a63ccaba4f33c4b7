"""Files that a record of a bibliography names, laid beside it as Zotero's "Export Files" does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

_MAX_NAMED_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Attached:
    """The file to read for a record, if there is one.

    ``missing`` has a sentence for each file that is not there, ``outside`` for each that may not be
    read, ``others`` the names of files that could be.
    """

    file: Path | None
    missing: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def find_attachment(names: Sequence[str], bibliography: Path) -> Attached:
    """Return which of the files that a record names is its document: the first PDF, or the first.

    Only files in the bibliography's own folder are read: whoever wrote it does not choose which
    other files of this machine are taken in. Hidden files and web addresses are not looked at.

    Args:
        names: as the record has them.
        bibliography: the file with the record.
    """
    there: dict[Path, str] = {}
    missing, outside = [], []
    for name in dict.fromkeys(names):
        written = _written(name)
        if written is None:
            continue
        folder = bibliography.parent
        location, named = folder.absolute() / written, name[:_MAX_NAMED_CHARS]
        if PureWindowsPath(written).drive or not _is_inside(location, folder):
            outside.append(
                f"Its attachment {named} is outside the folder of the bibliography, or hidden. Put "
                "it there, name it in the record and add the bibliography again."
            )
        elif not os.path.isfile(location):  # noqa: PTH113 (a name too long is no error)
            missing.append(
                f"Its attachment {named} is not in the folder of the bibliography. Put it there "
                "and add the bibliography again."
            )
        else:
            there.setdefault(location.resolve(), named)
    ordered = sorted(there, key=lambda p: p.suffix.lower() != ".pdf")
    others = tuple(there[p] for p in ordered[1:])
    return Attached(next(iter(ordered), None), tuple(missing), tuple(outside), others)


def _is_inside(location: Path, folder: Path) -> bool:
    """Whether a path, with the links in it followed, is in the folder and not hidden in it."""
    try:
        parts = location.resolve().relative_to(folder.resolve()).parts
    except (OSError, RuntimeError, ValueError):
        return False
    return not any(part.startswith(".") for part in parts)


def _written(name: str) -> str | None:
    """Return the path that a name stands for; ``None`` for the address of something else."""
    if name.lower().startswith("file:"):
        return url2pathname(urlsplit(name).path)
    return None if "://" in name or "\0" in name else name.replace("\\", "/")
