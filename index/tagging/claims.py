"""Says how likely a sentence is to state that a factor helps or hinders the use of evidence.

A sentence is compared with others that do so (``claims.toml``), and a regression weighs how close
it is, what its words say, and how much its document speaks of the use of evidence
(``claim_weights.toml``, learned by ``tests/reading/workshop.py``). English only, like the encoder.
"""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt

from corpus.tags.factors import Polarity
from corpus.taxonomy import Taxonomy, Term
from index.tagging.mentions import TermCues, closeness_to_term, term_cues
from index.tagging.polarity import polarity_of
from index.tagging.saying import UNSURE, names_of, says_factor
from index.vectors.encoder import Encoder

Rows = npt.NDArray[np.float32]
Numbers = dict[str, float]

FILE: Final = Path(__file__).with_name("claims.toml")
WEIGHTS: Final = Path(__file__).with_name("claim_weights.toml")
FARTHEST: Final = 3.0
"""No number counts for more standard deviations than this."""
CELLS: Final = 3
"""So many factors and sides are weighed for a sentence: those that it is nearest to."""
BESIDE: Final = 45
"""Characters between the name of a factor and a word of help or hindrance beside it."""
_POLARITIES: Final[tuple[Polarity, ...]] = get_args(Polarity)

_HINDERS: Final = re.compile(
    r"\b(?:barriers?|constraints?|obstacles?|challenges?|imped\w+|hinder\w*|hamper\w*"
    r"|prevent(?:s|ed|ing)?|limit(?:s|ed|ing)|constrain\w*|lack(?:s|ed|ing)?|insufficient\w*"
    r"|scarc\w+|shortages?|inhibit\w*|impair\w*|unable|can(?:no|')t|too (?:little|few|late)"
    r"|without|undermin\w+|difficult\w*)\b",
    re.IGNORECASE,
)
_HELPS: Final = re.compile(
    r"\b(?:enabl\w+|facilitat\w+|essential|crucial|critical|vital|key|requires?|depends?"
    r"|foundation|groundwork|because|thanks to|led to|leads to|lead to|helps?|helped|supports?"
    r"|supported|success\w*|possible|lessons?|important|necessary|strengthen\w*|foster\w*"
    r"|reduc\w+|improv\w+|increas\w+|contribut\w+|allow\w*)\b",
    re.IGNORECASE,
)
_USE: Final = re.compile(
    r"\b(?:(?:evidence|data|research)[ -](?:use|uptake|informed|based|driven|practice)"
    r"|(?:use|uptake|access|availability|lack|reach)\w* (?:of|to|for)? ?(?:\w+ ){0,2}"
    r"(?:evidence|data|research|studies|findings)"
    r"|us(?:e|es|ed|ing) (?:\w+ ){0,2}(?:evidence|data|research|findings)|decision[- ]mak\w+"
    r"|(?:inform|guide|base)\w* (?:\w+ ){0,3}(?:decisions?|polic\w+|practices?)|evidence into"
    r"|research into|RPPs?|research[- ]practice"
    r"|knowledge (?:brok\w+|exchange|mobili\w+|translation))\b",
    re.IGNORECASE,
)
"""What is used, and for what."""
_FIELD: Final = re.compile(
    r"\b(?:(?:evidence|data|research|knowledge)[ -](?:use|uptake|informed|based|driven|literacy"
    r"|to[ -]policy|to[ -]practice|to[ -]action)"
    r"|(?:use|uptake|utili[sz]ation|mobili[sz]ation) of (?:\w+ ){0,2}"
    r"(?:evidence|data|research|studies|findings)"
    r"|us(?:e|es|ed|ing) (?:\w+ ){0,2}(?:evidence|data|research|findings)"
    r"|evidence[- ](?:building|generation)|evidence into|research into (?:policy|practice)|RPPs?"
    r"|research[- –]practice|knowledge (?:brok\w+|exchange|mobili\w+|translation|transfer)"
    r"|evidence[- ]based (?:policy\w*|decision\w*|practice)|policymakers?"
    r"|learning (?:network|agenda)s?|communit(?:y|ies) of practice|action research)\b",
    re.IGNORECASE,
)
"""The words of texts on the use of evidence and on learning networks."""
FEWEST_WORDS: Final = 200
"""Of a document, so that one word of the field in a short note is not many."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A factor on one side, with sentences that say so.

    Attributes:
        factor: its term.
        cues: what the factor is searched by.
        polarity: the side.
        rows: (n sentences, dimensions) float32, unit rows.
    """

    factor: Term
    cues: TermCues
    polarity: Polarity
    rows: Rows


