"""What a resource list must be like to be kept, and the addresses lists can have."""

from __future__ import annotations

import pytest

from corpus.errors import ListInvalid
from corpus.lists.lists import all_lists, create_draft
from corpus.lists.rules import check_slug, slug_of
from corpus.model import Entry, Pin, Section, Selection
from tests.corpus.test_lists import MEI, with_entry


@pytest.mark.parametrize(
    "selection",
    [
        Selection(" "),
        Selection("T" * 501),
        Selection("T", "\x00"),
        Selection("T", sections=(Section("s", "S"), Section("s", "S"))),
        with_entry(Entry("e", "")),
        Selection("T", sections=(Section("s", "S", entries=(Entry("e", "E"), Entry("e", "E"))),)),
        with_entry(Entry("E!", "E")),
        with_entry(Entry("e", "E", url="javascript:alert(1)")),
        with_entry(Entry("e", "E", pin=Pin(1, "q"))),
        Selection("T", sections=tuple(Section(f"s{n}", "S") for n in range(41))),
        Selection("T", sections=(Section("s", "S"),), query="q=x"),
    ],
    ids=[
        "no title", "long title", "no text", "section twice", "nameless entry", "entry twice",
        "bad id", "script address", "pin without document", "too many sections", "smart and not",
    ],
)  # fmt: skip
def test_a_list_that_could_not_be_shown_is_refused(catalogue, selection):
    with pytest.raises(ListInvalid), catalogue.transaction():
        create_draft(catalogue, "bad", selection, MEI)
    assert all_lists(catalogue) == []


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a--b", "a/b", "new", "a" * 81])
def test_an_address_is_small_letters_digits_and_hyphens(slug):
    with pytest.raises(ListInvalid):
        check_slug(slug)


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Évaluer l’école: 2024!", "evaluer-l-ecole-2024"), ("New", "list-new"), ("证据", "list")],
)
def test_a_title_makes_an_address(title, slug):
    assert slug_of(title) == slug
    check_slug(slug)
