"""A brief in its public shape: lines with their sources, links and citations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import changes_since
from corpus.model import Document, Tag
from corpus.taxonomy import Taxonomy
from index.briefing.composing import Statement
from index.briefing.lines import Line
from index.filters import FILTERS
from search_api.answers.citations import (
    cite_document,
    page_label,
    source_link,
    stated_page,
)
from search_api.answers.presenting import Presenter
from search_api.briefs import shapes as s
from search_api.briefs.accounting import account_for
from search_api.briefs.making import Made
from search_api.briefs.params import BriefParams, brief_address, brief_pairs
from search_api.search.presenting import filters_shape
from search_api.service.service import Service
from search_api.web.languages import counted, current, gettext, label_of

QUOTES_ONLY: Final = (
    "This brief quotes and does not recommend. Every line is word for word from the cited "
    "document. The program chose the lines; read them in their context before you rely on them."
)
_TITLE_CHARACTERS: Final = 120
_MOST_NAMES: Final = 2


def present_brief(
    service: Service, catalogue: Catalogue, made: Made, params: BriefParams
) -> s.BriefAnswer:
    """Return a brief as JSON, from which its page and its files are made too."""
    known = frozenset(params.lines.split(".")) if params.lines else None
    sources = _number_sources(made)
    shaper = _Shaper(Presenter(service), made, sources, known or frozenset(), known is not None)
    pairs = pairs_of(made, params)
    extra = [("revision", str(revision_of(made, catalogue)))]
    extra += [("lines", ".".join(line.id for line in made.lines))] if made.lines else []
    today = datetime.now(UTC).date().isoformat()
    return s.BriefAnswer(
        title=title_of(service.taxonomy, made),
        question=made.query.text,
        list_title=made.listed.title if made.listed else None,
        filters=filters_shape(made.query.filters),
        group=made.group,
        note=QUOTES_ONLY,
        key_messages=[shaper.statement(one) for one in made.key_messages],
        findings=[
            s.FindingsGroup(
                id=group.id,
                label=group.label,
                statements=[shaper.statement(one) for one in group.statements],
            )
            for group in made.findings
        ],
        sources=[shaper.source(name) for name in sources],
        made=account_for(service, made, today, revision_of(made, catalogue)),
        changes=_changes(catalogue, made, params, known),
        links=s.BriefLinks(
            page=service.absolute(brief_address("/brief", pairs)),
            permanent=service.absolute(brief_address("/brief", pairs, *extra)),
        ),
    )


def pairs_of(made: Made, params: BriefParams) -> list[tuple[str, str]]:
    """Return what a brief is about as pairs for an address."""
    return brief_pairs(made.query, list_slug=params.list_slug, group=params.group, drop=params.drop)


def revision_of(made: Made, catalogue: Catalogue) -> int:
    """Return the revision that was searched."""
    results = made.gathered.results
    return results.revision if results else catalogue.revision()


def title_of(taxonomy: Taxonomy, made: Made) -> str:
    """Return the title: the question, the list's, or what the documents are narrowed to."""
    if made.query.text:
        text = made.query.text
        short = text if len(text) <= _TITLE_CHARACTERS else f"{text[: _TITLE_CHARACTERS - 1]}…"
        return short[:1].upper() + short[1:]
    if made.listed:
        return made.listed.title
    values = filter_labels(taxonomy, made)
    return "; ".join(value for _, value in values) or gettext("What the documents have in common")


def filter_labels(taxonomy: Taxonomy, made: Made) -> list[tuple[str, str]]:
    """Return the filters as (name, value) for people."""
    filters, labels = made.query.filters, []
    for filter_ in FILTERS:
        values = filters[filter_.field] if filter_.field != "roles" else ()
        known = taxonomy.vocabulary(filter_.vocabulary).terms if filter_.vocabulary else {}
        named = [label_of(taxonomy, known[v].label) if v in known else v for v in values]
        if filter_.record == "countries":
            named = [current().country(name) for name in named]
        if named:
            labels.append(
                (label_of(taxonomy, filter_.label_in(taxonomy)), gettext(" or ").join(named))
            )
    years = f"{filters.year_from or ''}–{filters.year_to or ''}"
    return labels + ([(gettext("Years"), years)] if years != "–" else [])


