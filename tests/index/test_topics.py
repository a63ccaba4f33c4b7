"""Topics are weighed by closeness and by words, with the same weights for each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.reading import Reading, term_words
from index.tagging.subjects import ELSEWHERE
from index.tagging.topics import TopicWeights, load_topic_weights, topic_features
from index.vectors.encoder import load_encoder
from tests.support.fakes import HashEncoder

TOPICS = tuple(load_taxonomy().vocabulary("topics").terms)
NEAR = dict.fromkeys(TOPICS, 0.4)
SAID = dict.fromkeys((*TOPICS, ELSEWHERE), 2.0)


def sure(near=NEAR, said=SAID, language="en"):
    return load_topic_weights().sureness(topic_features(near, said, language))


def test_features_have_one_order_and_the_weights_are_for_it():
    weights = load_topic_weights()
    (names, *others) = (list(one) for one in topic_features(NEAR, SAID, "en").values())
    assert names == [feature.name for feature in weights.features]
    assert all(one == names for one in others)
    assert len(weights.weights) == len(names)
    assert all(feature.deviation > 0 for feature in weights.features)
    assert 0 < weights.least < weights.second < 1


@pytest.mark.parametrize("topic", TOPICS)
def test_closeness_and_its_own_words_make_a_topic_surer(topic):
    before = sure()[topic]
    assert sure(near=NEAR | {topic: 0.5})[topic] > before
    assert sure(said=SAID | {topic: 20.0})[topic] > before


@pytest.mark.parametrize("topic", TOPICS)
def test_words_of_subjects_elsewhere_make_every_topic_less_sure(topic):
    assert sure(said=SAID | {ELSEWHERE: 20.0})[topic] < sure()[topic]


def test_topics_count_beside_each_other():
    features = topic_features(NEAR | {TOPICS[0]: 0.8}, SAID | {TOPICS[1]: 6.0}, "fr")
    assert features[TOPICS[0]]["nearer than the others"] == pytest.approx(0.3)
    assert features[TOPICS[1]]["its words beside those of others"] > 0
    assert features[TOPICS[0]]["its words beside those of others"] < 0
    assert {f["in another language"] for f in features.values()} == {1.0}


def weights(least=0.2, second=0.5):
    return TopicWeights("", least, second, (), (), 0.0, "")


def test_the_surest_topic_needs_less_than_another():
    chosen = weights().choose({"a": 0.3, "b": 0.6, "c": 0.5})
    assert list(chosen.items()) == [("b", 0.6), ("c", 0.5)]
    assert weights().choose({"a": 0.3, "b": 0.25}) == {"a": 0.3}
    assert weights().choose({"a": 0.19, "b": 0.1}) == {}


def test_weights_go_with_their_encoder_and_with_topics_that_name_words():
    assert load_topic_weights().encoder == load_encoder().digest
    assert term_words(load_encoder(), load_taxonomy(), "topics").topic_weights
    assert term_words(HashEncoder(), load_taxonomy(), "topics").topic_weights is None
    assert term_words(load_encoder(), load_taxonomy(), "stages").topic_weights is None


def test_a_document_gets_the_topics_that_are_sure_enough():
    rows = HashEncoder().encode_passages(["Words about teachers.", "They went on strike."])
    terms = term_words(HashEncoder(), load_taxonomy(), "topics")
    reading = Reading("d1", rows, rows[0], (), "#kind blog", ((), ()), subjects=SAID)
    (found,) = replace(terms, topic_weights=weights(0.4, 0.6)).propose(reading)
    assert (found.score, found.place in (0, 1)) == (0.5, True)
    assert replace(terms, topic_weights=weights(0.6, 0.7)).propose(reading) == []
