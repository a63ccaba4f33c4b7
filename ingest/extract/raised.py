"""The numbers of notes, set apart from the word that they stand at. Pure functions.

Print raises them: "schools²²". pypdf and trafilatura return "schools22", a word that nobody asks
for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingest.extract.runs import Run

RAISED: Final = (0.12, 0.75)
"""How much higher a note's number, an ordinal or a power is set, in heights of the letters beside
it."""
SMALLER: Final = 0.85
"""It is as high as this share of those letters, or less."""
LINE: Final = 60
"""So many characters of a line tell whether it is of a sentence."""

_NUMBERS: Final = re.compile(r"([,–-]?\d{1,3}(?:[,–-]\d{1,3})*[,–-]?)(\s*)$")
_WORD: Final = re.compile(r"(?<![^\W_])[^\W\d_]{3,}$")
"""The end of a text that can have a note: "km" and "x" have powers."""
_SUPERSCRIPT: Final = re.compile(
    r"(<sup\b[^<>]{0,200}>(?:<a\b[^<>]{0,400}>)?)\s{0,9}(\d{1,3}(?:[,–-]\d{1,3}){0,9})\s{0,9}"
    r"((?:</a>)?</sup>)",
    re.IGNORECASE,
)
_MORE: Final = re.compile(r" [⁰¹²³⁴-⁹⁻,]+$")
"""A note's number, behind which others may follow."""
_SMALL: Final = re.compile(r"\b[^\W\d_]{4,}\b")
_HIGH: Final = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def set_notes_apart(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of a page with a space before the raised numbers of notes.

    They are raised in the text, too, so that nobody takes them for what is counted.
    """
    apart: list[Run] = []
    before: Run | None = None
    line = ""
    for run in runs:
        if before and _is_raised(before, run):
            run = replace(run, text=note_after(line, run.text))
        elif run.text.strip():
            before = run
        line = (line + run.text).rpartition("\n")[2][-LINE:]
        apart.append(run)
    return apart


def set_notes_apart_in(source: str) -> str:
    """Return the source of an HTML page with the same in what stands between ``sup`` tags."""
    return _SUPERSCRIPT.sub(_apart, source)


def _apart(found: re.Match[str]) -> str:
    line = found.string[max(0, found.start() - LINE) : found.start()].rpartition(">")[2]
    raised = note_after(line, found[2])
    return found[0] if raised == found[2] else f"{found[1]}{raised}{found[3]}"


def note_after(line: str, number: str) -> str:
    """Return what is written for a raised number behind a line; the same if it is no note's.

    In a line of names, numbers tell where their people work. They are kept as they are.
    """
    found = _NUMBERS.match(number)
    raised = f"{found[1].translate(_HIGH)}{found[2]}" if found else number
    if _MORE.search(line):
        return raised
    of_sentence = any(word.islower() for word in _SMALL.findall(line))
    return f" {raised}" if found and of_sentence and _WORD.search(line) else number


def _is_raised(before: Run, run: Run) -> bool:
    if not (before.place and run.place and before.height and _NUMBERS.match(run.text)):
        return False
    rise = run.place[1] - before.place[1]
    low, high = (share * before.height for share in RAISED)
    return low <= rise <= high and 0 < run.height <= SMALLER * before.height
