"""Signs that a font names by their codes alone."""

from __future__ import annotations

import pytest

from ingest.extract.glyphs import join_torn
from ingest.extract.headings import Run, lines_of


@pytest.mark.parametrize(
    ("parts", "font", "spelled"),
    [
        (("(nurser", "/C3", " OR baby)"), "/LGOCFP+AdvP4C4E74", "(nurser* OR baby)"),
        (("P", "/C19", "almad", "/C19", "ottir"), "/X+AdvOT46dcae81", "Pálmadóttir"),
        (("p ", "/C20", " .05"), "/X+AdvSymbol", "p ≤ .05"),
        (("form A/C33 and B/C4",), "/X+AdvOT46dcae81", "form A/C33 and B/C4"),
        (("form A", "/C3"), "/Helvetica", "form A/C3"),
        (("f€or €oppna M€uller",), "/X+AdvOT46dcae81", "för öppna Müller"),
        (("€20, €m and 5 €",), "/X+AdvOT46dcae81", "€20, €m and 5 €"),
        (("f€or",), "/Helvetica", "f€or"),
        (
            ("an e⁄ect on coe¢ cients of di¤erent a¢liates",),
            "/Times",
            "an effect on coefficients of different affiliates",
        ),
        (("a signi…cant e¤ect of in‡ation",), "/Times", "a significant effect of inflation"),
        (
            (
                "the \x85rst identi\x85",
                "cation",
            ),
            "/Times",
            "the first identification",
        ),
        (("schools…and the ‡ mark",), "/Times", "schools…and the ‡ mark"),
        (("5¢ and 3⁄4 of it",), "/Times", "5¢ and 3⁄4 of it"),
    ],
)
def test_known_codes_of_one_typesetter_are_spelled_out(parts, font, spelled):
    (line,) = lines_of([Run(part, 9.0, font) for part in parts])
    assert line.text == spelled


def test_accents_that_tex_sets_beside_their_letters_are_joined():
    told = "A avaliac¸ ˜ao pr´atica da evas˜ao ´e ´util `as escolas do per´ıodo; tamb´em educac¸˜ao"
    (line,) = lines_of([Run(told, 9.0, "/Times")])
    assert line.text == (
        "A avaliação prática da evasão é útil às escolas do período; também educação"
    )


def test_an_apostrophe_that_is_typed_as_an_accent_stays():
    (line,) = lines_of([Run("It is part of an d´un teacher´s `word´ and l´autre", 9.0, "/Times")])
    assert line.text == "It is part of an d´un teacher´s `word´ and l´autre"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("PPAARRAA EELL AAULAA", "PPAARRAA EELL AAULAA"),
        ("PPRROOGGRRAAMMAA--GGUUÍÍAA PPAARRAA EELL AAUULLAA,,", "PROGRAMA-GUÍA PARA EL AULA,"),
        ("AA 22 SS", "AA 22 SS"),
        ("Aaron went to Aachen", "Aaron went to Aachen"),
    ],
    ids=["not-all", "all", "short", "words"],
)  # fmt: skip
def test_a_line_whose_letters_are_all_shown_twice_is_read_once(shown, read):
    assert [line.text for line in lines_of([Run(shown, 17.5, "/Eras-Demi")])] == [read]


@pytest.mark.parametrize(
    ("named", "spelled"),
    [
        ("signi/f_ica", "significa"),
        ("e/f_fective and o/f_f_ice", "effective and office"),
        ("en /two.pnum/zero.pnum/two.pnum/one.pnum.", "en 2021."),
        ("le /one.pnumer juin", "le 1er juin"),
        ("/three.pnum./two.pnum Devoirs", "3.2 Devoirs"),
        ("/R.sc/E.sc/A.sc/D.sc/I.sc/N.sc/G.sc", "READING"),
        ("https://example.org/f_iles/a.scan", "https://example.org/f_iles/a.scan"),
        ("and/or, 12/month, /home/f", "and/or, 12/month, /home/f"),
    ],
)
def test_glyphs_that_a_font_only_names_are_spelled(named, spelled):
    (line,) = lines_of([Run(named, 9.0, "/Times")])
    assert line.text == spelled


def test_ligatures_of_calibri_that_a_file_lost_are_restored():
    told = "A?er educa?on was le?, ?me o?en shi?s ac?vi?es that iden?fy so?ware".replace(
        "?", "\ufffd"
    )
    read = "After education was left, time often shifts activities that identify software"
    (line,) = lines_of([Run(told, 9.0, "/WQRAGF+Calibri")])
    assert line.text == read
    (line,) = lines_of([Run(told, 9.0, "/Times")])
    assert line.text == told


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("it benefi ts all, and is the fi rst", "it benefits all, and is the first"),
        ("Confl icts are specifi c to sci-fi readers", "Conflicts are specific to sci-fi readers"),
        ("a benefi xy of wi-fi at home", "a benefi xy of wi-fi at home"),
    ],
)
def test_a_gap_behind_a_ligature_is_closed_where_the_document_has_the_word(text, mended):
    words = dict.fromkeys(("benefits", "first", "conflicts", "specific"), 2)
    assert join_torn(text, words) == mended
