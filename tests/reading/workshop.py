"""Learns how likely a sentence of the checklist is to hold, and says how many of those shown do.

``python -m tests.reading.run workshop FOLDER [FOLDER ...]`` reads the labelled documents that it
finds (folders of documents, clones of repositories), learns from all of them and writes
``index/tagging/claim_weights.toml``. What it prints are figures of other weights, learned in the
same way without the sources of what is measured. ``tests/data/reading/workshop.jsonl`` names
sentences by a hash of their words. A label lists the factors and sides of which a sentence says by
itself that the factor helps or hinders the use of evidence; "?" stands before those that may be
doubted, which count as wrong and teach less. An empty list: it says nothing of the kind. Sentences
were labelled by reading them alone, without what the product says of them. Of 167 documents added
later, those sentences were read that state something by themselves and that earlier weights held
to be at all likely. The sources of the half ``apart`` were chosen by a hash; bars and numbers are
chosen without them.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.errors import SourceRejected
from corpus.roles import ASSERTING
from corpus.taxonomy import Taxonomy, load_taxonomy
from index.tagging.claims import (
    FARTHEST,
    WEIGHTS,
    Cell,
    Claims,
    ClaimWeights,
    Numbers,
    field_words,
    numbers_of,
    read_claims,
)
from index.tagging.mentions import Named as NamedSentence
from index.tagging.mentions import (
    TermCues,
    closeness_to_term,
    mentions_among,
    split_sentences,
    term_cues,
)
from index.tagging.polarity import polarity_of
from index.tagging.saying import says_factor
from index.vectors.encoder import Encoder, load_encoder
from ingest.model import Fetched, Limits
from ingest.preparing import prepare_document
from search_api.workshop.holding import says_activity
from search_api.workshop.standing import is_claim, is_on_its_own
from tests.reading.tags import read_source

LABELS: Final = Path(__file__).parents[1] / "data/reading/workshop.jsonl"
FOLDS: Final = 12
SEEDS: Final = 4
SHRINKAGE: Final = 0.02
"""The inverse of how strongly weights are drawn to 0. Each source held out, average precision is
.41 with .01 and .02, and .40 with .05."""
DOUBTFUL: Final = 0.3
BESIDE_DOUBT: Final = 0.5
"""How much a cell counts that may be doubted, and one of a sentence with such a cell elsewhere."""
LEAST: Final = 0.55
LEAST_SAID: Final = 0.2
"""The bars: of what is likely, and of what the words say of a factor of networks, too. Each source
held out, and the half ``apart`` left out, 42 sentences are shown, of which 35 hold and 3 may be
doubted. From .4 for the first it is 76, 47 and 12, from .5 50, 38 and 5, from .6 31, 26 and 2.
Without the second bar it is 39, 32 and 4; few sentences on networks were labelled (15 hold), and
weights learned from the others hold them to be less likely than they are."""
BARS: Final = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
HEADER: Final = """\
# How much each number of a sentence counts for what it says; see index/tagging/claims.py. Do not
# edit it: "python -m tests.reading.run workshop FOLDER ..." writes it.

