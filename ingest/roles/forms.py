"""What a stretch of text is by its own form: prose, a reference entry, a row of a table, ...

Each form is weighed against prose, which weighs 0: with 2 it is far more likely. The weights are
set by hand and checked on passages that people labelled (``python -m tests.reading.run roles``).
"""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from ingest.roles.entries import SMALL_WORDS, is_entry_of_abbreviations, is_note, is_of_an_index
from ingest.roles.phrases import phrases

Form = Literal[
    "prose", "references", "contents", "table", "caption", "search-strategy", "matter", "navigation"
]
"""``matter`` stands before and after a text: imprint, credits, addresses, people, rights."""
FORMS: Final[tuple[Form, ...]] = get_args(Form)
Weights = dict[Form, float]

MAX_CHARS: Final = 1_500
"""So much of a stretch is looked at; sentences are far shorter."""
MIN_CHARS: Final = 4
MOST: Final = 5.0

_WORD: Final = re.compile(r"[^\W_][\w'’-]{0,60}")
_DIGIT: Final = re.compile(r"\d")
_INITIALS: Final = re.compile(
    r"[^\W\d_][\w'’-]{1,30},\s?(?:[A-ZÀ-Ý]\.[\s,-]?){1,4}(?=[\s,(&;.:]|$)"  # Anders, B. A.
    r"|\b[A-ZÀ-Ý][a-zà-ÿ'’-]{2,30}\s[A-Z]{1,3}(?:,(?=\s[A-ZÀ-Ý])|\.\s)"  # Anders BA,
    r"|\b[A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,30},\s(?:[A-ZÀ-Ý]\.|[A-ZÀ-Ý][a-zà-ÿ]{2,20}[.,;])"  # ANDERS, Bea.
)
_LEADING_NAME: Final = re.compile(
    r"[\W\d]{0,8}(?:[^\W\d_][\w'’-]{1,30},\s(?:[A-ZÀ-Ý]\.|[A-ZÀ-Ý][a-zà-ÿ]{1,20})"
    r"|[A-ZÀ-Ý][\w'’-]{2,30}\s[A-Z]{1,3}[,.]|[–—_-]{2,}\.)"
)
_YEAR: Final = re.compile(
    r"(?:\((?:19|20)\d\d[a-z]?(?:,[^()]{0,25})?\)[.,:]?|(?:[.,]\s|^)(?:19|20)\d\d[a-z]?[.;:])"
)
_IMPRINT: Final = re.compile(r"\([A-ZÀ-Ý][^()]{2,60}[:,] [^()]{0,60}(?:19|20)\d\d\)")
_PAGES: Final = re.compile(
    r"\b\d{1,4}\s?\(\d{1,4}(?:[-–/]\d{1,4})?\)|\bpp?\.\s?\d|\bvol(?:ume|\.)?\s?\d|\bno\.\s?\d"
    r"|\bn[º°]\s?\d|\b\d{1,4}:\s?\d{1,5}[-–]\d|[,:]\s?[eE]?\d{1,5}[-–]\d{1,5}\b",
    re.I,
)
_NOTE: Final = re.compile(
    r"^\W{0,2}\d{1,3}\W{0,3}(?:https?:|www\.|see\b|ibid|cf\.|op\. cit|v[ée]ase|ver\b|voir\b)"
    r"|^\W{0,2}pp?\.\s?\d{1,4}\W{0,3}[“\"‘'«]",  # p. 8 "half of the world": the note of a quote
    re.I,
)
_FOOTNOTE: Final = re.compile(r"\W{0,2}\d{1,3}\.?\s(?=[A-ZÀ-Ý“\"'])")
_IBID: Final = re.compile(r"\b(?:ibid|op\. ?cit|loc\. ?cit|idem)\b")

_LEADERS: Final = re.compile(r"(?:\.{5}|(?:\. ){5}|…{3}|(?:… ){3}|_{6}|·{5})")
_ROW: Final = re.compile(
    r"^(?:\W{0,3}\d[\d.]{0,8}\s)?[^\W\d].{0,140}[^\W\d]\W{0,4}\s?(\d{1,3}|[ivxl]{1,6})$"
)
_NUMBER: Final = re.compile(
    r"^[(<>=~±+$€£-]{0,3}\d[\d.,:/–-]*(?:%|\))?[*†‡abc]{0,3}$"
    r"|^(?:[-–—.]|n/?a|ns|yes|no|x|✓|✔|n|sd|se|ci)$",
    re.I,
)

_OF_A_NUMBER: Final[Weights] = dict.fromkeys(FORMS, 0.0) | {"table": 0.7}
"""One is the number of a page or a note, some in a row are the scale of a chart."""

_BOXES: Final = re.compile(r"[\u2500-\u259f\u25a1\u2610]")
_TERMINAL: Final = re.compile(r"[.!?;:]\W*$")

