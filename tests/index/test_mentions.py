"""A sentence speaks of a term when it names it and means what its cues mean."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.taxonomy import load_taxonomy
from index.tagging.mentions import find_mentions, is_whole, split_sentences, term_cues
from tests.support.fakes import HashEncoder

CUES = term_cues(HashEncoder(), load_taxonomy(), "factors")
TRUST = "Members dare to share failures in a safe space, but trust between network members is weak."


def _found(*texts):
    rows = HashEncoder().encode_passages(texts)
    return find_mentions(HashEncoder(), texts, rows, CUES)


def test_a_sentence_is_found_with_its_place_and_where_it_names_the_term():
    text = f"{TRUST} The annex lists forty books on gardening."
    (found,) = [m for m in _found("Nothing of the sort.", text) if m.term == "mutual-trust"]
    assert (found.place, text[found.start : found.end]) == (1, TRUST)
    assert TRUST[found.named :].startswith("share failures")
    assert 0.42 <= found.score <= 1


def test_a_sentence_that_does_not_name_the_term_is_not_taken():
    without = TRUST.replace("safe space", "quiet room").replace("trust", "bonds")
    without = without.replace("share failures", "share what failed")
    assert not [m for m in _found(without) if m.term == "mutual-trust"]


def test_a_sentence_that_names_the_term_in_passing_is_not_taken():
    text = "The trust that owns the museum sells postcards, umbrellas and very old maps."
    assert not [m for m in _found(text) if m.term == "mutual-trust"]


def test_the_name_of_a_network_names_no_term():
    text = (
        "In collaborative learning networks, members formed new collaborations and peer exchange."
    )
    (found,) = [m for m in _found(text) if m.term == "relationships"]
    assert text[found.named :].startswith("collaborations")


def test_of_a_passage_on_the_term_only_the_sentence_that_means_it_is_taken():
    text = f"{TRUST} The trust that owns the museum sells postcards."
    found = [m for m in _found(text) if m.term == "mutual-trust"]
    assert [text[m.start : m.end] for m in found] == [TRUST]


def test_abbreviations_aside_a_text_is_cut_after_each_sentence():
    text = "One ends here. “Two” asks why? A third, of 0.4 points, ends! \n\nA heading"
    assert [text[a:b] for a, b in split_sentences(text)] == [
        "One ends here.",
        "“Two” asks why?",
        "A third, of 0.4 points, ends!",
        "A heading",
    ]


@given(st.text(alphabet="aB.?! \n”", max_size=60))
def test_sentences_are_disjoint_slices_that_leave_out_only_space_and_closing_quotes(text):
    spans = list(split_sentences(text))
    assert all(text[a:b] == text[a:b].strip() and a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert {c for c in text if c in "aB"} == {c for c in kept if c in "aB"}
    assert kept.count("a") == text.count("a")


def test_a_sentence_counts_where_its_passage_is_about_the_use_of_evidence():
    alone = "Teachers lack time: too many hours go into other duties every week."
    cue = next(c for c in CUES if c.term == "time-and-resources")
    assert cue.words.search(alone)
    assert not cue.context.search(alone)
    assert not [m for m in _found(alone) if m.term == "time-and-resources"]


@pytest.mark.parametrize(
    "text",
    ["is built by meeting members of the network often.", "Trust between members of a network"],
    ids=["rest of a sentence", "heading"],
)
def test_what_is_no_sentence_asserts_nothing(text):
    assert not is_whole(text)
    assert is_whole(f"- Trust: it {text.removesuffix('.')}.")
