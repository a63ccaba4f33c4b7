"""What readers are told about results as a whole: alike on pages, over HTTP and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from index.model import Results
from index.search.language import ENGLISH, UNDECIDED
from search_api.web.languages import counted, current, gettext

_SHOWN_CHARACTERS: Final = 80
_SHOWN_WORDS: Final = 5


def strength_message(results: Results) -> str | None:
    """Return the message for a search without good evidence."""
    if results.strength not in ("weak", "none") or not results.query.text:
        return None
    if results.hits and not results.by_meaning:
        return None  # keywords alone cannot tell how good the evidence is; a notice says so
    asked = f"“{_short(results.query.text)}”"
    if results.query.filters:
        asked = gettext("%(query)s with these filters", query=asked)
    elsewhere = _is_across_languages(results)
    missing = [] if elsewhere else _missing(results.missing_words)
    if not results.hits:
        return " ".join([gettext("No evidence found for %(asked)s.", asked=asked), *missing])
    if results.strength == "weak" and elsewhere:
        return gettext(
            "It is not certain that anything answers %(asked)s. The nearest passages are below. "
            "They are in another language; judge them with care.",
            asked=asked,
        )
    if results.strength == "weak":
        parts = [gettext("Nothing direct on %(asked)s.", asked=asked), *missing]
        return " ".join([*parts, gettext("The nearest passages are below; judge them with care.")])
    parts = [gettext("Nothing on %(asked)s.", asked=asked), *missing]
    near = gettext("The nearest passages are below; they may be about something else.")
    return " ".join([*parts, near])


def totals_message(results: Results) -> str | None:
    """Say how many documents have the words, and how many are shown for their meaning."""
    if results.strength == "unranked" or not results.total:
        return None
    said = [
        counted(
            results.matched, "%(n)s document has these words", "%(n)s documents have these words"
        )
        if results.matched
        else gettext("No document has these words")
    ]
    if results.related and results.matched:
        said.append(
            counted(
                results.related, "%(n)s more is near in meaning", "%(n)s more are near in meaning"
            )
        )
    elif results.related:
        said.append(
            counted(results.related, "%(n)s is near in meaning", "%(n)s are near in meaning")
        )
    best = current().number(results.total)
    shown = " " + gettext("The best %(number)s are shown.", number=best) if results.more else ""
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
        return [gettext("No document has the word %(word)s.", word=shown[0])]
    words_before = ", ".join(shown[:-1])
    return [
        gettext(
            "No document has the words %(words)s or %(last)s.", words=words_before, last=shown[-1]
        )
    ]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
