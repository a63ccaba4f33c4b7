"""Abstracts whose names stand in their first line or in spaced letters, and where they end."""

from __future__ import annotations

import pytest

from ingest.model import Block
from tests.ingest.test_roles import PROSE, roles

REST = [[PROSE]] * 8


def of(role, found):
    return [text for said, text in found if said == role]


@pytest.mark.parametrize("name", ["Abstract", "Resumen", "Resumo", "Résumé"])
def test_an_abstract_that_begins_with_its_name_is_a_summary(name):
    text = f"{name} {PROSE} {PROSE[:80]} in the end."
    assert of("summary", roles([text, PROSE], *REST)) == [text]


@pytest.mark.parametrize(
    "text",
    [f"Abstract thinking is what pupils learn late. {PROSE}", "Resumo Executivo das escolas"],
)
def test_a_word_of_the_text_is_no_name_of_an_abstract(text):
    assert of("summary", roles([text, PROSE], *REST)) == []


@pytest.mark.parametrize("end", ["© 2014 Example Press. All rights reserved.", Block("Methods", 1)])
def test_what_stands_below_spaced_letters_is_a_summary(end):
    found = roles(["A B S T R A C T", PROSE, end, f"{PROSE} This was found."], *REST)
    assert of("summary", found) == [PROSE]


def test_a_summary_ends_at_a_name_with_the_mark_of_a_note():
    found = roles([Block("RESUMO", 1), PROSE], ["INTRODUÇÃO2", f"{PROSE} Foi assim."], *REST)
    assert of("summary", found) == [PROSE]


def test_an_abstract_that_a_page_draws_after_its_introduction_is_a_summary():
    page = [Block("1. Introduction", 1), f"{PROSE} This was found.", "A B S T R A C T", PROSE]
    assert of("summary", roles(page, *REST)) == [PROSE]
