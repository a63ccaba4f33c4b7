"""Titles in capitals: written as the document's own sentences write their words."""

from __future__ import annotations

import pytest

from ingest.record.casing import in_text_case

TEXT = """TECHNOLOGY AND LEARNING

We ask what technology does for learning. The World Bank and UNESCO paid for the world atlas of it.
Much of the technology came from Peru. In the schools of Peru, the World Bank saw learning in part
II of the plan. These insights of the SDG report and the SDG insights show what the report is for.
"""


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("TECHNOLOGY AND LEARNING AT THE WORLD BANK", "Technology and learning at the World Bank"),
        ("SDG INSIGHTS: LEARNING IN PERU", "SDG insights: Learning in Peru"),
        ("UNESCO REPORT, PART II", "UNESCO report, part II"),
        ("WHAT IS “LEARNING” FOR? THE PLAN", "What is “Learning” for? The plan"),
        ("WORLD BANK technology report", "World Bank technology report"),
        ("WORLD BANK and QUIXOTE", "WORLD BANK and QUIXOTE"),
        ("UNESCO and the World Bank", "UNESCO and the World Bank"),
        ("ZEPPELIN QUARKS AND XYLOPHONES", "ZEPPELIN QUARKS AND XYLOPHONES"),
        ("LEARNING", "LEARNING"),
        ("", ""),
    ],
)
def test_capitals_go_where_the_sentences_have_none(printed, written):
    assert in_text_case(printed, TEXT) == written


def test_the_title_itself_repeated_on_every_page_tells_nothing():
    running = "the PERU REPORT on learning 12 and more of the PERU REPORT on learning\n" * 9
    assert in_text_case("PERU REPORT on learning", running + TEXT) == "Peru report on learning"


@pytest.mark.parametrize("text", ["", "A. B. C.", "LEARNING IN PERU", "\n\n…"])
def test_a_text_without_sentences_changes_nothing(text):
    assert in_text_case("LEARNING IN PERU", text) == "LEARNING IN PERU"
