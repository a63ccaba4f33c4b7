"""Two texts put together: nothing either curator wrote is dropped; edits of one list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ListNotFound
from corpus.lists.edits import (
    add_entry,
    add_section,
    edit_entries,
    move_entry,
    move_section,
    remove_entry,
    remove_section,
)
from corpus.lists.merge import Conflict, merge_selections
from corpus.model import Entry, Section, Selection


def listed(**sections: str) -> Selection:
    """``listed(s="ab", t="c")``: sections by id, each letter an entry."""
    return Selection(
        "T",
        sections=tuple(
            Section(key, key.upper(), entries=tuple(Entry(e, e.upper()) for e in entries))
            for key, entries in sections.items()
        ),
    )


def order(selection: Selection) -> dict[str, str]:
    return {s.id: "".join(e.id for e in s.entries) for s in selection.sections}


def note(selection: Selection, entry_id: str, text: str) -> Selection:
    return edit_entries(selection, lambda e: replace(e, note=text) if e.id == entry_id else e)


BASE = listed(s="ab", t="c")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda x: move_entry(x, "b", -1), {"s": "ba", "t": "c"}),
        (lambda x: move_entry(x, "b", 1), {"s": "a", "t": "bc"}),
        (lambda x: move_entry(x, "c", -1), {"s": "abc", "t": ""}),
        (lambda x: move_entry(x, "a", -1), {"s": "ab", "t": "c"}),
        (lambda x: move_entry(x, "c", 1), {"s": "ab", "t": "c"}),
        (lambda x: remove_entry(x, "a"), {"s": "b", "t": "c"}),
        (lambda x: add_entry(x, "s", Entry("n", "N")), {"s": "abn", "t": "c"}),
        (lambda x: add_entry(x, None, Entry("n", "N")), {"s": "ab", "t": "cn"}),
        (lambda x: move_section(x, "t", -1), {"t": "c", "s": "ab"}),
        (lambda x: move_section(x, "t", 1), {"s": "ab", "t": "c"}),
        (lambda x: remove_section(x, "t"), {"s": "abc"}),
        (lambda x: remove_section(x, "s"), {"t": "abc"}),
        (lambda x: add_section(x, "New", section_id="n"), {"s": "ab", "t": "c", "n": ""}),
    ],
)
def test_an_edit_does_one_thing(edit, expected):
    assert order(edit(BASE)) == expected
    assert list(order(edit(BASE))) == list(expected)


def test_the_last_section_keeps_its_entries():
    alone = listed(s="ab")
    assert remove_section(alone, "s") == alone
    assert remove_section(listed(s=""), "s").sections == ()


def test_an_entry_needs_no_section_to_be_added_to():
    assert len(add_entry(Selection("T"), None, Entry("n", "N")).entries) == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda: remove_entry(BASE, "x"),
        lambda: move_entry(BASE, "x", 1),
        lambda: remove_section(BASE, "x"),
        lambda: add_entry(BASE, "x", Entry("n", "N")),
    ],
)
def test_what_is_not_there_cannot_be_edited(edit):
    with pytest.raises(ListNotFound):
        edit()


def test_different_fields_go_together_without_a_conflict():
    theirs = note(BASE, "a", "theirs")
    mine = replace(note(BASE, "b", "mine"), summary="mine too")
    merged = merge_selections(BASE, theirs, mine)
    assert merged.conflicts == ()
    assert [e.note for e in merged.selection.entries] == ["theirs", "mine", ""]
    assert merged.selection.summary == "mine too"


def test_the_same_field_is_mine_with_theirs_beside_it():
    merged = merge_selections(BASE, note(BASE, "a", "theirs"), note(BASE, "a", "mine"))
    assert merged.selection.entries[0].note == "mine"
    assert merged.conflicts == (Conflict("a", "note", "theirs"),)


def test_the_same_words_of_both_are_no_conflict():
    both = note(BASE, "a", "the same")
    assert merge_selections(BASE, both, both).conflicts == ()


def test_both_add_and_both_additions_are_there():
    theirs = add_entry(BASE, "s", Entry("x", "X"))
    mine = add_entry(BASE, "s", Entry("y", "Y"))
    assert order(merge_selections(BASE, theirs, mine).selection) == {"s": "abyx", "t": "c"}


def test_what_both_added_under_one_id_is_mine_with_theirs_beside_it():
    theirs = add_section(BASE, "Theirs", section_id="n")
    merged = merge_selections(BASE, theirs, add_section(BASE, "Mine", section_id="n"))
    assert merged.selection.sections[-1].title == "Mine"
    assert merged.conflicts == (Conflict("n", "title", "Theirs"),)


def test_a_section_may_have_the_id_of_an_entry():
    theirs = add_entry(add_section(BASE, "New", section_id="a"), "a", Entry("n", "N"))
    mine = move_entry(BASE, "b", -1)
    assert order(merge_selections(BASE, theirs, mine).selection) == {"s": "ba", "t": "c", "a": "n"}


def test_one_moves_and_the_other_adds():
    theirs = move_entry(BASE, "b", -1)
    mine = add_section(add_entry(BASE, "t", Entry("n", "N")), "New", section_id="u")
    assert order(merge_selections(BASE, theirs, mine).selection) == {"s": "ba", "t": "cn", "u": ""}


def test_what_one_removed_and_the_other_left_is_gone():
    merged = merge_selections(BASE, remove_entry(BASE, "a"), note(BASE, "b", "mine"))
    assert order(merged.selection) == {"s": "b", "t": "c"}
    assert merged.conflicts == ()


def test_what_one_removed_and_the_other_rewrote_stays_and_is_said():
    merged = merge_selections(BASE, remove_entry(BASE, "a"), note(BASE, "a", "mine"))
    assert order(merged.selection) == {"s": "ab", "t": "c"}
    assert merged.conflicts == (Conflict("a", "", ""),)
    other = merge_selections(BASE, note(BASE, "a", "theirs"), remove_entry(BASE, "a"))
    assert other.selection.entries[0].note == "theirs"
    assert other.conflicts == (Conflict("a", "", "A"),)


def test_entries_of_a_removed_section_stay():
    mine = add_entry(BASE, "t", Entry("n", "N"))
    merged = merge_selections(BASE, remove_section(BASE, "t"), mine)
    assert {e.id for e in merged.selection.entries} == set("abcn")


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.sampled_from("abcdef"), st.text("xyz", max_size=3)),
        st.tuples(st.just("remove"), st.sampled_from("abcdef"), st.just("")),
        st.tuples(st.just("move"), st.sampled_from("abcdef"), st.sampled_from(["1", "-1"])),
        st.tuples(st.just("drop"), st.sampled_from("stu"), st.just("")),
        st.tuples(st.just("add"), st.sampled_from("stu"), st.just("")),
    ),
    max_size=6,
)


def edited(selection: Selection, edits: list[tuple[str, str, str]], who: str) -> Selection:
    for n, (verb, about, text) in enumerate(edits):
        try:
            if verb == "note":
                selection = note(selection, about, f"{who}{text}")
            elif verb == "remove":
                selection = remove_entry(selection, about)
            elif verb == "move":
                selection = move_entry(selection, about, int(text))
            elif verb == "drop":
                selection = remove_section(selection, about)
            else:
                selection = add_entry(selection, about, Entry(f"{who}{n}", "Added"))
        except ListNotFound:
            continue
    return selection


@settings(max_examples=300, deadline=None)
@given(EDITS, EDITS)
def test_whatever_two_curators_do_nothing_they_wrote_is_lost(theirs_edits, mine_edits):
    base = listed(s="ab", t="cd", u="ef")
    theirs, mine = edited(base, theirs_edits, "t"), edited(base, mine_edits, "m")
    merged = merge_selections(base, theirs, mine)
    ids = [e.id for e in merged.selection.entries]
    assert len(ids) == len(set(ids))
    assert len({s.id for s in merged.selection.sections}) == len(merged.selection.sections)
    found = {e.id: e for e in merged.selection.entries}
    shown = {c.theirs for c in merged.conflicts}
    old = {e.id: e for e in base.entries}
    for entry in mine.entries:
        if entry != old.get(entry.id):
            assert found[entry.id].note == entry.note
    for entry in theirs.entries:
        if entry != old.get(entry.id):
            assert found[entry.id].note == entry.note or entry.note in shown


@settings(max_examples=100, deadline=None)
@given(EDITS)
def test_a_text_meets_an_unchanged_one_and_stays_as_it_is(edits):
    base = listed(s="ab", t="cd", u="ef")
    mine = edited(base, edits, "m")
    assert merge_selections(base, base, mine).selection == mine
    assert merge_selections(base, mine, base).selection == mine
