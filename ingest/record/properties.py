"""Titles that a web page or the properties of a file state, where the first page bears them out."""

from __future__ import annotations

import re
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.cited import Cited
from ingest.record.finding import Finding
from ingest.record.front import Front, letters
from ingest.record.wordings import NO_TITLE, likeness
from ingest.text.clean import tidy

_LABEL: Final = re.compile(
    r"^(?:opinion|opini[óo]n|opini[ãa]o|editorial|tribune|analysis|an[áa]lisis|an[áa]lise)"
    r"\s*(?::|\|)\s+(?=\S+\s\S)", re.I
)  # fmt: skip
"""What news sites print before the title of a piece."""
PAGES: Final = 4
LEAST_WORDS: Final = 4
COVER_LINES: Final = 30
MOST_LINES: Final = 6
LARGE: Final = 1.5
LEAST_TITLE: Final = 3
WHOLE_PART: Final = 0.6


def named_by_site(front: Front) -> Finding | None:
    """Return the title that a web page states, without the name of its site."""
    title = tidy(front.stated.title or "")
    for site in front.stated.publishers:
        title = re.sub(rf"\s+[|–—·:-]\s+{re.escape(site)}\s*$", "", title, flags=re.I)
        title = re.sub(rf"^{re.escape(site)}\s*[|–—·:-]+\s+(?=\S)", "", title, flags=re.I)
    title = _LABEL.sub("", _without_section(title, front))
    if len(title.split()) < 2 or NO_TITLE.match(title) or is_organisation(title):
        return None
    same = next((x for x in front.head if letters(title) == letters(x.text)), None)
    if same:
        return Finding("title", title, 0.95, same.page, same.text, "site, printed")
    heads = [g for g in front.groups if g.height > front.body and g.page == 1]
    first = next((g for g in heads[:2] if likeness(g.text, title) > 0.5 and len(g.text) > 12), None)
    if first:
        return Finding("title", tidy(first.text), 0.9, 1, first.text, "site, alike")
    return Finding("title", title, 0.85, rule="site alone")


def _without_section(title: str, front: Front) -> str:
    """Return a title without the section of the site beside it, if the page has it so.

    "Schools that visit | Society" is "Schools that visit" where that is a line of the page.
    """
    first, bar, last = title.partition(" | ")
    part = max(first, last, key=len)
    if not bar or len(part.split()) < LEAST_TITLE or len(part) < WHOLE_PART * len(title):
        return title
    lines = {letters(text) for text in (*front.aside.split("\n"), *(x.text for x in front.head))}
    return part if letters(part) in lines and letters(title) not in lines else title


def spelled_by_file(front: Front) -> Finding | None:
    """Return the file's own title if lines of the cover that follow each other are just that."""
    title = tidy(front.stated.title or "")
    packed = letters(title)
    if len(title.split()) < LEAST_WORDS or NO_TITLE.match(title):
        return None
    lines = [line for line in front.head if line.page == 1][:COVER_LINES]
    for i in range(len(lines)):
        joined = ""
        for j in range(i, min(i + MOST_LINES, len(lines))):
            joined += letters(lines[j].text)
            large = all(x.height >= LARGE * front.body for x in lines[i : j + 1])
            if j > i and joined == packed and large:
                quote = "\n\n".join(x.text for x in lines[i : j + 1])
                return Finding("title", title, 0.95, 1, quote, "file and cover")
            if not packed.startswith(joined):
                break
    return None


def known_to_file(front: Front) -> Finding | None:
    """Return the title in the file's properties if the first pages have its words."""
    title = tidy(front.stated.title or "")
    words = set(re.findall(r"\w{3,}", title.casefold()))
    if (
        len(words) < 3
        or NO_TITLE.match(title)
        or re.search(r"\.\w{3,4}$|_|\bfinal\b|[a-z]\d{3}", title)
    ):
        return None
    early = {*front.running, *(line.text for line in front.head if line.page <= PAGES)}
    seen = {word for text in early for word in re.findall(r"\w{3,}", text.casefold())}
    if len(words & seen) < 0.8 * len(words):
        return None
    line = max(front.head, key=lambda x: likeness(x.text, title), default=None)
    if line and likeness(line.text, title) > 0.3:
        return Finding("title", title, 0.75, line.page, line.text, "file")
    return Finding("title", title, 0.65, rule="file")


def says_more(printed: str, stated: str) -> bool:
    """Whether printed words are the title of which the file states only a part."""
    one, other = (set(re.findall(r"\w{3,}", text.casefold())) for text in (printed, stated))
    return other < one and len(one) >= LEAST_WORDS


def wordings_of(front: Front, cited: Cited | None) -> list[tuple[str, float]]:
    """Return other wordings of the title, with how much each counts."""
    wordings = [(front.stated.title or "", 2.5 if front.medium == "web" else 1.5)]
    if cited and cited.title:
        wordings.append((cited.title, 2.5))
    wordings += [(text, 1.0) for text in front.running]
    return [(text, weight) for text, weight in wordings if len(text) > 8]
