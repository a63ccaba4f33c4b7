"""The audit finds a planted fault of each kind, and none in a sound catalogue."""

from __future__ import annotations

import pytest

from corpus.catalogue.files import sha256_of, write_atomically
from corpus.catalogue.originals import Originals
from corpus.model import Tag
from corpus.promises import audit_catalogue
from corpus.tags.tags import put_back, suggest, tags_of
from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from tests.support.fakes import HashEncoder


@pytest.fixture
def originals(tmp_path):
    return Originals(tmp_path / "originals")


@pytest.fixture
def sound(catalogue, store, originals, tmp_path):
    """A catalogue without faults, indexed."""
    data = b"the original"
    store("brief", "First page words.", "Second page.", pages=2, sha256=originals.keep(data))
    build_index(catalogue, tmp_path / "index", HashEncoder())
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
    monkeypatch.setattr("corpus.promises.MAX_LOG_BYTES", 10)
    assert "write-ahead log is small" in _faulty(sound, originals, tmp_path)


def _tag(passage, **fields):
    values = {
        "document_id": "brief", "vocabulary": "stages", "term": "use", "origin": "suggested",
        "passage_id": passage.id, "page": passage.page, "quote": passage.text,
        "decided_by": "tagger",
    }  # fmt: skip
    return Tag(**values | fields)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"passage_id": 7}, "does not exist"),
        ({"passage_id": None}, "without a passage"),
        ({"page": 9}, "not on the page"),
        ({"quote": "Somebody else's words."}, "its quote is not in its passage"),
        ({"origin": "confirmed", "decided_by": None}, "it does not say who decided it"),
        ({"passage_id": None, "origin": "confirmed", "decided_by": "ana"}, None),
        ({}, None),
    ],
    ids=["no passage", "no reason", "page", "quote", "author", "a person needs none", "sound"],
)
def test_each_tag_points_at_the_passage_that_earned_it(sound, originals, wrong, fault):
    tag = _tag(sound.passages("brief")[0], **wrong)
    sound.db.execute("pragma foreign_keys = off")
    with sound.transaction():
        put_back(sound, tag)
        sound.db.execute("update tag set passage_id = ?", [tag.passage_id])
    checks = {c.name: c for c in audit_catalogue(sound, originals)}
    faults = " ".join(checks["tags point at a passage of their document"].faults)
    assert (fault in faults) if fault else not faults


def test_a_tag_that_points_into_another_document_is_found(sound, store, originals, tmp_path):
    store("other", "Other words.", sha256=originals.keep(b"other"))
    with sound.transaction():
        suggest(sound, _tag(sound.passages("other")[0]))
    assert "tags point at a passage of their document" in _faulty(sound, originals, tmp_path)


def test_a_suggestion_goes_with_its_passage_and_moves_with_its_page(catalogue, store):
    store("brief", "First page.", "Second page.", pages=2)
    with catalogue.transaction():
        suggest(catalogue, _tag(catalogue.passages("brief")[1]))
    store("brief", "New page.", "First page.", "Second page.", pages=3)
    assert tags_of(catalogue, ["brief"])["brief"][0].page == 3
    store("brief", "New page.")
    assert tags_of(catalogue, ["brief"])["brief"] == ()


def test_a_changed_original_is_found(sound, originals, tmp_path):
    originals.path(sha256_of(b"the original")).write_bytes(b"another")
    assert "originals are stored unchanged" in _faulty(sound, originals, tmp_path)


def test_a_lost_original_is_found(sound, originals, tmp_path):
    originals.path(sha256_of(b"the original")).unlink()
    assert "originals are stored unchanged" in _faulty(sound, originals, tmp_path)


def test_a_damaged_index_file_is_found(sound, originals, tmp_path):
    (path,) = (tmp_path / "index").glob("gen-*/passages.faiss")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert "index file matches its manifest" in _faulty(sound, originals, tmp_path)


def test_a_written_file_may_be_read_by_whom_any_new_file_may(tmp_path):
    write_atomically(tmp_path / "file", b"text")
    (tmp_path / "plain").write_bytes(b"text")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr("corpus.catalogue.files.os.replace", _no_space)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def _no_space(*_):
    raise OSError(28, "No space left on device")
