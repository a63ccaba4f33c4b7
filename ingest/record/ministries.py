"""The ministry whose minister signs a document, or stands below its name among those in office."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from ingest.record.covers import NAME_CHARS
from ingest.record.front import Front
from ingest.record.organisations import Issued, clean_body

MASTHEAD_PAGE: Final = 6
_MINISTRY: Final = re.compile(r"minist(?:ry|erio|ério|ère)\b", re.I)
_IN_OFFICE: Final = re.compile(r"(?:ministr[oae]|minister)\b", re.I)
_MINISTER: Final = re.compile(
    r"(?:the |el |la |o |a |le )?(?P<office>Minister|Ministr[oa]|Ministre)(?: of State)?"
    r" (?P<rest>(?:of|for|de|del|da|do|du|des)(?: la)?(?: [ld][’']| )[A-ZÀ-Þ][^.;:]{3,70})",
    re.I,
)


def read_signatures(front: Front) -> Iterator[Issued]:
    """Suggest the ministry whose minister alone signs a foreword."""
    signed = {
        match[0]: (match, line)
        for line in front.head
        if len(line.text) < NAME_CHARS and (match := _MINISTER.fullmatch(line.text.strip(" .,")))
    }
    if len(signed) != 1:
        return
    match, line = next(iter(signed.values()))
    portuguese = re.search(r"ção|ções|ência|\bd[ao]s? ", match["rest"])
    ministry = {"minister": "Ministry", "ministre": "Ministère"}.get(
        match["office"].casefold(), "Ministério" if portuguese else "Ministerio"
    )
    yield Issued(f"{ministry} {match['rest']}", 0.5, line, "signature")


def read_mastheads(front: Front) -> Iterator[Issued]:
    """Read the ministry whose minister is named below it, as the list of those in office has it."""
    lines = [line for line in front.head if line.page <= MASTHEAD_PAGE]
    for line, below in itertools.pairwise(lines):
        name = clean_body(line.text) if _MINISTRY.match(line.text) else None
        office = _IN_OFFICE.match(below.text) and below.page == line.page
        if name and office and len(line.text) <= NAME_CHARS:
            yield Issued(name, 0.68, line, "masthead")
            return
