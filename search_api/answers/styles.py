"""References in APA 7, Chicago 18 (author-date) and Harvard (Cite Them Right 12).

Written here and not by a processor of citation styles: DECISIONS.md has the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from corpus.folios import written_range
from ingest.records import csl
from ingest.records.csl import Record
from search_api.answers.title_case import SMALL_WORDS, capitalise_headline

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ENDS: Final = (".", "?", "!", "…")
_PAGE: Final = re.compile(r"pp?\. (?!.*of the file)")
_INITIAL: Final = re.compile(r"(-?)([^\W\d_])[^\s.-]*\.?")
_APA_NAMES, _CHICAGO_NAMES, _HARVARD_NAMES = 20, 6, 3
"""Longer lists of authors are cut."""
_TITLE_WORDS: Final = 6
"""Longer titles are cut where they stand for an author in a text."""
_SQUARE: Final = str.maketrans("()", "[]")


@dataclass(frozen=True, slots=True)
class Styled:
    """A document cited in one style.

    Attributes:
        style: its name, such as ``apa``.
        label: its name for readers.
        reference: the entry of a list of references.
        italics: [start, end) slices of the reference that are printed in italics.
        in_text: the short form for a text, with the page as it is printed, if one is cited.
    """

    style: str
    label: str
    reference: str
    italics: tuple[tuple[int, int], ...]
    in_text: str


@dataclass(frozen=True, slots=True)
class _Work:
    """What the styles need of a record."""

    names: Sequence[dict[str, str]]
    title: str
    kind: str
    year: int | None
    month_day: str
    journal: str
    volume: str
    issue: str
    pages: str
    publisher: str
    address: str
    accessed: str
    is_english: bool

    def dated(self, *, none: str) -> str:
        """Return the year, or what the style writes where it is not known."""
        return str(self.year) if self.year else none


@dataclass(slots=True)
class _Line:
    """A reference in the making: sentences with full stops where none stands already."""

    text: str = ""
    italics: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: str, *, italic: bool = False) -> _Line:
        if italic and text:
            self.italics.append((len(self.text), len(self.text) + len(text)))
        self.text += text
        return self

    def stop(self) -> _Line:
        """End a sentence."""
        closed = self.text.endswith((*_ENDS, *(f"{end}”" for end in _ENDS)))
        self.text += " " if closed else ". "
        return self

    def sentence(self, text: str, *, italic: bool = False, note: str | None = None) -> _Line:
        """Add a sentence, if there is one, with a note in roman type at its end."""
        return self.add(text, italic=italic).add(note or "").stop() if text else self


def cite_in_styles(
    record: Record, *, page_label: str | None = None, accessed: str | None = None
) -> tuple[Styled, ...]:
    """Return a document cited in each style.

    Args:
        record: its bibliographic record.
        page_label: where the cited passage is printed, such as ``p. 52`` or ``slide 4``.
        accessed: the day on which its address was read, ``2026-11-26``.
    """
    work = _work_of(record, accessed)
    styled = []
    for style, label, refer, mention in _STYLES:
        line = refer(work)
        styled.append(
            Styled(style, label, line.text.strip(), tuple(line.italics), mention(work, page_label))
        )
    return tuple(styled)


def _work_of(record: Record, accessed: str | None) -> _Work:
    names, publisher = csl.names_of(record), str(record.get("publisher") or "")
    if not names and publisher:  # an organisation that publishes its own work is its author
        names, publisher = [{"literal": name} for name in publisher.split("; ")], ""
    elif "; ".join(map(csl.display_name, names)) == publisher:
        publisher = ""
    parts = (record.get("issued", {}).get("date-parts") or [[]])[0]
    doi, stated = record.get("DOI"), str(record.get("type"))
    return _Work(
        names=names,
        title=csl.title_of(record).rstrip(".") or "Untitled",
        kind="article-journal" if record.get("container-title") else stated,
        year=parts[0] if parts else None,
        month_day=" ".join([MONTHS[parts[1] - 1], *map(str, parts[2:])]) if parts[1:] else "",
        journal=str(record.get("container-title") or ""),
        volume=str(record.get("volume") or ""),
        issue=str(record.get("issue") or ""),
        pages=written_range(str(record.get("page") or "")),
        publisher=publisher,
        address=f"https://doi.org/{doi}" if doi else str(record.get("URL") or ""),
        accessed="" if doi or not accessed else _day_month_year(accessed),
        is_english=str(record.get("language") or "").startswith("en"),
    )


def _day_month_year(day: str) -> str:
    year, month, date = (int(part) for part in day[:10].split("-"))
    return f"{date} {MONTHS[month - 1]} {year}"


# Names ----------------------------------------------------------------------------------------


def _family(name: dict[str, str]) -> str:
    parts = (name.get("non-dropping-particle"), name.get("family"))
    return " ".join(part for part in parts if part) or csl.display_name(name)


def _initials(given: str, between: str) -> str:
    """Return the initials of given names: "Jean-Paul M" is "J.-P. M."."""
    bare = given.replace(".", "").replace(" ", "")
    if bare.isupper() and len(bare) <= 3:
        given = " ".join(bare)
    found = [f"{hyphen}{letter.upper()}." for hyphen, letter in _INITIAL.findall(given)]
    return "".join(part if n == 0 or part[0] == "-" else between + part
                   for n, part in enumerate(found))  # fmt: skip


def _inverted(name: dict[str, str], given: str) -> str:
    if not name.get("family") or not given:
        return _family(name)
    return ", ".join(part for part in (_family(name), given, name.get("suffix")) if part)


def _joined(names: Sequence[str], last: str) -> str:
    """Return names with commas between them and a word before the last."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{last}{names[-1]}"


