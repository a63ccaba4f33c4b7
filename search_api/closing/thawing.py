"""Starts a repository again from a frozen one: every file is checked, then all is there at once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.condition import marker_of
from corpus.catalogue.files import copy_atomically, sha256_of_file, sync_folder, write_atomically
from corpus.catalogue.frozen import Named, read_line, store_rows
from corpus.catalogue.originals import Originals
from corpus.documents.outcomes import record_outcome
from corpus.errors import FrozenInvalid
from corpus.migrations import VERSION
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.people.log import log_change
from search_api.closing.bag import PAYLOAD, check_bag
from search_api.closing.freezing import ABOUT, CATALOGUE, FORMAT, ORIGINALS, ROWS, TAXONOMY
from search_api.service.settings import Settings

_SHOWN: Final = 5
_KEPT: Final = "Started again from the repository that was frozen on {day}."
_QUOTED: Final = (
    "Only what was quoted came back from the repository that was frozen on {day}: no licence says "
    "that the text may be copied. Add its source again to have all of it."
)


@dataclass(frozen=True, slots=True)
class ThawReport:
    """What came back.

    Attributes:
        frozen_on: the date of the frozen repository.
        documents: how many documents there are.
        quoted: the documents of which only quotes came back, by id.
        rows: how many rows of each table.
        originals: how many original files.
        taxonomy: the file with the repository's terms, if they are not those of the settings.
    """

    frozen_on: str
    documents: int
    quoted: tuple[str, ...]
    rows: dict[str, int]
    originals: int
    taxonomy: str | None


def thaw_repository(folder: Path, settings: Settings, actor: Actor) -> ThawReport:
    """Make a repository from a frozen one.

    Args:
        folder: as ``salex freeze`` wrote it.
        settings: say where the repository is to be; nothing may be there yet.
        actor: who does it, for the log.

    Raises:
        FrozenInvalid: a file of it changed, a later release wrote it, or there is a catalogue.
    """
    _refuse_existing(settings)
    _check(folder)
    site = folder / PAYLOAD
    about = _read_about(site)
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_folder, prefix=".thaw-") as beside:
        made = Path(beside) / CATALOGUE
        with connect(made, create=True) as catalogue, catalogue.transaction():
            rows = store_rows(catalogue, _read_rows(site / ROWS))
            quoted = _note_outcomes(catalogue, about, Originals(settings.originals_folder))
            log_change(
                catalogue, actor, "catalogue.thaw", "catalogue",
                after={"frozen_on": about["frozen_on"], "documents": rows.get("document", 0)},
            )  # fmt: skip
        originals = _copy_originals(site / ORIGINALS, Originals(settings.originals_folder))
        taxonomy = _keep_taxonomy(site / TAXONOMY, settings)
        made.rename(settings.catalogue_path)
        sync_folder(settings.data_folder)
    connect(settings.catalogue_path).close()  # leaves what tells that there is a catalogue here
    return ThawReport(
        about["frozen_on"], rows.get("document", 0), quoted, rows, originals, taxonomy
    )


def _refuse_existing(settings: Settings) -> None:
    for path in (settings.catalogue_path, marker_of(settings.catalogue_path)):
        if path.exists():
            raise FrozenInvalid(
                f"{settings.data_folder} has a repository already ({path.name}). Name an empty "
                "folder with SALEX_DATA_FOLDER, or move this one away."
            )


def _check(folder: Path) -> None:
    faults = check_bag(folder).faults
    if faults:
        more = f" And {len(faults) - _SHOWN} more." if len(faults) > _SHOWN else ""
        raise FrozenInvalid(
            f"{folder} is not as it was frozen: {' '.join(faults[:_SHOWN])}{more} Nothing was "
            "made. Take another copy of it."
        )


def _read_about(site: Path) -> dict[str, Any]:
    """Return what a frozen repository says of itself."""
    try:
        about: dict[str, Any] = json.loads((site / ABOUT).read_text("utf-8"))
        is_later = about["format"] > FORMAT or about["schema"] > VERSION
        str(about["frozen_on"]), list(about["excerpts"]), bool(about["everything"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FrozenInvalid(f"{site / ABOUT} cannot be read ({error}).") from error
    if is_later:
        raise FrozenInvalid(
            f"{site} was written by a later release ({about.get('program')}). Upgrade this program."
        )
    return about


def _read_rows(path: Path) -> Iterator[Named]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield read_line(line)


def _note_outcomes(
    catalogue: Catalogue, about: dict[str, Any], originals: Originals
) -> tuple[str, ...]:
    """Record what became of each document; return those that came back as quotes."""
    day, everything = about["frozen_on"], about["everything"]
    quoted = () if everything else tuple(about["excerpts"])
    for document in catalogue.all_documents(pending=True):
        if document.id in quoted:
            # The quotes are all that there is, so they are what the document is made from now.
            originals.keep(catalogue.text(document.id).encode())
        if not everything:
            record_outcome(
                catalogue,
                Outcome(
                    document.source,
                    "partial" if document.id in quoted else "added",
                    (_QUOTED if document.id in quoted else _KEPT).format(day=day),
                    document_id=document.id,
                    sha256=document.sha256,
                ),
            )
    return quoted


def _copy_originals(folder: Path, originals: Originals) -> int:
    """Store the files that documents were made from, under their SHA-256; return how many."""
    count = 0
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        sha256 = path.name.partition(".")[0]
        target = originals.path(sha256)
        if copy_atomically(path, target) != sha256:
            target.unlink()
            raise FrozenInvalid(f"{path} has other bytes than its name says.")
        count += 1
    return count


def _keep_taxonomy(path: Path, settings: Settings) -> str | None:
    """Keep the frozen terms beside the catalogue if the settings name others; return where."""
    if sha256_of_file(path) == sha256_of_file(settings.taxonomy_file):
        return None
    kept = settings.data_folder / TAXONOMY
    write_atomically(kept, path.read_bytes())
    return str(kept)
