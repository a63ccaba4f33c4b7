"""Entries of lists that are told by their own form: abbreviations, lines of an index, notes."""

from __future__ import annotations

import re
from typing import Final

MIN_INITIALS: Final = 2
MOST_LETTERS: Final = 0.75
"""Of an abbreviation; one is often of another language than what it is explained with."""
_CAPITALS: Final = re.compile(r"(?<![\w(/&-])([A-ZÀ-Ý][A-Za-zÀ-ÿ&-]{0,8}[A-ZÀ-Ý])s?(?![\w)/-])")
_WORD: Final = re.compile(r"[^\W\d_]\w*")
MOST_BESIDE: Final = 4
"""Words behind what the only abbreviation of a text stands for; a sentence goes on for longer."""
LEAST_LOCATORS: Final = 3
MOST_SMALL: Final = 0.2
"""Share of small words in the lines of an index; prose has more."""
SMALL_WORDS: Final = frozenset(
    (
        *("a", "al", "an", "and", "au", "aux", "by", "d", "da", "das", "de", "del", "des", "di"),
        *("do", "dos", "du", "e", "el", "em", "en", "et", "for", "from", "in", "l", "la", "las"),
        *("le", "les", "los", "na", "no", "o", "of", "on", "para", "por", "pour", "sobre", "sur"),
        *("the", "to", "und", "y"),
    )
)
"""Words that names have in small letters, and abbreviations leave out."""
_LOCATOR: Final = re.compile(r"[^\W\d_][\w’'.)”-]*,? \d{1,4}(?:[-–]\d{1,4})?(?:n\d*)?(?=[,;\s]|$)")
_PLACE: Final = re.compile(r"\d{1,4}(?:[-–]\d{1,4})?")
_NOTE: Final = re.compile(r"\W{0,2}\d{1,3}[.)]?\s(?=[A-ZÀ-Ý“\"'])")
_NOTE_END: Final = re.compile(
    r",\s(?:(?:pp?\.?\s?)?\d{1,4}(?:[-–]\d{1,4})?"
    r"|(?:[^\W\d_]{3,10}\.?\s)?(?:\d{1,2},\s)?(?:19|20)\d\d)\W{0,3}$"
)


def is_entry_of_abbreviations(text: str) -> bool:
    """Return whether a text is one or more abbreviations, each followed by what it stands for.

    A sentence that explains one has it the other way round, or in brackets.
    """
    found = list(_CAPITALS.finditer(text))
    if not found or found[0].start() > 3:
        return False
    ends = [*(m.start() for m in found[1:]), len(text)]
    if len(found) == 1 and _goes_on(found[0][1], text[found[0].end() :]):
        return False
    explained = sum(
        _stands_for(match[1], text[match.end() : end][:150])
        for match, end in zip(found, ends, strict=True)
    )
    return explained >= max(1, 0.5 * len(found))


def _goes_on(short: str, words: str) -> bool:
    """Return whether there are more words than an abbreviation stands for: a sentence."""
    said = [word for word in _WORD.findall(words.casefold()) if word not in SMALL_WORDS]
    return len(said) > len(short) + MOST_BESIDE and words.rstrip().endswith(".")


def _stands_for(short: str, words: str) -> bool:
    """Return whether the words begin with the letters of an abbreviation, most of them in order.

    A word may give several letters: MINEDU is the Ministerio de Educación.
    """
    letters = [c for c in short.casefold() if c.isalpha()]
    if len(letters) < MIN_INITIALS or words.lstrip()[:1] in ("", ",", ".", ";", ")", "("):
        return False
    said = [word for word in _WORD.findall(words.casefold()) if word not in SMALL_WORDS]
    if not said or said[0][0] != letters[0]:
        return False
    taken = 0
    for word in said[: len(letters) + 2]:
        for letter in word:
            if taken == len(letters) or letter != letters[taken]:
                break
            taken += 1
    return taken >= max(MIN_INITIALS, MOST_LETTERS * len(letters))


def is_of_an_index(text: str) -> bool:
    """Return whether a text is words with the pages they are on, as at the end of a book."""
    places, after_words = _PLACE.findall(text), _LOCATOR.findall(text)
    if len(places) < 4 or text.count(",") < 4 or len(after_words) < LEAST_LOCATORS:
        return False
    words = _WORD.findall(text.casefold())
    small = sum(word in SMALL_WORDS for word in words)
    return 3 * len(after_words) >= len(places) and small <= MOST_SMALL * len(words)


def is_note(text: str) -> bool:
    """Return whether a text is a numbered note that ends with a page, a date or a year."""
    return len(text) <= 250 and bool(_NOTE.match(text) and _NOTE_END.search(text))
