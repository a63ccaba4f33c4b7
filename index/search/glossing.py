"""Puts the words of a question in Spanish, Portuguese or French into English, one by one.

A dictionary alone, kept in ``lexicon.tsv``: no grammar, and a word that is not in it stays as it
is, as a name does. That is enough for the words of English texts, and for an encoder that reads
English and cares little for order.
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import Stemmer

from index.search.compounds import join_compounds, part_compounds
from index.search.spelling import ordinary_words
from index.words.stopwords import STOP_WORDS

GLOSSED: Final[Mapping[str, str]] = {"es": "spanish", "pt": "portuguese", "fr": "french"}
"""The languages of the dictionary, and the names of their stemmers."""
LONGEST: Final = 4
"""The words of the longest phrase in the dictionary."""
MOST_MEANINGS: Final = 3
"""What one word is looked for as, at most."""
INFINITIVES: Final = ("ar", "er", "ir", "re", "ír", "por", "pôr")
"""The endings of verbs in the dictionary; of some other words, too, which does no harm."""
_WORD: Final = re.compile(r"[^\W_]+")
_LEXICON: Final = Path(__file__).with_name("lexicon.tsv")
_GRAMMAR: Final = Path(__file__).with_name("grammar.toml")


@dataclass(frozen=True, slots=True)
class Gloss:
    """A question word by word in English.

    Attributes:
        text: its words in English, in the order of the question.
        words: for each word of the question that the dictionary has, the words that it is in
            English, those of several meanings; without stop words.
    """

    text: str
    words: Mapping[str, tuple[str, ...]]


@functools.lru_cache(maxsize=256)
def gloss_question(text: str, language: str) -> Gloss | None:
    """Return a question word by word in English; ``None`` in a language without a dictionary.

    Args:
        text: the question.
        language: that it is in (ISO 639-1).
    """
    if language not in GLOSSED:
        return None
    words = _WORD.findall(text.lower())
    said: list[str] = []
    of_word: dict[str, tuple[str, ...]] = {}
    place = 0
    while place < len(words):
        size, meanings = _dictionary(language).longest(words[place:])
        if meanings:
            said.append(meanings[0])
        elif words[place] not in STOP_WORDS and words[place] not in small_words(language):
            said.append(words[place])
        for word, english in _share_out(words[place : place + size], meanings, language).items():
            of_word[word] = tuple(dict.fromkeys((*of_word.get(word, ()), *english)))
        place += size
    return Gloss(" ".join(said), of_word)


def _share_out(
    phrase: Sequence[str], meanings: Sequence[str], language: str
) -> dict[str, tuple[str, ...]]:
    """Return which English words each word of an entry stands for.

    Of "liderança escolar", "school leadership", each word has its own, or a sentence on schools
    would have the whole phrase. A meaning of one word stands for the whole entry.
    """
    words = [word for word in _content(phrase) if word not in small_words(language)]
    own = {word: {*_stems_of(_dictionary(language).mean(word))} for word in words}
    shared: dict[str, list[str]] = {word: [] for word in words}
    for meaning in meanings:
        english = _content([meaning])
        claimed = {word: [e for e in english if _stem(e) in own[word]] for word in words}
        left = [e for e in english if not any(e in of for of in claimed.values())]
        for word, of_word in claimed.items():
            shared[word] += english if len(english) == 1 else of_word or left or english
    return {word: _with_spellings(of) for word, of in shared.items() if of}


def _with_spellings(words: Sequence[str]) -> tuple[str, ...]:
    """Return distinct words, and how those that are compounds are written apart."""
    distinct = dict.fromkeys(words)
    return (*distinct, *(a for apart in part_compounds(distinct).values() for a in apart))


def small_words(language: str) -> frozenset[str]:
    """Return the words of a language that only hold a question together; none of most languages.

    They are no stop words: what is small in one language means something in another.
    """
    return _grammar(language).small_words if language in GLOSSED else frozenset()


def find_likely_languages(text: str) -> tuple[str, ...]:
    """Return the languages whose words a few words are, if they are not English ones.

    Several if they are words of several, such as "abandono escolar". A word with capitals may be a
    name or an acronym, but for the first of words in small letters.
    """
    written = _WORD.findall(text)
    if not all(word.islower() for word in written[1:]) or not written or written[0].isupper():
        return ()
    words = _content(written)
    foreign = [word for word in words if word not in ordinary_words()]
    known: dict[str, int] = {}
    for code in GLOSSED if foreign else ():
        of_language = {word for word in words if _dictionary(code).has(word)}
        if of_language & {*foreign} and of_language >= {*words} - {*foreign}:
            known[code] = len(of_language)
    most = max(known.values(), default=0)
    return tuple(code for code, count in known.items() if count == most)


def count_known_words(text: str, languages: Iterable[str]) -> dict[str, int]:
    """Return how many of the words of a text the dictionary has, in each of some languages."""
    words = _content(_WORD.findall(text))
    return {code: sum(map(_dictionary(code).has, words)) for code in languages}


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The small words of a language, and its endings with what an entry has in their place."""

    small_words: frozenset[str]
    endings: Mapping[str, Sequence[str]]


