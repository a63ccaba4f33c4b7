"""The parts that pictures share: a frame with title and description, and escaped texts.

A picture has classes and no styles, so that a page draws it in its own colours, light or dark,
under a strict content security policy. As a file of its own it carries ``STYLE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

STYLE: Final = Markup(
    "text{font:14px system-ui,sans-serif;fill:#1c2530}.name{font-size:20px;font-weight:bold}"
    ".small{font-size:12px;fill:#55606d}.end{text-anchor:end}.middle{text-anchor:middle}"
    ".paper{fill:#fff}.rule{stroke:#d9dde2}.bar{fill:#0d5560}.bar.total{fill:#7d8894}"
)
_NONE: Final = Markup()
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return text without the characters that XML 1.0 does not allow."""
    return _NOT_IN_XML.sub("", text)


def draw_text(x: float, y: float, text: str, look: str = "") -> Markup:
    """Return a line of text with its baseline at ``y``; ``look`` has its classes."""
    return Markup('<text x="{}" y="{}" class="{}">{}</text>\n').format(x, y, look, clean_text(text))


def frame_picture(
    size: tuple[int, int],
    title: str,
    description: str,
    parts: Iterable[Markup],
    style: Markup = _NONE,
    role: str = "img",
) -> Markup:
    """Return a picture with its title and description.

    Args:
        size: width and height, in user units.
        title: its name.
        description: what it shows, for those who cannot see it.
        parts: what is drawn, in order.
        style: for a file of its own; empty inside a page.
        role: ``group`` if parts of it are links, which an ``img`` would hide.
    """
    rules = Markup("<style>{}</style>\n").format(style) if style else _NONE
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'class="picture" role="{6}" aria-labelledby="picture-t picture-d">\n'
        '<title id="picture-t">{2}</title>\n<desc id="picture-d">{3}</desc>\n{4}'
        '<rect class="paper" width="{0}" height="{1}"/>\n{5}</svg>\n'
    ).format(*size, clean_text(title), clean_text(description), rules, Markup().join(parts), role)
