"""Parse untrusted XML with defusedxml: no entities, nothing external."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError


def parse_xml(data: bytes) -> Any:
    """Return the outermost element.

    Raises:
        ValueError: it is not well formed, or it defines entities.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    try:
        return fromstring(data)
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children_named(element: Any, name: str) -> Iterator[Any]:
    """Yield the children with a name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)
