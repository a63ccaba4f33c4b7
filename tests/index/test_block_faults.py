"""Blocks of the index that are cut off, damaged or written by two processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from corpus.errors import IndexDamaged
from index.vectors import checked
from index.vectors.builder import encoder_input
from index.vectors.generations import FIRST_FILE, SECOND_FILE, read_usable
from tests.conftest import store_document
from tests.support.blocks import (
    FIRST,
    add_block,
    build,
    current,
    expected_of,
    faults,
    fill,
    held_by,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(catalogue, tmp_path):
    """An index of 240 passages, to which ten may be added before it is written anew."""
    fill(catalogue)
    build(catalogue, tmp_path / "index")
    return tmp_path / "index"


CHILD = """
import sys
from pathlib import Path
from corpus.catalogue.catalogue import connect
from tests.support.blocks import build
with connect(Path(sys.argv[1]) / "catalogue.sqlite") as catalogue:
    for _ in range(int(sys.argv[2])):
        build(catalogue, Path(sys.argv[1]) / "index")
"""


def _start(home, times=1, fail_at=""):
    command = [sys.executable, "-c", CHILD, str(home), str(times)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "SALEX_FAIL_AT": fail_at})


POINTS = (
    "vectors put:1", "vectors put:2", "vectors forgotten:1", "index file:1", "second index file:1",
    "file written:1", "file written:2", "file written:3", "file renamed:3", "file written:4",
    "manifest:1", "before CURRENT:1", "file written:5", "after CURRENT:1", "cleanup:1",
)  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_an_update_that_is_cut_off_loses_and_mixes_nothing(tmp_path, point):
    with connect(tmp_path / "catalogue.sqlite", create=True) as catalogue:
        fill(catalogue)
        index = tmp_path / "index"
        for name in ("one", "two"):  # from two generations on, the oldest is removed
            build(catalogue, index)
            store_document(catalogue, name, "Pupils in Kenya count.", "Teachers read.")
        before, reading = held_by(index), read_usable(index)
        with catalogue.transaction():
            catalogue.db.execute("update document set title = 'Now' where id = 'd3'")
            catalogue.delete_document("d4")
        assert _start(tmp_path, fail_at=point).wait() == 137
        after = expected_of(catalogue, tmp_path)
        found = read_usable(index)  # there may be a newer generation that never became current
        held = {i for i in found.vectors.ids.tolist() if i >= 0}
        assert held in (before.keys(), after.keys())
        assert len(before) == len(reading.vectors.take(reading.vectors.living))
        report = build(catalogue, index)
        assert report.encoded == (0 if "put" not in point else report.encoded)
        assert held_by(index) == after
        assert faults(catalogue, index) == []


@pytest.mark.parametrize("damage", ["cut", "lost", "swapped"])
def test_a_damaged_new_block_leaves_the_generation_before(catalogue, index, damage):
    before = held_by(index)
    path = add_block(catalogue, index)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "swapped":
        other = path.with_name(path.name.replace("passages", "passages.multilingual"))
        path.write_bytes(other.read_bytes())
    else:
        path.unlink()
    found = read_usable(index)
    assert path.name in found.fault
    assert set(found.vectors.ids.tolist()) == set(before)
    build(catalogue, index)
    assert len(held_by(index)) == 241
    assert faults(catalogue, index) == []


def _flip_unseen(path, vector):
    """Change a byte of a vector as a disk does: the file's time stays."""
    times, data = path.stat(), bytearray(path.read_bytes())
    data[data.index(vector[:100]) + 50] ^= 0x41
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("how", ["check", "next day"])
@pytest.mark.parametrize("name", [FIRST_FILE, SECOND_FILE, "vectors.sqlite"])
def test_a_byte_that_changed_unseen_is_told_and_mended(catalogue, index, monkeypatch, name, how):
    path = index / name if name == "vectors.sqlite" else current(index) / name
    vectors = next(iter(held_by(index).values()))
    _flip_unseen(path, vectors[name == SECOND_FILE])
    assert any("--check" in fault for fault in faults(catalogue, index))
    if name == FIRST_FILE:
        with pytest.raises(IndexDamaged, match="salex index --check"):
            read_usable(index)
    store_document(catalogue, "new", "Pupils in Kenya count.")
    build(catalogue, index)  # trusts what it left as it is
    if how == "check":
        build(catalogue, index, check=True)
    else:
        monkeypatch.setattr(checked, "OFTEN_S", 0)
        build(catalogue, index)
    assert faults(catalogue, index) == []
    assert len(held_by(index)) == 241


def test_what_others_touched_is_read_again(catalogue, index):
    path = current(index) / FIRST_FILE
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert build(catalogue, index).published
    assert faults(catalogue, index) == []


def test_a_note_that_is_no_note_is_worth_nothing(catalogue, index):
    for data in (b"", b"[]", b'{"at": 1, "stamps": [[1]]}', b"[" * 90_000):
        (index / checked.FILE).write_bytes(data)
        assert not checked.Checked.read(index).is_recent
        assert not build(catalogue, index).published


def _vector_of(item):
    return FIRST.encode_passages([encoder_input(item.title, item.heading, item.text)])[0]


def test_two_processes_wait_for_each_other_and_readers_see_whole_generations(tmp_path):
    with connect(tmp_path / "catalogue.sqlite", create=True) as catalogue:
        fill(catalogue)
        build(catalogue, tmp_path / "index")
        index, number, vectors = tmp_path / "index", 0, {}
        builders = [_start(tmp_path, times=12) for _ in range(2)]
        while any(builder.poll() is None for builder in builders):
            store_document(catalogue, f"new{number % 9}", f"Pupils {number} in Kenya count.")
            vectors |= {p.id: _vector_of(p) for p in catalogue.passage_inputs()}
            number += 1
            found = read_usable(index)
            assert found.multilingual_fault is None
            assert "cannot be used" not in str(found.fault)
            rows = found.vectors.living
            ids = found.vectors.ids[rows].tolist()
            assert np.array_equal(found.vectors.take(rows), np.stack([vectors[i] for i in ids]))
        assert [builder.wait() for builder in builders] == [0, 0]
        assert number > 5
        build(catalogue, index)
        assert held_by(index) == expected_of(catalogue, tmp_path)
        assert faults(catalogue, index) == []
