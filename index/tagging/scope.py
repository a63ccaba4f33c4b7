"""Tells whether a document is within the learning agenda: whether its words speak of its subjects.

By vectors alone, most texts come close to some term. Words decide, counted over the whole text: a
report that names schools now and then is about something else. They are the words of the term
``inside``.
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
METHOD: Final = "scope-1"
ENOUGH: Final = 8.0
"""Words of the agenda in a thousand. Of the reports and digests it was chosen on, those within have
11 or more, or 6 and a title that says so; those outside have 4 at most."""
ENOUGH_WITH_TITLE: Final = 4.0
LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it")
"""Those the words are in."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a document speaks of the learning agenda.

    Attributes:
        words: of its text, without references and the like.
        speaking: those that are words of the agenda.
        in_title: whether the title has one.
        readable: whether the words are in the document's language, or that is not known.
    """

    words: int
    speaking: int
    in_title: bool
    readable: bool

    @property
    def wanted(self) -> float:
        """Return how many words in a thousand are enough for this document."""
        return ENOUGH_WITH_TITLE if self.in_title else ENOUGH

    @property
    def per_thousand(self) -> float:
        """Return the words of the agenda in a thousand of the document's."""
        return 1000 * self.speaking / max(1, self.words)

    @property
    def outside(self) -> bool:
        """Return whether the document is about something else, as far as it can be read."""
        return self.readable and self.per_thousand < self.wanted

    @property
    def why(self) -> str:
        """Return the reason in a sentence."""
        title = "its title too" if self.in_title else "its title has none"
        return (
            f"Seems to be outside the agenda: {self.speaking:,} of its {self.words:,} "
            f"words speak of the agenda's subjects, fewer than {self.wanted:g} in a thousand; "
            f"{title}."
        )


def words_of_scope(taxonomy: Taxonomy) -> re.Pattern[str] | None:
    """Return what matches the words of the agenda; ``None`` if the taxonomy names none."""
    vocabulary = taxonomy.vocabularies.get(VOCABULARY)
    inside = vocabulary.terms.get(INSIDE) if vocabulary else None
    if vocabulary is None or inside is None or not inside.words or OUTSIDE not in vocabulary.terms:
        return None
    beginnings = "|".join(re.escape(word) for word in inside.words)
    return re.compile(rf"\b(?:{beginnings})", re.IGNORECASE)


def read_scope(document: Document, passages: Sequence[Passage], words: re.Pattern[str]) -> Scope:
    """Count what of a document speaks of the agenda."""
    texts = [p.text for p in passages if p.role not in APPARATUS]
    return Scope(
        words=sum(len(text.split()) for text in texts),
        speaking=sum(len(words.findall(text)) for text in texts),
        in_title=bool(words.search(document.title)),
        readable=document.language is None or document.language[:2] in LANGUAGES,
    )
