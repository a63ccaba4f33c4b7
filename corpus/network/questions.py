"""Learning questions: what the network wants to know, each under a topic of its agenda.

A question is never removed: it is retired, and may be opened again.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import QuestionElsewhere, QuestionExists, QuestionInvalid, QuestionNotFound
from corpus.errors.said import say
from corpus.people.actors import Actor
from corpus.people.log import log_change
from corpus.taxonomy import Taxonomy

State = Literal["open", "retired"]
TOPICS: Final = "topics"
"""The vocabulary whose terms the agenda is sorted by."""
MAX_TEXT: Final = 300
"""Characters of a question."""
MOST_OPEN: Final = 60
"""Open questions: every one is asked again whenever the repository changes."""


@dataclass(frozen=True, slots=True)
class Question:
    """A learning question.

    Attributes:
        id: names it in addresses.
        topic: the term of the agenda it stands under.
        text: the question, as it is searched for.
        language: of the text, ISO 639-1, or ``und`` if it is not known.
        filters: what the search is narrowed to: values by the name of a filter's parameter.
        state: whether it is still asked.
        added_by, added_at: who added it, and when.
        wanted: the search without a good result that it was made of, if it was.
    """

    id: str
    topic: str
    text: str
    language: str
    filters: Mapping[str, Sequence[str]]
    state: State
    added_by: str
    added_at: str
    wanted: str | None = None


_COLUMNS: Final = ", ".join(f.name for f in fields(Question))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(Question))


def read_questions(catalogue: Catalogue, state: State | None = None) -> list[Question]:
    """Return the questions of one state, or all, the oldest first."""
    return _select(catalogue, "(:state is null or state = :state)", state=state)


def find_question(catalogue: Catalogue, question_id: str) -> Question:
    """Return one question.

    Raises:
        QuestionNotFound
    """
    known = _select(catalogue, "id = :id", id=question_id)
    if not known:
        raise QuestionNotFound(
            say(
                "There is no learning question %(question_id)s. All of them are at /agenda",
                question_id=repr(question_id),
            )
        )
    return known[0]


def questions_by_search(catalogue: Catalogue) -> dict[str, str]:
    """Return the ids of the questions that were made of wanted searches, by the search."""
    rows = catalogue.rows(
        "select wanted, id from learning_question where wanted is not null order by added_at desc"
    )
    return dict(rows)


def add_question(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    text: str,
    *,
    topic: str,
    language: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    wanted: str | None = None,
    question_id: str | None = None,
    twice: bool = False,
) -> Question:
    """Add an open question.

    Args:
        catalogue: where it is stored.
        actor: who adds it.
        taxonomy: has the topics.
        text: the question.
        topic: the term it stands under.
        language: of the text.
        filters: what its search is narrowed to; the caller has checked that the terms exist.
        wanted: the search without a good result that it is made of.
        question_id: its id; without one, a new one.
        twice: it is meant to be asked, although it stands under another topic.

    Raises:
        QuestionInvalid: it has no words or too many or no topic, or too many are open.
        QuestionExists: the same question stands under the topic.
        QuestionElsewhere: it stands under another, and ``twice`` is not given.
    """
    made = Question(
        question_id or secrets.token_hex(6), topic, " ".join(text.split()), language,
        _plain(filters or {}), "open", actor.name, now(), wanted,
    )  # fmt: skip
    with catalogue.transaction():
        _check(catalogue, taxonomy, made)
        if not twice:
            _refuse_elsewhere(catalogue, taxonomy, made)
        catalogue.db.execute(
            f"insert into learning_question ({_COLUMNS}) values ({_VALUES})", _row(made)
        )
        log_change(catalogue, actor, "question.add", f"question:{made.id}", after=_told(made))
    return made


def change_question(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    question_id: str,
    *,
    twice: bool = False,
    **changes: Any,
) -> Question:
    """Change the text, topic, language or filters of a question; what is the same is not logged.

    Raises:
        QuestionNotFound, QuestionInvalid, QuestionExists
        QuestionElsewhere: what it becomes stands under another topic, and ``twice`` is not given.
    """
    with catalogue.transaction():
        before = find_question(catalogue, question_id)
        changes["text"] = " ".join(changes.get("text", before.text).split())
        changes["filters"] = _plain(changes.get("filters", before.filters))
        after = replace(before, **changes)
        if not twice and _asked(after) != _asked(before):
            _refuse_elsewhere(catalogue, taxonomy, after)
        return _write(catalogue, actor, taxonomy, "question.change", before, after)


def set_question_state(
    catalogue: Catalogue, actor: Actor, taxonomy: Taxonomy, question_id: str, state: State
) -> Question:
    """Retire a question, or open it again.

    Raises:
        QuestionNotFound, QuestionInvalid, QuestionExists
    """
    with catalogue.transaction():
        before = find_question(catalogue, question_id)
        action = "question.open" if state == "open" else "question.retire"
        return _write(catalogue, actor, taxonomy, action, before, replace(before, state=state))


def _write(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    action: str,
    before: Question,
    after: Question,
) -> Question:
    if after == before:
        return before
    _check(catalogue, taxonomy, after)
    catalogue.db.execute(
        """
        update learning_question set topic = :topic, text = :text, language = :language,
               filters = :filters, state = :state
        where id = :id
        """,
        _row(after),
    )
    subject = f"question:{after.id}"
    log_change(catalogue, actor, action, subject, before=_told(before), after=_told(after))
    return after


def _check(catalogue: Catalogue, taxonomy: Taxonomy, question: Question) -> None:
    text = question.text
    if not any(c.isalpha() for c in text) or any(
        unicodedata.category(c) in ("Cc", "Cs") for c in text
    ):
        raise QuestionInvalid(say("A learning question needs words, and no control characters."))
    if len(text) > MAX_TEXT:
        raise QuestionInvalid(
            say(
                "A learning question can have at most %(n)s characters. Shorten it.",
                n=MAX_TEXT,
            )
        )
    topics = taxonomy.vocabulary(TOPICS).terms
    if question.topic not in topics and question.state == "open":
        raise QuestionInvalid(
            say(
                "There is no topic %(topic)s. There are: %(topics)s",
                topic=repr(question.topic),
                topics=", ".join(topics),
            )
        )
    others = [q for q in read_questions(catalogue, "open") if q.id != question.id]
    if question.state == "open" and len(others) >= MOST_OPEN:
        raise QuestionInvalid(
            say(
                "The agenda has %(n)s open questions already. Retire one before you add another.",
                n=MOST_OPEN,
            )
        )
    same = [q for q in others if q.topic == question.topic and _asked(q) == _asked(question)]
    if question.state == "open" and same:
        raise QuestionExists(
            say("The agenda has this question already: %(text)s", text=same[0].text), same[0].id
        )


def _refuse_elsewhere(catalogue: Catalogue, taxonomy: Taxonomy, question: Question) -> None:
    """Refuse an open question that another topic has."""
    others = [q for q in read_questions(catalogue, "open") if q.id != question.id]
    same = [q for q in others if q.topic != question.topic and _asked(q) == _asked(question)]
    if question.state == "open" and same:
        message = say(
            "The agenda asks this already, under “%(topic)s”. Ask it twice only if you mean to.",
            topic=taxonomy.label(TOPICS, same[0].topic),
        )
        raise QuestionElsewhere(message, same[0].id)


def _asked(question: Question) -> tuple[object, ...]:
    """Return what is asked: the words without marks at their ends, and where."""
    return question.text.casefold().strip(" ?¿.!¡"), _plain(question.filters)


def _plain(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in sorted(filters.items()) if values}


def _row(question: Question) -> dict[str, Any]:
    return asdict(question) | {"filters": json.dumps(question.filters, ensure_ascii=False)}


def _told(question: Question) -> dict[str, Any]:
    """Return what the log tells; a wanted search is kept for a while, and the log for ever."""
    told = {name: getattr(question, name) for name in ("topic", "text", "language", "state")}
    return told | {"filters": _plain(question.filters)}


def _select(catalogue: Catalogue, where: str, **parameters: str | None) -> list[Question]:
    sql = f"select {_COLUMNS} from learning_question where {where} order by added_at, rowid"
    return [_question(row) for row in catalogue.rows(sql, parameters)]


def _question(row: Sequence[Any]) -> Question:
    values = dict(zip((f.name for f in fields(Question)), row, strict=True))
    return Question(**values | {"filters": json.loads(values["filters"])})
