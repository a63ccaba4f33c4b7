"""Tells which suggestions a workshop is shown: those whose words bear out what they stand for.

The tagger suggests a sentence that names a factor near a word of help or hindrance. Here the two
have to belong together, as in "lack of trust" or "trust led to joint work", and the sentence has to
be whole without those around it. An activity has to be done by somebody. What a person confirmed is
shown in any case. The words are English, like those of the tagger; fewer suggestions are better
than wrong ones, and the others stand apart from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.sentences import split_sentences
from corpus.tags.factors import FactorPassage, Polarity
from corpus.taxonomy import Term
from index.briefing.lines import is_quotable
from index.briefing.wording import LIST_MARKER, OF_ITSELF, stands_alone


def _any(*words: str) -> str:
    return rf"\b(?:{'|'.join(words)})\b"


_SPEAKER: Final = re.compile(_any("we", "us", "our", "ours", "i", "my", "you", "your"), re.I)
"""Whoever speaks is not named in the sentence."""
_KNOWN: Final = re.compile(
    r"^\W*the (?:network|program(?:me)?|project|initiative|organi[sz]er|group|team|partner|district"
    r"|organi[sz]ation|participant|summit|conference|event|meeting|workshop|course)s?\b"
    r"(?! (?:of|for|that|who|which|in|with|between|among|from)\b)",
    re.I,
)
"""Which one it is was said before."""
_PEOPLE: Final = re.compile(r"polic(?:y|ies)[-\s]?(?:mak|advis)\w+", re.I)
"""They are no policy."""
_TURNS: Final = re.compile(
    r"^\W*(?:however|in addition|moreover|furthermore|overall|indeed|finally|lastly"
    r"|(?:first|second|third|fourth|fifth)(?:ly)?),\s|(?<=,)\s(?:however|too),"
    r"|^The (?:first|second|third|fourth|fifth|last) (?=lesson|factor|reason|condition)",
    re.I,
)
"""Words that tie a sentence to the one before and are not needed to understand it."""
_UNSURE: Final = re.compile(
    _any(
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
    + _any(
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
    _any(
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
    + _any(
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
    _any(
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
_DONE: Final = re.compile(
    r"(?<!not )(?<!never )"
    + _any(
        "trains?", "trained", "coach(?:es|ed)", "mentors?", "mentored", "provid(?:es?|ed)",
        "offer(?:s|ed)?", "deliver(?:s|ed)?", "ran", "runs?", "held", "hosts?", "hosted",
        "launch(?:es|ed)", "conduct(?:s|ed)?", "organi[sz](?:es?|ed)", "receiv(?:es?|ed)",
        "attend(?:s|ed)?", "participat(?:es?|ed)", "took part", "supports?", "supported",
        "enhanced", "strengthened", "built (?!around|on)", "combin(?:es?|ed)", "develop(?:s|ed)",
        "led", "carried out",
        "co-?(?:designed|created|produced|developed)", "collect(?:s|ed)", "gather(?:s|ed)?",
        "analy[sz](?:es?|ed)", "generat(?:es?|ed)", "tested", "works? with", "worked with",
        "is offered", "are offered", "was offered", "were offered", "met",
    )
    + r"(?! (?:\w+ ){0,3}?(?:explanation|process|overview|introduction|examples?|framework"
    r"|definition|discussion)\b)",
    re.I,
)  # fmt: skip
"""What people do who hold an activity; a book that explains one does not."""
_ADVISED: Final = re.compile(
    _any(
        "can", "suggest(?:s|ed)?", "recommend(?:s|ed)?", "needs?", "needed", "propos(?:es?|ed)",
        "you", "your", "try", "tries", "describ(?:es?|ed)",
    ),
    re.I,
)  # fmt: skip
"""What is advised or told of is not done."""
_OTHERWISE: Final = re.compile(r"\b(?:(?:this|these|those|such)\s+(?:\w+\s+)?|lines? of )$", re.I)
"""Before an activity: which one was said before, or it is none ("a line of inquiry")."""
_TAUGHT: Final = re.compile(
    r"evidence[-\s]based (?:[\w-]+ ){0,3}?(?:teaching|instruction|practices?|interventions?"
    r"|curricul\w+|pedagog\w+)",
    re.I,
)
"""A quality of what is taught, not something people learn to find, make or use."""
_NEAR_DONE: Final = 90


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stored sentences of a checklist: those that it shows, and the others, both in order."""

    shown: tuple[FactorPassage, ...]
    less_sure: tuple[FactorPassage, ...]


