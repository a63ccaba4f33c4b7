"""The audit finds a planted fault of each kind, and none in a sound catalogue."""

from __future__ import annotations

import pytest

from corpus.audit import audit_catalogue
from corpus.files import sha256_of, write_atomically
from corpus.originals import Originals
from index.audit import audit_index
from index.builder import build
from tests.fakes import HashEncoder


@pytest.fixture
def originals(tmp_path):
    return Originals(tmp_path / "originals")


@pytest.fixture
def sound(catalogue, store, originals, tmp_path):
    """A catalogue without faults, indexed."""
    data = b"the original"
    store("brief", "First page words.", "Second page.", pages=2, sha256=originals.keep(data))
    build(catalogue, tmp_path / "index", HashEncoder())
    return catalogue


def _faulty(catalogue, originals, tmp_path):
    checks = [*audit_catalogue(catalogue, originals), *audit_index(catalogue, tmp_path / "index")]
    return {c.name for c in checks if not c.ok}


def test_a_sound_catalogue_passes_every_check(sound, originals, tmp_path):
    assert _faulty(sound, originals, tmp_path) == set()


PLANTED = {
    "passages are slices of their document": "update document set text = replace(text, 'Fi', 'fi')",
    "passages' words are on their page": "update passage set page = 2, page_end = 2 where page = 1",
    "documents have passages": "delete from passage",
    "every document has its outcome": "delete from outcome",
    "keyword index equals passages": "delete from passage_fts",
    "vectors equal passages": "delete from passage where position = 1",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(sound, originals, tmp_path, name):
    sound.db.execute(PLANTED[name])
    assert name in _faulty(sound, originals, tmp_path)


def test_a_page_beyond_the_last_is_found(sound, originals, tmp_path):
    sound.db.execute("update passage set page_end = 3 where page = 2")
    assert "passages' words are on their page" in _faulty(sound, originals, tmp_path)


def test_a_log_that_nobody_folds_in_is_found(sound, originals, tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.audit.MAX_LOG_BYTES", 10)
    assert "write-ahead log is small" in _faulty(sound, originals, tmp_path)


def test_a_tag_that_points_into_another_document_is_found(sound, store, originals, tmp_path):
    store("other", "Other words.", sha256=originals.keep(b"other"))
    passage = sound.passages("other")[0]
    sound.db.execute(
        """
        insert into tag (document_id, vocabulary, term, origin, passage_id, decided_at)
        values ('brief', 'stages', 'use', 'suggested', ?, 'now')
        """,
        [passage.id],
    )
    assert "tags point at their own document" in _faulty(sound, originals, tmp_path)


def test_a_changed_original_is_found(sound, originals, tmp_path):
    originals.path(sha256_of(b"the original")).write_bytes(b"another")
    assert "originals are held unchanged" in _faulty(sound, originals, tmp_path)


def test_a_lost_original_is_found(sound, originals, tmp_path):
    originals.path(sha256_of(b"the original")).unlink()
    assert "originals are held unchanged" in _faulty(sound, originals, tmp_path)


def test_a_damaged_index_file_is_found(sound, originals, tmp_path):
    (path,) = (tmp_path / "index").glob("gen-*/passages.faiss")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert "index file matches its manifest" in _faulty(sound, originals, tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr("corpus.files.os.replace", _no_space)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def _no_space(*_):
    raise OSError(28, "No space left on device")
