"""What the name of a section says about its text, in English, Spanish, Portuguese and French."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

from corpus.roles import Role

MAX_NAME_CHARS: Final = 90
_NUMBERING: Final = re.compile(
    r"\W*(?:(?:chapter|part|cap[ií]tulo|parte|chapitre|partie|section|secci[oó]n)\s+\w{1,5}\b"
    r"|\d{1,3}(?:\.\d{1,3}){0,5}|[ivxlc]{1,6}(?=[.):])|[a-z](?=[.)]\s))?[\W_]*",
    re.I,
)
_OF_ANNEX: Final = re.compile(r"(?:annexe?|appendix|anexo|apendice) \w{1,4} ")
"""Before what an annex holds, in a plain name: "annex c selected bibliography"."""
_SPACED: Final = re.compile(r"([^\W\d_]) (?=([^\W\d_]{4}))")
_PAGE: Final = re.compile(r"[\W_]*(?:\(\d{1,2} ?/ ?\d{1,2}\)|\d{1,3})$")
"""Behind a name: the page that it is on, or which part it is of a list on slides ("(2/3)")."""


def role_of_heading(text: str) -> Role | None:
    """Return the role a section has by its name, ``None`` if the name says nothing.

    Numbers before the name and the page after it do not count.
    """
    if not 4 <= len(text) <= MAX_NAME_CHARS:
        return None
    plain = plain_name(text)
    role = next((r for r, names in _names().items() if plain and names.fullmatch(plain)), None)
    if role == "appendix" and (listed := _OF_ANNEX.match(plain)):
        rest = plain[listed.end() :]
        return "references" if _names()["references"].fullmatch(rest) else role
    return role


@functools.cache
def _names() -> Mapping[Role, re.Pattern[str]]:
    """Read the names; the first role that knows a name has it."""
    lists = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
    roles: tuple[Role, ...] = get_args(Role)
    known = {role: re.compile("|".join(lists[role])) for role in roles if role in lists}
    return {role: known[role] for role in sorted(known, key=list(lists).index)}


def plain_name(text: str) -> str:
    """Return a name in small letters without accents, signs, numbers and the page after it.

    Small capitals often come apart ("I NTRODUCTION"): they are joined again.
    """
    bare = text[_NUMBERING.match(text).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    spaced = _SPACED.match(bare)
    if spaced and spaced[2].isupper():
        bare = spaced[1] + bare[2:]
    letters = unicodedata.normalize("NFKD", _PAGE.sub("", bare).casefold())
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