"""


@dataclass(frozen=True)
class Source:
    """A labelled document: where it is, and what holds of which sentence, by its hash."""

    source: str
    file: str
    sha256: str
    half: str
    sentences: dict[str, list[str]]
    activities: dict[str, list[str]]

    @property
    def publisher(self) -> str:
        """What is held out together: a repository, or a file of a folder of reports."""
        return self.source if "/" in self.source else self.file


@dataclass(frozen=True)
class Case:
    """A labelled sentence: what is weighed of it, and what holds.

    ``by_rules`` is what the rules of decision 131 show it for, if they do.
    """

    publisher: str
    half: str
    claim: bool
    cells: tuple[tuple[str, Numbers], ...]
    holds: frozenset[str]
    doubtful: frozenset[str]
    by_rules: str | None


@dataclass(frozen=True)
class Told:
    """A labelled sentence that names an activity: whether it shows one, is shown, and rightly."""

    half: str
    counts: tuple[bool, bool, bool]


@dataclass(frozen=True)
class Weighed:
    """A sentence with how likely each of its cells is to hold."""

    case: Case
    chances: dict[str, float]

    def shown_for(self, least: float) -> str | None:
        """Return the cell that it is shown for, if it is."""
        cell = max(self.chances, key=lambda one: self.chances[one])
        if self.chances[cell] >= least:
            return cell
        said = self.case.by_rules
        of_network = bool(said) and dict(self.case.cells).get(said, {}).get("of a network")
        return said if of_network and self.chances.get(said, 0.0) >= LEAST_SAID else None


def report(*folders: Path) -> str:
    """Write the weights; return the figures of what was held out."""
    encoder = load_encoder()
    reader = _Reader(encoder, load_taxonomy())
    told = [Source(**json.loads(line)) for line in LABELS.read_text("utf-8").splitlines()]
    found = [(one, data) for one in told if (data := read_source(one, folders))]
    cases: list[Case] = []
    activities: list[Told] = []
    for one, data in found:
        cases += reader.cases(one, data)
        activities += reader.activities(one, data)
    weights = learn([case for case in cases if case.claim], encoder.digest)
    WEIGHTS.write_text(written(weights), encoding="utf-8")
    return "\n".join(_lines(cases, activities, len(found), len(told)))


def _lines(
    cases: Sequence[Case], activities: Sequence[Told], found: int, told: int
) -> Iterator[str]:
    yield f"{found} of {told} labelled documents; {len(cases)} sentences, "
    yield f"  {sum(bool(case.holds) for case in cases)} of which hold"
    for half in ("dev", "test", "apart"):
        part = [case for case in cases if case.half == half]
        yield f"-- {half}, by the rules of decision 131: {_of_rules(part)}"
    yield from _bars("all, each source held out", held_out(cases))
    known = [case for case in cases if case.half != "apart" and case.claim]
    yield from _bars("dev and test, each source held out", held_out(known))
    apart = [case for case in cases if case.half == "apart" and case.claim]
    yield from _bars("apart, by the others", [weigh(learn(known), apart)])
    for half in ("dev", "test", "apart"):
        part = [one for one in activities if one.half == half]
        holds, shown, right = (sum(n) for n in zip(*(one.counts for one in part), strict=True))
        yield f"-- activities, {half}: {len(part)} sentences name one, {holds} show it; "
        yield f"  {shown} shown, {right} of them right"


def _of_rules(cases: Sequence[Case]) -> str:
    shown = [case for case in cases if case.by_rules]
    right = sum(case.by_rules in case.holds for case in shown)
    doubtful = sum(case.by_rules in case.doubtful for case in shown)
    return f"{len(shown)} shown, {right} right, {doubtful} doubtful"


def _bars(name: str, rounds: Sequence[Sequence[Weighed]]) -> Iterator[str]:
    yield f"-- {name}: shown, right, doubtful"
    for bar in BARS:
        shown = [
            (cell, one.case) for part in rounds for one in part if (cell := one.shown_for(bar))
        ]
        right = sum(cell in case.holds for cell, case in shown)
        many = (len(shown), right, sum(cell in case.doubtful for cell, case in shown))
        mean = " ".join(f"{n / len(rounds):5.1f}" for n in many)
        yield f"  from {bar}: {mean}  precision {right / (len(shown) or 1):.2f}"


class _Reader:
    """Reads labelled documents as the product would."""

    def __init__(self, encoder: Encoder, taxonomy: Taxonomy) -> None:
        self._encoder = encoder
        self._taxonomy = taxonomy
        self._claims: Claims = read_claims(encoder, taxonomy)
        self._cues: list[TermCues] = term_cues(encoder, taxonomy, "factors")
        self._activities: list[TermCues] = term_cues(encoder, taxonomy, "activities")

    def cases(self, one: Source, data: bytes) -> Iterator[Case]:
        texts = _texts(one, data)
        field = field_words(texts)
        found = dict(_sentences(texts))
        wanted = [(digest, *found[digest]) for digest in one.sentences if digest in found]
        if not wanted:
            return
        rows = self._encoder.encode_passages([sentence for _, sentence, _ in wanted])
        for (digest, sentence, text), row in zip(wanted, rows, strict=True):
            weighed = numbers_of(self._claims, sentence, row, field)
            label = one.sentences[digest]
            yield Case(
                one.publisher,
                one.half,
                is_claim(sentence),
                tuple((_name(cell), numbers) for cell, numbers in weighed),
                frozenset(cell for cell in label if not cell.startswith("? ")),
                frozenset(cell[2:] for cell in label if cell.startswith("? ")),
                self._by_rules(sentence, text, row),
            )

    def activities(self, one: Source, data: bytes) -> Iterator[Told]:
        """Yield of each labelled sentence that names an activity what the menu would do."""
        found = dict(_sentences(_texts(one, data)))
        wanted = [
            (found[digest], label) for digest, label in one.activities.items() if digest in found
        ]
        rows = self._encoder.encode_passages([said for (said, _), _ in wanted]) if wanted else []
        for ((said, text), label), row in zip(wanted, rows, strict=True):
            shown = set(self._shown_activities(said, text, row))
            sure = {name for name in label if not name.startswith("? ")}
            yield Told(one.half, (bool(sure), bool(shown), bool(shown & sure)))

    def _shown_activities(self, sentence: str, text: str, row: Any) -> Iterator[str]:
        terms = self._taxonomy.vocabulary("activities").terms
        for one in _naming(self._activities, sentence, text, row):
            near = closeness_to_term(row, one.term) >= self._encoder.profile.mention_near
            if near and says_activity(sentence, terms[one.term.term]):
                yield one.term.term

    def _by_rules(self, sentence: str, text: str, row: Any) -> str | None:
        """Return what decision 131 shows a sentence for: the closest factor that it says."""
        named = _naming(self._cues, sentence, text, row)
        terms = self._taxonomy.vocabulary("factors").terms
        said: list[tuple[float, str]] = []
        for mention in mentions_among(named, [text], self._encoder):
            side = polarity_of(sentence, near=mention.named)
            if side and says_factor(sentence, terms[mention.term], side):
                said.append((mention.score, f"{mention.term} {side}"))
        return max(said)[1] if said and is_on_its_own(sentence) else None


def _naming(terms: Sequence[TermCues], sentence: str, text: str, row: Any) -> list[NamedSentence]:
    """Return a sentence of a passage once for each term that it names."""
    start = text.index(sentence)
    end = start + len(sentence)
    return [
        NamedSentence(cues, 0, start, end, named.start() - start, row)
        for cues in terms
        if (named := cues.words.search(text, start, end))
    ]


def _texts(one: Source, data: bytes) -> list[str]:
    fetched = Fetched(one.file, data, Path(one.file).name)
    try:
        cuts = prepare_document(fetched, Limits(max_seconds=600)).cuts
    except SourceRejected:
        return []
    return [cut.text for cut in cuts if cut.role in ASSERTING]


def _sentences(texts: Iterable[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each sentence by its hash, with the passage that it stands in."""
    for text in texts:
        for start, end in split_sentences(text):
            sentence = text[start:end]
            words = " ".join(sentence.split())
            yield hashlib.sha256(words.encode()).hexdigest()[:16], (sentence, text)


