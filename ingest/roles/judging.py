"""Judges the roles of some passages again, by numbers whose weights are learned.

Rules say what a stretch is by what they know of it. Where they know nothing, it is body: the name
of a person on a cover is, the address at the end of a leaflet, the terms of a licence. So passages
at both ends of a text, and those that rules take out of it, are weighed once more, by a regression
over what the rules say and plain counts (``role_weights.toml``).
"""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from corpus.roles import APPARATUS, ROLES, Role
from ingest.roles.forms import FORMS, is_row_of_contents, weigh_forms
from ingest.roles.names import role_of_heading
from ingest.roles.phrases import phrases
from ingest.text.passages import Assembled

FILE: Final = Path(__file__).with_name("role_weights.toml")
ENDS: Final = 6
"""So many passages at each end of a text are judged."""
LEAST_PASSAGES: Final = 4
"""Of a text: a shorter one has no ends."""
MOST_LINES: Final = 12
FARTHEST: Final = 3.0
"""No number counts for more standard deviations than this: texts are stranger than examples."""
NEIGHBOURS: Final = 3

_JUDGED: Final = APPARATUS - {"references", "search-strategy"}
_WORD: Final = re.compile(r"[^\W_][\w'’-]{0,60}")
_STOP: Final = re.compile(r"[.!?…]\W{0,3}$")
_END_NUMBER: Final = re.compile(r"\s\d{1,3}$")
_ADDRESS: Final = re.compile(r"https?:|www\.|\bdoi\b")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_IN_BRACKETS: Final = re.compile(r"\((?:19|20)\d\d")
_INITIAL: Final = re.compile(r"\b[A-ZÀ-Ý]\.")
_ITEM: Final = re.compile(r"(?:[•▪●◦■◆✓►\uf0b7*–—-]|\(?\w{1,2}[.)])\s")
_LETTERS: Final = re.compile(r"[\W\d_]+")

Numbers = dict[str, float]


class Passage(Protocol):
    """What is judged of a passage (``ingest.model.Cut``)."""

    @property
    def start(self) -> int:
        """Where in the text it begins."""

    @property
    def page(self) -> int:
        """The number of its page."""

    @property
    def heading(self) -> str | None:
        """The names of its section."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def role(self) -> Role:
        """The role that rules gave it."""


@dataclass(frozen=True, slots=True)
class RoleWeights:
    """A regression over numbers in standard deviations, one row of weights for each outcome.

    Attributes:
        names: of the numbers, in order.
        centre, scale: (n numbers,) mean and standard deviation of each.
        outcomes: "evidence", and the roles that are none.
        weights: (n outcomes, n numbers).
        bias: (n outcomes,).
        least: the probability from which a passage that rules leave in the text is no evidence.
        most: the probability up to which one that rules take out of it is evidence.
    """

    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    outcomes: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    least: float
    most: float

    def chances(self, numbers: Numbers) -> Mapping[str, float]:
        """Return the probability of each outcome; they add up to 1."""
        row = [
            max(-FARTHEST, min(FARTHEST, (numbers[name] - centre) / scale))
            for name, centre, scale in zip(self.names, self.centre, self.scale, strict=True)
        ]
        sums = [
            bias + sum(w * x for w, x in zip(weights, row, strict=True))
            for weights, bias in zip(self.weights, self.bias, strict=True)
        ]
        highest = max(sums)
        powers = [math.exp(one - highest) for one in sums]
        return {o: p / sum(powers) for o, p in zip(self.outcomes, powers, strict=True)}


@functools.cache
def role_weights() -> RoleWeights:
    """Return the learned weights; they are read once."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    rows = tuple(tuple(row) for row in read.pop("weights"))
    least, most = read.pop("least"), read.pop("most")
    return RoleWeights(
        **{k: tuple(v) for k, v in read.items()}, weights=rows, least=least, most=most
    )


def judge_roles(
    assembled: Assembled, cuts: Sequence[Passage], title: str | None = None
) -> list[Role]:
    """Return the role of each passage of a text; some are not those that rules gave."""
    roles = [cut.role for cut in cuts]
    known = role_weights()
    for i in judged_places(cuts):
        chances = known.chances(numbers_of(assembled, cuts, i, title))
        roles[i] = decide_role(known, cuts[i].role, chances)
    return roles


def judged_places(cuts: Sequence[Passage]) -> Iterator[int]:
    """Yield the numbers of the passages that are judged again."""
    if len(cuts) < LEAST_PASSAGES:
        return
    for i, cut in enumerate(cuts):
        if i < ENDS or i >= len(cuts) - ENDS or cut.role in _JUDGED:
            yield i


