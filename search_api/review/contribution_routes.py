"""Contributions: members offer documents, curators decide, and members see the decision."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, File, Form, Path, Request, Response, UploadFile
from fastapi.routing import APIRoute

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ContributionNotFound, CorrectionInvalid
from corpus.errors.said import say
from corpus.network.gathering import name_group
from corpus.network.groups import check_standing
from corpus.people.actors import Actor, Role
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
    """Check the caller before reading the body, so that strangers cannot upload 25 MB."""

    role: ClassVar[Role] = "member"

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check of the caller."""
        handle = super().get_route_handler()

        async def handle_members(request: Request) -> Response:
            await Needs(self.role)(request)
            return await handle(request)

        return handle_members


MAX_BODY_BYTES: Final = MAX_UPLOAD_BYTES + 64 * 1024
"""The file, and the form around it."""
NoteField = Annotated[
    str, Form(max_length=d.MAX_NOTE_CHARS, description="What curators should know about it.")
]
MESSAGES: Final = {
    "received": "It is being read. If this does not change, it was interrupted: send it again.",
    "waiting": "It was read and is waiting for a curator.",
    "accepted": "A curator accepted it; everybody can find it.",
    "declined": "A curator declined it.",
    "held": "It is already in the repository, or was contributed before.",
    "failed": "It could not be added.",
}

router = APIRouter(tags=["contributions"], route_class=MembersFirst)


@router.post(
    "/contributions",
    operation_id="contribute",
    summary="Offer a document",
    status_code=201,
    responses=writes(404, 429),
    max_body_size=MAX_BODY_BYTES,
)
def contribute(
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    file: Annotated[UploadFile | None, File(description="The document itself.")] = None,
    url: Annotated[str, Form(max_length=4_000, description="Or its web address.")] = "",
    note: NoteField = "",
    group: Annotated[
        str, Form(max_length=80, description="The address of a group of yours that it is for.")
    ] = "",
) -> d.ContributionShape:
    """Offer a document, as a file of up to 25 MB or by its address (http or https).

    It is read at once, like every document, but nobody else sees it until a curator accepts it. The
    answer has the outcome.
    """
    made = take_in(service, catalogue, actor, file, url, note, group)
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
    group: str = "",
) -> Contribution:
    """Add a file or an address, for the API and the page; ``group`` is one it is made for."""
    if group:
        check_standing(catalogue, actor, group, "member")
    made = _take_in(service, catalogue, actor, file, url, note)
    if group:
        with catalogue.transaction():
            name_group(catalogue, actor, group, made.id)
    return made


def _take_in(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    file: UploadFile | None,
    url: str,
    note: str,
) -> Contribution:
    named = file if file is not None and file.filename else None
    if named is None and not url.strip():
        raise CorrectionInvalid("file", say("is missing. Send a file, or a web address as url"))
    if named is not None and url.strip():
        raise CorrectionInvalid("url", say("cannot go together with a file. Send one of them"))
    if named is None:
        return contribute_address(service, catalogue, actor, url, note)
    data = named.file.read(MAX_UPLOAD_BYTES + 1)
    if len(data) > MAX_UPLOAD_BYTES:
        raise CorrectionInvalid("file", say("can have up to 25 MB; curators can add larger files"))
    return contribute_file(service, catalogue, actor, named.filename or "", data, note)


@router.get(
    "/contributions",
    operation_id="listContributions",
    summary="Contributions and their state",
    responses=reads(401, 403),
)
def list_contributions(
    request: Request,
    response: Response,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
) -> d.Contributions:
    """List your own contributions, newest first; curators see everybody's."""
    etag = conditional.etag_of(request, service, catalogue, catalogue.revision())
    conditional.check_etag(request, response, etag)
    visible = visible_to(catalogue, actor)
    return d.Contributions(
        contributions=[shape_contribution(service, catalogue, c) for c in visible]
    )


def visible_to(catalogue: Catalogue, actor: Actor) -> list[Contribution]:
    """Return the contributions that a person may see."""
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
    """Return one of your own contributions, or for curators anybody's, with its ETag."""
    offered = seen_by(catalogue, actor, contribution_id)
    conditional.check_etag(request, response, etag_of(service, offered))
    return shape_contribution(service, catalogue, offered)


def seen_by(catalogue: Catalogue, actor: Actor, contribution_id: str) -> Contribution:
    """Return a contribution if the person may see it.

    Raises:
        ContributionNotFound: it does not exist, or is another member's.
    """
    offered = contributions.contribution(catalogue, contribution_id)
    if not (actor.may("curator") or offered.person_id == actor.person_id):
        raise ContributionNotFound(
            say(
                "No contribution has the id %(contribution_id)s.",
                contribution_id=repr(contribution_id),
            )
        )
    return offered


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
    """Accept a contribution, or decline it with a reason, which its member and the ledger get.

    Keyword search finds an accepted document at once; `salex index` adds meaning and tags.
    """
    with catalogue.transaction():
        offered = contributions.contribution(catalogue, contribution_id)
        check_match(if_match, etag_of(service, offered))
        if decision.decision == "accept":
            after = contributions.accept(catalogue, actor, contribution_id, decision.reason)
        else:
            after = contributions.decline(catalogue, actor, contribution_id, decision.reason)
    response.headers["ETag"] = etag_of(service, after)
    response.headers["Cache-Control"] = "no-store"
    return shape_contribution(service, catalogue, after)


def etag_of(service: Service, offered: Contribution) -> str:
    """Return the entity tag of a contribution."""
    return conditional.etag_of_content(service.release, repr(offered))


def shape_contribution(
    service: Service, catalogue: Catalogue, offered: Contribution
) -> d.ContributionShape:
    """Return a contribution in its public shape."""
    wanted = [offered.document_id] if offered.document_id else []
    document = catalogue.documents(wanted, pending=True).get(offered.document_id or "")
    # If another member contributed the document, show only what everybody sees.
    own = offered.state in ("waiting", "accepted", "declined")
    shown = document is not None and document.pending_since is None
    return d.ContributionShape(
        id=offered.id,
        name=offered.name,
        title=document.title if document and (own or shown) else None,
        note=offered.note,
        contributor=offered.contributor,
        received_at=offered.received_at,
        state=offered.state,
        message=MESSAGES[offered.state],
        reason=offered.reason,
        document_id=document.id if document and shown else None,
        decided_by=offered.decided_by,
        decided_at=offered.decided_at,
        link=service.absolute(f"/contributions/{offered.id}"),
    )
