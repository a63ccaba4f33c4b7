"""One table, error class to status, and one rendering: problem+json on the API, a page elsewhere.

Problem details follow RFC 9457. What an error message may reveal of this machine (paths, SQL) goes
to the log; readers get the text of the table.
"""

from __future__ import annotations

import http
import logging
import secrets
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY

from corpus import errors as e
from corpus.errors.said import message_of
from search_api.service.closing import RepositoryClosed
from search_api.web.conditional import NotModified
from search_api.web.rendering import render

PROBLEM_JSON: Final = "application/problem+json"
API_PREFIX: Final = "/api/"
BEARER: Final = 'Bearer realm="evidence repository"'
"""What a 401 asks for (RFC 6750); browsers open no password prompt for it."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a class of errors is answered.

    ``detail`` is the text for readers. ``None`` shows the error's own message, which is right only
    if that message is about the request alone. ``type`` is the problem's registered type, if it has
    one; otherwise its place on the API page.
    """

    status: int
    code: str
    title: str
    detail: str | None
    type: str | None = None


UNEXPECTED: Final = Answer(
    500, "unexpected", "Something went wrong", "The error was logged. Try again later."
)
ANSWERS: Final[Mapping[type[Exception], Answer]] = {
    e.CursorInvalid: Answer(404, "no-such-page", "No such page of results", None),
    e.QueryInvalid: Answer(422, "query-invalid", "The request cannot be answered", None),
    e.DocumentNotFound: Answer(
        404,
        "document-not-found",
        "No such document",
        "No document has this id. It may have been removed. Search for its title.",
    ),
    e.VersionNotFound: Answer(404, "version-not-found", "No such version", None),
    e.PassageNotFound: Answer(404, "passage-not-found", "No such passage", None),
    e.TagNotFound: Answer(404, "tag-not-found", "No such tag", None),
    e.RelationNotFound: Answer(404, "relation-not-found", "No such decision", None),
    e.FactorPassageNotFound: Answer(404, "not-on-checklist", "Not on the checklist", None),
    e.DemandNotFound: Answer(404, "not-wanted", "Not on the list", None),
    e.JudgementInvalid: Answer(422, "judgement-invalid", "This query cannot be judged", None),
    e.JudgementNotFound: Answer(404, "judgement-not-found", "No such judgement", None),
    e.QuestionInvalid: Answer(422, "question-invalid", "This question cannot be stored", None),
    e.QuestionExists: Answer(409, "question-exists", "The agenda has this question", None),
    e.QuestionNotFound: Answer(404, "question-not-found", "No such learning question", None),
    e.GroupNotFound: Answer(404, "group-not-found", "No such group", None),
    e.OrganisationNotFound: Answer(404, "organisation-not-found", "No such organisation", None),
    e.GroupExists: Answer(409, "group-exists", "This group already exists", None),
    e.GroupInvalid: Answer(422, "group-invalid", "This cannot be stored", None),
    e.CorrectionInvalid: Answer(422, "correction-invalid", "This value is not valid", None),
    e.ContributionNotFound: Answer(404, "contribution-not-found", "No such contribution", None),
    e.ContributionsFull: Answer(429, "contributions-full", "Too many are waiting", None),
    e.FollowNotFound: Answer(404, "follow-not-found", "You do not follow this", None),
    e.FollowingFull: Answer(409, "following-full", "You follow too many questions", None),
    e.MailRefused: Answer(422, "mail-refused", "This address cannot be used", None),
    e.WebhookRefused: Answer(422, "webhook-refused", "This webhook cannot be used", None),
    e.NotUndecided: Answer(409, "decided-already", "It was decided already", None),
    e.ChangedMeanwhile: Answer(412, "changed-meanwhile", "Somebody changed it meanwhile", None),
    e.PersonNotFound: Answer(404, "person-not-found", "No such person", None),
    e.NameUnusable: Answer(422, "name-unusable", "This name cannot be used", None),
    e.KeyNotFound: Answer(404, "key-not-found", "No such API key", None),
    e.ListNotFound: Answer(404, "list-not-found", "No such list", None),
    e.ListExists: Answer(409, "list-exists", "This list already exists", None),
    e.ListUnchanged: Answer(409, "list-unchanged", "There is nothing to publish", None),
    e.ListChanged: Answer(412, "list-changed", "Somebody else saved the list", None),
    e.ListInvalid: Answer(422, "list-invalid", "The list cannot be saved", None),
    e.BackupInvalid: UNEXPECTED,
    e.UnknownTerm: Answer(404, "unknown-term", "No such vocabulary or term", None),
    e.CatalogueMissing: Answer(
        503,
        "catalogue-missing",
        "There is no catalogue yet",
        "No documents have been added. On the machine that runs this server, run: salex init",
    ),
    e.CatalogueDamaged: Answer(
        503,
        "catalogue-damaged",
        "The catalogue is damaged",
        "What you asked for cannot be read, or would change something, which is refused. The "
        "people who run this server have to restore it from a backup: salex restore FOLDER "
        "--force",
    ),
    e.KeywordIndexDamaged: Answer(
        503,
        "keyword-index-damaged",
        "The keyword index is damaged",
        "Documents can be read, but not searched or changed. The people who run this server can "
        "rebuild the index from them: salex index --rebuild-words",
    ),
    e.CatalogueTooNew: Answer(
        503,
        "catalogue-too-new",
        "The catalogue is newer than this program",
        "The people who run this server have to upgrade the program.",
    ),
    e.CatalogueUnwritable: Answer(
        503,
        "catalogue-unwritable",
        "The catalogue cannot be opened or written",
        "The people who run this server have to check file permissions and disk space.",
    ),
    e.CatalogueIsCopy: Answer(405, "read-only-server", "This server is read-only", None),
    e.CatalogueBusy: Answer(
        503, "catalogue-busy", "The catalogue is busy", "Try again in a few seconds."
    ),
    e.OriginalDamaged: Answer(
        503,
        "original-damaged",
        "The stored original cannot be handed out",
        "Its bytes are missing or no longer match their checksum. The passages are not affected.",
    ),
    e.IndexUnusable: Answer(
        503,
        "index-unusable",
        "The semantic index cannot answer",
        "It has not been built yet or is damaged. On the machine that runs this server, run: "
        "salex index",
    ),
    e.EngineUnavailable: Answer(
        503, "engine-down", "The search engine does not answer", "Try again in a few seconds."
    ),
    e.TagModelUnusable: Answer(
        503, "tag-model-unusable", "The learned tagger cannot be used", "See: salex tag --train"
    ),
    e.ModelUnavailable: Answer(
        503,
        "model-unavailable",
        "The embedding model is not available",
        "Keyword search still works; similar documents need the model.",
    ),
    e.AccessRefused: Answer(403, "refused", "This is not open to you", None),
    e.NotSignedIn: Answer(401, "not-signed-in", "Sign in first", None),
    RepositoryClosed: Answer(403, "repository-closed", "The repository is closed", None),
    e.NotPermitted: Answer(403, "not-permitted", "This is not open to you", None),
    e.SourceRejected: Answer(422, "source-rejected", "The source was rejected", None),
    e.EvidenceError: UNEXPECTED,
}

