"""Proposes the stages and topics of a document: by a learned model, or zero-shot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.tags.models import adopted_model
from corpus.taxonomy import Taxonomy
from index.tagging.manner import load_manners
from index.tagging.model import TagModel, VocabularyModel, read_model
from index.tagging.reading import Comparison, Reading, TermWords, term_words
from index.tagging.ruling import Rules
from index.tagging.signs import load_signs
from index.tagging.topics import load_topic_weights
from index.tagging.weighing import load_second_weights, load_weights
from index.tagging.zeroshot import (
    METHOD,
    MOST,
    VOCABULARIES,
    Proposal,
    best_passage_for_term,
)
from index.vectors.encoder import Encoder
from index.vectors.profile import EncoderProfile

Rows = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a document in one vocabulary.

    Attributes:
        model: the version of the model or method that proposes them.
        proposals: the terms, the surest first.
        scores: (n passages, n terms), 0 to 1: how far each passage, by itself, argues for each
            term.
    """

    model: str
    proposals: tuple[Proposal, ...]
    scores: Numbers


class Proposer:
    """Proposes terms: by the learned model if it covers the vocabulary, zero-shot otherwise.

    Args:
        encoder: the encoder of the passages' vectors.
        vocabularies: the terms to propose.
        model: what was learned; ignored if it is for another encoder or other terms.
        version: the model's name.
        rules: what is proposed by rule; ``None`` to leave that as it is.
    """

    def __init__(
        self,
        encoder: Encoder,
        vocabularies: Sequence[TermWords],
        model: TagModel | None = None,
        version: str = "",
        rules: Rules | None = None,
    ) -> None:
        self.rules = rules
        self.vocabularies = {t.vectors.vocabulary: t for t in vocabularies}
        self._zero_shot = f"{METHOD}/{encoder.digest}"
        self._version = version
        self._model = model if model and model.encoder == encoder.digest else None
        learned = self._model.vocabularies if self._model else {}
        self._learned: dict[str, tuple[VocabularyModel, Comparison]] = {
            name: (learned[name], Comparison(terms, self._model.lexicon))
            for name, terms in self.vocabularies.items()
            if self._model and name in learned and learned[name].terms == terms.vectors.terms
        }

    @property
    def version(self) -> str:
        """Name everything that proposals depend on apart from the document."""
        rules = self.rules.version if self.rules else ""
        read = (load_signs, load_manners, load_weights, load_second_weights, load_topic_weights)
        signs = " ".join(one().version for one in read)
        known = self.vocabularies.values()
        argued = [f"{a}>{b}" for terms in known for a, b in terms.argued_by.items()]
        words = [(name, one.pattern) for terms in known for name, one in terms.subjects.items()]
        named = hashlib.blake2b(repr(words).encode(), digest_size=8).hexdigest()
        return " ".join(
            [self._zero_shot, signs, self._version, *sorted(self._learned), rules, *argued, named]
        )

    @property
    def suggested_in(self) -> tuple[str, ...]:
        """Return the vocabularies in which terms are proposed, by the model or by rule."""
        return (*self.vocabularies, *(self.rules.vocabularies if self.rules else ()))

    def propose_terms(self, reading: Reading, vocabulary: str) -> Proposed:
        """Propose the terms of a vocabulary for a document."""
        words = self.vocabularies[vocabulary]
        terms = words.vectors
        if vocabulary in self._learned and self._model:
            model, comparison = self._learned[vocabulary]
            lexicon = self._model.lexicon
            scores = model.score_passages(reading, comparison, lexicon)
            sure = model.score_document(reading, comparison, lexicon)
            order = np.argsort(-sure, kind="stable")[:MOST]
            chosen = [int(i) for i in order if sure[i] > model.thresholds[i]]
            proposals = tuple(
                Proposal(terms.terms[i], float(sure[i]), int(scores[:, i].argmax())) for i in chosen
            )
            return Proposed(self._version, proposals, scores)
        return Proposed(
            self._zero_shot,
            tuple(words.propose(reading)),
            _shares(reading.rows @ terms.rows.T, terms.profile),
        )

    def best_passage_for_term(self, reading: Reading, vocabulary: str, term: str) -> Proposal:
        """Return the passage that argues most for a term somebody decided on."""
        if vocabulary in self._learned:
            scores = self.propose_terms(reading, vocabulary).scores
            place = self.vocabularies[vocabulary].vectors.terms.index(term)
            return Proposal(term, 1.0, int(scores[:, place].argmax()))
        return best_passage_for_term(reading.rows, self.vocabularies[vocabulary].vectors, term)


def _shares(cosines: Rows, profile: EncoderProfile) -> Numbers:
    """Return each term's share of belief by passage; all zero for one about something else."""
    highest = cosines.max(axis=1, keepdims=True)
    belief = np.exp(profile.belief_sharpness * (cosines - highest))
    shares = belief / belief.sum(axis=1, keepdims=True)
    return np.where(highest < profile.belief_floor, 0.0, shares)


def proposer_in_use(catalogue: Catalogue, encoder: Encoder, taxonomy: Taxonomy) -> Proposer:
    """Return the proposer with the adopted model, or without one.

    Raises:
        TagModelUnusable: the adopted model is damaged, or from another release.
    """
    vocabularies = [term_words(encoder, taxonomy, v) for v in VOCABULARIES]
    kept = adopted_model(catalogue)
    if kept is None:
        return Proposer(encoder, vocabularies, rules=Rules(taxonomy))
    model = read_model(kept.body, kept.sha256)
    return Proposer(encoder, vocabularies, model, kept.version, Rules(taxonomy))
