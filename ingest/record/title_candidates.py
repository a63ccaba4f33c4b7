"""What the title could be: the one that was read, lines of the first pages, and other wordings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.record.cited import Cited
from ingest.record.conventional import stands_apart
from ingest.record.finding import Finding
from ingest.record.front import Front, Group, letters
from ingest.record.serials import names_a_series
from ingest.record.standing import PROSE_LINE, PROSE_LINES
from ingest.record.trimming import SUBJECT
from ingest.record.wholes import OPEN_END, is_label
from ingest.record.wordings import LABELLED, is_of_a_year
from ingest.text.clean import tidy

PAGES: Final = 3
GROUPS_OF_A_PAGE: Final = 22
WHOLE_LINES: Final = 10
BELOW_LINES: Final = 8
FIRST_LINES: Final = 6
MOST_JOINED: Final = 3
"""So many groups below another are joined to it, one after the other."""
MOST_WORDS: Final = 45
MOST_CHARS: Final = 420
LEAST_LETTERS: Final = 3
LEAST_STATED: Final = 6
SMALLER: Final = 0.45
SMALL: Final = 1.05
_LABELS: Final = (LABELLED, SUBJECT, re.compile(r"(?:th[eè]me|tema)\s*:\s+", re.I))


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that could be the title, with the lines they stand on, in groups of one size.

    ``kind`` says where they are from: "read" by the rules, "lines" of one size, a "part" of those,
    lines "joined", behind a "label", or "elsewhere", as the file's properties have them.
    """

    text: str
    groups: tuple[Group, ...]
    kind: str


def first_groups(groups: Sequence[Group]) -> list[Group]:
    """Return the groups of the first pages, so many of each."""
    counts: Counter[int] = Counter()
    kept = []
    for group in groups:
        counts[group.page] += 1
        if group.page <= PAGES and counts[group.page] <= GROUPS_OF_A_PAGE:
            kept.append(group)
    return kept


def wordings_in(
    front: Front, groups: Sequence[Group], read: Finding | None, cited: Cited | None
) -> list[Wording]:
    """Return all that could be the title, each wording once: the title that was read is first."""
    found: dict[str, Wording] = {}
    for one in _all(front, groups, read, cited):
        packed = letters(one.text)
        if len(packed) >= LEAST_LETTERS and _is_short(one.text):
            found.setdefault(packed, one)
    return list(found.values())


def _all(
    front: Front, groups: Sequence[Group], read: Finding | None, cited: Cited | None
) -> Iterator[Wording]:
    if read:
        value = str(read.value)
        yield Wording(value, _said_in(groups, value) or _quoted(groups, read), "read")
    for i, group in enumerate(groups):
        yield from _of_group(front, group)
        if len(group.lines) <= WHOLE_LINES:
            yield from _joined(front, groups[i : i + 1 + MOST_JOINED])
    for other in (tidy(front.stated.title or ""), cited.title if cited else None):
        if other and len(letters(other)) >= LEAST_STATED:
            yield Wording(other, _said_in(groups, other), "elsewhere")


def _of_group(front: Front, group: Group) -> Iterator[Wording]:
    """Yield the lines of one size, their first ones and their last ones, and what has a label.

    Paragraphs, the name of a series or of a kind of document, and the number of a part are none.
    """
    yield from _labelled(front, group)
    count = len(group.lines)
    if _is_prose(front, group) or _is_label(group):
        return
    if count <= WHOLE_LINES:
        yield Wording(_text(front, group), (group,), "lines")
    for end in range(1, min(count, FIRST_LINES + 1)):
        part = Group(group.lines[:end])
        yield Wording(_text(front, part), (part,), "part")
    if count <= BELOW_LINES:
        for start in range(1, count):
            part = Group(group.lines[start:])
            yield Wording(_text(front, part), (part,), "part")


def _labelled(front: Front, group: Group) -> Iterator[Wording]:
    """Yield what is behind a label such as "Subject:", to the end of its line or of the next."""
    for i, line in enumerate(group.lines[:FIRST_LINES]):
        label = next((m for one in _LABELS if (m := one.match(line.text))), None)
        for size in (1, 2) if label else ():
            part = Group(group.lines[i : i + size])
            yield Wording(_text(front, part)[label.end() if label else 0 :], (part,), "label")


def _is_prose(front: Front, group: Group) -> bool:
    long = sum(len(line.text) >= PROSE_LINE for line in group.lines)
    return group.height <= SMALL * front.body and long >= PROSE_LINES


def _is_label(group: Group) -> bool:
    text = group.text
    alone = len(group.lines) == 1 and stands_apart(group.lines[0])
    return not is_of_a_year(text) and (alone or is_label(text) or names_a_series(text))


def _joined(front: Front, groups: Sequence[Group]) -> Iterator[Wording]:
    """Yield a group with one or more below it on its page, which are not much smaller."""
    first, *below = groups
    joined, parts = _text(front, first), [first]
    for group in below:
        small = group.height < SMALLER * first.height and group.height < SMALL * front.body
        if group.page != first.page or len(group.lines) > BELOW_LINES or small:
            return
        on = OPEN_END.search(joined) or joined.endswith((":", "?"))
        joined = f"{joined}{' ' if on else ': '}{_text(front, group)}"
        parts.append(group)
        if not _is_short(joined):
            return
        yield Wording(joined, tuple(parts), "joined")


def _text(front: Front, group: Group) -> str:
    return tidy(front.mend(group.text))


def _is_short(text: str) -> bool:
    return len(text) <= MOST_CHARS and len(text.split()) <= MOST_WORDS


def _said_in(groups: Sequence[Group], value: str) -> tuple[Group, ...]:
    """Return the groups of which a wording has all the words."""
    packed = letters(value)
    said = (g for g in groups if len(own := letters(g.text)) > LEAST_LETTERS and own in packed)
    return tuple(said)[: MOST_JOINED + 1]


def _quoted(groups: Sequence[Group], read: Finding) -> tuple[Group, ...]:
    """Return the group that a title was quoted from."""
    quote = letters(read.quote or "")
    own = ((g, letters(g.text)) for g in groups)
    return tuple(g for g, text in own if quote and text and (quote in text or text in quote))[:1]
