"""Tells which suggestions a workshop is shown: those that are likely to hold.

The tagger says of a sentence how likely it is to say that its factor helps or hinders. From a
measured bar on it is shown; the bar is lower where its words say so of a factor of networks, too.
An activity has to be done by somebody. What a person confirmed is shown in any case. The words are
English, like those of the tagger; fewer suggestions are better than wrong ones, and the others
stand apart from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from corpus.sentences import split_sentences
from corpus.tags.factors import FactorPassage
from corpus.taxonomy import Term
from index.tagging.activities import BY_WORDS, METHOD
from index.tagging.claims import claim_weights
from index.tagging.doings import says_done
from index.tagging.saying import says_factor
from search_api.workshop.standing import is_claim

NETWORK: Final = "network"
"""The group of factors of which so few sentences were labelled that what the words say counts."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stored sentences of a checklist: those that it shows, and the others, both in order."""

    shown: tuple[FactorPassage, ...]
    less_sure: tuple[FactorPassage, ...]


def choose_sentences(passages: Iterable[FactorPassage], factors: Mapping[str, Term]) -> Chosen:
    """Part the sentences that a checklist shows from those that it is less sure of.

    A suggested one has to state something by itself, and be likely to hold. It stands under the one
    factor for which that is likeliest, and the same words of several documents stand there once.

    Args:
        passages: the stored sentences, of each factor the confirmed ones first.
        factors: the factors of the vocabulary by their ids.
    """
    known = [p for p in passages if p.factor in factors]
    closest: dict[str, FactorPassage] = {}
    for passage in known:
        if not _may_be_shown(passage, factors[passage.factor]):
            continue
        best = closest.setdefault(passage.quote, passage)
        if _sureness(passage) > _sureness(best):
            closest[passage.quote] = passage
    shown = [p for p in known if p.origin == "confirmed" or p is closest.get(p.quote)]
    there = {(p.factor, p.quote) for p in shown}
    others = {(p.factor, p.quote): p for p in reversed(known) if (p.factor, p.quote) not in there}
    return Chosen(tuple(shown), tuple(reversed(others.values())))


def _may_be_shown(passage: FactorPassage, factor: Term) -> bool:
    if passage.origin == "confirmed":
        return True
    method, _, encoder = (passage.model or "").partition("/")
    if method != METHOD:  # an earlier score was a closeness
        return False
    said, weights = says_factor(passage.quote, factor, passage.polarity), claim_weights()
    least = weights.least_said if said and factor.group == NETWORK else weights.least
    if encoder != weights.encoder:  # with another encoder, its words alone decide
        least = BY_WORDS if said else math.inf
    return (passage.score or 0.0) >= least and is_claim(passage.quote)


def _sureness(passage: FactorPassage) -> tuple[bool, float]:
    return passage.origin == "confirmed", passage.score or 0.0


def says_activity(passage: str, activity: Term) -> bool:
    """Return whether a sentence of a passage says that somebody does or did an activity.

    Args:
        passage: the text that supports the suggestion.
        activity: the activity, with the beginnings of words that name it and of those of its
            context, one of which the sentence has, too.
    """
    sentences = (passage[start:end] for start, end in split_sentences(passage))
    return any(says_done(sentence, activity) for sentence in sentences)