REQUEST_INVALID: Final = Answer(422, "request-invalid", "The request cannot be answered", None)
NOT_FOUND: Final = Answer(
    404, "not-found", "Nothing is here", "There is no page or resource at this address."
)
NOT_ALLOWED: Final = Answer(
    405,
    "method-not-allowed",
    "This cannot be done here",
    "This address does not support this method.",
)
TOO_SLOW: Final = Answer(
    408,
    "request-timeout",
    "The request did not arrive",
    "Its content stopped arriving or arrived too slowly. Send it again over a faster connection.",
)
TOO_LARGE: Final = Answer(
    413,
    "content-too-large",
    "The request is too large",
    "Send less at a time. Larger documents are added on the command line.",
)
NO_PRECONDITION: Final = Answer(
    428, "precondition-required", "Say which state you saw", "Send If-Match with an ETag."
)
REQUEST_ANSWERS: Final = (
    REQUEST_INVALID, NOT_FOUND, NOT_ALLOWED, TOO_SLOW, TOO_LARGE, NO_PRECONDITION
)  # fmt: skip
"""How to answer requests that fail before they reach our code."""
OVERLOADED: Final = Answer(
    503,
    "overloaded",
    "The server is busy",
    "More requests came than the server can answer now. Retry-After says in how many seconds to "
    "try again.",
)
QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
"""The type of draft-ietf-httpapi-ratelimit-headers-10 for what a limit of requests refuses."""
TOO_MANY_REQUESTS: Final = Answer(
    429, "too-many-requests", "Too many requests", None, QUOTA_EXCEEDED
)
TOO_MANY_FAILURES: Final = Answer(429, "too-many-failures", "Too many keys or links failed", None)
LOAD_ANSWERS: Final = (OVERLOADED, TOO_MANY_REQUESTS, TOO_MANY_FAILURES)
"""How to answer requests that are too many."""


def answer_to(error: Exception) -> Answer:
    """Return the table's row for the nearest class of an error."""
    for cls in type(error).__mro__:
        if cls in ANSWERS:
            return ANSWERS[cls]
    return UNEXPECTED


