"""Says in which language a question is asked, from its script, its small words and its accents.

It decides how a question is ranked, so it is sure before it says that one is not in English. The
words are data, in ``languages.toml``. A few words without such signs are looked up in the
dictionary.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from index.search.glossing import GLOSSED, count_known_words, find_likely_languages

ENGLISH: Final = "en"
UNDECIDED: Final = "und"
"""ISO 639-2's code for a language that is not known."""
Code = Literal[
    "en", "es", "pt", "fr", "ar", "de", "it", "ja", "ko", "nl", "pl", "ru", "th", "tr", "zh", "und"
]
LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "es": "Spanish",
    "pt": "Portuguese",
    "fr": "French",
    "ar": "Arabic",
    "de": "German",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "ru": "Russian",
    "th": "Thai",
    "tr": "Turkish",
    "zh": "Chinese",
}
"""The languages the second encoder was trained on, by their codes (ISO 639-1); Chinese is in both
its scripts."""

_SCRIPTS: Final = {
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HANGUL": "ko",
    "THAI": "th",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
"""The language a script stands for: Ukrainian and Persian are answered like Russian and Arabic."""
SURE: Final = 1.0
"""The least points for another language than English, and the least lead on English."""
FEW_WORDS: Final = 2
"""Up to so many words, half a point more is asked for: "escola plan" may be anything."""
_WORD: Final = re.compile(r"(?<!\w)[^\W\d_]+(?:-[^\W\d_]+)*(?!\w)")
_ELIDED: Final = re.compile(r"\b(\w+)['’](?=\w{2})")


@dataclass(frozen=True, slots=True)
class _Cues:
    words: frozenset[str]
    weak: frozenset[str]
    endings: tuple[str, ...]
    letters: frozenset[str]
    accents: frozenset[str]
    elided: frozenset[str]
    signs: frozenset[str]


class _Said:
    """What of a question is a sign of its language.

    Attributes:
        count: how many words there are.
        words: those in lower case.
        plain: the same without names in capitals, which say nothing: "learning in Côte d'Ivoire" is
            English.
        letters: those of the plain words.
        elided: what stands before an apostrophe.
        signs: every character.
    """

    def __init__(self, text: str) -> None:
        found = _WORD.findall(text)
        self.count = len(found)
        self.words = {word.lower() for word in found}
        self.plain = {word.lower() for word in found if word.islower() or word == found[0]}
        self.letters = set("".join(self.plain))
        self.elided = {before.lower() for before in _ELIDED.findall(text)}
        self.signs = set(text)


@functools.lru_cache(maxsize=256)  # a search asks twice
def language_of_question(text: str) -> str:
    """Return the code of a question's language, ``und`` if there is no sure sign of one."""
    by_script = _language_of_script(text)
    if by_script:
        return by_script
    said = _Said(text)
    points = {code: _points(said, cues) for code, cues in _cues().items()}
    english = points.pop(ENGLISH)
    code = max(points, key=points.__getitem__)
    few = said.count <= FEW_WORDS
    if points[code] >= SURE + few / 2 and points[code] - english >= SURE:
        return _nearest(text, points, code)
    if english >= SURE and english > points[code]:
        return ENGLISH
    likely = find_likely_languages(text)
    return likely[0] if len(likely) == 1 else UNDECIDED


def _nearest(text: str, points: Mapping[str, float], best: str) -> str:
    """Return which language has most of the words, among those with nearly as many points.

    "leitura nos anos iniciais" has a small word of Spanish, but the others are Portuguese.
    """
    close = [code for code in GLOSSED if points[best] - points[code] <= SURE]
    if best not in GLOSSED or len(close) == 1:
        return best
    known = count_known_words(text, close)
    return max(close, key=lambda code: (known[code], points[code]))


def _language_of_script(text: str) -> str | None:
    """Return the language of the script that most letters are of, unless that is Latin."""
    counts: dict[str, int] = {}
    for letter in filter(str.isalpha, text):
        script = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        counts[script] = counts.get(script, 0) + 1
    others = {script: count for script, count in counts.items() if script in _SCRIPTS}
    if sum(others.values()) <= counts.get("LATIN", 0):
        return None
    if counts.get("HIRAGANA") or counts.get("KATAKANA"):
        return "ja"
    return _SCRIPTS[max(others, key=others.__getitem__)]


def _points(said: _Said, cues: _Cues) -> float:
    points = len(said.words & cues.words) + 0.5 * len((said.words & cues.weak) - cues.words)
    points += sum(_ending(word, cues) for word in said.plain if word.endswith(cues.endings))
    points += 1.0 * bool(said.letters & cues.letters) + 0.5 * bool(said.letters & cues.accents)
    points += 0.5 * bool(said.elided & cues.elided)
    return points + 10.0 * bool(cues.signs & said.signs)


def _ending(word: str, cues: _Cues) -> float:
    if word in cues.words:
        return 0.0
    found = [e for e in cues.endings if word.endswith(e) and len(word) >= len(e) + 2]
    return max((0.5 if ending.isascii() else 1.0 for ending in found), default=0.0)


@functools.cache
def _cues() -> Mapping[str, _Cues]:
    path = Path(__file__).with_name("languages.toml")
    return {
        code: _Cues(
            words=frozenset(table["words"].split()),
            weak=frozenset(table["weak"].split()),
            endings=tuple(table["endings"].split()),
            letters=frozenset(table["letters"].split()),
            accents=frozenset(table["accents"].split()),
            elided=frozenset(table["elided"].split()),
            signs=frozenset(table["signs"].split()),
        )
        for code, table in tomllib.loads(path.read_text("utf-8")).items()
    }
