"""The lines of the first pages in groups of one size, parted where a line is no part of a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.conventional import stands_apart
from ingest.record.days import is_date_line
from ingest.record.front import Front, Group, Line
from ingest.record.names import names_in
from ingest.record.wholes import OPEN_END, around_boxes
from ingest.record.wordings import (
    CREDIT,
    CREDITED,
    LABEL,
    NO_TITLE,
    names_a_body,
    names_a_section,
)  # fmt: skip

MOST_GROUPS: Final = 60
_TITLED: Final = re.compile(r"(?:profa?|dra?)\.\s+[A-ZÀ-Þ]", re.I)
A_YEAR: Final = re.compile(r"\(?(?:19|20)\d\d\)?")


def groups_of(front: Front) -> list[Group]:
    """Return the groups of the first pages that may be parts of a title."""
    return around_boxes(list(_title_groups(front)))


def _title_groups(front: Front) -> Iterator[Group]:
    """Yield the groups of the first pages, parted where a line is no part of a title."""
    for group in front.groups[:MOST_GROUPS]:
        if len(group.lines) > 60:
            yield group
            continue
        part: list[Line] = []
        for i, line in enumerate(group.lines):
            below = group.lines[i + 1] if i + 1 < len(group.lines) else None
            apart = _stands_alone(front, line, group.lines[i - 1] if i else None)
            if apart or _is_byline(front, line, below, part):
                if part:
                    yield Group(tuple(part))
                    part = []
                yield Group((line,))
            else:
                part.append(line)
        if part:
            yield Group(tuple(part))


def _stands_alone(front: Front, line: Line, before: Line | None) -> bool:
    """Whether a line in the size of its neighbours is something else than they are."""
    text = line.text
    alone = before is None or stands_apart(before)
    if stands_apart(line) or names_a_section(text) or _TITLED.match(text):
        return True
    if alone and A_YEAR.fullmatch(text):
        return True
    if line.height < 1.15 * front.body:
        named = len(text) < 120 and (is_organisation(text) or names_in(text, front))
        return bool(named or is_date_line(text) or CREDIT.match(text) or NO_TITLE.match(text))
    shifted = before is not None and before.text.isupper() != text.isupper()
    if shifted and names_in(text, front):
        return True
    label = LABEL.match(text) and shifted
    dated = is_date_line(text) and not text.strip(" ().").isdigit()  # "Policy 2020" is a title
    return bool(dated or label or CREDITED.match(text))


def _is_byline(front: Front, line: Line, below: Line | None, above: Sequence[Line]) -> bool:
    """Whether a line in large letters names who wrote what stands above it, or where they work.

    The title in the size of the line has ended, or the next line says where or when.
    """
    if line.height < 1.15 * front.body or (above and OPEN_END.search(above[-1].text)):
        return False
    if names_in(line.text, front):
        told = below is None or is_credit(front, below) or stands_apart(below)
        return bool(told and not (above and above[-1].text.endswith((",", ":"))))
    return not above and below is not None and is_organisation(line.text)


def is_credit(front: Front, line: Line) -> bool:
    """Whether a line names who wrote or issued a document, or when."""
    text = line.text
    named = is_organisation(text) or names_in(text, front) or names_a_body(text)
    return bool(named or CREDIT.match(text) or NO_TITLE.match(text) or is_date_line(text))
