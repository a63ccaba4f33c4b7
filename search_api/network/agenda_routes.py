"""The learning agenda: its questions with their evidence, and the call for evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.network import questions
from corpus.network.questions import Question, find_question
from search_api.exports.answering import answer_file, declare_files
from search_api.exports.formats import CALLS
from search_api.network import shapes as s
from search_api.network.answering import Agenda, etag_of_question, stored_part
from search_api.network.call_for_evidence import call_export, call_of
from search_api.network.params import CallParams, StrictAgendaParams, check_filters
from search_api.service.service import Service
from search_api.web import conditional
from search_api.web.access import Curator, caller_of
from search_api.web.declared import reads, writes
from search_api.web.dependencies import CatalogueDep, FreshnessOfToday, ServiceDep
from search_api.web.preconditions import IfMatch, check_match

router = APIRouter(tags=["agenda"])

QuestionId = Annotated[
    str, Path(description="A learning question's id.", max_length=64, examples=["leaders-grow"])
]
_FILES: Final = declare_files(CALLS)


@router.get(
    "/agenda",
    operation_id="getAgenda",
    summary="The learning questions by topic, and how well each is answered",
    responses=reads(404),
    openapi_extra={"x-example": "?topic=educator-voice"},
)
def get_agenda(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictAgendaParams, Query()],
    _fresh: FreshnessOfToday,
) -> s.AgendaAnswer:
    """Return each open question with the strength of its evidence, by the rules of a search.

    A document counts as an answer if it has strong evidence; of the forms of a work only one
    counts. What is missing are stages that no such document has, and countries that other documents
    of the repository are about.
    """
    curating = caller_of(request).actor.may("curator")
    return Agenda(service, catalogue, params.since, curating=curating).whole(params.topic)


@router.get(
    "/agenda/call",
    operation_id="callForEvidence",
    summary="A call for evidence: the open questions, what is there and what is missing",
    response_model=s.CallAnswer,
    responses={**_FILES, **reads(404)},
    openapi_extra={"x-example": "?gaps=true"},
)
def get_call(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[CallParams, Query()],
    fresh: FreshnessOfToday,
) -> Any:
    """Return the questions to send to others, each with the two best documents that are there."""
    answer = call_of(service, catalogue, topic=params.topic, gaps=params.gaps)
    if params.format == "json":
        return answer
    chosen = CALLS[params.format]
    content = chosen.write(call_export(service, answer))
    return answer_file(chosen, content, "call-for-evidence", fresh)


@router.get(
    "/agenda/questions/{question_id}",
    operation_id="getQuestion",
    summary="A learning question and the passages that are nearest to it",
    responses=reads(404),
)
def get_question(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    question_id: QuestionId,
) -> s.QuestionDetail:
    """Return a question, open or retired, with its evidence and its three best hits."""
    curating = caller_of(request).actor.may("curator")
    question = find_question(catalogue, question_id)
    told = (service.searcher.refresh(catalogue), datetime.now(UTC).date())
    evidence = conditional.etag_of(request, service, catalogue, *told).strip('"')
    etag = etag_of_question(service, question).strip('"')
    conditional.check_etag(request, response, f'"{etag}.{evidence}"')
    return Agenda(service, catalogue, curating=curating).detail(question)


@router.post(
    "/agenda/questions",
    operation_id="addQuestion",
    summary="Add a learning question",
    status_code=201,
    responses=writes(404, 409),
)
def add_question(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    new: s.NewQuestion,
) -> s.QuestionShape:
    """Add an open question under a topic, of a wanted search or not."""
    filters = check_filters(service.taxonomy, new.filters.model_dump())
    made = questions.add_question(
        catalogue, actor, service.taxonomy, new.text,
        topic=new.topic, language=new.language, filters=filters, wanted=new.wanted,
        twice=new.twice,
    )  # fmt: skip
    shape = _stored(service, catalogue, response, made)
    response.headers["Location"] = shape.links.self
    return shape


@router.put(
    "/agenda/questions/{question_id}",
    operation_id="changeQuestion",
    summary="Change a learning question",
    responses=writes(404, 409, 412, 428),
)
def change_question(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    question_id: QuestionId,
    new: s.NewQuestion,
    if_match: IfMatch = None,
) -> s.QuestionShape:
    """Replace the text, topic, language and filters of a question."""
    filters = check_filters(service.taxonomy, new.filters.model_dump())
    with catalogue.transaction():
        stored = find_question(catalogue, question_id)
        check_match(stored_part(if_match), etag_of_question(service, stored))
        after = questions.change_question(
            catalogue, actor, service.taxonomy, question_id,
            text=new.text, topic=new.topic, language=new.language, filters=filters,
            twice=new.twice,
        )  # fmt: skip
    return _stored(service, catalogue, response, after)


@router.put(
    "/agenda/questions/{question_id}/state",
    operation_id="setQuestionState",
    summary="Retire a learning question, or open it again",
    responses=writes(404, 409),
)
def set_state(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    question_id: QuestionId,
    wanted: s.QuestionState,
) -> s.QuestionShape:
    """Retire a question: it leaves the agenda, and nothing is lost."""
    after = questions.set_question_state(
        catalogue, actor, service.taxonomy, question_id, wanted.state
    )
    return _stored(service, catalogue, response, after)


def _stored(
    service: Service, catalogue: Catalogue, response: Response, question: Question
) -> s.QuestionShape:
    response.headers["ETag"] = etag_of_question(service, question)
    response.headers["Cache-Control"] = "no-store"
    return Agenda(service, catalogue, curating=True).shape(question)
