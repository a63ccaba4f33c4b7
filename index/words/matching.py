"""Finds a query's words in parts of texts: which of them are there, and where, stems included.

FTS5 says once what each word is in the index. From then on a text is its words' numbers, and a
query is compared with the numbers of all texts at once. The number of a word is a checksum of its
stem, so that numbers can be kept in a file (``texts``).
"""

from __future__ import annotations

import itertools
import re
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from index.words.counting import stem_terms
from index.words.keywords import match_expression
from index.words.small import small_index
from index.words.texts import Words

MOST_WORDS: Final = 65_536
"""Words whose stems are kept; about 12 MB."""
MOST_TEXTS: Final = 8_192
"""Texts that are kept; about 12 MB for passages of 80 words."""

Slice = tuple[int, int]
CutText = tuple[str, Sequence[Slice]]
"""A text, and the parts of it in which words are looked for."""

_WORDS: Final = re.compile(r"[^\W_]+(?: [^\W_]+)*")
_OF_WORDS: Final = np.array([chr(code).isalnum() for code in range(0x2600)])
"""Which characters of plain texts are part of a word: those of ``_WORDS``."""
_PLAIN: Final = re.compile("[\t\n\r -\u024f\u2000-\u2064\u20a0-\u20b9\u2190-\u22ff\u25a0-\u25ff]*")
"""Texts in which FTS5 and Python cut words at the same characters: Latin letters, signs, arrows.
Elsewhere they do not: for FTS5 alone, a mark on a letter belongs to the word."""
_OPEN, _CLOSE = "\x02", "\x03"


class Matches(NamedTuple):
    """What the terms matched in a text: the slices of it, and which terms they were."""

    slices: tuple[Slice, ...] = ()
    terms: frozenset[str] = frozenset()


NONE: Final = Matches()


class _Found(NamedTuple):
    """A word of a text: its number, its place among the words of all texts, where it stands."""

    number: int
    place: int
    start: int
    end: int


class _Reader:
    """Reads plain texts as numbers, one for each stem, and keeps those that it read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, Words] = {}

    @property
    def is_full(self) -> bool:
        """Return whether it is time to begin anew with another one."""
        return len(self._numbers) > MOST_WORDS or len(self._texts) > MOST_TEXTS

    def number_terms(self, terms: Sequence[str]) -> dict[int, frozenset[str]]:
        """Return the terms by the numbers of their stems."""
        self._learn(terms)
        numbered: dict[int, set[str]] = defaultdict(set)
        for term in terms:
            numbered[self._numbers[term]].add(term)
        return {number: frozenset(own) for number, own in numbered.items() if number}

    def number_phrases(self, phrases: Sequence[str]) -> dict[tuple[int, ...], frozenset[str]]:
        """Return terms of several words by the numbers of those."""
        self._learn(word for phrase in phrases for word in phrase.split())
        numbered: dict[tuple[int, ...], set[str]] = defaultdict(set)
        for phrase in phrases:
            numbered[tuple(self._numbers[word] for word in phrase.split())].add(phrase)
        return {numbers: frozenset(own) for numbers, own in numbered.items() if all(numbers)}

    def read(self, texts: Sequence[str]) -> list[Words]:
        """Return the words of each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        if new:
            self._texts.update(zip(new, self.cut(new), strict=True))
        return [self._texts[text] for text in texts]

    def keep(self, texts: Mapping[str, Words]) -> None:
        """Keep texts that were read before."""
        self._texts.update(texts)

    def has(self, text: str) -> bool:
        """Return whether a text was read, which only plain ones are."""
        return text in self._texts

    def cut(self, texts: Sequence[str]) -> list[Words]:
        """Read plain texts as one, which takes a third of the time; they are not kept."""
        words, edges = _cut_words("\n".join(texts))
        numbers = [*map(self._numbers.get, words)]
        if None in numbers:
            self._learn(words)
            numbers = [*map(self._numbers.get, words)]
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        begins = np.cumsum(lengths) - lengths
        cuts = [*np.searchsorted(edges[0], begins).tolist(), len(words)]
        numbered, starts, sizes = np.array(numbers, np.uint32), edges[0], edges[1] - edges[0]
        slices = [slice(start, end) for start, end in itertools.pairwise(cuts)]
        return [
            Words(numbered[own], starts[own] - begin, sizes[own])
            for own, begin in zip(slices, begins.tolist(), strict=True)
        ]

    def _learn(self, words: Iterable[str]) -> None:
        """Number words that are new; 0 is the number of one that has no stem."""
        new = list(dict.fromkeys(word for word in words if word not in self._numbers))
        if new:
            stems = stem_terms(new)
            self._numbers.update({w: _number_of(stems[w]) if w in stems else 0 for w in new})


