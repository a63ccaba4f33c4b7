"""The pages of groups: to read, and for their leads and members to work in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import DocumentNotFound, ListNotFound, QuestionNotFound
from corpus.network import gathering, groups
from corpus.network.gathering import ITEM_KINDS, MAX_COMMENT, MAX_NOTE, PROPOSAL_KINDS
from corpus.network.groups import MAX_NAME, MAX_NOTES, MAX_PURPOSE, GroupRole
from corpus.network.questions import read_questions
from corpus.people.actors import Actor
from search_api.network.grouping import etag_of_group, group_detail, groups_of, id_in
from search_api.service.service import Service
from search_api.web.access import Curator, Member, Reader
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import REFUSALS, Form, Refused, read_choice, read_text, refuse_form
from search_api.web.preconditions import check_match
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

GROUPS: Final = "/groups"
_UNCACHED: Final = {"Cache-Control": "no-store"}
_REFUSED: Final = (*REFUSALS, DocumentNotFound, ListNotFound, QuestionNotFound)
"""A wrong address in a form: the page is shown again with what was typed."""
_VISIBILITIES: Final = ("public", "members")


@router.get(GROUPS)
def all_groups(
    request: Request, actor: Reader, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """Show the groups that the caller may see."""
    return _show_all(request, actor, service, catalogue)


def _show_all(
    request: Request,
    actor: Actor,
    service: Service,
    catalogue: Catalogue,
    refused: Refused | None = None,
) -> Response:
    return render(
        request,
        "groups.html",
        status=refused.status if refused else 200,
        headers=_UNCACHED,
        groups=groups_of(service, catalogue, actor).groups,
        curating=actor.may("curator"),
        refused=refused,
        limits={"name": MAX_NAME, "purpose": MAX_PURPOSE},
        twin=f"{PREFIX}/groups",
    )


@router.post(GROUPS)
def create(
    request: Request, actor: Curator, service: ServiceDep, catalogue: CatalogueDep, fields: Form
) -> Response:
    """Make a group."""
    try:
        made = groups.create_group(
            catalogue, actor, read_text(fields, "name", MAX_NAME),
            purpose=read_text(fields, "purpose", MAX_PURPOSE),
            visibility="public" if fields.get("visibility") == "public" else "members",
        )  # fmt: skip
    except _REFUSED as error:
        again = refuse_form("create", fields, error)
        return _show_all(request, actor, service, catalogue, again)
    return RedirectResponse(f"{GROUPS}/{made.slug}", 303, _UNCACHED)


@router.get(f"{GROUPS}/{{slug}}")
def one_group(
    request: Request, actor: Reader, service: ServiceDep, catalogue: CatalogueDep, slug: str
) -> Response:
    """Show a group with what the caller may see of it."""
    return _show(request, actor, service, catalogue, slug)


def _show(
    request: Request,
    actor: Actor,
    service: Service,
    catalogue: Catalogue,
    slug: str,
    refused: Refused | None = None,
) -> Response:
    stored = groups.find_group(catalogue, actor, slug)
    detail = group_detail(service, catalogue, actor, slug)
    return render(
        request,
        "group.html",
        status=refused.status if refused else 200,
        headers=_UNCACHED,
        group=detail,
        refused=refused,
        state=etag_of_group(service, stored).strip('"'),
        agenda=read_questions(catalogue, "open") if detail.standing != "outside" else [],
        item_kinds=ITEM_KINDS,
        proposal_kinds=PROPOSAL_KINDS,
        me=actor.person_id,
        limits={
            "name": MAX_NAME,
            "purpose": MAX_PURPOSE,
            "notes": MAX_NOTES,
            "value": MAX_NOTE,
            "comment": MAX_COMMENT,
        },
        twin=f"{PREFIX}/groups/{slug}",
    )


@dataclass(frozen=True)
class GroupForm:
    """A form that was sent from a group's page."""

    request: Request
    actor: Member
    service: ServiceDep
    catalogue: CatalogueDep
    slug: str
    fields: Form

    @property
    def where(self) -> tuple[Catalogue, Actor, str]:
        """Return what every change of a group takes first."""
        return self.catalogue, self.actor, self.slug

    def answer(self, place: str, write: Callable[[], Any]) -> Response:
        """Do what it asks and lead back to its place, or show the page again with its reason."""
        try:
            with self.catalogue.transaction():
                write()
        except _REFUSED as error:
            again = refuse_form(place, self.fields, error)
            return _show(self.request, self.actor, self.service, self.catalogue, self.slug, again)
        return RedirectResponse(f"{GROUPS}/{self.slug}#{place}", 303, _UNCACHED)


