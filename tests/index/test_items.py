"""What is shown with an item of a list, and with the line that introduces one."""

from __future__ import annotations

import pytest

from index.search.sentences import states_something
from tests.index.test_answering import answer

LIST = "The data of the schools were read with Python. The first step of the work included:"
ITEMS = (
    "\n\n• Removing values of schools that were missing;"
    "\n\n• Writing names of towns alike.\n\nThen they were counted."
)


def test_an_item_of_a_list_is_shown_with_the_line_that_introduces_it() -> None:
    assert answer("writing names of towns", LIST + ITEMS) == [
        "The first step of the work included:",
        "Writing names of towns alike.",
    ]


def test_the_line_that_introduces_a_list_is_shown_with_its_items() -> None:
    assert answer("which step was included", LIST + ITEMS) == [
        "The first step of the work included:",
        "Removing values of schools that were missing;",
        "Writing names of towns alike.",
    ]


def test_a_sentence_below_a_list_is_shown_without_what_introduces_that() -> None:
    assert answer("then counted", LIST + ITEMS) == ["Then they were counted."]


@pytest.mark.parametrize(
    ("part", "states"),
    [
        ("Key Finding # 4:", False),
        ("Las principales recomendaciones son:", False),
        ("Schools reduced absence by twelve percent:", True),
    ],
)
def test_a_label_before_a_colon_states_nothing(part: str, states: bool) -> None:
    assert states_something(part) is states


def test_what_two_items_end_with_is_quoted_once() -> None:
    text = (
        "1. Brainstorm steps the network can take on each driver. For each step, name who can "
        "support the network in action.\n\n"
        "2. Brainstorm steps the network can take on each constraint. For each step, name who can "
        "support the network in action."
    )
    shown = " ".join(answer("action learning network", text))
    assert shown.count("For each step") == 1
