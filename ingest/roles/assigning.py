"""Gives every sentence and paragraph of a text its role.

The form of each stretch, the name of its section and its place are added up, and the most likely
sequence is chosen. To change the form costs something: the title inside a reference entry looks
like prose by itself, but not between an author and a page number (Viterbi's algorithm; with one
cost for every change it takes time linear in the text).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.roles import Role
from ingest.roles.forms import FORMS, Form, Weights, weigh_forms
from ingest.roles.outline import SENTENCE
from ingest.roles.sections import OUTER_PAGES, Unit, units_of
from ingest.roles.surroundings import is_on_cover, place_of, weigh_units
from ingest.text.passages import Assembled, RoleSpan

_LETTERS: Final = re.compile(r"[\W\d_]+")


def assign_roles(assembled: Assembled, title: str | None = None) -> tuple[RoleSpan, ...]:
    """Return where in the text each role begins, in order; neighbours differ.

    Args:
        assembled: what ``assemble_pages`` returned.
        title: the document's title, to know it where it is printed.
    """
    units, weights = weigh_units(assembled, list(units_of(assembled)))
    forms = _most_likely(units, weights)
    title_end = _end_of_title(assembled, units)
    spans: list[RoleSpan] = []
    for unit, form in zip(units, forms, strict=True):
        role = _role(assembled, unit, form, title)
        if role == "front-matter" and unit.start < title_end:
            role = "title"
        if not spans or spans[-1].role != role:
            spans.append(RoleSpan(unit.start, role))
    return tuple(spans)


def _end_of_title(assembled: Assembled, units: Sequence[Unit]) -> int:
    """Return where the imprint begins on a cover; what is before it there are titles."""
    for unit in units:
        matter = weigh_forms(assembled.text[unit.start : unit.end]).get("matter", 0.0)
        if not is_on_cover(assembled, unit) or matter >= 0:
            return unit.start
    return 0


def _most_likely(units: Sequence[Unit], weights: Sequence[Weights]) -> list[Form]:
    """Return the sequence of forms with the highest sum of weights less the costs of changes."""
    scores = dict.fromkeys(FORMS, 0.0)
    came_from: list[dict[Form, Form]] = []
    for unit, of_unit in zip(units, weights, strict=True):
        best = max(FORMS, key=lambda form: scores[form])
        changed = scores[best] - unit.cost
        back: dict[Form, Form] = {}
        new: dict[Form, float] = {}
        for form in FORMS:
            stays = scores[form] >= changed
            back[form] = form if stays else best
            new[form] = (scores[form] if stays else changed) + _weight_of(form, of_unit)
        came_from.append(back)
        scores = new
    form = max(FORMS, key=lambda f: scores[f])
    chosen: list[Form] = []
    for back in reversed(came_from):
        chosen.append(form)
        form = back[form]
    return chosen[::-1]


def _weight_of(form: Form, weights: Weights) -> float:
    return 0.0 if form == "prose" or not weights else weights.get(form, -3.0)


_OF_FORM: Final[dict[Form, Role]] = {
    "references": "references", "contents": "contents", "table": "table", "caption": "caption",
    "search-strategy": "search-strategy", "navigation": "navigation",
}  # fmt: skip
_OF_PROSE: Final = frozenset(("summary", "findings", "methods", "appendix"))


def _role(assembled: Assembled, unit: Unit, form: Form, title: str | None) -> Role:
    words = assembled.text[unit.start : unit.end]
    if title and form in ("prose", "matter") and _is(words, title):
        if unit.page < 3:
            return "title"
        if unit.page >= len(assembled.pages) - OUTER_PAGES[1]:
            return "back-matter"
    if form == "matter" or (unit.notice and form == "prose"):
        return _matter_role(assembled, unit)
    if form != "prose":
        return _OF_FORM[form]
    return unit.section if unit.section in _OF_PROSE else "body"


def _matter_role(assembled: Assembled, unit: Unit) -> Role:
    if unit.section in ("front-matter", "back-matter"):
        return unit.section
    early = 0.2 if len(assembled.pages) > 1 else 0.3
    return "front-matter" if place_of(assembled, unit) < early else "back-matter"


def _is(text: str, title: str) -> bool:
    if len(text) > 1.3 * len(title) + 10:
        return False
    said, wanted = (_LETTERS.sub("", t.casefold()) for t in (text, title))
    if SENTENCE.search(text) and said != wanted:
        return False
    return len(said) >= max(8, 0.4 * len(wanted)) and (said in wanted or wanted in said)
