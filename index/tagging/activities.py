"""Suggests documents for the menu of activities and sentences for the checklist of factors.

Everything here is a suggestion until a curator decides. A document is read again only if its
passages, their pages, the model or the vocabularies have changed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Page, Passage, Tag
from corpus.roles import ASSERTING
from corpus.tags.factors import (
    FactorPassage,
    Polarity,
    decided_factor_passages,
    fingerprints,
    keep_fingerprint,
    suggest_factor_passages,
)
from corpus.tags.tags import give_reason, suggest, suggestion, tags_of, withdraw_suggestions
from corpus.taxonomy import Taxonomy, Term
from index.tagging import scope
from index.tagging.claims import (
    FILE,
    Claim,
    Claims,
    claim_weights,
    claims_of,
    field_words,
    read_claims,
)
from index.tagging.doings import DOINGS, says_done
from index.tagging.examples import encoded_passages, vectors_of
from index.tagging.mentions import (
    Mention,
    Named,
    TermCues,
    closeness_to_term,
    find_named,
    mentions_among,
    term_cues,
)
from index.tagging.polarity import polarity_of
from index.tagging.saying import says_factor
from index.tagging.stating import states_activity
from index.vectors.encoder import Encoder

METHOD: Final = "mentions-4"
BY_WORDS: Final = 0.4
"""The score of a sentence for which its words alone speak: no chance was learned."""
MOST_PER_DOCUMENT: Final = 3
"""Sentences about one factor from one document, so that a long report does not fill the list."""

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ToolReport:
    """What a run did: how many documents it read, and how many sentences and tags it suggested."""

    documents: int
    sentences: int
    tags: int


@dataclass(frozen=True, slots=True)
class _Reader:
    """What documents are read with."""

    encoder: Encoder
    activities: tuple[TermCues, ...]
    terms: Mapping[str, Term]
    factors: tuple[TermCues, ...]
    claims: Claims
    model: str
    words: str


def suggest_for_workshop(
    catalogue: Catalogue, folder: Path, encoder: Encoder, taxonomy: Taxonomy
) -> ToolReport:
    """Bring the suggested activities of documents and sentences about factors up to date.

    Args:
        catalogue: the documents.
        folder: the index folder; passages that have no vector in it wait for the next run.
        encoder: the model the passages were encoded with.
        taxonomy: the activities and the factors.
    """
    reader = _reader(encoder, taxonomy)
    encoded = encoded_passages(folder, encoder.digest)
    read_with = fingerprints(catalogue)
    documents = sentences = tags = 0
    for document in list(catalogue.all_documents()):
        passages = [
            p for p in catalogue.passages(document.id) if p.id in encoded and p.role in ASSERTING
        ]
        all_tags = tags_of(catalogue, [document.id])[document.id]
        before = [t for t in all_tags if t.vocabulary == "activities"]
        pages = catalogue.pages(document.id)
        outside = _is_outside(all_tags)
        fingerprint = _fingerprint(reader, passages, pages, outside=outside)
        unreasoned = any(t.origin == "confirmed" and t.passage_id is None for t in before)
        if not passages or (read_with.get(document.id) == fingerprint and not unreasoned):
            continue
        vectors = vectors_of(folder, encoder, [p.id for p in passages])
        matrix = np.stack([vectors[p.id] for p in passages])
        about_factors = [] if outside else _about_factors(reader, passages, matrix, pages)
        wanted, reasons = _about_activities(reader, passages, matrix, before)
        wanted = [] if outside else wanted
        with catalogue.transaction():
            decided = _decided(catalogue, document.id, about_factors, pages)
            suggest_factor_passages(catalogue, document.id, [*about_factors, *decided])
            withdraw_suggestions(catalogue, document.id, ("activities",))
            for tag in wanted:
                suggest(catalogue, tag)
            for tag in reasons:
                give_reason(catalogue, tag)
            keep_fingerprint(catalogue, document.id, fingerprint)
        documents, sentences, tags = (
            documents + 1,
            sentences + len(about_factors),
            tags + len(wanted),
        )
    return ToolReport(documents, sentences, tags)


def _reader(encoder: Encoder, taxonomy: Taxonomy) -> _Reader:
    vocabularies = [taxonomy.vocabulary(v).terms for v in ("activities", "factors")]
    told = repr((vocabularies, claim_weights(), FILE.read_bytes(), DOINGS))
    words = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return _Reader(
        encoder,
        tuple(term_cues(encoder, taxonomy, "activities")),
        vocabularies[0],
        tuple(term_cues(encoder, taxonomy, "factors")),
        read_claims(encoder, taxonomy),
        f"{METHOD}/{encoder.digest}",
        words,
    )


def _is_outside(tags: Iterable[Tag]) -> bool:
    """Return whether a document is outside the learning agenda, or was suggested to be."""
    terms = {(t.vocabulary, t.term) for t in tags if t.origin != "rejected"}
    return (scope.VOCABULARY, scope.OUTSIDE) in terms


def _fingerprint(
    reader: _Reader, passages: Sequence[Passage], pages: Sequence[Page], *, outside: bool
) -> str:
    places = [(p.id, p.start) for p in passages]  # the same words may have moved to another page
    bounds = [(p.number, p.start, p.end) for p in pages]
    parts = (reader.model, reader.words, places, bounds, outside)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _about_factors(
    reader: _Reader, passages: Sequence[Passage], matrix: Rows, pages: Sequence[Page]
) -> list[FactorPassage]:
    """Return the likeliest few sentences that say that a factor helps or hinders."""
    texts = [p.text for p in passages]
    named = find_named(reader.encoder, texts, matrix, reader.factors)
    best: dict[tuple[str, str], FactorPassage] = {}
    per_passage: set[tuple[str, int]] = set()
    for place, start, end, claim in _claimed(reader, texts, named):
        quote = texts[place][start:end]
        key = (claim.factor, quote)
        # Neighbouring passages share sentences, and a passage is decided on once per factor.
        if key not in best and (claim.factor, place) not in per_passage:
            per_passage.add((claim.factor, place))
            first, last = _pages_of(passages[place], start, end, pages)
            best[key] = FactorPassage(
                passages[place].document_id,
                claim.factor,
                quote,
                passages[place].id,
                first,
                last,
                claim.polarity,
                score=round(claim.chance, 4),
                model=reader.model,
                decided_by="tagger",
            )
    return _few(best.values())


def _claimed(
    reader: _Reader, texts: Sequence[str], named: Sequence[Named]
) -> list[tuple[int, int, int, Claim]]:
    """Return what sentences say, the likeliest first, each with its passage and its slice there.

    Taken are those that are likely to hold, and those that only speak of a factor and a side.
    """
    weights, field = claim_weights(), field_words(texts)
    fitting = named if weights.encoder == reader.encoder.digest else ()
    of_quote: dict[str, list[Claim]] = {}
    found: list[tuple[int, int, int, Claim]] = []
    for one in fitting:
        quote = texts[one.place][one.start : one.end]
        if quote not in of_quote:
            of_quote[quote] = claims_of(reader.claims, weights, quote, one.row, field)
            if of_quote[quote][0].chance >= weights.least:
                found.append((one.place, one.start, one.end, of_quote[quote][0]))
    terms = {cell.factor.id: cell.factor for cell in reader.claims.cells}
    for mention in mentions_among(named, texts, reader.encoder):
        quote = texts[mention.place][mention.start : mention.end]
        side = polarity_of(quote, near=mention.named)
        if side:
            chance = _chance_of(of_quote.get(quote), quote, terms[mention.term], side)
            claim = Claim(mention.term, side, chance)
            found.append((mention.place, mention.start, mention.end, claim))
    return sorted(found, key=lambda one: (-one[3].chance, one[3].factor, one[:3]))


def _chance_of(
    weighed: Sequence[Claim] | None, sentence: str, factor: Term, side: Polarity
) -> float:
    """Return how likely a sentence is to say so; with another encoder, its words alone decide."""
    if weighed is None:
        return BY_WORDS * says_factor(sentence, factor, side)
    told = (c.chance for c in weighed if (c.factor, c.polarity) == (factor.id, side))
    return max(told, default=0.0)


def _surest(mentions: Iterable[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda m: (-m.score, m.term, m.place, m.start))


def _few(passages: Iterable[FactorPassage]) -> list[FactorPassage]:
    by_factor: dict[str, list[FactorPassage]] = defaultdict(list)
    for passage in passages:
        by_factor[passage.factor].append(passage)
    return [p for of_factor in by_factor.values() for p in of_factor[:MOST_PER_DOCUMENT]]


def _decided(
    catalogue: Catalogue, document_id: str, closest: Iterable[FactorPassage], pages: Sequence[Page]
) -> list[FactorPassage]:
    """Return the decided sentences that are no longer among the closest few, with their pages."""
    among = {(p.factor, p.quote) for p in closest}
    passages = catalogue.passages(document_id)
    placed = []
    for decided in decided_factor_passages(catalogue, document_id):
        saying = [p for p in passages if decided.quote in p.text]
        if saying and (decided.factor, decided.quote) not in among:
            passage = min(saying, key=lambda p: (p.id != decided.passage_id, p.start))
            start = passage.text.index(decided.quote)
            first, last = _pages_of(passage, start, start + len(decided.quote), pages)
            placed.append(replace(decided, passage_id=passage.id, page=first, page_end=last))
    return placed


def _pages_of(passage: Passage, start: int, end: int, pages: Sequence[Page]) -> tuple[int, int]:
    """Return the first and last page of a sentence; a passage may run over several pages."""
    start, end = passage.start + start, passage.start + end
    numbers = [p.number for p in pages if p.start < end and start < p.end]
    return (min(numbers), max(numbers)) if numbers else (passage.page, passage.page_end)


def _about_activities(
    reader: _Reader, passages: Sequence[Passage], matrix: Rows, tags: Sequence[Tag]
) -> tuple[list[Tag], list[Tag]]:
    """Return the activities to suggest, and passages for confirmed ones that have none.

    If a person confirmed an activity, no other is suggested (decision 11).
    """
    mention_of: dict[str, Mention] = {}
    texts = [p.text for p in passages]
    cues = {cue.term: cue for cue in reader.activities}
    for mention in _of_activities(reader, cues, texts, matrix):
        mention_of.setdefault(mention.term, mention)
    confirmed = [t for t in tags if t.origin == "confirmed"]
    rejected = {t.term for t in tags if t.origin == "rejected"}
    wanted = [
        suggestion(passages[m.place], "activities", term, score=m.score, model=reader.model)
        for term, m in mention_of.items()
        if not confirmed and term not in rejected
    ]
    places = {t.term: _place(mention_of, cues, matrix, t.term) for t in confirmed if t.term in cues}
    reasons = [
        suggestion(passages[place], "activities", term, score=None, model=reader.model)
        for term, place in places.items()
    ]
    return wanted, reasons


def _of_activities(
    reader: _Reader, cues: Mapping[str, TermCues], texts: Sequence[str], matrix: Rows
) -> list[Mention]:
    """Return the sentences that name an activity, the surest first.

    Those that say that it is done come before those that are close to it and state something in
    its context.
    """
    named = find_named(reader.encoder, texts, matrix, reader.activities)
    near = reader.encoder.profile.mention_near
    done = []
    for one in named:
        quote, score = texts[one.place][one.start : one.end], closeness_to_term(one.row, one.term)
        if score >= near and says_done(quote, reader.terms[one.term.term]):
            done.append(Mention(one.term.term, one.place, one.start, one.end, one.named, score))
    stated = []
    for mention in mentions_among(named, texts, reader.encoder):
        quote = texts[mention.place][mention.start : mention.end]
        if cues[mention.term].context.search(quote) and states_activity(quote, mention.named):
            stated.append(mention)
    return [*_surest(done), *_surest(stated)]


def _place(
    mention_of: Mapping[str, Mention], cues: Mapping[str, TermCues], matrix: Rows, term: str
) -> int:
    """Return which passage argues most for a term, by its sentences or, without any, as a whole."""
    if term in mention_of:
        return mention_of[term].place
    return int(np.argmax([closeness_to_term(row, cues[term]) for row in matrix]))
