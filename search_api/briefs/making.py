"""Makes a brief for a request: gathers, chooses, groups, and leaves out what the reader dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.taxonomy import Taxonomy
from index.briefing.briefing import Brief, groups_of, make_brief
from index.briefing.composing import Statement, group_statements
from index.briefing.gathering import Gathered, gather_for_query
from index.briefing.lines import Line
from index.filters import FILTER_OF
from index.model import Filters, Query
from search_api.briefs.listed import Listed, read_list
from search_api.briefs.params import BriefParams, group_for, query_of_brief
from search_api.briefs.shapes import GroupName
from search_api.service.service import Service

WITHOUT: Final = {
    "stage": "No stage stated",
    "topic": "No topic stated",
    "country": "No country stated",
    "section": "Other lines",
}
_FIELDS: Final = {"stage": "stages", "topic": "topics", "country": "countries"}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings under one heading."""

    id: str
    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A brief before it is put into words for a reader.

    Attributes:
        query: the question and the filters, as understood.
        listed: the list it was made from, if it was.
        group: what the findings are grouped by.
        gathered: what could be quoted.
        brief: what was chosen.
        key_messages: for the first page.
        findings: for the next three.
        dropped: how many lines the reader left out.
    """

    query: Query
    listed: Listed | None
    group: GroupName
    gathered: Gathered
    brief: Brief
    key_messages: tuple[Statement, ...]
    findings: tuple[Group, ...]
    dropped: int = field(default=0)

    @property
    def lines(self) -> list[Line]:
        """Return every line in the order of the brief."""
        statements = [*self.key_messages, *(s for g in self.findings for s in g.statements)]
        return [line for statement in statements for line in statement]


def make(
    service: Service, catalogue: Catalogue, params: BriefParams, *, curating: bool = False
) -> Made:
    """Make a brief.

    Args:
        service: searches, and knows the words of the network.
        catalogue: what is searched.
        params: what the brief is about.
        curating: whether the list may be a draft.

    Raises:
        QueryInvalid: a filter names a term that does not exist.
        ListNotFound: the list does not exist or was never published.
    """
    query = query_of_brief(service, params)
    made = (
        _from_list(service, catalogue, query, params, curating=curating)
        if params.list_slug
        else _from_search(service, catalogue, query, params)
    )
    return _without(made, params.drop)


def _from_search(
    service: Service,
    catalogue: Catalogue,
    query: Query,
    params: BriefParams,
    listed: Listed | None = None,
) -> Made:
    query = service.searcher.understand(catalogue, query)
    gathered = gather_for_query(service.searcher, catalogue, query)
    language = gathered.results.language if gathered.results else None
    brief = make_brief(service.searcher, gathered, query.text, language)
    by = group_for(query.filters, params.group)
    groups = groups_of(gathered, by, query.filters[_FIELDS[by]])
    return Made(
        query=query,
        listed=listed,
        group=by,
        gathered=gathered,
        brief=brief,
        key_messages=brief.composition.key_messages,
        findings=_grouped(service.taxonomy, by, brief.composition.findings, groups),
    )


def _from_list(
    service: Service,
    catalogue: Catalogue,
    query: Query,
    params: BriefParams,
    *,
    curating: bool,
) -> Made:
    listed = read_list(service, catalogue, params.list_slug, query, curating=curating)
    if listed.saved is not None:
        text = query.text or listed.saved.text
        asked = replace(listed.saved, text=text, filters=_narrow(listed.saved, query))
        return _from_search(service, catalogue, asked, params, listed)
    gathered = listed.gathered
    brief = make_brief(service.searcher, gathered, query.text, None)
    own_keys = listed.key_messages()
    keys = own_keys or brief.composition.key_messages
    shown = {line.id for statement in keys for line in statement}
    found = listed.findings(brief.composition.findings, leave_out=shown)
    by: GroupName
    if params.group is None and len(listed.titles) > 1:
        by = "section"
        groups = tuple(Group(i, label, tuple(s)) for i, label, s in found if s)
    else:
        by = group_for(query.filters, params.group)
        of = groups_of(gathered, by, query.filters[_FIELDS[by]])
        every = [statement for _, _, statements in found for statement in statements]
        groups = _grouped(service.taxonomy, by, every, of)
    return Made(query, listed, by, gathered, brief, keys, groups)


def _narrow(saved: Query, asked: Query) -> Filters:
    """Return the filters of a smart list; what the reader filters by takes the place of its own."""
    both = saved.filters.as_dict() | {k: v for k, v in asked.filters.as_dict().items() if v}
    return Filters(**both)


def _grouped(
    taxonomy: Taxonomy, by: str, statements: Sequence[Statement], group_of: dict[str, str]
) -> tuple[Group, ...]:
    """Return the groups, in the order of the vocabulary, or the largest first."""
    grouped = group_statements(statements, group_of)
    vocabulary = FILTER_OF[_FIELDS[by]].vocabulary
    terms = taxonomy.vocabulary(vocabulary).terms if vocabulary else {}
    order = list(terms) or sorted(grouped, key=lambda name: (-len(grouped[name]), name))
    known = [name for name in order if name in grouped and name]
    rest = [name for name in grouped if name not in known]
    return tuple(
        Group(
            name or "none",
            (terms[name].label if name in terms else name) or WITHOUT[by],
            tuple(grouped[name]),
        )
        for name in (*known, *sorted(rest))
    )


def _without(made: Made, dropped: Iterable[str]) -> Made:
    """Return the brief without some of its lines; nothing takes their place."""
    ids = set(dropped)
    if not ids:
        return made
    before = len(made.lines)
    groups = (replace(g, statements=_kept(g.statements, ids)) for g in made.findings)
    after = replace(
        made,
        key_messages=_kept(made.key_messages, ids),
        findings=tuple(g for g in groups if g.statements),
    )
    return replace(after, dropped=before - len(after.lines))


def _kept(statements: Iterable[Statement], dropped: set[str]) -> tuple[Statement, ...]:
    kept = (tuple(line for line in s if line.id not in dropped) for s in statements)
    return tuple(statement for statement in kept if statement)
