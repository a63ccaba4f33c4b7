"""Roles by the sections of a text: where a summary, an annex or the results begin and end."""

from __future__ import annotations

import pytest

from ingest.model import Block
from ingest.roles.names import role_of_heading
from tests.ingest.test_roles import ENTRIES, PROSE, roles

OTHER = (
    "Each school chose one teacher, who met the others of the valley once a month and wrote down "
    "what had been hard. The notes were read by the inspectors, who had not known of most of it."
)
LONG = f"{PROSE} {OTHER}"


def roles_of(text, *pages):
    return {role for role, passage in roles(*pages) if text in passage}


def test_headings_of_one_level_end_an_unmarked_summary_whatever_the_level():
    page = [
        "Summary",
        PROSE,
        Block("Schools of the valley", 6),
        OTHER,
        Block("Schools of the coast", 6),
        OTHER,
    ]
    assert roles_of(OTHER, page) == {"body"}
    assert roles_of(PROSE, page) == {"summary"}


@pytest.mark.parametrize("level", [6, None])
def test_an_address_at_the_foot_of_the_first_page_does_not_end_the_abstract(level):
    page = [
        Block("Abstract", 1),
        Block("Corresponding author:", level),
        "Ana Person, Lantern Trust, 12 Hill Street, Oldtown. Email: ana@example.org",
        LONG,
    ]
    assert roles_of(PROSE, page) == {"summary"}
    assert roles_of("Lantern", page) == {"back-matter"}


@pytest.mark.parametrize(
    "keywords", ["Keywords: reading, teachers", "Keywords reading, teachers, notes"]
)
def test_an_abstract_ends_at_its_keywords(keywords):
    page = [Block("Abstract", 1), LONG, keywords, OTHER.replace("school", "college")]
    assert roles_of("college", page) == {"body"}
    assert roles_of(PROSE, page) == {"summary"}


def test_keywords_before_the_abstract_do_not_end_it():
    page = [Block("Abstract", 1), "Keywords: reading, teachers", LONG]
    assert roles_of(PROSE, page) == {"summary"}


BEFORE = [Block("The valley", 1), *[OTHER] * 4]


def test_what_follows_an_annex_is_part_of_it_until_the_references():
    after = [
        Block("Annex A: Interviews", 1), PROSE, Block("The third school", 1), OTHER,
        Block("References", 1), *ENTRIES,
    ]  # fmt: skip
    found = roles(BEFORE, after)
    assert [role for role, text in found if OTHER in text] == ["body", "body", "appendix"]
    assert found[-1][0] == "references"


def test_a_chapter_ends_an_annex_and_an_early_annex_ends_with_the_next_heading():
    annex = [Block("Annex A: Interviews", 1), PROSE]
    chapter = [Block("Chapter 3: The coast", 1), OTHER]
    assert roles_of(OTHER, [Block("The valley", 1), PROSE, PROSE], annex, chapter) == {"body"}
    late = [Block("The coast", 1), *[OTHER] * 5]
    assert roles_of(OTHER, annex, late) == {"body"}


def test_an_annex_that_lists_literature_is_named_so():
    assert role_of_heading("Annex C: Selected bibliography") == "references"
    assert role_of_heading("Annex C: Selected meetings") == "appendix"


def test_parts_of_the_results_on_their_own_level_are_findings():
    page = [
        Block("Methods", 1), OTHER, Block("Results", 1), OTHER, Block("Girls and boys", 1), PROSE,
        Block("Discussion", 1), OTHER,
    ]  # fmt: skip
    assert roles_of(PROSE, page) == {"findings"}


def test_a_heading_after_the_results_without_a_discussion_is_no_part_of_them():
    page = [Block("Results", 1), OTHER, Block("The next five years", 1), PROSE]
    assert roles_of(PROSE, page) == {"body"}


def test_the_numbers_of_an_axis_are_a_table_and_one_number_is_none():
    axis = [str(number) for number in range(70, 0, -5)]
    assert ("table", "\n\n".join(axis)) in roles([PROSE, *axis, OTHER])
    assert {role for role, _ in roles([PROSE, "70", OTHER])} == {"body"}


def test_thanks_in_the_middle_of_a_text_end_where_prose_goes_on():
    before = [[Block("The valley", 1), LONG]] * 6
    thanks = [f"We would like to thank Ana Person {n} for her advice." for n in range(8)]
    after = [Block("Acknowledgements", 6), *thanks, *[LONG] * 20]
    said = roles(*before, after, *[[LONG]] * 6)
    assert {role for role, text in said if "Person 1" in text} == {"back-matter"}
    assert said[-10][0] == "body"


def test_an_unmarked_summary_of_a_part_ends_at_the_next_heading():
    title = Block("Voices of the valley", 1)
    page = [title, *[OTHER] * 5, "Summary", PROSE, Block("The inspectors", 6), OTHER]
    assert [role for role, text in roles(page) if PROSE in text] == ["summary"]
    assert {role for role, text in roles(page) if OTHER in text} == {"body"}
