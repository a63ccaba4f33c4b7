"""Learns the weights of stages and of topics, and says how good they are.

``python -m tests.reading.run weights FOLDER [FOLDER ...]`` takes all labelled documents and the
decisions on the starter corpus, and writes three files of weights
(``index/tagging/stage_weights.toml``, ``second_weights.toml`` and ``topic_weights.toml``; see the
modules of these names here). Both halves teach them, since more documents still make them better.
So what it prints are figures of other weights, learned in the same way without the documents that
are measured (``held_out``). Features and constants are chosen on ``dev`` alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import (
    indexed_documents,
    reviewed_examples,
    second_rows_of,
    vectors_of,
)
from index.tagging.learning import Example
from index.tagging.reading import Reading, TermWords, read_documents, term_words
from index.tagging.ruling import Rules
from index.tagging.topics import FILE as TOPIC_FILE
from index.tagging.weighing import FILE, SECOND_FILE, features_of, load_second_weights
from index.vectors.encoder import Encoder, load_encoder
from search_api.service.settings import Settings
from tests.reading.held_out import by_second, report_lines, topic_cases
from tests.reading.second_weights import LearnedSecond, told_second
from tests.reading.stage_weights import STAGES, Case, learn, told_stages
from tests.reading.tag_scores import VOCABULARIES, Label, labels
from tests.reading.tags import read_source, starter, take_in
from tests.reading.topic_weights import TopicCase, learn_topics, told_topics


def report(*folders: Path) -> str:
    """Write the weights; return the figures of what was held out."""
    encoder = load_encoder()
    vocabularies = [term_words(encoder, load_taxonomy(), v) for v in VOCABULARIES]
    real = _real_cases(folders, encoder, vocabularies)
    decided = _starter_cases(encoder, vocabularies)
    known = [*real, *decided]
    FILE.write_text(told_stages(learn(known), encoder.digest, real[0]), encoding="utf-8")
    if second := _with_second(known):
        told = told_second(LearnedSecond(second), load_second_weights().encoder)
        SECOND_FILE.write_text(told, encoding="utf-8")
    of_topics = learn_topics(topic_cases(known), encoder.digest)
    TOPIC_FILE.write_text(told_topics(of_topics), encoding="utf-8")
    written = (
        f"{len(real)} documents, both halves, and {len(decided)} of the starter corpus: the "
        "weights written are learned from all of them. Below, other weights, learned without what "
        "they are measured on."
    )
    return "\n".join([written, *_figures(real, decided)])


def _figures(real: Sequence[Case], decided: Sequence[Case]) -> Iterator[str]:
    """Yield the figures with the second encoder, and of documents taken in without it."""
    if second := _with_second(real):
        yield "==== with the second encoder"
        yield from report_lines(second, _with_second(decided), by_second)
    yield "==== with the first encoder alone"
    yield from report_lines(real, decided)


def _with_second(cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case.second is not None]


def _real_cases(
    folders: Sequence[Path], encoder: Encoder, vocabularies: Sequence[TermWords]
) -> list[Case]:
    found = [(label, data) for label in labels() if (data := read_source(label, folders))]
    by_digest = {label.sha256: label for label, _ in found}
    taken = take_in(found)
    with connect(taken.catalogue_path) as catalogue:
        vectors = vectors_of(taken.index_folder, encoder)
        digests = dict(catalogue.rows("select id, sha256 from document"))
        documents = list(indexed_documents(catalogue, vectors))
    second = second_rows_of(taken.index_folder, documents)
    rules = Rules(load_taxonomy())
    outside = {d.id for d, passages in documents if rules.outside(d, passages, ())}
    return [
        _case(reading, by_digest[digests[reading.document_id]], vocabularies, outside)
        for reading in read_documents(encoder, vectors, documents, vocabularies, second)
    ]


def _case(
    reading: Reading, label: Label, vocabularies: Sequence[TermWords], outside: Container[str] = ()
) -> Case:
    stages, topics = vocabularies
    of_topics = TopicCase(
        label.source, topics.told_of_topics(reading), label, reading.document_id in outside
    )
    told = stages.told(reading)
    row = np.array(told.row, np.float64)
    second = None if told.second is None else np.array(told.second, np.float64)
    language = reading.language or ""
    return Case(label.source, features_of(told, STAGES), label, row, of_topics, language, second)


def _starter_cases(encoder: Encoder, vocabularies: Sequence[TermWords]) -> list[Case]:
    data: Settings = starter()
    with connect(data.catalogue_path) as catalogue:
        vectors = vectors_of(data.index_folder, encoder)
        examples = reviewed_examples(catalogue, vectors, vocabularies, encoder, data.index_folder)
    return [_case(one.reading, label_of(one), vocabularies) for one in examples]


def label_of(example: Example) -> Label:
    """Return what people decided on a document, its first term of a vocabulary first."""
    said = {term: has for labels in example.labels.values() for term, has in labels.items()}
    first = example.primary

    def having(vocabulary: str) -> Iterable[str]:
        terms = [term for term in VOCABULARIES[vocabulary] if said.get(term)]
        return sorted(terms, key=lambda term: term != first.get(vocabulary))

    return Label(
        "starter", example.reading.document_id, "", "dev", "in",
        tuple(having("stages")), tuple(having("topics")),
        tuple(term for terms in VOCABULARIES.values() for term in terms if term not in said),
    )  # fmt: skip
