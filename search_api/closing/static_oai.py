"""All documents as an OAI static repository: one file that a gateway offers to harvesters.

https://www.openarchives.org/OAI/2.0/guidelines-static-repository.htm
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.model import Document
from search_api.exports.dublin_core import NAMESPACE, SCHEMA, write_dublin_core
from search_api.exports.taking import Reference
from search_api.exports.xml import element, wrap

BASE_URL: Final = "http://gateway.invalid/oai/frozen.invalid/oai.xml"
"""To be replaced by the address that a gateway gives: whoever publishes the file knows it."""
_STATIC: Final = "http://www.openarchives.org/OAI/2.0/static-repository"
_OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"


def write_static_repository(
    name: str, contact: str, items: Sequence[tuple[Document, Reference]]
) -> bytes:
    """Return the file.

    Args:
        name: of the repository.
        contact: a mail address, or empty.
        items: the documents, each with what is told of it.
    """
    days = [document.updated_at[:10] for document, _ in items]
    identify = wrap(
        "Identify",
        element("oai:repositoryName", name)
        + element("oai:baseURL", BASE_URL)
        + element("oai:protocolVersion", "2.0")
        + element("oai:adminEmail", contact if "@" in contact else "nobody@invalid")
        + element("oai:earliestDatestamp", min(days, default="1970-01-01"))
        + element("oai:deletedRecord", "no")
        + element("oai:granularity", "YYYY-MM-DD"),
    )
    formats = wrap(
        "ListMetadataFormats",
        wrap(
            "oai:metadataFormat",
            element("oai:metadataPrefix", "oai_dc")
            + element("oai:schema", SCHEMA)
            + element("oai:metadataNamespace", NAMESPACE),
        ),
    )
    records = "\n".join(_record(*item) for item in items)
    whole = wrap(
        "Repository",
        f"\n{identify}\n{formats}\n"
        + wrap("ListRecords", f"\n{records}\n", metadataPrefix="oai_dc"),
        xmlns=_STATIC,
        xmlns__oai=_OAI,
        xmlns__xsi=_INSTANCE,
        xsi__schemaLocation=f"{_STATIC} {_STATIC}.xsd",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'.encode()


def _record(document: Document, item: Reference) -> str:
    # Its addresses on the server lead nowhere once it is frozen.
    told = write_dublin_core(replace(item, link=None, stored=None))
    header = element("oai:identifier", f"oai:frozen.invalid:{document.id}")
    header += element("oai:datestamp", document.updated_at[:10])
    return wrap("oai:record", wrap("oai:header", header) + wrap("oai:metadata", told))
