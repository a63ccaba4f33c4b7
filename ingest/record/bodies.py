"""The publisher: in the citation, the imprint, the copyright line, on the cover, or by its site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from corpus.documents.authorities import is_organisation, organisation_name
from ingest.record.cited import Cited
from ingest.record.finding import Finding
from ingest.record.forms import is_article
from ingest.record.front import Front, Line, letters
from ingest.record.names import names_in
from ingest.record.told import read_told
from ingest.record.wordings import ORGANISATION, is_no_name
from ingest.record.words import any_of
from ingest.text.clean import tidy

MAX_CHARS: Final = 120
LINE_CHARS: Final = 400
WRAPPED_CHARS: Final = 45
"""A line this long may go on below."""

_PUBLISHER: Final = any_of(
    "publisher",
    r"(?:\b(?:{})\b\s*:?\s+(?:the |la |el |o |a |l[’'])?)(?P<name>[A-ZÀ-Þ][^\n]{2,200})",
)
_HOLDER: Final = re.compile(
    r"(?:©|\(c\)\s|copyright(?: ©| \(c\))?)\s*(?:by |held by )?(?P<before>(?:19"
    r"|20)\d\d(?:\s?[-–]\s?\d{4})?\s*[,.]?\s*(?:by |the )?)?"
    r"(?P<name>[A-ZÀ-Þ][^\n©]{1,110})",
    re.I,
)
_PLACE: Final = re.compile(
    r"(?:^"
    r"|[.,;]\s)(?:[A-ZÀ-Þ][\w.'’À-ÿ-]+(?: [A-ZÀ-Þ][\w.'’À-ÿ-]+){0,2}"
    r"(?:, [A-ZÀ-Þ][\w. ]+){0,2})\s?:\s"
    r"(?P<name>[A-ZÀ-Þ][^\n]{1,110})"
)
_ENDS: Final = any_of("after-publisher", r"\s*(?:{})$")
_PERSONAL: Final = any_of("personal")
_SITE: Final = re.compile(r"(?:https?://|www\.|@)((?:[a-z0-9-]+\.)+[a-z]{2,10})\b(/\w)?", re.I)
_OTHERS_SITE: Final = re.compile(
    r"doi\.org|creativecommons|twitter|facebook|linkedin|youtube|google|gmail|yahoo|hotmail|outlook"
    r"|bit\.ly|wikipedia|github|instagram|orcid|^x\.com",
)
_NAME_WORD: Final = re.compile(r"[^\W\d_][\w&’'-]*")
_SMALL: Final = frozenset(
    ("of", "for", "and", "the", "de", "la", "do", "da", "y", "e", "et", "des", "pour", "para")
)
_SUFFIX: Final = re.compile(
    r"\s+(?:[–—|:·-]|at)\s+(?:home(?:page)?|official (?:site|website)|blog)$|^home\s+[–—|:-]\s+",
    re.I,
)
_NOT_BODY: Final = any_of(
    "no-publisher", r"\d|n[°º]|@|^(?:{})\b|\bà l[’']|\bat the\b|,\s+[A-Z]\w+$"
)
_PUBLIC_BODY: Final = re.compile(
    r"\b(?:Minist(?:ry|erio|ério|ère)|University|Universidad|Universidade|Université)"
    r"(?: (?:of|for|de|da|do|des|del|du|de la|de l[’']|and|y|e|et|la|the"
    r"|[A-ZÀ-Þ][\w’'-]+)){1,8}(?<! of)(?<! de)(?<! y)(?<! e)(?<! and)"
)
_JOURNAL: Final = re.compile(
    r"\b(?:[A-ZÀ-Þ][\w&’'-]+ ){0,5}(?:Journal|Review|Reviews|Revista|Revue|Quarterly|Annals"
    r"|Psychology)"
    r"(?: (?:of|de|in|on|for|and|&|the|y|e|et|la|des|du|[A-ZÀ-Þ][\w&’'-]+))*"
)
_VOLUME: Final = re.compile(
    r"\bvol(?:ume)?\.? ?\w+|\(\d{4}\) \d+ ?: ?\d+|journal homepage|\bissn\b|\b\d+ ?\(\d+\)"
    r"|\d{4}:\d+",
    re.I,
)
_CLOSES: Final = re.compile(r"[^\"“«]*(?:[”»]|\"(?:\W|$))")
"""The end of a title in quotation marks that began on another line."""
_LEGAL: Final = re.compile(r"\b(?:inc|ltd|lda|llc|gmbh|s\.?a|limited|plc|corp)\b\.?,?$", re.I)


@dataclass(frozen=True, slots=True)
class _Issued:
    name: str
    weight: float
    line: Line


def read_publishers(front: Front, cited: Cited | None, title: Finding | None) -> Finding | None:
    """Return who issued the document, under the network's names for organisations."""
    article = [*_journals(front)] if is_article(front) else []
    cover = [] if article else [*_on_cover(front, title), *_named_often(front)]
    told = [_Issued(*one) for one in read_told(front)] if front.flows else []
    found = [*_cited(cited), *_printed(front), *article, *cover, *_sites(front), *told]
    if not found:
        return None
    weights: dict[str, float] = {}
    for one in found:  # statements that agree support each other
        known = weights.get(one.name)
        weights[one.name] = one.weight if known is None else max(known, one.weight) + 0.07
    best = max(weights, key=lambda n: weights[n])
    line = max((o for o in found if o.name == best), key=lambda o: o.weight).line
    names = (*_divided(best), *_joint(found, best, line))
    page = line.page or None
    return Finding("publishers", names, min(0.97, weights[best]), page, line.text if page else None)


