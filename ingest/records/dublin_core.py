"""Turns the repeatable, loosely used fields of Dublin Core in OAI-PMH (oai_dc) into a record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ingest.records import csl
from ingest.records.csl import Record
from ingest.text.clean import tidy

_TYPES: Final = {
    "article": "article-journal", "report": "report", "book": "book", "bookpart": "chapter",
    "thesis": "thesis", "dataset": "dataset", "conferenceobject": "paper-conference",
    "workingpaper": "report", "lecture": "speech", "preprint": "article",
}  # fmt: skip


def make_record(fields: Mapping[str, Sequence[str]]) -> Record:
    """Return the record for Dublin Core fields.

    The longest description is the abstract. The earliest date gives the year, as repositories add
    the dates of deposit and release. The address is the first identifier that is one, but a DOI
    only if there is no other.

    Args:
        fields: the values of each element, by its name without namespace.
    """

    def first(name: str) -> str:
        return next((v for v in fields.get(name, ()) if v.strip()), "")

    described = [v for v in fields.get("description", ()) if not _is_address(v)]
    identifiers = [*fields.get("identifier", ()), *fields.get("relation", ())]
    addresses = [a for v in fields.get("identifier", ()) if (a := _address(v))]
    dates = sorted(p for v in fields.get("date", ()) if (p := csl.date_parts(v)))
    return csl.normalise_record(
        {
            "type": _type(fields.get("type", ())),
            "title": first("title"),
            "author": fields_list(fields, "creator") or fields_list(fields, "contributor"),
            "issued": "-".join(map(str, dates[0])) if dates else "",
            "container-title": first("source") if not _is_address(first("source")) else "",
            "publisher": "; ".join(dict.fromkeys(map(tidy, fields_list(fields, "publisher")))),
            "ISBN": next(
                (v for v in identifiers if re.match(r"\s*(?:urn:)?isbn[:\s]", v, re.I)), ""
            ),
            "DOI": next((d for v in identifiers if (d := csl.find_doi(v))), ""),
            "URL": next((a for a in addresses if "doi.org/" not in a), next(iter(addresses), "")),
            "abstract": max(described, key=len, default=""),
            "language": first("language"),
            "keyword": ", ".join(v for v in fields.get("subject", ()) if len(v) < 100),
            "license": next((v for v in fields.get("rights", ()) if _is_licence(v)), ""),
        }
    )


def fields_list(fields: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """Return the values of one element that are not blank."""
    return [v for v in fields.get(name, ()) if v.strip()]


def _type(types: Sequence[str]) -> str:
    words = [re.split(r"[/#:]", t)[-1].strip().lower().replace(" ", "") for t in types]
    return next((_TYPES[w] for w in words if w in _TYPES), "document")


def _is_address(value: str) -> bool:
    return bool(re.match(r"\s*https?://\S+\s*$", value))


def _address(value: str) -> str:
    return value.strip() if _is_address(value) else ""


def _is_licence(value: str) -> bool:
    return bool(re.search(r"creativecommons|\bCC[- ](?:BY|0)|public domain", value, re.I))