def _mentioned(work: _Work, most: int, last: str, title: str) -> str:
    """Return who wrote it, for the text: the family names, or the title if nobody is known.

    It stands in round brackets, so that "Results for Development (R4D)" has square ones.
    """
    if not work.names:
        return title
    families = [_family(name).translate(_SQUARE) for name in work.names]
    return f"{families[0]} et al." if len(families) > most else _joined(families, last)


def _shorten_title(title: str) -> str:
    """Return a title as it stands for an author in a text: up to the colon, or its first words."""
    short = re.split(r"(?<=[?!])\s|\s*[:–—]\s", title, maxsplit=1)[0]
    words = short.split()
    if len(words) <= _TITLE_WORDS:
        return short
    words = words[:_TITLE_WORDS]
    while len(words) > 1 and words[-1].strip(",;").lower() in SMALL_WORDS:
        words.pop()
    return " ".join(words).rstrip(",;")


def _with_american_commas(text: str) -> str:
    return text.replace("”,", ",”")


# APA ------------------------------------------------------------------------------------------

_APA_NOTES: Final = {"speech": " [Presentation slides]", "dataset": " [Data set]"}


def _refer_apa(work: _Work) -> _Line:
    line = _Line()
    names = [_inverted(name, _initials(name.get("given", ""), " ")) for name in work.names]
    if len(names) > _APA_NAMES:
        line.sentence(f"{', '.join(names[: _APA_NAMES - 1])}, … {names[-1]}")
    elif names:
        line.sentence(_joined(names, ", & "))
    else:
        _title_apa(work, line)
    full = work.kind in ("post-weblog", "webpage", "speech") and work.month_day
    line.sentence(f"({work.dated(none='n.d.')}{f', {work.month_day}' if full else ''})")
    if names:
        _title_apa(work, line)
    if work.journal:
        volume = f", {work.volume}" if work.volume else ""
        line.add(work.journal + volume, italic=True)
        line.add(f"({work.issue})" if work.issue else "")
        line.sentence(f", {work.pages}" if work.pages else "") if work.pages else line.stop()
    line.sentence(work.publisher if not work.journal else "", italic=work.kind == "post-weblog")
    return line.add(work.address)


def _title_apa(work: _Work, line: _Line) -> None:
    line.add(work.title, italic=work.kind not in ("article-journal", "post-weblog"))
    line.add(_APA_NOTES.get(work.kind, "")).stop()


def _mention_apa(work: _Work, page: str | None) -> str:
    title = _shorten_title(work.title)
    quoted = work.kind in ("article-journal", "post-weblog")
    who = _mentioned(work, 2, " & ", f"“{title}”" if quoted else title)
    parts = ", ".join(part for part in (who, work.dated(none="n.d."), page) if part)
    return f"({_with_american_commas(parts)})"


# Chicago --------------------------------------------------------------------------------------

_CHICAGO_NOTES: Final = {"speech": "Presentation", "dataset": "Data set"}
_QUOTED: Final = ("article-journal", "post-weblog", "webpage", "speech", "dataset")


