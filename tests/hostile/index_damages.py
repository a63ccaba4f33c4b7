"""Damages of the files beside the catalogue: index generations, stored vectors and originals.

``build_home`` makes a repository with two generations; ``DAMAGES`` are what can happen to its
files. ``answers`` says what a reader is told, to compare with what a sound repository tells.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.vectors.manifests import FORMAT
from tests.conftest import store_document
from tests.support.fakes import HashEncoder

ASKED = "how pupils read"
FIRST, SECOND = "gen-000001", "gen-000002"
Change = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Damage:
    """What happens to a data folder, and to which of its parts."""

    part: str
    name: str
    apply: Change


def build_home(data: Path) -> None:
    """Fill a data folder; between its two generations the words of one title changed."""
    originals = Originals(data / "originals")
    with connect(data / "catalogue.sqlite", create=True) as catalogue:
        for number, title in ((0, "Reading pupils"), (1, "Wellbeing"), (2, "Reading again")):
            texts = [f"Pupils read part {part} of book {number}." for part in range(4)]
            digest = originals.keep("\n\n".join(texts).encode())
            store_document(catalogue, f"d{number}", *texts, title=title, sha256=digest)
        build_index(catalogue, data / "index", HashEncoder())
        with catalogue.transaction():
            catalogue.db.execute("update document set title = 'How to teach' where id = 'd2'")
        build_index(catalogue, data / "index", HashEncoder())


def answers(data: Path) -> tuple[list[object], tuple[str, ...]]:
    """Return what a search shows (passages and their scores) and the notices with it."""
    with connect(data / "catalogue.sqlite") as catalogue:
        searcher = Searcher(LocalEngine(data / "index"), HashEncoder(), load_taxonomy())
        results = searcher.search(catalogue, Query(ASKED))
    return [asdict(snippet) for hit in results.hits for snippet in hit.snippets], results.notices


def original(data: Path) -> Path:
    """Return where the original of the document ``d0`` is."""
    with connect(data / "catalogue.sqlite") as catalogue:
        return Originals(data / "originals").path(catalogue.document("d0").sha256)


def _files() -> Iterator[tuple[str, Callable[[Path], Path]]]:
    yield "CURRENT", lambda data: data / "index" / "CURRENT"
    yield "manifest", lambda data: data / "index" / SECOND / "manifest.json"
    yield "passages", lambda data: data / "index" / SECOND / "passages.faiss"
    yield "rows", lambda data: data / "index" / SECOND / "passages.rows"
    yield "vectors", lambda data: data / "index" / "vectors.sqlite"
    yield "originals", original


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 0x41
    path.write_bytes(data)


def _noise(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(max(path.stat().st_size, 64)))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _delete(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


ANY_FILE: tuple[Change, ...] = (_truncate, _flip, _noise, _empty, _delete, _folder, _pipe)


def _swapped(name: str) -> Change:
    def swap(data: Path) -> None:
        one, other = data / "index" / FIRST / name, data / "index" / SECOND / name
        kept = one.rename(one.with_name("kept"))
        other.rename(one)
        kept.rename(other)

    return swap


def _swap_folders(data: Path) -> None:
    index = data / "index"
    kept = (index / FIRST).rename(index / "kept")
    (index / SECOND).rename(index / FIRST)
    kept.rename(index / SECOND)


def _lose(*names: str) -> Change:
    def lose(data: Path) -> None:
        for name in names:
            shutil.rmtree(data / "index" / name)

    return lose


def _written(name: str, content: bytes) -> Change:
    return lambda data: (data / "index" / name).write_bytes(content) and None


def _member(**changed: object) -> Change:
    """Change members of the current manifest."""

    def change(data: Path) -> None:
        path = data / "index" / SECOND / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")

    return change


def _index_is_a_file(data: Path) -> None:
    shutil.rmtree(data / "index")
    (data / "index").write_text("not a folder")


def _generation_is_a_file(data: Path) -> None:
    shutil.rmtree(data / "index" / SECOND)
    (data / "index" / SECOND).write_text("not a folder")


def _in_database(change: Callable[[sqlite3.Connection], object]) -> Change:
    def run(data: Path) -> None:
        with sqlite3.connect(data / "index" / "vectors.sqlite") as connection:
            change(connection)
        connection.close()

    return run


def _rotate_vectors(connection: sqlite3.Connection) -> None:
    """Give every passage the vector of the next one, and each of them its own checksum."""
    rows = connection.execute("select passage_id, vector from vector order by passage_id")
    ids, vectors = zip(*rows.fetchall(), strict=True)
    for passage, vector in zip(ids, vectors[1:] + vectors[:1], strict=True):
        connection.execute("update vector set vector = ? where passage_id = ?", [vector, passage])


def _turn_vectors(connection: sqlite3.Connection) -> None:
    for passage, vector in connection.execute("select passage_id, vector from vector").fetchall():
        turned = np.roll(np.frombuffer(vector, "<f4"), 1).tobytes()
        connection.execute("update vector set vector = ? where passage_id = ?", [turned, passage])


def _foreign_vectors(data: Path) -> None:
    (data / "index" / "vectors.sqlite").unlink()
    _in_database(lambda c: c.execute("create table vector (id integer, words text)"))(data)


def _originals_are_a_file(data: Path) -> None:
    shutil.rmtree(data / "originals")
    (data / "originals").write_text("not a folder")


def _swap_originals(data: Path) -> None:
    one = original(data)
    other = next(p for p in (data / "originals").glob("*/*") if p != one)
    other.write_bytes(one.read_bytes())
    one.write_bytes(b"the words of another document")


def _of_files() -> Iterator[Damage]:
    for part, find in _files():
        for change in ANY_FILE:
            yield Damage(
                part,
                f"{part} {change.__name__[1:]}",
                lambda data, find=find, change=change: change(find(data)),  # type: ignore[misc]
            )


DAMAGES: tuple[Damage, ...] = (
    *_of_files(),
    Damage("CURRENT", "CURRENT is not UTF-8", _written("CURRENT", b"\xff\xfegen-000002\n")),
    Damage("CURRENT", "CURRENT names the one before", _written("CURRENT", b"gen-000001\n")),
    Damage("CURRENT", "CURRENT names none", _written("CURRENT", b"gen-000009\n")),
    Damage("CURRENT", "CURRENT leads out", _written("CURRENT", b"../../originals\n")),
    Damage(
        "manifest", "100,000 brackets", _written(f"{SECOND}/manifest.json", b"[" * 100_000)
    ),
    Damage("manifest", "manifest is huge", _written(f"{SECOND}/manifest.json", b" " * 2_000_000)),
    Damage("manifest", "manifest is a number", _written(f"{SECOND}/manifest.json", b"7")),
    Damage("manifest", "newer manifest", _member(format=FORMAT + 1, unit="cosine")),
    Damage("manifest", "model is a number", _member(model=5)),
    Damage("manifest", "another model", _member(model_digest="another")),
    Damage("manifest", "other dimensions", _member(dimensions=63)),
    Damage("manifest", "unknown member", _member(unit="cosine")),
    Damage("manifest", "manifests swapped", _swapped("manifest.json")),
    Damage("passages", "passages swapped", _swapped("passages.faiss")),
    Damage("index", "generations swapped", _swap_folders),
    Damage("index", "current generation lost", _lose(SECOND)),
    Damage("index", "all generations lost", _lose(FIRST, SECOND)),
    Damage("index", "generation is a file", _generation_is_a_file),
    Damage("index", "index is a file", _index_is_a_file),
    Damage("vectors", "vectors rotated", _in_database(_rotate_vectors)),
    Damage("vectors", "vectors turned", _in_database(_turn_vectors)),
    Damage("vectors", "checksums lost", _in_database(
        lambda c: c.execute("update vector set digest = null"))),
    Damage("vectors", "newer store", _in_database(
        lambda c: c.execute("pragma user_version = 9"))),
    Damage("vectors", "foreign database", _foreign_vectors),
    Damage("originals", "originals are a file", _originals_are_a_file),
    Damage("originals", "other bytes", _swap_originals),
)  # fmt: skip
