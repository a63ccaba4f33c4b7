"""Sentences that run on over the end of a page."""

from __future__ import annotations

import pytest

from ingest.text.passages import assemble_pages
from tests.ingest.test_pdf import body, make_pdf, prose, read, texts


def test_a_sentence_runs_on_over_a_running_head_and_a_caption_set_like_headings():
    head = (11, "B", "Schools and What They Measured: A Survey")
    caption = (14, "B", "Table 1. Schools that took part")
    table = (8, "F", "Schools 40")
    rest = (11, "F", "whatever their size, in schools that had asked for them.")
    pages = [[*prose("They were used by all"), head], [caption, table, rest, *body("oak")]]
    found = read(make_pdf([*pages, [*body("elm"), head], [caption, *body("fir")]]))
    first, second = texts(found)[:2]
    assert (first[0], first[1][-12:]) == (head[2], " used by all")
    assert second[0].startswith(rest[2])
    assert [b.heading_level for page in found.pages[:2] for b in page.blocks] == [None] * 5


@pytest.mark.parametrize(("end", "runs_on"), [("reported by the", True), ("reported", False)])
def test_a_sentence_that_is_cut_short_goes_on_with_a_name_on_the_next_page(end, runs_on):
    pages = [[*body("oak"), (11, "F", f"More pupils read well, as was {end}")],
             [(11, "F", "Ministry of Education in the spring.")]]  # fmt: skip
    text = assemble_pages(read(make_pdf(pages)).pages).text
    assert (f"{end}\nMinistry" in text) is runs_on
