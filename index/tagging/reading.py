"""Measures in six ways what a document says about each term of a vocabulary.

By meaning: the document's mean passage vector, its closest third of passages, and its title, each
compared with the term. By words: the whole text and its closest third of passages, compared with
the term's own words, and its closest third compared with each cue phrase. It is a third so that a
long report has no advantage over a post.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.model import Document, Passage
from corpus.taxonomy import Taxonomy
from index.tagging.evidence import VOCABULARY as EVIDENCE_TYPES
from index.tagging.evidence import evidence_types
from index.tagging.manner import stage_leanings
from index.tagging.scope import LANGUAGES
from index.tagging.signs import VOCABULARY as STAGES
from index.tagging.signs import Shown, load_signs, stage_signs
from index.tagging.subjects import VOCABULARY as TOPICS
from index.tagging.subjects import count_subjects, subjects_of
from index.tagging.topics import READS, TopicWeights, load_topic_weights, topic_features
from index.tagging.weighing import StageWeights, Told, load_second_weights, load_weights
from index.tagging.words import Lexicon, words_of_text
from index.tagging.zeroshot import (
    MOST,
    Proposal,
    TermVectors,
    beliefs_in_terms,
    closeness_to_terms,
    propose_sure,
    propose_terms,
    term_vectors,
    unit_row,
)
from index.vectors.encoder import Encoder

Rows = npt.NDArray[np.float32]

WAYS: Final = 6
CLOSEST_CUES: Final = 3
KIND_COUNTS: Final = {"stages": 8}
"""How many times a document's kind counts as a word of its text, by vocabulary: a trial often
produces evidence, a blog seldom does. The topic of a document does not follow from its kind."""
TYPE_COUNTS: Final = {"stages": 8}
"""How many times each type of evidence that the rules propose counts as a word: a systematic review
translates evidence, whatever trials it speaks of. Topics do not follow from it."""
NO_ROWS: Final[Mapping[str, Rows]] = MappingProxyType({})
_TOGETHER: Final = 64
"""Documents read at a time: their titles make one batch, and no others are in memory."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as the tagger reads it.

    Attributes:
        document_id: the document.
        rows: (n passages, dimensions) float32, unit rows.
        title_row: (dimensions,) float32, unit length: the vector of the title.
        title: the words of the title.
        kind: the word that stands for its kind of resource.
        passages: the words of each passage and its heading.
        types: the types of evidence it seems to be, and how sure the rules are of each, 0 to 1.
        signs: the stages it shows by its words.
        leanings: how far the manner in which it speaks leans to each stage.
        subjects: how many of a thousand words are words of each topic, and of subjects elsewhere.
        language: its language, if that is known.
        second_row: (dimensions,) float32, unit length: the mean of some passages by the second
            encoder; ``None`` where the index has no vectors of that.
    """

    document_id: str
    rows: Rows
    title_row: Rows
    title: tuple[str, ...]
    kind: str
    passages: tuple[tuple[str, ...], ...]
    types: Mapping[str, float] = field(default_factory=dict)
    signs: Mapping[str, Shown] = field(default_factory=dict)
    leanings: Mapping[str, float] = field(default_factory=dict)
    subjects: Mapping[str, float] = field(default_factory=dict)
    language: str | None = None
    second_row: Rows | None = None

    @property
    def read(self) -> bool:
        """Return whether the encoder reads its language, or nothing else does either.

        In the languages of ``scope.LANGUAGES``, words say whether a document is within the agenda,
        and the encoder's low cosines are no reason to propose nothing.
        """
        language = (self.language or READS)[:2]
        return language == READS or language not in LANGUAGES

    def all_words(self, vocabulary: str) -> list[str]:
        """Return the words of the whole document, as counted for a vocabulary."""
        said = [word for passage in self.passages for word in passage]
        kinds = [self.kind] * KIND_COUNTS.get(vocabulary, 0)
        types = [f"#type {term}" for term in self.types] * TYPE_COUNTS.get(vocabulary, 0)
        return [*self.title, *said, *kinds, *types]

    def passage_words(self) -> list[tuple[str, ...]]:
        """Return the words of each passage with those of the title, without the kind."""
        return [(*self.title, *passage) for passage in self.passages]


@dataclass(frozen=True, slots=True)
class TermWords:
    """A vocabulary as the tagger reads it: vectors, and the words of each term and each cue.

    ``argued_by`` has the terms that types of evidence argue for, by the type. ``weights`` are there
    for the stages if they were learned for these, and with this encoder; ``second_weights``, if
    they were learned for these. ``subjects`` matches the words of each topic, if every one names
    some; ``topic_weights`` are there for those topics if they were learned with this encoder.
    """

    vectors: TermVectors
    described: tuple[tuple[str, ...], ...]
    cues: tuple[tuple[tuple[str, ...], ...], ...]
    argued_by: Mapping[str, str] = field(default_factory=dict)
    weights: StageWeights | None = None
    subjects: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    topic_weights: TopicWeights | None = None
    second_weights: StageWeights | None = None

    def weights_for(self, reading: Reading) -> StageWeights | None:
        """Return the weights of stages: of the second encoder's vectors, where those are there."""
        second = self.second_weights if reading.second_row is not None else None
        return second or self.weights

    def votes(self, reading: Reading) -> dict[str, float]:
        """Return the terms that a document's types and signs argue for, and how sure they are."""
        votes: dict[str, float] = {}
        for type_, sure in reading.types.items():
            if term := self.argued_by.get(type_):
                votes[term] = max(load_signs().weight_of(type_) * sure, votes.get(term, 0.0))
        for term, shown in self._signs(reading).items():
            votes[term] = 1 - (1 - votes.get(term, 0.0)) * (1 - shown.strength)
        return votes

    def beliefs(self, reading: Reading, *, read: bool | None = None) -> Rows:
        """Return (n terms,): how far each term is believed without any decisions.

        That is how sure a stage is where weights fit all stages, and otherwise each term's share of
        belief, zero for a document that is about something else; see ``beliefs_in_terms``.
        """
        weights = self.weights_for(reading)
        if weights is not None and set(weights.weights) == set(self.vectors.terms):
            sure = weights.sureness(self.told(reading))
            return np.array([sure[term] for term in self.vectors.terms], np.float32)
        read = reading.read if read is None else read
        votes, language = self.votes(reading), reading.language
        return beliefs_in_terms(reading.rows, self.vectors, votes, read=read, language=language)

    def propose(self, reading: Reading) -> list[Proposal]:
        """Propose terms without any decisions, the surest first."""
        sureness = self.sureness(reading)
        if self.topic_weights is not None:
            chosen = self.topic_weights.choose(sureness)
            return propose_sure(reading.rows, self.vectors, chosen)[:MOST]
        places = {term: shown.places for term, shown in self._signs(reading).items()}
        believed = propose_terms(
            reading.rows, self.vectors, self.votes(reading), places=places, read=reading.read,
            language=reading.language,
        )  # fmt: skip
        weights = self.weights_for(reading)
        if weights is None:
            return believed
        weighed = propose_sure(reading.rows, self.vectors, weights.choose(sureness), places)
        others = [one for one in believed if one.term not in sureness]
        return sorted([*weighed, *others], key=lambda one: -one.score)[:MOST]

    def sureness(self, reading: Reading) -> dict[str, float]:
        """Return how sure each term is, 0 to 1, by the weights that fit; empty without any."""
        if self.topic_weights is not None:
            return self.topic_weights.sureness(self.told_of_topics(reading))
        weights = self.weights_for(reading)
        return weights.sureness(self.told(reading)) if weights else {}

    def told(self, reading: Reading) -> Told:
        """Return what is known of a document's stages, to weigh."""
        close = closeness_to_terms(reading.rows, self.vectors)
        return Told(
            reading.leanings,
            {term: shown.strength for term, shown in self._signs(reading).items()},
            reading.types,
            {term: float(one) for term, one in zip(self.vectors.terms, close, strict=True)},
            unit_row(reading.rows.mean(axis=0)),
            reading.second_row,
        )

    def told_of_topics(self, reading: Reading) -> dict[str, dict[str, float]]:
        """Return what is known of a document's topics, to weigh: features by topic."""
        close = closeness_to_terms(reading.rows, self.vectors)
        close = close - self.vectors.pull_on(reading.language)
        near = {term: float(one) for term, one in zip(self.vectors.terms, close, strict=True)}
        return topic_features(near, reading.subjects, reading.language)

    def _signs(self, reading: Reading) -> dict[str, Shown]:
        if self.vectors.vocabulary != STAGES:
            return {}
        return {t: shown for t, shown in reading.signs.items() if t in self.vectors.terms}


