"""A change of one document adds a block to the index, which then has what a new one would have."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search.searcher import Searcher
from index.vectors import appending, coarse, generations, manifests
from index.vectors.builder import build_index
from index.vectors.generations import FIRST_FILE, read_usable
from index.vectors.manifests import read_manifest
from index.vectors.store import VectorStore
from tests.conftest import store_document
from tests.support.blocks import (
    DOCUMENTS,
    FIRST,
    add_block,
    build,
    current,
    expected_of,
    faults,
    fill,
    held_by,
    texts,
)


@pytest.fixture
def index(catalogue, tmp_path):
    """An index of 240 passages, to which ten may be added before it is written anew."""
    fill(catalogue)
    build(catalogue, tmp_path / "index")
    return tmp_path / "index"


def _written(folder):
    """Return the bytes of the files of the current generation that no earlier one has."""
    return sum(p.stat().st_size for p in current(folder).iterdir() if p.stat().st_nlink == 1)


def test_one_document_more_writes_its_own_vectors_only(catalogue, index, tmp_path):
    whole = _written(index)
    store_document(catalogue, "new", "Pupils in Kenya count.")
    report = build(catalogue, index)
    assert (report.passages, report.encoded, report.published) == (241, 1, True)
    assert _written(index) < whole / 20
    assert (index / "gen-000001" / FIRST_FILE).samefile(index / "gen-000002" / FIRST_FILE)
    assert held_by(index) == expected_of(catalogue, tmp_path)
    assert faults(catalogue, index) == []
    assert not build(catalogue, index).published


def test_one_document_less_writes_no_vectors_and_forgets_its_own(catalogue, index, tmp_path):
    with catalogue.transaction():
        catalogue.delete_document("d3")
    report = build(catalogue, index)
    assert (report.removed, report.published, read_manifest(current(index)).gone) == (6, True, 6)
    assert _written(index) < 3_000
    assert held_by(index) == expected_of(catalogue, tmp_path)
    with VectorStore(index / "vectors.sqlite") as stored:
        assert {key[0] for key in stored.keys(FIRST.digest)} == held_by(index).keys()


def test_where_files_have_no_second_name_they_are_copied(catalogue, index, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(generations.os, "link", refuse)
    for number in range(2):
        store_document(catalogue, f"new{number}", "Pupils in Kenya count.")
        build(catalogue, index)
    one, other = index / "gen-000002" / FIRST_FILE, index / "gen-000003" / FIRST_FILE
    assert (one.samefile(other), one.read_bytes()) == (False, other.read_bytes())
    assert held_by(index) == expected_of(catalogue, tmp_path)


def test_after_any_changes_the_index_is_what_a_new_one_would_be(catalogue, index, tmp_path):
    rng, anew, added, most = random.Random(3), 0, 0, 0
    for turn in range(50):
        name = f"d{rng.randrange(DOCUMENTS + 8)}"
        change, there = rng.random(), bool(catalogue.documents([name]))
        if change < 0.3 and there:
            with catalogue.transaction():
                catalogue.db.execute(
                    "update document set title = ? where id = ?", [f"Now {rng.random()}", name]
                )
        elif change < 0.45 and there:
            with catalogue.transaction():
                catalogue.delete_document(name)
        else:
            stay = catalogue.passages(name)[:3] if there else ()
            store_document(catalogue, name, *(p.text for p in stay), *texts(rng, 1))
        build(catalogue, index)
        manifest = read_manifest(current(index))
        anew, added = anew + (not manifest.later), added + bool(manifest.later)
        most = max(most, len(manifest.later))
        if turn % 5 == 4:
            assert held_by(index) == expected_of(catalogue, tmp_path)
            assert not build(catalogue, index).published
    assert min(anew, added) > 5
    assert 1 < most < 6
    assert faults(catalogue, index) == []
    found = read_usable(index)
    assert len(found.vectors) - len(found.vectors.living) <= 0.1 * len(found.vectors)


def test_many_small_additions_leave_few_blocks(catalogue, index, monkeypatch):
    monkeypatch.setattr(appending, "REWRITTEN_FROM", 0.5)
    for number in range(30):
        store_document(catalogue, f"new{number}", f"Pupils count {number}.")
        build(catalogue, index)
    manifest = read_manifest(current(index))
    sizes = [block.rows for block in manifest.later]
    assert sum(sizes) == 30
    assert len(sizes) <= 5
    assert sizes == sorted(sizes, reverse=True)


def test_another_encoder_has_everything_written_anew(catalogue, index):
    store_document(catalogue, "new", "Pupils in Kenya count.")
    report = build_index(catalogue, index, FIRST)
    assert (report.encoded, read_manifest(current(index)).later) == (1, ())
    assert faults(catalogue, index) == []


def test_a_generation_of_the_format_before_is_read_and_written_anew_without_encoding(
    catalogue, tmp_path, monkeypatch
):
    fill(catalogue)
    told, later = manifests.asdict, ("later", "gone")
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "asdict", lambda m: {
            k: v for k, v in told(m).items() if k not in later} | {"format": 3})  # fmt: skip
        build(catalogue, tmp_path / "index")
    (current(tmp_path / "index") / generations.ROWS_FILE).unlink()
    assert len(held_by(tmp_path / "index")) == 240
    report = build(catalogue, tmp_path / "index")
    assert (report.encoded, report.published) == (0, True)
    assert read_manifest(current(tmp_path / "index")).format == manifests.FORMAT


def _search(searcher, catalogue, text):
    hits = searcher.search(catalogue, Query(text)).hits
    return [(hit.document.id, round(hit.score, 6)) for hit in hits]


def test_a_running_server_reads_only_the_new_block(catalogue, index, monkeypatch):
    engine = LocalEngine(index)
    first = engine.view(catalogue)
    summed = []
    real = generations.sha256_of
    monkeypatch.setattr(generations, "sha256_of", lambda d: summed.append(len(d)) or real(d))
    path = add_block(catalogue, index)
    summed.clear()
    second = engine.view(catalogue)
    assert second.generation.vectors.parts[0] is first.generation.vectors.parts[0]
    assert summed == [path.stat().st_size, path.with_name(
        path.name.replace("passages", "passages.multilingual")).stat().st_size]  # fmt: skip
    assert second.without_vector == 0


@pytest.mark.parametrize("many", [1, 10**6], ids=["coarse", "exact"])
def test_searches_over_blocks_answer_like_those_over_one(
    catalogue, index, tmp_path, monkeypatch, many
):
    monkeypatch.setattr(coarse, "MANY", many)
    taxonomy, encoder = load_taxonomy(), FIRST
    running = Searcher(LocalEngine(index), encoder, taxonomy)
    running.refresh(catalogue)
    for number in range(4):
        store_document(catalogue, f"new{number}", f"Wellbeing {number} in Kenya.", title="Reading")
        build(catalogue, index)
        running.refresh(catalogue)
    with catalogue.transaction():
        catalogue.delete_document("new2")
        catalogue.db.execute("update document set title = 'Wellbeing' where id = 'd7'")
    build(catalogue, index)
    assert read_manifest(current(index)).later
    build(catalogue, tmp_path / "one")
    fresh = Searcher(LocalEngine(index), encoder, taxonomy)
    whole = Searcher(LocalEngine(tmp_path / "one"), encoder, taxonomy)
    for text in ("wellbeing in kenya", "teachers read", "how do pupils count books"):
        expected = _search(whole, catalogue, text)
        assert expected
        assert _search(running, catalogue, text) == _search(fresh, catalogue, text) == expected


def test_a_reader_keeps_its_generation_while_everything_is_written_anew(
    catalogue, index, monkeypatch
):
    store_document(catalogue, "new", "Pupils in Kenya count.")
    build(catalogue, index)
    held = read_usable(index)
    query = held.vectors.take(np.array([3]))[0]
    before = held.vectors.cosines(query).copy()
    monkeypatch.setattr(appending, "REWRITTEN_FROM", 0.0)
    for number in range(3):
        store_document(catalogue, f"more{number}", f"Teachers {number}.")
        build(catalogue, index)
    assert not (index / held.manifest.generation).exists()
    assert np.array_equal(held.vectors.cosines(query), before)
