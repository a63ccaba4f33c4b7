"""Where the second encoder's vectors are there, stages go by them, and one is chosen of them."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from corpus.tags.tags import tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import SECOND_READ, second_rows_of, some_passages
from index.tagging.reading import Reading, term_words
from index.tagging.tagger import suggest_tags
from index.tagging.weighing import StageWeights, Told, features_of, load_second_weights
from index.vectors.builder import build_index
from index.vectors.multilingual import load_multilingual
from index.vectors.profile import PACKAGED_MULTILINGUAL
from index.vectors.store import VectorStore
from tests.reading.held_out import by_first, by_second
from tests.reading.second_weights import ALSO, LEAST, LearnedSecond, propose_one, told_second
from tests.reading.stage_weights import STAGES, Case
from tests.reading.tag_scores import Label
from tests.support.fakes import HashEncoder

NOTHING = Told({}, {}, {}, dict.fromkeys(STAGES, 0.3))
ALONG = np.eye(3)


@pytest.mark.parametrize("stage", STAGES)
def test_a_surer_stage_makes_the_others_less_sure(stage):
    weights = load_second_weights()
    row = weights.rows[stage] / np.linalg.norm(weights.rows[stage])
    before, after = (
        weights.sureness(replace(NOTHING, second=one)) for one in (np.zeros_like(row), row)
    )
    assert sum(after.values()) < 1
    assert [after[one] > before[one] for one in STAGES] == [one == stage for one in STAGES]


def test_the_weights_are_for_the_packaged_encoder_the_stages_and_no_closeness():
    weights, encoder = load_second_weights(), load_multilingual(PACKAGED_MULTILINGUAL)
    assert encoder and weights.encoder == encoder.digest
    assert tuple(weights.weights) == STAGES == tuple(load_taxonomy().vocabulary("stages").terms)
    assert {row.shape for row in weights.rows.values()} == {(encoder.dimensions,)}
    named = [feature.name for feature in weights.features]
    assert set(named) <= set(features_of(NOTHING, STAGES))
    assert not [name for name in named if name.startswith("near")]


def test_a_second_stage_is_chosen_only_beside_one_that_is_sure():
    weights = StageWeights("", 0.4, (), {}, {}, "", others=0.3)
    assert list(weights.choose({"use": 0.32, "generation": 0.45})) == ["generation", "use"]
    assert weights.choose({"use": 0.29, "generation": 0.45}) == {"generation": 0.45}
    assert weights.choose({"use": 0.35, "generation": 0.39}) == {}
    assert propose_one(np.array([0.2, LEAST, ALSO])) == ("translation", "use")
    assert propose_one(np.array([0.2, LEAST - 0.01, ALSO])) == ()


def test_a_document_without_such_vectors_goes_by_the_first_encoder():
    rows = HashEncoder().encode_passages(["Words about teachers."])
    reading = Reading("d1", rows, rows[0], (), "#kind report", ((),))
    stages = term_words(HashEncoder(), load_taxonomy(), "stages")
    assert stages.weights_for(reading) is None
    row = load_second_weights().rows["use"]
    with_second = replace(reading, second_row=row / np.linalg.norm(row))
    assert stages.weights_for(with_second) is load_second_weights()
    assert next(iter(stages.propose(with_second))).term == "use"


def test_passages_are_read_from_all_over_a_document(catalogue, store):
    store("long", *(f"Passage {n} about schools." for n in range(40)))
    passages = catalogue.passages("long")
    some = some_passages(passages)
    assert (some[0], some[-1], len(some)) == (passages[0], passages[-1], SECOND_READ)
    assert some_passages(passages[:3]) == passages[:3]


@pytest.fixture
def second(catalogue, store, tmp_path):
    """Index a document, and return what puts a vector of the second encoder for a passage."""
    store("brief", "Pupils read aloud.", "Teachers meet on Mondays.")
    build_index(catalogue, tmp_path / "i", HashEncoder())
    passages = catalogue.passages("brief")

    def put(place, row):
        with VectorStore(tmp_path / "i/vectors.sqlite") as kept:
            kept.put(load_second_weights().encoder, {(passages[place].id, 0): row})

    return put, passages


def test_a_document_has_the_mean_of_its_passages_once_all_are_encoded(catalogue, second, tmp_path):
    put, passages = second
    document = catalogue.document("brief")
    put(0, np.eye(512, dtype=np.float32)[0])
    assert second_rows_of(tmp_path / "i", [(document, passages)]) == {}
    put(1, np.eye(512, dtype=np.float32)[1])
    rows = second_rows_of(tmp_path / "i", [(document, passages)])
    assert rows["brief"][:3] == pytest.approx([0.5**0.5, 0.5**0.5, 0])


def test_tags_are_made_again_once_the_second_encoder_has_read_a_document(
    catalogue, second, tmp_path
):
    put, _ = second

    def run():
        suggest_tags(catalogue, tmp_path / "i", HashEncoder(), load_taxonomy())
        tags = tags_of(catalogue, ["brief"])["brief"]
        return [t.term for t in tags if t.vocabulary == "stages"]

    row = load_second_weights().rows["use"]
    put(0, row / np.linalg.norm(row))
    assert run() != ["use"]
    put(1, row / np.linalg.norm(row))
    assert run() == ["use"]


def case(source, stage, row, *, leaning=0.0, either=(), scope="near"):
    """Return a document that lies where the others of its stage do; no stage is none."""
    told = Told({stage: leaning} if stage else {}, {}, {}, dict.fromkeys(STAGES, 0.3))
    label = Label(source, "", "", "dev", scope, (stage,) if stage else (), (), tuple(either))
    return Case(source, features_of(told, STAGES), label, np.zeros(3), None, "en", np.array(row))


CASES = [case(s, STAGES[n], ALONG[n]) for s in "abcd" for n in range(3)] * 5
NONE = [case(s, None, -np.ones(3) / 3**0.5) for s in "abcd"] * 5


def test_what_vectors_of_a_stage_have_in_common_is_learned():
    unseen = [case("x", "use", row) for row in (*ALONG, -np.ones(3))]
    sure = LearnedSecond([*CASES, *NONE]).sureness(unseen)
    assert sure[:3].argmax(axis=1).tolist() == [0, 1, 2]
    assert (np.diag(sure[:3]) > LEAST).all()
    assert sure[3].max() < ALSO
    wanted = [(stage,) for stage in STAGES] + [()]
    assert by_second(unseen, [*CASES, *NONE]) == wanted
    assert by_first(unseen, [*CASES, *NONE]) != wanted


def test_open_stages_and_documents_out_of_scope_teach_nothing():
    open_ = [case(s, None, ALONG[2], either=("use",)) for s in "efgh"] * 40
    outside = [case(s, "use", ALONG[0], scope="out") for s in "abcd"] * 40
    use = [case("x", "use", ALONG[2])]
    sure = LearnedSecond([*CASES, *NONE]).sureness(use)
    assert LearnedSecond([*CASES, *NONE, *open_]).sureness(use)[0, 2] > LEAST
    assert LearnedSecond([*CASES, *NONE, *outside]).sureness(use) == pytest.approx(sure)


def test_the_file_has_the_weights_that_were_learned():
    learned = LearnedSecond([*CASES, *NONE])
    told = tomllib.loads(told_second(learned, "an encoder"))
    assert (told["encoder"], told["least"], told["others"]) == ("an encoder", LEAST, ALSO)
    assert [one["name"] for one in told["features"]] == learned.names
    rows = [told["stages"][stage]["row"] for stage in STAGES]
    assert np.array(rows) == pytest.approx(learned.rows, abs=1e-3)
    biases = [told["stages"][stage]["bias"] for stage in STAGES]
    assert biases == pytest.approx(learned.biases, abs=1e-4)
