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
from search_api.web.languages import counted, current, gettext
from search_api.web.links import web_url

_DIFFER: Final = "Voices that differ"
NOTHING: Final = "No line is near enough to the question to be quoted."
NO_KEY_MESSAGE: Final = "No line is near enough to the question to be a key message."


def lay_out_brief(brief: s.BriefAnswer, made: Made, facts: Iterable[tuple[str, str]]) -> Paper:
    """Return a brief laid out: notices, key messages, findings, how it was made, sources."""
    sources = {source.number: source for source in brief.sources}
    blocks: list[Block] = [plain(brief.note)]
    blocks += [Paragraph((Run(notice, bold=True),)) for notice in brief.made.notices]
    blocks += [Heading("Key messages")]
    blocks += [_block(statement, sources) for statement in brief.key_messages]
    if not brief.key_messages:
        blocks.append(plain(NO_KEY_MESSAGE if brief.findings else NOTHING))
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
        opened = (Run(" "), Run("Open", link, small=True)) if link else ()
        blocks.append(Paragraph((Run(f"[{source.number}] {source.citation}"), *opened)))
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
        "; ".join(evidence) or gettext("type of evidence not stated"),
        ", ".join(source.countries) or gettext("country not stated"),
        gettext("digest") if source.digest else None,
        gettext("from the body") if line.role not in SPEAKING and not source.digest else None,
    )
    return " · ".join(part for part in parts if part)


def facts_of(brief: s.BriefAnswer, filters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the box "How this brief was made" as (label, text)."""
    made = brief.made
    narrowed = "; ".join(f"{name}: {value}" for name, value in filters) or gettext("none")
    searched = ", ".join(made.legs) or gettext("no words: all documents that pass the filters")
    if brief.list_title is not None:
        searched = gettext("the documents of the list “%(title)s”", title=brief.list_title)
    return [
        ("Question", brief.question or gettext("none; lines that are most like all others")),
        ("Filters", narrowed),
        (
            "Made on",
            gettext(
                "%(day)s, revision %(revision)s of the repository",
                day=made.made_on,
                revision=made.revision,
            ),
        ),
        ("Searched by", searched),
        ("Considered", _considered(made)),
        ("Used", _used(made)),
        ("Quoted from", _quoted_from(made)),
        ("Kinds", _counted(made.kinds)),
        ("Types of evidence", _counted(made.evidence_types)),
        ("Stages", _counted(made.stages)),
        ("Countries", _counted(made.countries)),
        ("Languages", _counted(made.languages)),
        ("Years", made.years or gettext("not stated")),
        ("Missing", " ".join(made.missing) or gettext("nothing that the program can tell")),
    ]


def _quoted_from(made: s.HowMade) -> str:
    rest = made.documents - made.from_body
    parts = []
    if rest:
        parts.append(
            counted(
                rest,
                "summaries and findings of %(n)s document",
                "summaries and findings of %(n)s documents",
            )
        )
    if made.from_body:
        parts.append(
            counted(
                made.from_body,
                "the body of %(n)s document, in which neither is marked",
                "the body of %(n)s documents, in which neither is marked",
            )
        )
    said = "; ".join(parts) or gettext("nothing")
    if made.digests:
        said += ". " + gettext(
            "Digests, written for this repository in its own words: %(number)s; cite their "
            "originals",
            number=made.digests,
        )
    return said


def _counted(values: Iterable[s.Counted]) -> str:
    return ", ".join(f"{value.label} ({value.count})" for value in values) or gettext("not stated")


def _considered(made: s.HowMade) -> str:
    number = current().number
    return gettext(
        "%(documents)s in reach, %(read)s of them read: %(passages)s, %(sentences)s; %(compared)s "
        "lines stand alone and were compared; %(near)s are near",
        documents=counted(made.reached, "%(n)s document", "%(n)s documents"),
        read=number(made.read),
        passages=counted(made.passages, "%(n)s passage", "%(n)s passages"),
        sentences=counted(made.sentences, "%(n)s sentence", "%(n)s sentences"),
        compared=number(made.compared),
        near=number(made.near),
    )


def _used(made: s.HowMade) -> str:
    return gettext(
        "%(lines)s of %(documents)s; left out: %(repeats)s, %(dropped)s dropped by the reader",
        lines=counted(made.used, "%(n)s line", "%(n)s lines"),
        documents=counted(made.documents, "%(n)s document", "%(n)s documents"),
        repeats=counted(made.repeats, "%(n)s near-repeat", "%(n)s near-repeats"),
        dropped=made.dropped,
    )
