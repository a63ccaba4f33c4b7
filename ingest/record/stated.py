"""The persons whom the head of a page or the properties of a file state as the authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.record.front import Front, Line, letters
from ingest.record.names import is_name
from ingest.record.wordings import THANKS
from ingest.record.words import any_of
from ingest.record.writers import Named

NAMED_PAGES: Final = 3
_CONTACT: Final = any_of("contact", r"(?:{})")
OTHER_ROLE: Final = any_of("other-role", r"(?:{})")
WEEKDAY: Final = re.compile(
    r"\W+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august"
    r"|september|october|november|december)$|^by\s+",
    re.I,
)
"""What programs leave on a name in a byline."""


def read_stated(front: Front) -> Iterator[Named]:
    """Take the medium's own authors: of a web page as they are, of a file if a line names them."""
    stated = (WEEKDAY.sub("", n.strip(" '\"“”‘’")) for n in front.stated.authors)
    bodies = set(map(letters, front.stated.publishers))
    names = tuple(n for n in stated if is_name(n, front) and letters(n) not in bodies)
    if not names:
        return
    if front.medium == "web":
        yield Named(names, 0.85, Line(", ".join(names), 0))
        return
    shown = list(_before_thanks(front))
    early = [
        line
        for line, above in zip(shown, (None, *shown), strict=False)
        if not OTHER_ROLE.match(line.text) and not (above and _CONTACT.match(above.text))
    ]
    lines = {n: next((x for x in early if letters(n) in letters(x.text)), None) for n in names}
    seen = tuple(n for n in names if lines[n])
    if seen and len(seen) >= 0.5 * len(names):
        line = next(x for x in lines.values() if x)
        yield Named(seen, 0.7 if len(seen) == len(names) else 0.55, line)
    else:
        yield Named(names, 0.3, Line(", ".join(names), 0))


def _before_thanks(front: Front) -> Iterator[Line]:
    """Yield the lines of the first three pages that no heading such as "Acknowledgements" has."""
    thanked = 0.0
    for line in front.head:
        if line.page > NAMED_PAGES:
            return
        if THANKS.match(line.text):
            thanked = line.height
        elif line.height >= thanked and (line.bold or line.height > 1.1 * front.body):
            thanked = 0.0
        if not thanked:
            yield line
