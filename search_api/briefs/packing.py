"""A brief laid out for files: the same lines, sources and box as its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from index.briefing.gathering import SPEAKING
from index.briefing.voices import LABELS
from search_api.briefs import shapes as s
from search_api.exports.paper import (
    Block,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Quotation,
    Run,
    plain,
)
from search_api.exports.sheet import Line, Table
from search_api.exports.taking import Made
from search_api.web.links import web_url

_DIFFER: Final = "Voices that differ"
NOTHING: Final = "No line is near enough to the question to be quoted."


def lay_out_brief(brief: s.BriefAnswer, made: Made, facts: Iterable[tuple[str, str]]) -> Paper:
    """Return a brief laid out: key messages, findings, how it was made, sources."""
    sources = {source.number: source for source in brief.sources}
    blocks: list[Block] = [plain(brief.note), Heading("Key messages")]
    blocks += [_block(statement, sources) for statement in brief.key_messages]
    blocks += [] if brief.key_messages else [plain(NOTHING)]
    if brief.findings:
        blocks += [PageBreak(), Heading("Findings")]
    for group in brief.findings:
        blocks.append(Heading(group.label, level=3))
        blocks += [_block(statement, sources) for statement in group.statements]
    blocks += [PageBreak(), Heading("How this brief was made")]
    blocks += [Paragraph((Run(f"{name}:", bold=True), Run(f" {text}"))) for name, text in facts]
    blocks += [Heading("Sources")] if brief.sources else []
    for source in brief.sources:
        link = source.url or web_url(source.link)
        blocks.append(
            Paragraph((Run(f"[{source.number}] {source.citation} "), Run("Open", link, small=True)))
        )
    return Paper(brief.title, tuple(blocks), made)


def _block(statement: s.Statement, sources: dict[int, s.BriefSource]) -> Block:
    """Return a quotation, or a table of those that stand side by side."""
    quoted = [
        (
            " ".join(line.text.split()),
            source_of(line, sources[line.source]),
            web_url(line.link) or line.url,
        )
        for line in statement.lines
    ]
    if len(quoted) == 1:
        return Quotation(*quoted[0])
    labels = tuple(f"One {LABELS[x.stance]}" if x.stance else "One says" for x in statement.lines)
    cells = tuple((Line(text, source, link, quote=True),) for text, source, link in quoted)
    return Table(_DIFFER, ("", *labels), (((Line(_DIFFER),), *cells),))


def source_of(line: s.BriefLine, source: s.BriefSource) -> str:
    """Return where a line stands, in the words of its page: document, page, evidence, country."""
    evidence = [
        f"{kind.label}{'' if kind.confirmed else ' (suggested)'}" for kind in source.evidence_types
    ]
    parts = (
        f"[{source.number}] {source.short}: {source.title}",
        line.page_label,
        "; ".join(evidence) or "type of evidence not stated",
        ", ".join(source.countries) or "country not stated",
        "digest" if source.digest else None,
        "from the body" if line.role not in SPEAKING and not source.digest else None,
    )
    return " · ".join(part for part in parts if part)


def facts_of(brief: s.BriefAnswer, filters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the box "How this brief was made" as (label, text)."""
    made = brief.made
    narrowed = "; ".join(f"{name}: {value}" for name, value in filters) or "none"
    searched = ", ".join(made.legs) or "no words: all documents that pass the filters"
    if brief.list_title is not None:
        searched = f"the documents of the list “{brief.list_title}”"
    facts = [
        ("Question", brief.question or "none; lines that are most like all others"),
        ("Filters", narrowed),
        ("Made on", f"{made.made_on}, revision {made.revision} of the repository"),
        ("Searched by", searched),
        (
            "Considered",
            f"{_count(made.reached, 'document')} in reach, {made.read:,} of them read: "
            f"{_count(made.passages, 'passage')}, {_count(made.sentences, 'sentence')}; "
            f"{made.compared:,} lines stand alone and were compared; {made.near:,} are near",
        ),
        (
            "Used",
            f"{_count(made.used, 'line')} of {_count(made.documents, 'document')}; left out: "
            f"{_count(made.repeats, 'near-repeat')}, {made.dropped} dropped by the reader",
        ),
        ("Quoted from", _quoted_from(made)),
        ("Kinds", _counted(made.kinds)),
        ("Types of evidence", _counted(made.evidence_types)),
        ("Stages", _counted(made.stages)),
        ("Countries", _counted(made.countries)),
        ("Languages", _counted(made.languages)),
        ("Years", made.years or "not stated"),
        ("Missing", " ".join(made.missing) or "nothing that the program can tell"),
    ]
    return facts + [("Note", notice) for notice in made.notices]


def _quoted_from(made: s.HowMade) -> str:
    rest = made.documents - made.from_body
    parts = [f"summaries and findings of {_count(rest, 'document')}"] if rest else []
    if made.from_body:
        parts.append(
            f"the body of {_count(made.from_body, 'document')}, in which neither is marked"
        )
    said = "; ".join(parts) or "nothing"
    if made.digests:
        said += (
            f". Digests, written for this repository in its own words: {made.digests}; cite their "
            "originals"
        )
    return said


def _counted(values: Iterable[s.Counted]) -> str:
    return ", ".join(f"{value.label} ({value.count})" for value in values) or "not stated"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
