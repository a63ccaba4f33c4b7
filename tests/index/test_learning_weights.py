"""The weights of stages are learned from labels, whichever source has most, and written whole."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from index.tagging.subjects import ELSEWHERE
from index.tagging.topics import topic_features
from index.tagging.weighing import Told, features_of
from tests.reading.held_out import hold_out, propose_from, report_lines
from tests.reading.stage_weights import LEAST, STAGES, Case, learn, propose_stages, told_stages
from tests.reading.tag_scores import VOCABULARIES, Label, macro_f1
from tests.reading.topic_weights import TopicCase

ALONG = np.eye(3)


def case(
    source, stage, *, leaning=2.0, scope="near", either=(), row=(0, 0, 0), second=(), half="dev"
):
    """Return a document that leans to a stage, and has it unless that is left open."""
    close = dict.fromkeys(STAGES, 0.3)
    features = features_of(Told({stage: leaning}, {}, {}, close), STAGES)
    has = () if stage in either or scope == "out" else (stage, *second)
    label = Label(source, "", "", half, scope, has, (), tuple(either))
    said = dict.fromkeys((*VOCABULARIES["topics"], ELSEWHERE), 1.0)
    topics = topic_features(dict.fromkeys(VOCABULARIES["topics"], 0.3), said, "en")
    of_topics = TopicCase(source, topics, label)
    return Case(source, features, label, np.array(row), of_topics, "en")


CASES = [case(source, stage) for source in "abcd" for stage in STAGES for _ in range(3)]
# One with a topic, so that topics can be learned, too; its stages are open.
WITH_TOPIC = case("o", "use", either=STAGES)
OPEN = [
    replace(
        WITH_TOPIC,
        topics=replace(
            WITH_TOPIC.topics,
            label=replace(WITH_TOPIC.label, topics=("educator-voice",)),
        ),
    )
]


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
    contrary = [replace(case("z", "use"), label=without)] * 81
    sure = learn([*CASES, *others, *contrary]).sureness([case("x", "use")])
    assert sure[0, 2] == pytest.approx(0.5, abs=0.2)  # by the number of documents, under .25


def test_held_out_documents_are_not_learned_from():
    only_there = [case("y", "use", leaning=-2.0) for _ in range(3)]
    groups = [c.source for c in [*CASES, *only_there]]
    assert macro_f1(hold_out(CASES, groups[: len(CASES)], OPEN), "stages") == 1.0
    assert macro_f1(hold_out([*CASES, *only_there], groups, OPEN), "stages") < 1.0


def test_topics_are_proposed_beside_stages_by_the_same_documents():
    def on(source, topic):
        one = case(source, "use")
        said = one.topics.features[topic] | {"its words": 3.0, "near": 0.6}
        label = replace(one.label, topics=(topic,))
        topics = replace(one.topics, features=one.topics.features | {topic: said}, label=label)
        return replace(one, label=label, topics=topics)

    known = [on(source, topic) for source in "abcd" for topic in VOCABULARIES["topics"][:3]]
    unseen = on("x", "scaling-innovations")
    ((label, proposed),) = propose_from([unseen], [*CASES, *known])
    assert (label, proposed.topics) == (unseen.label, ("scaling-innovations",))
    assert proposed.stages == ("use",)


def test_what_vectors_of_a_stage_have_in_common_is_learned():
    alike = [case(s, STAGES[n], leaning=0.0, row=ALONG[n]) for s in "abcd" for n in range(3)] * 5
    unseen = [case("x", "use", leaning=0.0, row=row) for row in ALONG]
    assert learn(alike).sureness(unseen).argmax(axis=1).tolist() == [0, 1, 2]


def test_the_first_stage_of_a_document_becomes_the_surer_one():
    both = [case(s, "use", second=["translation"], leaning=0.0) for s in "abcdefgh"]
    sure = learn([*CASES, *both]).sureness([case("x", "use", leaning=0.0)])[0]
    assert sure[STAGES.index("use")] > sure[STAGES.index("translation")]
    assert propose_stages(np.array([0.5, 0.9, LEAST - 0.01])) == ("translation", "generation")


def test_the_test_half_is_measured_by_weights_that_did_not_see_it():
    wrong = [case("t", "use", leaning=-2.0, half="test") for _ in range(3)]
    lines = list(report_lines([*CASES, *OPEN, *wrong], [*CASES, *OPEN]))
    of_test = lines[next(n for n, line in enumerate(lines) if line.startswith("== test")) :]
    assert "stages, in scope and near: macro-F1      0.000" in of_test[2]
    assert any("learned from dev alone" in line for line in lines)
    seen = propose_from(wrong, [*CASES, *OPEN, *wrong * 20])
    assert macro_f1(seen, "stages") == 1.0


def test_the_file_has_the_weights_that_were_learned():
    learned = learn(CASES)
    told = tomllib.loads(told_stages(learned, "an encoder", CASES[0]))
    assert (told["encoder"], told["least"]) == ("an encoder", LEAST)
    assert [one["name"] for one in told["features"]] == list(CASES[0].features)
    rows = [told["stages"][stage]["weights"] for stage in STAGES]
    assert np.array(rows) == pytest.approx(learned.weights, abs=1e-4)
    along = [told["stages"][stage]["row"] for stage in STAGES]
    assert np.array(along) == pytest.approx(learned.rows, abs=1e-3)
