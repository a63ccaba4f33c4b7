"""Taking in with workers: the same catalogue, and none is asked without need."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from ingest.isolation.workers import Workers
from ingest.model import Limits
from tests.hostile.pdfs import deflated, pages, write
from tests.ingest.test_pipeline import TEXT, add, folder, originals

__all__ = ["folder", "originals"]


def test_workers_and_this_process_make_the_same_catalogue(folder, tmp_path):
    made = []
    for workers in (0, 2):
        home = tmp_path / str(workers)
        with connect(home / "catalogue.sqlite", create=True) as catalogue:
            found = add([str(folder)], catalogue, Originals(home / "originals"), workers=workers)
            documents = [replace(d, added_at="", updated_at="") for d in catalogue.all_documents()]
            passages = [p for d in documents for p in catalogue.passages(d.id)]
            made.append(([replace(o, at="") for o in found], documents, passages))
    assert made[0] == made[1]


def test_the_same_bytes_twice_in_flight_are_one_document(tmp_path, catalogue, originals):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(TEXT)
    paths = [str(tmp_path / f"{name}.txt") for name in "abc"]
    found = add(paths, catalogue, originals, workers=2)
    assert [o.kind for o in found] == ["added", "duplicate", "duplicate"]


def test_many_duplicates_do_not_fill_the_pool(tmp_path, catalogue, originals, monkeypatch):
    left, leave = [], Workers.__exit__
    monkeypatch.setattr(
        Workers, "__exit__", lambda p, *e: left.append(len(p._held)) or leave(p, *e)
    )
    for number in range(40):
        (tmp_path / f"{number:02d}.txt").write_text(TEXT)
    (tmp_path / "99.txt").write_text("Something else is written here. " * 20)
    paths = [str(p) for p in sorted(tmp_path.glob("*.txt"))]
    found = Counter(o.kind for o in add(paths, catalogue, originals, workers=1))
    assert found == {"added": 2, "duplicate": 39}
    assert left == [0]


def test_a_file_that_takes_too_long_is_refused_and_the_rest_is_taken(
    tmp_path, catalogue, originals
):
    slow = deflated(b"q 1 0 0 1 0 0 cm Q " * 50_000, 74)  # ten seconds on one page
    (tmp_path / "b.pdf").write_bytes(write(pages([slow])))
    for name in "ac":
        (tmp_path / f"{name}.txt").write_text(f"{name} {TEXT}")
    paths = [str(tmp_path / name) for name in ("a.txt", "b.pdf", "c.txt")]
    limits = Limits(max_seconds=3, max_clock_seconds=3)
    found = add(paths, catalogue, originals, limits=limits, workers=2)
    assert [(o.kind, o.code) for o in found][1] == ("rejected", "timeout")
    assert {found[0].kind, found[2].kind} == {"added"}


def test_an_unchanged_folder_is_settled_without_workers(folder, catalogue, originals, monkeypatch):
    paths = [str(folder / name) for name in ("a-report.pdf", "i-notes.txt")]
    add(paths, catalogue, originals)
    monkeypatch.setattr(Workers, "submit", lambda *_: pytest.fail("a worker was asked"))
    found = add(paths, catalogue, originals, workers=2)
    assert [o.kind for o in found] == ["unchanged", "unchanged"]
