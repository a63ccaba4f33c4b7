"""Tells whether a sentence states something by itself, without those around it. English only."""

from __future__ import annotations

import re
from typing import Final

from index.briefing.lines import is_quotable
from index.briefing.wording import LIST_MARKER, OF_ITSELF, stands_alone
from index.tagging.saying import any_of
from index.tagging.stating import AIMS, ANNOUNCES, TELLS

_SPEAKER: Final = re.compile(any_of("we", "us", "our", "ours", "i", "my", "you", "your"), re.I)
"""Whoever speaks is not named in the sentence."""
_KNOWN: Final = re.compile(
    r"^\W*the (?:network|program(?:me)?|project|initiative|organi[sz]er|group|team|partner|district"
    r"|organi[sz]ation|participant|summit|conference|event|meeting|workshop|course)s?\b"
    r"(?! (?:of|for|that|who|which|in|with|between|among|from)\b)",
    re.I,
)
"""Which one it is was said before."""
_TURNS: Final = re.compile(
    r"^\W*(?:however|in addition|moreover|furthermore|overall|indeed|finally|lastly"
    r"|(?:first|second|third|fourth|fifth)(?:ly)?),\s|(?<=,)\s(?:however|too),"
    r"|^The (?:first|second|third|fourth|fifth|last) (?=lesson|factor|reason|condition)",
    re.I,
)
"""Words that tie a sentence to the one before and are not needed to understand it."""
_ODD: Final = re.compile("[\u0180-\u024f]")
"""Letters of no language here: a font was read wrong."""


_LABEL: Final = re.compile(r"^\W*[A-Z][^.:;,]{2,60}: ")
"""What heads an item of a list: what follows is mostly no statement."""
_BID: Final = re.compile(
    r"^\W*(?:explain|describe|identify|use|support|build|create|develop|provide|promote|ensure"
    r"|invest|establish|foster|encourage|consider|examine|increase|help|work|connect|share"
    r"|include|make)\b (?!of\b)",
    re.I,
)
_OF_SOMETHING: Final = re.compile(
    r"^\W*(?:the |some |other )?(?:challenges?|barriers?|benefits?|factors?|obstacles?|reasons?)"
    r" (?:include|included|were|are|was|is)\b|^\W*one of the challenges",
    re.I,
)
"""What they are challenges to was said before."""
_VIEWED: Final = re.compile(
    r"\b(?:framed|seen|regarded|viewed|described|defined|known) (?:\w+ ){0,3}as\b"
    r"|\b(?:described?|list|discuss(?:es|ed)?|note|identif(?:y|ies))"
    r" (?:a number of |several |the )?(?:\w+ ){0,2}(?:barriers|challenges)"
    r"|\b(?:strategy|one way|one practice) to\b",
    re.I,
)
"""How somebody sees a thing, or that it has challenges, is not that it helps or hinders."""
_ADVISED: Final = re.compile(r"\b(?:should|must|would|will|shall)\b")
_LEARNERS: Final = re.compile(any_of("students?", "pupils?", "children", "learners?"), re.I)
_USERS: Final = re.compile(
    any_of(
        "teachers?", "schools?", "policy[- ]?makers?", "officials?", "practitioners?",
        "districts?", "ministr\\w+", "government\\w*", "agenc\\w+", "staff", "leaders?",
        "decision[- ]makers?", "principals?", "educators?",
    ),
    re.I,
)  # fmt: skip
"""Those who use evidence; of learners alone, something else is said."""
_POINTER: Final = re.compile(r"^\W*\(?\d|\(see\b")


def is_claim(sentence: str) -> bool:
    """Return whether a sentence states something of those who use evidence, by itself.

    No bid, label, advice, view or list of challenges does, nor does what only tells what a text or
    a meeting is about.
    """
    empty = (
        _LABEL, _BID, _OF_SOMETHING, _VIEWED, _ADVISED, _POINTER, TELLS, ANNOUNCES, AIMS,
    )  # fmt: skip
    if any(pattern.search(sentence) for pattern in empty):
        return False
    if _LEARNERS.search(sentence) and not _USERS.search(sentence):
        return False
    return is_on_its_own(sentence)


def is_on_its_own(sentence: str) -> bool:
    """Return whether a reader understands a sentence without the text around it."""
    text = sentence.strip()
    marker = LIST_MARKER.match(text)
    text = _TURNS.sub("", text[marker.end() :] if marker else text)
    text = text[:1].upper() + text[1:]
    if any(pattern.search(text) for pattern in (_SPEAKER, _KNOWN, _ODD, OF_ITSELF)):
        return False
    return is_quotable(text) and stands_alone(text)
