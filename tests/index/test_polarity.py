"""A sentence speaks of a help, of a hindrance, or of neither."""

from __future__ import annotations

import pytest

from index.tagging.polarity import polarity_of


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Joint grants helped members to try new ideas.", "driver"),
        ("Teachers lack the hours to read research.", "constraint"),
        ("No release time is given to teachers.", "constraint"),
        ("The network was able to overcome the lack of trust.", "driver"),
        ("The report has five chapters and an annex.", None),
        ("Does trust help members to share failures?", None),
        ("It is open to everyone at no cost.", None),
        ("Challenge groups met every month.", None),
        ("The event will explore how networks build trust.", None),
        ("The work is about strengthening the capacity to use evidence.", None),
        ("Despite scarce time, members read research.", "driver"),
        ("Despite much research, findings are not shared.", "constraint"),
        ("It speaks to all, whether or not they are members.", None),
        ("The day will feature talks on how trust helps members.", None),
        ("It aims to build trust between the members.", None),
        ("To support members by building trust at every meeting.", None),
        ("The series serves people who support networks.", None),
        ("The first few meetings were held in Lima and in Accra.", None),
        ("The backbone is not beholden to any member, which is of importance.", "driver"),
        ("Its end led to the closure of the platform.", "constraint"),
    ],
    ids=[
        "helps",
        "lacks",
        "denied",
        "overcome",
        "neither",
        "question",
        "free",
        "group",
        "told",
        "about",
        "despite a lack",
        "despite a wealth",
        "idiom",
        "announced",
        "aim",
        "aim alone",
        "for whom",
        "first few",
        "not bound",
        "led to an end",
    ],
)
def test_the_words_of_a_sentence_tell(sentence, expected):
    assert polarity_of(sentence) == expected


def test_where_both_are_said_what_stands_nearer_to_the_factor_decides():
    sentence = "Trust is slow to grow, and grants support the network."
    assert polarity_of(sentence, near=sentence.index("Trust")) == "constraint"
    assert polarity_of(sentence, near=sentence.index("grants")) == "driver"


def test_what_a_sentence_concedes_decides_only_for_what_it_names():
    sentence = "While time was scarce, the grants helped members to meet."
    assert polarity_of(sentence, near=sentence.index("time")) == "constraint"
    assert polarity_of(sentence, near=sentence.index("grants")) == "driver"


def test_a_label_says_nothing_of_what_it_names():
    sentence = "Building trust: The members of the network rarely met."
    assert polarity_of(sentence, near=sentence.index("trust")) is None
    assert polarity_of(sentence, near=sentence.index("met")) == "constraint"


@pytest.mark.parametrize("aside", ["particularly where time is", "such as time and money being"])
def test_a_factor_in_an_aside_is_neither(aside):
    sentence = f"The lack of evidence leads to poor plans, {aside} scarce."
    assert polarity_of(sentence, near=sentence.index("time")) is None


def test_a_word_far_from_the_factor_says_nothing_of_it():
    sentence = f"Members are diverse: {'ministries, unions and schools, ' * 5}whom others support."
    assert polarity_of(sentence, near=sentence.index("diverse")) is None