def decide_role(known: RoleWeights, role: Role, chances: Mapping[str, float]) -> Role:
    """Return the role of a passage, by the one that rules gave it and the chances of each."""
    no_evidence = 1.0 - chances["evidence"]
    if role in APPARATUS:
        return "body" if no_evidence < known.most else role
    if no_evidence < known.least:
        return role
    return max((r for r in ROLES if r in chances), key=lambda r: chances[r])


def numbers_of(
    assembled: Assembled, cuts: Sequence[Passage], i: int, title: str | None = None
) -> Numbers:
    """Return what is weighed of a passage, by name: its role, form, place, words and neighbours."""
    cut = cuts[i]
    lines = [line for line in cut.text.split("\n") if line.strip()][:MOST_LINES]
    numbers: Numbers = {f"role {role}": float(cut.role == role) for role in ROLES}
    numbers |= _of_forms(lines)
    numbers |= _of_place(assembled, cuts, i)
    numbers |= _of_words(cut.text)
    numbers |= _of_lines(cut.text, lines)
    heading = cut.heading.rsplit(" › ", 1)[-1] if cut.heading else ""
    named = role_of_heading(heading) if heading else None
    numbers |= {f"under {role}": float(named == role) for role in ROLES}
    numbers["no heading"] = float(not heading)
    said, wanted = (_LETTERS.sub("", t.casefold()) for t in (cut.text, title or ""))
    numbers["in title"] = float(bool(said) and len(said) >= 6 and said in wanted)
    numbers["begins with title"] = float(len(wanted) >= 8 and said.startswith(wanted))
    return numbers


def _of_forms(lines: Sequence[str]) -> Numbers:
    weighed = [weigh_forms(line) for line in lines]
    numbers: Numbers = {}
    for form in FORMS[1:]:
        of_lines = [weights.get(form, -2.5) for weights in weighed]
        numbers[f"mean {form}"] = sum(of_lines) / (len(of_lines) or 1)
        numbers[f"most {form}"] = max(of_lines, default=-2.5)
    return numbers


def _of_place(assembled: Assembled, cuts: Sequence[Passage], i: int) -> Numbers:
    cut, pages = cuts[i], len(assembled.pages)
    place = cut.start / (len(assembled.text) or 1)
    before = [c.role in APPARATUS for c in cuts[max(0, i - NEIGHBOURS) : i]]
    after = [c.role in APPARATUS for c in cuts[i + 1 : i + 1 + NEIGHBOURS]]
    return {
        "place": place,
        "early": float(place < 0.05),
        "late": float(place > 0.9),
        "last": float(place > 0.97),
        "from start": 1 / (1 + i),
        "from end": 1 / (len(cuts) - i),
        "first page": float(cut.page == 1 and pages > 1),
        "first pages": float(cut.page < 4 and pages > 1),
        "last pages": float(pages > 2 and cut.page >= pages - 1),
        "without pages": float(pages == 1),
        "pages": math.log(max(1, pages)),
        "passages": math.log(len(cuts)),
        "after apparatus": sum(before) / (len(before) or 1),
        "before apparatus": sum(after) / (len(after) or 1),
        "right after apparatus": float(before[-1:] == [True]),
        "right before apparatus": float(after[:1] == [True]),
    }


def _of_words(text: str) -> Numbers:
    words = _WORD.findall(text)
    many = len(words) or 1
    verbs = phrases().verbs
    return {
        "words": min(120, many) / 100,
        "few words": float(many < 15),
        "digits": sum(map(str.isdigit, text)) / (len(text) or 1),
        "capitalised": sum(word[0].isupper() for word in words) / many,
        "in capitals": sum(len(word) > 2 and word.isupper() for word in words) / many,
        "verbs": sum(word.lower() in verbs for word in words) / many,
        "commas": text.count(",") / many,
    }


def _of_lines(text: str, lines: Sequence[str]) -> Numbers:
    many = len(lines) or 1
    return {
        "lines": min(MOST_LINES, many) / 10,
        "length of lines": sum(min(400, len(line)) for line in lines) / many / 100,
        "longest line": max((min(400, len(line)) for line in lines), default=0) / 100,
        "sentences": sum(bool(_STOP.search(line)) for line in lines) / many,
        "rows": sum(is_row_of_contents(line) is not None for line in lines) / many,
        "numbers at ends": sum(bool(_END_NUMBER.search(line)) for line in lines) / many,
        "items": sum(bool(_ITEM.match(line)) for line in lines) / many,
        "bars": min(4, text.count(" | ")),
        "addresses": min(3, len(_ADDRESS.findall(text))),
        "mail": float("@" in text),
        "years in brackets": min(4, len(_YEAR_IN_BRACKETS.findall(text))),
        "years": min(4, len(_YEAR.findall(text))),
        "initials": min(6, len(_INITIAL.findall(text))),
    }
