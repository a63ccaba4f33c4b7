"""Whether what is missing from a text is noticed: passed over, hidden, cut off or garbled."""

from __future__ import annotations

import time

import pytest

from ingest.extract import coverage, garbled
from ingest.extract.completeness import page_ranges
from ingest.extract.visible import visible_blocks
from ingest.model import Block, ExtractedPage

WORDS = (
    "the school asked its pupils what they needed and wrote it down week by week to plan lessons"
)
PARAGRAPHS = [
    Block(" ".join(word + tree for word in WORDS.split()))
    for tree in ("oak", "ash", "elm", "fir", "yew", "bay", "fig", "box", "may", "nut")
]


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (range(10), None),
        ((0, 1, 2, 3, 4, 5, 6), None),  # what follows the text may be comments
        ((0, 1, 2, 5, 6, 7, 8, 9), "between the paragraphs"),
        ((0, 1, 2, 3), "more than was taken"),
    ],
    ids=["all", "without-the-end", "a-hole", "less-than-half"],
)
def test_main_text_that_passes_over_the_page_is_doubted(taken, words):
    page = [Block(f"{b.text} {b.text[::-1]}") for b in PARAGRAPHS]
    found = coverage.coverage_doubts([page[i] for i in taken], page)
    assert bool(found) == bool(words)
    assert words is None or words in found[0]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<html><body><p>x</p></body></html>", None),
        ("<p>a fragment", None),
        ("<html><body><p>x" + "y" * 300, "end of the page is missing"),
        ("<html><!-- <p>" + "y" * 300 + "</html>", "<!-- is never closed"),
        ("<html><script>" + "y" * 300 + "</html>", "<script is never closed"),
    ],
)
def test_markup_that_hides_or_lacks_its_end_is_partial(markup, words):
    found = coverage.markup_losses(markup)
    assert bool(found) == bool(words)
    assert words is None or words in found[0]


GOOD = "The network asked its members what they need and what they would share with others. " * 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD, None),
        ("Los maestros y las familias de la red pidieron más tiempo para el juego. " * 6, None),
        ("Walimu wa shule na familia za mtandao waliomba muda zaidi kwa michezo. " * 6, None),
        ("学校は子どもたちの声を聞き、授業を変えた。" * 20, None),
        (" ".join(GOOD.replace(" ", "")), "letters set apart"),
        ("evidenceonwhatworksineducation " * 20, "words run together"),
        ("(cid:12)(cid:45)(cid:7) " * 30, "codes in place"),
        ("\ue012\ue034\ue056 word " * 30, "codes in place"),
        ("/g12/g45/g7/g9 " * 30, "codes in place"),
        ("L'Ã©cole des Ã©lÃ¨ves, oÃ¹ Ã§a compte pour tous les enfants. " * 9, "wrong encoding"),
        ("7KH VFKRROV DVNHG WKHLU SXSLOV ZKDW WKHB QHHG DQG ZURWH LW " * 12, "known language"),
        ("ಓ ԣ அ Λ ऴ Θ Δ ख ਕ ક ଓ క ക ක ก ກ ཀ ဂ ა " * 20, "many scripts"),
    ],
    ids=["en", "es", "sw", "ja", "spaced", "glued", "cid", "private", "glyphs", "mojibake", "shift",
         "scripts"],
)  # fmt: skip
def test_a_text_that_reads_garbled_is_doubted(text, words):
    found = garbled.garbled_doubts((ExtractedPage(1, (Block(text),)),), "page")
    assert bool(found) == bool(words)
    assert words is None or words in " ".join(found)


def test_one_garbled_page_of_many_is_no_doubt_and_three_of_ten_are():
    odd = "evidenceonwhatworksineducation " * 14
    pages = [ExtractedPage(i, (Block(GOOD),)) for i in range(1, 21)]
    assert not garbled.garbled_doubts((*pages, ExtractedPage(21, (Block(odd),))), "page")
    pages[2:5] = [ExtractedPage(i, (Block(odd),)) for i in (3, 4, 5)]
    assert "of pages 3-5 is garbled" in garbled.garbled_doubts(pages, "page")[0]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((1,), "1"), ((1, 2, 3, 7), "1-3, 7"), ((9, 2, 9), "2, 9"), ((), "")],
)
def test_page_numbers_are_said_as_people_do(numbers, words):
    assert page_ranges(numbers) == words


def test_visible_text_keeps_headings_rows_and_what_an_open_comment_would_hide():
    page = "<head><title>t</title><body><h2>Top</h2><p>One<td>x<tr><td>a<td>b</table><!-- <p>Two"
    assert [(b.text, b.heading_level) for b in visible_blocks(page)] == [
        ("Top", 2), ("One", None), ("x", None), ("a | b", None), ("Two", None),
    ]  # fmt: skip


@pytest.mark.parametrize("piece", ["<!--", "<!--a>", "<![a>", "<a ", '<a b="', "</", "<?", "<!a"])
def test_visible_text_of_markup_that_nothing_closes_is_found_quickly(piece):
    started = time.monotonic()
    visible_blocks(piece * 200_000)
    assert time.monotonic() - started < 5
