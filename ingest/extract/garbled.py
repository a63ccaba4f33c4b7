"""Whether a text is readable: text layers can be letter-spaced, run together, or in font codes.

Each page is judged by its text. The thresholds were set so that the four reviews, the seeds, the
starter digests and 88 web pages raise no doubt.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from corpus.model import PageUnit
from ingest.extract.completeness import page_ranges
from ingest.model import ExtractedPage
from ingest.text.clean import shorten

MIN_LETTERS: Final = 60
"""A page with fewer words is too short to judge: a cover, a plate, a slide."""

MIN_SHARE: Final = 0.1
"""Share of a document's letters on doubtful pages: one odd page of fifty is a figure."""

WINDOW_CHARS: Final = 4_000
"""Without pages, stretches of this length are judged."""

SPACED_SHARE: Final = 0.25
"""Share of the letters that stand alone, four or more in a row."""

GLUED_CHARS: Final = 25
GLUED_SHARE: Final = 0.25
"""Share of the letters in words of ``GLUED_CHARS`` or more, addresses aside."""

CODE_SHARE: Final = 0.1
"""Share of the non-space characters that are private-use glyphs, replacement signs or glyph
names."""

WORDLESS_SHARE: Final = 0.02
"""Share of common words of a dozen languages among 100 words or more in Latin letters. It is over
.2 in any prose and over .05 in lists of references."""

MAX_SCRIPTS: Final = 4
"""A font's own codes read as Unicode can be anything: Kannada, Cyrillic, Tamil, Greek in one line.
A page of Japanese has kanji, two kana and Latin letters."""

_LETTER: Final = re.compile(r"[^\W\d_]")
_SPACED: Final = re.compile(
    r"(?:(?<=\s)|(?<=^))[^\W\d_](?: {1,3}[^\W\d_]){3,}(?=\s|$|[.,;:])", re.M
)
_TOKEN: Final = re.compile(r"\S+")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_ADDRESS: Final = re.compile(r"://|www\.|@|\.\w{2,4}/|\b10\.\d{4}")
_CODES: Final = re.compile(
    r"\(cid:\d{1,6}\)|(?:/(?:g|gid|glyph|uni|c|G|C|a)\d{1,5}){3,}|[\ue000-\uf8ff\ufffd]"
)
# UTF-8 read as windows-1252: "é" becomes "Ã©", an apostrophe "â€™".
_MOJIBAKE: Final = re.compile(
    r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œž“”¦˜]?|Â[\u00a0-\u00bf]"
)
_COMMON_WORDS: Final = """
a about all also an and are as at be been but by can did do does for from had has have he her
his how if in into is it its may more most no not of on one or other our out she so some such
than that the their them then there these they this to up was we were what when where which who
will with would you your al como con da das de del dos e el em en entre es esta este está et ao
à às o os ou para pela pelo pero por que se ser sin sobre son su sua suas sus também tem um uma
un una uno y é au aux avec ce ces cette dans des du elle est il ils la le les leur mais ne ont
par pas plus pour qu qui sa sont sur une vous nous d l der die und ist nicht mit den dem von zu
im ein eine für auf sich auch als wird di che non per sono della nel alla gli anche più het een
van niet voor zijn met op dat werd och att det som på av är till na ya wa kwa ni katika za cha
yang dan dengan untuk dari ini itu pada dalam tidak ang ng mga và của là có cho các không được i
w z się nie jest bir ve bu için ile
"""


def garbled_doubts(pages: Sequence[ExtractedPage], unit: PageUnit | None) -> tuple[str, ...]:
    """Return what is garbled and where, with an example; nothing if the text is readable."""
    places_of: dict[str, list[tuple[int, int]]] = {}
    examples: dict[str, str] = {}
    total = 0
    for number, text in _stretches(pages, unit):
        letters = len(_LETTER.findall(text))
        total += letters
        for what, example in _faults(text, letters):
            places_of.setdefault(what, []).append((number, max(letters, MIN_LETTERS)))
            examples.setdefault(what, example)
    return tuple(
        f"The text {_where(places, unit)}is garbled ({what}): {examples[what]!r}. Compare it with "
        "the original; OCR may read it."
        for what, places in places_of.items()
        if sum(size for _, size in places) >= MIN_SHARE * total
    )


def _where(places: Sequence[tuple[int, int]], unit: PageUnit | None) -> str:
    numbers = sorted({number for number, _ in places})
    return f"of {unit}{'s'[: len(numbers) > 1]} {page_ranges(numbers)} " if unit else ""


def _stretches(pages: Sequence[ExtractedPage], unit: PageUnit | None) -> Iterator[tuple[int, str]]:
    for page in pages:
        text = "\n".join(block.text for block in page.blocks)
        step = WINDOW_CHARS if unit is None else max(len(text), 1)
        for start in range(0, len(text), step):
            yield page.number, text[start : start + step]


def _faults(text: str, letters: int) -> Iterator[tuple[str, str]]:
    signs = sum(1 for c in text if not c.isspace())
    codes = _CODES.findall(text)
    if signs >= MIN_LETTERS and _size(codes) >= CODE_SHARE * signs:
        yield "codes in place of letters", shorten("".join(codes), 30)
    if letters < MIN_LETTERS:
        return
    for what, (find, share) in _CHECKS.items():
        parts = find(text)
        if parts and sum(len(_LETTER.findall(p)) for p in parts) >= share * letters:
            yield what, shorten(max(parts, key=len), 40)
    scripts = Counter(map(_script, _LETTER.findall(text)))
    if sum(1 for n in scripts.values() if n >= 0.01 * letters) > MAX_SCRIPTS:
        yield "letters of many scripts", shorten(" ".join(text.split()), 40)
    mended = _MOJIBAKE.findall(text)
    if len(mended) >= 3 and len(mended) >= 0.005 * letters:
        yield "the wrong encoding", mended[0]
    words = [word.casefold() for word in _LATIN.findall(text)]
    common = _common()
    if len(words) >= 100 and sum(w in common for w in words) < WORDLESS_SHARE * len(words):
        yield "no word of a known language", shorten(" ".join(text.split()), 40)


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON_WORDS.split())


@functools.lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the script of a letter: the first word of its Unicode name."""
    return unicodedata.name(letter, "?").partition(" ")[0]


def _spaced(text: str) -> list[str]:
    return _SPACED.findall(text)


def _glued(text: str) -> list[str]:
    tokens = (t for t in _TOKEN.findall(text) if len(t) >= GLUED_CHARS and not _ADDRESS.search(t))
    return [t for t in tokens if any(len(part) >= GLUED_CHARS for part in _LATIN.findall(t))]


_CHECKS: Final[Mapping[str, tuple[Callable[[str], list[str]], float]]] = {
    "letters set apart": (_spaced, SPACED_SHARE),
    "words run together": (_glued, GLUED_SHARE),
}


def _size(parts: Iterable[str]) -> int:
    return sum(map(len, parts))