def short_name(document: Document) -> str:
    """Return who and when in a few words: "OECD, 2021"; only when, if nobody is named."""
    names = document.authors or document.publishers
    who = "; ".join(names[:_MOST_NAMES]) + (" et al." if len(names) > _MOST_NAMES else "")
    when = str(document.year or "n.d.")
    return f"{who}, {when}" if who else when


def _number_sources(made: Made) -> dict[str, int]:
    """Return the documents that are quoted, numbered in the order in which they are."""
    names = dict.fromkeys(line.passage.document_id for line in made.lines)
    return {name: number for number, name in enumerate(names, start=1)}


@dataclass(frozen=True, slots=True)
class _Shaper:
    presenter: Presenter
    made: Made
    numbers: dict[str, int]
    known: Collection[str]
    compares: bool

    def statement(self, statement: Statement) -> s.Statement:
        return s.Statement(lines=[self._line(line) for line in statement])

    def _line(self, line: Line) -> s.BriefLine:
        document = self.made.gathered.documents[line.passage.document_id]
        page = stated_page(document, line.page)
        return s.BriefLine(
            id=line.id,
            text=line.text,
            source=self.numbers[document.id],
            document_id=document.id,
            passage_id=str(line.passage.id),
            role=line.passage.role,
            page=page,
            page_label=page_label(document, line.page, line.page_end),
            link=self.presenter.passage_link(document.id, line.passage.id),
            url=source_link(document, page, self.presenter.stored_link(document)),
            stance=line.stance,
            new=self.compares and line.id not in self.known,
        )

    def source(self, name: str) -> s.BriefSource:
        document = self.made.gathered.documents[name]
        taxonomy = self.presenter.taxonomy
        lines = Counter(line.passage.document_id for line in self.made.lines)
        return s.BriefSource(
            number=self.numbers[name],
            id=name,
            title=document.title,
            short=short_name(document),
            citation=cite_document(document),
            kind_label=taxonomy.label("kinds", document.kind) if document.kind else None,
            evidence_types=[
                self._evidence(tag)
                for tag in self.made.gathered.tags.get(name, ())
                if tag.vocabulary == "evidence_types" and tag.origin != "rejected"
            ],
            countries=list(document.countries),
            year=document.year,
            language=document.language,
            digest=document.digest,
            lines=lines[name],
            link=self.presenter.page_link(name),
            url=source_link(document, None, self.presenter.stored_link(document)),
        )

    def _evidence(self, tag: Tag) -> s.EvidenceTypeShape:
        label = self.presenter.taxonomy.label(tag.vocabulary, tag.term)
        return s.EvidenceTypeShape(id=tag.term, label=label, confirmed=tag.origin == "confirmed")


def _changes(
    catalogue: Catalogue, made: Made, params: BriefParams, known: frozenset[str] | None
) -> s.BriefChanges | None:
    """Return what changed since an earlier brief, if the address names one."""
    if params.revision is None:
        return None
    changed = changes_since(catalogue, params.revision).records
    quoted = {line.passage.document_id for line in made.lines}
    ids = {line.id for line in made.lines}
    new = None if known is None else len(ids - known)
    gone = None if known is None else len(known - ids - set(params.drop))
    return s.BriefChanges(
        since=params.revision,
        new=new,
        gone=gone,
        documents=len(changed),
        quoted=len(changed & quoted),
        message=_say_changes(params.revision, new, gone, len(changed), len(changed & quoted)),
    )


def _say_changes(since: int, new: int | None, gone: int | None, documents: int, quoted: int) -> str:
    if not documents and not new and not gone:
        return gettext("Nothing has changed since this address was made.")
    said = []
    if new is not None and gone is not None:
        lines = []
        if new:
            lines.append(
                counted(new, "%(n)s line is new and marked so", "%(n)s lines are new and marked so")
            )
        if gone:
            lines.append(
                counted(gone, "%(n)s earlier line is gone", "%(n)s earlier lines are gone")
            )
        said.append("; ".join(lines) if lines else gettext("the lines are the same"))
    if documents:
        said.append(
            counted(
                documents,
                "%(n)s document was added, changed or removed in the repository, %(quoted)s of "
                "them quoted here",
                "%(n)s documents were added, changed or removed in the repository, %(quoted)s of "
                "them quoted here",
                quoted=quoted,
            )
        )
    return gettext(
        "Since this address was made (revision %(revision)s): %(changes)s.",
        revision=since,
        changes=". ".join(said),
    )
