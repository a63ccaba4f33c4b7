"""Words of a PDF keep the gaps between them, and get none within."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)  # fmt: skip

from ingest.extract.spacing import (
    Makers,
    drop_identity,
    name_space,
    placed_once,
    tell_gaps,
    told_gaps,
)  # fmt: skip
from tests.ingest.test_pdf import file_of, read, texts

WIDTHS = " ".join(["500"] * 224)
NAMES = " ".join(f"{code} /{chr(code)}" for code in (*range(65, 91), *range(97, 123)))
ENCODING = f"<< /Type /Encoding /Differences [{NAMES} 46 /period] >>"
MAKE = Makers(ContentStream, ArrayObject)


def one_page(content: str, *, encoding: str = "/WinAnsiEncoding", flags: int = 32, form=False):
    """Write a page in a font whose every letter is half its size wide."""
    stream = b"<< %s /Length %d >>\nstream\n%s\nendstream"
    resources = "/Resources << /Font << /F 3 0 R >> /XObject << /X 7 0 R >> >>"
    kind = f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {resources}".encode()
    drawn, text = "q /X Do Q", content.encode("cp1252")
    return file_of({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [10 0 R] >>",
        3: f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Any /Encoding {encoding}"
           f" /FirstChar 32 /LastChar 255 /Widths [{WIDTHS}] /FontDescriptor 4 0 R >>".encode(),
        4: f"<< /Type /FontDescriptor /FontName /ABCDEF+Any /Flags {flags} >>".encode(),
        5: b"<< >>",
        7: stream % (kind, len(text), text),
        10: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources}"
            " /Contents 11 0 R >>".encode(),
        11: stream % (b"", len(drawn if form else text), drawn.encode() if form else text),
    })  # fmt: skip


def line_of(content: str, **given) -> str:
    ((line,),) = texts(read(one_page(f"BT /F 10 Tf 60 700 Td {content} ET", **given)))
    return line


@pytest.mark.parametrize("form", [False, True], ids=["page", "drawing of the page"])
def test_a_justified_line_that_goes_on_within_a_word_keeps_the_word_whole(form):
    spaced = "2 Tw (schools see the) Tj 79 0 Td (ir pupils) Tj"
    assert line_of(spaced, form=form) == "schools see their pupils"


def test_a_gap_after_a_justified_stretch_stays_a_gap():
    assert line_of("2 Tw (schools see the) Tj 84 0 Td (pupils) Tj") == "schools see the pupils"


@pytest.mark.parametrize("form", [False, True], ids=["page", "drawing of the page"])
def test_a_font_without_a_space_has_gaps_as_narrow_as_they_are(form):
    tight = "[(Schools) -200 (that) -200 (me) 20 (asure) -30 (.)] TJ"
    assert line_of(tight, encoding=ENCODING, form=form) == "Schools that measure."


@pytest.mark.parametrize(
    ("encoding", "flags"),
    [
        (ENCODING, 33),
        (ENCODING.replace("[", "[32 /a "), 32),
    ],
    ids=["typewriter", "a letter in its place"],
)
def test_a_font_that_may_have_so_wide_a_space_keeps_it(encoding, flags):
    assert line_of("[(Schools) -200 (that)] TJ", encoding=encoding, flags=flags) == "Schoolsthat"


def test_letters_a_gap_apart_are_words_where_the_others_are_drawn_together():
    joined = " 250 ".join(
        f"({letters})" for letters in ("t", "h", "e", "r", "ei", "sal", "i", "v", "e")
    )
    assert line_of(f"2.5 Tc [{joined}] TJ") == "there is a live"


def test_a_letter_spaced_line_is_not_taken_apart():
    assert line_of("2.5 Tc (Contents) Tj") == "Contents"


def test_a_page_is_afterwards_as_it_was():
    page = PdfReader(io.BytesIO(one_page("BT /F 10 Tf 2 Tw (a b) Tj ET"))).pages[0]
    before = page.raw_get("/Contents")
    with told_gaps(page, MAKE):
        assert isinstance(page["/Contents"], ContentStream)
    assert page.raw_get("/Contents") is before


def test_a_drawing_that_draws_itself_is_told_its_gaps_once():
    page = PdfReader(io.BytesIO(one_page("BT /F 10 Tf 2 Tw (a b) Tj ET /X Do", form=True))).pages[0]
    with told_gaps(page, MAKE):
        operations = page["/Resources"]["/XObject"]["/X"].operations
    assert [operator for _, operator in operations].count(b"Tc") == 2


@pytest.mark.parametrize(
    ("mapped", "kept"),
    [(b"<0000> <FFFF> <0000>", False), (b"<0000> <00FF> <0000>", True), (b"<0> <FFFF> <5>", True)],
)
def test_a_table_that_maps_every_code_to_itself_is_not_read(mapped, kept):
    table = DecodedStreamObject()
    table.set_data(b"begincmap\n1 beginbfrange\n" + mapped + b"\nendbfrange\nendcmap\n")
    font = DictionaryObject({
        NameObject("/Encoding"): NameObject("/Identity-H"), NameObject("/ToUnicode"): table,
    })  # fmt: skip
    drop_identity(font)
    assert ("/ToUnicode" in font) == kept


def test_word_spacing_counts_nothing_for_letters_of_two_bytes():
    operations = [(["/F", 10], b"Tf"), ([5], b"Tw"), ([b"\x00 \x00 "], b"Tj")]
    assert tell_gaps(operations, {"/F"}, MAKE) == operations


def test_spacing_is_restored_with_the_state_it_belongs_to():
    told = tell_gaps([([], b"q"), ([9], b"Tw"), ([], b"Q"), ([b"a b"], b"Tj")], set(), MAKE)
    assert told[-1] == ([b"a b"], b"Tj")


def by_word(widths: dict[str, float], *, named: str = "") -> bytes:
    """Write a line in a font of Google Docs: a text object for each word, and no space."""
    letters = "".join(dict.fromkeys(w for word in WORDS for w in word))
    code = {letter: 36 + i for i, letter in enumerate(letters)}
    table = "".join(f"<{n:04X}> <{ord(letter):04X}>\n" for letter, n in code.items())
    table = f"{len(code) + 1} beginbfchar\n<0020> <003D>\n{table}{named}endbfchar\nendcmap".encode()
    content, x = b"", 72.0
    for word in WORDS:
        shown = "".join(f"{code[letter]:04X}" for letter in word)
        content += f"BT /F 16 Tf 1 0 0 1 {x} 714.26 Tm 0 -14.26 Td <{shown}> Tj ET\n".encode()
        x += 16 * (sum(widths.get(letter, 0.45) for letter in word) + 0.25)
    each = " ".join(f"{n} [{1000 * widths.get(letter, 0.45):.0f}]" for letter, n in code.items())
    font = "/Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H"
    return file_of({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [10 0 R] >>",
        3: f"<< {font} /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>".encode(),
        4: f"<< /Type /Font /Subtype /CIDFontType2 /DW 500 /W [32 [564] {each}] >>".encode(),
        5: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        6: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(table), table),
        10: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>",
    })  # fmt: skip


WORDS = ["This", "study", "asked", "teachers", "what", "they", "measure", "and", "why"]
NARROW = dict.fromkeys("itrsf", 0.3)


@pytest.mark.parametrize("named", ["", "<0003> <0020>\n"], ids=["no space", "a space"])
def test_words_of_narrow_letters_that_are_placed_one_by_one_keep_their_spaces(named):
    found = read(by_word(NARROW, named=named))
    assert texts(found) == [[" ".join(WORDS)]]


def test_a_matrix_and_a_move_are_one_place():
    moved = [([1, 0, 0, -1, 30, 5], b"Tm"), ([2, -14], b"Td"), ([b"a"], b"Tj"), ([9, 0], b"Td")]
    assert placed_once(moved) == [([1, 0, 0, -1, 32, 19], b"Tm"), *moved[2:]]


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (b"1 beginbfchar\n<0020> <003D>\nendbfchar\nendcmap", False),
        (b"1 beginbfchar <0003> <0020> endbfchar endcmap", True),
        (b"1 beginbfrange\n<0001> <0005> <001E>\nendbfrange\nendcmap", True),
        (b"1 beginbfrange\n<000F> <0020> <002C>\nendbfrange\nendcmap", False),
        (b"1 beginbfrange\n<0001> <0002> [<0041> <0020>]\nendbfrange\nendcmap", True),
        (b"no table", True),
    ],
    ids=["a sign", "a letter", "within a range", "a range of signs", "a list", "no table"],
)
def test_a_font_without_a_space_is_given_one(table, named):
    stream = DecodedStreamObject()
    stream.set_data(table)
    widths = ArrayObject([NumberObject(32), ArrayObject([NumberObject(564)])])
    within = DictionaryObject({NameObject("/W"): widths})
    font = DictionaryObject({
        NameObject("/Subtype"): NameObject("/Type0"),
        NameObject("/ToUnicode"): stream,
        NameObject("/DescendantFonts"): ArrayObject([within]),
    })  # fmt: skip
    name_space(font, MAKE)
    assert (len(widths) == 2, stream.get_data() == table) == (named, named)