_OPERATOR: Final = re.compile(r"AND|OR|NOT|NEAR|ADJ|W/| N\d")
_BOOLEAN: Final = re.compile(
    r"(?<=[\w\"”’*)\]])\s(?:AND|OR|NOT|NEAR(?:/\d+)?|N\d|W/?\d|ADJ\d?)\s(?=[\w\"“‘(\[#*])"
)
_TRUNCATED: Final = re.compile(r"\b[^\W\d_]{3,}[*$](?=[\W_]|$)")
_FIELD: Final = re.compile(
    r"\b(?:TI|AB|KW|SU|DE|TX|TS|TITLE-ABS-KEY|LIMIT-TO|PUBYEAR|DOCTYPE)\s?[(=:]"
    r"|\b(?:ti|ab|su|all)\(|\.(?:ti|ab|mp|tw|sh|kw|pt)\b[.,)]|\bexp [A-Za-z -]{3,40}/"
    r"|(?:^|\s)[#S]\d{1,3}\s(?i:and|or|not)\s[#S]\d|\[(?i:mesh|tiab|tw|title|majr)\b"
)


def weigh_forms(text: str) -> Weights:
    """Return how much more likely each form is than prose; forms that are out of question lack.

    Args:
        text: a sentence, or a short paragraph; the part after ``MAX_CHARS`` is not looked at.
    """
    text = text[:MAX_CHARS]
    words = _WORD.findall(text)
    if not words or len(text) < MIN_CHARS:
        return dict(_OF_A_NUMBER) if words and _NUMBER.match(text) else {}
    small = text.lower()
    prose = _prose(small)
    weights: Weights = {
        "references": _references(text, small) + 5.0 * (prose <= 0 and is_note(text)) - prose,
        "contents": _contents(text, words) - prose,
        "table": _table(text) - prose,
        "search-strategy": _search(text) - 0.5 * prose,
        "matter": _matter(small, words, prose, text),
        "navigation": _navigation(small, words) - prose,
        "caption": 3.0 if phrases().caption.match(text) and len(words) <= 40 else -MOST,
    }
    return {form: max(-MOST, min(MOST, weight)) for form, weight in weights.items()}


def _prose(small: str) -> float:
    """Return how much a text is prose by its verbs, pronouns and the like: -1 to 3.

    They are 8 to 20 % of prose in all four languages, and 0 to 4 % of titles, names and tables.
    """
    words = _WORD.findall(small)
    if len(words) < 6:
        return 0.0
    verbs = phrases().verbs
    share = sum(1 for word in words if word in verbs) / len(words)
    return max(-1.0, min(3.0, 40 * share - 1.0) * min(1.0, len(words) / 15))


def _references(text: str, small: str) -> float:
    known = phrases()
    score = 1.5 * min(2, len(_INITIALS.findall(text))) if "." in text or "," in text else 0.0
    score += 1.5 * bool(_LEADING_NAME.match(text)) + 2.0 * known.where.are_in(small)
    score += 0.75 * min(2, known.published.count_in(text))
    if _DIGIT.search(text):
        score += 1.5 * min(2, len(_PAGES.findall(text))) + 1.0 * bool(_YEAR.search(text))
        score += 2.0 * bool(_IMPRINT.search(text)) + 2.0 * bool(_NOTE.match(text))
        if score >= 4.5 and _FOOTNOTE.match(text):
            score += 1.5
    return score + 2.0 * bool(_IBID.search(small)) - 2.5


def _contents(text: str, words: list[str]) -> float:
    if _LEADERS.search(text):
        return 4.0
    return 0.5 if len(words) <= 18 and is_row_of_contents(text) else -2.5


def is_row_of_contents(text: str) -> int | None:
    """Return the page a row of a list of contents ends with, ``None`` if it is no such row."""
    row = _ROW.match(text[:200])
    return (int(row[1]) if row[1].isdigit() else 1) if row else None


def _table(text: str) -> float:
    cells = text.split()[:200]
    has_digits = _DIGIT.search(text)
    numbers = sum(1 for cell in cells if _NUMBER.match(cell[:40])) if has_digits else 0
    bars = text.count(" | ")
    share = numbers / len(cells)
    score = -2.0 + 8 * (share - 0.15) if len(cells) >= 3 else -1.0
    if len(cells) <= 8 and not _TERMINAL.search(text):
        score = max(score, -0.7)
    if _LEADERS.search(text) or _BOXES.search(text):
        score = max(score, 1.5)
    return max(score, 2.5 if bars >= 2 else 1.0 if bars else score)


def _search(text: str) -> float:
    score = 0.0
    if "*" in text or "$" in text:
        score += 1.2 * min(4, len(_TRUNCATED.findall(text)))
    if _OPERATOR.search(text):
        score += 1.5 * min(3, len(_FIELD.findall(text)))
        # In a title in capitals, AND is no operator.
        if score or sum(map(str.isupper, text)) < sum(map(str.islower, text)):
            score += 1.2 * min(5, len(_BOOLEAN.findall(text)))
    return score - 2.0


def _matter(small: str, words: list[str], prose: float, text: str) -> float:
    known = phrases()
    score = 3.5 * known.rights.are_in(small) + 2.0 * known.contact.are_in(small)
    score += 3.0 * known.thanks.are_in(small) + 3.0 * known.people.are_in(small)
    if prose <= 0 and len(words) >= 4:
        named = [word for word in words if word not in SMALL_WORDS]
        if sum(1 for word in named if word[0].isupper()) > 0.6 * len(named):
            score += 0.8 * min(4, known.affiliations.count_in(text))
    if prose <= 0.5:
        score += 3.5 * is_entry_of_abbreviations(text) + 7.0 * is_of_an_index(text)
    return score - 0.4 * max(0.0, prose) - 2.0


def _navigation(small: str, words: list[str]) -> float:
    return 2.0 if len(words) <= 8 and phrases().navigation.are_in(small) else -2.5
