"""Bullets that a PDF names as letters."""

from __future__ import annotations

import pytest

from ingest.extract import headings, layout


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (("f Costs", "f Schools", "f Teachers and", "two lines"), "• Costs"),
        (("§ Costs", "§ schools", "§ Teachers", "§ Pupils"), "• Costs"),
        (("o Costs", "o Schools", "o Teachers"), "• Costs"),
        (("o Brasil", "o Peru", "o Chile", "o rio"), "o Brasil o Peru o Chile o rio"),
        (("□ Costs", "□ Schools", "□ Teachers"), "• Costs"),
        (("\uf076 Costs", "\uf076 Schools", "\uf076 Teachers"), "• Costs"),
        (("f Costs", "f Schools"), "f Costs f Schools"),
        (("n values", "n of pupils", "n Values", "n Pupils", "n Teachers", "n of all", "n is"),
         "n values n of pupils n Values n Pupils n Teachers n of all n is"),
    ],
)  # fmt: skip
def test_letters_of_symbol_fonts_are_bullets_if_lines_begin_with_them(lines, first):
    style = (10.0, False)
    (page,) = layout.pages_of([[headings.Line(text, style, style) for text in lines]], {})
    assert page.blocks[0].text == first
