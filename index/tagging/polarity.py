"""Tells whether a sentence says that something helps or hinders. English only, like the encoder.

It goes by words and not by vectors: "trust was built" and "trust was lacking" have nearly the same
vector.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.tags.factors import Polarity
from index.tagging.stating import AIMS, ANNOUNCES, TELLS, is_named_in_passing

_HINDERS: Final = re.compile(
    r"\b(?:lack\w*|limit(?:s|ed|ing|ations?)?|scarc\w+|barriers?|obstacles?|hinder\w*|hamper\w*"
    r"|imped\w+|constrain\w*|challeng(?:es?|ing)(?!\s+groups?)|difficult\w*|weak\w*|poorly"
    r"|shortages?|insufficient\w*|inadequate\w*|fail(?:s|ed|ure|ures)?|without|rare(?:ly)?|seldom"
    r"|absen(?:t|ce)|missing|uneven|unequal|inequit\w+|inequalit\w+|low|prevent\w*|slow\w*"
    r"|imbalances?|resist(?:s|ed|ance|ant)?|reluctan\w+|unpaid|turnover|overstretched|burden\w*"
    r"|struggl\w+|harder|cannot|can't|not|no|nor|neither|never|too|fewer|little|lost|loses?"
    r"|(?<!\ba\s)(?<!first\s)(?<!last\s)(?<!next\s)(?<!past\s)few|(?:led|leads?|leading)\s+to\s+(?:the\s+|an?\s+)?(?:wind(?:ing)?[-\s]down|end|clos\w+|loss\w*"
    r"|decline|disparit\w+|delays?|confus\w+|conflicts?|disengag\w+)|unable|unless|gaps?|blocked"
    r"|undermin\w+|threat\w*|disrupt\w*)\b",
    re.IGNORECASE,
)
_HELPS: Final = re.compile(
    r"\b(?:help(?:s|ed|ing|ful)?|support(?:s|ed|ing|ive)?|enabl\w+|strengthen\w*|foster\w*"
    r"|eas(?:es?|ed|ier|ily)|allow(?:s|ed|ing)?|valu(?:es?|ed|able)|succe(?:ss|ssful|ssfully|eds?)"
    r"|secur(?:es?|ed|ing)|contribut\w+|(?:led|leads?|leading)\s+to|improv(?:es?|ed|ing)"
    r"|increas(?:es?|ed|ing)|gain(?:s|ed)?|more\s+likely|effective(?:ly)?|benefit\w*|encourag\w+"
    r"|possible|prepared\s+the\s+way|essential|importan(?:t|ce)|vital|crucial|promot(?:es?|ed|ing)|built|builds?"
    r"|building|relied\s+on|rel(?:y|ies)\s+on|depends?\s+on|connects?|convinc\w+"
    r"|opportunit\w+|thanks\s+to|financ(?:es?|ed)|funds?|funded|adopted|chance|driv(?:ers?|es?)"
    r"|positive\w*|better|stronger|invest(?:s|ed|ing)?|succeeds?|thriv\w+|empower\w*|equip\w*"
    r"|precede|lessons?\s+(?:is|are)|advis\w+|responding)\b",
    re.IGNORECASE,
)
_MITIGATES: Final = re.compile(
    r"\b(?:eas(?:es?|ed|ing)|overc(?:ome|omes|ame|oming)|reduc(?:es?|ed|ing)|remov(?:es?|ed|ing)"
    r"|mitigat\w+|moved\s+past|address(?:es|ed|ing)?|solv(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_DESPITE: Final = re.compile(
    rf"\b(?:despite|in\s+spite\s+of)\b[^,;.]*?{_HINDERS.pattern}", re.IGNORECASE
)
_EMPTY: Final = re.compile(
    r"\b(?:not\s+(?:beholden|tied|bound|limited|restricted|confined|dependent)|whether\s+or\s+not"
    r"|not\s+only|at\s+no\s+cost|no\s+doubt|not\s+stated|is\s+not\s+known)\b",
    re.IGNORECASE,
)
"""Phrases with a word of hindrance that say nothing of one."""
_CONCEDES: Final = re.compile(
    r"^\W*(?:while|although|though|even\s+though)\b[^,;]*,\s", re.IGNORECASE
)
_LABEL: Final = re.compile(r"^\W*[^\W\d_][^.:;,]{2,90}:\s+(?=[A-Z])")
"""What heads an item of a list; what it says comes after it."""
FARTHEST: Final = 120
"""Characters between a factor and the nearest word of help or hindrance that may be about it."""


def polarity_of(sentence: str, *, near: int = 0) -> Polarity | None:
    """Return whether a sentence speaks of a help or a hindrance; ``None`` if of neither.

    Whatever overcomes a hindrance is a help. If there are as many words for one as for the other,
    the word nearest to ``near`` decides. A question asserts nothing, nor does what
    tells what a text is about.

    Args:
        sentence: one sentence.
        near: the character at which the sentence names what helps or hinders.
    """
    if sentence.rstrip(" \"'”’)").endswith("?") or is_named_in_passing(sentence, near):
        return None
    if any(pattern.search(sentence) for pattern in (TELLS, ANNOUNCES, AIMS)):
        return None
    label = _LABEL.match(sentence)
    if label and near < label.end():
        return None
    said = _clause_at(near, _EMPTY.sub(_blank, sentence))
    hinders = [m.start() for m in _HINDERS.finditer(said)]
    helps = [m.start() for m in _HELPS.finditer(said) if m.start() not in hinders]
    if not any(abs(place - near) <= FARTHEST for place in (*hinders, *helps)):
        return None
    if hinders and (_MITIGATES.search(said) or _DESPITE.search(said)):
        return "driver"
    if len(hinders) != len(helps):
        return "constraint" if len(hinders) > len(helps) else "driver"
    if not hinders:
        return None
    nearest = min([*hinders, *helps], key=lambda place: abs(place - near))
    return "constraint" if nearest in hinders else "driver"


def _clause_at(near: int, said: str) -> str:
    """Return a sentence with only the clause at a place: what it concedes, or what it states.

    The label before it and the other clause are blank, so that places stay.
    """
    said = _LABEL.sub(_blank, said)
    conceded = _CONCEDES.match(said)
    if conceded is None:
        return said
    if near < conceded.end():
        return said[: conceded.end()] + " " * (len(said) - conceded.end())
    return " " * conceded.end() + said[conceded.end() :]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
