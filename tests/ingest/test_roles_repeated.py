"""Roles of what a text says twice: entries of its contents, the labels of a scale, field names."""

from __future__ import annotations

from ingest.model import Block
from tests.ingest.test_roles import PROSE
from tests.ingest.test_roles_sections import OTHER, roles_of

SKILLS = ("— Write to parents and partners", "— Keep the notes of the council")


def test_contents_end_where_the_first_thing_that_they_list_begins():
    front = [Block("Contents", 1), "Domain one: working together", "Domain two: taking part"]
    chapter = [Block("Domain one", 2), Block("With others", 3), *SKILLS, PROSE]
    assert roles_of(front[1], front, chapter) == {"contents"}
    assert roles_of(SKILLS[0], front, chapter) == {"body"}


def test_a_heading_that_the_contents_do_not_list_is_one_of_their_entries():
    front = [Block("Contents", 1), "Domain one: working together", Block("Part two", 2), *SKILLS]
    assert roles_of(SKILLS[0], front, [Block("Domain one", 2), PROSE]) == {"contents"}


def test_the_numbers_of_a_scale_are_no_pages_of_contents():
    levels = [f"Level {n}" for n in range(1, 6)]
    chapters = ["Schools 3", "Teachers 9", "Pupils 14", "Parents 21"]
    assert roles_of(levels[0], [PROSE, *levels, OTHER], [PROSE]) == {"body"}
    assert roles_of(chapters[0], [PROSE, *chapters, OTHER], [PROSE]) == {"contents"}


def test_the_name_of_a_field_is_no_running_head_although_pages_end_with_it():
    field = "Smallest region with data"
    form = ["Rate of literacy of the young", field, "All of them", "Once a year", field]
    pages = [[f"{OTHER} {number}.", *form, field] for number in ("One", "Two", "Three")]
    assert "navigation" not in roles_of(field, *pages)
