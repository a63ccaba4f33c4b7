"""Says what type of evidence a document is, by rules, each with the sentence that it rests on.

The rules are in ``evidence.toml``. What counts is what the document did itself: a sentence that
cites others, denies the thing, or wishes for it says nothing of the document. A type is not a mark:
nothing here ranks documents.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.model import Document, Passage
from corpus.roles import APPARATUS, Role
from index.tagging.mentions import split_sentences

VOCABULARY: Final = "evidence_types"
METHOD: Final = "evidence-1"
_FILE: Final = Path(__file__).with_name("evidence.toml")
LEAST: Final = 0.6
"""Strength from which a type is proposed."""
MOST: Final = 2
OPENING: Final = 12
"""Passages of body that are read where a document has no summary and no methods."""
SPEAKS: Final[frozenset[Role]] = frozenset(("summary", "methods", "findings"))
"""Roles in which a document says what it did."""

_CITES: Final = re.compile(
    r"\bet al\b|\((?:see |e\.g\.,? |cf\. |véase |ver |voir )?[A-ZÀ-Þ][^()]{1,80}"
    r"\b(?:19|20)\d\d[a-z]?\)"
    r"|\b[A-ZÀ-Þ][\w’'-]+(?: (?:and|&|y|e|et) [A-ZÀ-Þ][\w’'-]+)? \((?:19|20)\d\d[a-z]?\)"
    r"|\[\d+(?:[,–-] ?\d+)*\]"
)  # fmt: skip
_OTHERS: Final = re.compile(
    r"\b(?:previous|prior|earlier|past|existing|other|several|few|similar|recent|included|primary"
    r"|eligible|reviewed|individual)\s+(?:\w+\s+){0,3}(?:stud(?:y|ies)|trials?|RCTs?|evaluations?"
    r"|research|reviews?|experiments?|work|surveys?|meta-analys[ei]s)"
    r"|\b(?:companies|firms|developers|providers|countries|governments|ministries|organi[sz]ations)\b"
    r"[^.;:]{0,60}\bha(?:d|ve) (?:\w+ )?(?:conducted|carried out|run|commissioned|used|tested)\b"
    r"|\b(?:estudios|investigaciones|ensayos|evaluaciones)\s+(?:previ|anterior|exist)\w+"
    r"|\b(?:estudos|pesquisas|ensaios|avaliações)\s+(?:prévi|anterior|exist)\w+"
    r"|\b(?:études|recherches|essais|évaluations)\s+(?:précédent|antérieur|exist)\w+",
    re.IGNORECASE,
)
_WISHES: Final = re.compile(
    r"\b(?:should|would|could|future|further (?:research|stud|work)|needs? (?:for|to)|debería\w*"
    r"|futur[ao]s?|deveria\w*|devrai\w+|future?s)\b",
    re.IGNORECASE,
)
_DENIES: Final = re.compile(
    r"\b(?:not|no|never|without|neither|nor|cannot|lack(?:s|ed|ing)?|none|nobody|instead of"
    r"|rather than|sin|nunca|ni|não|sem|nem|ne|pas|sans|aucune?|jamais)\b|n['’]t\b|\bn['’](?=\w)",
    re.IGNORECASE,
)
_BEFORE: Final = 60
"""Characters before a match, within its clause, in which a denial bears on it."""
_AFTER: Final = re.compile(r"^[^.,;:]{0,25}\b(?:was|were|is|are)\s+not\b|^\s+not\b", re.IGNORECASE)
_GIVES_WAY: Final[Mapping[str, tuple[str, ...]]] = {
    "systematic-review": (
        "randomised-trial", "quasi-experiment", "quantitative", "qualitative", "mixed-methods",
        "evaluation", "instrument", "practice-account", "opinion",
    ),
    "randomised-trial": (
        "quasi-experiment", "quantitative", "qualitative", "evaluation", "practice-account",
        "instrument", "opinion",
    ),
    "quasi-experiment": ("quantitative", "evaluation", "practice-account", "opinion"),
    "mixed-methods": ("quantitative", "qualitative", "practice-account", "opinion"),
    "instrument": ("quantitative", "qualitative", "practice-account", "opinion"),
    "evaluation": ("quantitative", "practice-account", "opinion"),
    "guidance": ("quantitative", "qualitative", "practice-account", "opinion"),
    "policy-document": ("quantitative", "qualitative", "instrument", "practice-account", "opinion"),
    "quantitative": ("practice-account", "opinion"),
    "qualitative": ("practice-account", "opinion"),
}  # fmt: skip
"""What a type makes unlikely: a review describes the trials it included, a trial its survey. A type
that the title names does not give way to one that only the text speaks of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which documents betray their type; see ``evidence.toml``."""

    id: str
    term: str
    says: str
    strength: float
    titles: re.Pattern[str] | None
    texts: re.Pattern[str] | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies to a document.

    ``start`` and ``end`` are the sentence, a slice of the passage at ``place``; of a rule about the
    title or the kind it is the passage's first.
    """

    rule: Rule
    place: int
    start: int
    end: int
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A type that is proposed: how far its rules go (0 to 1), and the finding that says it best."""

    term: str
    score: float
    best: Finding


def rules_version() -> str:
    """Name the rules as they are written."""
    return hashlib.blake2b(_FILE.read_bytes(), digest_size=8).hexdigest()


@functools.cache
def load_rules() -> tuple[Rule, ...]:
    """Read the rules."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["rules"]
    return tuple(
        Rule(
            one["id"], one["term"], one["says"], one["strength"],
            _any_of(one, "titles"), _any_of(one, "texts"), tuple(one.get("kinds", ())),
        )
        for one in told
    )  # fmt: skip


