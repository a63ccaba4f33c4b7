"""A list as a folder for a reference manager: RIS, and the stored files that may be passed on."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.files import make_folder, sha256_of, sha256_of_file, write_atomically
from corpus.errors import EvidenceError, OriginalDamaged
from corpus.model import Document, Selection
from ingest.extract import suffix_of
from ingest.records import csl, ris
from search_api.exports.licences import is_open
from search_api.exports.taking import Collector
from search_api.lists.exporting import references_of_list

FILES: Final = "files"
_FILE: Final = re.compile(rf"{FILES}/[^/\\]+")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry whose file is not in the folder, and why."""

    title: str
    reason: str


@dataclass(slots=True)
class Folder:
    """A folder that others write to as well: only what was written here is replaced or removed.

    Attributes:
        path: the folder.
        slug: the list; its manifest says what was written.
        written: the SHA-256 of each file that was written here, by its name in the folder.
        done: how many files were written, removed, or there already.
    """

    path: Path
    slug: str
    written: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def manifest(self) -> Path:
        """Return the file that says what was written."""
        return self.path / f"{self.slug}.salex.json"

    def load(self) -> None:
        """Read what was written before.

        Raises:
            EvidenceError: the manifest is not one of these.
        """
        if not self.manifest.exists():
            return
        try:
            written = json.loads(self.manifest.read_text("utf-8"))["files"]
            own = {n: str(s) for n, s in written.items() if n == self.ris or _FILE.fullmatch(n)}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise EvidenceError(
                f"{self.manifest} does not say what was written to the folder. Move it, or name "
                "another folder."
            ) from error
        self.written = own

    @property
    def ris(self) -> str:
        """Return the name of the list's file."""
        return f"{self.slug}.ris"

    def put(self, name: str, data: bytes) -> bool:
        """Write a file unless it is there; ``False`` if another file has its name."""
        path, wanted = self.path / name, sha256_of(data)
        if path.exists() or path.is_symlink():
            there = _digest(path)
            if there == wanted:
                self.done["unchanged"] += 1
                return True
            if there is None or there != self.written.get(name):
                return False
        write_atomically(path, data)
        self.written[name] = wanted
        self.done["written"] += 1
        return True

    def remove_others(self, names: set[str]) -> None:
        """Remove the files written before that are not among ``names``, unless they changed."""
        for name in sorted(self.written.keys() - names):
            if _digest(self.path / name) == self.written.pop(name):
                (self.path / name).unlink()
                self.done["removed"] += 1

    def save(self) -> None:
        """Write what was written, if that changed."""
        content = {"list": self.slug, "files": dict(sorted(self.written.items()))}
        data = (json.dumps(content, indent=2) + "\n").encode()
        if self.written and _digest(self.manifest) != sha256_of(data):
            write_atomically(self.manifest, data)


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; ``None`` for what is no file of its own."""
    return sha256_of_file(path) if path.is_file() and not path.is_symlink() else None


def copy_list(
    catalogue: Catalogue, collector: Collector, slug: str, selection: Selection, path: Path
) -> tuple[Folder, list[LeftOut]]:
    """Write a list as RIS to a folder, with the files of its documents in ``files/``.

    Doing it again writes what changed, and removes what it wrote for entries that have gone.

    Returns:
        What was written, and the entries without a file.

    Raises:
        EvidenceError: another file has the name of the list's own.
        OSError: naming the path.
    """
    folder = Folder(path, slug)
    make_folder(path)
    folder.load()
    references = references_of_list(catalogue, collector, slug, selection)
    documents = catalogue.documents(e.document_id for e in selection.entries if e.document_id)
    left_out, records, names = [], [], {folder.ris}
    try:
        for entry, item in zip(selection.entries, references.items, strict=True):
            document = documents.get(entry.document_id or "")
            placed = _place(folder, collector, document)
            if isinstance(placed, LeftOut):
                left_out.append(replace(placed, title=entry.title))
                records.append(item.record)
            else:
                names.add(placed)
                records.append(item.record | {csl.ATTACHMENTS: [placed]})
        if not folder.put(folder.ris, ris.write_records(records).encode()):
            raise EvidenceError(
                f"{path / folder.ris} was not written by this command, or was changed since. Move "
                "it, or name another folder."
            )
        folder.remove_others(names)
    finally:
        folder.save()
    return folder, left_out


def _place(folder: Folder, collector: Collector, document: Document | None) -> str | LeftOut:
    """Copy a document's file and return its name in the folder, or say why it has none there."""
    reason = _refusal(document)
    if document is None or reason:
        return LeftOut("", reason)
    name = f"{FILES}/{document.id}{suffix_of(document.media_type)}"
    try:
        data = collector.originals.read(document.sha256)
    except OriginalDamaged as error:
        return LeftOut("", str(error))
    if not folder.put(name, data):
        return LeftOut("", f"{name} was not written by this command, or was changed since.")
    return name


def _refusal(document: Document | None) -> str:
    """Return why a document's file may not be copied; empty if it may."""
    if document is None:
        return "It is not a public document of this repository."
    if document.withdrawn_at:
        return "It is withdrawn."
    if document.media_type == csl.MEDIA_TYPE:
        return "Only its record is stored."
    if document.digest or is_open(document.licence):
        return ""
    if not document.licence:
        return "Its record states no licence."
    return f"Its licence ({document.licence}) does not let anybody pass it on."
