"""Learns the weights of stages and of topics, and says how good they are.

``python -m tests.reading.run weights FOLDER [FOLDER ...]`` takes all labelled documents and the
decisions on the starter corpus, and writes both files of weights
(``index/tagging/stage_weights.toml``, ``topic_weights.toml``; see ``stage_weights`` and
``topic_weights`` here). Both halves teach them, since more documents still make them better. So
what it prints are figures of other weights, learned in the same way without the documents that are
measured (``held_out``). Features and constants are chosen on ``dev`` alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import indexed_documents, reviewed_examples, vectors_of
from index.tagging.learning import Example
from index.tagging.reading import Reading, TermWords, read_documents, term_words
from index.tagging.ruling import Rules
from index.tagging.topics import FILE as TOPIC_FILE
from index.tagging.weighing import FILE, features_of
from index.vectors.encoder import Encoder, load_encoder
from search_api.service.settings import Settings
from tests.reading.held_out import report_lines, topic_cases
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
    of_topics = learn_topics(topic_cases(known), encoder.digest)
    TOPIC_FILE.write_text(told_topics(of_topics), encoding="utf-8")
    written = (
        f"{len(real)} documents, both halves, and {len(decided)} of the starter corpus: the "
        "weights written are learned from all of them. Below, other weights, learned without what "
        "they are measured on."
    )
    return "\n".join([written, *report_lines(real, decided)])


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
    of_topics = TopicCase(
        label.source, topics.told_of_topics(reading), label, reading.document_id in outside
    )
    told = stages.told(reading)
    row = np.array(told.row, np.float64)
    language = reading.language or ""
    return Case(label.source, features_of(told, STAGES), label, row, of_topics, language)


def _starter_cases(encoder: Encoder, vocabularies: Sequence[TermWords]) -> list[Case]:
    data: Settings = starter()
    with connect(data.catalogue_path) as catalogue:
        vectors = vectors_of(data.index_folder, encoder)
        examples = reviewed_examples(catalogue, vectors, vocabularies, encoder)
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
