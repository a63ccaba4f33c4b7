"""When a document was issued: from its citation, imprint, cover or byline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.record.cited import Cited
from ingest.record.days import MONTH, YEAR, dates_in, is_date_line, is_dateline
from ingest.record.finding import Finding
from ingest.record.front import WORKS, Front, Line
from ingest.record.words import any_of
from ingest.text.lines import is_caption

LABEL_CHARS: Final = 12
FOOT_CHARS: Final = 160
CHRONOLOGY: Final = 3
"""A page with so many dates on lines of their own tells what happened when."""
WORDS_BEFORE: Final = 3
"""So many words can stand before "published" where it is not in a sentence."""

_WHEN: Final = re.compile(r"\b(?:on|by|until|before|after|since|le|el|em|au|até)\s*$", re.I)
_ORIGINAL: Final = re.compile(r"\boriginal title\b|\b(?:t[íi]tulo|titre) original\b", re.I)
"""What is said with it, and on the line below, is of the work that was translated."""
_URL: Final = re.compile(r"https?://\S+|www\.\S+")
_UPDATED: Final = re.compile(
    r"(?:last (?:updated|revised)|updated|revised|[úu]ltima actualizaci[óo]n|atualizado em"
    r"|mise? [àa] jour)(?: on| le)?\s*:?\s*", re.I
)  # fmt: skip
_FROM: Final = re.compile(r"\b(?:from|until|till|desde|hasta|até|partir d[eou]s?)\s+$", re.I)
_DURING: Final = re.compile(r"(?:^|[^\W\d_]\W+)(?:in|during|en|em|durante|pendant)\s+$", re.I)
"""What a date in a sentence stands behind that tells of something else."""
_DUE: Final = re.compile(
    r"\b(?:by|until|before|after|since|antes d[eo]l?|hasta el|até|avant le|jusqu[’']au)\s+$", re.I
)
OWN_WORK: Final = any_of("own-work", r"\b(?:{})\b")
OF_OTHERS: Final = any_of("of-others", r"[\W\d]*(?:{})(?!\w)")
_FETCHED: Final = re.compile(r"\W*(?:download|descarg|baixad|t[ée]l[ée]charg|access)\w*\b", re.I)
_RETRIEVED: Final = re.compile(
    r"\b(?:retrieved (?:from|on)|accessed (?:on|at|from)|recuperado (?:de|em|el)"
    r"|consult(?:ad[oa] el|[ée]e? le)|acesso em)\b", re.I
)  # fmt: skip
"""What the entries of references say of where they were found."""
_RANGE: Final = re.compile(
    rf"(?:{MONTH})\b\.?(?:\s+(?:de\s+)?{YEAR})?\s*(?:to|through|until|–|—|-|a|al|à|and|y"
    rf"|e)\s*(?:\d{{1,2}}\s+(?:de\s+)?)?(?:{MONTH})\b",
    re.I,
)
_NOT_ISSUE: Final = any_of("not-issue")
_WHAT_HAPPENED: Final = re.compile(rf"[^:]{{0,20}}{YEAR}\s*:\s*[^\W\d_]{{3}}")
"""A date with what happened then: "8 May 1945: end of the war"."""
_PUBLISHED: Final = any_of(
    "published",
    # Not "the ministry published a paper in 2019".
    r"\b(?:{})\b(?! by| (?:an?|the|its|their|una?|uma?|el|la|les?) )[^\n\d]{0,40}",
)
_LABEL: Final = any_of("published", r"\W*(?:{})\W*")
"""What stands on the line above a date."""
_PUBLISHED_IN: Final = re.compile(rf"\bpubli(?:shed|cad[oa]|é|ée) (?:in|en|em) ({YEAR})", re.I)
_SEVERAL: Final = re.compile(
    r"\b(?:papers|articles|studies|works|books|reports|art[íi]culos|estudios|trabajos|libros|informes"
    r"|artigos|estudos|trabalhos|livros|relat[óo]rios|[ée]tudes|travaux|livres|rapports|those|ones)\s*$",
    re.I,
)
"""What else was published, if several are."""
_COPYRIGHT: Final = re.compile(
    rf"(?:©|\(c\)\s|copyright(?! (?:act|law|infring\w+|protect\w+)\b)"
    rf"|all rights reserved,?)[^\n.;]{{0,60}}?\b({YEAR})\b(?!\s?[-–]\s?(?:{YEAR}|present))",
    re.I,
)
_IMPRINT: Final = re.compile(rf"[A-ZÀ-Þ][^\n:]{{2,60}}:\s[A-ZÀ-Þ][^\n:]{{2,100}},\s({YEAR})\b")
_JOURNAL: Final = re.compile(
    rf"\(({YEAR})\)\s+\d+\s?:\s?\d+|\b({YEAR}),?\s+vol\.?\s?\w+"
    rf"|vol(?:ume)?\.?\s?\d+[^\n]{{0,40}}\(?\b({YEAR})\b"
    rf"|\b({YEAR})[;:]\s?\d+\s?\(\d+\)",
    re.I,
)
_OF_VOLUME: Final = re.compile(
    rf"\b\d{{1,3}}\s?\(\d{{1,3}}\)\s?[:,]\s?\d+\s?[–-]\s?\d+,?\s\(?({YEAR})\b"
    rf"|\b\d{{1,3}}\s\(({YEAR})\),?\s\d+(?:\s?[–-]\s?|e)\d+"
)
_NUMBERED: Final = re.compile(
    rf"\b(?:W\.?P|[A-Z]{{2,6}}|papers?|reports?|documentos?|textos?|cahiers?)\W{{1,3}}"
    rf"(?:(?:n[o°º.]*|#)\s?)?({YEAR})\s?[-/]\s?\d{{1,3}}\b(?![-/.]\d)",
    re.I,
)
"""The number of a working paper: "Working Paper 2017-23"."""
_LABELLED: Final = re.compile(
    rf"^(?:year|date|a[ñn]o|ano|ann[ée]e|fecha|data)\s*:\s*({YEAR})\b(?![-/–])", re.I
)
_IN_LINES: Final = (
    (_IMPRINT, 0.86), (_JOURNAL, 0.9), (_OF_VOLUME, 0.9), (_NUMBERED, 0.64), (_LABELLED, 0.85)
)  # fmt: skip
LAW: Final = re.compile(
    rf"(?:lei|ley|loi|decreto(?:[ -]le[iy])?|d[ée]cret|portaria|arr[êe]t[ée]|resolu[çc]ão"
    rf"|resolución|acuerdo|parecer|medida provisória|act)\b[\w ]{{0,40}}?\s"
    rf"(?:n[º°o.]*\s?)?[\d./-]*\d,?\s"
    rf"(?:de|del|du|of)\s(?:[\w º°]{{3,20}}\s)?(?:de |del )?{YEAR}\b",
    re.I,
)
"""A law or decree with its number and date: "Lei nº 14.533, de 11 de janeiro de 2023"."""
_NUMERIC: Final = re.compile(rf"(\d{{1,2}})[/.](\d{{1,2}})[/.]({YEAR})")
_SEASON: Final = re.compile(
    r"(?:spring|summer|fall|autumn|winter|primavera|verano|oto[ñn]o|invierno|ver[ãa]o|outono|inverno"
    rf"|printemps|[ée]t[ée]|automne|hiver)(?: de)?,? ({YEAR})(?!\d|[-/–])",
    re.I,
)
_BARE: Final = re.compile(
    rf"(?:[A-ZÀ-Þ][\w.À-ÿ]+(?: [A-ZÀ-Þ][\w.À-ÿ]+)?(?:, [A-Z][\w.]+)*,\s+)?({YEAR})$"
)
_TOWN: Final = r"[A-ZÀ-Þ][\w.À-ÿ]+(?: [A-ZÀ-Þ][\w.À-ÿ]+)?"
_PLACED: Final = re.compile(rf"(?:{_TOWN}, ){{1,2}}{_TOWN}\s+({YEAR})$")
"""A town, its region and the year, as theses have them at the foot of the cover."""
_OF_SUBJECT: Final = re.compile(
    rf"\b(?:(?:of|on|over|to|in) the|(?:after|from|since|using)(?: the)?"
    rf"|(?:datos|dados|donn[ée]es|resultados|r[ée]sultats) d[eo]s?|desde|depuis) {YEAR}\b",
    re.I,
)
_IN_TITLE: Final = re.compile(rf"(?<![\d–/-])({YEAR})(?![\d–/-])")
_PARTS: Final = re.compile(r"\s+[–—|·•-]\s+")
_FOLIO: Final = re.compile(r"\s\d{1,3}$")


@dataclass(frozen=True, slots=True)
class _Dated:
    iso: str
    weight: float
    line: Line


def read_dates(front: Front, cited: Cited | None, title: str | None) -> list[Finding]:
    """Return the year, and the date if more than the year is known."""
    dated = [*_candidates(front), *_cited(cited), *_titled(title, front)]
    years: dict[str, float] = {}
    for one in dated:
        years[one.iso[:4]] = max(years.get(one.iso[:4], 0.0), one.weight)
    if not years:
        return []
    for year in years:  # two kinds of statement that agree are surer than each
        rows = {(d.line.page, d.line.text) for d in dated if d.iso[:4] == year}
        years[year] += 0.05 * min(2, len(rows) - 1)
    if later := _later_than_copyright(dated, max(years, key=lambda year: years[year])):
        years = {later: max(years.values())}
    best = max(years.values())
    top = [year for year, weight in years.items() if weight >= best - 0.001]
    if len(top) > 1:
        return []  # two statements that contradict each other
    chosen = [d for d in dated if d.iso.startswith(top[0])]
    line = max(chosen, key=lambda d: d.weight).line
    quote = line.text or None
    findings = [Finding("year", int(top[0]), min(0.97, best), line.page or None, quote)]
    exact = [d for d in chosen if len(d.iso) > 4 and d.weight >= 0.7]
    if exact:
        most = max(exact, key=lambda d: (d.weight, len(d.iso)))
        findings.append(
            Finding(
                "published",
                most.iso,
                min(0.95, most.weight),
                most.line.page or None,
                most.line.text or None,
            )
        )
    return findings


def _later_than_copyright(dated: Sequence[_Dated], year: str) -> str | None:
    """Return the year of the one date on the cover if ``year``, of a copyright line, is earlier.

    Templates keep the copyright line of the document they were made from.
    """
    held = {d.iso[:4] for d in dated if _COPYRIGHT.search(d.line.text)}
    exact = (d for d in dated if d.line.page == 1 and len(d.iso) > len("2020"))
    shown = {d.iso[:4] for d in exact if is_date_line(d.line.text) and "©" not in d.line.text}
    return next(iter(shown)) if len(shown) == 1 and held == {year} and min(shown) > year else None


def _cited(cited: Cited | None) -> Iterator[_Dated]:
    if cited and cited.year:
        yield _Dated(str(cited.year), 0.95, Line(cited.text[:120], cited.page))


def _titled(title: str | None, front: Front) -> Iterator[_Dated]:
    law = LAW.match(title or "")
    # "The 1999 reform": the year of what it is about.
    own = _OF_SUBJECT.sub("", law[0] if law else title or "")
    years = set(_IN_TITLE.findall(own))
    last = own.rstrip(" .").endswith(")")  # "Replies on the recommendation (2021)"
    for iso, _ in dates_in(law[0]) if law else ():
        named = next((x for x in front.head if LAW.match(x.text)), Line("", 0))
        yield _Dated(iso, 0.96, named)
    if len(years) == 1:
        line = next((x for x in front.head if next(iter(years)) in x.text), None)
        if line:
            yield _Dated(years.pop(), 0.58 if last else 0.66, line)


def _candidates(front: Front) -> Iterator[_Dated]:
    tail = [line for line in front.tail if "©" in line.text or len(line.text) < 60]
    before = ""
    told = _chronologies(front)
    listed = 0
    for line in (*front.head, *tail):
        listed = line.page if WORKS.fullmatch(line.text) else listed
        if is_date_line(line.text, most_words=0):
            if _LABEL.fullmatch(before):
                yield from (_Dated(iso, 0.9, line) for iso, _ in dates_in(line.text))
            if line.page in told:
                before = line.text
                continue
        late = (line.page > 4 and line not in tail) or line.page == listed  # other works
        late = late and not re.search("©|ublish", line.text)
        if late or is_caption(line.text):
            before = line.text
            continue
        other = _FETCHED.match(line.text) or _RETRIEVED.search(line.text)
        other = other or OF_OTHERS.match(line.text)
        if not (other or _ORIGINAL.search(line.text) or (before and _ORIGINAL.search(before))):
            yield from _in_line(line, front)
        before = line.text
    if front.medium == "web" and front.stated.published:
        yield _Dated(front.stated.published, 0.93, Line("", 0))
    for text in front.aside.split("\n"):
        if _PUBLISHED.search(text) and "©" not in text:
            yield from _in_line(Line(text, 0), front)


def _chronologies(front: Front) -> set[int]:
    """Return the pages that tell what happened when: several dates are lines of their own."""
    dated: dict[int, set[str]] = {}
    for line in front.head:
        if is_date_line(line.text, most_words=0):
            dated.setdefault(line.page, set()).add(line.text)
    return {page for page, dates in dated.items() if len(dates) >= CHRONOLOGY}


def _in_line(line: Line, front: Front) -> Iterator[_Dated]:
    text = _URL.sub(lambda match: "_" * len(match[0]), line.text[:600])
    far = 0.0 if line.page <= 3 else 0.1
    for match in _COPYRIGHT.finditer(text):
        if not re.search(r"photo|/|image", match[0], re.I):
            month = [iso for iso, start in dates_in(match[0]) if start < len("copyright © ")]
            yield _Dated(next(iter(month), match[1]), 0.85 - far, line)
    dates = [] if _RANGE.search(text) else dates_in(text)
    if dates and line.page == 1 and is_dateline(text):
        yield _Dated(dates[0][0], 0.86, line)
    yield from _exact(line, front, text, dates)
    if not dates:
        yield from _years(line, text)
        yield from _in_figures(line)


def _in_figures(line: Line) -> Iterator[_Dated]:
    """Yield a date in figures that is a line of the first page; 5/6/2024 is only its year."""
    match = _NUMERIC.fullmatch(line.text.strip(" ().")) if line.page == 1 else None
    if not match:
        return
    one, other = sorted((int(match[1]), int(match[2])))
    whole = one <= 12 < other <= 31 or one == other <= 12
    yield _Dated(f"{match[3]}-{one:02}-{other:02}" if whole else match[3], 0.82, line)


def _exact(
    line: Line, front: Front, text: str, dates: Sequence[tuple[str, int]]
) -> Iterator[_Dated]:
    """Yield the dates of a line that can be its issue."""
    published = _PUBLISHED.search(text)
    last = line.page > 2 and re.search(rf"{YEAR}\.\s", text)
    ends = last or text.endswith(".")  # the end of a sentence or of a reference
    for iso, start in dates:
        before = text[max(0, start - 45) : start]
        to_come = published and _NOT_ISSUE.search(
            text[max(0, published.start() - LABEL_CHARS) : published.end()]
        )
        if published and not to_come and published.start() < start <= published.end() + 6:
            if _is_own(text, published, whole=len(iso) > len("2020-01")):
                yield _Dated(iso, 0.92, line)
        elif front.medium != "web" and line.page <= 2 and _UPDATED.fullmatch(text[:start]):
            yield _Dated(iso, 0.8, line)
        elif (
            _NOT_ISSUE.search(before)
            or _FROM.search(before)
            or (ends and (line.page > 2 or _WHEN.search(before)))
            or (line.page > 1 and _WHAT_HAPPENED.match(text[start:]))
        ):
            continue
        elif is_date_line(text, most_words=2 if line in front.tail else 4) and not _tells(before):
            if line.page > 1 and iso.endswith(f"-{line.page:02}"):
                iso = iso[:7]  # the number of the page beside the month
            early = line.page <= 2 or (line.page <= 4 and front.page_count > 8)
            yield _Dated(iso, 0.85 if early else 0.62 if line in front.tail else 0.5, line)
        elif line.page == 1 and len(text) < 90 and start < 70 and not _of_event(before):
            yield _Dated(iso, 0.7, line)
        elif line.page == 1 and _ends_in_date(text):
            yield _Dated(iso, 0.72, line)


def _of_event(before: str) -> bool:
    """Whether a date stands behind words that tell when something is due or was done."""
    return bool(_DURING.search(before) or _DUE.search(before))


def _tells(before: str) -> bool:
    """Whether a line begins a sentence of what happened: "In April 2021 the schools"."""
    return bool(_DURING.fullmatch(before))


def _ends_in_date(text: str) -> bool:
    """Whether a line is a running foot: several parts, and the last is a date."""
    *before, last = _PARTS.split(_FOLIO.sub("", text))
    return bool(before) and len(text) <= FOOT_CHARS and is_date_line(last, most_words=0)


def _is_own(text: str, said: re.Match[str], *, whole: bool = False) -> bool:
    """Whether words such as "published in" at a place in a line are said of the document itself.

    In the middle of a sentence they are said of another work, unless it is about "this report". A
    line that goes on with a sentence says so only with a ``whole`` date, down to the day.
    """
    before = re.split(r"[.;|•·©]\s*", text[: said.start()])[-1]
    if _SEVERAL.search(before):
        return False
    if ":" in said[0] or OWN_WORK.search(before):
        return True
    goes_on = text.lstrip("(«“ ")[:1].islower()
    return len(before.split()) <= WORDS_BEFORE and (whole or not goes_on)


def _years(line: Line, text: str) -> Iterator[_Dated]:
    """Yield the years of a line without a date."""
    if (published := _PUBLISHED.search(text)) and _is_own(text, published):
        year = re.match(rf".{{0,30}}?\b({YEAR})\b", text[published.end() :])
        if year and not _NOT_ISSUE.search(text[: published.end()]):
            yield _Dated(year[1], 0.88, line)
    stated = _PUBLISHED_IN.search(text)
    if stated and _is_own(text, stated):
        yield _Dated(stated[1], 0.93, line)
    early = line.page <= 3 and "et al" not in text
    for pattern, weight in _IN_LINES:
        match = pattern.search(text) if early else None
        if match and not (pattern is _JOURNAL and len(text) > 160):
            yield _Dated(next(g for g in match.groups() if g), weight, line)
    if line.page <= 2 and (bare := _BARE.match(text) or _PLACED.match(text) or _SEASON.match(text)):
        yield _Dated(bare[1], 0.8 if line.page == 1 else 0.62, line)
