"""What readers are told about results as a whole: alike on pages, over HTTP and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from index.model import Results
from index.search.language import ENGLISH, UNDECIDED

_SHOWN_CHARACTERS: Final = 80
_SHOWN_WORDS: Final = 5


def strength_message(results: Results) -> str | None:
    """Return the message for a search without good evidence."""
    if results.strength not in ("weak", "none") or not results.query.text:
        return None
    if results.hits and not results.by_meaning:
        return None  # keywords alone cannot tell how good the evidence is; a notice says so
    asked = (
        f"“{_short(results.query.text)}”{' with these filters' if results.query.filters else ''}"
    )
    elsewhere = _is_across_languages(results)
    missing = [] if elsewhere else _missing(results.missing_words)
    if not results.hits:
        return " ".join([f"No evidence found for {asked}.", *missing])
    if results.strength == "weak" and elsewhere:
        return (
            f"It is not certain that anything answers {asked}. The nearest passages are below. "
            "They are in another language and were compared by meaning alone; judge them with care."
        )
    if results.strength == "weak":
        parts = [f"Nothing direct on {asked}.", *missing]
        return " ".join([*parts, "The nearest passages are below; judge them with care."])
    parts = [f"Nothing on {asked}.", *missing]
    return " ".join([*parts, "The nearest passages are below; they may be about something else."])


def totals_message(results: Results) -> str | None:
    """Say how many documents have the words, and how many are shown for their meaning."""
    if results.strength == "unranked" or not results.total:
        return None
    having = "1 document has" if results.matched == 1 else f"{results.matched:,} documents have"
    if not results.matched:
        having = "No document has"
    said = [f"{having} these words"]
    if results.related:
        more = "is" if results.related == 1 else "are"
        said.append(f"{results.related}{' more' if results.matched else ''} {more} near in meaning")
    shown = f" The best {results.total} are shown." if results.more else ""
    return f"{'; '.join(said)}.{shown}"


def _is_across_languages(results: Results) -> bool:
    """Return whether the best document is in another language than the question.

    Its words are then not expected in it, and a passage that answers is less near in meaning: of 12
    answerable questions in Spanish, Portuguese and French, 9 have strong evidence.
    """
    if results.language in (None, ENGLISH, UNDECIDED) or not results.hits:
        return False
    return results.hits[0].document.language not in ("", None, results.language)


def _missing(words: Sequence[str]) -> list[str]:
    """Say which words no document has."""
    if not words:
        return []
    shown = [f"“{word}”" for word in words[:_SHOWN_WORDS]]
    if len(shown) == 1:
        return [f"No document has the word {shown[0]}."]
    return [f"No document has the words {', '.join(shown[:-1])} or {shown[-1]}."]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