def _number_of(stem: str) -> int:
    """Return the number of a stem: two in 100,000 share one, which marks a word too many."""
    return zlib.crc32(stem.encode()) or 1


class _Kept:
    """The reader that is in use."""

    def __init__(self) -> None:
        self._reader = _Reader()

    def reader(self) -> _Reader:
        """Return it; another one if it is full, which others may be reading with still."""
        reader = self._reader
        if reader.is_full:
            reader = self._reader = _Reader()
        return reader


_kept: Final = _Kept()


def find_matches(
    terms: Sequence[str], texts: Sequence[str], parts: Sequence[Sequence[Slice]]
) -> list[list[Matches]]:
    """Return, for each part of each text, what the terms matched in it.

    Args:
        terms: as for ``match_expression``.
        texts: scrubbed of control characters.
        parts: of each text, slices in order that do not overlap and cut no word.
    """
    if not terms:
        return [[NONE] * len(slices) for slices in parts]
    plain_terms = all(_WORDS.fullmatch(term) and _PLAIN.fullmatch(term) for term in terms)
    reader = _kept.reader()
    plain = [plain_terms and (reader.has(text) or bool(_PLAIN.fullmatch(text))) for text in texts]
    cut = list(zip(texts, parts, strict=True))
    read = iter(_match_plain(reader, terms, list(itertools.compress(cut, plain))))
    asked = iter(
        _match_by_index(terms, [c for c, is_plain in zip(cut, plain, strict=True) if not is_plain])
    )
    return [next(read if is_plain else asked) for is_plain in plain]


def read_words(texts: Sequence[str]) -> list[Words | None]:
    """Return the words of each text, to be kept in a file; ``None`` for one that is not plain."""
    reader = _kept.reader()
    cut = iter(reader.cut(plain) if (plain := [t for t in texts if _PLAIN.fullmatch(t)]) else ())
    return [next(cut) if _PLAIN.fullmatch(text) else None for text in texts]


def keep_words(texts: Mapping[str, Words]) -> None:
    """Take over the words of texts from a file."""
    _kept.reader().keep(texts)


def _cut_words(text: str) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the words of a plain text, and (2, words) int64 where each begins and ends."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    inside = np.zeros(len(codes) + 2, dtype=bool)
    inside[1:-1] = _OF_WORDS[codes]
    edges = np.flatnonzero(inside[1:] != inside[:-1]).reshape(-1, 2).T
    apart = np.where(inside[1:-1], codes, np.uint32(32)).tobytes()
    return apart.decode("utf-32-le").split(), edges


def _match_plain(
    reader: _Reader, terms: Sequence[str], cut: Sequence[CutText]
) -> list[list[Matches]]:
    """Compare the numbers of the words of plain texts with those of the terms' words."""
    numbered = reader.number_terms([term for term in terms if " " not in term])
    phrases = reader.number_phrases([term for term in terms if " " in term])
    in_parts: dict[tuple[int, int], list[_Found]] = defaultdict(list)
    firsts = [[start for start, _ in slices] for _, slices in cut]
    read = reader.read([text for text, _ in cut])
    for owner, word in _find_words(read, list({*numbered, *itertools.chain(*phrases)})):
        part = bisect_right(firsts[owner], word.start) - 1
        if part >= 0 and word.end <= cut[owner][1][part][1]:
            in_parts[owner, part].append(word)
    found = [[NONE] * len(slices) for _, slices in cut]
    for (owner, part), words in in_parts.items():
        begins = firsts[owner][part]
        if phrases:
            found[owner][part] = _match_phrases(words, begins, numbered, phrases)
            continue
        slices = tuple([(word.start - begins, word.end - begins) for word in words])
        own = numbered[words[0].number]
        if len(words) > 1:
            own = own.union(*[numbered[word.number] for word in words])
        found[owner][part] = Matches(slices, own)
    return found


