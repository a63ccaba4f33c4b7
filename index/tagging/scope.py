"""Tells whether a document is within the learning agenda: whether its words speak of its subjects.

By vectors alone, most texts come close to some term. Words decide, counted over the whole text: a
report that names schools now and then is about something else. They are the words of the term
``inside``; those of ``outside``, such as universities, name what shares these words and is about
something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Passage
from corpus.roles import APPARATUS
from corpus.taxonomy import Taxonomy

VOCABULARY: Final = "scope"
INSIDE: Final = "inside"
OUTSIDE: Final = "outside"
METHOD: Final = "scope-2"
ENOUGH: Final = 6.0
"""Words of the agenda in a thousand. Of dev, held out, 8 leave two more of 173 documents that are
within the agenda without a topic, and one more of 149 that are not."""
ENOUGH_WITH_TITLE: Final = 4.0
ELSEWHERE: Final = 4.0
"""Words of what is outside in a thousand, from which a document may be about that."""
BESIDE: Final = 0.5
"""How many of them there have to be for each word of the agenda: universities have students, too.
Of dev, these two find 12 of the 37 documents outside that have enough words of the agenda, and one
of 290 near it, none of 173 within; with .3, 14 of the 37, two near and one within."""
SEVERAL: Final = 3
"""How many of them there have to be: in a short text, one mention is many in a thousand."""
LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it")
"""Those the words are in."""


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """What matches the words of the agenda, and those of what is outside; ``None`` without any."""

    inside: re.Pattern[str]
    outside: re.Pattern[str] | None

    @property
    def written(self) -> tuple[str, ...]:
        """Return the patterns as they are written."""
        return tuple(one.pattern for one in (self.inside, self.outside) if one)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a document speaks of the learning agenda.

    Attributes:
        words: of its text, without references and the like.
        speaking: those that are words of the agenda.
        in_title: whether the title has one.
        readable: whether the words are in the document's language, or that is not known.
        elsewhere: how many are words of what is outside.
    """

    words: int
    speaking: int
    in_title: bool
    readable: bool
    elsewhere: int = 0

    @property
    def wanted(self) -> float:
        """Return how many words in a thousand are enough for this document."""
        return ENOUGH_WITH_TITLE if self.in_title else ENOUGH

    @property
    def per_thousand(self) -> float:
        """Return the words of the agenda in a thousand of the document's."""
        return 1000 * self.speaking / max(1, self.words)

    @property
    def speaks_of_others(self) -> bool:
        """Return whether it has so many words of what is outside that it is about that."""
        wanted = max(SEVERAL, ELSEWHERE * self.words / 1000, BESIDE * self.speaking)
        return self.elsewhere >= wanted

    @property
    def outside(self) -> bool:
        """Return whether the document is about something else, as far as it can be read."""
        return self.readable and (self.per_thousand < self.wanted or self.speaks_of_others)

    @property
    def score(self) -> float:
        """Return how far it is outside, 0 to 1."""
        return max(1 - self.per_thousand / self.wanted, BESIDE if self.speaks_of_others else 0.0)

    @property
    def why(self) -> str:
        """Return the reason in a sentence."""
        if self.per_thousand >= self.wanted:  # so its words of what is outside decide
            return (
                f"Seems to be outside the agenda: {self.elsewhere:,} of its {self.words:,} words "
                f"speak of subjects outside it, and {self.speaking:,} of the agenda's subjects."
            )
        title = "its title too" if self.in_title else "its title has none"
        return (
            f"Seems to be outside the agenda: {self.speaking:,} of its {self.words:,} "
            f"words speak of the agenda's subjects, fewer than {self.wanted:g} in a thousand; "
            f"{title}."
        )


def words_of_scope(taxonomy: Taxonomy) -> ScopeWords | None:
    """Return what matches the words of the scope; ``None`` if the taxonomy names none."""
    vocabulary = taxonomy.vocabularies.get(VOCABULARY)
    inside = vocabulary.terms.get(INSIDE) if vocabulary else None
    outside = vocabulary.terms.get(OUTSIDE) if vocabulary else None
    if inside is None or outside is None or not inside.words:
        return None
    return ScopeWords(_any_of(inside.words), _any_of(outside.words) if outside.words else None)


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def read_scope(document: Document, passages: Sequence[Passage], words: ScopeWords) -> Scope:
    """Count what of a document speaks of the agenda."""
    texts = [p.text for p in passages if p.role not in APPARATUS]
    return Scope(
        words=sum(len(text.split()) for text in texts),
        speaking=_count(words.inside, texts),
        in_title=bool(words.inside.search(document.title)),
        readable=document.language is None or document.language[:2] in LANGUAGES,
        elsewhere=_count(words.outside, texts) if words.outside else 0,
    )


def _count(words: re.Pattern[str], texts: Sequence[str]) -> int:
    return sum(len(words.findall(text)) for text in texts)
