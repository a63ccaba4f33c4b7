"""Titles in several lines or sizes: what a title goes on in, what leads to it, its subtitle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.affiliations import names_beside
from ingest.record.conventional import is_lettered, is_numbered
from ingest.record.front import Front, Group, letters
from ingest.record.names import names_in
from ingest.record.wordings import CREDIT, LABEL, could_be_title, is_body, names_a_body
from ingest.text.clean import tidy

COVER_SIZE: Final = 1.8
LARGER: Final = 1.3
MUCH_LARGER: Final = 2.0
"""Two words above a title are its first part only if they are set so much larger."""
SAME: Final = 0.04
LARGER_THAN_BOX: Final = 0.9
BOX_WORDS: Final = 6
FEW_WORDS: Final = 4
_LONG_WORD: Final = re.compile(r"\w{5,}")
OPEN_END: Final = re.compile(
    r"\b(?:of|the|and|for|in|on|to|an?|with|at|by|from|de|del|la|las|los|el|en|y|para|por|con|da|das"
    r"|do|dos|e|em|na|no|et|du|des|le|les|au|aux|pour|dans|sur)$",
    re.I,
)
"""Small words with which a line ends, but no title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that may be the title: as printed, as they read, and how much speaks for them."""

    group: Group
    text: str
    score: float


def around_boxes(groups: Sequence[Group]) -> list[Group]:
    """Join the lines of a title that a box, such as a logo, stands between.

    The first part ends in a small word, and the second is set as it is.
    """
    found = list(groups)
    for i in range(len(found) - 2, 0, -1):
        first, box, second = found[i - 1 : i + 2]
        alike = (
            first.page == second.page and abs(first.height - second.height) <= SAME * first.height
        )
        smaller = box.height < LARGER_THAN_BOX * first.height and len(box.text.split()) <= BOX_WORDS
        if alike and smaller and OPEN_END.search(first.text) and " " in first.text:
            found[i - 1 : i + 2] = [Group((*first.lines, *second.lines)), box]
    return found


def whole_title(front: Front, groups: Sequence[Group], best: Candidate) -> Candidate:
    """Return a title with the lines it goes on in, and with those above that lead to it.

    Those end with a colon, or are larger: then what was taken for the title is the subtitle.
    """
    at = groups.index(best.group)
    if at + 1 < len(groups) and (OPEN_END.search(best.text) or best.text.endswith(":")):
        below = groups[at + 1]
        alike = 0.6 <= below.height / best.group.height <= 1.7 and below.page == best.group.page
        if alike and fits_below(front, below, tidy(below.text)):
            best = Candidate(below, f"{best.text} {tidy(below.text)}", best.score)
    while at and letters(groups[at - 1].text) in letters(best.text):
        at -= 1
    if not at:
        return best
    above = groups[at - 1]
    text = tidy(front.mend(above.text))
    if above.page == best.group.page and _opens(front, above, text, groups[at]):
        return whole_title(front, groups, Candidate(best.group, f"{text} {best.text}", best.score))
    least = LARGER if len(text.split()) > 2 else MUCH_LARGER
    larger = above.height >= least * best.group.height and len(text.split()) > 1
    larger = larger or _heads(front, above, best) or _differs_in_weight(front, above, best.group)
    leads = above.page == best.group.page and (text.endswith(":") or larger)
    if leads and letters(text) not in letters(best.text) and fits_below(front, above, text):
        best = Candidate(best.group, f"{text.rstrip(':')}: {best.text}", best.score)
    return best


def _opens(front: Front, above: Group, text: str, below: Group) -> bool:
    """Whether a title goes on from a line above: one that ends in a small word, or one word.

    "Guidance for" opens "Local schools", and "ARTIFICIAL" opens "INTELLIGENCE" in smaller letters.
    """
    alike = 0.6 <= above.height / below.height <= 1.6 and above.height >= COVER_SIZE * front.body
    word = " " not in text and text.isalpha() and text.isupper() and below.text.isupper()
    goes_on = word or (OPEN_END.search(text) and " " in text)
    return bool(alike and goes_on and not is_organisation(text) and not CREDIT.match(text))


def _differs_in_weight(front: Front, above: Group, below: Group) -> bool:
    """Whether two parts of a cover's title are set in one size, and one of them is bold."""
    alike = abs(above.height - below.height) <= SAME * above.height
    other = above.lines[0].bold != below.lines[0].bold
    return alike and other and above.height >= COVER_SIZE * front.body and " " in above.text


def _heads(front: Front, above: Group, best: Candidate) -> bool:
    """Whether words right above a title in one line are set as its first, larger line."""
    sizes = best.group.height >= 1.1 * front.body and above.height >= 1.1 * best.group.height
    bold = above.lines[0].bold and best.group.lines[0].bold
    return sizes and bold and len(above.lines) == 1 and len(above.text.split()) > 2


def fits_below(front: Front, group: Group, text: str) -> bool:
    """Whether lines can be part of a title: no credit, name or label."""
    return could_be_title(text, text.split(), group) and not (
        CREDIT.match(text)
        or is_organisation(text)
        or names_in(text, front)
        or any(_names_persons(t, front) for t in (text, *(x.text for x in group.lines[:2])))
        or is_label(text)
        or (len(group.lines) > 1 and is_label(group.lines[0].text))
    )


def _names_persons(text: str, front: Front) -> bool:
    """Whether a line has names beside posts or behind a label: "Authors: Ana Díaz"."""
    return bool(names_beside(text, front) or names_in(text.partition(": ")[2], front))


def is_label(text: str) -> bool:
    """Whether a text is what a document is called: "Working paper", "OECD policy brief"."""
    first, _, rest = text.partition(" ")
    named = is_organisation(first) or re.fullmatch(r"[A-Z]{2,6}", first)
    return bool(LABEL.match(rest if named else text))


def is_signed(front: Front, text: str) -> bool:
    """Whether a line has a name before a bar: "Ana Díaz | Policy brief"."""
    name, bar, _ = text.partition(" | ")
    return bool(bar and names_in(name, front))


def subtitle_of(front: Front, groups: Sequence[Group], best: Candidate) -> str | None:
    """Return the words below a title that are larger than the text and smaller than the title."""
    at = groups.index(best.group)
    if at + 1 >= len(groups) or front.flows:
        return None
    near = groups[at + 1]
    text = tidy(front.mend(near.text))
    larger = near.height >= 1.15 * front.body and near.height <= 0.97 * best.group.height
    larger = larger or _below_few_words(front, best, near)
    larger = larger or _differs_in_weight(front, best.group, near)
    words = text.split()
    wordy = 3 <= len(words) <= 30 and not text.endswith((".", ",", ";"))
    lower = any(w[0].islower() for w in words) or text.isupper()
    fits = near.page == best.group.page and fits_below(front, near, text)
    part = is_lettered(text) or is_numbered(text)
    said = set(_LONG_WORD.findall(text.casefold()))
    again = said and said <= set(_LONG_WORD.findall(best.text.casefold()))
    if larger and wordy and lower and fits and not (part or again or is_body(text)):
        return text.rstrip(":")
    return None


def _below_few_words(front: Front, best: Candidate, near: Group) -> bool:
    """Whether one line stands by itself below a short title on the first slide."""
    first = front.medium == "slides" and best.group.page == 1
    few = first and len(best.text.split()) <= FEW_WORDS and len(near.lines) == 1
    return few and not names_a_body(near.text)
