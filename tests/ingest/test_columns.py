"""Two columns that a file interrupts by what stands below both of them."""

from __future__ import annotations

import pytest

from ingest.extract.columns import in_columns
from ingest.extract.headings import Line
from tests.ingest.test_pdf import file_of, read, texts

LEFT = (
    "The share of pupils in general schools grew",
    "after the year of the reform, and most of all",
    "where towns had built them. This paper asks",
    "what the pupils of these schools learned in",
)
RIGHT = (
    "reading and mathematics, and whether those who",
    "would have left for a trade did as well as the",
    "others. They did better in both subjects.",
)
NOTICE = (
    "This paper is a product of the team for schools, and part of a larger effort of the network",
    "to open its research to all. The authors may be written to at the address of the network.",
)


def column(lines, x, top, size=10.0):
    return [
        Line(text, (size, False), (size, False), (x, top - 12.0 * i))
        for i, text in enumerate(lines)
    ]


def order(*blocks):
    return [line.text for line in in_columns([line for block in blocks for line in block])]


def test_a_notice_below_two_columns_comes_after_both():
    blocks = (column(LEFT, 54, 670), column(NOTICE, 54, 470), column(RIGHT, 306, 670))
    assert order(*blocks) == [*LEFT, *RIGHT, "", *NOTICE, ""]


def test_notes_below_the_left_column_do_not_part_a_sentence():
    notes = column(["1 See the report of the year", "before, page 12."], 54, 300, size=8.0)
    blocks = (column(LEFT, 54, 670), notes, column(RIGHT, 306, 670))
    assert order(*blocks)[:7] == [*LEFT, *RIGHT]


@pytest.mark.parametrize(
    "blocks",
    [
        (column(LEFT, 54, 670), column(RIGHT, 306, 670), column(NOTICE, 54, 470)),
        (column(LEFT, 54, 670), column(NOTICE, 54, 470), column(RIGHT, 306, 440)),
        (column(LEFT, 54, 670), column(LEFT, 54, 590), column(RIGHT, 306, 670)),
        (
            column(LEFT, 54, 670),
            column(NOTICE, 54, 470),
            column(RIGHT, 306, 670),
            column(RIGHT, 306, 480),
        ),
        (column(LEFT[:2], 54, 670), column(NOTICE, 54, 470), column(RIGHT[:2], 306, 670)),
        (column(LEFT, 54, 670), column(NOTICE, 54, 470), column(RIGHT, 306, 670, size=14.0)),
        (column("abcd", 54, 670), column(NOTICE, 54, 470), column("efgh", 306, 670)),
    ],
    ids=["in order", "lower column", "longer column", "two parts", "cells", "quote", "table"],
)
def test_other_lines_stay_as_they_are(blocks):
    assert order(*blocks) == [line.text for block in blocks for line in block]


def test_lines_of_unknown_places_stay_as_they_are():
    lines = [Line(text, (10.0, False), (10.0, False)) for text in (*LEFT, *NOTICE, *RIGHT)]
    assert in_columns(lines) == lines


def test_a_file_that_draws_the_notice_before_the_right_column_is_read_by_columns():
    drawn = [(LEFT, 54, 670), (NOTICE, 54, 470), (RIGHT, 306, 670)]
    content = "".join(
        f"BT /F 10 Tf {x} {top - 12 * i} Td ({text}) Tj ET\n"
        for lines, x, top in drawn
        for i, text in enumerate(lines)
    ).encode()
    found = read(one_page(content))
    assert texts(found)[0][0].startswith(" ".join((*LEFT, *RIGHT[:1])))


def one_page(content):
    """Return a PDF of one page with these operators."""
    return file_of(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F 5 0 R>>>>>>",
            4: b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        }
    )


NOTE_NUMBER = (
    "BT /F 1 Tf 6 0 0 6 54 104 Tm (1) Tj 10 0 0 10 58 100 Tm"
    " ( In this report, a school is what the ministry counts as one, so that those with) Tj"
    " 0 -1.2 Td (several houses are one school, too.) Tj ET\n"
)


def test_the_first_line_of_a_note_is_read_with_the_lines_below_it():
    words = "The pupils of these schools learned to read and to count in the years of the survey"
    prose = "".join(f"BT /F 12 Tf 54 {700 - 14 * i} Td ({words}) Tj ET\n" for i in range(9))
    found = read(one_page((prose + NOTE_NUMBER).encode()))
    assert texts(found)[0][-1].endswith("so that those with several houses are one school, too.")


def test_the_lines_of_a_column_are_measured_beside_each_other():
    title = "Schools of the North and what their pupils learned in six years of visits to them"
    words = (
        "the visits were made in the spring, and the",
        "Ministry of Education of the Federal State of",
        "Northland kept what was found in a register",
    )
    lines = [(title, 54, 760), *((t, 54, 700 - 12 * i) for i, t in enumerate(words * 3))]
    lines += [("x" * 100, 54, 500), ("y" * 100, 54, 480)]
    content = "".join(f"BT /F 10 Tf {x} {y} Td ({t}) Tj ET\n" for t, x, y in lines).encode()
    assert any(" ".join(words * 3) in text for text in texts(read(one_page(content)))[0])
