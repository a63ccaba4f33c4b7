"""Answers OAI-PMH 2.0 requests (https://www.openarchives.org/OAI/openarchivesprotocol.html).

Records are public documents. Those that were public and are so no longer stay as deleted records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state
from corpus.documents.datestamps import (
    Stamped,
    count_stamped,
    earliest_stamp,
    read_stamped,
    stamp_of,
)
from corpus.tags.tags import tags_of
from search_api.exports import dublin_core, mods
from search_api.exports.taking import Collector, Reference
from search_api.exports.xml import element, wrap
from search_api.interchange.arguments import TOKEN, OaiError, read_arguments, read_window
from search_api.interchange.sets import Lists, all_sets, read_lists, sets_of, window_of
from search_api.interchange.tokens import Token, expiry, read_token, write_token
from search_api.service.service import Service

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_IDENTIFIER: Final = "http://www.openarchives.org/OAI/2.0/oai-identifier"
_DOMAIN: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")
BEHIND: Final = timedelta(seconds=10)
"""How far the clock of answers is behind. A change has the time at which it was written and is seen
when it is committed; a harvest that starts again from the time of the last answer loses none."""
RECORDS_AT_ONCE: Final = 100
HEADERS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Prefix:
    """A metadata format: its name, its schema, its namespace and what writes a document in it."""

    name: str
    schema: str
    namespace: str
    write: Callable[[Reference], str]


PREFIXES: Final[Mapping[str, Prefix]] = {
    known.name: known
    for known in (
        Prefix("oai_dc", dublin_core.SCHEMA, dublin_core.NAMESPACE, dublin_core.write_dublin_core),
        Prefix("mods", mods.SCHEMA, mods.NAMESPACE, mods.mods_of),
    )
}


@dataclass(frozen=True, slots=True)
class Provider:
    """The repository as a data provider. ``base`` is its public address, without a path."""

    service: Service
    catalogue: Catalogue
    base: str

    @property
    def _host(self) -> str:
        return (urlsplit(self.base).hostname or "localhost").lower()

    def answer(self, pairs: Sequence[tuple[str, str]], now: datetime) -> bytes:
        """Return the answer to a request with these arguments, errors included."""
        arguments: Mapping[str, str] = {}
        try:
            arguments = read_arguments(pairs)
            with read_one_state(self.catalogue):
                body = self._answer(arguments, now)
            content = wrap(arguments["verb"], body)
        except OaiError as error:
            if error.code in ("badVerb", "badArgument"):
                arguments = {}
            content = element("error", error.reason, code=error.code)
        said = element("responseDate", _time(now - BEHIND))
        request = element("request", f"{self.base}/oai", **arguments)
        whole = wrap(
            "OAI-PMH",
            f"\n{said}\n{request}\n{content}\n",
            xmlns=NAMESPACE,
            xmlns__xsi=_INSTANCE,
            xsi__schemaLocation=f"{NAMESPACE} {SCHEMA}",
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'.encode()

    def _answer(self, arguments: Mapping[str, str], now: datetime) -> str:
        match arguments["verb"]:
            case "Identify":
                return self._identify(now)
            case "ListMetadataFormats":
                if "identifier" in arguments:
                    self._stamped(arguments["identifier"])
                return "".join(map(_format, PREFIXES.values()))
            case "ListSets":
                if TOKEN in arguments:
                    raise OaiError("badResumptionToken", "ListSets gives no tokens.")
                return self._sets()
            case "GetRecord":
                prefix = _prefix(arguments["metadataPrefix"])
                return self._records([self._stamped(arguments["identifier"])], prefix)
        return self._list(arguments, now)

    # About the repository ------------------------------------------------------------------

    def _identify(self, now: datetime) -> str:
        contact = re.fullmatch(r"(?:mailto:)?(\S+@\S+\.\S+)", self.service.settings.contact or "")
        described = (
            element("repositoryName", f"{self.service.taxonomy.network} evidence repository"),
            element("baseURL", f"{self.base}/oai"),
            element("protocolVersion", "2.0"),
            element("adminEmail", contact[1] if contact else f"postmaster@{self._host}"),
            element("earliestDatestamp", earliest_stamp(self.catalogue) or _time(now - BEHIND)),
            element("deletedRecord", "persistent"),
            element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            element("compression", "gzip"),
            self._scheme(),
        )
        return "\n".join(described)

    def _scheme(self) -> str:
        """Return how identifiers are made, for hosts that have a name with a dot."""
        if not _DOMAIN.fullmatch(self._host):
            return ""
        fields = (
            element("scheme", "oai"),
            element("repositoryIdentifier", self._host),
            element("delimiter", ":"),
            element("sampleIdentifier", self._identifier("0123456789abcdef")),
        )
        scheme = wrap(
            "oai-identifier",
            "".join(fields),
            xmlns=_IDENTIFIER,
            xmlns__xsi=_INSTANCE,
            xsi__schemaLocation=f"{_IDENTIFIER} {_IDENTIFIER}.xsd",
        )
        return wrap("description", scheme)

    def _sets(self) -> str:
        sets = all_sets(self.service.taxonomy, self.catalogue)
        return "\n".join(
            wrap("set", element("setSpec", spec) + element("setName", name)) for spec, name in sets
        )

    # Records -------------------------------------------------------------------------------

    def _identifier(self, document_id: str) -> str:
        return f"oai:{self._host}:{document_id}"

    def _stamped(self, identifier: str) -> Stamped:
        document_id = identifier.removeprefix(f"oai:{self._host}:")
        stamped = stamp_of(self.catalogue, document_id) if document_id != identifier else None
        if stamped is None:
            raise OaiError(
                "idDoesNotExist",
                f"There is no record {identifier!r}. ListIdentifiers names them.",
            )
        return stamped

    def _list(self, arguments: Mapping[str, str], now: datetime) -> str:
        token = self._begin(arguments, now)
        after = (token.at, token.document) if token.at else None
        prefix, lists = _prefix(token.prefix), read_lists(self.catalogue)
        window = window_of(
            self.service.taxonomy, lists, token.set or None, token.since or None,
            token.until or None,
        )  # fmt: skip
        headers_only = token.verb == "ListIdentifiers"
        most = HEADERS_AT_ONCE if headers_only else RECORDS_AT_ONCE
        found = read_stamped(self.catalogue, window, limit=most + 1, after=after)
        shown = found[:most]
        if not shown and not after:
            raise OaiError("noRecordsMatch", "There are no records for these arguments.")
        body = self._records(shown, None if headers_only else prefix, lists)
        if len(found) <= most and not after:
            return body
        size = token.cursor + count_stamped(self.catalogue, window, after)
        following = ""
        ends = None
        if len(found) > most:
            last = shown[-1]
            cursor = token.cursor + most
            more = replace(token, at=last.at, document=last.document_id, cursor=cursor)
            following, ends = write_token(more), more.expiration
        return body + element(
            TOKEN,
            following,
            expirationDate=ends,
            completeListSize=str(size),
            cursor=str(token.cursor),
        )

    def _begin(self, arguments: Mapping[str, str], now: datetime) -> Token:
        """Return where the list begins or goes on."""
        verb = arguments["verb"]
        if TOKEN in arguments:
            return replace(read_token(arguments[TOKEN], verb, now), expires=expiry(now))
        prefix = _prefix(arguments["metadataPrefix"])
        since, until = read_window(arguments)
        return Token(
            verb, prefix.name, since or "", until or "", arguments.get("set", ""),
            at="", document="", cursor=0, expires=expiry(now),
        )  # fmt: skip

    def _records(
        self, stamped: Sequence[Stamped], prefix: Prefix | None, lists: Lists | None = None
    ) -> str:
        """Return records in a format, or their headers alone."""
        lists = read_lists(self.catalogue) if lists is None else lists
        ids = [one.document_id for one in stamped]
        documents = self.catalogue.documents(ids, pending=True)
        tags = tags_of(self.catalogue, ids)
        collector = replace(Collector.of(self.service), base=self.base)
        records = []
        for one in stamped:
            document = documents.get(one.document_id)
            carried = tags.get(one.document_id, ())
            sets = sets_of(self.service.taxonomy, document, carried, lists) if document else []
            header = self._header(one, sets)
            if prefix is None:
                records.append(header)
            elif one.gone or document is None:
                records.append(wrap("record", header))
            else:
                written = prefix.write(collector.reference(document, carried))
                records.append(wrap("record", header + wrap("metadata", written)))
        return "\n".join(records)

    def _header(self, stamped: Stamped, sets: Iterable[str]) -> str:
        content = element("identifier", self._identifier(stamped.document_id))
        content += element("datestamp", stamped.at)
        content += "".join(element("setSpec", spec) for spec in sets)
        return wrap("header", content, status="deleted" if stamped.gone else None)


def _prefix(name: str) -> Prefix:
    if name not in PREFIXES:
        raise OaiError(
            "cannotDisseminateFormat",
            f"There is no format {name!r}. There are: {', '.join(PREFIXES)}.",
        )
    return PREFIXES[name]


def _format(prefix: Prefix) -> str:
    fields = (
        element("metadataPrefix", prefix.name),
        element("schema", prefix.schema),
        element("metadataNamespace", prefix.namespace),
    )
    return wrap("metadataFormat", "".join(fields))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
