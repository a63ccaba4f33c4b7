"""The kind of resource, from what a document calls itself and from its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.record.days import is_dateline
from ingest.record.finding import Finding
from ingest.record.front import Front, Line, runs_on
from ingest.record.wordings import ORGANISATION
from ingest.record.words import any_of, kinds_named

BRIEF_PAGES: Final = 16
SHORT_PAGES: Final = 6
OF_SUBJECT: Final = ("report", "dataset-instrument")
NOTICE_LINES: Final = 12
LONG_CHARS: Final = 6_000
"""A Word text of so many that calls itself nothing is a report: seven of seven were."""
LABEL_SIZE: Final = 1.3
"""A line so much larger than the text that begins with "Policy brief" is a label."""

_PATTERNS: Final = tuple(kinds_named().items())
_JOURNAL_SIGNS: Final = (
    re.compile(
        r"\bvol(?:ume)?\.? ?\w{1,4},? ?(?:\(|no|issue|n[úo°º]|iss|pp)|\(\d{4}\) \d+ ?: ?\d+"
            r"|journal homepage"
        r"|(?<!\bin )(?<!\bin the )\b(?:journal|review) of [a-z]"
        r"|(?:international|european|american|british"
            r"|african) journal"
        r"|revista (?:de|latino|ibero|elec|bras|mex)|revue (?:de|fran|inter)|campbell systematic"
        r"|this article|article history|to cite this article|research article|review article"
            r"|r e v i e w",
        re.I,
    ),
    re.compile(r"\babstract\b|\bresumen\b|\bresumo\b|r[eé]sum[eé]", re.I),
    re.compile(r"keywords?|palabras clave|palavras-chave|mots[- ]cl[eé]s", re.I),
    re.compile(r"received|accepted|correspond|affiliation|orcid|open access|re[cb][ie]bido", re.I),
    re.compile(r"doi\.org/|doi:? ?10\.", re.I),
)  # fmt: skip
_CALLED: Final = re.compile(
    r"(?:original |research |review )?articles?|art[ií]culo(?: original| de investigaci[oó]n)?"
    r"|artigo(?: original)?|article (?:original|de recherche)",
    re.I,
)
"""What stands alone above an article."""
_BLOG: Final = any_of("blog")
_BLOG_PATH: Final = re.compile(
    r"/(?:blogs?|posts?|news|noticias|articles?|stories|story|insights?|opinion|actualit\w+"
    r"|\d{4}/\d{1,2})(?:/|$)",
    re.I,
)
_EVENT: Final = any_of("event")


def read_kind(front: Front, title: Finding | None, volume: Finding | None = None) -> Finding | None:
    """Return the kind of resource; the id is one of the taxonomy's kinds.

    Args:
        front: its first and last pages.
        title: its title.
        volume: the volume of the journal it is in, if it names one.
    """
    found = [*_candidates(front, title)]
    if volume and front.medium == "paged":
        found.append(Finding("kind", "journal-article", 0.84, volume.page, volume.quote))
    return max(found, key=lambda f: f.confidence, default=None)


def _candidates(front: Front, title: Finding | None) -> Iterator[Finding]:
    if front.medium == "slides":
        yield _kind("presentation", 0.9, front.head[0] if front.head else None)
        return
    yield from _of_form(front)
    yield from _notice(front)
    yield from _article(front)
    yield from _named(front, title)
    if front.flows:
        yield from _of_web(front)
    if front.medium in ("web", "text"):
        yield _kind("web-page", 0.62, front.head[0] if front.head else None)
    if front.medium == "office" and len(front.text) >= LONG_CHARS:
        yield _kind("report", 0.62, None)
    if front.medium == "paged":
        yield _kind("report", 0.62 if front.page_count > SHORT_PAGES else 0.5, None)


def _of_form(front: Front) -> Iterator[Finding]:
    """Yield what the form alone tells: a deck that was saved as PDF, a page of a journal."""
    if front.is_deck:
        yield _kind("presentation", 0.75, front.head[0])
    if front.medium == "web" and front.stated.journal:
        yield _kind("journal-article", 0.9, None)


def _notice(front: Front) -> Iterator[Finding]:
    """Yield what a place and a date before the first sentence tell: a notice to the press."""
    first = (line for line in front.head[:NOTICE_LINES] if is_dateline(line.text))
    yield from (_kind("blog", 0.87, line) for line in first)


def _named(front: Front, title: Finding | None) -> Iterator[Finding]:
    """Yield what the title or a label on the cover calls the document."""
    cover = _cover(front)
    for term, pattern in _PATTERNS:
        if title and (hit := pattern.search(str(title.value))):
            long = term == "policy-brief" and front.page_count > 2 * BRIEF_PAGES
            weight = 0.55 if long else 0.86 if term != "report" else 0.82
            if _is_signed(front) and (term in OF_SUBJECT or not pattern.match(str(title.value))):
                weight = 0.7  # what a post is about
            line = next((x for x in front.head if hit[0] in x.text), None)
            yield _kind(term, weight, line)
        for line in cover:
            if pattern.search(line.text) and len(line.text) < 70:
                exact = pattern.fullmatch(line.text.strip(" .:-0123456789"))
                large = line.height >= LABEL_SIZE * front.body and pattern.match(line.text)
                label = large if term == "policy-brief" else None
                long = term == "policy-brief" and front.page_count > 2 * BRIEF_PAGES
                weight = 0.4 if long else 0.84 if label else 0.83 if exact else 0.7
                yield _kind(term, weight, line)


def _kind(term: str, weight: float, line: Line | None) -> Finding:
    if line is None:
        return Finding("kind", term, weight)
    return Finding("kind", term, weight, line.page, line.text)


def _cover(front: Front) -> list[Line]:
    """Return the lines of the first page that can be labels: short, and in no paragraph."""
    most = 25 if front.medium == "paged" else 3
    lines = [line for line in front.head[:most] if line.page == 1]
    return [
        line
        for before, line in zip((None, *lines), lines, strict=False)
        if len(line.text) < 120
        and not (before and runs_on(before, line))
        and (line.text[:1].isupper() or line.height > front.body or front.flows)
    ]


def _article(front: Front) -> Iterator[Finding]:
    """A journal's article shows it on its first pages: volume, abstract, keywords, dates, DOI."""
    early = [line for line in front.head if line.page <= 3]
    text = "\n".join(line.text[:300] for line in early)
    signs = sum(1 for pattern in _JOURNAL_SIGNS if pattern.search(text))
    volume = _JOURNAL_SIGNS[0].search(text)
    named = next((x for x in early if x.page == 1 and _CALLED.fullmatch(x.text.strip())), None)
    if named and _JOURNAL_SIGNS[-1].search(text):
        yield _kind("journal-article", 0.84, named)
    if signs >= 3 and volume:
        line = next((x for x in early if _JOURNAL_SIGNS[0].search(x.text)), None)
        yield _kind("journal-article", 0.7 + 0.06 * signs, line)