def _name(cell: Cell) -> str:
    return f"{cell.factor.id} {cell.polarity}"


def learn(cases: Sequence[Case], encoder: str = "") -> ClaimWeights:
    """Return the weights of a regression over the cells of sentences, with this encoder."""
    from sklearn.linear_model import LogisticRegression

    taught = [(case, cell, numbers) for case in cases for cell, numbers in case.cells]
    names = tuple(sorted(taught[0][2]))
    rows = np.array([[numbers[name] for name in names] for _, _, numbers in taught])
    centre, scale = rows.mean(0), rows.std(0) + 1e-6
    rows = np.clip((rows - centre) / scale, -FARTHEST, FARTHEST)
    counts = [_count(case, cell) for case, cell, _ in taught]
    model = LogisticRegression(C=SHRINKAGE, max_iter=4000)
    model.fit(rows, [cell in case.holds for case, cell, _ in taught], counts)

    def short(values: Iterable[float]) -> tuple[float, ...]:
        return tuple(round(float(value), 4) for value in values)

    scale = np.maximum(scale, 0.001)
    return ClaimWeights(
        encoder, names, short(centre), short(scale), short(model.coef_[0]),
        round(float(model.intercept_[0]), 4), LEAST, LEAST_SAID,
    )  # fmt: skip


def _count(case: Case, cell: str) -> float:
    if cell in case.doubtful:
        return DOUBTFUL
    return BESIDE_DOUBT if case.doubtful and not case.holds else 1.0


def written(weights: ClaimWeights) -> str:
    """Return weights as their file has them, a line for each list."""
    parts = {name: getattr(weights, name) for name in ClaimWeights.__slots__}
    return HEADER + "".join(f"{name} = {json.dumps(value)}\n" for name, value in parts.items())


def weigh(weights: ClaimWeights, cases: Iterable[Case]) -> list[Weighed]:
    """Return how likely the cells are of each sentence that states something by itself."""
    return [
        Weighed(case, {cell: weights.chance(numbers) for cell, numbers in case.cells})
        for case in cases
        if case.claim
    ]


def held_out(cases: Sequence[Case]) -> list[list[Weighed]]:
    """Return the same by weights learned without the sources, in several drawings of folds."""
    cases = [case for case in cases if case.claim]
    rounds = []
    for seed in range(SEEDS):
        publishers = sorted({case.publisher for case in cases})
        random.Random(seed).shuffle(publishers)
        weighed: list[Weighed] = []
        for fold in range(FOLDS):
            part = set(publishers[fold::FOLDS])
            weights = learn([case for case in cases if case.publisher not in part])
            weighed += weigh(weights, [case for case in cases if case.publisher in part])
        rounds.append(weighed)
    return rounds
