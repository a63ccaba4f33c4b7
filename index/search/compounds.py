"""Words that some write as one and others with a hyphen or apart: "wellbeing", "well-being".

The keyword index has words as they are written, so a question with one spelling would miss the
documents with the other. And of "well-being" it would have "well", as "being" is a stop word.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from index.words.stopwords import STOP_WORDS

_FILE: Final = Path(__file__).with_name("compounds.txt")


def join_compounds(text: str) -> str:
    """Return a text with its compounds as one word each: "well-being" becomes "wellbeing".

    With a space those stay that have a stop word: "drop out" and "after school" may be other words.
    """
    return _written_apart().sub(r"\1\2", text)


def part_compounds(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each of these words that is a compound how it is written apart."""
    return {word: (_joined()[word],) for word in words if word in _joined()}


@functools.cache
def _pairs() -> tuple[tuple[str, str], ...]:
    lines = _FILE.read_text("utf-8").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return tuple((first, second) for first, second in pairs)


@functools.cache
def _joined() -> Mapping[str, str]:
    return {f"{a}{b}{plural}": f"{a} {b}" for a, b in _pairs() for plural in ("", "s")}


@functools.cache
def _written_apart() -> re.Pattern[str]:
    either = "|".join(f"{a}(?={_between(a, b)}{b}s?\\b)" for a, b in _pairs())
    return re.compile(rf"\b({either})[ -](\w+)", re.IGNORECASE)


def _between(*parts: str) -> str:
    return "-" if STOP_WORDS.intersection(parts) else "[ -]"
