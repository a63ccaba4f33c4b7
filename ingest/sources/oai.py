"""Makes OAI-PMH 2.0 requests and reads the answers.

https://www.openarchives.org/OAI/openarchivesprotocol.html. ``ingest.sources.harvest`` decides
which requests to make and what to remember of the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from corpus.errors import ProtocolError, SourceRejected
from ingest.records import csl, dublin_core
from ingest.records.csl import Record
from ingest.sources import xml
from ingest.text.clean import tidy

PREFIX: Final = "oai_dc"
MAX_BYTES: Final = 50_000_000
"""Largest answer; repositories return 20 to 1,000 records at a time."""

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Repository:
    """How a repository describes itself. ``granularity`` is the precision of its times."""

    name: str
    granularity: str


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a list. If ``record`` is ``None``, it has been deleted."""

    identifier: str
    datestamp: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer to ListRecords; ``token`` requests the next one, if there is one."""

    items: tuple[Item, ...]
    token: str | None
    whole: int | None


def request_address(endpoint: str, arguments: Mapping[str, str | None]) -> str:
    """Return the address of a request."""
    parts = urlsplit(endpoint)
    query = urlencode({name: value for name, value in arguments.items() if value})
    return urlunsplit((*parts[:3], "&".join(q for q in (parts.query, query) if q), ""))


def identify_repository(endpoint: str, read: Read) -> Repository:
    """Ask a repository to identify itself.

    Raises:
        SourceRejected: ``not-oai`` or ``oai-error``, or what ``read`` raises.
    """
    answer = _answer(read(request_address(endpoint, {"verb": "Identify"})), "Identify")
    version = _text(answer, "protocolVersion")
    if version != "2.0":
        raise SourceRejected("not-oai", f"It uses OAI-PMH {version or '?'}, not 2.0.")
    return Repository(_text(answer, "repositoryName"), _text(answer, "granularity") or "YYYY-MM-DD")


def list_records(
    endpoint: str,
    read: Read,
    *,
    token: str | None = None,
    selected: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Batch:
    """Request records: the first of a list, or the next ones with ``token``.

    Raises:
        SourceRejected: ``not-oai`` or ``oai-error``. Without records, the batch is empty.
    """
    arguments = {"verb": "ListRecords"}
    if token:
        arguments["resumptionToken"] = token
    else:
        chosen = {"metadataPrefix": PREFIX, "set": selected, "from": since, "until": until}
        arguments |= {name: value for name, value in chosen.items() if value}
    try:
        answer = _answer(read(request_address(endpoint, arguments)), "ListRecords")
    except ProtocolError as error:
        if error.word == "noRecordsMatch":
            return Batch((), None, 0)
        raise
    more = next(xml.children_named(answer, "resumptionToken"), None)
    size = more.get("completeListSize", "") if more is not None else ""
    return Batch(
        tuple(_item(record) for record in xml.children_named(answer, "record")),
        ((more.text or "").strip() if more is not None else "") or None,
        int(size) if size.isdecimal() else None,
    )


def _answer(data: bytes, verb: str) -> Any:
    try:
        root = xml.parse_xml(data)
    except ValueError as error:
        raise SourceRejected("not-oai", f"The answer is not XML ({error}).") from error
    for fault in xml.children_named(root, "error"):
        raise ProtocolError(str(fault.get("code", "?"))[:60], tidy(fault.text or "")[:300])
    answer = next(xml.children_named(root, verb), None)
    if answer is None:
        raise SourceRejected(
            "not-oai",
            "The answer is not OAI-PMH. Look for the repository's base URL, often .../oai/request.",
        )
    return answer


def _text(element: Any, name: str) -> str:
    return tidy(next((c.text or "" for c in xml.children_named(element, name)), ""))


def _item(element: Any) -> Item:
    header = next(xml.children_named(element, "header"), None)
    if header is None:
        return Item("", "", _record(element))
    identifier, datestamp = _text(header, "identifier"), _text(header, "datestamp")
    deleted = header.get("status") == "deleted"
    return Item(identifier, datestamp, None if deleted else _record(element))


def _record(element: Any) -> Record:
    fields: dict[str, list[str]] = {}
    for metadata in xml.children_named(element, "metadata"):
        for container in metadata:
            for child in container:
                fields.setdefault(xml.local_name(child), []).append(child.text or "")
    return dublin_core.make_record(fields) if fields else csl.normalise_record({})
