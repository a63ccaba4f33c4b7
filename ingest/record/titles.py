"""The title: the words on the first pages that are set as one, and the subtitle below them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.cited import Cited
from ingest.record.conventional import (
    UNPRINTED,
    is_lettered,
    is_numbered,
    read_conventional,
    read_opening,
    read_parts,
    stands_apart,
)  # fmt: skip
from ingest.record.days import without_date
from ingest.record.doubts import count_doubts
from ingest.record.finding import Finding
from ingest.record.front import Front, Group, Line, letters, same_size
from ingest.record.names import names_in
from ingest.record.properties import (
    known_to_file,
    named_by_site,
    says_more,
    spelled_by_file,
    wordings_of,
)  # fmt: skip
from ingest.record.serials import names_a_series
from ingest.record.standing import below_prose, is_in_text, of_place
from ingest.record.title_groups import A_YEAR, groups_of, is_credit
from ingest.record.trimming import (
    as_running,
    in_better_case,
    without_label,
    without_marks,
    without_number,
)
from ingest.record.wholes import (
    COVER_SIZE,
    OPEN_END,
    Candidate,
    fits_below,
    is_label,
    is_signed,
    subtitle_of,
    whole_title,
)
from ingest.record.wordings import (
    CREDIT,
    CREDITED,
    LABELLED,
    MAX_CHARS,
    MAX_WORDS,
    could_be_title,
    is_body,
    is_of_a_year,
    likeness,
)  # fmt: skip
from ingest.text.clean import shorten, tidy

PAGES: Final = 4
CLEAR_SCORE: Final = 3.0
PROSE_CHARS: Final = 120
FIRST_GROUPS: Final = 6
FIRST_LINES: Final = 15
TITLE_LINES: Final = 5
_BEFORE: Final = re.compile(
    r"(?:please note\b|(?:important|notes?|nota|notas|instruc\w+|remarque)\s*:)", re.I
)
"""What stands above a title to say how the file is to be used."""
_NO_WORD: Final = re.compile(rf"{A_YEAR.pattern}|[\w-]+(?:\.[\w-]+)+")
"""A year, or the address of a site."""
OFA_YEAR: Final = 2.0
COVER_SCORE: Final = 4.0
IN_TEXT: Final = 0.5
MOST_DOUBTS: Final = 3
DOUBTFUL: Final = 0.6
AMID_SIZE: Final = 1.35
LEAST_SCORE: Final = 1.9
"""Below it, no words stand out, and the first line is the better guess."""


def read_title(front: Front, cited: Cited | None) -> Finding | None:
    """Return the title with its subtitle, or ``None`` if nothing reads like one."""
    if front.medium == "web" and (named := named_by_site(front)):
        return named
    if known := read_conventional(front) or spelled_by_file(front):
        return known
    support = wordings_of(front, cited)
    groups = groups_of(front)
    numbered = [g for g in groups if g.page > 1 and is_numbered(g.text)]
    if len(numbered) > 1:  # headings of sections
        groups = [g for g in groups if g not in numbered]
    if front.medium in UNPRINTED:  # words below the first paragraph are headings of sections
        before = itertools.takewhile(lambda g: len(g.lines[0].text) < PROSE_CHARS, groups)
        groups = list(before)[:FIRST_GROUPS]
    candidates = [c for i, g in enumerate(groups) if (c := _rate(front, i, g, support))]
    candidates += _joined(front, groups, support)
    labelled = _labelled(front)
    best = _best_of(front, candidates)
    if best is None or best.score < LEAST_SCORE:
        first = labelled or read_opening(front) or _first_line(front) or read_parts(front)
        if first or best is None:
            return first
    if labelled and best.score < 4.0:
        return labelled
    known = known_to_file(front) if best.score < CLEAR_SCORE else None
    if known and not says_more(best.text, str(known.value)):
        return known
    return _written_out(front, groups, (best, candidates), support)


def _written_out(
    front: Front,
    groups: Sequence[Group],
    rated: tuple[Candidate, Sequence[Candidate]],
    support: Sequence[tuple[str, float]],
) -> Finding:
    """Return the best of rated titles: whole, with its subtitle, in the better case."""
    best, candidates = rated
    if not is_of_a_year(best.text):
        best = whole_title(front, groups, best)
    value = in_better_case(best.text, support)
    value = without_number(without_label(value), front)
    subtitle = subtitle_of(front, groups, best)
    if subtitle and letters(subtitle) not in letters(value):
        value = f"{value.rstrip(':. ')}{'' if value.endswith('?') else ':'} {subtitle}"
    value = shorten(tidy(without_marks(as_running(front, value))), MAX_CHARS)
    most = IN_TEXT if is_in_text(front, best.group) else 0.97
    confidence = min(most, max(0.3, 0.48 + 0.08 * best.score))
    doubts = count_doubts(front, candidates, best, value, [text for text, _ in support])
    rule = f"doubts: {min(doubts, MOST_DOUBTS)}" if confidence >= DOUBTFUL else "doubtful"
    return Finding("title", value, confidence, best.group.page, best.group.text, rule)


def _best_of(front: Front, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the surest title; a heading on a later page does not win over a cover's large words.

    The heading of a chapter can be larger than the title on a cover.
    """
    best = max(candidates, key=lambda c: (c.score, -c.group.page), default=None)
    if best is None or best.group.page == 1:
        return best
    covers = [
        c
        for c in candidates
        if c.group.page == 1
        and c.group.height >= COVER_SIZE * front.body
        and c.score >= max(COVER_SCORE, best.score - 1.0)
    ]
    return max(covers, key=lambda c: c.score, default=best)


