"""CSL-JSON (https://github.com/citation-style-language/schema): the one form of every record.

Also what all formats share: names, dates, DOIs, languages, and the key of a record.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from corpus.errors import SourceRejected
from corpus.folios import written_range
from ingest.records.keys import name_records
from ingest.text.clean import scrub, squeeze, tidy

Record = dict[str, Any]
MEDIA_TYPE: Final = "application/vnd.citationstyles.csl+json"
ATTACHMENTS: Final = "attachments"
"""The files that a record names in its bibliography: no field of CSL, and stored with no record."""
MAX_TEXT_CHARS: Final = 200_000
MAX_NAMES: Final = 2_000
_TEXTS: Final = (
    "title", "container-title", "publisher", "publisher-place", "volume", "issue", "page",
    "number", "edition", "genre", "language", "DOI", "URL", "ISSN", "ISBN", "PMID", "keyword",
    "license", "collection-title",
)  # fmt: skip
_TYPES: Final = re.compile(r"[a-z][a-z_-]{2,39}")
_DOI: Final = re.compile(r"10\.\d{4,9}/\S{1,200}")
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DATE: Final = re.compile(r"(1[5-9]\d\d|20\d\d)(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_INITIALS: Final = re.compile(r"(\w[\w'’\- ]*?)\s+((?:[^\W\d_]\.?-?){1,4})")
_BREAK: Final = re.compile(
    r"</?(?:jats:)?(?:p|br|div|li|ul|ol|title|sec)(?:\s[^<>]{0,500})?/?>", re.I
)
_INLINE: Final = re.compile(
    r"</?(?:(?:jats|mml):[\w-]{1,30}|[ibua]|em|strong|sub|sup|span|sc|scp|small)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.I,
)
_ISSN: Final = re.compile(r"(?<![\dX-])(\d{4})-?(\d{3}[\dXx])(?![\dX-])")
_ISBN: Final = re.compile(r"(?<![\d-])(?:97[89][ -]?)?(?:\d[ -]?){9}[\dXx](?![\d-])")
_PARTICLES: Final = frozenset(
    ("da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "las", "le",
     "los", "ten", "ter", "van", "von", "zu", "zur")
)  # fmt: skip
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")
_LANGUAGES: Final = {
    "english": "en", "eng": "en", "spanish": "es", "spa": "es", "español": "es", "french": "fr",
    "fre": "fr", "fra": "fr", "français": "fr", "portuguese": "pt", "por": "pt",
    "português": "pt", "german": "de", "ger": "de", "deu": "de", "deutsch": "de",
    "italian": "it", "ita": "it", "dutch": "nl", "dut": "nl", "nld": "nl", "arabic": "ar",
    "ara": "ar", "russian": "ru", "rus": "ru", "chinese": "zh", "chi": "zh", "zho": "zh",
    "japanese": "ja", "jpn": "ja", "hindi": "hi", "hin": "hi", "swahili": "sw", "swa": "sw",
    "turkish": "tr", "tur": "tr", "polish": "pl", "pol": "pl", "indonesian": "id", "ind": "id",
    "vietnamese": "vi", "vie": "vi", "bengali": "bn", "ben": "bn", "urdu": "ur", "urd": "ur",
    "ukrainian": "uk", "ukr": "uk", "korean": "ko", "kor": "ko", "persian": "fa", "per": "fa",
    "fas": "fa", "nepali": "ne", "nep": "ne", "amharic": "am", "amh": "am",
}  # fmt: skip


# Reading and writing ------------------------------------------------------------------------


def is_csl(text: str) -> bool:
    """Whether JSON text looks like CSL: an object, or a list of them, with a type and a title."""
    head = text[:20_000]
    return '"type"' in head and '"title"' in head and ('"author"' in head or '"issued"' in head)


def read_records(text: str) -> Iterator[tuple[int, Record | str]]:
    """Yield the records of a CSL-JSON file with their numbers.

    Raises:
        SourceRejected: it is not JSON, or neither a list nor an object.
    """
    try:
        parsed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise SourceRejected(
            "unreadable", f"It is not valid JSON ({error}). Export it again."
        ) from error
    if isinstance(parsed, dict):
        parsed = parsed["items"] if isinstance(parsed.get("items"), list) else [parsed]
    if not isinstance(parsed, list):
        raise SourceRejected("unreadable", "It does not contain a list of records.")
    for number, item in enumerate(parsed, 1):
        yield number, normalise_record(item) if isinstance(item, dict) else "it is not an object."


def write_records(records: Iterable[Record]) -> str:
    """Return records as a CSL-JSON file; ``id``, which CSL asks for, is the key of BibTeX."""
    named, listed = [], list(records)
    for name, record in zip(name_records(listed), listed, strict=True):
        page = {"page": written_range(record["page"], "-")} if record.get("page") else {}
        named.append({"id": name, **record, **page})
    return json.dumps(named, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def canonical_bytes(record: Record) -> bytes:
    """Return the bytes a record is stored as: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def key_of(record: Record) -> str:
    """Return the key of a record: its DOI, else its URL, else a hash of its content."""
    if record.get("DOI"):
        return str(record["DOI"]).lower()
    return str(record.get("URL") or hash_of(record))