def problem_document(
    answer: Answer,
    detail: str,
    *,
    faults: Sequence[Mapping[str, str]] = (),
    reference: str = "",
    policies: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the members of a problem document (RFC 9457, section 3.1).

    ``type`` is a registered type, or a relative reference to the list of problem types on the API
    page. ``errors`` lists each fault of the request; ``instance`` names the entry in the log;
    ``violated-policies`` names the limits that refused the request.
    """
    members: dict[str, Any] = {
        "type": answer.type or f"/api#problem-{answer.code}",
        "title": answer.title,
        "status": answer.status,
        "detail": detail,
    }
    if faults:
        members["errors"] = [dict(fault) for fault in faults]
    if policies:
        members["violated-policies"] = [*policies]
    if reference:
        members["instance"] = f"urn:salex:error:{reference}"
    return members


def install_handlers(app: FastAPI) -> None:
    """Answer every error raised in the application in the same shape."""
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(e.EvidenceError, evidence_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(413, _too_large)
    app.add_exception_handler(HTTPException, http_error)


def _not_modified(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers=error.headers)


def evidence_error(request: Request, error: Exception) -> Response:
    """Answer one of our errors; readers of pages who have to sign in are redirected."""
    answer = answer_to(error)
    if answer is UNEXPECTED:
        return unexpected_error(request, error)
    if answer.status >= 500:
        _log.error("%s: %s", type(error).__name__, error)
    headers = {"Retry-After": "5"} if isinstance(error, e.CatalogueBusy) else {}
    if isinstance(error, e.NotSignedIn):
        if _may_be_sent_on(request):
            return RedirectResponse(sign_in_address(request), 303, {"Cache-Control": "no-store"})
        headers = {"WWW-Authenticate": BEARER}
    return respond(request, problem_document(answer, answer.detail or message_of(error)), headers)


def _may_be_sent_on(request: Request) -> bool:
    """Tell whether a person is reading pages and could read this one after signing in."""
    is_page = not request.url.path.startswith(API_PREFIX)
    return is_page and request.method == "GET" and "authorization" not in request.headers


def sign_in_address(request: Request) -> str:
    """Return the address to sign in at and return to this page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if here == "/" else f"/sign-in?{urlencode({'next': here})}"


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    messages: dict[str, str] = {}
    for fault in error.errors():
        messages.setdefault(_field(fault["loc"]), fault["msg"])
    faults = [{"field": field, "message": message} for field, message in messages.items()]
    detail = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
    return respond(request, problem_document(REQUEST_INVALID, detail, faults=faults))


def _field(location: Sequence[str | int]) -> str:
    """Name the field at fault, without the union member that was tried."""
    where, *path = location
    parts = [p for i, p in enumerate(path) if where != "query" or i == 0 or isinstance(p, int)]
    return ".".join(map(str, parts))


def http_error(request: Request, error: Exception) -> Response:
    """Answer an error that the framework or a middleware raised for a request."""
    assert isinstance(error, HTTPException)
    phrase = http.HTTPStatus(error.status_code).phrase
    answer = next(
        (a for a in REQUEST_ANSWERS if a.status == error.status_code),
        Answer(error.status_code, phrase.lower().replace(" ", "-"), phrase, None),
    )
    # A framework's own detail is the bare phrase; any other was written by us.
    detail = answer.detail if error.detail == phrase and answer.detail else error.detail
    return respond(request, problem_document(answer, detail), error.headers or {})


def _too_large(request: Request, error: Exception) -> Response:  # noqa: ARG001
    limit = request.scope[MAX_BODY_SIZE_SCOPE_KEY]
    detail = f"This address accepts at most {limit:,} bytes. {TOO_LARGE.detail}"
    return respond(request, problem_document(TOO_LARGE, detail))


def unexpected_error(request: Request, error: Exception) -> Response:
    """Log an unexpected error and answer 500 without its details.

    The log gets the error's class and where it happened, never its message, which may contain what
    somebody searched for.
    """
    reference = secrets.token_hex(4)
    stack = "".join(traceback.format_tb(error.__traceback__))
    _log.error("error %s: %s at\n%s", reference, type(error).__name__, stack)
    detail = f"{UNEXPECTED.detail} If this happens again, quote the reference {reference}."
    return respond(request, problem_document(UNEXPECTED, detail, reference=reference))


def respond(
    request: Request, members: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem document on the API, and a page elsewhere."""
    status = int(members["status"])
    plain = {"Cache-Control": "no-store", **(headers or {})}
    if request.url.path.startswith(API_PREFIX):
        return JSONResponse(members, status, plain, media_type=PROBLEM_JSON)
    return render(request, "error.html", status=status, headers=plain, problem=members)