def _refer_chicago(work: _Work) -> _Line:
    line = _Line()
    names = [csl.display_name(name) for name in work.names]
    if names:
        first = _inverted(work.names[0], work.names[0].get("given", ""))
        cut = len(names) > _CHICAGO_NAMES
        shown = [first, *names[1 : 3 if cut else None]]
        line.sentence(f"{', '.join(shown)}, et al." if cut else _joined(shown, ", and "))
    else:
        _title_chicago(work, line)
    line.sentence(work.dated(none="n.d."))
    if names:
        _title_chicago(work, line)
    line.sentence(_CHICAGO_NOTES.get(work.kind, ""))
    if work.journal:
        line.add(work.journal, italic=True).add(f" {work.volume}" if work.volume else "")
        line.add(f" ({work.issue})" if work.issue else "")
        line.add(f": {work.pages}" if work.pages else "").stop()
    elif work.kind == "post-weblog" and work.publisher:
        line.add(work.publisher, italic=True)
        line.add(f", {work.month_day}" if work.month_day else "").stop()
    else:
        line.sentence(work.publisher)
    return line.sentence(work.address)


def _title_chicago(work: _Work, line: _Line) -> None:
    title = capitalise_headline(work.title) if work.is_english else work.title
    if work.kind in _QUOTED:  # the full stop stands inside American quotation marks
        line.add(f"“{title}{'' if title.endswith(_ENDS) else '.'}” ")
    else:
        line.sentence(title, italic=True)


def _mention_chicago(work: _Work, page: str | None) -> str:
    short = _shorten_title(work.title)
    title = capitalise_headline(short) if work.is_english else short
    quoted = work.kind in _QUOTED
    who = _mentioned(work, 2, " and ", f"“{title}”" if quoted else title)
    dated = f"{who} {work.year}" if work.year else f"{who}, n.d."
    place = f", {_PAGE.sub('', page)}" if page else ""
    return f"({_with_american_commas(dated + place)})"


# Harvard --------------------------------------------------------------------------------------

_HARVARD_NOTES: Final = {"speech": " [Presentation]", "dataset": " [Dataset]"}


def _refer_harvard(work: _Work) -> _Line:
    line = _Line()
    names = [_inverted(name, _initials(name.get("given", ""), "")) for name in work.names]
    if len(names) > _HARVARD_NAMES:
        line.add(f"{names[0]} ").add("et al.", italic=True)
    elif names:
        line.add(_joined(names, " and "))
    else:
        line.add(work.title, italic=True)
    line.add(f" ({work.dated(none='no date')}) ")
    if work.kind in ("article-journal", "post-weblog"):
        title = [(f"‘{work.title}’", False)] if names else []
        parts = [part for part in (*title, *_place_harvard(work)) if part[0]]
        for number, (text, italic) in enumerate(parts):
            line.add(", " if number else "").add(text, italic=italic)
        line = line.stop() if parts else line
    else:
        line.sentence(work.title if names else "", italic=True, note=_HARVARD_NOTES.get(work.kind))
        line.sentence(work.publisher)
    if work.address:
        line.add(f"Available at: {work.address}")
        line.add(f" (Accessed: {work.accessed})" if work.accessed else "").add(".")
    return line


def _place_harvard(work: _Work) -> Iterator[tuple[str, bool]]:
    """Yield where an article or a post stands, and whether that is printed in italics."""
    yield work.journal or work.publisher, True
    yield f"{work.volume}{f'({work.issue})' if work.issue else ''}", False
    yield f"pp. {work.pages}" if "–" in work.pages else work.pages and f"p. {work.pages}", False
    yield _day_first(work.month_day) if not work.journal else "", False


def _day_first(month_day: str) -> str:
    return " ".join(reversed(month_day.split()))


def _mention_harvard(work: _Work, page: str | None) -> str:
    who = _mentioned(work, _HARVARD_NAMES, " and ", _shorten_title(work.title))
    return f"({', '.join(part for part in (who, work.dated(none='no date'), page) if part)})"


_Refer = Callable[[_Work], _Line]
_Mention = Callable[[_Work, str | None], str]
_STYLES: Final[tuple[tuple[str, str, _Refer, _Mention], ...]] = (
    ("apa", "APA 7", _refer_apa, _mention_apa),
    ("chicago", "Chicago", _refer_chicago, _mention_chicago),
    ("harvard", "Harvard", _refer_harvard, _mention_harvard),
)
STYLES: Final = tuple(style for style, *_ in _STYLES)