def hash_of(record: Record) -> str:
    """Return a hash of title, year and authors: 16 hexadecimal digits."""
    words = (title_of(record), str(year_of(record) or ""), *map(display_name, names_of(record)))
    text = "\x1f".join(tidy(w).casefold() for w in words)
    return hashlib.blake2b(text.encode(), digest_size=8, person=b"salex-record").hexdigest()


# Asking -------------------------------------------------------------------------------------


def title_of(record: Record) -> str:
    """Return the title; empty when there is none with a letter or digit in it."""
    title = str(record.get("title") or "")
    return title if any(c.isalnum() for c in title) else ""


def year_of(record: Record) -> int | None:
    """Return the year it was issued."""
    parts = record.get("issued", {}).get("date-parts") or [[None]]
    return parts[0][0] if parts[0] else None


def names_of(record: Record, role: str = "author") -> list[dict[str, str]]:
    """Return the names in a role."""
    return list(record.get(role, ()))


def display_name(name: Mapping[str, str]) -> str:
    """Return a name with the given name first."""
    parts = (name.get("given"), name.get("non-dropping-particle"), name.get("family"))
    spoken = " ".join(p for p in parts if p)
    suffix = f", {name['suffix']}" if name.get("suffix") else ""
    return spoken + suffix if spoken else name.get("literal", "")


def inverted_name(name: Mapping[str, str]) -> str:
    """Return a name with the family name first."""
    family = " ".join(p for p in (name.get("non-dropping-particle"), name.get("family")) if p)
    rest = (name.get("given"), name.get("suffix"))
    return ", ".join(p for p in (family, *rest) if p) or name.get("literal", "")


# Normalising --------------------------------------------------------------------------------


def normalise_record(raw: Mapping[str, Any]) -> Record:
    """Return a record with the known fields, cleaned; empty values are left out.

    ``id`` is left out too: it names the record in one file only, and would make two exports of
    the same record differ.
    """
    stated = str(raw.get("type") or "")
    record: Record = {"type": stated if _TYPES.fullmatch(stated) else "document"}
    for name in _TEXTS:
        value = _text(raw.get(name))
        if value:
            record[name] = value
    if "title" in record:
        record["title"] = strip_markup(record["title"])
    record |= _identifiers(record)
    abstract = strip_markup(str(raw.get("abstract") or ""), paragraphs=True)
    if abstract:
        record["abstract"] = abstract[:MAX_TEXT_CHARS]
    note = strip_markup(str(raw.get("note") or ""), paragraphs=True)
    if note:
        record["note"] = note[:MAX_TEXT_CHARS]
    for role in ("author", "editor"):
        names = [n for n in map(_name, _list(raw.get(role))[:MAX_NAMES]) if n]
        if names:
            record[role] = names
    issued = _issued(raw.get("issued"))
    if issued:
        record["issued"] = {"date-parts": [issued]}
    return {name: value for name, value in record.items() if value}


