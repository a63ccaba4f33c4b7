"""Finds the sentences of a document that speak of a term: they name it and are close to its cues.

By vectors alone, every sentence about networks would speak of each factor of networks; by words
alone, "at the time" would speak of a lack of time. A sentence has to pass both. Time is lacking in
many places, and here it counts where evidence is used: the passage has to say so, and a sentence
that does not say so itself has to be closer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.taxonomy import Taxonomy, Term
from index.vectors.encoder import Encoder

Rows = npt.NDArray[np.float32]

LEAST_WORDS: Final = 6
"""A shorter sentence is a heading or a fragment, and asserts nothing."""
_BREAK: Final = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[¿¡«]*[A-ZÀ-ÖØ-Þ0-9])|\n\s*\n")

_NAME: Final = re.compile(r"\w*\s+learning\s+networks?\b", re.IGNORECASE)
"""After it: the name of a network, as in "Collaborative learning networks met in June."."""
_MARK: Final = re.compile(r"^(?:[\W_]+|o\s+|\d+[.)]?\s+)")
"""A bullet or a number before a sentence, or a quotation mark."""
_ENDED: Final = re.compile(r"[.!…][\"'”’»)\]\d]*$")


@dataclass(frozen=True, slots=True)
class TermCues:
    """A term to look for.

    Attributes:
        term: its id.
        mean: (dimensions,) float32, unit length: its definition and cues together.
        cues: (n_cues, dimensions) float32, unit rows.
        words: matches a word that names it; matches everywhere for a term without words.
        context: matches a word of what the term is about; the passage needs one, and a sentence
            without one has to be closer.
    """

    term: str
    mean: Rows
    cues: Rows
    words: re.Pattern[str]
    context: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that speaks of a term.

    ``place`` is the passage's place among those searched, ``start`` and ``end`` are a slice of its
    text, ``named`` is where in the sentence the term is named. ``score`` is from 0 to 1.
    """

    term: str
    place: int
    start: int
    end: int
    named: int
    score: float


@dataclass(frozen=True, slots=True)
class Named:
    """A sentence that names a term; places as in ``Mention``.

    ``row`` is its vector, (dimensions,) float32, unit length.
    """

    term: TermCues
    place: int
    start: int
    end: int
    named: int
    row: Rows


def term_cues(encoder: Encoder, taxonomy: Taxonomy, vocabulary: str) -> list[TermCues]:
    """Encode the definitions and cues that the terms of a vocabulary are searched by."""
    return [_cues(encoder, term) for term in taxonomy.vocabulary(vocabulary).terms.values()]


def _cues(encoder: Encoder, term: Term) -> TermCues:
    rows = encoder.encode_passages([term.definition, *term.cues])
    mean = rows[0] + _unit(rows[1:].mean(axis=0))
    return TermCues(
        term.id, _unit(mean), rows[1:], _beginning(term.words), _beginning(term.context)
    )


def _beginning(words: Sequence[str]) -> re.Pattern[str]:
    """Return what matches a word that begins so; without any words it matches everywhere."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def _unit(row: Rows) -> Rows:
    unit: Rows = row / np.linalg.norm(row)
    return unit


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage as slices, without surrounding whitespace."""
    start = 0
    for end, following in [
        *((m.start(), m.end()) for m in _BREAK.finditer(text)),
        (len(text),) * 2,
    ]:
        part = text[start:end]
        stripped = part.strip()
        if stripped:
            begin = start + part.index(stripped[0])
            yield begin, begin + len(stripped)
        start = following


def is_whole(sentence: str) -> bool:
    """Return whether this asserts something: no question, heading, item or rest of a sentence."""
    begun = _MARK.sub("", sentence)
    whole = bool(begun) and not begun[0].islower() and _ENDED.search(begun) is not None
    return whole and len(begun.split()) >= LEAST_WORDS


def find_mentions(
    encoder: Encoder, texts: Sequence[str], passages: Rows, terms: Sequence[TermCues]
) -> list[Mention]:
    """Return the sentences of one document that speak of each term, in no particular order.

    Args:
        encoder: encodes the sentences that name a term.
        texts: the passages' texts.
        passages: (n_texts, dimensions) float32, unit rows: the passages' vectors.
        terms: the terms to look for.
    """
    return mentions_among(find_named(encoder, texts, passages, terms), texts, encoder)


def find_named(
    encoder: Encoder, texts: Sequence[str], passages: Rows, terms: Sequence[TermCues]
) -> list[Named]:
    """Return the sentences that name a term in passages near to it; arguments as above."""
    near = passages @ np.stack([term.mean for term in terms]).T >= encoder.profile.mention_near
    candidates = list(_candidates(texts, near, terms))
    quotes = sorted({texts[place][start:end] for _, place, start, end, _ in candidates})
    if not quotes:
        return []
    rows = dict(zip(quotes, encoder.encode_passages(quotes), strict=True))
    return [
        Named(terms[n], place, start, end, named, rows[texts[place][start:end]])
        for n, place, start, end, named in candidates
    ]


def mentions_among(found: Iterable[Named], texts: Sequence[str], encoder: Encoder) -> list[Mention]:
    """Return those sentences that are close to the term they name, and about its subject."""
    mentions = []
    for one in found:
        term, text = one.term, texts[one.place]
        about = term.context.search(text[one.start : one.end])
        least = encoder.profile.mention_speaks if about else encoder.profile.mention_alone
        score = closeness_to_term(one.row, term)
        if score >= least and term.context.search(text):
            mentions.append(Mention(term.term, one.place, one.start, one.end, one.named, score))
    return mentions


def closeness_to_term(row: Rows, term: TermCues) -> float:
    """Return how close a text is to a term: its mean cosine with the term and with its best cue."""
    return max(0.0, min(1.0, float((row @ term.mean + (term.cues @ row).max()) / 2)))


def _candidates(
    texts: Sequence[str], near: npt.NDArray[np.bool_], terms: Sequence[TermCues]
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (term, passage, start, end, where it is named) for sentences that name a term.

    ``near`` is (n_texts, n_terms): whether to look for a term in the sentences of a passage.
    """
    for place, text in enumerate(texts):
        close = np.flatnonzero(near[place])
        for start, end in split_sentences(text) if close.size else ():
            if not is_whole(text[start:end]):
                continue
            for n in close.tolist():
                for named in terms[n].words.finditer(text, start, end):
                    if not _NAME.match(text, named.end()):
                        yield n, place, start, end, named.start() - start
                        break
