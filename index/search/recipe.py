"""Says what each leg counts in a score: which legs answer a question depends on its language.

Arithmetic alone, on figures of one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from index.model import KEYWORDS, MULTILINGUAL, VECTORS
from index.search.language import ENGLISH, UNDECIDED
from index.vectors.profile import EncoderProfile


@dataclass(frozen=True, slots=True)
class Recipe:
    """The shares of the second encoder and of the words beside it.

    Attributes:
        beside: what the second encoder takes of the first one's share for a question in English, or
            in a language that is not known.
        alone: its share of a score for a question surely in another language.
        words: what BM25 / best BM25 counts beside that, times the square of the coverage.
        first: what the first encoder counts beside that.
        glossed: what it counts if it reads the question word by word in English.
        concluding: what a passage of a summary or of findings has more than others, for a question
            in English, or in a language that is not known.
    """

    beside: float
    alone: float
    words: float
    first: float
    glossed: float
    concluding: float


# Measured on public collections, nDCG@10, against .7 cosine + .3 BM25 of the first encoder alone.
# English: .05 gives Cranfield .574 for .572, XQuAD-en .979 for .979; .1 gives Cranfield .575, but
# costs two of the judged questions .08 each (.884 for .890 over all), and .2 costs Cranfield too
# (.571). Never in place of the first: SciFact .39 with it alone.
# Another language: Spanish questions over English texts .886 for .627, over texts in both languages
# .870 for .625, over Spanish .961 for .954. Choosing it again with each of six collections left
# out picks it five times. The coverage is needed: a Spanish question over English texts matches one
# stray name, which BM25 / best BM25 turns into 1 (mean coverage .20; .70 over Spanish texts).
# English must not be damped by it (SciFact -.010). Of the first encoder, .03 gains .003 to .016 on
# the translated judged questions (es .631, pt .635, fr .676) and .003 on Spanish over English; it
# loses .001 on Spanish over Spanish and .010 over both languages, .05 loses .019 there.
# Summaries and findings: DECISIONS has the figures. In other languages scores lie closer together:
# .05 costs the translated judged questions .03 to .05.
RECIPE: Final = Recipe(beside=0.05, alone=0.7, words=0.5, first=0.03, glossed=0.3, concluding=0.05)


def weights_for(
    language: str,
    profile: EncoderProfile,
    *,
    multilingual: bool,
    coverage: float,
    glossed: bool = False,
) -> Mapping[str, float]:
    """Return what each leg counts for one query, by the leg's name.

    Args:
        language: the question's.
        profile: the first encoder's.
        multilingual: whether the second encoder answers too.
        coverage: the largest share of the query's words that any one passage has, 0 to 1.
        glossed: whether the first encoder reads it word by word in English.
    """
    if not multilingual:
        return {VECTORS: profile.fusion_weight, KEYWORDS: 1 - profile.fusion_weight}
    if language in (ENGLISH, UNDECIDED):
        return {
            VECTORS: profile.fusion_weight - RECIPE.beside,
            MULTILINGUAL: RECIPE.beside,
            KEYWORDS: 1 - profile.fusion_weight,
        }
    return {
        VECTORS: RECIPE.glossed if glossed else RECIPE.first,
        MULTILINGUAL: RECIPE.alone,
        KEYWORDS: RECIPE.words * coverage**2,
    }
