"""Titles in capitals, written as the document's own sentences write their words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from ingest.record.front import letters

SHOUTED: Final = 2
"""The fewest words in capitals; a single one may well be an abbreviation."""
LEAST_KNOWN: Final = 0.6
"""The share of the words of a title in capitals that the sentences have to have; it stays as it is
if they have fewer. Of capitals in other titles, which may be names, they have to have all."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_OPENING: Final = re.compile(r"(?:^|[.:?!–—]\s+|[\"“«¿¡(]\s*)$")
_ROMAN: Final = re.compile(r"[IVXLC]{2,}")
_NUMBERED: Final = re.compile(r"[A-Z]+[-‐]?\d")
_SENTENCE: Final = re.compile(r"[^.!?:;•\n]+")


def in_text_case(title: str, text: str) -> str:
    """Return a title without its capitals where the text's sentences write the words without them.

    "INTEGRATED SDG INSIGHTS" becomes "Integrated SDG insights" if the sentences say so.

    Args:
        title: as it is printed.
        text: the document's text.
    """
    words = list(_WORD.finditer(title))
    shouted = [word for word in words if word[0].isupper() and len(word[0]) > 1]
    if len(shouted) < SHOUTED:
        return title
    forms, pairs = _forms_of(text, {word[0].casefold() for word in shouted}, letters(title))
    known = sum(word[0].casefold() in forms for word in shouted)
    if known < (LEAST_KNOWN if title.isupper() else 1.0) * len(shouted):
        return title
    written, place = "", 0
    for number, word in enumerate(words):
        near = [w[0].casefold() for w in words[max(0, number - 1) : number + 2]]
        form = _written(word[0], near, forms, pairs)
        code = _ROMAN.fullmatch(form) or _NUMBERED.match(title, word.start())
        if form.casefold() not in forms and form.isupper() and not code:
            form = form.lower()
        if _OPENING.search(title[: word.start()]):
            form = form[:1].upper() + form[1:]
        written += title[place : word.start()] + form
        place = word.end()
    return written + title[place:]


def _written(
    word: str,
    near: Sequence[str],
    forms: Mapping[str, Counter[str]],
    pairs: Mapping[tuple[str, str], Counter[tuple[str, str]]],
) -> str:
    """Return a word as the text writes it beside its neighbours, or else by itself."""
    folded = word.casefold()
    if not word.isupper() or folded not in forms:
        return word
    beside = [pair for pair in itertools.pairwise(near) if pair in pairs and folded in pair]
    if not beside:
        return forms[folded].most_common(1)[0][0]
    # "the World Bank" and "the world": the pair tells most that is always written the same.
    told = max(beside, key=lambda p: pairs[p].most_common(1)[0][1] / pairs[p].total())
    return pairs[told].most_common(1)[0][0][told.index(folded)]


def _forms_of(
    text: str, wanted: set[str], title: str
) -> tuple[dict[str, Counter[str]], dict[tuple[str, str], Counter[tuple[str, str]]]]:
    """Return how the sentences write words and pairs of words, by these in lower case.

    What is in capitals or initial capitals for the most part is a heading and tells nothing; nor
    does the title where it is repeated, or the first word of a sentence.
    """
    forms: dict[str, Counter[str]] = {}
    pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for sentence in _SENTENCE.findall(text):
        words = _WORD.findall(sentence)[1:]
        heads = sum(word.islower() for word in words) < 0.5 * len(words)
        if heads or title in letters(sentence):
            continue
        before = ""
        for word in words:
            folded = word.casefold()
            if folded in wanted:
                forms.setdefault(folded, Counter())[word] += 1
                if before.casefold() in wanted:
                    pair = (before.casefold(), folded)
                    pairs.setdefault(pair, Counter())[before, word] += 1
            before = word
    return forms, pairs