def _joint(found: list[_Issued], best: str, line: Line) -> tuple[str, ...]:
    """Return others that the same statement names."""
    same = (o.name for o in found if o.line is line and o.name != best and o.weight >= 0.8)
    return tuple(dict.fromkeys(same))[:3]


def _divided(name: str) -> tuple[str, ...]:
    """Divide "A Ltd., B Inc. and C" where each part is an organisation."""
    parts = [
        p
        for p in re.split(
            r",?\s+(?:and|y|e|et|&)\s+|[,;]\s+(?!(?:inc|ltd|llc|lda)\b)", name, flags=re.I
        )
        if p
    ]
    whole = len(parts) > 1 and all(is_organisation(p) or _LEGAL.search(p) for p in parts)
    return tuple(map(organisation_name, parts)) if whole else (name,)


def clean_body(text: str) -> str | None:
    """Return an organisation's name without what follows it; ``None`` for another text."""
    if _CLOSES.match(text):
        return None
    name = tidy(text)
    parts = (_ENDS.sub("", part).strip(" ,.") for part in name.split(" / "))
    name = next((part for part in parts if is_organisation(part)), name)
    for _ in range(3):
        name = _ENDS.sub("", name).strip(" ,.;:|–—-•\"“”'")
    name = re.sub(r"^(?:the|by)\s+(?=[A-ZÀ-Þ])", "", name)
    if ORGANISATION.search(name.rpartition(", ")[0]) and not _LEGAL.search(name):
        name = re.sub(r",\s[A-ZÀ-Þ]\w+$", "", name)  # the place
    short = re.search(r"\(([A-Z][\w-]{1,12})\)$", name)
    if short and is_organisation(short[1]):
        return organisation_name(short[1])
    known = organisation_name(name)
    if known != name:
        return known
    whole = re.sub(r"\s*\([^()]*\)$", "", name)
    if organisation_name(whole) != whole:
        return organisation_name(whole)
    letters = sum(c.isalpha() for c in name)
    fits = 2 <= len(name) <= MAX_CHARS and letters >= 2 and len(name.split()) <= 14
    other = _PERSONAL.search(name) or is_no_name(name)
    return name if fits and name[:1].isupper() and not other else None


