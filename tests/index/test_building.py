"""The index is built of what changed, published whole, and kept as it was when that fails."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from index.vectors.builder import build_index, encoder_input
from index.vectors.generations import Rows, publish_generation, read_generation, read_usable
from tests.support.fakes import HashEncoder


def test_only_what_is_new_is_encoded_again(catalogue, store, tmp_path):
    encoder = HashEncoder()
    store("a", "One.", "Two.")
    assert build_index(catalogue, tmp_path / "i", encoder).encoded == 2
    assert build_index(catalogue, tmp_path / "i", encoder).encoded == 0
    store("a", "One.", "Three.")
    report = build_index(catalogue, tmp_path / "i", encoder)
    assert (report.encoded, report.removed) == (1, 1)
    store("a", "One.", "Three.", title="Another title")
    assert build_index(catalogue, tmp_path / "i", encoder).encoded == 2


def test_a_lost_index_file_comes_back_without_encoding(catalogue, store, tmp_path):
    store("a", "One.", "Two.")
    build_index(catalogue, tmp_path / "i", HashEncoder())
    (tmp_path / "i" / "CURRENT").unlink()
    report = build_index(catalogue, tmp_path / "i", HashEncoder())
    assert (report.encoded, report.published) == (0, True)


def test_nothing_is_published_when_nothing_changed(catalogue, store, tmp_path):
    store("a", "One.")
    build_index(catalogue, tmp_path / "i", HashEncoder())
    assert not build_index(catalogue, tmp_path / "i", HashEncoder()).published


def test_only_two_generations_stay_on_disk(catalogue, store, tmp_path):
    for number in range(5):
        store(f"d{number}", "Words.")
        build_index(catalogue, tmp_path / "i", HashEncoder())
    assert len(list((tmp_path / "i").glob("gen-*"))) == 2
    manifest, vectors = read_generation(tmp_path / "i")
    assert manifest.passages == len(vectors) == 5


def test_a_stop_before_the_swap_keeps_the_old_generation(catalogue, store, tmp_path, monkeypatch):
    store("a", "One.")
    build_index(catalogue, tmp_path / "i", HashEncoder())
    manifest, vectors = read_generation(tmp_path / "i")
    monkeypatch.setattr("corpus.catalogue.files.os.replace", _stopped)
    with pytest.raises(OSError, match="stopped"):
        publish_generation(tmp_path / "i", manifest, vectors.parts, Rows(None, np.empty(0, int)))
    assert len(read_generation(tmp_path / "i")[1]) == 1


def _stopped(*_):
    raise OSError(errno.EIO, "stopped")


class SecondEncoder(HashEncoder):
    digest = "another"


def test_vectors_stand_in_the_order_of_documents(catalogue, store, tmp_path):
    for name in "fbdaecg":
        store(name, f"Document {name} says something.")
    inputs = catalogue.passage_inputs()
    wanted = [item.id for item in inputs]
    assert wanted != sorted(wanted)
    build_index(catalogue, tmp_path, HashEncoder(), multilingual=SecondEncoder())
    found = read_usable(tmp_path)
    texts = [encoder_input(item.title, item.heading, item.text) for item in inputs]
    for leg in (found.vectors, found.multilingual):
        assert leg.ids.tolist() == wanted
        assert np.allclose(leg.take(np.arange(7)), HashEncoder().encode_passages(texts), atol=1e-6)
    store("b", "Document b says something else.")
    build_index(catalogue, tmp_path, HashEncoder(), multilingual=SecondEncoder())
    assert not build_index(catalogue, tmp_path, HashEncoder()).encoded
