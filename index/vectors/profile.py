"""Constants that depend on the embedding model: each was chosen by its cosines.

The cosines of another model are spread differently, so each has to be chosen again for it. The
floors of ``corpus/judgments/floors.toml`` are not among them: they are results that a release
promises, and no answer depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

PACKAGED_MODEL: Final = "all-MiniLM-L6-v2"
PACKAGED_MULTILINGUAL: Final = "use-multilingual-v3"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderProfile:
    """The weights, temperatures and cosine thresholds that go with one embedding model.

    Attributes:
        fusion_weight: share of the cosine in a fused score; the rest is BM25 over the query's best
            BM25.
        strong: the evidence is strong if the best cosine among the first passages is at least this.
        weak: the same for weak evidence; below it there is none.
        mention_speaks: a sentence at least this close to a term speaks of it.
        mention_alone: the same for a sentence whose passage alone names what the term is about.
        mention_near: the sentences of a passage are read one by one only if its cosine with the
            term is at least this.
        work_close: two texts of one publisher with at least this cosine of their means are taken to
            say the same.
        work_near: texts with similar titles need at least this cosine, so that the annual reports
            of different years are not one work.
        belief_sharpness: turns cosines into shares of belief (softmax).
        belief_second: a term other than the best is proposed too with at least this share.
        belief_floor: cosine below which no term is proposed: the text is about something else.
    """

    fusion_weight: float
    strong: float
    weak: float
    mention_speaks: float
    mention_alone: float
    mention_near: float
    work_close: float
    work_near: float
    belief_sharpness: float
    belief_second: float
    belief_floor: float


MINILM: Final = EncoderProfile(
    # Measured on 13 public collections against reciprocal rank fusion, nDCG@10: SciFact .739 for
    # .717, SciFact-train .742 for .718, XQuAD-es .952 for .828, FaQuAD-pt .898 for .727; above it
    # on each. RRF gives the English-only encoder a full vote on Spanish and Portuguese. The weight
    # is flat from .65 to .75; .5 costs .011. Choosing it again with each collection left out picks
    # the same recipe 9 times out of 9.
    fusion_weight=0.7,
    # Chosen on the 26 answerable judged queries (23 strong, 3 weak) and 25 questions the starter
    # corpus cannot answer, such as vaccine efficacy or teacher pensions (18 none, 6 weak, 1
    # strong): a hint to the reader, not a proof.
    strong=0.48,
    weak=0.33,
    # Set by reading the sentences of the starter corpus: from .42 most speak of the term, from .36
    # every other one.
    mention_speaks=0.42,
    # Set by reading the 57 sentences suggested from the starter corpus, 5 seeds and 31 reports of
    # others: of 25 that name neither evidence nor a network 5 hold, 2 of them from .52.
    mention_alone=0.52,
    # Of 253 starter passages, a factor has 60 to 120 above it.
    mention_near=0.25,
    # Chosen together, with the titles' overlap, on the starter corpus: they propose the network's
    # report on learning networks, its slides and its blog post as one, and nothing else.
    work_close=0.84,
    work_near=0.60,
    # Neighbouring terms differ by about .05.
    belief_sharpness=20.0,
    # Decided documents carry 1.6 stages and 1.3 topics on average.
    belief_second=0.30,
    belief_floor=0.15,
)
"""The packaged model's."""

USE: Final = replace(
    MINILM,
    # Of questions in Spanish, Portuguese and French: all of 15 that the corpus cannot answer have
    # no passage above it, and each of 15 that it answers has.
    weak=0.22,
    # Most of 26 questions that it answers are above, one on school meals (.30 to .32) is not.
    strong=0.33,
)
"""The packaged multilingual model's."""

PROFILES: Final = {PACKAGED_MODEL: MINILM, PACKAGED_MULTILINGUAL: USE}


def profile_of(name: str) -> EncoderProfile:
    """Return the profile of a model by its name.

    A model without its own gets that of the packaged model: a starting point, not measured for it.
    """
    return PROFILES.get(name, MINILM)
