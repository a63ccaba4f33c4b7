"""Tells whether a sentence says of a factor itself that it helps or hinders. English only.

The name of the factor and the word of help or hindrance have to belong together, as in "lack of
trust" or "trust led to joint work".
"""

from __future__ import annotations

import functools
import re
from typing import Final

from corpus.tags.factors import Polarity
from corpus.taxonomy import Term


def any_of(*words: str) -> str:
    """Return a pattern that matches any of these words, which may be patterns."""
    return rf"\b(?:{'|'.join(words)})\b"


_PEOPLE: Final = re.compile(r"polic(?:y|ies)[-\s]?(?:mak|advis)\w+", re.I)
"""They are no policy."""
UNSURE: Final = re.compile(
    any_of(
        "may", "might", "could", "would", "should", "must", "will", "shall", "whether", "if",
        "unless", "(?:is|are|was|were) (?:\\w+ )?(?:seen|regarded|viewed|considered|thought"
        "|believed|expected|meant|intended|designed|proposed)", "claims? that",
    ),
    re.I,
)  # fmt: skip
"""What is advised, planned, hoped or held by somebody did not come about."""
_OF_EVIDENCE: Final = re.compile(
    r"\b(?:evidence|research|data)[-\s](?:based|informed|driven) (?:[\w-]+ ){0,2}?polic\w+"
    r"|\bpolic(?:y|ies) (?:and|or) practices?\b|\binform(?:s|ed|ing)? (?:[\w-]+ ){0,2}?polic\w+"
    r"|\bpolicy (?:decisions?|questions?|research)\b",
    re.I,
)
"""What evidence is used for, which is no factor of its use."""
_UNKNOWN: Final = re.compile(
    r"\b(?:limited|little|few|no|scarce|insufficient|lack(?:s|ed|ing)?(?: of)?) (?:[\w-]+ ){0,3}?"
    r"(?:research|evidence|studies|literature|knowledge|understanding|known|information)\b"
    r" ?(?:\w+ ){0,2}?(?:on|about|of|regarding|into|that|how|whether|exists?|available)\b",
    re.I,
)
"""Where nobody has looked, nothing is said to hinder, unless knowing is the factor."""
_ASIDE: Final = re.compile(r"\([^()]*\)")
_EVIDENCE: Final = re.compile(r"\b(?:evidence|research|data|findings|studies)\b", re.I)
_SYSTEM: Final = "system"
"""Factors of this group help or hinder much in a system: a sentence has to name evidence, too."""
_NO_VERB: Final = "".join(
    rf"(?<!\b{word} )"
    for word in (
        "to", "the", "a", "an", "and", "or", "of", "with", "for", "more", "their", "its", "ongoing",
        "technical", "financial", "social",
    )
)  # fmt: skip
"""Before a word it is an aim ("to support") or a thing ("the support") and nobody's doing."""
_AFTER_HELP: Final = re.compile(
    _NO_VERB
    + any_of(
        "helps?", "helped", "enables?", "enabled", "allows?", "allowed", "strengthens?",
        "strengthened", "improves?", "improved", "(?:leads?|led) to", "contribut(?:es?|ed)",
        "facilitates?", "facilitated", "fosters?", "fostered", "supports?", "supported",
        "reduces?", "reduced", "increases?", "increased", "eases?", "eased", "drives?", "drove",
        "builds?", "built(?! (?:around|on|in|by)\\b)", "matters?", "mattered", "pays? off",
        "paid off", "encourages?", "encouraged", "ensures?", "ensured",
        "ma(?:kes?|de) [^,;.]{1,60} possible",
        "(?:lays?|laid) the (?:ground|groundwork|foundations?)",
        "(?:is|are|was|were|has been|have been|proved|remains?) (?!not |no )(?:\\w+ ){0,5}?(?:key"
        "|critical"
        "|crucial|essential|vital|important|central|necessary|needed|valuable|helpful|fundamental"
        "|decisive|indispensable)",
        "sustains?", "sustained", "opens?", "opened", "benefit(?:s|ed)?", "convinced",
        "(?:ha(?:s|ve|d) to )?precedes?", "prepare[sd]? the way", "financ(?:es?|ed)",
        "fund(?:s|ed)",
    )
    + r"(?! by\b)",
    re.I,
)  # fmt: skip
"""What a help does, after its name."""
_BEFORE_HELP: Final = re.compile(
    any_of(
        "requires?", "required", "depends? (?:\\w+ )?on", "depended on", "rel(?:y|ies|ied) on",
        "thanks to", "because of", "owing to", "due to", "made possible by", "driven by",
        "(?:lessons?|factors?|key|reasons?|conditions?|ingredients?|success|drivers?|enablers?)"
        "\\b[^.;]{0,80}? (?:is|was|are|were)",
        "value on", "benefit(?:s|ed)? from", "enabled by", "supported by", "strengthened by",
    ),
    re.I,
)  # fmt: skip
"""What leads to the name of a help."""
_AFTER_HINDER: Final = re.compile(
    _NO_VERB
    + any_of(
        "(?:is|are|was|were|remains?|remained|has been|have been) (?:\\w+ ){0,2}?(?:weak|lacking"
        "|limited|scarce|poor|low|insufficient|inadequate|absent|missing|difficult|hard|uneven"
        "|unequal|slow|rare|fragile|unclear|costly|expensive|an? (?:\\w+ )?(?:barrier|challenge"
        "|constraint|obstacle|problem))",
        "hinders?", "hindered", "limits?", "limited", "prevents?", "prevented", "constrains?",
        "constrained", "hampers?", "hampered", "impedes?", "impeded", "undermines?", "undermined",
        "delays?", "delayed", "blocks?", "blocked", "slows?", "slowed", "fails? to", "failed to",
        "(?:leads?|led) to the (?:wind|end|clos|loss|decline)\\w*", "discourages?", "discouraged",
        "ma(?:kes?|de) it (?:\\w+ )?(?:difficult|hard\\w*|impossible)", "runs? out", "ran out",
        "(?:did|do|does|could|can|was|were|is|are) not"
        "(?! (?:only|just|merely|simply|necessarily)\\b)",
        "cannot", "can['’]t", "lost", "broke down",
    ),
    re.I,
)  # fmt: skip
_BEFORE_HINDER: Final = re.compile(
    any_of(
        "lack(?:s|ed|ing)?(?: of)?", "without", "insufficient", "inadequate", "limited", "weak",
        "poor", "scarce", "scarcity of", "shortages? of", "absence of", "no", "few", "fewer",
        "little", "low", "not enough", "too (?:little|few)", "missing", "unequal", "uneven",
        "loss of", "gaps? in", "reluctan(?:t|ce)", "unable", "unpaid", "constrained by",
        "limited by", "hindered by", "hampered by", "(?:challenges?|barriers?|obstacles?"
        "|constraints?|difficult\\w*)\\b[^.;]{0,60}? (?:is|was|are|were|included?|includes)",
    ),
    re.I,
)  # fmt: skip
_NEAR_AFTER: Final = 80
_NEAR_BEFORE: Final = 50
"""Characters between a factor and what is said of it."""
_OTHERS: Final = "timel|fundament|lawsuit"
"""Words that begin like "time", "fund" and "law", and name something else."""