def _first_line(front: Front) -> Finding | None:
    """Return the first lines that could be a title, of a document in one size throughout.

    A running head is passed over: it shortens the title.
    """
    first = front.head[:FIRST_LINES]
    for passed in (front.running, ()):
        for i, line in enumerate(first):
            label = _BEFORE.match(line.text) or stands_apart(line) or is_signed(front, line.text)
            if label or line.text.rstrip(" 0123456789") in passed:
                continue
            if front.flows and len(line.text) >= PROSE_CHARS:
                break
            group = Group(tuple(_going_on(front, i)))
            text = tidy(front.mend(group.text))
            fits = could_be_title(text, text.split(), group) and fits_below(front, group, text)
            if fits and len(text.split()) > 2 and not is_body(text):
                quote = "\n\n".join(one.text for one in group.lines)
                rule = "first line" if line.page == 1 else "first line of a later page"
                return Finding("title", without_date(text), 0.62, line.page, quote, rule)
    return None


def _going_on(front: Front, start: int) -> Iterator[Line]:
    """Yield a line with those below it in its size, while it cannot have ended there.

    It ends in a small word or a colon, it is in capitals as the next one is, or the next one, which
    is bold as it is, begins in small letters.
    """
    lines = front.head[start : start + TITLE_LINES]
    yield lines[0]
    for line, below in itertools.pairwise(lines):
        alike = same_size(line, replace(below, block=line.block))
        small = line.bold and below.bold and below.text[:1].islower()
        shouted = line.text.isupper() and below.text.isupper() and not front.flows
        open_end = OPEN_END.search(line.text) or (line.text.endswith(":") and not front.flows)
        if not alike or not (open_end or small or shouted) or is_credit(front, below):
            return
        yield below


def _labelled(front: Front) -> Finding | None:
    """Return a title that stands behind a label: "Title: ...", "Policy brief: ..."."""
    for line in front.head[:60]:
        match = LABELLED.match(line.text)
        if match and 2 <= len(line.text[match.end() :].split()) <= MAX_WORDS:
            return Finding("title", line.text[match.end() :], 0.8, line.page, line.text, "label")
    return None


def _rate(
    front: Front, index: int, group: Group, support: Sequence[tuple[str, float]]
) -> Candidate | None:
    if group.page > PAGES:
        return None
    text = tidy(front.mend(_unspaced(group.text, support)))
    words = text.split()
    if is_lettered(text) or not could_be_title(text, words, group):
        return None
    score = (
        min(4.0, 3.0 * math.log2(max(group.height, 1.0) / front.body)) + 0.4 * group.lines[0].bold
    )
    score += {1: 1.0, 2: 0.2, 3: 0.3}.get(group.page, 0.0) + of_place(front, group)
    score += 1.0 if 3 <= len(words) <= 25 else 0.2 if len(words) == 2 else -3.0
    running = group.height < front.body and text.rstrip(" 0123456789") in front.running
    score += 1.0 * (index == 0 and front.flows) - 2.0 * running
    score += max((w * likeness(text, t) for t, w in support), default=0.0)
    if text.endswith(".") and len(words) > 12:
        score -= 4.0 if front.flows and group.height <= front.body else 2.0
    if group.height < AMID_SIZE * front.body and below_prose(front, group):
        score -= 1.0
    named = is_organisation(text) or names_in(text, front) or is_signed(front, text)
    if text.isdigit() or named:
        score -= 3.0
    alone = len(group.lines) == 1 and stands_apart(group.lines[0])
    if is_of_a_year(text):
        score += OFA_YEAR
    elif alone or is_label(text) or names_a_series(text):
        score -= 2.5
    credit = CREDITED if group.height > 1.3 * front.body else CREDIT
    if credit.match(text) or is_body(text):
        score -= 2.0
    return Candidate(group, text, score)


def _unspaced(text: str, support: Sequence[tuple[str, float]]) -> str:
    """Return letter-spaced words ("G L O B A L") as another wording has them."""
    tokens = text.split()
    if sum(len(t) == 1 for t in tokens) < 0.6 * len(tokens) or len(tokens) < 5:
        return text
    packed = letters(text)
    for other, _ in support:
        if letters(other).startswith(packed) or packed in letters(other):
            return other
    return text


def _joined(
    front: Front, groups: Sequence[Group], support: Sequence[tuple[str, float]]
) -> Iterator[Candidate]:
    """Yield a word in large type with the words below or above it."""
    for i, group in enumerate(groups):
        one = " " not in group.text and not _NO_WORD.fullmatch(group.text)
        one = one and any(map(str.isalpha, group.text))
        if not one or group.height < 1.3 * front.body or group.page > PAGES:
            continue
        for other in (i + 1, i - 1):
            near = groups[other] if 0 <= other < len(groups) else group
            text = tidy(near.text)
            larger = near.height >= 1.15 * front.body or near.lines[0].bold
            if near is group or near.page != group.page or not larger:
                continue
            if not 2 <= len(text.split()) <= 25 or not fits_below(front, near, text):
                continue
            rated = _rate(front, i, Group((*group.lines, *near.lines)), support)
            if rated:
                score = rated.score + (0.3 if other > i else 0.0)
                divided = " " if other > i else ": "
                yield Candidate(near, f"{tidy(group.text)}{divided}{text}", score)
