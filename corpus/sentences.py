"""Splits English, Spanish, Portuguese and French prose into sentences."""

from __future__ import annotations

import re
from typing import Final

# It begins where a run of marks does: a million dots would else be looked at from each of them.
_EDGE: Final = re.compile(
    r"([.!?…](?<![.!?…]{2})[.!?…]*+)[\"'”’»)\]]*+(?P<note>\d{1,3}(?:[,–-]\d{1,3}){0,3})?+(?P<gap>\s+)"
)
_WIDE: Final = re.compile("[。！？]")
_WIDE_EDGE: Final = re.compile(rf"{_EDGE.pattern}|[。！？]+\s*")
_BEFORE_TOKEN: Final = re.compile(r"[\s(\[\"'“‘«]")
_TOKEN_LENGTH: Final = 40
_CLOSERS: Final = "\"'”’»)]%"
_OPENERS: Final = "\"'“‘«([¿¡•–—-*"
# These never end a sentence, whatever follows.
_TITLES: Final = frozenset(
    ("mr", "mrs", "ms", "dr", "dra", "prof", "profa", "profª", "st", "sr", "sra", "srta", "mme",
     "mlle", "mgr", "lic", "ing", "ud", "uds", "e.g", "i.e", "cf", "vs", "viz", "ca", "approx",
     "incl", "esp", "al", "et", "eds", "p.ej", "p.ex", "ej", "ex", "env", "av", "cía")
)  # fmt: skip
# These do not end a sentence if a number follows.
_NUMBERED: Final = frozenset(
    ("no", "nos", "nr", "nº", "núm", "num", "n", "fig", "figs", "figura", "tab", "vol", "vols",
     "p", "pp", "pág", "págs", "pag", "pags", "ch", "chap", "cap", "caps", "sec", "sect", "eq",
     "art", "arts", "app", "ed", "op", "para", "par")
)  # fmt: skip
_LONGEST: Final = max(map(len, _TITLES | _NUMBERED))
"""Letters of the longest of these; what is longer ends a sentence, if it is all letters."""
_ITEM: Final = re.compile(r"\d+|[a-z]|[ivx]{2,4}")
"""The number or letter of an item of a list."""
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the slices of ``text`` that are sentences, without the whitespace between them.

    Every character that is not white space is in exactly one slice.
    """
    slices: list[tuple[int, int]] = []
    start = 0
    # A pattern that begins with one of a few characters is found in half the time.
    wide = not text.isascii() and _WIDE.search(text)
    for edge in (_WIDE_EDGE if wide else _EDGE).finditer(text):
        if _is_end(text, start, edge):
            slices.append((start, edge.start("gap") if edge["gap"] else edge.end()))
            start = edge.end()
    slices.append((start, len(text)))
    return [trimmed for s, e in slices if (trimmed := _trim(text, s, e))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(stripped)


def _is_end(text: str, start: int, edge: re.Match[str]) -> bool:
    if not edge["gap"]:
        return True
    if edge.end() >= len(text):
        return False
    following, note = text[edge.end()], edge["note"]
    if following.islower() or (note and not _is_note(text, edge, following)):
        return False
    if edge[1] != ".":
        return following.isalnum() or following in _OPENERS
    return not _is_abbreviation(text, start, edge.start(), note or following)


def _is_note(text: str, edge: re.Match[str], following: str) -> bool:
    """Whether digits right behind a full stop are the number of a note: "in towns.12 Others"."""
    before = text[edge.start() - 1 : edge.start()]
    if len(edge[1]) > 1 or not (before.isalpha() or before in _CLOSERS):
        return False  # "NO.......1 YES" is an answer to tick, and "2.0" a number
    return following.isupper() or following in _OPENERS


def _is_abbreviation(text: str, start: int, dot: int, following: str) -> bool:
    before = text[max(start, dot - _TOKEN_LENGTH) : dot].removesuffix("\n")
    last = before.rsplit(None, 1)[-1:]
    if last and len(last[0]) > _LONGEST and last[0].isalpha():
        return False
    token = _BEFORE_TOKEN.split(before)[-1].rstrip(".")
    word = token.casefold()
    if word in _TITLES or (word in _NUMBERED and following.isdigit()):
        return True
    if _ITEM.fullmatch(token) and not text[start : dot - len(token)].strip():
        return True  # "1. Introduction", "a. Introduction": an item of a list, not a sentence
    if token.isdigit():
        return False
    return bool(_INITIALS.match(token)) and not token.islower() and following != "¿"