@functools.cache
def _grammar(language: str) -> _Grammar:
    read = tomllib.loads(_GRAMMAR.read_text("utf-8"))[language]
    endings: dict[str, list[str]] = defaultdict(list)
    for basic, forms in (*read["plurals"].items(), *read["verbs"].items()):
        for ending in forms.split():
            endings[ending].append(basic)
    return _Grammar(frozenset(read["small_words"].split()), endings)


class _Dictionary:
    """What words and phrases of a language mean in English."""

    def __init__(self, language: str) -> None:
        self._stemmer = Stemmer.Stemmer(GLOSSED[language])
        self._endings = _grammar(language).endings
        self._longest_ending = max(map(len, self._endings))
        self._beginnings: set[str] = set()
        self._exact: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def add(self, entry: str, meanings: Sequence[str], order: int) -> None:
        """Add an entry; the lower its order among those of a line, the surer what it means."""
        words = _WORD.findall(entry.lower())
        if not words:
            return
        not_a_verb = not entry.endswith(INFINITIVES)
        ordered = [(order, meaning) for meaning in meanings]
        self._beginnings.add(words[0])
        self._exact[" ".join(words)] += ordered
        # An inflected form is mostly of a verb: nouns and adjectives are found without their "s".
        self._stems[self._stem(words)] += [(o + 10 * not_a_verb, m) for o, m in ordered]

    def has(self, word: str) -> bool:
        """Return whether a word is an entry, or a form of one."""
        return any(form in self._exact for form in self._forms(word))

    def longest(self, words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """Return how many of the first words are an entry, and its meanings; 1 if they are none."""
        for size in range(min(LONGEST, len(words)), 0, -1):
            meanings = self._find(words[:size])
            if meanings:
                return size, meanings
        return 1, ()

    def mean(self, word: str) -> tuple[str, ...]:
        """Return the meanings of a word by itself."""
        return self._find([word])

    def _find(self, words: Sequence[str]) -> tuple[str, ...]:
        if len(words) == 1 and words[0] in STOP_WORDS:
            found = self._exact.get(words[0])
        else:
            first = [form for form in self._forms(words[0]) if form in self._beginnings]
            forms = itertools.product(first, *map(self._forms, words[1:]))
            exact = (self._exact[form] for form in map(" ".join, forms) if form in self._exact)
            found = next(exact, None) or self._stems.get(self._stem(words))
        in_order = sorted(found or (), key=lambda meaning: meaning[0])
        return tuple(dict.fromkeys(meaning for _, meaning in in_order))[:MOST_MEANINGS]

    def _forms(self, word: str) -> Iterator[str]:
        """Yield a word, and what it may be an inflected form of."""
        yield word
        for size in range(1, min(self._longest_ending, len(word) - 1) + 1):
            for basic in self._endings.get(word[-size:], ()):
                yield word[:-size] + basic

    def _stem(self, words: Sequence[str]) -> str:
        return " ".join(self._stemmer.stemWords(list(words)))


@functools.cache
def _dictionary(language: str) -> _Dictionary:
    dictionary = _Dictionary(language)
    column = 1 + [*GLOSSED].index(language)
    for line in _LEXICON.read_text("utf-8").splitlines():
        row = line.split("\t")
        for order, entry in enumerate(row[column].split(", ")):
            dictionary.add(entry, row[0].split(", "), order)
    return dictionary


def _stems_of(meanings: Iterable[str]) -> list[str]:
    return [_stem(word) for word in _content([*meanings])]


def _stem(word: str) -> str:
    stemmed: str = _english().stemWord(word)
    return stemmed


@functools.cache
def _english() -> Any:
    return Stemmer.Stemmer("english")


def _content(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct words of texts that are no stop words."""
    words = (word for text in texts for word in _WORD.findall(join_compounds(text.lower())))
    return tuple(dict.fromkeys(word for word in words if word not in STOP_WORDS))
