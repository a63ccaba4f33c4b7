"""Resource lists as JSON: the lossless form in which they are stored, exported and imported.

The same list always gives the same bytes: keys in a fixed order, passage ids as strings (they
exceed what a JSON number holds), and no field left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from corpus.errors import ListInvalid
from corpus.model import Entry, ListVersion, Pin, Section, Selection

FORMAT: Final = "salex-resource-list"
FORMAT_VERSION: Final = 1

Decision = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A curator's decision on a document that was suggested for a list."""

    document_id: str
    decision: Decision
    decided_by: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list with its whole history, as it is exported and imported elsewhere."""

    slug: str
    selection: Selection
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str
    archived_at: str | None = None
    versions: tuple[ListVersion, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


def write_file(file: ListFile) -> str:
    """Return a whole list as JSON, ending with a line break."""
    data = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "slug": file.slug,
        **selection_data(file.selection),
        "created_by": file.created_by,
        "created_at": file.created_at,
        "updated_by": file.updated_by,
        "updated_at": file.updated_at,
        "archived_at": file.archived_at,
        "versions": [version_data(version) for version in file.versions],
        "suggestions": [_fields(s, *Suggestion.__slots__) for s in file.suggestions],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def read_file(text: str) -> ListFile:
    """Read what ``write_file`` wrote; history and ids may be missing in a file made by hand.

    Raises:
        ListInvalid: it is not such a file, or a field is missing or of the wrong type.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ListInvalid(
            f"The file is not valid JSON: {error}. Only the JSON of an export can be imported, "
            "not its Markdown, CSV, Word, RIS or BibTeX: export the list again as JSON."
        ) from error
    whole = _object(data, "the file")
    if whole.get("format") != FORMAT or whole.get("format_version") != FORMAT_VERSION:
        raise ListInvalid(
            f'The file is not a resource list: it must say "format": "{FORMAT}" and '
            f'"format_version": {FORMAT_VERSION}.'
        )
    return ListFile(
        slug=_text(whole, "slug"),
        selection=selection_from(whole),
        created_by=_text(whole, "created_by", ""),
        created_at=_text(whole, "created_at", ""),
        updated_by=_text(whole, "updated_by", ""),
        updated_at=_text(whole, "updated_at", ""),
        archived_at=_maybe(whole, "archived_at"),
        versions=tuple(_version(_object(v, "a version")) for v in _list(whole, "versions")),
        suggestions=tuple(
            _suggestion(_object(s, "a suggestion")) for s in _list(whole, "suggestions")
        ),
    )


def write_selection(selection: Selection) -> str:
    """Return a selection as one line of JSON, as it is stored."""
    return json.dumps(selection_data(selection), ensure_ascii=False)


def read_selection(text: str) -> Selection:
    """Read what ``write_selection`` wrote."""
    return selection_from(json.loads(text))


def selection_data(selection: Selection) -> dict[str, Any]:
    """Return a selection as plain objects, ready for JSON."""
    sections = [
        {**_fields(s, "id", "title", "text"), "entries": [entry_data(e) for e in s.entries]}
        for s in selection.sections
    ]
    return {**_fields(selection, "title", "summary", "query"), "sections": sections}


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain objects."""
    pin = entry.pin and {
        **_fields(entry.pin, "quote", "page"),
        "passage_id": str(entry.pin.passage_id),
    }
    names = ("id", "title", "document_id", "url", "citation", "note")
    return {**_fields(entry, *names), "pin": pin}


def version_data(version: ListVersion) -> dict[str, Any]:
    """Return a published version as plain objects."""
    about = _fields(version, "number", "note", "published_by", "published_at")
    return {**about, **selection_data(version.selection)}


def selection_from(data: Mapping[str, Any]) -> Selection:
    """Return the selection that plain objects describe; missing ids stay empty.

    Raises:
        ListInvalid: a field is missing or of the wrong type.
    """
    return Selection(
        title=_text(data, "title"),
        summary=_text(data, "summary", ""),
        sections=tuple(_section(_object(s, "a section")) for s in _list(data, "sections")),
        query=_maybe(data, "query"),
    )


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        id=_text(data, "id", ""),
        title=_text(data, "title", ""),
        text=_text(data, "text", ""),
        entries=tuple(_entry(_object(e, "an entry")) for e in _list(data, "entries")),
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    pin = data.get("pin")
    return Entry(
        id=_text(data, "id", ""),
        title=_text(data, "title", ""),
        document_id=_maybe(data, "document_id"),
        url=_maybe(data, "url"),
        citation=_maybe(data, "citation"),
        note=_text(data, "note", ""),
        pin=_pin(_object(pin, "a pinned passage")) if pin is not None else None,
    )


def _pin(data: Mapping[str, Any]) -> Pin:
    number = _text(data, "passage_id")
    if not (number.isascii() and number.isdecimal() and len(number) <= 19):
        raise ListInvalid(f"{number!r} is not a passage id. Write the number as a string.")
    return Pin(int(number), _text(data, "quote", ""), _number(data, "page"))


def _version(data: Mapping[str, Any]) -> ListVersion:
    number = _number(data, "number")
    if number is None:
        raise ListInvalid("A version has no number.")
    return ListVersion(
        number,
        selection_from(data),
        _text(data, "note", ""),
        _text(data, "published_by"),
        _text(data, "published_at"),
    )


def _suggestion(data: Mapping[str, Any]) -> Suggestion:
    decision = _text(data, "decision")
    if decision not in ("accepted", "rejected"):
        raise ListInvalid(
            f"The decision on a suggestion must be accepted or rejected, not {decision!r}."
        )
    checked: Decision = "accepted" if decision == "accepted" else "rejected"
    return Suggestion(
        _text(data, "document_id"), checked, _text(data, "decided_by"), _text(data, "decided_at")
    )


def _fields(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ListInvalid(f"{what.capitalize()} must be an object, not {_short(value)}.")
    return value


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise ListInvalid(f"{name!r} must be a list, not {_short(value)}.")
    return value


def _text(data: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise ListInvalid(f"{name!r} must be a string, not {_short(value)}.")
    if any("\ud800" <= c <= "\udfff" for c in value):  # JSON can name them, UTF-8 cannot
        raise ListInvalid(f"{name!r} contains characters that are not text. Remove them.")
    return value


def _maybe(data: Mapping[str, Any], name: str) -> str | None:
    return None if data.get(name) is None else _text(data, name)


def _number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
        raise ListInvalid(f"{name!r} must be a whole number from 1, not {_short(value)}.")
    return value


def _short(value: object) -> str:
    return "nothing" if value is None else repr(value)[:60]
