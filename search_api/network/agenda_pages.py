"""The pages of the learning agenda: to read, and for curators to add, change and retire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import QueryInvalid, QuestionElsewhere, QuestionExists, QuestionInvalid
from corpus.errors.said import say
from corpus.network import questions
from corpus.network.questions import MAX_TEXT, TOPICS, find_question, read_questions
from index.search.language import ENGLISH, LANGUAGES, UNDECIDED
from search_api.exports.formats import CALLS
from search_api.network.answering import Agenda, etag_of_question
from search_api.network.params import AgendaParams, check_filters
from search_api.search.addresses import MEMBERS_WRITE_IN
from search_api.service.service import Service
from search_api.web.access import Curator, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, FreshnessOfToday, ServiceDep
from search_api.web.forms import (
    REFUSALS,
    Form,
    Refused,
    read_choice,
    read_text,
    refuse_form,
)
from search_api.web.languages import gettext, label_of
from search_api.web.preconditions import check_match
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

AGENDA: Final = "/agenda"
ADD: Final = "add-question"
_STATES: Final = ("open", "retired")
_REFUSED: Final = (*REFUSALS, QueryInvalid)
_UNCACHED: Final = {"Cache-Control": "no-store"}


@router.get(AGENDA)
def agenda(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[AgendaParams, Query()],
    fresh: FreshnessOfToday,
) -> Response:
    """Show the questions by topic, with what there is on each."""
    return show_agenda(request, service, catalogue, params, headers=fresh)


def show_agenda(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    params: AgendaParams,
    *,
    headers: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    """Show the agenda; with a form that was refused, what was typed and why."""
    curating = caller_of(request).actor.may("curator")
    answer = Agenda(service, catalogue, params.since, curating=curating).whole(params.topic)
    asked = f"?topic={params.topic}" if params.topic else ""
    since = f"{'&' if asked else '?'}since={params.since}" if params.since else ""
    return render(
        request,
        "agenda.html",
        status=refused.status if refused else 200,
        headers=headers,
        agenda=answer,
        all_topics=service.taxonomy.vocabulary(TOPICS).terms,
        topic=params.topic,
        curating=curating,
        retired=read_questions(catalogue, "retired") if curating else [],
        refused=refused,
        form=ADD,
        most=MAX_TEXT,
        languages_of_questions=MEMBERS_WRITE_IN,
        downloads=[
            (known.label, f"{PREFIX}/agenda/call?format={name}")
            for name, known in CALLS.items()
            if name != "json"
        ],
        twin=f"{PREFIX}/agenda{asked}{since}",
    )


@router.get("/agenda/questions/{question_id}")
def question(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    question_id: str,
    fresh: FreshnessOfToday,
) -> Response:
    """Show a question with the passages that are nearest to it."""
    return show_question(request, service, catalogue, question_id, headers=fresh)


def show_question(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    question_id: str,
    *,
    headers: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    """Show a question; with a form that was refused, what was typed and why."""
    curating = caller_of(request).actor.may("curator")
    stored = find_question(catalogue, question_id)
    detail = Agenda(service, catalogue, curating=curating).detail(stored)
    return render(
        request,
        "question.html",
        status=refused.status if refused else 200,
        headers=headers,
        question=detail,
        topic=service.taxonomy.label(TOPICS, stored.topic),
        all_topics=service.taxonomy.vocabulary(TOPICS).terms,
        countries="; ".join(stored.filters.get("country", ())),
        state=etag_of_question(service, stored).strip('"'),
        curating=curating,
        refused=refused,
        most=MAX_TEXT,
        languages_of_questions=dict.fromkeys((*MEMBERS_WRITE_IN, stored.language)),
        twin=f"{PREFIX}/agenda/questions/{question_id}",
    )


@router.post("/agenda/questions")
def add(
    request: Request, actor: Curator, service: ServiceDep, catalogue: CatalogueDep, fields: Form
) -> Response:
    """Add a question, typed or made of a wanted search, and lead to it."""
    try:
        made = questions.add_question(
            catalogue, actor, service.taxonomy,
            wanted=read_text(fields, "wanted", 200) or None,
            **_typed(service, fields),
        ).id  # fmt: skip
    except QuestionElsewhere as error:
        return show_agenda(
            request, service, catalogue, AgendaParams(), headers=_UNCACHED,
            refused=_found_elsewhere(service, catalogue, ADD, fields, error),
        )  # fmt: skip
    except QuestionExists as error:
        made = error.question_id  # a second click, or what another curator asked
    except _REFUSED as error:
        again = refuse_form(ADD, fields, error)
        return show_agenda(
            request, service, catalogue, AgendaParams(), headers=again.headers, refused=again
        )
    return RedirectResponse(f"/agenda/questions/{made}", 303, _UNCACHED)


@router.post("/agenda/questions/{question_id}")
def change(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    question_id: str,
    fields: Form,
) -> Response:
    """Change a question; filters that the form does not show stay as they are."""
    try:
        with catalogue.transaction():
            stored = find_question(catalogue, question_id)
            check_match(f'"{fields.get("state", "")}"', etag_of_question(service, stored))
            typed = _typed(service, fields)
            typed["filters"] = {**stored.filters, "country": typed["filters"].get("country", ())}
            questions.change_question(catalogue, actor, service.taxonomy, question_id, **typed)
    except QuestionElsewhere as error:
        again = _found_elsewhere(service, catalogue, "change-question", fields, error)
        return show_question(
            request, service, catalogue, question_id, headers=again.headers, refused=again
        )
    except _REFUSED as error:
        again = refuse_form("change-question", fields, error)
        return show_question(
            request, service, catalogue, question_id, headers=again.headers, refused=again
        )
    return RedirectResponse(f"/agenda/questions/{question_id}", 303, _UNCACHED)


@router.post("/agenda/questions/{question_id}/state")
def set_state(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    question_id: str,
    fields: Form,
) -> Response:
    """Retire a question, or open it again."""
    try:
        state = read_choice(fields, "state", _STATES)
        questions.set_question_state(
            catalogue, actor, service.taxonomy, question_id,
            "open" if state == "open" else "retired",
        )  # fmt: skip
    except REFUSALS as error:
        again = refuse_form("state", fields, error)
        return show_question(
            request, service, catalogue, question_id, headers=again.headers, refused=again
        )
    return RedirectResponse(f"/agenda/questions/{question_id}", 303, _UNCACHED)


def _found_elsewhere(
    service: Service,
    catalogue: Catalogue,
    form: str,
    fields: Mapping[str, str],
    error: QuestionElsewhere,
) -> Refused:
    """Return why a form was refused: its question stands under another topic, which is named."""
    other = find_question(catalogue, error.question_id)
    said = gettext(
        "The agenda asks this already, under “%(topic)s”. Ask it twice only if you mean to.",
        topic=label_of(service.taxonomy, service.taxonomy.label(TOPICS, other.topic)),
    )
    return Refused(form, {**fields, "elsewhere": other.id}, said, 409)


def _typed(service: Service, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a question as it was typed; countries are separated by semicolons."""
    text = read_text(fields, "text", MAX_TEXT)
    if not text:
        raise QuestionInvalid(say("A learning question needs words."))
    language = fields.get("language") or ENGLISH
    countries = [part.strip() for part in read_text(fields, "country", 500).split(";")]
    return {
        "text": text,
        "topic": fields.get("topic", ""),
        "language": language if language in (*LANGUAGES, UNDECIDED) else UNDECIDED,
        "filters": check_filters(service.taxonomy, {"country": [c for c in countries if c]}),
        "twice": fields.get("twice") == "yes",
    }
