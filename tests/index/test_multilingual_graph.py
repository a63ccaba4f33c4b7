"""The second encoder on ONNX Runtime: numpy's vectors, or numpy itself."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index.vectors import multilingual_graph
from index.vectors.multilingual import MAX_CHARACTERS, UseEncoder
from index.vectors.multilingual_graph import GraphModel, load_graph, write_multilingual_graph

QUESTION = "¿Cómo aprenden a leer los niños?"
TEXTS = {
    "empty": "",
    "a blank": " ",
    "one word piece": "a",
    "Spanish": QUESTION,
    "Portuguese": "O bem-estar dos alunos e a formação continuada",
    "French": "Comment les réseaux d'apprentissage aident-ils ?",
    "German": "Was hilft Schülerinnen beim Lesenlernen?",
    "Turkish": "Öğretmenler öğrencilerin okumasına nasıl yardım eder?",
    "Russian": "Как учителя решают, чему учить?",
    "Arabic": "كيف يتعلم التلاميذ القراءة؟",
    "Chinese": "学校供餐能提高出勤率吗？",
    "Japanese": "教師の声を聞く",
    "Korean": "선생님은 무엇을 바꾸는가",
    "Thai": "เด็กเรียนรู้การอ่านอย่างไร",
    "a passage": "La evidencia se usa cuando llega a tiempo y alguien la explica. " * 7,
    "4,000 characters": ("What works to teach reading? " * 200)[:MAX_CHARACTERS],
    "4,000 word pieces": "\u0e01" * MAX_CHARACTERS,
    "more than are read": "wellbeing " * 3_000,
    "emoji": "👩‍🏫 reading 😀🎉",
    "signs": "a\x00b \x1f e\u0301 ﬁ ½ TaRL, FLN & SEL: 3",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> UseEncoder:
    encoder = UseEncoder(folder)
    encoder.encode_query("loaded")
    return encoder


@pytest.fixture
def load(encoder: UseEncoder, tmp_path: Path):
    """Return what loads a graph for the model that is loaded, and keeps it in a folder."""
    numpy = encoder._loaded().numpy

    def load(path: Path = tmp_path / "some.onnx", *, expected=numpy.encode) -> GraphModel | None:
        return load_graph(
            numpy.backend, path, expected, package_file=encoder._kept, digest=encoder.digest
        )

    return load


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_vector_is_that_of_numpy(encoder, text):
    loaded = encoder._loaded()
    found, expected = encoder.encode_query(text), loaded.numpy.encode([text[:MAX_CHARACTERS]])[0]
    assert np.array_equal(found, loaded.graph.encode(text[:MAX_CHARACTERS])[0])
    assert (found.shape, found.dtype) == ((512,), np.float32)
    assert np.allclose(found, expected, rtol=0, atol=1e-6)
    assert float(found.astype(np.float64) @ expected) >= 0.999999
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)


def test_one_text_is_encoded_by_the_graph_and_several_by_numpy(encoder):
    loaded, texts = encoder._loaded(), list(TEXTS.values())[:8]
    assert encoder.runs_on == "ONNX Runtime, float32; numpy for several texts"
    assert np.array_equal(encoder.encode_passages(texts), loaded.numpy.encode(texts))
    assert np.array_equal(encoder.encode_passages(texts[3:4]), loaded.graph.encode(texts[3]))
    assert UseEncoder(Path()).runs_on == "not loaded yet"


def test_a_question_does_not_wait_for_passages_and_several_are_answered_alike(encoder):
    expected, rows = encoder.encode_query(QUESTION), []
    threads = [
        threading.Thread(target=lambda: rows.append(encoder.encode_query(QUESTION)))
        for _ in range(8)
    ]
    with encoder._loaded().numpy._turn:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(rows) == 8
    assert all(np.array_equal(row, expected) for row in rows)


def test_the_graph_is_kept_without_weights_and_checked_once(load, tmp_path):
    def refuse(_texts):
        raise AssertionError("compared again")

    assert load(expected=refuse) is None
    assert load() is not None
    assert (tmp_path / "some.onnx").stat().st_size < 10_000
    assert load(expected=refuse) is not None


def test_a_kept_graph_is_used_again(encoder, folder):
    (kept,) = folder.glob("*.onnx")
    before = kept.stat().st_mtime_ns
    again = UseEncoder(folder)
    assert np.array_equal(again.encode_query(QUESTION), encoder.encode_query(QUESTION))
    assert again.runs_on == encoder.runs_on
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", ["cut", "changed", "record", "release"])
def test_a_graph_that_is_not_whole_or_not_current_is_written_again(load, tmp_path, damage):
    load()
    kept = tmp_path / "some.onnx"
    whole, record = kept.read_bytes(), kept.with_suffix(".json")
    if damage == "release":
        record.write_text(json.dumps(json.loads(record.read_text()) | {"written_for": "1.0"}))
    elif damage == "record":
        record.unlink()
    else:
        kept.write_bytes(whole[:99] if damage == "cut" else whole[:99] + b"x" + whole[100:])
    assert load() is not None
    assert kept.read_bytes() == whole
    assert json.loads(record.read_text())["written_for"] != "1.0"


def test_a_graph_that_cannot_be_kept_is_used_from_memory(encoder, load, tmp_path):
    (tmp_path / "file").write_text("no folder")
    graph = load(tmp_path / "file" / "some.onnx")
    assert np.array_equal(graph.encode(QUESTION)[0], encoder.encode_query(QUESTION))


@pytest.mark.parametrize("without", ["onnxruntime", "onnx"])
def test_without_its_library_numpy_goes_on(encoder, folder, monkeypatch, without):
    for kept in folder.glob("*.json"):  # so that the graph is written again
        kept.unlink()
    monkeypatch.setitem(sys.modules, without, None)
    other = UseEncoder(folder)
    assert np.allclose(other.encode_query(QUESTION), encoder.encode_query(QUESTION), atol=1e-6)
    assert other.runs_on == "numpy"


def test_a_graph_that_makes_other_vectors_is_not_used(encoder, load, monkeypatch):
    write = write_multilingual_graph
    monkeypatch.setattr(
        multilingual_graph, "write_multilingual_graph", lambda weights, epsilon: write(weights, 0.1)
    )
    assert load() is None
