"""The notice that a repository closes: from when it takes no changes, why, and where it moved.

It is one file in the data folder, so that every process of a server sees it at once.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from corpus.catalogue.files import write_atomically
from corpus.errors import AccessRefused

FILE: Final = "closing.json"


class RepositoryClosed(AccessRefused):
    """The repository is closed to changes; the message says why and where it moved."""


@dataclass(frozen=True, slots=True)
class Closing:
    """That a repository closes.

    Attributes:
        since: the first day without changes, in UTC, as in ``2026-12-31``.
        message: why, and what to do, for readers.
        moved_to: the address of what takes its place.
    """

    since: str
    message: str
    moved_to: str | None = None

    @property
    def has_begun(self) -> bool:
        """Whether changes are refused today."""
        return self.since <= datetime.now(UTC).date().isoformat()

    @property
    def moment(self) -> datetime:
        """Return when changes end: the beginning of that day, in UTC."""
        return datetime.combine(date.fromisoformat(self.since), datetime.min.time(), UTC)


_known: dict[Path, tuple[tuple[int, int], Closing]] = {}
"""The notice of each data folder, with the time and size of its file."""


def read_closing(data_folder: Path) -> Closing | None:
    """Return the notice, or ``None`` if the repository is open; a file that is no notice closes it.

    The file is read again only when it changed: asking costs a look at its time.
    """
    path = data_folder / FILE
    try:
        state = path.stat()
    except OSError:
        return None
    stamp = (state.st_mtime_ns, state.st_size)
    known = _known.get(path)
    if known is None or known[0] != stamp:
        known = (stamp, _parse(path))
        _known[path] = known
    return known[1]


def _parse(path: Path) -> Closing:
    try:
        closing = Closing(**json.loads(path.read_text("utf-8")))
        date.fromisoformat(closing.since)
    except (OSError, ValueError, TypeError):
        return Closing("1970-01-01", f"{FILE} in the data folder cannot be read.")
    return closing


def write_closing(data_folder: Path, closing: Closing) -> None:
    """Announce that the repository closes, or change what was announced."""
    text = json.dumps(asdict(closing), ensure_ascii=False, indent=1)
    write_atomically(data_folder / FILE, f"{text}\n".encode())


def remove_closing(data_folder: Path) -> bool:
    """Open the repository again; return whether it was closed."""
    with contextlib.suppress(FileNotFoundError):
        (data_folder / FILE).unlink()
        return True
    return False
