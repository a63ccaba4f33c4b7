"""Which words of the first pages are the title: weighed by numbers that labelled documents taught.

The rules of ``titles.py`` read a title first; it is one of the wordings that are weighed. Weights
were learned on PDFs, so other media keep what the rules say.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ingest.record.cited import Cited
from ingest.record.finding import Finding
from ingest.record.front import Front, Group
from ingest.record.properties import wordings_of
from ingest.record.title_candidates import Wording, first_groups, wordings_in
from ingest.record.title_cues import Cues
from ingest.record.title_groups import groups_of
from ingest.record.trimming import in_better_case, without_marks
from ingest.text.clean import tidy

WEIGHTS: Final = Path(__file__).with_name("title_weights.toml")
FARTHEST: Final = 5.0
"""No number counts more than so many deviations from its mean."""
MARGIN: Final = 3.0
"""Other words win over what the rules read only if they are so many times as likely. Of 307
documents 220 titles were right by the rules; each publisher held out, 228 with 1, 232 with 2, 233
with 3 (18 won, 5 lost) and 231 with 4, before paragraphs and labels were left out."""
BANDS: Final = (0.9, 0.8, 0.65, 0.5, 0.35, 0.2)
DOUBTFUL_RULE: Final = "doubtful"
LEAST_WEIGHT: Final = 0.6
"""What is weighed is counted by its band (``measured.toml``), however unlikely it is."""


@dataclass(frozen=True)
class TitleWeights:
    """How much each number of a wording counts.

    Attributes:
        names: the numbers, by name.
        centre: the mean of each on the documents that taught the weights.
        scale: its deviation.
        weights: how much a deviation more of it counts.
    """

    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]

    def score(self, numbers: dict[str, float]) -> float:
        """Return the log-odds of a wording, but for a constant of its document."""
        rows = zip(self.names, self.centre, self.scale, self.weights, strict=True)
        return sum(
            weight * max(-FARTHEST, min(FARTHEST, (numbers.get(name, 0.0) - mean) / deviation))
            for name, mean, deviation, weight in rows
        )


@functools.cache
def title_weights() -> TitleWeights:
    """Return the weights that come with the code."""
    read = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    return TitleWeights(
        *(tuple(read[name]) for name in ("names", "centre", "scale", "weights"))
    )  # fmt: skip


def weighable(
    front: Front, read: Finding | None, cited: Cited | None
) -> list[tuple[Wording, dict[str, float]]]:
    """Return the wordings that the title of a document may have, each with its numbers."""
    groups = first_groups(groups_of(front))
    cues = Cues(front, groups, read)
    found = wordings_in(front, groups, read, cited)
    return [(one, cues.numbers_of(one)) for one in found]


def choose_title(front: Front, read: Finding | None, cited: Cited | None) -> Finding | None:
    """Return the likeliest title of a document; ``read`` is what the rules say.

    Its rule is the band that its chance is in.
    """
    if front.medium != "paged":
        return read
    weighed = weighable(front, read, cited)
    if not weighed:
        return read
    place, chance = decide([numbers for _, numbers in weighed], title_weights())
    return _found(front, weighed[place][0], chance, read, cited)


def decide(wordings: Sequence[dict[str, float]], weights: TitleWeights) -> tuple[int, float]:
    """Return the place of the wording that is taken for the title, and how likely it is."""
    scores = [weights.score(numbers) for numbers in wordings]
    top = max(scores)
    read = next((i for i, numbers in enumerate(wordings) if numbers["read"]), None)
    keep = read is not None and scores[read] + math.log(MARGIN) > top
    place = read if keep and read is not None else scores.index(top)
    return place, math.exp(scores[place] - top) / sum(math.exp(score - top) for score in scores)


def _found(
    front: Front, one: Wording, chance: float, read: Finding | None, cited: Cited | None
) -> Finding:
    rule, weight = band_of(chance), LEAST_WEIGHT + (1 - LEAST_WEIGHT) * chance
    if read and one.kind == "read":
        # What is unlikely, or a heading inside a text, is as sure as the rules are of it.
        doubted = chance < BANDS[-1] or read.rule == DOUBTFUL_RULE
        return read if doubted else replace(read, confidence=weight, rule=rule)
    value = in_better_case(tidy(without_marks(one.text)), wordings_of(front, cited))
    page, quote = _quote(one.groups)
    return Finding("title", value, weight, page, quote, rule)


def _quote(groups: Sequence[Group]) -> tuple[int | None, str | None]:
    """Return where words stand: the largest of their lines, which are of one size."""
    if not groups:
        return None, None
    largest = max(groups, key=lambda group: group.height)
    return largest.page, "\n\n".join(line.text for line in largest.lines)


def band_of(chance: float) -> str:
    """Return the name of the rule for titles that are as likely."""
    return f"weighed: {next((least for least in BANDS if chance >= least), 0.0)}"
