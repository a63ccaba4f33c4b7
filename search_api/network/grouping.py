"""Groups as a caller may see them, with the evidence on their questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListNotFound, QuestionNotFound
from corpus.lists.lists import resource_list
from corpus.model import Document
from corpus.network import gathering
from corpus.network.gathering import Item, Proposal
from corpus.network.groups import Group, find_group, people_of, standing_of, visible_groups
from corpus.network.questions import Question, find_question
from corpus.people.actors import Actor
from corpus.review.contributions import read_contributions
from search_api.network import group_shapes as s
from search_api.network.answering import Agenda
from search_api.service.service import Service
from search_api.web.conditional import etag_of_content
from search_api.web.declared import PREFIX

_OF_PAGE: Final = re.compile(r"^(?:https?://[^/]+)?/(?:documents|lists|agenda/questions)/([^/?#]+)")


def groups_of(service: Service, catalogue: Catalogue, actor: Actor) -> s.GroupsAnswer:
    """Return the groups that somebody may see."""
    return s.GroupsAnswer(
        groups=[_summary(service, catalogue, actor, g) for g in visible_groups(catalogue, actor)]
    )


def group_detail(service: Service, catalogue: Catalogue, actor: Actor, slug: str) -> s.GroupDetail:
    """Return a group with what somebody may see of it.

    Names of people are for signed-in members, and proposals for the group's own people.

    Raises:
        GroupNotFound
    """
    group = find_group(catalogue, actor, slug)
    items = gathering.items_of(catalogue, slug)
    inside = standing_of(catalogue, actor, slug) != "outside"
    documents, waiting = _documents(catalogue, items)
    proposals = gathering.proposals_of(catalogue, slug) if inside else None
    return s.GroupDetail(
        **dict(_summary(service, catalogue, actor, group)),
        notes=group.notes,
        questions=_questions(service, catalogue, items),
        lists=list(_lists(service, catalogue, items)),
        documents=[
            s.GroupThing(
                item_id=item.id,
                kind="document" if item.kind == "document" else "contribution",
                id=document.id,
                title=document.title,
                link=service.absolute(f"/documents/{document.id}"),
            )
            for item, document in documents
        ],
        waiting_contributions=waiting if inside else None,
        people=[
            s.PlaceShape(person_id=place.person_id, name=place.name, role=place.role)
            for place in people_of(catalogue, slug)
        ]
        if actor.may("member")
        else None,
        proposals=None if proposals is None else _proposals(catalogue, proposals),
    )


def etag_of_group(service: Service, group: Group) -> str:
    """Return the entity tag of a group's name, purpose, visibility and notes."""
    return etag_of_content(service.release, repr(group))


def id_in(value: str) -> str:
    """Return the id in the address of a page, as people paste it; any other text as it is."""
    match = _OF_PAGE.match(value.strip())
    return match[1] if match else value.strip()


def _summary(service: Service, catalogue: Catalogue, actor: Actor, group: Group) -> s.GroupSummary:
    return s.GroupSummary(
        slug=group.slug,
        name=group.name,
        purpose=group.purpose,
        visibility=group.visibility,
        archived=group.archived_at is not None,
        standing=standing_of(catalogue, actor, group.slug),
        links=s.GroupLinks(
            self=service.absolute(f"{PREFIX}/groups/{group.slug}"),
            page=service.absolute(f"/groups/{group.slug}"),
        ),
    )


def _questions(
    service: Service, catalogue: Catalogue, items: Iterable[Item]
) -> list[s.GroupQuestion]:
    asked: list[tuple[Item, Question]] = []
    for item in items:
        if item.kind == "own_question":
            # Without a language, as a search takes it.
            own = Question(item.id, "", item.value, "und", {}, "open", item.added_by, item.added_at)
            asked.append((item, own))
        elif item.kind == "question":
            try:
                asked.append((item, find_question(catalogue, item.value)))
            except QuestionNotFound:
                continue  # of a catalogue that was put together by hand
    agenda = Agenda(service, catalogue, curating=False)
    answers = agenda.answer(question for _, question in asked)
    return [
        s.GroupQuestion(
            item_id=item.id,
            text=question.text,
            language=None if item.kind == "own_question" else question.language,
            question_id=None if item.kind == "own_question" else question.id,
            strength=answer.strength,
            answering=answer.answering,
            related=answer.related,
            missing=answer.missing,
            hits=agenda.hits(agenda.search(question)),
            search=answer.links.search,
        )
        for (item, question), answer in zip(asked, answers, strict=True)
    ]


def _lists(service: Service, catalogue: Catalogue, items: Iterable[Item]) -> Iterable[s.GroupThing]:
    for item in (item for item in items if item.kind == "list"):
        title = _title_of_list(catalogue, item.value)
        if title is not None:
            yield s.GroupThing(
                item_id=item.id,
                kind="list",
                id=item.value,
                title=title,
                link=service.absolute(f"/lists/{item.value}"),
            )


def _title_of_list(catalogue: Catalogue, slug: str) -> str | None:
    """Return the title of a list that everybody sees; ``None`` of any other."""
    try:
        stored = resource_list(catalogue, slug)
    except ListNotFound:
        return None
    shown = stored.state == "published" and stored.published
    return stored.published.selection.title if shown and stored.published else None


def _documents(
    catalogue: Catalogue, items: Iterable[Item]
) -> tuple[list[tuple[Item, Document]], int]:
    """Return the documents that everybody sees, and how many contributions wait."""
    things = [item for item in items if item.kind in ("document", "contribution")]
    ids = {item.value for item in things if item.kind == "contribution"}
    contributions = {c.id: c for c in read_contributions(catalogue, about=ids)} if ids else {}
    of_item = {item.id: item.value for item in things if item.kind == "document"}
    for item in things:
        made = contributions.get(item.value)
        if made and made.document_id and made.state in ("accepted", "held"):
            of_item[item.id] = made.document_id
    known = catalogue.documents(of_item.values())
    shown = {i: known[d] for i, d in of_item.items() if d in known and not known[d].withdrawn_at}
    waiting = sum(contributions[i].state == "waiting" for i in contributions)
    return [(item, shown[item.id]) for item in things if item.id in shown], waiting


def _proposals(catalogue: Catalogue, proposals: Iterable[Proposal]) -> list[s.ProposalShape]:
    listed = list(proposals)
    ids = [p.value for p in listed if p.kind == "document"]
    titles: Mapping[str, str] = {i: d.title for i, d in catalogue.documents(ids).items()}
    shapes = []
    for made in listed:
        title = titles.get(made.value, made.value)
        if made.kind == "list":
            title = _title_of_list(catalogue, made.value) or made.value
        if made.kind == "question":
            title = find_question(catalogue, made.value).text
        shapes.append(
            s.ProposalShape(
                id=made.id,
                kind=made.kind,
                value=made.value,
                title=title,
                comment=made.comment,
                proposed_by=made.proposed_by,
                proposed_at=made.proposed_at,
                state=made.state,
                reason=made.reason,
                decided_by=made.decided_by,
                decided_at=made.decided_at,
            )
        )
    return shapes