def _any_of(rule: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    patterns = rule.get(key, ())
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE) if patterns else None


def evidence_types(document: Document, passages: Sequence[Passage]) -> list[EvidenceType]:
    """Return the types a document seems to be, the surest first; none where nothing says so.

    Args:
        document: its title and kind.
        passages: its passages in order, at least one.
    """
    by_term: dict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in _findings(document, passages):
        by_term[finding.rule.term].setdefault(finding.rule.id, finding)
    types = [_type(term, list(found.values())) for term, found in by_term.items()]
    likely = {t.term: t for t in types if t.score >= LEAST}
    ruled_out = {
        weaker
        for term, stronger in likely.items()
        for weaker in _GIVES_WAY.get(term, ())
        if weaker in likely and (stronger.best.in_title or not likely[weaker].best.in_title)
    }
    left = [t for t in likely.values() if t.term not in ruled_out]
    return sorted(left, key=lambda t: (-t.score, t.term))[:MOST]


def _type(term: str, findings: Sequence[Finding]) -> EvidenceType:
    doubt = 1.0
    for finding in findings:
        doubt *= 1 - finding.rule.strength
    best = max(findings, key=lambda f: (f.in_title, f.rule.strength, -f.place))
    return EvidenceType(term, round(1 - doubt, 4), best)


def _findings(document: Document, passages: Sequence[Passage]) -> Iterator[Finding]:
    first = next((n for n, p in enumerate(passages) if p.role not in APPARATUS), 0)
    opening = next(split_sentences(passages[first].text), (0, len(passages[first].text)))
    for rule in load_rules():
        if rule.titles and rule.titles.search(document.title):
            yield Finding(rule, first, *opening, in_title=True)
        if document.kind and document.kind in rule.kinds:
            yield Finding(rule, first, *opening)
    for place in _read(passages):
        text = passages[place].text
        for start, end in split_sentences(text):
            for rule in load_rules():
                if rule.texts and says_of_itself(text[start:end], rule.texts):
                    yield Finding(rule, place, start, end)


def _read(passages: Sequence[Passage]) -> list[int]:
    """Return the passages in which a document says what it is, summary first."""
    speaking = [n for n, p in enumerate(passages) if p.role in SPEAKS]
    order: Mapping[Role, int] = {"summary": 0, "methods": 1}
    opening = [n for n, p in enumerate(passages) if p.role == "body"][:OPENING]
    return sorted(speaking, key=lambda n: order.get(passages[n].role, 2)) + opening


def says_of_itself(sentence: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a sentence says that of the document itself, and does not deny it."""
    # Few sentences match at all: what rules them out is looked for last, in half the time.
    said = any(not _is_denied(sentence, m) for m in pattern.finditer(sentence))
    return said and not any(p.search(sentence) for p in (_CITES, _OTHERS, _WISHES))


def _is_denied(sentence: str, match: re.Match[str]) -> bool:
    clause = re.split(r"[;:,]", sentence[max(0, match.start() - _BEFORE) : match.end()])[-1]
    return bool(_DENIES.search(clause) or _AFTER.search(sentence[match.end() :]))