def choose_sentences(passages: Iterable[FactorPassage], factors: Mapping[str, Term]) -> Chosen:
    """Part the sentences that a checklist shows from those that it is less sure of.

    A suggested one has to say by itself that its factor helps or hinders. It stands under the one
    factor that it is closest to, and the same words of several documents stand there once.

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
    return is_on_its_own(passage.quote) and says_factor(passage.quote, factor, passage.polarity)


def _sureness(passage: FactorPassage) -> tuple[bool, float]:
    return passage.origin == "confirmed", passage.score or 0.0


def is_on_its_own(sentence: str) -> bool:
    """Return whether a reader understands a sentence without the text around it."""
    text = sentence.strip()
    marker = LIST_MARKER.match(text)
    text = _TURNS.sub("", text[marker.end() :] if marker else text)
    text = text[:1].upper() + text[1:]
    if any(pattern.search(text) for pattern in (_SPEAKER, _KNOWN, _ODD, OF_ITSELF)):
        return False
    return is_quotable(text) and stands_alone(text)


def says_factor(sentence: str, factor: Term, polarity: Polarity) -> bool:
    """Return whether a sentence says of a factor itself that it helps, or that it hinders.

    Args:
        sentence: the sentence.
        factor: the factor, with the beginnings of words that name it.
        polarity: which of both is asked.
    """
    names, said = _names(factor.words), sentence
    for beside in (_PEOPLE, _OF_EVIDENCE, _ASIDE):
        said = beside.sub(_blank, said)
    said = _UNKNOWN.sub(lambda m: m[0] if names.search(m[0]) else _blank(m), said)
    if _UNSURE.search(said):
        return False
    of_evidence = _EVIDENCE.search(sentence) or _names(factor.context).search(sentence)
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


def says_activity(passage: str, activity: Term) -> bool:
    """Return whether a sentence of a passage says that somebody does or did an activity.

    Args:
        passage: the text that supports the suggestion.
        activity: the activity, with the beginnings of words that name it and of those of its
            context, one of which the sentence has, too.
    """
    names, context = _names(activity.words), _names(activity.context)
    sentences = (passage[start:end] for start, end in split_sentences(passage))
    return any(_is_done(s, names) for s in sentences if context.search(_TAUGHT.sub("", s)))


def _is_done(sentence: str, names: re.Pattern[str]) -> bool:
    if _UNSURE.search(sentence) or _ADVISED.search(sentence):
        return False
    if sentence.rstrip(" \"'”’)").endswith("?"):
        return False
    done = [m.start() for m in _DONE.finditer(sentence)]
    return any(
        abs(place - named.start()) <= _NEAR_DONE
        for named in names.finditer(sentence)
        if not _OTHERWISE.search(sentence[: named.start()])
        for place in done
    )


_OTHERS: Final = "timel|fundament|lawsuit"
"""Words that begin like "time", "fund" and "law", and name something else."""
_ODD: Final = re.compile("[\u0180-\u024f]")
"""Letters of no language here: a font was read wrong."""


def _names(words: Sequence[str]) -> re.Pattern[str]:
    """Return what matches a word that begins so, to its end; without words, the whole sentence."""
    if not words:
        return re.compile("^")
    return re.compile(rf"\b(?!{_OTHERS})(?:{'|'.join(map(re.escape, words))})[\w-]*", re.I)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _clause(text: str) -> str:
    """Return a text up to its first semicolon or end of a sentence."""
    return re.split(r"[;:.]\s", text, maxsplit=1)[0]