@dataclass(frozen=True)
class CuratorsForm(GroupForm):
    """A form that only curators may send."""

    actor: Curator


SentForm = Annotated[GroupForm, Depends()]
CuratorsSentForm = Annotated[CuratorsForm, Depends()]


@router.post(f"{GROUPS}/{{slug}}/details")
def change(form: SentForm) -> Response:
    """Change the name, purpose, visibility and notes."""

    def write() -> None:
        stored = groups.check_standing(*form.where, "lead")
        check_match(f'"{form.fields.get("state", "")}"', etag_of_group(form.service, stored))
        groups.change_group(
            *form.where, name=read_text(form.fields, "name", MAX_NAME),
            purpose=read_text(form.fields, "purpose", MAX_PURPOSE),
            notes=read_text(form.fields, "notes", MAX_NOTES),
            visibility=read_choice(form.fields, "visibility", _VISIBILITIES),
        )  # fmt: skip

    return form.answer("details", write)


@router.post(f"{GROUPS}/{{slug}}/people")
def place(form: SentForm) -> Response:
    """Give somebody a place, or take them out with ``remove``."""

    def write() -> None:
        if form.fields.get("remove"):
            groups.remove_person(*form.where, form.fields["remove"])
            return
        chosen = read_choice(form.fields, "role", ("member", "lead"))
        role: GroupRole = "lead" if chosen == "lead" else "member"
        groups.place_person(*form.where, read_text(form.fields, "name", 60), role)

    left = form.fields.get("remove") == form.actor.person_id and not form.actor.may("curator")
    answer = form.answer("people", write)
    if left and answer.status_code == 303:  # the group may not be there for them any more
        return RedirectResponse(GROUPS, 303, _UNCACHED)
    return answer


@router.post(f"{GROUPS}/{{slug}}/items")
def gather(form: SentForm) -> Response:
    """Add something, or remove it with ``remove``."""

    def write() -> None:
        if form.fields.get("remove"):
            gathering.remove_item(*form.where, form.fields["remove"])
            return
        kind, value = _thing(form.fields, ITEM_KINDS)
        gathering.add_item(*form.where, kind, value)

    return form.answer("items", write)


@router.post(f"{GROUPS}/{{slug}}/proposals")
def propose(form: SentForm) -> Response:
    """Propose something."""

    def write() -> None:
        kind, value = _thing(form.fields, PROPOSAL_KINDS)
        comment = read_text(form.fields, "comment", MAX_COMMENT)
        gathering.propose(*form.where, kind, value, comment)

    return form.answer("proposals", write)


@router.post(f"{GROUPS}/{{slug}}/proposals/{{proposal_id}}")
def decide(form: SentForm, proposal_id: str) -> Response:
    """Accept a proposal, or decline it with a reason."""

    def write() -> None:
        decision = read_choice(form.fields, "decision", ("accept", "decline"))
        reason = read_text(form.fields, "reason", MAX_COMMENT)
        accept = decision == "accept"
        gathering.decide_proposal(*form.where, proposal_id, accept=accept, reason=reason)

    return form.answer(f"proposal-{proposal_id}", write)


@router.post(f"{GROUPS}/{{slug}}/state")
def set_state(form: CuratorsSentForm) -> Response:
    """Archive a group, or restore it."""

    def write() -> None:
        archived = read_choice(form.fields, "archived", ("true", "false")) == "true"
        groups.set_archived(*form.where, archived=archived)

    return form.answer("details", write)


def _thing(fields: Mapping[str, str], kinds: tuple[Any, ...]) -> tuple[Any, str]:
    """Return the kind and value of a form: an address that was pasted counts as its id."""
    if fields.get("question"):
        return "question", fields["question"]
    kind, text = read_choice(fields, "kind", kinds), read_text(fields, "value", MAX_NOTE)
    return kind, text if kind in ("note", "own_question") else id_in(text)
