"""Cursors: they come back as they went out, or are refused; nothing in between."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CursorInvalid
from search_api.web.cursors import bound_to, decode_cursor, encode_cursor


@given(st.integers(0, 2**31 - 1), st.text(max_size=20))
def test_a_cursor_comes_back_as_it_went_out(offset: int, asked: str) -> None:
    digest = bound_to(asked)
    assert decode_cursor(encode_cursor(offset, digest), digest) == offset


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(text, "d")


def test_a_cursor_is_bound_to_its_request() -> None:
    with pytest.raises(CursorInvalid, match="does not belong to this request"):
        decode_cursor(encode_cursor(10, bound_to("one")), bound_to("another"))


@pytest.mark.parametrize(
    "payload",
    ["[]", "{}", "1", '{"o":-1,"d":"d"}', '{"o":true,"d":"d"}', '{"o":1.5,"d":"d"}', "[" * 140],
)
def test_a_forged_cursor_is_refused(payload: str) -> None:
    forged = base64.urlsafe_b64encode(payload.encode()).decode()
    with pytest.raises(CursorInvalid):
        decode_cursor(forged, "d")


@given(st.binary(max_size=150))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(CursorInvalid):
        decode_cursor(base64.urlsafe_b64encode(data).decode(), "d")
