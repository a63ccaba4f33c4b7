"""Which texts may be copied: an explicit list of licences that let anybody pass a work on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

OPEN: Final[Mapping[str, str]] = {
    "CC BY": r"cc[ -]by",
    "CC BY-SA": r"cc[ -]by-sa",
    "CC0": r"cc0|cc[ -]zero",
    "OGL": r"ogl|open government licen[cs]e",
    "ODC-BY": r"odc-by",
    "public domain": r"public domain|pdm|cc[ -]pdm",
}
"""Licences with their patterns; a version ("4.0"), "IGO" and a country's code may follow.

Licences that forbid commercial use (NC) or changes (ND) are not among them: whoever gets a frozen
repository may be a company, and a page shows parts of a text.
"""
_AFTER: Final = r"(?:[ -]?v?\d(?:\.\d)?)?(?:[ -](?:igo|intl|international|(?!n[cd]$)[a-z]{2}))?"
_ADDRESSES: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses/by(?:-sa)?|publicdomain/(?:zero|mark))/"
    r"|https?://(?:www\.)?nationalarchives\.gov\.uk/doc/open-government-licence/"
)
_PATTERN: Final = re.compile(rf"(?:{'|'.join(OPEN.values())}){_AFTER}")
_LONG: Final = {
    r"creative commons attribution[ -]share[ -]?alike": "cc by-sa",
    r"creative commons attribution(?![ -]*(?:non|no))": "cc by",
}


def is_open(licence: str | None, *, also: Collection[str] = ()) -> bool:
    """Whether a licence lets anybody pass the text on.

    Args:
        licence: as the record states it.
        also: other licences whose texts the owner may pass on, as records state them.
    """
    stated = " ".join((licence or "").casefold().split()).rstrip(".")
    if not stated:
        return False
    if stated in {" ".join(name.casefold().split()) for name in also}:
        return True
    for pattern, short in _LONG.items():
        stated = re.sub(pattern, short, stated)
    stated = re.sub(r" licen[cs]e\b(?! v)", "", stated) if stated.startswith("cc") else stated
    return bool(_PATTERN.fullmatch(stated) or _ADDRESSES.match(stated))


def may_copy(document: Mapping[str, Any], *, also: Collection[str] = ()) -> bool:
    """Whether the whole text of a document may be in a frozen repository.

    Our own digests may. A withdrawn document may not: its source took it back.

    Args:
        document: its row in the catalogue.
        also: as in ``is_open``.
    """
    if document["withdrawn_at"]:
        return False
    return bool(document["digest"]) or is_open(document["licence"], also=also)
