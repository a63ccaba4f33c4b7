"""Passages: true slices of the text, on their pages, under their heading, and nothing left out."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import Block, ExtractedPage
from ingest.text.passages import MAX_WORDS, assemble_pages, cut_passages

SENTENCE = st.lists(
    st.sampled_from(
        ["school", "wellbeing", "Teachers", "data,", "2019", "p.", "https://x.org/" + "a" * 90]
    ),
    min_size=1,
    max_size=150,
).map(lambda words: " ".join(words) + ".")
BLOCK = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=4).map(lambda s: Block(" ".join(s))),
    st.builds(Block, st.sampled_from(["Methods", "Results", "Annex 1"]), st.integers(1, 3)),
    st.just(Block("x" * 2000)),
    st.just(Block(" \u200b ")),
)
PAGES = st.lists(st.lists(BLOCK, max_size=5), min_size=1, max_size=5).map(
    lambda pages: [ExtractedPage(i + 1, tuple(blocks)) for i, blocks in enumerate(pages)]
)


def page(number: int, *blocks: str | Block) -> ExtractedPage:
    return ExtractedPage(number, tuple(Block(b) if isinstance(b, str) else b for b in blocks))


def sentence(word: str, count: int = 20) -> str:
    return f"{word.capitalize()} " + " ".join([word] * (count - 1)) + "."


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_a_passage_is_a_trimmed_slice_of_at_most_120_words(pages):
    assembled = assemble_pages(pages)
    for c in cut_passages(assembled):
        assert c.text == assembled.text[c.start : c.end] == c.text.strip() != ""
        assert len(c.text.split()) <= MAX_WORDS


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_a_passage_starts_and_ends_on_the_pages_it_names(pages):
    assembled = assemble_pages(pages)
    by_number = {p.number: p for p in assembled.pages}
    for c in cut_passages(assembled):
        assert by_number[c.page].start <= c.start < by_number[c.page].end
        assert by_number[c.page_end].start < c.end <= by_number[c.page_end].end


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_every_word_of_the_body_is_in_a_passage(pages):
    assembled = assemble_pages(pages)
    held = bytearray(len(assembled.text))
    for c in cut_passages(assembled):
        held[c.start : c.end] = b"\1" * (c.end - c.start)
    for span in assembled.spans:
        if span.heading_level is None:
            text = assembled.text[span.start : span.end]
            assert all(held[span.start + i] for i, char in enumerate(text) if not char.isspace())


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_every_heading_is_text_or_the_name_of_a_passage(pages):
    assembled = assemble_pages(pages)
    cuts = cut_passages(assembled)
    names = " › ".join({c.heading or "" for c in cuts})
    held = [(c.start, c.end) for c in cuts]
    for span in assembled.spans:
        if span.heading_level is not None:
            inside = any(start <= span.start and span.end <= end for start, end in held)
            assert inside or assembled.text[span.start : span.end] in names


@given(PAGES)
def test_pages_hold_the_words_of_their_blocks_and_no_others(pages):
    assembled = assemble_pages(pages)
    for given_page, placed in zip(pages, assembled.pages, strict=True):
        expected = " ".join(b.text for b in given_page.blocks).replace("\u200b", "").split()
        assert assembled.text[placed.start : placed.end].split() == expected


def test_neighbours_share_a_sentence():
    text = " ".join(sentence(word) for word in ("one", "two", "three", "four", "five", "six"))
    first, second = cut_passages(assemble_pages([page(1, text)]))
    assert first.text.endswith(sentence("four"))
    assert second.text.startswith(sentence("four"))


def test_a_short_tail_joins_the_passage_before_it():
    text = " ".join([*(sentence(word) for word in ("one", "two", "three", "four")), "Two words."])
    assert len(cut_passages(assemble_pages([page(1, text)]))) == 1


def test_a_passage_does_not_cross_a_heading():
    body = " ".join(sentence(word) for word in ("one", "two"))
    cuts = cut_passages(
        assemble_pages([page(1, Block("Methods", 1), body, Block("Results", 1), body)])
    )
    assert [c.heading for c in cuts] == ["Methods", "Results"]
    assert not any("Results" in c.text for c in cuts)


def test_a_heading_right_under_another_is_named_after_both():
    body = sentence("one", 40)
    (only,) = cut_passages(assemble_pages([page(1, Block("Methods", 1), Block("Search", 2), body)]))
    assert only.heading == "Methods › Search"


def test_a_heading_that_repeats_the_title_is_no_heading():
    (only,) = cut_passages(
        assemble_pages([page(1, Block("A Title", 1), sentence("one", 40))]), title="a title"
    )
    assert only.heading is None


def test_slides_of_a_few_words_share_a_passage():
    slides = [page(n, Block(f"Slide {n}", 1), "Four words are here.") for n in (1, 2, 3)]
    (only,) = cut_passages(assemble_pages(slides))
    assert (only.page, only.page_end, only.heading) == (1, 3, "Slide 1")


def test_a_paragraph_that_runs_on_over_a_page_is_one():
    pages = [page(1, "The schools that were asked and"), page(2, "those that answered agree.")]
    assembled = assemble_pages(pages)
    assert assembled.text == "The schools that were asked and\nthose that answered agree."
    assert [(c.page, c.page_end) for c in cut_passages(assembled)] == [(1, 2)]


def test_a_page_without_text_is_kept_and_holds_no_passage():
    pages = assemble_pages([page(1, sentence("one")), page(2), page(3, sentence("two"))])
    assert pages.pages[1].start == pages.pages[1].end
    assert {c.page for c in cut_passages(pages)} <= {1, 3}


def test_a_megabyte_without_a_full_stop_takes_linear_time():
    started = time.perf_counter()
    cuts = cut_passages(assemble_pages([page(1, "word " * 200_000, "a" * 400_000)]))
    assert time.perf_counter() - started < 6
    assert all(len(c.text.split()) <= MAX_WORDS for c in cuts)
