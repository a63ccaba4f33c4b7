"""Decode bytes to text by rules of our own, in a fixed order.

By itself, trafilatura decodes French in cp1252 with an Eastern code page ("bien-źtre ą").
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from corpus.errors import SourceRejected
from ingest.model import Fetched, Limits

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
# https://encoding.spec.whatwg.org/#names-and-labels: these labels stand for the larger set.
_LARGER: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
# Python codecs that are not web encodings; UTF-7 and the escapes can smuggle in markup.
_REFUSED: Final = frozenset(
    ("utf-7", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape",
     "punycode", "idna", "undefined", "mbcs", "oem", "charmap")
)  # fmt: skip
_IN_WORDS: Final = {
    "mark": "a byte order mark", "http": "declared by the server",
    "meta": "declared in a meta tag", "xml": "declared in the XML", "strict": "valid throughout",
    "zero bytes": "every other byte is zero", "fallback": "neither declared nor UTF-8: assumed",
    "detected": "detected",
}  # fmt: skip
_UNDEFINED_1252: Final = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, its encoding, and why that encoding was chosen."""

    text: str
    encoding: str
    why: str

    @property
    def words(self) -> str:
        """The decision in words, such as "windows-1252 (declared in a meta tag)"."""
        name = re.sub(r"^cp(?=125\d$|874$)", "windows-", self.encoding)
        return f"{name} ({_IN_WORDS.get(self.why, self.why)})"

    @property
    def remarks(self) -> tuple[str, ...]:
        """A remark on the encoding, unless it is UTF-8."""
        return () if self.encoding == "utf-8" else (f"Read as {self.words}.",)

    @property
    def doubts(self) -> tuple[str, ...]:
        """A doubt about a guess: damaged bytes can also look like a rare code page."""
        if self.why != "detected":
            return ()
        return (f"Its encoding was guessed ({self.encoding}): check that the text reads well.",)


def decode_bytes(data: bytes, declared: str | None = None, *, markup: bool = False) -> Decoded:
    """Decode ``data``: byte order mark, HTTP charset, meta, strict UTF-8, cp1252, detector.

    A declaration that the bytes contradict is ignored; servers add "iso-8859-1" to pages in UTF-8.
    UTF-8 with a few damaged bytes is still UTF-8. The order and cp1252 as the fallback are the
    WHATWG's.

    Args:
        data: the bytes.
        declared: the Content-Type header, if there was one.
        markup: look for a ``meta`` or XML declaration in the first 4 KB.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding, "replace"), encoding, "mark")
    for label, why in _declarations(data, declared, markup=markup):
        decoded = _strictly(data, label, why)
        if decoded and not (decoded.encoding != "utf-8" and _is_surely_utf8(data)):
            return decoded
    return _utf8(data) or _utf16(data) or _legacy(data)


def decode_text(fetched: Fetched, limits: Limits) -> Decoded:
    """Decode what was fetched, up to the limit of characters.

    Raises:
        SourceRejected: ``too-large``.
    """
    decoded = decode_bytes(fetched.data, fetched.declared)
    if len(decoded.text) > limits.max_chars:
        raise SourceRejected(
            "too-large",
            f"It has {len(decoded.text):,} characters; the limit is {limits.max_chars:,}. Split "
            "it.",
        )
    return decoded


def _declarations(data: bytes, declared: str | None, *, markup: bool) -> list[tuple[str, str]]:
    labels = []
    header = _CHARSET.search(declared or "")
    if header:
        labels.append((header[1], "http"))
    meta = _DECLARED.search(data[:4096]) if markup else None
    if meta:
        label = meta[1].decode("ascii", "ignore")
        # WHATWG: a meta tag that can be read byte by byte cannot be UTF-16.
        why = "xml" if meta[0].lower().startswith(b"encoding") else "meta"
        labels.append(("utf-8" if label.lower().startswith("utf-16") else label, why))
    return labels


def _strictly(data: bytes, label: str, why: str) -> Decoded | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _LARGER.get(name, name)
    if name in _REFUSED:
        return None
    if name == "cp1252":
        return Decoded(_cp1252(data), name, why)
    try:
        return Decoded(data.decode(name), name, why)
    except (UnicodeError, LookupError):
        return None


def _is_surely_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 whatever is declared: accented text never is by chance."""
    try:
        return sum(1 for c in data.decode("utf-8") if c > "\x7f") >= 4
    except UnicodeDecodeError:
        return False


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8", "strict")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(1 for c in text if c > "\x7f") - damaged
    if whole < 10 * damaged:
        return None
    return Decoded(text, "utf-8", f"{damaged} damaged bytes replaced")


def _utf16(data: bytes) -> Decoded | None:
    """Read UTF-16 without a mark: every other byte of European text is zero."""
    sample = data[:4096]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(sample) >= 8 and zeros.count(0) > 0.6 * len(zeros):
            return Decoded(data.decode(encoding, "replace"), encoding, "zero bytes")
    return None


def _legacy(data: bytes) -> Decoded:
    text = _cp1252(data)
    foreign = sum(1 for c in text if c > "\x7f")
    letters = sum(1 for c in text if c.isalpha()) or 1
    # French and Portuguese write under 10 % of their letters with accents; Cyrillic, Greek or
    # Japanese bytes read as cp1252 are almost all "accented".
    if foreign < 0.3 * letters and not any(b in data for b in _UNDEFINED_1252):
        return Decoded(text, "cp1252", "fallback")
    return _detected(data) or Decoded(text, "cp1252", "fallback")


def _cp1252(data: bytes) -> str:
    return data.translate(None, delete=_UNDEFINED_1252).decode("cp1252")


def _detected(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return _strictly(data, best.encoding, "detected") if best else None
