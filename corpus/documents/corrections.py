"""Curators' corrections of a document's record: checked, logged, and kept over the source's.

A corrected field has the origin ``curator``; adding the source again does not change it. An empty
value says that somebody looked and the value is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents.authorities import country_name, organisation_name
from corpus.documents.identifiers import standard_isbn
from corpus.documents.versions import keep_version
from corpus.errors import CorrectionInvalid
from corpus.errors.said import say
from corpus.model import FIRST_YEAR, LAST_YEAR, LIST_FIELDS, RECORD_FIELDS, Document
from corpus.people.actors import Actor
from corpus.people.log import log_change
from corpus.taxonomy import Taxonomy

CURATOR: Final = "curator"
CORRECTABLE: Final = tuple(f.name for f in RECORD_FIELDS)
MAX_CHARS: Final = 5_000
MAX_NAMES: Final = 50
_SHAPES: Final = {
    "published": (
        r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
        say("must be a date as 2021, 2021-05 or 2021-05-31"),
    ),
    "language": (r"[a-z]{2,3}(-[a-z0-9]{2,8})*", say("must be a language code such as es")),
    "url": (r"https?://[^\s/]+\S*", say("must be an address that begins with https:// or http://")),
    "doi": (r"10\.[0-9]{4,9}/\S+", say("must be a DOI such as 10.1000/182")),
}


def correct_record(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    document_id: str,
    changes: Mapping[str, Any],
) -> Document:
    """Correct fields as people send them: the kind of resource has to be one of the taxonomy's.

    Raises:
        DocumentNotFound
        CorrectionInvalid
    """
    resource_kind, known = changes.get("kind"), taxonomy.vocabulary("kinds").terms
    if resource_kind and resource_kind not in known:
        raise CorrectionInvalid("kind", say("has to be one of %(known)s", known=", ".join(known)))
    return correct_fields(catalogue, actor, document_id, changes)


def correct_fields(
    catalogue: Catalogue, actor: Actor, document_id: str, changes: Mapping[str, Any]
) -> Document:
    """Set fields of a document's record; return the updated record.

    A new title is encoded with the document's passages at the next refresh of the index.

    Args:
        catalogue: where the document is stored, pending or not.
        actor: who makes the correction.
        document_id: the document.
        changes: new values by field, one of ``CORRECTABLE``; ``None`` for "not known".

    Raises:
        DocumentNotFound
        CorrectionInvalid: the field does not exist, or cannot have this value.
    """
    wanted = {name: check_value(name, value) for name, value in changes.items()}
    with catalogue.transaction():
        stored = catalogue.document(document_id, pending=True)
        states = {name: (value, CURATOR) for name, value in wanted.items()}
        return write_fields(catalogue, actor, "document.correct", stored, states)


def write_fields(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    stored: Document,
    states: Mapping[str, tuple[Any, str | None]],
) -> Document:
    """Write fields with their origins, and log the change; call inside ``transaction()``."""
    before = {name: (getattr(stored, name), stored.metadata_origins.get(name)) for name in states}
    changed = {name: state for name, state in states.items() if state != before[name]}
    if not changed:
        return stored
    told_apart = [f.label for f in RECORD_FIELDS if f.name in changed
                  and changed[f.name][0] != before[f.name][0]]  # fmt: skip
    if told_apart:
        named = f"record: {', '.join(told_apart)}"
        keep_version(catalogue, stored, "correction", named, with_text=False)
    origins = {**stored.metadata_origins, **{name: origin for name, (_, origin) in changed.items()}}
    told = {name: origin for name, origin in origins.items() if origin is not None}
    values = {name: value for name, (value, _) in changed.items()}
    row = {name: json.dumps(v, ensure_ascii=False) if name in LIST_FIELDS else v
           for name, v in values.items()}  # fmt: skip
    row |= {"metadata_origins": json.dumps(told, ensure_ascii=False), "updated_at": now()}
    assigned = ", ".join(f"{name} = :{name}" for name in row)
    catalogue.db.execute(f"update document set {assigned} where id = :id", row | {"id": stored.id})
    log_change(
        catalogue, actor, action, f"document:{stored.id}",
        before={name: before[name] for name in changed}, after=changed,
    )  # fmt: skip
    return catalogue.document(stored.id, pending=True)


def with_corrections(document: Document, stored: Document) -> Document:
    """Return ``document`` with the fields that a curator corrected in the stored version."""
    kept = [name for name, origin in stored.metadata_origins.items() if origin == CURATOR]
    known = {f.name for f in fields(Document)}
    return replace(
        document,
        metadata_origins={**document.metadata_origins, **dict.fromkeys(kept, CURATOR)},
        **{name: getattr(stored, name) for name in kept if name in known},
    )


def check_value(name: str, value: Any) -> Any:
    """Return a field's value in the form it is stored in.

    Raises:
        CorrectionInvalid
    """
    if name not in CORRECTABLE:
        raise CorrectionInvalid(
            name,
            say(
                "cannot be corrected; these can: %(correctable)s",
                correctable=", ".join(CORRECTABLE),
            ),
        )
    if name in LIST_FIELDS:
        return _names(name, value)
    if name == "year":
        return _year(value)
    if value is not None and not isinstance(value, str):
        raise CorrectionInvalid(name, say("must be text, or empty for not known"))
    text = " ".join((value or "").split()) if name != "note" else (value or "").strip()
    _check_characters(name, text)
    if len(text) > MAX_CHARS:
        raise CorrectionInvalid(name, say("must have at most %(n)s characters", n=MAX_CHARS))
    if name == "title" and not text:
        raise CorrectionInvalid(name, say("cannot be empty"))
    if name == "language":
        text = text.lower()
    if name == "isbn" and text:
        return _isbn(text)
    shape = _SHAPES.get(name)
    if text and shape and not re.fullmatch(shape[0], text, re.DOTALL):
        raise CorrectionInvalid(name, shape[1])
    return text or None


def _check_characters(name: str, *texts: str) -> None:
    """Refuse NUL, and lone surrogates: JSON and arguments can carry them, UTF-8 cannot."""
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for text in texts for c in text):
        raise CorrectionInvalid(
            name, say("has a character that is not text (NUL or half of a pair)")
        )


def _isbn(text: str) -> str:
    isbn = standard_isbn(text)
    if isbn is None:
        raise CorrectionInvalid(
            "isbn", say("must be an ISBN of 10 or 13 digits whose check digit is right")
        )
    return isbn


def _year(value: Any) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{4}", text):
        raise CorrectionInvalid("year", say("must be four digits, or empty for not known"))
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise CorrectionInvalid(
            "year",
            say(
                "must be from %(first_year)s to %(last_year)s",
                first_year=str(FIRST_YEAR),
                last_year=str(LAST_YEAR),
            ),
        )
    return int(text)


def _names(name: str, value: Any) -> tuple[str, ...]:
    """Return each name once; organisations and countries get their standard name."""
    given: Sequence[Any] = value.split(";") if isinstance(value, str) else value or ()
    if not isinstance(given, list | tuple) or not all(isinstance(v, str) for v in given):
        raise CorrectionInvalid(name, say("must be a list of names, or names separated by ;"))
    _check_characters(name, *given)
    if len(given) > MAX_NAMES or any(len(v) > 300 for v in given):
        raise CorrectionInvalid(
            name,
            say("must have at most %(n)s names of 300 characters", n=MAX_NAMES),
        )
    tidy = [" ".join(v.split()) for v in given]
    known = {"publishers": organisation_name, "countries": country_name}.get(name, str)
    return tuple(dict.fromkeys(known(v) for v in tidy if v))
