"""Statements of the record that real documents have, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.ingest.test_record_flowing import PROSE, prepared, word

REFERENCE = (
    "Lindqvist, B. (2023). What schools see. International Journal of School Visits, 71(2), "
    "287–295. https://doi.org/10.1234/visits.2023.71"
)


@pytest.mark.parametrize("heading", ["References", "Bibliography:", "Referencias", "Références"])
def test_the_works_at_the_end_of_a_text_do_not_state_its_record(heading):
    paragraphs = ("Visits between schools", "Ana Quispe", PROSE, PROSE, heading, REFERENCE)
    made = prepared("brief.docx", word(*(("Normal", text) for text in paragraphs))).document
    assert (made.title, made.authors) == ("Visits between schools", ("Ana Quispe",))
    assert (made.publishers, made.journal, made.doi) == ((), None, None)


def test_what_stands_below_another_heading_is_stated_again():
    made = prepared(
        "brief.docx",
        word(
            ("Title", "Visits between schools"), ("Normal", PROSE),
            ("Heading 1", "References"), ("Normal", REFERENCE),
            ("Heading 1", "Imprint"), ("Normal", "Published in 2021 by the Example Foundation"),
        ),
    ).document  # fmt: skip
    assert (made.publishers, made.year) == (("Example Foundation",), 2021)