@dataclass(frozen=True, slots=True)
class Claims:
    """All cells, and sentences of the field that say nothing of any factor.

    ``others`` is (n sentences, dimensions) float32, unit rows.
    """

    cells: tuple[Cell, ...]
    others: Rows


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says of a factor, and how likely it is to hold, 0 to 1."""

    factor: str
    polarity: Polarity
    chance: float


@dataclass(frozen=True, slots=True)
class ClaimWeights:
    """A regression over numbers in standard deviations.

    Attributes:
        encoder: the digest of the encoder they were learned with, the only one they go with.
        names: of the numbers, in order.
        centre, scale: (n numbers,) mean and standard deviation of each.
        weights: (n numbers,).
        bias: what is added.
        least: the chance from which a sentence is shown.
        least_said: the same for a factor of networks of which the words say so (``says_factor``).
    """

    encoder: str
    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    least: float
    least_said: float

    def chance(self, numbers: Numbers) -> float:
        """Return how likely a sentence is to hold."""
        total = self.bias
        for name, centre, scale, weight in zip(
            self.names, self.centre, self.scale, self.weights, strict=True
        ):
            total += weight * max(-FARTHEST, min(FARTHEST, (numbers[name] - centre) / scale))
        return 1 / (1 + math.exp(-total))


@functools.cache
def claim_weights() -> ClaimWeights:
    """Return the learned weights; they are read once."""
    read = tomllib.loads(WEIGHTS.read_text("utf-8"))
    told: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in read.items()}
    return ClaimWeights(**told)


def read_claims(encoder: Encoder, taxonomy: Taxonomy) -> Claims:
    """Encode the sentences that the factors of a vocabulary are compared with."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    terms = taxonomy.vocabulary("factors").terms
    cells = []
    for cues in term_cues(encoder, taxonomy, "factors"):
        of_factor = told["factors"].get(cues.term, {})
        for polarity in _POLARITIES:
            sentences = of_factor.get(polarity)
            rows = encoder.encode_passages(sentences) if sentences else cues.cues
            cells.append(Cell(terms[cues.term], cues, polarity, rows))
    return Claims(tuple(cells), encoder.encode_passages(told["others"]))


def field_words(texts: Iterable[str]) -> float:
    """Return how much a document speaks of the use of evidence: ln(1 + words in a thousand)."""
    named = words = 0
    for text in texts:
        named += len(_FIELD.findall(text))
        words += len(text.split())
    return math.log1p(1000 * named / max(FEWEST_WORDS, words))


def claims_of(
    claims: Claims, weights: ClaimWeights, sentence: str, row: Rows, field: float
) -> list[Claim]:
    """Return what a sentence may say of the factors that it is nearest to, the likeliest first.

    Args:
        claims: what it is compared with.
        weights: the regression.
        sentence: its words.
        row: (dimensions,) float32, unit length: its vector.
        field: how much its document speaks of the use of evidence (``field_words``).
    """
    weighed = [
        Claim(cell.factor.id, cell.polarity, weights.chance(numbers))
        for cell, numbers in numbers_of(claims, sentence, row, field)
    ]
    return sorted(weighed, key=lambda claim: -claim.chance)


def numbers_of(
    claims: Claims, sentence: str, row: Rows, field: float
) -> list[tuple[Cell, Numbers]]:
    """Return what is weighed of a sentence for each of the cells that it is nearest to."""
    found = [(cell, _of_meaning(cell, sentence, row)) for cell in claims.cells]
    found.sort(key=lambda one: -_nearness(one[1]))
    other = float((claims.others @ row).max())
    numbered = []
    for place, (cell, numbers) in enumerate(found[:CELLS]):
        rest = [n["claim"] for c, n in found if c.factor != cell.factor]
        side = [n["claim"] for c, n in found if c.factor == cell.factor and c is not cell]
        numbers |= _of_words(cell, sentence) | {
            "over other factors": numbers["claim"] - max(rest, default=0.0),
            "over the other side": numbers["claim"] - max(side, default=0.0),
            "over none": numbers["claim"] - other,
            "nearest": float(place == 0),
            "use": float(min(3, len(_USE.findall(sentence)))),
            "field words": float(min(3, len(_FIELD.findall(sentence)))),
            "field": field,
            "unsure": float(UNSURE.search(sentence) is not None),
        }
        numbered.append((cell, numbers))
    return numbered


def _of_meaning(cell: Cell, sentence: str, row: Rows) -> Numbers:
    near = cell.rows @ row
    named = names_of(cell.factor.words).search(sentence)
    told = polarity_of(sentence, near=named.start() if named else 0)
    return {
        "claim": float(near.max()),
        "claims": float(near.mean()),
        "close": closeness_to_term(row, cell.cues),
        "named": float(named is not None),
        "side told": 0.0 if told is None else 1.0 if told == cell.polarity else -1.0,
    }


def _nearness(numbers: Numbers) -> float:
    """Return how near a sentence is to a cell: by it, the factors of 63 of 83 were right."""
    meant = (numbers["claim"] + numbers["claims"]) / 2 + 0.3 * numbers["close"]
    return meant + 0.05 * numbers["named"] + 0.04 * numbers["side told"]


def _of_words(cell: Cell, sentence: str) -> Numbers:
    named = names_of(cell.factor.words).search(sentence)
    hinders = [m.start() for m in _HINDERS.finditer(sentence)]
    helps = [m.start() for m in _HELPS.finditer(sentence)]
    constraint = cell.polarity == "constraint"
    more = min(3, len(hinders)) - min(3, len(helps))
    return {
        "said": float(says_factor(sentence, cell.factor, cell.polarity)),
        "hindrance beside": float(constraint and _beside(named, hinders)),
        "help beside": float(not constraint and _beside(named, helps)),
        "words of the side": float(more if constraint else -more),
        "of a network": float(cell.factor.group == "network"),
    }


def _beside(named: re.Match[str] | None, places: Sequence[int]) -> bool:
    return named is not None and any(abs(place - named.start()) < BESIDE for place in places)
