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
    ],
)
def test_the_words_of_a_sentence_tell(sentence, expected):
    assert polarity_of(sentence) == expected


def test_where_both_are_said_what_stands_nearer_to_the_factor_decides():
    sentence = "Trust is slow to grow, and grants support the network."
    assert polarity_of(sentence, near=sentence.index("Trust")) == "constraint"
    assert polarity_of(sentence, near=sentence.index("grants")) == "driver"