def _cited(cited: Cited | None) -> Iterator[_Issued]:
    if not cited or not cited.after:
        return
    after = re.sub(r"https?://\S+|doi:\s*\S+", "", cited.after)
    place = _PLACE.search(f". {after}")
    if place and (name := clean_body(place["name"])):
        yield _Issued(name, 0.93, Line(place["name"], cited.page))
        return
    for part in re.split(r"[.,;]\s", after):
        name = clean_body(part)
        if name and (is_organisation(name) or ORGANISATION.search(name)):
            yield _Issued(name, 0.85, Line(part, cited.page))
            return


def _printed(front: Front) -> Iterator[_Issued]:
    """Read who is named as publisher, as holder of the copyright, or in an imprint."""
    tail = [line for line in front.tail if "©" in line.text or "ublish" in line.text]
    lines = [line for line in front.head if line.page <= 6]
    for line, following in zip((*lines, *tail), (*lines[1:], *tail[:1], None), strict=False):
        for name, said in _named(_PUBLISHER, line, following):
            if not names_in(name, front) and _is_body(name):
                surely = re.match(r"publi|edita", said, re.I)
                yield _Issued(name, 0.9 if surely else 0.66, line)
        for name, said in _named(_HOLDER, line, following):
            credit = names_in(re.sub(r"^\W*(?:\d{4}\W*)?", "", said).split("/")[0], front)
            if not names_in(name, front) and not _PERSONAL.search(said) and not credit:
                yield _Issued(name, 0.84 if _is_body(name) else 0.62, line)
        dated = line.page <= 4 and re.search(r"(?:19|20)\d\d", line.text)
        place = _PLACE.search(line.text[:LINE_CHARS]) if dated else None
        issuer = clean_body(place["name"]) if place else None
        if issuer and _is_body(issuer):
            yield _Issued(issuer, 0.85, line)


def _named(
    pattern: re.Pattern[str], line: Line, following: Line | None
) -> Iterator[tuple[str, str]]:
    """Yield the names after a word such as "published by", which may run on below the line."""
    text = line.text[:LINE_CHARS]
    for match in pattern.finditer(text):
        if (known := clean_body(match["name"])) and is_organisation(known):
            yield known, match[0]
            return
    for match in pattern.finditer(_with_next(line, following)):
        name = clean_body(match["name"]) if match.start() < len(text) else None
        if name:
            yield name, match[0]


def _with_next(line: Line, following: Line | None) -> str:
    """Return a line with the one below it, on which a name goes on."""
    text = line.text[:LINE_CHARS]
    if following is None or following.page != line.page or text.endswith((".", ":")):
        joined = text.endswith(":") and following is not None
        return f"{text} {following.text[:120]}" if joined and following else text
    alike = abs(following.height - line.height) <= 0.1 * line.height
    long = len(text) >= WRAPPED_CHARS or text.endswith(("by", "por", "par", "the", ","))
    return f"{text} {following.text[:120]}" if alike and long else text


def _is_body(name: str) -> bool:
    return bool(is_organisation(name) or ORGANISATION.search(name))


def _journals(front: Front) -> Iterator[_Issued]:
    """Read the journal of an article, which stands beside its volume and year."""
    for line in front.head:
        if line.page > 2 or len(line.text) > 200:
            continue
        match = _JOURNAL.search(line.text)
        if match and (_VOLUME.search(line.text) or (line.page == 1 and len(line.text) < 90)):
            weight = 0.9 if _VOLUME.search(line.text) else 0.7
            yield _Issued(match[0].strip(), weight, line)


def _on_cover(front: Front, title: Finding | None) -> Iterator[_Issued]:
    """Read names of organisations that are a line of their own on the first two pages."""
    quote = title.quote if title and title.quote else ""
    for line in _cover_lines(front):
        text = line.text
        if line.page > 2 or text in quote or len(text) > 110 or _NOT_BODY.search(text):
            continue
        name = clean_body(text)
        if not name or (text.endswith(".") and not _LEGAL.search(text)):
            continue
        first, large = line.page == 1, 0.04 * (line.height > 1.2 * front.body)
        if is_organisation(name) or is_organisation(text):
            yield _Issued(organisation_name(name), (0.74 if first else 0.5) + large, line)
        elif ORGANISATION.search(text) and _capitalised(text) and not names_in(text, front):
            yield _Issued(name, (0.63 if first else 0.4) + large, line)


