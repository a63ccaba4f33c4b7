"""The numbers of lines, as preprints print them, are no text."""

from __future__ import annotations

import pytest

from ingest.extract.headings import Line
from ingest.extract.numbering import without_line_numbers
from tests.ingest.test_pdf import make_pdf, read, texts

WORDS = (
    "Schools that took part in the survey were visited",
    "twice in each of the years, and their teachers were",
    "asked what they had seen. Most of them had read the",
    "report of the network before, and some had talked of",
    "it with those who taught beside them. What they then",
    "did in the class was written down by those who had",
    "come. They did not know which of the schools had been",
    "helped. This is what was found in the first spring of",
    "the survey, when the pupils had been in school for a",
    "year, and what their parents had told before that.",
)


def numbered(count, *, anew=False, place="{text} {n}", words=WORDS):
    """Return the lines of pages with the number of each line where ``place`` has it."""
    pages, n = [], 0
    for page in range(count):
        n = 0 if anew else n
        lines = [Line(f"Survey of schools, page {page + 1}")]
        for text in words:
            n += 1
            lines.append(Line(place.format(text=text, n=n)))
        pages.append(lines)
    return pages


@pytest.mark.parametrize("anew", [False, True], ids=["going on", "on each page"])
@pytest.mark.parametrize("place", ["{text} {n}", "{n} {text}"], ids=["after", "before"])
def test_numbers_of_lines_are_taken_out(place, anew):
    pages = without_line_numbers(numbered(3, anew=anew, place=place))
    assert [[line.text for line in page[1:]] for page in pages] == [list(WORDS)] * 3


def test_a_number_behind_a_torn_word_or_on_a_line_of_its_own_is_taken_out():
    pages = numbered(3)
    pages[1][3:4] = [Line("asked what they had seen. Most of them had read the re-13")]
    pages[2][3:4] = [Line(WORDS[2]), Line("23")]
    _, second, third = without_line_numbers(pages)
    assert second[3].text.endswith("read the re-")
    assert [line.text for line in third[1:]] == list(WORDS)


def test_few_numbers_at_the_end_of_the_last_page_are_taken_out_too():
    pages = [*numbered(3), [Line("They read well. 31"), Line("They count well. 32")]]
    assert [line.text for line in without_line_numbers(pages)[-1]] == [
        "They read well.",
        "They count well.",
    ]


@pytest.mark.parametrize(
    "pages",
    [
        numbered(2),
        numbered(4, place="{n} {text}", words=[f"School of Town {c} with pupils" for c in WORDS]),
        [[Line(f"{text} {3 * i}") for i, text in enumerate(WORDS)]] * 4,
        [[Line(f"{text} {40 + i}") for i, text in enumerate(WORDS)]] * 4,
        [[*map(Line, WORDS), *map(Line, WORDS), *page[1:9]] for page in numbered(4)],
    ],
    ids=["two pages", "rows of a table", "other numbers", "the same numbers", "few lines"],
)
def test_other_numbers_stay(pages):
    assert without_line_numbers(pages) == pages


def test_a_preprint_is_read_without_the_numbers_of_its_lines():
    n, pages = 0, []
    for page in range(3):
        lines = []
        for text in WORDS:
            n += 1
            lines.append((11, "F", f"{text} {n}"))
        pages.append([*lines, (11, "F", f"Signed in town {'abc'[page]}.")])
    assert all(page[0].startswith(" ".join(WORDS)) for page in texts(read(make_pdf(pages))))
