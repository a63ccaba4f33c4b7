"""The persons whom a sentence or a section names as the writers of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.record.front import Front, Line, joined_lines, line_at
from ingest.record.names import is_name, leading_names

HEAD: Final = 8
_WORK: Final = (
    r"(?:report|publication|paper|guide|guidance|brief|document|study|book|toolkit|handbook|chapter"
    r"|review|note|module|policy|framework|it|informe|publicaci[oó]n|documento|estudio|gu[ií]a"
    r"|relat[oó]rio|publica[cç][aã]o|estudo|guia|rapport|[eé]tude)"
)
_SUBJECT: Final = re.compile(
    rf"\b{_WORK}\b[^.]*\b(?:was|were|is|are|been|fue|sido|foi|foram|[eé]t[eé])\b[^.]*$", re.I
)
SUBJECT_CHARS: Final = 220
_WRITTEN: Final = re.compile(
    r"\b(?:(?:co-?)?(?:written|authored|drafted|prepared)(?: and \w+)?\s+by"
    r"|(?:escrit|elaborad|redactad|preparad|redigid)[oa]s? por"
    r"|(?:r[eé]dig|[eé]crit|pr[eé]par|[eé]labor)\w* par)\s+"
    r"(?:(?:a|the) (?:core )?team\b[^.:]{0,60}?(?:of|by|comprising|including|:)\s+"
    r"|(?:the )?authors?,? )?",
    re.I,
)
_WRITERS: Final = re.compile(
    r"\b(?:the )?(?:lead |main |principal )?authors?(?: of (?:this|the) \w+)?(?: are|,? namely"
    r"|:)\s+(?-i:(?=[A-ZÀ-Þ]))",
    re.I,
)
_WROTE: Final = re.compile(
    rf"(?-i:(?<=[.!?] )|^)(?P<names>(?-i:[A-ZÀ-Þ])[^.:;]{{5,300}}?)\s+(?:co-?)?(?:wrote|authored"
    rf"|drafted|co-wrote)\s+"
    rf"(?:the|this)\s+(?:\w+\s+)?{_WORK}\b",
    re.I,
)
_ABOUT: Final = re.compile(
    r"(?:about the (?:authors?|writers?)|sobre (?:el|la|los|las|o|a|os|as) autor(?:es|as|a)?"
    r"|[àa] propos (?:de l[’']auteure?|des auteure?s)|notes? on (?:the )?contributors?)\b", re.I
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Names that a line says wrote the document, and how sure that is."""

    names: tuple[str, ...]
    weight: float
    line: Line


def read_written(front: Front) -> Iterator[Named]:
    """Read sentences such as "This report was written by" and "The authors are"."""
    text, starts = joined_lines([line for line in front.head if line.page <= HEAD])
    for pattern, weight in ((_WRITTEN, 0.78), (_WRITERS, 0.74)):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - SUBJECT_CHARS) : match.start()]
            if pattern is _WRITTEN and not _SUBJECT.search(before):
                continue
            names = leading_names(text[match.end() : match.end() + 600], front)
            if names:
                yield Named(tuple(names), weight, line_at(front.head, starts, match.end()))
    for match in _WROTE.finditer(text):
        names = leading_names(match["names"], front)
        if names:
            yield Named(tuple(names), 0.72, line_at(front.head, starts, match.start("names")))


def read_about(front: Front) -> Iterator[Named]:
    """Read the section on the authors: each of its paragraphs begins with a name."""
    for lines in (front.tail, front.head):
        for i, line in enumerate(lines):
            if not _ABOUT.match(line.text) or len(line.text) > 60:
                continue
            names: list[str] = []
            for one in lines[i + 1 : i + 40]:
                head = re.match(
                    r"(.{4,60}?)(?:,? (?:is|has|was|works|serves|es|trabaja|é|est)\b|$|,)", one.text
                )
                if head and is_name(head[1], front):
                    names.append(head[1])
            if names:
                yield Named(tuple(dict.fromkeys(names)), 0.7, line)