def _cover_lines(front: Front) -> Iterator[Line]:
    """Yield the first lines; a name set large that goes on below is one of them."""
    wrapped: dict[Line, Line] = {}
    for group in front.groups:
        first, *rest = group.lines
        large = group.height > 1.2 * front.body and len(group.text) <= 110
        names = [line for line in group.lines if _is_body(line.text)]
        if large and len(rest) in (1, 2) and names == [first]:
            wrapped[first] = replace(first, text=group.text)
    for line in front.head[:60]:
        yield wrapped.get(line, line)


def _named_often(front: Front) -> Iterator[_Issued]:
    """Read the public body or university that the first pages name most."""
    counted: Counter[str] = Counter()
    lines: dict[str, Line] = {}
    for line in front.head:
        for match in _PUBLIC_BODY.finditer(line.text[:400]):
            counted[match[0]] += 1
            lines.setdefault(match[0], line)
    if counted:
        name, count = counted.most_common(1)[0]
        if count >= 3 and count >= 0.4 * counted.total():
            yield _Issued(name, 0.6 if count >= 8 else 0.5, lines[name])


def _capitalised(text: str) -> bool:
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 3]
    return bool(words) and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def _sites(front: Front) -> Iterator[_Issued]:
    """Read the site: of a web page, or of the addresses a document prints most on its edges."""
    if front.medium == "web":
        for name in front.stated.publishers:
            if cleaned := clean_body(_SUFFIX.sub("", name)):
                yield _Issued(cleaned, 0.85, Line(cleaned, 0))
        host = urlsplit(front.address or "").hostname or ""
        host = host.removeprefix("www.")
        if host and is_organisation(host):
            yield _Issued(organisation_name(host), 0.9, Line(host, 0))
        elif host and not front.stated.publishers:
            yield _Issued(host, 0.5, Line(host, 0))
        return
    yield from _of_addresses(front)


def _of_addresses(front: Front) -> Iterator[_Issued]:
    """Read the organisation whose site a document names: known, or spelled like its name."""
    hosts: Counter[str] = Counter()
    lines: dict[str, Line] = {}
    for line in (*front.head, *front.tail):
        for found, path in _SITE.findall(line.text[:400]):
            host = found.casefold().removeprefix("www.")
            if path and line.height < 0.9 * front.body:
                continue  # a note on a source
            if "." in host and not _OTHERS_SITE.search(host):
                hosts[host] += 1
                lines.setdefault(host, line)
    names = _spelled(front) if hosts else {}
    for host, count in hosts.most_common(5):
        label = host.split(".")[-2]
        if is_organisation(host):
            yield _Issued(organisation_name(host), 0.64, lines[host])
        elif label in names:
            name, line = names[label]
            yield _Issued(name, 0.62 + 0.03 * min(3, count - 1), line)


def _spelled(front: Front) -> dict[str, tuple[str, Line]]:
    """Return names of one to five capitalised words by their letters, as addresses spell them."""
    found: dict[str, tuple[str, Line]] = {}
    for line in (*front.head, *front.tail):
        words = _NAME_WORD.findall(line.text[:300])
        for i, word in enumerate(words):
            joined = ""
            for j in range(i, min(i + 5, len(words))):
                if not words[j][0].isupper() and words[j] not in _SMALL:
                    break
                joined += letters(words[j])
                if len(joined) > 2 and words[j] not in _SMALL and (j > i or word.isupper()):
                    name = " ".join(words[i : j + 1])
                    found.setdefault(joined, (organisation_name(name), line))
    return found
