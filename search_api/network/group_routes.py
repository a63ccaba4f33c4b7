"""Groups over HTTP: who may read and change what is checked in ``corpus.network``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.network import gathering, groups
from corpus.people.actors import Actor
from search_api.network import group_shapes as s
from search_api.network.answering import stored_part
from search_api.network.grouping import etag_of_group, group_detail, groups_of, id_in
from search_api.service.service import Service
from search_api.web import conditional
from search_api.web.access import Curator, Member, Reader
from search_api.web.declared import reads, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch, check_match

router = APIRouter(tags=["groups"])

GroupSlug = Annotated[
    str, Path(description="A group's address.", max_length=80, examples=["wellbeing"])
]
PersonId = Annotated[str, Path(description="A person's id.", max_length=64)]
ThingId = Annotated[str, Path(description="An id, as in the group.", max_length=64)]


@dataclass(frozen=True)
class GroupChange:
    """A change of a group, by somebody who may be allowed to make it."""

    actor: Member
    service: ServiceDep
    catalogue: CatalogueDep
    response: Response
    slug: GroupSlug

    @property
    def where(self) -> tuple[Catalogue, Actor, str]:
        """Return what every change of a group takes first."""
        return self.catalogue, self.actor, self.slug

    def answer(self) -> s.GroupDetail:
        """Return the group after the change."""
        stored = groups.find_group(self.catalogue, self.actor, self.slug)
        self.response.headers["ETag"] = etag_of_group(self.service, stored)
        self.response.headers["Cache-Control"] = "no-store"
        return group_detail(self.service, self.catalogue, self.actor, self.slug)


@dataclass(frozen=True)
class CuratorsChange(GroupChange):
    """A change of a group that only curators may make."""

    actor: Curator


Changing = Annotated[GroupChange, Depends()]
ChangingAsCurator = Annotated[CuratorsChange, Depends()]


@router.get(
    "/groups", operation_id="listGroups", summary="The groups you may see", responses=reads()
)
def list_groups(
    request: Request,
    response: Response,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
) -> s.GroupsAnswer:
    """Return the public groups, and to signed-in members also those they are in."""
    _fresh(request, response, service, catalogue)
    return groups_of(service, catalogue, actor)


@router.get(
    "/groups/{slug}",
    operation_id="getGroup",
    summary="A group: its questions with their evidence, its lists, notes and people",
    responses=reads(404),
)
def get_group(
    request: Request,
    response: Response,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: GroupSlug,
) -> s.GroupDetail:
    """Return a group. One that is for its members does not exist for others.

    Names of people are for signed-in members, proposals for the group's own people and curators.
    """
    group = groups.find_group(catalogue, actor, slug)
    _fresh(request, response, service, catalogue, etag_of_group(service, group))
    return group_detail(service, catalogue, actor, slug)


def _fresh(
    request: Request, response: Response, service: Service, catalogue: Catalogue, stored: str = ""
) -> None:
    """Set the entity tag: that of what is stored, a full stop, and that of what is beside it."""
    told = (service.searcher.refresh(catalogue), catalogue.revision(), datetime.now(UTC).date())
    rest = conditional.etag_of(request, service, catalogue, *told).strip('"')
    part = stored.strip('"')
    conditional.check_etag(request, response, f'"{part}.{rest}"' if part else f'"{rest}"')


@router.post(
    "/groups",
    operation_id="createGroup",
    summary="Make a group",
    status_code=201,
    responses=writes(404, 409),
)
def create_group(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    new: s.NewGroup,
) -> s.GroupDetail:
    """Make a group without people. Then name its lead."""
    made = groups.create_group(
        catalogue, actor, new.name,
        purpose=new.purpose, visibility=new.visibility, slug=new.slug,
    )  # fmt: skip
    shape = GroupChange(actor, service, catalogue, response, made.slug).answer()
    response.headers["Location"] = shape.links.self
    return shape


@router.patch(
    "/groups/{slug}",
    operation_id="changeGroup",
    summary="Change a group's name, purpose, visibility or notes",
    responses=writes(404, 412, 428),
)
def change_group(group: Changing, new: s.ChangedGroup, if_match: IfMatch = None) -> s.GroupDetail:
    """Change what a group is; for its lead and curators."""
    with group.catalogue.transaction():
        stored = groups.check_standing(*group.where, "lead")
        check_match(stored_part(if_match), etag_of_group(group.service, stored))
        groups.change_group(*group.where, **new.model_dump(exclude_none=True))
    return group.answer()


@router.put(
    "/groups/{slug}/state",
    operation_id="setGroupState",
    summary="Archive a group, or restore it",
    responses=writes(404),
)
def set_state(group: ChangingAsCurator, new: s.GroupState) -> s.GroupDetail:
    """Put a group away: only its people and curators see it, and nothing in it changes."""
    groups.set_archived(*group.where, archived=new.archived)
    return group.answer()


@router.post(
    "/groups/{slug}/people",
    operation_id="placePerson",
    summary="Give somebody a place in a group, or another role there",
    responses=writes(404),
)
def place_person(group: Changing, new: s.NewPlace) -> s.GroupDetail:
    """Add a member or a lead by their name; for the group's lead and curators."""
    groups.place_person(*group.where, new.name, new.role)
    return group.answer()


@router.delete(
    "/groups/{slug}/people/{person_id}",
    operation_id="removePerson",
    summary="Take somebody out of a group, or leave it",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def remove_person(
    actor: Member, catalogue: CatalogueDep, slug: GroupSlug, person_id: PersonId
) -> None:
    """Take somebody out; everybody may go by themselves."""
    groups.remove_person(catalogue, actor, slug, person_id)


@router.post(
    "/groups/{slug}/items",
    operation_id="addToGroup",
    summary="Add a question, a list or a document to a group",
    responses=writes(404),
)
def add_item(group: Changing, new: s.NewItem) -> s.GroupDetail:
    """Add something; for the group's lead and curators. Members propose."""
    gathering.add_item(*group.where, new.kind, id_in(new.value))
    return group.answer()


@router.delete(
    "/groups/{slug}/items/{item_id}",
    operation_id="removeFromGroup",
    summary="Remove something from a group",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def remove_item(actor: Member, catalogue: CatalogueDep, slug: GroupSlug, item_id: ThingId) -> None:
    """Remove something from a group; the question, list or document itself stays."""
    gathering.remove_item(catalogue, actor, slug, item_id)


@router.post(
    "/groups/{slug}/proposals",
    operation_id="proposeToGroup",
    summary="Propose a question, a list, a document or a note to a group",
    responses=writes(404),
)
def propose(group: Changing, new: s.NewProposal) -> s.GroupDetail:
    """Propose something; for the group's people. Its lead decides."""
    value = new.value if new.kind == "note" else id_in(new.value)
    gathering.propose(*group.where, new.kind, value, new.comment)
    return group.answer()


@router.put(
    "/groups/{slug}/proposals/{proposal_id}",
    operation_id="decideProposal",
    summary="Accept or decline a proposal",
    responses=writes(404, 409),
)
def decide_proposal(
    group: Changing, proposal_id: ThingId, decision: s.ProposalDecision
) -> s.GroupDetail:
    """Decide; for the group's lead and curators. Accepting adds what is proposed."""
    is_accepted = decision.decision == "accept"
    gathering.decide_proposal(*group.where, proposal_id, accept=is_accepted, reason=decision.reason)
    return group.answer()
