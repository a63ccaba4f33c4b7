"""A message of an error keeps the text that it was made from."""

from __future__ import annotations

from corpus.errors import CorrectionInvalid, NotUndecided
from corpus.errors.said import Said, message_of, say


def test_a_message_is_english_and_keeps_its_text_and_values() -> None:
    said = say("A note must have 1 to %(n)s characters.", n=5_000)
    assert said == "A note must have 1 to 5,000 characters."
    assert (said.text, said.values) == ("A note must have 1 to %(n)s characters.", {"n": 5_000})


def test_a_percent_sign_in_a_message_without_values_stays() -> None:
    assert say("100 % of it") == "100 % of it"


def test_an_error_says_the_message_it_was_raised_with() -> None:
    said = say("cannot be empty")
    assert isinstance(message_of(CorrectionInvalid("title", said)), Said)
    assert str(CorrectionInvalid("title", said)) == "title cannot be empty."
    assert message_of(NotUndecided("plain")) == "plain"
