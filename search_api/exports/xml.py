"""XML written as text: elements, attributes, and only the characters that it may have."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr


def element(name: str, text: str = "", **attributes: str | None) -> str:
    """Return an element with text; attributes without a value are left out.

    In the name of an attribute ``__`` stands for the colon after a prefix: ``xml__lang``.
    """
    return wrap(name, escape(clean(text)), **attributes)


def wrap(name: str, content: str, **attributes: str | None) -> str:
    """Return an element around what is XML already."""
    written = "".join(
        f" {key.replace('__', ':')}={quote(value)}" for key, value in attributes.items() if value
    )
    return f"<{name}{written}>{content}</{name}>"


def quote(text: str) -> str:
    """Return text as the value of an attribute, with its quotation marks."""
    return quoteattr(clean(text))


def clean(text: str) -> str:
    """Return text without what XML 1.0 cannot have (section 2.2): most control characters."""
    return "".join(c for c in text if c in "\t\n\r" or _is_character(ord(c)))


def _is_character(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
