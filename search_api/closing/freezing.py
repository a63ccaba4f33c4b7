"""Freezes a repository: a public copy of its catalogue, and the site and data made from that copy.

The pages are made from the copy and never from the catalogue itself, so what is not public cannot
get into them. The folder appears under its name when it is complete, or not at all.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.catalogue.backup import copy_pages
from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.files import copy_atomically, sync_folder
from corpus.catalogue.frozen import Named, select_everything, select_public, store_rows, write_line
from corpus.catalogue.originals import Originals
from corpus.errors import FrozenInvalid
from corpus.migrations import VERSION
from corpus.model import Document
from corpus.taxonomy import load_taxonomy
from index.vectors.builder import build_index
from index.vectors.encoder import Encoder
from ingest.extract import suffix_of
from search_api.closing.bag import PAYLOAD, close_bag
from search_api.closing.crawling import Progress
from search_api.closing.excerpts import Excerpt, make_excerpt, reduce_rows
from search_api.closing.site import Frozen, write_site
from search_api.exports.licences import may_copy
from search_api.service.service import installed_version
from search_api.service.settings import Settings

FORMAT: Final = 1
ROWS: Final = "catalogue.jsonl"
ABOUT: Final = "frozen.json"
TAXONOMY: Final = "taxonomy.toml"
ORIGINALS: Final = "originals"
CATALOGUE: Final = "catalogue.sqlite"
VECTORS_FILE: Final = "vectors.sqlite"
QUIET: Final[dict[str, Any]] = {
    "anonymous_reading": True,
    "demand": False,
    "access_log": False,
    "requests_per_minute": 0,
    "base_url": None,
}
"""Settings of the program that makes the pages: nobody is counted, refused or slowed down, and
links are relative."""


@dataclass(frozen=True, slots=True)
class Freezing:
    """What to freeze, and how.

    Attributes:
        settings: of the repository.
        day: the date of the copy, as in ``2026-01-31``.
        everything: all rows, texts and originals, for the owner's own keeping.
        also: licences whose texts may be copied besides the open ones.
        language: of the pages.
        encoders: the embedding model and the second one; ``None`` for one that there is not.
    """

    settings: Settings
    day: str
    everything: bool = False
    also: Collection[str] = ()
    language: str = "en"
    encoders: tuple[Encoder | None, Encoder | None] = (None, None)


@dataclass(frozen=True, slots=True)
class FreezeReport:
    """What was frozen.

    Attributes:
        folder: where it is.
        documents: how many documents there are.
        whole: how many of them with their whole text.
        files: how many files the site has.
        size_bytes: the size of all of it.
    """

    folder: str
    documents: int
    whole: int
    files: int
    size_bytes: int


def freeze_repository(
    freezing: Freezing, folder: Path, *, progress: Progress | None = None
) -> FreezeReport:
    """Write a repository as a bag with a static site.

    Raises:
        FrozenInvalid: something is at ``folder`` already, or a page cannot be made.
    """
    _refuse_existing(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _building(folder) as made:
        site = made / PAYLOAD
        site.mkdir()
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as beside:
            documents, whole = _fill(freezing, site, Path(beside), progress)
        close_bag(made, _information(freezing))
        files = [path for path in made.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        sync_folder(made)
        made.rename(folder)
        sync_folder(folder.parent)
    return FreezeReport(str(folder), documents, whole, len(files), size)


def _information(freezing: Freezing) -> dict[str, str]:
    """Return what ``bag-info.txt`` says."""
    settings = freezing.settings
    network = load_taxonomy(settings.taxonomy_file).network
    told = {
        "Source-Organization": network,
        "Bagging-Date": freezing.day,
        "External-Description": f"The evidence repository of the {network}, frozen",
        "Bag-Software-Agent": f"salex {installed_version()}",
    }
    return told | ({"Contact-Email": settings.contact} if settings.contact else {})


def _refuse_existing(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FrozenInvalid(f"{folder} exists already. Name a folder that does not exist.")


@contextlib.contextmanager
def _building(folder: Path) -> Iterator[Path]:
    """Give a folder beside ``folder`` to write to, which is removed if anything fails."""
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _fill(
    freezing: Freezing, site: Path, beside: Path, progress: Progress | None
) -> tuple[int, int]:
    """Write the site; return how many documents there are, and how many with their text."""
    settings = freezing.settings
    with connect(settings.catalogue_path) as catalogue, _one_state(catalogue):
        excerpts = _excerpts(catalogue, freezing.also)
        with connect(beside / CATALOGUE, create=True) as copy:
            with copy.transaction():
                store_rows(copy, reduce_rows(select_public(catalogue), excerpts))
            everything = freezing.everything
            kept = select_everything(catalogue) if everything else select_public(copy)
            rows = _write_rows(site / ROWS, kept)
            documents = list(copy.all_documents())
            named = list(catalogue.all_documents(pending=True)) if everything else documents
    whole = [document for document in documents if document.id not in excerpts]
    places = _copy_originals(
        Originals(settings.originals_folder), named if everything else whole, site / ORIGINALS
    )
    public = {d.id: places[d.id] for d in whole if d.id in places}
    _index(freezing, beside)
    copied = settings.model_copy(update={"data_folder": beside} | QUIET)
    shutil.copyfile(settings.taxonomy_file, site / TAXONOMY)
    frozen = Frozen(copied, freezing.day, freezing.encoders, freezing.language, public,
                    whole=len(whole), also=tuple(freezing.also))  # fmt: skip
    write_site(frozen, site, progress)
    about = {
        "format": FORMAT, "schema": VERSION, "program": installed_version(),
        "frozen_on": freezing.day, "everything": everything, "documents": len(documents),
        "excerpts": sorted(excerpts), "also_copied": list(freezing.also), "rows": rows,
    }  # fmt: skip
    text = json.dumps(about, ensure_ascii=False, indent=1)
    (site / ABOUT).write_text(f"{text}\n", "utf-8")
    return len(documents), len(whole)


@contextlib.contextmanager
def _one_state(catalogue: Catalogue) -> Iterator[None]:
    """Let everything be read as of one moment, while others write."""
    catalogue.db.execute("begin")
    try:
        yield
    finally:
        catalogue.db.rollback()


def _excerpts(catalogue: Catalogue, also: Collection[str]) -> dict[str, Excerpt]:
    return {
        str(row["id"]): make_excerpt(catalogue, row)
        for table, row in select_public(catalogue, "document")
        if not may_copy(row, also=also)
    }


def _write_rows(path: Path, rows: Iterable[Named]) -> dict[str, int]:
    """Write rows as lines; return how many there are of each table."""
    counts: dict[str, int] = {}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for table, row in rows:
            file.write(write_line(table, row))
            counts[table] = counts.get(table, 0) + 1
    return counts


def _copy_originals(
    originals: Originals, documents: Iterable[Document], folder: Path
) -> dict[str, str]:
    """Copy the files of documents; return their paths in the site by the document's id."""
    copied = {}
    for document in documents:
        source = originals.path(document.sha256)
        if not source.is_file():
            continue
        name = f"{document.sha256}{suffix_of(document.media_type)}"
        if (
            not (folder / name).exists()
            and copy_atomically(source, folder / name) != document.sha256
        ):
            raise FrozenInvalid(
                f"The original {source} changed on disk. Look at: salex audit. Nothing was kept."
            )
        copied[document.id] = f"{ORIGINALS}/{name}"
    return copied


def _index(freezing: Freezing, beside: Path) -> None:
    """Index the public copy; what is encoded in the repository already is not encoded again."""
    first, second = freezing.encoders
    if first is None:
        return
    settings = freezing.settings
    vectors = settings.index_folder / VECTORS_FILE
    (beside / "index").mkdir()
    if vectors.is_file():
        copy_pages(vectors, beside / "index" / VECTORS_FILE)
    with connect(beside / CATALOGUE) as copy:
        build_index(copy, beside / "index", first, multilingual=second)
