"""Tells whether a sentence says that an activity of the menu is or was done for or by people.

Something has to be given or done near the activity's name, somebody has to be named, and what it
is about has to be evidence or data. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from corpus.taxonomy import Term
from index.tagging.saying import UNSURE, any_of, names_of
from index.tagging.stating import AIMS, ANNOUNCES, CITED, TELLS, states_activity

DOINGS: Final = "doings-1"
"""Changes with these rules, so that documents are read again."""
_ABOUT: Final = re.compile(
    r"\b(?:data|evidence|evaluat\w+|research\w*|analy\w+|statistic\w+|inquiry|econometric\w*"
    r"|psychometric\w*)\b",
    re.I,
)
_GIVEN: Final = re.compile(
    any_of(
        "provid(?:es?|ed|ing)", "offer(?:s|ed|ing)?", "deliver(?:s|ed)?", "r[au]ns?", "held",
        "hold", "hosts?", "hosted", "launch(?:es|ed)", "conduct(?:s|ed)?", "organi[sz](?:es?|ed)",
        "receiv(?:es?|ed)", "attend(?:s|ed)?", "participat(?:es?|ed)", "took", "take", "taught",
        "teach(?:es)?", "facilitat(?:es?|ed)", "train(?:s|ed)", "coach(?:es|ed)", "mentor(?:s|ed)",
        "reached", "is open to", "supported", "builds? capacity", "help(?:s|ed)? \\w+ build",
        "completed", "developed", "led", "carried out", "collect(?:s|ed)", "designed",
    ),
    re.I,
)  # fmt: skip
"""What people do who hold an activity, or whom it is held for."""
_DOUBT: Final = re.compile(
    any_of(
        "needs?", "needed", "demand for", "lack", "insufficient", "inconsistent", "can",
        "plan(?:s|ned)? to", "aims?", "goals? (?:is|was|of|were)", "purpose", "intended", "ideally",
        "survey(?:ed)?", "propos(?:es?|ed)", "rather than", "examples? of", "defined", "essential",
        "important", "requires?", "no", "not", "awards?", "assess\\w*",
        "evaluat\\w+ (?:of )?the training",
    )
    + r"|\?\W*$",
    re.I,
)  # fmt: skip
"""Words of what is wanted, judged, defined or denied."""
_BID: Final = re.compile(
    r"^\W*(?:\d+\.\s*)?(?:[A-Z][a-z]+:\s*)?(?:Design|Implement|Train|Invest|Build|Develop|Partner"
    r"|Leverage|Share|Take|Raise|Continue|Include|Provide|Offer|Support|Evaluate|Improve|Establish"
    r"|Create|Enhance|Spend|Periodically|Decide|Increas(?:e|ing)|Decrease|Understand|Assess)\b"
    r"|^\W*[»•]"
)
_MISNAMED: Final = re.compile(
    r"\b(?:of course|course corrections?|in the course of|train(?:ing|ed) (?:data|sets?|models?)"
    r"|trained personnel|(?:well|technically|properly|highly)[- ]trained|\w+s trained to"
    r"|training opportunit\w+|training institut\w+|capacity to)\b",
    re.I,
)
"""Words that name an activity elsewhere, and here none."""
_PEOPLE: Final = re.compile(
    any_of(
        "staff", "employees?", "officials?", "teachers?", "participants?", "practitioners?",
        "leaders?", "principals?", "evaluators?", "educators?", "agencies", "journalists?",
        "members?",
        "managers?", "servants?", "students?", "residents?", "volunteers?", "communit\\w+",
        "nonprofits?", "organi[sz]ations?", "workers?", "workforce", "people",
    ),
    re.I,
)  # fmt: skip
_ADVISED: Final = re.compile(
    any_of(
        "can", "suggest(?:s|ed)?", "recommend(?:s|ed)?", "needs?", "needed", "propos(?:es?|ed)",
        "you", "your", "try", "tries", "describ(?:es?|ed)",
    ),
    re.I,
)  # fmt: skip
"""What is advised or told of is not done."""
_OTHERWISE: Final = re.compile(r"\b(?:(?:this|these|those|such)\s+(?:\w+\s+)?|lines? of )$", re.I)
"""Before an activity: which one was said before, or it is none ("a line of inquiry")."""
_TAUGHT: Final = re.compile(
    r"evidence[-\s]based (?:[\w-]+ ){0,3}?(?:teaching|instruction|practices?|interventions?"
    r"|curricul\w+|pedagog\w+)",
    re.I,
)
"""A quality of what is taught, not something people learn to find, make or use."""
_NEAR: Final = 60
_NEAR_GIVEN: Final = 90
"""Characters between the name of an activity and what it is about, or that it is given."""


def says_done(sentence: str, activity: Term) -> bool:
    """Return whether a sentence says that somebody does or did an activity.

    Args:
        sentence: one sentence.
        activity: the activity, with the beginnings of words that name it and of its context.
    """
    unsaid = (UNSURE, TELLS, ANNOUNCES, AIMS, _BID, _DOUBT, _ADVISED, CITED)
    if any(pattern.search(sentence) for pattern in unsaid) or not _PEOPLE.search(sentence):
        return False
    said, told = _blank(_MISNAMED, sentence), _blank(_TAUGHT, sentence)
    given = _places(_GIVEN, sentence)
    about = _places(_ABOUT, told) + _places(names_of(activity.context), told)
    return any(
        _beside(place, given, _NEAR_GIVEN) and _beside(place, about, _NEAR)
        for place in _places(names_of(activity.words), said)
        if states_activity(sentence, place) and not _OTHERWISE.search(sentence[:place])
    )


def _blank(pattern: re.Pattern[str], sentence: str) -> str:
    return pattern.sub(lambda m: " " * len(m[0]), sentence)


def _places(pattern: re.Pattern[str], sentence: str) -> list[int]:
    return [m.start() for m in pattern.finditer(sentence)]


def _beside(place: int, others: Iterable[int], within: int) -> bool:
    return any(abs(place - other) <= within for other in others)
