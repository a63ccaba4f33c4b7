"""What a passage is for in its document: the roles, in the order in which people read of them."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal[
    "title",
    "front-matter",
    "contents",
    "summary",
    "body",
    "findings",
    "methods",
    "table",
    "caption",
    "references",
    "search-strategy",
    "appendix",
    "back-matter",
    "navigation",
]
"""``summary`` is an abstract, key messages and the like; ``findings`` are results, discussion,
conclusions and recommendations; ``back-matter`` is acknowledgements, contributors and declarations.
"""
ROLES: Final[tuple[Role, ...]] = get_args(Role)
APPARATUS: Final[frozenset[Role]] = frozenset(
    (
        "title",
        "front-matter",
        "contents",
        "references",
        "search-strategy",
        "back-matter",
        "navigation",
    )
)
"""What names or surrounds a text and states nothing: it is no evidence and no reason for a tag."""
CONCLUDING: Final[frozenset[Role]] = frozenset(("summary", "findings"))
"""Where a document says what it found; search prefers them a little."""
ASSERTING: Final[frozenset[Role]] = frozenset(("summary", "body", "findings"))
"""What states something about the world; methods, tables and appendices say how it was found."""
