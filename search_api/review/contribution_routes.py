"""Contributions: members offer documents, curators decide, and everybody sees what became of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, Path, Request, Response, UploadFile
from fastapi.routing import APIRoute

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ContributionNotFound, CorrectionInvalid
from corpus.people.actors import Actor
from corpus.review import contributions
from corpus.review.contributions import Contribution
from search_api.review import shapes as d
from search_api.review.contributing import MAX_UPLOAD_BYTES, contribute_address, contribute_file
from search_api.service.service import Service
from search_api.web import conditional
from search_api.web.access import Curator, Member, Needs
from search_api.web.declared import PREFIX, reads, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch, check_match


class MembersFirst(APIRoute):
    """Look who asks before the body is read: a stranger's 25 MB are not taken to the end."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the look at who asks."""
        handle = super().get_route_handler()

        async def handle_members(request: Request) -> Response:
            await Needs("member")(request)
            return await handle(request)

        return handle_members


MAX_BODY_BYTES: Final = MAX_UPLOAD_BYTES + 64 * 1024
"""The file, and what a form puts around it."""
NoteField = Annotated[
    str, Form(max_length=d.MAX_NOTE_CHARS, description="What curators should know about it.")
]
MESSAGES: Final = {
    "received": "It is being read. If it stays so, it was interrupted: send it again.",
    "waiting": "It was read, and waits for a curator.",
    "accepted": "A curator accepted it; everybody can find it.",
    "declined": "A curator declined it.",
    "held": "It is held already, or was contributed before.",
    "failed": "It could not be taken in.",
}

router = APIRouter(tags=["contributions"], route_class=MembersFirst)


@router.post(
    "/contributions",
    operation_id="contribute",
    summary="Offer a document",
    status_code=201,
    responses=writes(429),
    max_body_size=MAX_BODY_BYTES,
)
def contribute(
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    file: Annotated[UploadFile | None, File(description="The document itself.")] = None,
    url: Annotated[str, Form(max_length=4_000, description="Or where it is on the web.")] = "",
    note: NoteField = "",
) -> d.ContributionShape:
    """Offer a document, as a file of up to 25 MB or by its address (http or https).

    It is read at once, by the same rules as every document, and nobody sees it before a curator
    accepts it. The answer says what became of it.
    """
    made = take_in(service, catalogue, actor, file, url, note)
    response.headers["Location"] = service.absolute(f"{PREFIX}/contributions/{made.id}")
    response.headers["ETag"] = etag_of(service, made)
    response.headers["Cache-Control"] = "no-store"
    return shape_contribution(service, catalogue, made)


def take_in(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    file: UploadFile | None,
    url: str,
    note: str,
) -> Contribution:
    """Take in a file or an address; the API and the page do the same."""
    named = file if file is not None and file.filename else None
    if (named is not None) == bool(url.strip()):
        raise CorrectionInvalid("file", "or url: send one of the two")
    if named is None:
        return contribute_address(service, catalogue, actor, url, note)
    data = named.file.read(MAX_UPLOAD_BYTES + 1)
    if len(data) > MAX_UPLOAD_BYTES:
        raise CorrectionInvalid("file", "can have 25 MB; curators can add larger ones")
    return contribute_file(service, catalogue, actor, named.filename or "", data, note)


@router.get(
    "/contributions",
    operation_id="listContributions",
    summary="What was offered, and what became of it",
    responses=reads(401, 403),
)
def list_contributions(
    request: Request,
    response: Response,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
) -> d.Contributions:
    """List one's own contributions; curators see everybody's. The newest are first."""
    etag = conditional.etag_of(request, service.release, catalogue.revision(), None)
    conditional.check_etag(request, response, etag)
    found = visible_to(catalogue, actor)
    return d.Contributions(contributions=[shape_contribution(service, catalogue, c) for c in found])


def visible_to(catalogue: Catalogue, actor: Actor) -> list[Contribution]:
    """Return what somebody may see of what was offered."""
    if actor.may("curator"):
        return contributions.read_contributions(catalogue)
    return contributions.of_person(catalogue, actor)


ContributionId = Annotated[str, Path(description="A contribution's id.", max_length=64)]


@router.get(
    "/contributions/{contribution_id}",
    operation_id="getContribution",
    summary="One contribution",
    responses=reads(401, 403, 404),
)
def get_contribution(
    request: Request,
    response: Response,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    contribution_id: ContributionId,
) -> d.ContributionShape:
    """Return a contribution of one's own, or for curators anybody's; with the ETag to decide by."""
    found = seen_by(catalogue, actor, contribution_id)
    conditional.check_etag(request, response, etag_of(service, found))
    return shape_contribution(service, catalogue, found)


def seen_by(catalogue: Catalogue, actor: Actor, contribution_id: str) -> Contribution:
    """Return a contribution if somebody may see it.

    Raises:
        ContributionNotFound: there is none, or it is another member's.
    """
    found = contributions.contribution(catalogue, contribution_id)
    if not (actor.may("curator") or found.person_id == actor.person_id):
        raise ContributionNotFound(f"No contribution has the id {contribution_id!r}.")
    return found


@router.put(
    "/contributions/{contribution_id}/decision",
    operation_id="decideContribution",
    summary="Accept or decline a contribution",
    responses=writes(404, 409, 412, 428),
)
def decide_contribution(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    contribution_id: ContributionId,
    decision: d.ContributionDecision,
    if_match: IfMatch = None,
) -> d.ContributionShape:
    """Take a contribution in, or decline it for a reason that its member and the ledger are told.

    An accepted document is found by its words at once; `salex index` adds meaning and tags.
    """
    with catalogue.transaction():
        found = contributions.contribution(catalogue, contribution_id)
        check_match(if_match, etag_of(service, found))
        if decision.decision == "accept":
            after = contributions.accept(catalogue, actor, contribution_id, decision.reason)
        else:
            after = contributions.decline(catalogue, actor, contribution_id, decision.reason)
    response.headers["ETag"] = etag_of(service, after)
    response.headers["Cache-Control"] = "no-store"
    return shape_contribution(service, catalogue, after)


def etag_of(service: Service, found: Contribution) -> str:
    """Return the entity tag of a contribution."""
    return conditional.etag_of_content(service.release, repr(found))


def shape_contribution(
    service: Service, catalogue: Catalogue, found: Contribution
) -> d.ContributionShape:
    """Return a contribution in its public shape."""
    wanted = [found.document_id] if found.document_id else []
    held = catalogue.documents(wanted, pending=True).get(found.document_id or "")
    # Of a document another member's contribution made, only what everybody sees is told.
    own = found.state in ("waiting", "accepted", "declined")
    shown = held is not None and held.pending_since is None
    return d.ContributionShape(
        id=found.id,
        name=found.name,
        title=held.title if held and (own or shown) else None,
        note=found.note,
        contributor=found.contributor,
        received_at=found.received_at,
        state=found.state,
        message=MESSAGES[found.state],
        reason=found.reason,
        document_id=held.id if held and shown else None,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        link=service.absolute(f"/contributions/{found.id}"),
    )