def _identifiers(record: Record) -> Record:
    url = record.get("URL", "")
    language = re.split(r"[;,]", record.get("language", "").lower().replace("_", "-"))[0].strip()
    language = _LANGUAGES.get(language, language)
    serial = record.get("ISSN", "")
    issn, isbn = _ISSN.search(serial), _ISBN.search(f"{record.get('ISBN', '')} {serial}")
    return {
        "DOI": find_doi(record.get("DOI", "")) or find_doi(url if "doi.org/" in url else ""),
        "URL": url if re.match(r"https?://\S+$", url) else "",
        "language": language if _LANGUAGE.fullmatch(language) else "",
        "ISSN": f"{issn[1]}-{issn[2]}".upper() if issn else "",
        "ISBN": re.sub(r"[ -]", "", isbn[0]).upper() if isbn else "",
    }


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return tidy(str(value))[:MAX_TEXT_CHARS]


def strip_markup(text: str, *, paragraphs: bool = False) -> str:
    """Return text without markup: reference managers keep XHTML and JATS in their fields."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _INLINE.sub("", _BREAK.sub("\n\n", text))
    text = scrub(text)
    if not paragraphs:
        return squeeze(text)
    return "\n\n".join(p for p in map(squeeze, re.split(r"\n\s*\n", text)) if p)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(value: object) -> dict[str, str] | None:
    if isinstance(value, str):
        return parse_name(value)
    if not isinstance(value, dict):
        return None
    parts = ("family", "given", "literal", "suffix", "non-dropping-particle")
    kept = {p: t for p in parts if (t := _text(value.get(p)))}
    dropping = _text(value.get("dropping-particle"))
    if dropping and kept.get("given"):
        kept["given"] = f"{kept['given']} {dropping}"
    return kept or None


def parse_name(text: str, *, is_person: bool = False) -> dict[str, str] | None:
    """Return a name written "Family, Given", "Family, Given, Jr." or "Family G.H.".

    A name in another order is kept as it is written, unless it is known to be a person's.
    """
    text = tidy(text).strip(" ,;")
    if not any(c.isalnum() for c in text):
        return None
    if text.count(",") > 2:  # several names in one field, in no known form
        return {"literal": text}
    family, comma, rest = text.partition(",")
    given, _, suffix = (part.strip() for part in rest.partition(","))
    if comma and given and family.strip():
        name = {"family": family.strip(), "given": given}
        return name | ({"suffix": suffix} if suffix else {})
    initials = _INITIALS.fullmatch(text)
    if initials and initials[2].replace(".", "").replace("-", "").isupper():
        return {"family": initials[1], "given": initials[2]}
    return _divide(text.split(" ")) if is_person and " " in text else {"literal": text}


def _divide(words: Sequence[str]) -> dict[str, str]:
    """Return a name of given and family names; particles go with the family: "Jan van der Beek"."""
    place = len(words) - 1
    while place > 1 and words[place - 1].lower() in _PARTICLES:
        place -= 1
    given, particles = " ".join(words[:place]), " ".join(words[place:-1])
    if not particles or particles[0].isupper():  # "De Neve" is sorted by its particle
        return {"family": " ".join(words[place:]), "given": given}
    return {"family": words[-1], "given": given, "non-dropping-particle": particles}


def find_doi(text: str) -> str:
    """Return the DOI in ``text`` without address or label; empty when there is none."""
    match = _DOI.search(text)
    if not match:
        return ""
    bare = match[0].rstrip(".,;>\"'")
    return bare.rstrip(")") if bare.count(")") > bare.count("(") else bare


def date_parts(text: str) -> list[int]:
    """Return [year, month, day] as far as ``text`` states them: 2019, 2019/10, 2019-10-03."""
    match = _DATE.search(text) if text else None
    if not match:
        year = _YEAR.search(text or "")
        return [int(year[1])] if year else []
    return _dated([match[1], match[2], match[3]])


def _dated(parts: Sequence[object]) -> list[int]:
    """Return the leading parts that can be a date."""
    dated: list[int] = []
    for part, low, high in zip(parts, (1500, 1, 1), (2099, 12, 31), strict=False):
        if not str(part or "").strip().isdecimal() or not low <= int(str(part)) <= high:
            break
        dated.append(int(str(part)))
    return dated


def _issued(value: object) -> list[int]:
    if isinstance(value, str | int):
        return date_parts(str(value))
    if not isinstance(value, dict):
        return []
    parts = _list(value.get("date-parts"))
    if parts and isinstance(parts[0], list):
        return _dated(parts[0])
    return date_parts(str(value.get("raw") or value.get("literal") or ""))
