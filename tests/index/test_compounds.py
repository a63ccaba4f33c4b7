"""A question finds "wellbeing" and "well-being", whichever it has."""

from __future__ import annotations

import pytest

from index.model import Query
from index.search import compounds
from index.search.compounds import join_compounds, part_compounds
from index.vectors.builder import build_index
from tests.index.test_multilingual import searcher_with
from tests.support.fakes import HashEncoder


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("student well-being", "student wellbeing"),
        ("Well-being of policy makers", "Wellbeing of policymakers"),
        ("drop-out after school closures", "dropout after school closures"),
        ("who drop out and are well being asked", "who drop out and are well being asked"),
        ("wellbeing", "wellbeing"),
        ("works as well before beings came", "works as well before beings came"),
        ("a well beingness", "a well beingness"),
        ("pre-school well-being", "preschool wellbeing"),
    ],
)
def test_a_compound_becomes_one_word(text, joined):
    assert join_compounds(text) == joined


def test_each_compound_has_two_parts_and_is_listed_once_in_order():
    pairs = compounds._pairs()
    assert len(pairs) == len(set(pairs)) > 30
    assert [*pairs] == sorted(pairs)
    assert all(part.isalpha() and part.islower() for pair in pairs for part in pair)


def test_a_word_that_is_a_compound_is_also_written_apart():
    found = part_compounds(["teacher", "wellbeing", "dropouts"])
    assert found == {"wellbeing": ("well being",), "dropouts": ("drop out",)}


@pytest.mark.parametrize("question", ["wellbeing surveys", "well-being surveys"])
def test_both_spellings_are_found_and_marked(store, catalogue, tmp_path, question):
    store("closed", "Surveys of wellbeing help head teachers to plan the year.")
    store("apart", "Surveys of well-being help head teachers to plan the year.")
    store("neither", "Surveys are well designed where teachers are being asked first.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    hits = searcher_with(tmp_path, None).search(catalogue, Query(question)).hits
    assert {hit.document.id for hit in hits[:2]} == {"closed", "apart"}
    marked = {
        hit.document.id: [hit.snippets[0].text[a:b] for a, b in hit.snippets[0].highlights]
        for hit in hits
    }
    assert marked["closed"] == ["Surveys", "wellbeing"]
    assert marked["apart"] == ["Surveys", "well-being"]
    assert "well" not in marked.get("neither", ())
