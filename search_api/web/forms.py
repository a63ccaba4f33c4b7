"""Forms as browsers send them, and what a page needs to show a refused form again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request

from corpus.errors import (
    ChangedMeanwhile,
    ContributionsFull,
    CorrectionInvalid,
    GroupExists,
    GroupInvalid,
    NotUndecided,
    PassageNotFound,
    PersonNotFound,
    QuestionExists,
    QuestionInvalid,
    TagNotFound,
    UnknownTerm,
)
from corpus.errors.said import message_of, say
from search_api.web.languages import gettext, translate
from search_api.web.problems import answer_to

REFUSALS: Final = (
    ChangedMeanwhile,
    ContributionsFull,
    CorrectionInvalid,
    GroupExists,
    GroupInvalid,
    NotUndecided,
    PassageNotFound,
    PersonNotFound,
    QuestionExists,
    QuestionInvalid,
    TagNotFound,
    UnknownTerm,
    HTTPException,
)
"""The errors for which a form is refused and its page can be shown again."""
CHANGED: Final = (
    "Nothing has been saved yet. Below is the current state with what you typed. Check it and "
    "send it again."
)


FIELDS: Final = (
    "file", "files", "url", "feed", "passage", "reason", "note", "state", "role", "text"
)  # fmt: skip
"""Fields of forms that refusals name, besides those of the record."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused.

    Attributes:
        form: which form of its page.
        typed: its fields.
        problem: the reason, in words.
        status: the answer's.
        headers: of the answer; it is not cached.
    """

    form: str
    typed: Mapping[str, str]
    problem: str
    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: {"Cache-Control": "no-store"})


def refuse_form(form: str, typed: Mapping[str, str], error: Exception) -> Refused:
    """Return why a form was refused: one of ``REFUSALS``, in the words and status of the API."""
    if isinstance(error, HTTPException):
        headers = {"Cache-Control": "no-store", **(error.headers or {})}
        return Refused(form, typed, str(error.detail), error.status_code, headers)
    answer = answer_to(error)
    detail = CHANGED if isinstance(error, ChangedMeanwhile) else answer.detail or message_of(error)
    said = f"{gettext(answer.title)}: {_begun_small(translate(detail))}"
    return Refused(form, typed, said, answer.status)


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of a form; if a field is sent twice, its last value."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Form = Annotated[dict[str, str], Depends(form_fields)]


def text_of(value: str) -> str:
    """Return typed text as it is stored: browsers send line ends as CR LF."""
    return value.replace("\r\n", "\n").strip()


def read_text(typed: Mapping[str, str], name: str, most: int) -> str:
    """Return the text of a field.

    Raises:
        CorrectionInvalid: it is longer than ``most`` characters.
    """
    text = text_of(typed.get(name, ""))
    if len(text) > most:
        raise CorrectionInvalid(name, say("can have %(most)s characters", most=most))
    return text


def read_choice(typed: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    """Return which of the known values a button sent.

    Raises:
        CorrectionInvalid
    """
    value = typed.get(name, "")
    if value not in known:
        raise CorrectionInvalid(name, say("has to be one of %(known)s", known=", ".join(known)))
    return value


# Two texts of one form -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """What a field shows: its value, and another person's text if both changed it."""

    value: str
    theirs: str | None = None


def digest_fields(values: Mapping[str, str]) -> str:
    """Return the values a form was made from, as a hidden field: a digest of each."""
    return json.dumps({name: _digest(value) for name, value in values.items()})


def merge_fields(now: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields of a form, with the typed text over the stored values.

    A field that was left alone shows its stored value. A field that both changed has both texts.
    """
    before = _read(typed.get("seen", ""))
    return {name: _field(value, typed.get(name), before.get(name)) for name, value in now.items()}


def _field(stored: str, typed: str | None, before: str | None) -> Field:
    if typed is None or _plain(typed) == _plain(stored) or _digest(typed) == before:
        return Field(stored)
    return Field(text_of(typed), None if _digest(stored) == before else stored)


def _read(text: str) -> dict[str, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _digest(text: str) -> str:
    return hashlib.sha256(_plain(text).encode("utf-8", "replace")).hexdigest()[:16]