def read_documents(
    encoder: Encoder,
    vectors: Mapping[int, Rows],
    documents: Sequence[tuple[Document, Sequence[Passage]]],
    vocabularies: Iterable[TermWords],
    second_rows: Mapping[str, Rows] = NO_ROWS,
) -> Iterator[Reading]:
    """Read documents with their passages, in the order given.

    Args:
        encoder: encodes the titles.
        vectors: the vector of each passage, by id.
        documents: each with at least one passage.
        vocabularies: those whose subjects are counted.
        second_rows: the mean of a document by the second encoder, by its id, where there is one.
    """
    subjects = {name: words for terms in vocabularies for name, words in terms.subjects.items()}
    for start in range(0, len(documents), _TOGETHER):
        together = documents[start : start + _TOGETHER]
        titles = encoder.encode_passages([document.title for document, _ in together])
        for (document, passages), title_row in zip(together, titles, strict=True):
            types = {one.term: one.score for one in evidence_types(document, passages)}
            yield Reading(
                document.id,
                np.stack([vectors[p.id] for p in passages]),
                title_row,
                tuple(words_of_text(document.title)),
                f"#kind {document.kind}",
                tuple(tuple(words_of_text(f"{p.heading or ''} {p.text}")) for p in passages),
                types,
                stage_signs(document, passages, types),
                stage_leanings(document, passages),
                count_subjects(passages, subjects),
                document.language,
                second_rows.get(document.id),
            )


