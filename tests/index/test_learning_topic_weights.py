"""The weights of topics are learned from labels, the same for each topic, and written whole."""

from __future__ import annotations

import tomllib

import pytest

from index.tagging.subjects import ELSEWHERE
from index.tagging.topics import topic_features
from tests.reading.tag_scores import VOCABULARIES, Label
from tests.reading.topic_weights import (
    LEAST,
    SECOND,
    TopicCase,
    learn_topics,
    propose_topics,
    told_topics,
)

TOPICS = VOCABULARIES["topics"]


def case(source, *, topics=(), words=(), near=(), scope="in", either=(), outside=False):
    """Return a document with the words of some topics, near to some, and its topics by label."""
    said = {name: 9.0 if name in words else 0.0 for name in (*TOPICS, ELSEWHERE)}
    features = topic_features({t: 0.6 if t in near else 0.3 for t in TOPICS}, said, "en")
    label = Label(source, "", "", "dev", scope, (), tuple(topics), tuple(either))
    return TopicCase(source, features, label, outside)


CASES = [
    one
    for source in "abcd"
    for topic in TOPICS[:3]
    for one in (
        case(source, topics=[topic], words=[topic]),
        case(source, words=[ELSEWHERE], scope="near"),
    )
]


def test_what_is_learned_of_some_topics_holds_for_one_that_no_document_has():
    learned = learn_topics(CASES)
    assert propose_topics(learned, case("x", words=[TOPICS[3]])).topics == (TOPICS[3],)
    assert propose_topics(learned, case("x", words=[ELSEWHERE])).topics == ()


def test_a_topic_left_open_teaches_nothing():
    open_ = [case("e", words=[TOPICS[0]], scope="near", either=TOPICS)] * 20
    assert learn_topics([*CASES, *open_]).weights == learn_topics(CASES).weights


def test_what_a_rule_puts_outside_has_no_topic():
    learned = learn_topics(CASES)
    assert propose_topics(learned, case("x", words=[TOPICS[0]], outside=True)).topics == ()


def test_the_file_has_the_weights_that_were_learned():
    learned = learn_topics(CASES, "an encoder")
    told = tomllib.loads(told_topics(learned))
    assert (told["encoder"], told["least"], told["second"]) == ("an encoder", LEAST, SECOND)
    assert [one["weight"] for one in told["features"]] == pytest.approx(learned.weights, abs=1e-4)
    assert told["bias"] == pytest.approx(learned.bias, abs=1e-4)