def says_factor(sentence: str, factor: Term, polarity: Polarity) -> bool:
    """Return whether a sentence says of a factor itself that it helps, or that it hinders.

    Args:
        sentence: the sentence.
        factor: the factor, with the beginnings of words that name it.
        polarity: which of both is asked.
    """
    names, said = names_of(factor.words), sentence
    for beside in (_PEOPLE, _OF_EVIDENCE, _ASIDE):
        said = beside.sub(_blank, said)
    said = _UNKNOWN.sub(lambda m: m[0] if names.search(m[0]) else _blank(m), said)
    if UNSURE.search(said):
        return False
    of_evidence = _EVIDENCE.search(sentence) or names_of(factor.context).search(sentence)
    if factor.group == _SYSTEM and not of_evidence:
        return False
    before, after = (
        (_BEFORE_HELP, _AFTER_HELP) if polarity == "driver" else (_BEFORE_HINDER, _AFTER_HINDER)
    )
    for named in names.finditer(said):
        following = _clause(said[named.end() :])[:_NEAR_AFTER]
        leading = re.split(r"[;.]\s", said[: named.start()])[-1]
        if after.search(following):
            return True
        if any(len(leading) - m.end() <= _NEAR_BEFORE for m in before.finditer(leading)):
            return True
    return False


@functools.cache
def names_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches a word that begins so, to its end; without words, the whole sentence."""
    if not words:
        return re.compile("^")
    return re.compile(rf"\b(?!{_OTHERS})(?:{'|'.join(map(re.escape, words))})[\w-]*", re.I)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _clause(text: str) -> str:
    """Return a text up to its first semicolon or end of a sentence."""
    return re.split(r"[;:.]\s", text, maxsplit=1)[0]