def term_words(encoder: Encoder, taxonomy: Taxonomy, vocabulary: str) -> TermWords:
    """Read a vocabulary of the taxonomy."""
    terms = taxonomy.vocabulary(vocabulary).terms.values()
    stages = vocabulary == STAGES
    weights, of_topics = load_weights(), load_topic_weights()
    fit = stages and weights.fit(encoder.digest, tuple(term.id for term in terms))
    second = load_second_weights()
    subjects = subjects_of(taxonomy) if vocabulary == TOPICS else {}
    return TermWords(
        term_vectors(encoder, taxonomy, vocabulary),
        tuple(tuple(words_of_text(f"{t.label} {t.definition} {' '.join(t.cues)}")) for t in terms),
        tuple(tuple(tuple(words_of_text(cue)) for cue in t.cues) for t in terms),
        _argued_by(taxonomy) if stages else {},
        weights if fit else None,
        subjects,
        of_topics if subjects and of_topics.encoder == encoder.digest else None,
        second if stages and set(second.weights) <= {term.id for term in terms} else None,
    )


def _argued_by(taxonomy: Taxonomy) -> dict[str, str]:
    types = taxonomy.vocabularies.get(EVIDENCE_TYPES)
    stages = taxonomy.vocabulary("stages").terms
    return {t.id: t.stage for t in types.terms.values() if t.stage in stages} if types else {}


class Comparison:
    """Compares documents and passages with the terms of a vocabulary, by vectors and a lexicon."""

    def __init__(self, terms: TermWords, lexicon: Lexicon) -> None:
        self._terms = terms
        self._vocabulary = terms.vectors.vocabulary
        self._vectors = terms.vectors.rows
        self.profile = terms.vectors.profile
        self._lexicon = lexicon
        self._described = lexicon.rows(terms.described)
        self._cues = [lexicon.rows(cues) for cues in terms.cues]

    def beliefs(self, reading: Reading) -> Rows:
        """Return (n terms,): what is believed of a document without any decisions.

        A stage that nothing shows is believed here by closeness: decisions tell of it, too.
        """
        return self._terms.beliefs(reading, read=reading.read and self._vocabulary != STAGES)

    def compare_document(self, reading: Reading) -> Rows:
        """Return (6 ways, n terms) float32: cosines of a document with each term."""
        texts = self._lexicon.rows(reading.passage_words())
        whole = self._lexicon.rows([reading.all_words(self._vocabulary)])
        return np.stack(
            [
                self._vectors @ unit_row(reading.rows.mean(axis=0)),
                _closest_third(reading.rows @ self._vectors.T),
                self._vectors @ reading.title_row,
                (whole @ self._described.T)[0],
                _closest_third(texts @ self._described.T),
                np.array([_closest_cues(_closest_third(texts @ cues.T)) for cues in self._cues]),
            ]
        ).astype(np.float32)

    def compare_passages(self, reading: Reading) -> Rows:
        """Return (n passages, 6 ways, n terms) float32: each passage as if it were a document."""
        texts = self._lexicon.rows(reading.passage_words())
        meaning = reading.rows @ self._vectors.T
        naming = texts @ self._described.T
        cues = np.stack([_closest_cues(texts @ cues.T) for cues in self._cues], axis=1)
        title = np.broadcast_to(self._vectors @ reading.title_row, meaning.shape)
        ways = [meaning, meaning, title, naming, naming, cues]
        return np.stack(ways, axis=1).astype(np.float32)


def _closest_third(similarities: Rows) -> Rows:
    count = max(1, len(similarities) // 3)
    mean: Rows = np.sort(similarities, axis=0)[-count:].mean(axis=0)
    return mean


def _closest_cues(similarities: Rows) -> Rows:
    mean: Rows = np.sort(similarities, axis=-1)[..., -CLOSEST_CUES:].mean(axis=-1)
    return mean
