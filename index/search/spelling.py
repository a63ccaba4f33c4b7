"""Corrects words that no document has, by the documents' own words and only in their language.

A correction is offered, never forced: the answer says so, and the words can be searched as typed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from index.search.vocabulary import LONGEST, SHORTEST, Vocabulary, WordList, fold
from index.words.stopwords import ENGLISH_STOP_WORDS, STOP_WORDS

MOST_CORRECTED: Final = 4
"""Words corrected in one query. A text with more of them is in no language of the documents."""
LONG: Final = 8
"""From so many letters, two mistakes are allowed; one in a shorter word."""
SHORT: Final = 5
"""A word of so many letters is near to others of all sorts ("goat", "goal"): it is corrected only
if letters were left out, doubled or exchanged."""
FEWEST: Final = 2
"""Passages that have the corrected word. What one passage has may be a mistake itself."""
INFLECTED: Final = 2
"""Letters at the end of a word in which its forms differ."""
LEAST_WORDS: Final = 1_000
"""With fewer words of a language, a word that is missing says nothing about its spelling."""
ENGLISH: Final = ("en", "")
"""English documents, and those whose language is not known."""

_ENDINGS: Final = ("s", "es", "ies", "d", "ed", "ied", "ing", "ly")
_WORD: Final = re.compile(r"[^\W_]+")
_ROMANCE: Final = re.compile(
    r"(?:[aiou]|[ao]s|[cs]ion(?:es)?|coes|soes|dade?s?|tad|agem|agens|mento?s|ique?s?|euse?s?|eux"
    r"|ment[eo]s?|ances?|i[rv]es?|tes?|ie|ndo|ar|ir|ez)$"
)
"""How words end in Spanish, Portuguese and French: not one of 81 questions in them was taken for
English."""


def seems_foreign(word: str, vocabulary: Vocabulary) -> bool:
    """Return whether documents in other languages have the word, or a form of it."""
    folded = fold(word)
    stem = folded[:-INFLECTED]
    others = (words for code, words in vocabulary.lists.items() if code not in ENGLISH)
    return any(
        words.folded[place].startswith(stem)
        for words in others
        for place in words.near(folded, INFLECTED)
    )


def correct_words(text: str, missing: Collection[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Return what words of a text were probably meant to be, by the word as it was typed.

    Args:
        text: the query.
        missing: its words that no document has, in lower case.
        vocabulary: the documents' words.
    """
    words = list(dict.fromkeys(_WORD.findall(text)))
    unknown = {word for word in missing if not _is_ordinary(word)}
    typed = [w for n, w in enumerate(words) if w.lower() in unknown and _is_word(w, first=not n)]
    known = [vocabulary.lists[code] for code in ENGLISH if code in vocabulary.lists]
    if not typed or len(typed) > MOST_CORRECTED or not _is_english(text, typed):
        return {}
    if sum(len(words.words) for words in known) < LEAST_WORDS:
        return {}
    corrected = {word: _nearest(fold(word), known) for word in typed}
    return {w: _as_typed(w, better) for w, better in corrected.items() if better}


def replace_words(text: str, corrected: Mapping[str, str]) -> str:
    """Return the text with its words corrected."""
    return _WORD.sub(lambda found: corrected.get(found[0], found[0]), text)


def distance_between(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, changed or exchanged with the next one.

    Optimal string alignment (Damerau 1964), over two rows; ``most + 1`` stands for anything more.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _is_word(word: str, *, first: bool) -> bool:
    """Return whether a word may be misspelt: it is no number, acronym or name."""
    lower = word[1:].islower() and (word[0].islower() or first)
    return lower and word.isalpha() and SHORTEST <= len(word) <= LONGEST


@functools.cache
def ordinary_words() -> frozenset[str]:
    """Return common English words."""
    lines = Path(__file__).with_name("ordinary_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


def _is_ordinary(word: str) -> bool:
    """Return whether a word, or what it is a form of, is spelt correctly as far as is known."""
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    forms = {word, *stems, *(f"{stem}e" for stem in stems), *(f"{stem}y" for stem in stems)}
    return not forms.isdisjoint(ordinary_words())


def _is_english(text: str, missing: Collection[str]) -> bool:
    """Return whether a text is in English, as far as its commonest words and endings tell."""
    words = {word.lower() for word in _WORD.findall(text)}
    english = len(words & ENGLISH_STOP_WORDS)
    others = len({word for word in words if len(word) > 1} & (STOP_WORDS - ENGLISH_STOP_WORDS))
    if any(not word.isascii() for word in words) or others > english:
        return False
    return english > others or not any(_ROMANCE.search(word.lower()) for word in missing)


def _nearest(folded: str, known: Collection[WordList]) -> str:
    most = 2 if len(folded) >= LONG else 1
    best: tuple[tuple[int, bool, int, str], str] | None = None
    for words in known:
        for place in words.near(folded, most):
            other = words.folded[place]
            if words.counts[place] < FEWEST or not _may_be(folded, other):
                continue
            distance = distance_between(folded, other, most)
            if other[0] != folded[0] and (distance > 1 or len(folded) < LONG):
                continue
            order = (distance, other[0] != folded[0], -words.counts[place], other)
            if distance <= most and (best is None or order < best[0]):
                best = order, words.words[place]
    return best[1] if best else ""


def _may_be(folded: str, other: str) -> bool:
    if len(folded) > SHORT:
        return True
    exchanged = sorted(folded) == sorted(other)
    return folded[0] == other[0] and (len(folded) != len(other) or exchanged)


def _as_typed(word: str, better: str) -> str:
    return better.capitalize() if word[0].isupper() else better
