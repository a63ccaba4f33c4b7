"""Messages of errors that pages can say in the language of their reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Said(str):
    """A message in English with the text it was made from.

    Attributes:
        text: with ``%(name)s`` in place of each value; catalogues of translations know it.
        values: what stands in place of the names.
    """

    text: str
    values: Mapping[str, Any]


def say(text: str, /, **values: Any) -> Said:
    """Return a message; numbers get groups of digits.

    Args:
        text: the message in English, a literal, so that translators find it.
        values: what stands in place of each ``%(name)s``: a number, another message, or a name that
            is the same in every language.
    """
    written = {k: f"{v:,}" if isinstance(v, int) else str(v) for k, v in values.items()}
    said = Said(text % written if values else text)
    said.text, said.values = text, values
    return said


def message_of(error: Exception) -> str:
    """Return what an error says; as ``Said``, if it was raised with that."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Said) else str(error)
