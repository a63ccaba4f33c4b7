"""The weights of stages are learned from labels, whichever source has most, and written whole."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from index.tagging.weighing import Told, features_of
from tests.reading.tag_scores import Label
from tests.reading.weights import LEAST, STAGES, Case, _held_out, _told, learn


def case(source, stage, *, leaning=2.0, scope="near", either=()):
    """Return a document that leans to a stage, and has it unless that is left open."""
    close = dict.fromkeys(STAGES, 0.3)
    features = features_of(Told({stage: leaning}, {}, {}, close), STAGES)
    has = () if stage in either or scope == "out" else (stage,)
    return Case(source, features, Label(source, "", "", "dev", scope, has, (), tuple(either)))


CASES = [case(source, stage) for source in "abcd" for stage in STAGES for _ in range(3)]


def test_what_documents_lean_to_is_learned():
    sure = learn(CASES).sureness([case("x", stage) for stage in STAGES])
    assert sure.argmax(axis=1).tolist() == [0, 1, 2]
    assert (np.diag(sure) > LEAST).all()


def test_open_stages_and_documents_out_of_scope_teach_nothing():
    misleading = [case("e", "use", either=["use"]), case("e", "use", scope="out")] * 20
    known, among = learn(CASES), learn([*CASES, *misleading])
    use = [case("x", "use")]
    assert among.sureness(use)[0, 2] > LEAST
    assert known.sureness(use)[0, 2] > LEAST


def test_a_source_with_many_documents_does_not_decide():
    others = [case(source, "use") for source in "abcdefghi"]
    without = Label("z", "", "", "dev", "near", (), (), ())
    contrary = [Case("z", case("z", "use").features, without)] * 81
    sure = learn([*CASES, *others, *contrary]).sureness([case("x", "use")])
    assert sure[0, 2] == pytest.approx(0.5, abs=0.2)  # by the number of documents, under .25


def test_held_out_documents_are_not_learned_from():
    only_there = [case("y", "use", leaning=-2.0) for _ in range(3)]
    groups = [c.source for c in [*CASES, *only_there]]
    assert _held_out(CASES, groups[: len(CASES)], []) == 1.0
    assert _held_out([*CASES, *only_there], groups, []) < 1.0


def test_the_file_has_the_weights_that_were_learned():
    learned = learn(CASES)
    told = tomllib.loads(_told(learned, "an encoder", CASES[0]))
    assert (told["encoder"], told["least"]) == ("an encoder", LEAST)
    assert [one["name"] for one in told["features"]] == list(CASES[0].features)
    rows = [told["stages"][stage]["weights"] for stage in STAGES]
    assert np.array(rows) == pytest.approx(learned.weights, abs=1e-4)
