"""What a person's name looks like, and how a line of names is divided."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.documents.authorities import country_names, is_organisation
from ingest.record.front import Front
from ingest.record.places import is_state
from ingest.record.words import any_of
from ingest.text.clean import tidy

MOST_NAMES: Final = 40
MOST_CHARS: Final = 60
ACTIVITY_CHARS: Final = 6

_PARTICLES: Final = frozenset((
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la",
    "’t", "'t", "las", "le", "les", "los", "van", "von", "der", "den", "ter", "ten", "af",
    "av", "y", "e", "i", "bin", "ibn", "al", "el", "bint", "abu", "mac",
    "mc", "st", "san", "santa", "épouse", "née",
))  # fmt: skip
_DOMAINS: Final = frozenset(("com", "org", "net", "edu", "gov"))
"""What the address of a site ends with that a page states as its author."""
_NO_FIRST: Final = frozenset(
    ("de", "da", "do", "dos", "das", "del", "du", "des", "la", "le", "y", "e")
)
# Words of organisations, works and functions; no name has one, in four languages.
_NOT_NAMES: Final = any_of("not-names", r"\b(?:{})\b")
_INITIAL: Final = re.compile(r"(?:^|(?<= ))(?:[A-ZÀ-Þ]\.-?)+(?= )")
"""Initials: the "A." of "Ana A. Díaz" and of "A. Díaz" is no article."""
_CAPITAL: Final = re.compile(
    r"Washington\s+D\.?C\b|.*\sD\.\s?[CF]\.?$|.*\s(?:U\.?S\.?A?|U\.?K|U\.?A\.?E|Mass|Calif|Conn)\.?$"
)
"""A capital in its district, a city in an abbreviated country: "Washington, DC", "London, UK"."""
_TITLES: Final = re.compile(
    r"^(?:d\.ª|d\.|dª|dña\.?|don|doña)\s+(?-i:(?=[A-ZÀ-Þ]))"
    r"|\b(?:(?:dr|dre|dra|prof|profa|mr|mrs|ms|mme|mlle|sr|sra|ing|lic|hon|sir|rev|pr)\.?\s+"
    r"|(?:professor|profesor|professeur|monsieur|madame|doctor|doutor|doctora"
    r"|doutora)\s+)(?-i:(?=[A-ZÀ-Þ]))",
    re.I,
)
_DEGREES: Final = re.compile(
    r",?\s*\b(?:ph\.?\s?d\.?|(?-i:M\.?A|B\.?A)\.?|m\.?sc\.?|ed\.?d\.?|m\.?ed\.?|mba|mph|m\.?d\.?"
    r"|j\.?d\.?"
    r"|lead author|principal investigator|\(?eds?\.\)?)(?=$|[\s,;.)])",
    re.I,
)
_MARKS: Final = re.compile(
    r"[*†‡§¶#∗⋆★✉✝®™\ue000-\uf8ff]+|(?<=[^\W\d])[\d¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}(?![^\W_])(?:\s?,\s?\d{1,2})*"
    r"|(?<=\s)\d{1,2}(?:,\d{1,2})*(?=$|[\s,;])|\s+(?:[A-Z]\d{5,}|\d{7,})$"
)
"""Marks of footnotes, and the number of a student behind a name ("Ana Díaz T00012345")."""
_LETTERED: Final = re.compile(
    r"(?<=[^\W\d_]{2})\s[a-df-h](?:\s?,\s?(?:[a-h]|[*∗⁎]|\d))*(?=\s*(?:[,;*∗⁎]|$|(?:and|y|et)\s|&))"
    r"|(?<=[a-zà-ÿ])ID(?=\d|[\s,*]|$)"
)
"""Letters for footnotes ("Ana Díaz a, Bo Li a,*"), and the letters of an ORCID mark."""
_MARKED: Final = re.compile(r"(?<=[^\W\d_]),\s?[\d¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?=\s+[A-ZÀ-Þ])")
"""A comma with the mark of a footnote behind it ("Ana Díaz,1 Bo Li,2")."""
_BETWEEN: Final = re.compile(r"(?<=[^\W\d_.])\s?[*†‡§¶∗]+\s+(?=[A-ZÀ-Þ])")
"""The mark of a footnote between two names that no comma divides ("Ana Díaz* Bo Li†")."""
_BEGUN: Final = re.compile(r"^[a-h](?:,\s+|\s+(?:and|y|e|et|&)\s+)(?=\S)")
"""The letter for the footnote of the name above that begins a line ("a, Bo Li")."""
_POST: Final = any_of("post", r",\s+(?:{})\b")
_INSIDE: Final = re.compile(r"\s*[(\[][^()\[\]]{0,150}[)\]]")
_SPLIT: Final = re.compile(
    r"\s*[;,|•·]\s*(?:(?:and|y|e|et|und)\s+|&\s*)?|\s+(?:and|y|e|et|und)\s+|\s*&\s*|\s+with\s+"
    r"|\s+[–—]\s+",
    re.I,
)
_TOKEN: Final = re.compile(r"[’']t|[^\W\d_](?:[^\W\d_]|['’.\-‐](?=[^\W\d_]))*\.?")
FAMILY_FIRST: Final = re.compile(r"^([A-ZÀ-Þ][\w'’-]+[a-zà-ÿ]) ([A-Z]{1,3})\.?$")
"""A name as journals cite it: "Quispe AM"."""
_SHORT_NAME: Final = re.compile(r"[A-Z][a-z] [A-Z][a-z]")
"""A name such as "Bo Li": among others it is one, alone it may be anything."""
_INITIALS: Final = re.compile(r"(?:[^\W\d_a-zà-ÿ]\.?[\s-]?){1,4}")

_OTHERS: Final = re.compile(
    r"\b(?:with (?:the )?(?:inputs?|contributions?|support|assistance|help|guidance|advice"
    r"|thanks)|under the"
    r"|and (?:edited|reviewed|designed|translated)|contribut\w+ (?:were|was|from)|supported by"
    r"|edited by"
    r"|reviewed by|coordinated by|con (?:el apoyo|la colaboraci[oó]n|aportes)|com (?:o apoio"
    r"|a colabora)"
    r"|avec (?:l[ea’']|la )|bajo la|sob a|sous la)"
    r"|(?-i:(?<![A-Z]))(?<!\bDr)(?<!\bMs)(?<!\bMr)(?<!Prof)\.\s+(?-i:(?=[A-ZÀ-Þ]))",
    re.I,
)  # the sentence goes on about others, or ends


def is_name(text: str, front: Front) -> bool:
    """Whether a text is the name of a person, in full or as "Family, G."."""
    plain = text.replace(",", " ")
    tokens = plain.split()
    if not 2 <= len(tokens) <= 7 or len(plain) > MOST_CHARS:
        return False
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        return False
    main = [token for token in tokens if token.casefold() not in _PARTICLES]
    if len(main) < 2 or not all(token[0].isupper() for token in main):
        return False
    if not any(len(token.strip(".")) >= 3 for token in main):
        return False
    if "," not in text and tokens[0] in _NO_FIRST:
        return False
    place = _names_a_place(tokens) or is_state(text.rpartition(", ")[2])  # "Lima, Ohio"
    place = place or bool(_CAPITAL.match(plain.strip()))
    if place or _NOT_NAMES.search(_INITIAL.sub(" ", plain)) or is_organisation(plain):
        return False
    last = tokens[-1].casefold()
    if len({t.casefold() for t in main}) < len(main) or last in _PARTICLES | _DOMAINS:
        return False
    if plain.isupper():  # headings in capitals look like names in capitals
        return front.writes_small and not any(map(front.has_small, main))
    # A name that is set in small letters tells nothing of its own words.
    itself = plain.casefold() in front.text and max(front.common[t.casefold()] for t in main) == 1
    if (all(map(front.has_small, main)) and not itself) or sum(map(_is_activity, main)) > 1:
        return False
    return 2 * sum(front.is_ordinary(t) for t in main) < len(main)


def _is_activity(word: str) -> bool:
    """Whether a word is a form such as "Implementing", as headings of columns have them."""
    return len(word) > ACTIVITY_CHARS and word.endswith("ing")


def _names_a_place(tokens: Sequence[str]) -> bool:
    """Whether words are or end in the name of a country, as addresses do."""
    countries = _countries()
    return any(
        " ".join(tokens[i:]).casefold().replace("’", "'") in countries for i in range(len(tokens))
    )


@functools.cache
def _countries() -> frozenset[str]:
    return frozenset(name.casefold() for name in country_names())


def split_names(text: str) -> list[str]:
    """Return the parts of a line of names without titles, degrees and marks of footnotes."""
    text = _BEGUN.sub("", text)
    text = _BETWEEN.sub(", ", _MARKED.sub(",", tidy(text)[:3_000]))
    text = _INSIDE.sub("", _MARKS.sub("", _LETTERED.sub("", text)))
    text = _DEGREES.sub("", _TITLES.sub("", text)).strip(" ,;.:")
    text = re.sub(r"(?<=[\s,.])([A-ZÀ-Þ])(?=$|[;,])", r"\1.", text)  # initials keep their points
    if ";" in text:  # "Family, Given; Family, Given"
        return _without_bodies([part for raw in text.split(";") if (part := raw.strip(" ,"))])
    parts = [part for raw in _SPLIT.split(text) if (part := raw.strip(" ,"))]
    return list(_families(parts)) if "," in text else parts


def _without_bodies(parts: list[str]) -> list[str]:
    """Return "Ana Díaz" for "Ana Díaz, Example Bank", if one of the parts has a body so."""
    divided = [part.partition(", ") for part in parts]
    bodies = [after for name, _, after in divided if " " in name and _NOT_NAMES.search(after)]
    return [name for name, _, _ in divided] if bodies else parts


def _families(parts: list[str]) -> Iterator[str]:
    """Join "Family" and "Given" that a comma divided: alone, one of them is no name."""
    i = 0
    while i < len(parts):
        here, following = parts[i], parts[i + 1] if i + 1 < len(parts) else ""
        initials = bool(following and _INITIALS.fullmatch(following))
        single = len(here.split()) == 1 and bool(following) and len(following.split()) <= 2
        lonely = single and all(len(p.split()) == 1 for p in parts[: 2 * (len(parts) // 2)])
        if initials or lonely:
            yield f"{here}, {following}"
            i += 2
        else:
            yield here
            i += 1


def names_in(text: str, front: Front) -> list[str]:
    """Return the names of a line that consists of names; empty if any part of it is none."""
    if re.search(r"\d\s+\d|\.{4}", text):
        return []  # a row of a table or of contents
    parts = split_names(front.mend(text))
    several = len(parts) > 1
    fit = 0 < len(parts) <= MOST_NAMES and all(
        is_name(part, front) or (several and _SHORT_NAME.fullmatch(part)) for part in parts
    )
    return parts if fit else []


def before_post(text: str) -> str:
    """Return what stands before a comma and a post ("Ana Díaz, lecturer")."""
    post = _POST.search(text)
    return text[: post.start()] if post else text


def leading_names(text: str, front: Front) -> list[str]:
    """Return the names that a text begins with, up to the first part that is none.

    "Ana Díaz, an economist, and Bo Li of the institute" gives both: what follows a name up to the
    next comma or "and" is passed over only if it begins in small letters.
    """
    found: list[str] = []
    misses = 0
    text = _OTHERS.split(front.mend(text[:1_500]))[0]
    for part in split_names(text):
        name = _beginning(part, front)
        if name:
            found.append(name)
            misses = 0
        elif found and misses < 5:
            misses += 1
        else:
            break
    return found[:MOST_NAMES]


def _beginning(part: str, front: Front) -> str | None:
    """Return the name a text begins with, before an affiliation."""
    if is_name(part, front):
        return part
    head = re.split(r"\s+(?:of|from|at|de|del|do|da|du|with|who|under|in|for|on|\(|–|—|-)\s", part)[
        0
    ]
    head = re.sub(r"\.\s.*", "", head)
    return head if head != part and is_name(head, front) else None


def same_name(one: str, other: str) -> bool:
    """Whether two names can be of one person: the same family name and no other initial."""
    first, second = _key(one), _key(other)
    return first[0] == second[0] and (not first[1] or not second[1] or first[1] == second[1])


def _key(name: str) -> tuple[str, str]:
    if "," in name:
        family, _, given = name.partition(",")
    else:
        given, _, family = name.rpartition(" ")
    last = re.split(r"[\s-]", family.strip())[-1]
    return last.casefold(), given.strip()[:1].casefold()


def without_capitals(name: str) -> str:
    """Return a name that is set in capitals throughout ("ANA DÍAZ") as it is written."""
    if not name.isupper() or not re.search(r"[^\W\d_]{3}", name):
        return name
    return re.sub(r"[^\W\d_]+(?=[^.\w]|$)", lambda word: word[0].capitalize(), name)
