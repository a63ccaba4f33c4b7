"""What speaks against words as the title: counted, since each alone says little."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.days import is_date_line
from ingest.record.front import Front, Group, Line, letters
from ingest.record.names import names_in
from ingest.record.wholes import Candidate
from ingest.record.wordings import CREDIT, ORGANISATION, names_a_body

LATE_PAGE: Final = 3
CLOSE: Final = 1.0
LARGE: Final = 1.15
LARGER: Final = 1.04
NEARLY: Final = 0.7
LEAST_LETTERS: Final = 10
LEAST_WORD: Final = 4
MOST_CHARS: Final = 200
OPENS_ODDLY: Final = re.compile(
    r"\W*(?:\d|[a-zà-ÿ]|(?:In|Of|For|And|To|Do|Da|De|Du|Des|Para|Sobre|Pour|Sur)\b)"
)
"""A number, a small letter or a small word: a heading, or the rest of a line above."""


def count_doubts(
    front: Front,
    candidates: Sequence[Candidate],
    best: Candidate,
    value: str,
    wordings: Sequence[str],
) -> int:
    """Return how much speaks against a title, from -1 to 6.

    With two doubts at most 162 of 182 titles were right (at first sight 25 of 44), and with more
    0 of 8 (at first sight 0 of 3).

    Args:
        front: the first pages.
        candidates: all words that were rated.
        best: the words that won.
        value: the title as it would be recorded, with its subtitle.
        wordings: other wordings of the title: the file's own, the citation's, running heads.
    """
    title, quote = letters(value), letters(best.group.text)
    page = [x for x in front.head if x.page == best.group.page]
    height = max((x.height for x in page if (own := letters(x.text)) and own in quote), default=0.0)
    odd = bool(OPENS_ODDLY.match(value)) or best.group.page >= LATE_PAGE
    doubts = (
        _is_outdone(front, page, height, quote),
        len(title) > len(quote) + 3,
        best.score - _next_best(candidates, best) < CLOSE,
        _has_neighbour(front, best.group, height, title),
    )
    # Beginning oddly, or late, speaks twice as much against a title as each of the others.
    return sum(doubts) + 2 * odd - _is_said_again(front, title, wordings)


def _next_best(candidates: Sequence[Candidate], best: Candidate) -> float:
    """Return the score of the best words that share nothing with the title."""
    own = letters(best.text)
    others = (
        c.score for c in candidates if (text := letters(c.text)) not in own and own not in text
    )
    return max(others, default=0.0)


def _is_outdone(front: Front, page: Sequence[Line], height: float, quote: str) -> bool:
    """Whether words on the page of a title in large letters are larger, and name no body."""
    if height < LARGE * front.body:
        return False
    return any(x.height > LARGER * height and _could_be_words(x, quote) for x in page)


def _could_be_words(line: Line, quote: str) -> bool:
    wordy = sum(map(str.isalpha, line.text)) >= LEAST_WORD and letters(line.text) not in quote
    return wordy and not (is_organisation(line.text) or ORGANISATION.search(line.text))


def _has_neighbour(front: Front, group: Group, height: float, title: str) -> bool:
    """Whether words right above or below are set nearly as large, and are no part of the title."""
    quote = letters(group.text)
    groups = front.groups
    own = [
        i
        for i, one in enumerate(groups)
        if one.page == group.page
        and (text := letters(one.text))
        and (text in quote or quote in text)
    ]
    near = (own[0] - 1, own[-1] + 1) if own and quote else ()
    least = max(NEARLY * height, LARGE * front.body)
    return any(
        0 <= i < len(groups)
        and groups[i].page == group.page
        and groups[i].height >= least
        and letters(groups[i].text) not in title
        and _could_belong(front, groups[i].text)
        for i in near
    )


def _could_belong(front: Front, text: str) -> bool:
    if len(text) >= MOST_CHARS or text.strip().isdigit():
        return False
    named = is_organisation(text) or names_a_body(text) or names_in(text, front)
    return not (named or is_date_line(text) or CREDIT.match(text))


def _is_said_again(front: Front, title: str, wordings: Sequence[str]) -> bool:
    """Whether the file, the citation, a running head or a later page has the title, too."""
    for wording in map(letters, wordings):
        if len(wording) >= LEAST_LETTERS and (wording in title or title in wording):
            return True
    return len(title) >= LEAST_LETTERS and front.packed.count(title) > 1
