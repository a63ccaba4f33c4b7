"""Scrubbing: what comes out can be stored, compared and shown, whatever went in."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.text.clean import scrub, shorten, squeeze, tidy

ANY_TEXT = st.text(st.characters(), max_size=60)
FORBIDDEN = [
    chr(c)
    for c in (0, 1, 0x0B, 0x1B, 0x7F, 0x9F, 0xAD, 0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF, 0xD800)
]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("e\ufb03cient \ufb01eld", "efficient field", id="ligatures"),
        pytest.param("evil\u202etxt.exe", "eviltxt.exe", id="direction-override"),
        pytest.param("well\u00adbeing", "wellbeing", id="soft-hyphen"),
        pytest.param("zero\u200bwidth", "zerowidth", id="zero-width"),
        pytest.param("evidence\u2010based", "evidence-based", id="hyphen-sign"),
        pytest.param("a\x00b\x07c", "abc", id="controls"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone-surrogate"),
        pytest.param("\ud83d\ude00", "\U0001f600", id="surrogate-pair"),
        pytest.param("educac\u0327a\u0303o", "educação", id="composed"),
        pytest.param("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", id="newlines"),
        pytest.param("10\u00a0000\u2009km", "10 000 km", id="spaces"),
        pytest.param("\uf0a8 Sí \uf06f No", "□ Sí □ No", id="boxes-of-symbol-fonts"),
        pytest.param("13,6 \uf0b8 2 \uf0b3 6", "13,6 ÷ 2 ≥ 6", id="signs-of-symbol-fonts"),
        pytest.param("x² ½", "x² ½", id="no-other-compatibility-forms"),
    ],
)
def test_scrub(raw, clean):
    assert scrub(raw) == clean


@given(ANY_TEXT)
def test_scrubbed_text_is_utf8_nfc_and_free_of_what_is_forbidden(text):
    clean = scrub(text)
    assert clean.encode().decode() == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(sign in clean for sign in FORBIDDEN)


@given(ANY_TEXT)
def test_scrubbing_twice_changes_nothing(text):
    assert scrub(scrub(text)) == scrub(text)
    assert tidy(tidy(text)) == tidy(text)


def test_squeeze_puts_words_one_space_apart():
    assert squeeze("  one\n\ttwo \n") == "one two"


@given(st.text("ab ", min_size=1, max_size=80), st.integers(5, 40))
@example("    aa", 5)
def test_shorten_keeps_to_its_limit(text, limit):
    assert len(shorten(text, limit)) <= max(limit, 1)


def test_a_megabyte_is_scrubbed_in_linear_time():
    started = time.perf_counter()
    tidy("a\u00ad\ud800 \u202e" * 250_000)
    assert time.perf_counter() - started < 3
