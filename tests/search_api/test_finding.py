"""Words are found in one document whatever their case and accents, and headings lead into it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.model import Passage
from search_api.documents.finding import find_passages, headed_passages, marks_of, outline_of


def passages(
    *texts: str, headings: tuple[str | None, ...] = (), role: str = "body"
) -> list[Passage]:
    made, at = [], 0
    for n, text in enumerate(texts):
        heading = headings[n] if n < len(headings) else None
        made.append(Passage(n + 1, "d", n, 1, 1, heading, at, at + len(text), text, role=role))
        at += len(text) + 1
    return made


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("teachers", ["Teachers"]),
        ("TEACH educacion", ["educación", "Teachers"]),
        ("ﬁnd", ["ﬁnd"]),
        ("straße", ["Straße"]),
        ("teacher nothing", []),
        ("each", []),
        ("a+b (c", []),
        ("   ", []),
    ],
)
def test_all_words_are_marked_where_they_begin(asked: str, marked: list[str]) -> None:
    text = "La educación pública: Teachers, Straße, they ﬁnd it."
    found = find_passages(passages(text), asked)
    assert [[text[a:b] for a, b in one.spans] for one in found] == ([marked] if marked else [])
    for one in found:
        assert [one.excerpt[a:b] for a, b in one.marks] == marked


def test_an_excerpt_is_cut_between_words_and_says_so() -> None:
    text = f"{'before ' * 40}okapi {'after ' * 40}"
    (one,) = find_passages(passages(text), "okapi")
    assert one.excerpt.startswith("… before")
    assert one.excerpt.endswith("after …")
    assert [one.excerpt[a:b] for a, b in one.marks] == ["okapi"]
    assert text[one.spans[0][0] : one.spans[0][1]] == "okapi"


def test_a_sentence_that_two_passages_share_is_reported_once() -> None:
    first, second = passages("One. An okapi stands.", "An okapi stands. Two.")
    second = Passage(2, "d", 1, 1, 1, None, first.start + 5, first.start + 26, second.text)
    found = find_passages([first, second], "okapi")
    assert [one.passage.id for one in found] == [1]
    assert marks_of(found) == {"1": ((8, 13),)}


def test_an_outline_has_the_headings_of_the_body_in_order() -> None:
    texts, named = ("a", "b", "c", "d", "e"), ("One", "One", "Two", None, "Three")
    headings = outline_of(passages(*texts, headings=named))
    assert [(h.text, h.passage_id) for h in headings] == [("One", 1), ("Two", 3), ("Three", 5)]
    assert outline_of(passages("a", "b", headings=("One", "Two"))) == []
    assert outline_of(passages(*texts, headings=named, role="references")) == []


@given(
    st.lists(st.tuples(st.sampled_from([None, "A", "B"]), st.sampled_from(["body", "references"]))),
    st.integers(1, 9),
)
@example([("A", "references"), ("A", "body"), ("B", "body"), ("A", "body")], 9)
def test_wherever_an_outline_leads_its_heading_stands(parts: list[tuple[str, str]], shown: int):
    made = passages(*("x" for _ in parts), headings=tuple(heading for heading, _ in parts))
    made = [replace(one, role=role) for one, (_, role) in zip(made, parts, strict=True)]
    for heading in outline_of(made):
        start = heading.position // shown * shown
        assert str(heading.passage_id) in headed_passages(made[start : start + shown])


def test_a_heading_stands_once_above_what_is_under_it() -> None:
    made = passages("a", "b", "c", "d", headings=("One", "One", None, "Two"))
    assert headed_passages(made) == {"1", "4"}
    assert headed_passages(made[1:]) == {"2", "4"}
