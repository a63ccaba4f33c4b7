"""Acronyms of the field and what they stand for, so that a question with one finds the other."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "es", "pt", "fr")
MOST_ADDED: Final = 12
"""Phrases that one query is also searched with."""

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym and its expansions, each as its words in lower case.

    ``first`` has the first one in each language that there is.
    ``capitals`` says that it counts only in capitals, because it is also a word.
    """

    name: str
    expansions: tuple[str, ...]
    first: Mapping[str, str]
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Expanded:
    """A question with its acronyms.

    Attributes:
        text: the question, each acronym followed by what it stands for, for the encoders.
        added: the acronyms and expansions that the keywords are also looked for with.
    """

    text: str
    added: tuple[str, ...] = ()


def expand_acronyms(text: str, language: str = "en") -> Expanded:
    """Add to a question what its acronyms stand for, and the acronyms of what it names.

    Args:
        text: the question.
        language: its language (ISO 639-1), in which the encoders read what acronyms stand for.
    """
    lower = f" {' '.join(_WORD.findall(text.lower()))} "
    added: dict[str, None] = {}
    for acronym in _acronyms():
        if any(f" {expansion} " in lower for expansion in acronym.expansions):
            added[acronym.name.lower()] = None
    known = _by_name()
    for word in dict.fromkeys(_WORD.findall(text)):
        found = known.get(word.lower())
        if found and (word == found.name or not found.capitals):
            if not any(f" {expansion} " in lower for expansion in found.expansions):
                added |= dict.fromkeys(found.expansions)
                meant = f"{word} {found.first.get(language, '')}".rstrip()
                text = re.sub(rf"\b{word}\b", meant, text, count=1)
            added.pop(found.name.lower(), None)
    return Expanded(text, tuple(added)[:MOST_ADDED])


@functools.cache
def _acronyms() -> tuple[Acronym, ...]:
    path = Path(__file__).with_name("acronyms.toml")
    return tuple(_acronym(*pair) for pair in tomllib.loads(path.read_text("utf-8")).items())


def _acronym(name: str, entry: Mapping[str, list[str] | bool]) -> Acronym:
    named = ((code, entry.get(code)) for code in LANGUAGES)
    plain = {
        code: [" ".join(_WORD.findall(wording.lower())) for wording in wordings]
        for code, wordings in named
        if isinstance(wordings, list)
    }
    expansions = dict.fromkeys(wording for wordings in plain.values() for wording in wordings)
    first = {code: wordings[0] for code, wordings in plain.items()}
    return Acronym(name, tuple(expansions), first, bool(entry.get("capitals")))


@functools.cache
def _by_name() -> Mapping[str, Acronym]:
    return {acronym.name.lower(): acronym for acronym in _acronyms()}
