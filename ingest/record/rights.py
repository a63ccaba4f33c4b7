"""The licence and the DOI, which documents print in fixed forms."""

from __future__ import annotations

import re
from typing import Final

from ingest.metadata import DOI, clean_doi
from ingest.record.cited import Cited
from ingest.record.finding import Finding
from ingest.record.front import Front, Line

_OWN_DOI: Final = re.compile(
    r"(?:\bdoi\b|doi\.org/|to link to this|digital object)[\s:]{0,3}", re.I
)
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


def read_doi(front: Front, cited: Cited | None) -> Finding | None:
    """Return the document's own DOI: the only one on its first two pages, or in its citation."""
    own = _dois(cited.text) if cited else []
    if cited and len(own) == 1:
        return Finding("doi", own[0], 0.95, cited.page, own[0])
    lines = [line for line in front.head if line.page <= 2]
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


def _dois(text: str) -> list[str]:
    return [doi for raw in DOI.findall(text) if (doi := clean_doi(raw))]


def read_licence(front: Front) -> Finding | None:
    """Return the Creative Commons licence that the document states for itself."""
    for line in (*front.head, *front.tail):
        if code := _licence(line.text):
            return Finding("licence", code, 0.85, line.page, line.text)
    return None


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