def is_article(front: Front) -> bool:
    """Whether a document shows the signs of a journal's article."""
    return any(True for _ in _article(front))


def _is_signed(front: Front) -> bool:
    """Whether a web page states a person and a date, as posts and news do."""
    persons = not all(map(ORGANISATION.search, front.stated.authors))
    return bool(front.flows and persons and (front.stated.published or front.stated.year))


def _of_web(front: Front) -> Iterator[Finding]:
    lines = front.head
    text = "\n".join(line.text for line in lines)
    event = [line for line in lines if _EVENT.search(line.text)]
    if len(event) >= 2 or (
        event and re.search(r"webinar|event|workshop|conference|evento", text[:600], re.I)
    ):
        yield _kind("event", 0.84, event[0])
    edges = (*lines[:6], *lines[-6:]) if front.medium != "office" else ()
    blog = next((line for line in edges if _BLOG.search(line.text)), None)
    by_path = bool(front.address and _BLOG_PATH.search(front.address))
    signed = _is_signed(front)
    if blog or by_path or signed:
        yield _kind("blog", 0.8 if (blog and by_path) or by_path else 0.72, blog)
    numbered = re.match(
        r".{0,80}\b(?:\d+|three|four|five|six|seven|ten) (?:\w+ )?(?:lessons|ways|things|tips"
        r"|takeaways|reasons)\b",
        text[:300],
        re.I,
    )
    if numbered or re.search(r"\bin this blog\b|\bthis (?:blog|post)\b", text, re.I):
        yield _kind(
            "blog",
            0.78,
            next(
                (x for x in lines if re.search(r"lessons|ways|tips|blog|post", x.text, re.I)), None
            ),
        )
