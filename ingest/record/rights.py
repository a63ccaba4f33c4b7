"""The licence and the DOI, which documents print in fixed forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ingest.metadata import DOI, clean_doi
from ingest.record.cited import Cited
from ingest.record.dates import OF_OTHERS
from ingest.record.finding import Finding
from ingest.record.front import Front, Line
from ingest.record.words import any_of

LINES_ABOVE: Final = 3
FIRST_PAGES: Final = 3
"""A licence on these is the document's own, whatever the figures below have."""
FIRST_LINES: Final = 20
"""So many paragraphs begin a text that has no pages."""
_OF_PAGE: Final = re.compile(r"/(10\.\d{4,9}/[^?#\s]+)")
_ALONE: Final = re.compile(r"\W*(?:doi\W*)?(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", re.I)
_OWN_DOI: Final = re.compile(
    r"(?:\bdoi\b|doi\.org/|to link to this|digital object)[\s:]{0,3}", re.I
)
_CUT: Final = re.compile(r"\b10\.\d{4,9}/[\w./-]*-$")
_CODE: Final = re.compile(
    r"\bCC[\s-]BY(?:[\s-](?:NC|ND|SA))*(?:[\s-](?:[1-4]\.0|IGO))*(?:\s?IGO)?", re.I
)
_ADDRESS: Final = re.compile(
    r"creativecommons\.org/(?:licenses/(by(?:-(?:nc|nd|sa))*)/([1-4]\.0)(/igo)?|publicdomain/zero)",
    re.I,
)
_IN_WORDS: Final = re.compile(
    r"creative\s+commons\s+(?:attribution|atribuci[oó]n|atribui[cç][aã]o|paternit[eé])"
    r"((?:[\s–-]+(?:non-?commercial|no-?comercial|share-?alike|compartir-?igual|no-?deriv\w*"
    r"|sin-?deriv\w*))*)",
    re.I,
)

_OF_DOCUMENT: Final = any_of("own-licence", r"\b(?:{})\b")


def read_doi(front: Front, cited: Cited | None) -> Finding | None:
    """Return the document's own DOI: the only one on its first two pages, or in its citation."""
    own = _dois(cited.text) if cited else []
    if cited and len(own) == 1:
        return Finding("doi", own[0], 0.95, cited.page, own[0])
    for address in (front.stated.url, front.address):
        of_page = _OF_PAGE.search(address or "") if front.medium == "web" else None
        if of_page and (named := clean_doi(of_page[1])):
            return Finding("doi", named, 0.9)
    lines = [line for line in _whole_lines(front) if not OF_OTHERS.match(line.text)]
    for only_labelled in (False, True):
        found: dict[str, tuple[str, Line]] = {}
        for line in lines:
            if only_labelled and not _OWN_DOI.search(line.text):
                continue
            for doi in _dois(line.text):
                found.setdefault(doi.casefold(), (doi, line))
        if len(found) == 1:
            doi, line = next(iter(found.values()))
            return Finding("doi", doi, 0.85, line.page, doi)
    return None


def _whole_lines(front: Front) -> Iterator[Line]:
    """Yield the lines of the first two pages; an address cut at a hyphen goes on below.

    Of a text without pages they are its first paragraphs, and those that are nothing but a DOI.
    """
    lines = [line for line in front.head if line.page <= 2]
    if front.flows:
        later = (line for line in lines[FIRST_LINES:] if _ALONE.fullmatch(line.text))
        lines = [*lines[:FIRST_LINES], *later]
    for line, below in zip(lines, (*lines[1:], None), strict=False):
        cut = below and below.page == line.page and _CUT.search(line.text)
        yield replace(line, text=f"{line.text}{below.text}") if cut and below else line


def _dois(text: str) -> list[str]:
    return [doi for raw in DOI.findall(text) if (doi := clean_doi(raw))]


def read_licence(front: Front) -> Finding | None:
    """Return the Creative Commons licence that the document states for itself.

    Of several, it is the one of "this document"; those of figures stand beside them. Two that
    differ, with no such words, are only suggested.
    """
    found = [
        (lines, i, line)
        for lines in (front.head, front.tail)
        for i, line in enumerate(lines)
        if _licence(line.text)
    ]
    if not found:
        return None
    own = next((one for one in found if _is_own(*one)), None)
    lines, at, line = own or found[0]
    code = _most_exact(lines[max(0, at - 1) : at + 3], line)
    terms = {(_licence(one.text) or "").split()[1] for _, _, one in found}
    sure = own or len(terms) == 1 or line.page <= FIRST_PAGES
    return Finding("licence", code, 0.85 if sure else 0.5, line.page, line.text)


def _is_own(lines: Sequence[Line], at: int, line: Line) -> bool:
    """Whether a licence is said to be that of the document, on its line or on those above."""
    near = [x.text for x in lines[max(0, at - LINES_ABOVE) : at + 1] if x.page == line.page]
    return bool(_OF_DOCUMENT.search(" ".join(near)))


def _most_exact(lines: Sequence[Line], line: Line) -> str:
    """Return the licence with most terms that a line and those around it state.

    "CC BY" at the end of a line may go on with "NC-SA"; fewer terms allow more than was allowed.
    """
    near = [one.text for one in lines if one.page == line.page]
    joined = (line.text, *near, " ".join(near), "".join(near))
    places = [
        text[match.start() :]
        for text in joined
        for found in (_CODE, _IN_WORDS, _ADDRESS)
        for match in found.finditer(text)
    ]
    codes = [code for text in (*joined, *places) if (code := _licence(text))]
    return max(codes, key=lambda code: (code.count("-"), len(code)))


def _licence(text: str) -> str | None:
    if match := _ADDRESS.search(text):
        if not match[1]:
            return "CC0 1.0"
        return f"CC {match[1].upper()} {match[2]}{' IGO' if match[3] else ''}"
    if match := _CODE.search(text):
        parts = re.findall(r"BY|NC|ND|SA|\d\.0|IGO", match[0].upper())
        named = "-".join(p for p in parts if p.isalpha() and p != "IGO")
        rest = [p for p in parts if not p.isalpha() or p == "IGO"]
        return " ".join(("CC", named, *rest))
    if match := _IN_WORDS.search(text):
        words = (match[1] or "").casefold()
        terms = ["BY"]
        terms += ["NC"] if "comm" in words or "comerc" in words else []
        terms += ["SA"] if "alike" in words or "igual" in words else []
        terms += ["ND"] if "deriv" in words else []
        version = re.search(r"\b\d\.0\b", text[match.end() : match.end() + 60])
        igo = re.search(r"\bIGO\b", text[match.end() : match.end() + 60])
        said = ("CC", "-".join(terms), version and version[0], igo and "IGO")
        return " ".join(part for part in said if part)
    return None
