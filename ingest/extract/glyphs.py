"""Signs that a font of "Adv" (a typesetter of journals) names by their codes alone: /C3 for *.

Those fonts state no characters for them, so that a PDF reader gives the name. The codes are those
of TeX's fonts of signs and accents, cmsy and cmr (Knuth, The TeXbook, appendix F).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

_SIGNS: Final[Mapping[str, str]] = {
    "0": "-", "1": "·", "2": "×", "3": "*", "6": "±", "14": "°", "15": "•", "20": "≤", "21": "≥",
    "24": "~", "25": "≈",
}  # fmt: skip
_ACCENTS: Final[Mapping[str, str]] = {"18": "\u0300", "19": "\u0301", "127": "\u0308"}
_SIGN: Final = re.compile(r"/C(0|1|2|3|6|14|15|20|21|24|25)(?!\d)")
_ACCENT: Final = re.compile(r"/C(18|19|127)([^\W\d_])")
_UMLAUT: Final = re.compile(r"€([aouAOU])(?=[^\W\d_]|\b)")
"""Such a font has the two dots in the place of the euro: "f€or"."""


_FF: Final = re.compile(r"(?<=[a-z])[⁄¤](?=[a-z])")
_FFI: Final = re.compile(r"(?<=[a-z])¢\s?(?=[a-z])")
_FI: Final = re.compile("[\x85…](?=[a-z])|(?<=[a-z])\x85$")
_FL: Final = re.compile("[\x87‡](?=[a-z])")
_OF_LIGATURES: Final = re.compile("[a-z][⁄¤‡][a-z]|[a-z]¢ ?[a-z]|[\x85\x87][a-z]")


def sets_ligatures(text: str) -> bool:
    """Whether a page has signs of money, dots and daggers in the place of ligatures."""
    return bool(_OF_LIGATURES.search(text))


def spell_ligatures(text: str) -> str:
    """Return a text with "ff", "ffi", "fi" and "fl" where a TeX font gives other signs.

    "e⁄ect", "coe¢ cient", "signi…cant" and "in‡ation" are so in the files of Scientific WorkPlace.
    """
    text = _FFI.sub("ffi", _FF.sub("ff", text))
    return _FL.sub("fl", _FI.sub("fi", text))


_MARKS: Final[Mapping[str, str]] = {
    "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "`": "\u0300", "˚": "\u030a",
}  # fmt: skip
_MARKED: Final = re.compile(r"[^\W\d_]{2}[´ˆ˜¨] ?[aeiouyAEIOUYı]|[cC] ?¸|[˜ˆ] ?[aoAO]")
_CEDILLA: Final = re.compile(r"([cCsS]) ?¸(?: (?=[´ˆ˜]))?")
_MARK: Final = re.compile(r"([´ˆ˜¨˚]|`(?=[aeouAEOU]\w|[aA]s?\b)) ?([AEINOUYaeinouyı])")
MARKED: Final = 3
"""So many letters with a mark beside them are no chance: it may also be an apostrophe ("d´un")."""


def sets_marks_apart(text: str) -> bool:
    """Whether a page sets accents beside their letters, as TeX does with its oldest fonts."""
    return len(_MARKED.findall(text)) >= MARKED


def join_marks(text: str) -> str:
    """Return a line with accents on the letters after them: "evas˜ao" is "evasão"."""

    def joined(match: re.Match[str]) -> str:
        letter = match[2].replace("ı", "i")
        return unicodedata.normalize("NFC", letter + _MARKS[match[1]])

    return _MARK.sub(joined, _CEDILLA.sub(lambda m: "çÇşŞ"["cCsS".index(m[1])], text))


def has_codes(font: str) -> bool:
    """Whether a font of this name may give codes for signs."""
    return "Adv" in font


def spell_glyphs(text: str) -> str:
    """Return a line with the signs that are known in the place of their names."""
    text = _UMLAUT.sub(lambda m: unicodedata.normalize("NFC", f"{m[1]}\u0308"), text)
    if "/C" not in text:
        return text
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2] + _ACCENTS[m[1]]), text)
    return _SIGN.sub(lambda m: _SIGNS[m[1]], text)


_DIGITS: Final[Mapping[str, str]] = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "period": ".", "comma": ",", "hyphen": "-",
    "percent": "%", "dollar": "$", "colon": ":", "parenleft": "(", "parenright": ")",
}  # fmt: skip
_NAMED: Final = re.compile(
    r"/(?:(f_f_[il]|f_[fijltbhk]|t_[ti]|[cs]_t|T_h)"
    rf"|({'|'.join(_DIGITS)}|[A-Za-z])\.(?:[polt]num|t?osf|t?lf|taboldstyle|oldstyle|fitted|smcp|c2sc|sc"
    r"|swash|ss\d\d|d?liga|titling|case|cap|lp))"
)
"""A glyph by its name: a form of a character behind a stop, a ligature of those it joins."""
_TOKEN: Final = re.compile(r"\S*/\S*")


def spell_names(text: str) -> str:
    """Return a line with characters in the place of glyphs' names: "/two.pnum" is 2, "/f_i" fi.

    Fonts that state no characters for the figures and ligatures they draw leave their names, which
    are those of Adobe's list. Addresses stay as they are.
    """
    return _TOKEN.sub(lambda token: _spelled(token[0]), text) if _NAMED.search(text) else text


def _spelled(token: str) -> str:
    if "://" in token or "www." in token:
        return token
    return _NAMED.sub(
        lambda name: (name[1] or _DIGITS.get(name[2], name[2])).replace("_", ""), token
    )


_LOST: Final = re.compile("\ufffd(?=[a-zà-ÿ])|(?<=[a-zà-ÿ])\ufffd")
_LOST_FT: Final = re.compile(
    r"\b((?:there|here)?a(?=.er)|o(?=.en)|(?:le|gi|li|lo|the|dri|swi)(?=.s?(?!\w))|(?:shi|dra|cra)"
    r"|so(?=.(?:w|e|ly|(?!\w)))|fi(?=.(?:een|h|y))|aircra)"
    "\ufffd",
    re.IGNORECASE,
)


def loses_ligatures(fonts: Iterable[str]) -> bool:
    """Whether one of these fonts joins t and i: Word's Calibri does, and Acrobat loses it."""
    return any("Calibri" in font for font in fonts)


def restore_ligatures(text: str) -> str:
    """Return a line with what a lost ligature joined: "ti", and "ft" in a few words of English."""
    return _LOST.sub("ti", _LOST_FT.sub(r"\1ft", text))


_TORN: Final = re.compile(r"\b([^\W\d_]*f[il]) ([^\W\d_]+)\b")


def join_torn(text: str, words: Mapping[str, int]) -> str:
    """Return a line without the gap that stands behind some ligatures ("benefi ts").

    Args:
        text: the line.
        words: how often the document has each word; one that it has is joined.
    """
    if "fi " not in text and "fl " not in text:
        return text
    return _TORN.sub(lambda m: m[1] + m[2] if f"{m[1]}{m[2]}".casefold() in words else m[0], text)


LEAST_DOUBLED: Final = 12
"""Letters of a line in which each is shown twice; "AA" and "22" are words and numbers."""


def undouble(text: str) -> str:
    """Return a line whose letters are all shown twice, to look bold, with each of them once."""
    if len(text) < LEAST_DOUBLED or text[0] != text[1]:
        return text
    words = text.split(" ")
    if any(word[::2] != word[1::2] for word in words):
        return text
    return " ".join(word[::2] for word in words)
