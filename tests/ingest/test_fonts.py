"""Fonts whose names do not say that their letters are bold."""

from __future__ import annotations

import pytest

from ingest.extract.fonts import FontNames


class Held(dict):
    """A value that a PDF holds directly, or by a reference."""

    def get_object(self):
        return self


class Several(list):
    def get_object(self):
        return self


def font(name, weight=None, *, composite=False):
    descriptor = {} if weight is None else {"/FontWeight": weight}
    simple = Held({"/BaseFont": name, "/FontDescriptor": Held(descriptor)})
    return {"/BaseFont": name, "/DescendantFonts": Several([simple])} if composite else simple


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (font("/NeuePro-BdCn", 700), "/NeuePro-BdCn,Bold"),
        (font("/CIDFont+F7", 700, composite=True), "/CIDFont+F7,Bold"),
        (font("/Arial-BoldMT", 700), "/Arial-BoldMT"),
        (font("/NeuePro-Cn", 400), "/NeuePro-Cn"),
        (font("/Times"), "/Times"),
        ({"/BaseFont": "/Damaged", "/FontDescriptor": None}, "/Damaged"),
        (None, ""),
    ],
)
def test_the_weight_of_a_font_says_that_it_is_bold(given, named):
    assert FontNames().of(given) == named
