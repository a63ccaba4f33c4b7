"""Counts how many titles of strangers' documents are right.

``python -m tests.reading.run titles FOLDER [FOLDER ...]`` reads the labelled documents that it
finds (folders of documents, clones of repositories). ``tests/data/reading/titles.jsonl`` has the
title of each in all its right forms, written from a picture of its first page before it was read.
Documents are parted by publisher: nobody looks at the faults of those kept apart (``apart``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.model import Fetched, Limits
from ingest.preparing import front_for
from ingest.record import Finding, Front, find_record, is_sure
from ingest.text.passages import assemble_pages
from tests.reading.record import same_title
from tests.reading.tags import read_source

LABELS: Final = Path(__file__).parents[1] / "data/reading/titles.jsonl"
HALVES: Final = ("look", "apart")


@dataclass(frozen=True)
class Titled:
    """A labelled document: where it is, who issued it, and every form of its title."""

    source: str
    file: str
    sha256: str
    publisher: str
    half: str
    titles: tuple[str, ...]

    def is_right(self, found: Finding | None) -> bool:
        """Whether a title that was read is one of the forms."""
        return found is not None and any(same_title(str(found.value), t) for t in self.titles)


@dataclass
class Counts:
    """How many titles were recorded or only suggested, and were right; and how many are missing."""

    right: int = 0
    wrong: int = 0
    suggested_right: int = 0
    suggested_wrong: int = 0
    missing: int = 0

    def add(self, found: Finding | None, *, right: bool) -> None:
        """Count what was read of a document."""
        if found is None:
            self.missing += 1
        elif is_sure(found):
            self.right += right
            self.wrong += not right
        else:
            self.suggested_right += right
            self.suggested_wrong += not right

    def told(self) -> str:
        """Return the counts as words."""
        return (
            f"recorded {self.right} right, {self.wrong} wrong; only suggested "
            f"{self.suggested_right} right, {self.suggested_wrong} wrong; {self.missing} missing"
        )


def labels() -> list[Titled]:
    """Return the labelled documents."""
    lines = LABELS.read_text(encoding="utf-8").splitlines()
    entries = (json.loads(line) for line in lines)
    return [Titled(**{**entry, "titles": tuple(entry["titles"])}) for entry in entries]


def report(*folders: Path) -> str:
    """Return the figures of both parts, and the faults of the one for looking at."""
    return "\n".join(_told(list(read_fronts(folders))))


def read_fronts(folders: Iterable[Path]) -> Iterator[tuple[Titled, Front]]:
    """Yield the first pages of each labelled document that is there and can be read."""
    folders = list(folders)
    for label in labels():
        data = read_source(label, folders)
        try:
            if data:
                yield label, front_from(label.file, data)
        except SourceRejected:
            continue


def front_from(file: str, data: bytes) -> Front:
    """Return the first pages of a file."""
    name = file.rpartition("/")[2]
    fetched = Fetched(f"file:/{name}", data, name)
    media_type, extracted = extract_document(fetched, Limits(max_seconds=600))
    return front_for(fetched, media_type, extracted, assemble_pages(extracted.pages).text)


def title_in(found: Iterable[Finding]) -> Finding | None:
    """Return the title among what was found."""
    return next((one for one in found if one.field == "title"), None)


def _told(read: Sequence[tuple[Titled, Front]]) -> Iterator[str]:
    counts = {half: Counts() for half in HALVES}
    faults = []
    for label, front in read:
        found = title_in(find_record(front))
        right = label.is_right(found)
        counts[label.half].add(found, right=right)
        if not right and label.half == "look":
            value = found.value if found else None
            faults.append(f"{label.source} {label.file}: {value!r}, not {label.titles[0]!r}")
    yield f"{len(read)} of {len(labels())} documents"
    yield from (f"{half}: {one.told()}" for half, one in counts.items())
    yield from faults
