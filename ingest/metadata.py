"""Merge what each origin says into one bibliographic record, with the origin of every field.

What no origin states stays unknown: a PDF's creation date, for example, is not its year.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import unquote

from corpus.documents.authorities import country_name, organisation_name
from corpus.documents.identifiers import standard_isbn
from corpus.model import RECORD_FIELDS
from ingest.model import Hints
from ingest.text.clean import shorten, tidy

FILE_NAME: Final = "file name"
"""The origin of a title that only the name of the file suggests."""
MAX_TITLE_CHARS: Final = 500
CUT_TITLE_CHARS: Final = 40
MAX_SUMMARY_CHARS: Final = 5_000
MAX_NAME_CHARS: Final = 300
LANGUAGE_SAMPLE_CHARS: Final = 2_000
LANGUAGE_CONFIDENCE: Final = 0.9
LANGUAGE_MIN_WORDS: Final = 12
LANGUAGE_LONG_CHARS: Final = 12_000
"""In a text of so many characters the language is looked for inside it."""

_FIELDS: Final = (*(f.name for f in RECORD_FIELDS), "confidence", "digest")
_NO_TITLE: Final = re.compile(
    r"untitled|sans titre|sin título|sem título|microsoft (?:word|powerpoint|excel)\b|powerpoint "
    r"presentation|presentación de powerpoint|apresentação do powerpoint|présentation powerpoint"
    r"|slide \d+$|(?:document|doc|title|layout|page|new document)\s?\d*$"
    r"|.{0,200}\.(?=\d?[a-z])[a-z0-9]{2,5}$"
    r"|[\d\W_]*$|print$|cover$|full page photo|scan",
    re.I,
)
DOI: Final = re.compile(r"\b10\.\d{4,9}/[-._;()/:A-Za-z0-9<>]{1,120}")
_PLACEHOLDER: Final = re.compile(r"/(?:[^/]*[-.])?x{3,}$", re.I)
"""What a template has where a DOI will stand: "10.1234/xxxxx"."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.I)


def clean_doi(text: str) -> str | None:
    """Return the DOI in a text without the punctuation after it."""
    match = DOI.search(text)
    if not match:
        return None
    doi = match[0].rstrip(".,;:/<>")
    if _PLACEHOLDER.search(doi):
        return None
    return doi.rstrip(")") if doi.count(")") > doi.count("(") else doi


def name_hints(name: str) -> Hints:
    """Return the title that a file name or the end of an address suggests, as a last resort."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", unquote(name))
    words = tidy(re.sub(r"[_+]+|(?<=\w)-+(?=\w)", " ", stem))
    words = re.sub(r"^\d{1,3}[ .]+(?=[^\W\d])", "", words)  # the file's place in a row
    return Hints(FILE_NAME, title=words or tidy(name) or "Untitled")


def language_hints(text: str, stated: str | None) -> Hints:
    """Return the language of ``text``, if the detector is sure of it.

    Args:
        text: the document's text.
        stated: what its markup says; templates often say "en" for any text, so it is used only if
            the detector is not sure.
    """
    sample = text[:LANGUAGE_SAMPLE_CHARS]
    if 2 * sum(map(str.isupper, sample)) > sum(map(str.isalpha, sample)):
        sample = sample.casefold()  # the detector knows words in small letters
    if len(sample.split()) >= LANGUAGE_MIN_WORDS:
        language = _of_body(text) or detect_language(sample, confidence=LANGUAGE_CONFIDENCE)
        if language:
            return Hints("detected", language=language)
    return Hints("embedded", language=stated)


def _of_body(text: str) -> str | None:
    """Return the language in which two places inside a long text are surely written.

    The first page of a long text can be in another one: the terms of a library, an abstract.
    """
    if len(text) < LANGUAGE_LONG_CHARS:
        return None
    places = (len(text) // 3, len(text) // 2)
    found = {
        detect_language(text[at : at + LANGUAGE_SAMPLE_CHARS], confidence=LANGUAGE_CONFIDENCE)
        for at in places
    }
    return found.pop() if len(found) == 1 else None


def detect_language(text: str, *, confidence: float) -> str | None:
    """Return the language (ISO 639-1) of a text, if its ``confidence`` (0 to 1) is reached."""
    language, sure = _identifier().classify(text)
    return str(language) if sure >= confidence else None


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def merge_hints(hints: Iterable[Hints]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields of a document and the origin of each.

    Args:
        hints: best first; the first with a usable value sets the field.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    hints = list(hints)
    for hint in hints:
        for name in _FIELDS:
            value = _usable(name, getattr(hint, name))
            if name not in values and value not in (None, ()):
                values[name] = value
                origins[name] = hint.origin
                if name == "url" and hint.url_kind not in (None, "original"):
                    origins[name] = f"{hint.origin} ({hint.url_kind})"
    if "year" not in values and values.get("published"):
        values["year"], origins["year"] = int(values["published"][:4]), origins["published"]
    if "title" not in values:
        # The last hint is the file name: a poor title is better than none.
        values["title"] = shorten(tidy(hints[-1].title or ""), MAX_TITLE_CHARS) or "Untitled"
        origins["title"] = hints[-1].origin
    _lengthen_title(values, origins, hints)
    return values, origins


def _lengthen_title(
    values: dict[str, Any], origins: dict[str, str], hints: Sequence[Hints]
) -> None:
    """Prefer a longer title that begins with the chosen one: programs cut embedded titles."""
    if origins.get("title") != "embedded":
        return
    cut = values["title"].casefold()
    for title in (_title(h.title) for h in hints if h.origin == "page"):
        if title and len(title) > len(cut) >= CUT_TITLE_CHARS and title.casefold().startswith(cut):
            values["title"], origins["title"] = title, "page"


def _usable(name: str, value: Any) -> Any:
    """Return a field's value in its final form, or ``None`` if it is empty."""
    if name == "title":
        return _title(value)
    if name == "publishers":
        return _names([organisation_name(tidy(v)) for v in value])
    if name == "countries":
        return _names([country_name(tidy(v)) for v in value])
    if name == "authors":
        return _names(value)
    if name == "isbn":
        return standard_isbn(value) if value else None
    if name == "doi":
        return clean_doi(value) if value else None
    if name == "language":
        return value.lower() if value and _LANGUAGE.fullmatch(value) else None
    if name == "url":
        return value if value and value.lower().startswith(("http://", "https://")) else None
    if isinstance(value, str):
        return shorten(tidy(value), MAX_SUMMARY_CHARS) or None
    return value


def _title(value: str | None) -> str | None:
    title = tidy(value or "")
    if not title or _NO_TITLE.match(title):
        return None
    return shorten(title, MAX_TITLE_CHARS)


def _names(values: Sequence[str]) -> tuple[str, ...]:
    names = (shorten(tidy(v), MAX_NAME_CHARS) for v in values)
    return tuple(dict.fromkeys(n for n in names if n))