def _match_phrases(
    words: Sequence[_Found],
    begins: int,
    numbered: Mapping[int, frozenset[str]],
    phrases: Mapping[tuple[int, ...], frozenset[str]],
) -> Matches:
    """Return what is matched of single words and of words that follow each other in a part."""
    terms: set[str] = set()
    slices: list[Slice] = []
    marked = -1  # the place of the last word within a slice
    for first, word in enumerate(words):
        size = 0
        if word.number in numbered:
            size, terms = 1, terms | numbered[word.number]
        for numbers, own in phrases.items():
            run = words[first : first + len(numbers)]
            follow = run[-1].place - word.place == len(numbers) - 1
            if follow and tuple(w.number for w in run) == numbers:
                size, terms = max(size, len(numbers)), terms | own
        if size:
            last = words[first + size - 1]
            start, end = word.start - begins, last.end - begins
            if word.place <= marked:
                before = slices.pop()
                start, end = before[0], max(before[1], end)
            slices.append((start, end))
            marked = max(marked, last.place)
    return Matches(tuple(slices), frozenset(terms))


def _find_words(read: Sequence[Words], wanted: Sequence[int]) -> Iterator[tuple[int, _Found]]:
    """Yield the place of a text and each of its words with a wanted number."""
    if not read or not wanted:
        return
    numbers, starts, sizes = (np.concatenate(of) for of in zip(*read, strict=True))
    is_wanted = numbers == wanted[0]
    for number in wanted[1:]:
        is_wanted |= numbers == number
    matched = np.flatnonzero(is_wanted)
    ends = list(itertools.accumulate(len(own.numbers) for own in read))
    owners = np.searchsorted(ends, matched, side="right")
    begin = starts[matched].astype(np.int64)
    found = (numbers[matched], matched, begin, begin + sizes[matched])
    words = map(_Found._make, zip(*(of.tolist() for of in found), strict=True))
    yield from zip(owners.tolist(), words, strict=True)


def _match_by_index(terms: Sequence[str], cut: Sequence[CutText]) -> list[list[Matches]]:
    """Put the parts into a small index and ask that.

    Asking the large one for twenty of its 20,000 passages takes many times as long, as it reads
    every word's list of passages for each.
    """
    parts = [text[start:end] for text, slices in cut for start, end in slices]
    if not parts:
        return [[] for _ in cut]
    with small_index((number, "", None, part) for number, part in enumerate(parts)) as db:
        marked = db.execute(
            "select rowid, highlight(t, 2, char(2), char(3)) from t where t match ?",
            [match_expression(terms)],
        ).fetchall()
        matched: dict[int, set[str]] = {row: set() for row, _ in marked}
        for term in terms:
            for (row,) in db.execute(
                "select rowid from t where t match ?", [match_expression([term])]
            ):
                matched[row].add(term)
    found = {row: Matches(_slices(text), frozenset(matched[row])) for row, text in marked}
    rows = iter(range(len(parts)))
    return [[found.get(next(rows), NONE) for _ in slices] for _, slices in cut]


def _slices(marked: str) -> tuple[Slice, ...]:
    """Turn the sentinels around matches into slices of the unmarked text.

    Texts are scrubbed of control characters when taken in, so the sentinels are unambiguous.
    """
    slices: list[Slice] = []
    position, start = 0, 0
    for part in re.split(f"([{_OPEN}{_CLOSE}])", marked):
        if part == _OPEN:
            start = position
        elif part == _CLOSE:
            slices.append((start, position))
        else:
            position += len(part)
    return tuple(slices)
