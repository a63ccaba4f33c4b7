"""Before any decision, stages are weighed where the weights fit, and go by closeness elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.manner import NONE
from index.tagging.proposing import Proposer
from index.tagging.reading import Reading, term_words
from index.tagging.weighing import (
    FARTHEST,
    KINDS_OF_TYPES,
    Feature,
    StageWeights,
    Told,
    features_of,
    load_weights,
)  # fmt: skip
from index.vectors.encoder import load_encoder
from tests.support.fakes import HashEncoder

STAGES = ("generation", "translation", "use")
NOTHING = Told({}, {}, {}, dict.fromkeys(STAGES, 0.3))


def told(**changes):
    return replace(NOTHING, **changes)


def test_features_have_one_order_and_the_weights_are_for_it():
    weights = load_weights()
    named = [feature.name for feature in weights.features]
    assert list(features_of(NOTHING, STAGES)) == named
    assert tuple(weights.weights) == STAGES == tuple(load_taxonomy().vocabulary("stages").terms)
    assert all(len(row) == len(named) for row in weights.weights.values())
    assert all(feature.deviation > 0 for feature in weights.features)


def test_closeness_counts_beside_that_to_the_other_stages():
    close = {"generation": 0.5, "translation": 0.3, "use": 0.1}
    features = features_of(told(closeness=close), STAGES)
    assert features["near"] == pytest.approx(0.3)
    assert [features[f"nearer to {s}"] for s in STAGES] == pytest.approx([0.2, 0, -0.2])


def test_types_that_say_the_same_count_once():
    features = features_of(told(types={"qualitative": 0.6, "evaluation": 0.9}), STAGES)
    assert (features["is study"], features["is review"]) == (0.9, 0)
    types = load_taxonomy().vocabulary("evidence_types").terms
    assert {type_ for kind in KINDS_OF_TYPES.values() for type_ in kind} <= set(types)


@pytest.mark.parametrize("stage", STAGES)
def test_manner_and_closeness_make_a_stage_surer(stage):
    weights = load_weights()
    before = weights.sureness(NOTHING)[stage]
    assert weights.sureness(told(leanings={stage: 2.0}))[stage] > before
    # Texts on use are no nearer to use than to the other stages: they are near to all of them.
    nearer = STAGES if stage == "use" else [stage]
    close = NOTHING.closeness | dict.fromkeys(nearer, 0.45)
    assert weights.sureness(told(closeness=close))[stage] > before


@pytest.mark.parametrize("stage", STAGES)
def test_news_and_invitations_make_every_stage_less_sure(stage):
    weights = load_weights()
    before = weights.sureness(NOTHING)[stage]
    assert weights.sureness(told(leanings={NONE: 2.0}))[stage] < before


@pytest.mark.parametrize("stage", STAGES)
def test_a_text_that_lies_where_those_of_a_stage_do_makes_it_surer(stage):
    weights = load_weights()
    row = weights.rows[stage]
    assert row.shape == (load_encoder().dimensions,)
    sure = [weights.sureness(told(row=way * row / np.linalg.norm(row)))[stage] for way in (1, -1)]
    assert sure[0] > sure[1]
    assert weights.sureness(told(row=np.zeros_like(row))) == weights.sureness(NOTHING)


def test_no_single_feature_decides():
    feature = Feature("long", mean=1.0, deviation=0.5)
    assert feature.scale(2.0) == 2.0
    assert (feature.scale(1e6), feature.scale(-1e6)) == (FARTHEST, -FARTHEST)


def test_weights_go_with_their_encoder_and_their_stages():
    weights = load_weights()
    assert weights.fit(weights.encoder, (*STAGES, "pause"))
    assert not weights.fit("another", STAGES)
    assert not weights.fit(weights.encoder, STAGES[:2])
    assert weights.encoder == load_encoder().digest
    assert term_words(HashEncoder(), load_taxonomy(), "stages").weights is None


def sure_of(stage, probability):
    """Return weights that are this sure of a stage, and not of the others, whatever is read."""
    odds = float(np.log(probability / (1 - probability)))
    biases = {one: odds if one == stage else -9.0 for one in STAGES}
    return StageWeights("", 0.4, (), dict.fromkeys(STAGES, ()), biases, "")


@pytest.fixture
def reading():
    rows = HashEncoder().encode_passages(["Words about teachers.", "The ministry took it up."])
    return Reading("d1", rows, rows[0], (), "#kind report", ((), ()))


@pytest.fixture
def stages():
    return term_words(HashEncoder(), load_taxonomy(), "stages")


def test_a_document_is_weighed_by_the_mean_of_its_passages(reading, stages):
    row = stages.told(reading).row
    assert np.linalg.norm(row) == pytest.approx(1)
    assert row == pytest.approx(reading.rows.sum(axis=0) / np.linalg.norm(reading.rows.sum(axis=0)))
    along = replace(sure_of("use", 0.1), rows={"use": 9 * row})
    (found,) = replace(stages, weights=along).propose(reading)
    assert found.term == "use"


def test_a_stage_that_is_sure_enough_is_proposed_as_sure_as_it_is(reading, stages):
    (found,) = replace(stages, weights=sure_of("use", 0.7)).propose(reading)
    assert (found.term, found.score) == ("use", pytest.approx(0.7))
    assert replace(stages, weights=sure_of("use", 0.39)).propose(reading) == []


def test_a_stage_without_weights_goes_by_closeness_beside_those_that_have_them(reading, stages):
    own = term_words(HashEncoder(), load_taxonomy(), "stages").vectors
    rows = np.vstack([own.rows, reading.rows[1]])
    vectors = replace(own, terms=(*own.terms, "pause"), rows=rows)
    known = replace(stages, vectors=vectors, weights=sure_of("use", 0.7))
    assert {p.term for p in known.propose(reading)} == {"use", "pause"}


def test_new_weights_and_manners_are_noticed(stages, monkeypatch):
    before = Proposer(HashEncoder(), [stages]).version
    for name in ("load_weights", "load_second_weights", "load_manners", "load_topic_weights"):
        with monkeypatch.context() as patch:
            changed = type("Changed", (), {"version": "changed"})
            patch.setattr(f"index.tagging.proposing.{name}", lambda changed=changed: changed)
            assert Proposer(HashEncoder(), [stages]).version != before
