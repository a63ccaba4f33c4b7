"""A sentence states that an activity is done, or it only names the activity."""

from __future__ import annotations

import pytest

from index.tagging.stating import states_activity

STATED = (
    "The trust offers coaching for officials who read evidence.",
    "Forty heads took a course on reading evidence in 2019.",
    "Through workshops, the network taught officials to weigh evidence.",
    "Support for schools came with mentoring by researchers.",
    "It launched a course for the facilitators of networks, and a handbook.",
)
NAMED = {
    "bid": "Support the training of officials in the use of evidence.",
    "item of a list": "12. Provide coaching for those who weigh evidence.",
    "duty": "Ministries should fund training in the use of evidence.",
    "call": "The review calls for training in the use of evidence.",
    "advice": "She encourages schools to hold workshops on evidence.",
    "need": "More training in the use of evidence is needed.",
    "plan": "A second project intends to set up mentoring for officials.",
    "aim alone": "To build evidence by training and mentoring officials.",
    "programme": "The afternoon will include a workshop on evidence.",
    "text": "This chapter describes training in the use of evidence.",
    "question": "Does training help officials to weigh evidence?",
    "denied": "The network met without any training in evidence.",
    "lacking": "There was a lack of training in the use of evidence.",
    "example": "Ideas about learning, such as training and evidence, are old.",
    "theories": "It grew from training (Blum, 1946) and from evidence (Rossi, 1951).",
}


def named_in(sentence):
    """Return where a sentence names its activity."""
    words = ("training", "coaching", "course", "workshop", "mentoring")
    return min(sentence.index(word) for word in words if word in sentence)


@pytest.mark.parametrize("sentence", STATED)
def test_what_is_done_is_stated(sentence):
    assert states_activity(sentence, named_in(sentence))


@pytest.mark.parametrize("sentence", NAMED.values(), ids=NAMED.keys())
def test_what_is_asked_planned_denied_or_an_example_is_only_named(sentence):
    assert not states_activity(sentence, named_in(sentence))
