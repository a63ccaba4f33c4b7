"""Learns the weights of stages and of topics, and says how good they are.

``python -m tests.reading.run weights FOLDER [FOLDER ...]`` takes the labelled documents that are
for looking at (``dev``) and the decisions on the starter corpus, writes both files of weights
(``index/tagging/stage_weights.toml``, ``topic_weights.toml``; ``topic_weights`` here), and prints
the figures of documents that were held out: each source in turn, as a stranger's would be, one in
five, and one in five of the starter corpus. A source counts by the square root of its
documents, so that one with many does not decide. ``test`` is not touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import indexed_documents, reviewed_examples, vectors_of
from index.tagging.reading import Reading, TermWords, read_documents, term_words
from index.tagging.ruling import Rules
from index.tagging.topics import FILE as TOPIC_FILE
from index.tagging.weighing import FARTHEST, FILE, features_of
from index.vectors.encoder import Encoder, load_encoder
from search_api.service.settings import Settings
from tests.reading.tag_scores import VOCABULARIES, Label, Proposed, labels, macro_f1
from tests.reading.tags import read_source, starter, take_in
from tests.reading.topic_weights import TopicCase, held_out_topics, learn_topics, told_topics

Numbers = npt.NDArray[np.float64]

STAGES: Final = VOCABULARIES["stages"]
LEAST: Final = 0.4
"""The probability from which a stage is proposed. Held out by source, macro-F1 differs by .02 from
.4 to .5; on the starter corpus it falls from .75 to .74."""
SHRINKAGE: Final = 0.3
"""The inverse of how strongly weights are drawn to 0. Held out by source, 1 gives .74, .1 .73."""
FOLDS: Final = 5
HEADER: Final = """\
# How much each number of a document counts for its stage before anything is decided; see
# index/tagging/weighing.py. Do not edit it: "python -m tests.reading.run weights FOLDER ..." writes
# it, and says how good the weights are on documents that were held out. "encoder" is the digest of
# the encoder whose cosines they go with, "least" how sure a stage has to be to be proposed.
"""


@dataclass(frozen=True)
class Case:
    """A labelled document: its features, where it is from, and which stages it has or may have.

    ``topics`` is the same document as a case of topics.
    """

    source: str
    features: dict[str, float]
    label: Label
    topics: TopicCase | None = None


@dataclass(frozen=True)
class Learned:
    """Weights as plain arrays: (features,), (features,), (stages, features), (stages,)."""

    mean: Numbers
    deviation: Numbers
    weights: Numbers
    biases: Numbers

    def sureness(self, cases: Sequence[Case]) -> Numbers:
        """Return (cases, stages): the probability of each stage."""
        scaled = np.clip((_matrix(cases) - self.mean) / self.deviation, -FARTHEST, FARTHEST)
        sure: Numbers = 1 / (1 + np.exp(-(scaled @ self.weights.T + self.biases)))
        return sure


def report(*folders: Path) -> str:
    """Write the weights; return the figures of what was held out."""
    encoder = load_encoder()
    vocabularies = [term_words(encoder, load_taxonomy(), v) for v in VOCABULARIES]
    real = _real_cases(folders, encoder, vocabularies)
    decided = _starter_cases(encoder, vocabularies)
    FILE.write_text(_told(learn([*real, *decided]), encoder.digest, real[0]), encoding="utf-8")
    of_topics = learn_topics(_topics([*real, *decided]), encoder.digest)
    TOPIC_FILE.write_text(told_topics(of_topics), encoding="utf-8")
    one_in_five = np.random.default_rng(0).permutation(np.arange(len(real)) % FOLDS)
    starter_folds = np.random.default_rng(0).permutation(np.arange(len(decided)) % FOLDS)
    held_out = {
        "each source in turn": (real, [case.source for case in real], decided),
        "one in five": (real, one_in_five.tolist(), decided),
        "one in five of the starter corpus": (decided, starter_folds.tolist(), real),
    }
    lines = [f"{len(real)} documents for looking at, {len(decided)} of the starter corpus"]
    for name, (cases, groups, others) in held_out.items():
        figure = _held_out(cases, groups, others)
        topics = held_out_topics(_topics(cases), groups, _topics(others))
        lines += [f"held out, {name}: stages macro-F1 {figure:.3f}", f"    topics {topics}"]
    return "\n".join(lines)


def _topics(cases: Sequence[Case]) -> list[TopicCase]:
    return [case.topics for case in cases if case.topics]


def learn(cases: Sequence[Case]) -> Learned:
    """Learn a logistic regression for each stage, of the documents that are not out of scope."""
    from sklearn.linear_model import LogisticRegression

    rows, counts = _matrix(cases), Counter(case.source for case in cases)
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = np.clip((rows - mean) / deviation, -FARTHEST, FARTHEST)
    weight = np.array([counts[case.source] ** -0.5 for case in cases])
    weights, biases = [], []
    for stage in STAGES:
        known = [
            n
            for n, case in enumerate(cases)
            if stage not in case.label.either and case.label.scope != "out"
        ]
        has = np.array([stage in cases[n].label.stages for n in known], dtype=int)
        fitted: Any = LogisticRegression(C=SHRINKAGE, max_iter=2000).fit(
            scaled[known], has, weight[known] / weight.mean()
        )
        weights.append(fitted.coef_[0])
        biases.append(fitted.intercept_[0])
    return Learned(mean, deviation, np.stack(weights), np.array(biases))


def _held_out(cases: Sequence[Case], groups: Sequence[object], others: Sequence[Case]) -> float:
    sure = np.zeros((len(cases), len(STAGES)))
    for group in dict.fromkeys(groups):
        inside = [n for n, one in enumerate(groups) if one == group]
        rest = [case for case, one in zip(cases, groups, strict=True) if one != group]
        sure[inside] = learn([*rest, *others]).sureness([cases[n] for n in inside])
    pairs = [
        (case.label, Proposed(stages=tuple(STAGES[n] for n in np.flatnonzero(row >= LEAST))))
        for case, row in zip(cases, sure, strict=True)
        if case.label.scope != "out"
    ]
    return macro_f1(pairs, "stages")


def _matrix(cases: Sequence[Case]) -> Numbers:
    return np.array([list(case.features.values()) for case in cases], np.float64)


def _real_cases(
    folders: Sequence[Path], encoder: Encoder, vocabularies: Sequence[TermWords]
) -> list[Case]:
    found = [(label, data) for label in labels() if (data := read_source(label, folders))]
    by_digest = {label.sha256: label for label, _ in found if label.half == "dev"}
    taken = take_in(found)
    with connect(taken.catalogue_path) as catalogue:
        vectors = vectors_of(taken.index_folder, encoder)
        digests = dict(catalogue.rows("select id, sha256 from document"))
        documents = [
            one
            for one in indexed_documents(catalogue, vectors)
            if digests[one[0].id] in by_digest
        ]  # fmt: skip
    rules = Rules(load_taxonomy())
    outside = {d.id for d, passages in documents if rules.outside(d, passages, ())}
    return [
        _case(reading, by_digest[digests[reading.document_id]], vocabularies, outside)
        for reading in read_documents(encoder, vectors, documents, vocabularies)
    ]


def _case(
    reading: Reading, label: Label, vocabularies: Sequence[TermWords], outside: Container[str] = ()
) -> Case:
    stages, topics = vocabularies
    told = topics.told_of_topics(reading)
    of_topics = TopicCase(label.source, told, label, reading.document_id in outside)
    return Case(label.source, features_of(stages.told(reading), STAGES), label, of_topics)


def _starter_cases(encoder: Encoder, vocabularies: Sequence[TermWords]) -> list[Case]:
    data: Settings = starter()
    with connect(data.catalogue_path) as catalogue:
        vectors = vectors_of(data.index_folder, encoder)
        examples = reviewed_examples(catalogue, vectors, vocabularies, encoder)
    cases = []
    for example in examples:
        said = {term: has for labels in example.labels.values() for term, has in labels.items()}
        label = Label(
            "starter", example.reading.document_id, "", "dev", "in",
            tuple(stage for stage in STAGES if said.get(stage)),
            tuple(topic for topic in VOCABULARIES["topics"] if said.get(topic)),
            tuple(term for terms in VOCABULARIES.values() for term in terms if term not in said),
        )  # fmt: skip
        cases.append(_case(example.reading, label, vocabularies))
    return cases


def _told(learned: Learned, encoder: str, case: Case) -> str:
    lines = [HEADER, f'encoder = "{encoder}"', f"least = {LEAST}", ""]
    for n, name in enumerate(case.features):
        mean, deviation = learned.mean[n], learned.deviation[n]
        lines += ["[[features]]", f'name = "{name}"', f"mean = {mean:.5f}"]
        lines += [f"deviation = {deviation:.5f}", ""]
    for stage, weights, bias in zip(STAGES, learned.weights, learned.biases, strict=True):
        row = ", ".join(f"{w:.4f}" for w in weights)
        lines += [f"[stages.{stage}]", f"bias = {bias:.4f}", f"weights = [{row}]", ""]
    return "\n".join(lines).rstrip() + "\n"
