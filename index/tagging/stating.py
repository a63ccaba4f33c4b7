"""Tells whether a sentence states what is or was done, or only names it. English only.

A call for an activity, a plan, an announcement, a row of a programme, a negation and an example in
passing all name an activity, and none says that anybody does it.
"""

from __future__ import annotations

import re
from typing import Final

TELLS: Final = re.compile(
    r"\b(?:looked\s+at|(?:will\s+)?explores?|discuss(?:es|ed)|(?:is|are|was|were)\s+(?:about|a\s+further\s+subject)"
    r"|deal(?:s|t)?\s+with|spoke\s+(?:of|about)|speaks?\s+(?:both\s+)?to|states?\s+that\s+an?\s"
    r"|(?:is|are)\s+grouped\s+(?:with|under)|among\s+(?:the\s+)?resources\s+on|turn(?:s|ed)\s+to"
    r"|(?:chapter|section|page|report|paper|toolkit|guide|playbook|series|brief|article|blog|post)s?\s+"
    r"(?:explains?|describes?|presents?|covers?|introduces?|summari[sz]es?|serves?"
    r"|(?:is|are)\s+(?:meant|intended|written)))\b",
    re.IGNORECASE,
)
"""What a text or a meeting is about: nothing is said of what is done, or whether it helps."""
ANNOUNCES: Final = re.compile(
    r"\bwill\s+(?:also\s+)?(?:feature|include|focus|cover|present|discuss|showcase|highlight|share"
    r"|bring|examine|look|turn|address|host|hear)\b",
    re.IGNORECASE,
)
"""What is on a programme."""
AIMS: Final = re.compile(
    r"\b(?:aim(?:s|ed|ing)?|seeks?|sought|intends?|intended|hopes?|hoped|plans?|planned"
    r"|propos(?:es?|ed))\s+to\b|^\W*to\s+(?!date\b|this\b)[a-z]+\b(?!.*?,\s.*?\b(?:is|are|was|were|has|have"
    r"|had|can|will|may|must|should|do|does|did|we|they|it)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""An aim alone: it was not said to be reached."""
_CALLS: Final = re.compile(
    r"\b(?:should|must|ought|needs?\s+to|call(?:s|ed|ing)?\s+(?:for|on|upon)|recommend\w*"
    r"|urg(?:es?|ed|ing)|(?:encourage|invite|advise)[sd]?\s+(?:\w+\s+){1,4}to"
    r"|(?:is|are)\s+(?:needed|required|important|necessary|essential|vital|crucial))\b",
    re.IGNORECASE,
)
_BIDS: Final = re.compile(
    r"^\W*(?:\d{1,3}[.)]\s*)?(?:support|develop|provide|promote|ensure|invest|build|strengthen"
    r"|encourage|create|establish|consider|foster|adopt|offer|train|engage|facilitate|improve"
    r"|increase|expand|enhance|reinforce|mobili[sz]e|set|make|give|help|design|introduce|integrate"
    r"|organi[sz]e|prepare|review|use|involve|include|conduct)"
    r"\s+(?!(?:for|of|from|is|are|was|were|has|have|to|in|by|with|that|and|or)\b)",
    re.IGNORECASE,
)
"""A bid at the beginning: "Support the training of officials."."""
_DENIES: Final = re.compile(
    r"\b(?:no|not|without|never|nor|lack(?:s|ed|ing)?(?:\s+of)?|absence\s+of|instead\s+of"
    r"|rather\s+than)\b[^,;.:]{0,40}$",
    re.IGNORECASE,
)
_IN_PASSING: Final = re.compile(
    r"(?:\bsuch\s+as|\bfor\s+(?:example|instance)|\be\.g\.|\bparticularly|\bespecially|\bnotably)"
    r"[^;.]*$",
    re.IGNORECASE,
)
CITED: Final = re.compile(
    r"\((?:[^()]{1,60},?\s)?(?:19|20)\d\d[a-z]?\)|\b[A-Z]\w+\s(?:19|20)\d\d\)"
)


def is_named_in_passing(sentence: str, named: int) -> bool:
    """Return whether what is named at a place is there as an example or an aside.

    Args:
        sentence: one sentence.
        named: the character at which the thing is named.
    """
    return _IN_PASSING.search(sentence[:named]) is not None


def states_activity(sentence: str, named: int) -> bool:
    """Return whether a sentence says that an activity is or was done.

    Args:
        sentence: one sentence.
        named: the character at which the activity is named.
    """
    if sentence.rstrip(" \"'”’)").endswith("?") or len(CITED.findall(sentence)) > 1:
        return False
    unsaid = (TELLS, ANNOUNCES, AIMS, _CALLS, _BIDS)
    if any(pattern.search(sentence) for pattern in unsaid):
        return False
    return not (_DENIES.search(sentence[:named]) or is_named_in_passing(sentence, named))
