"""Names the records of a bibliography, alike in every file: "diop2020MeasuringTeacherVoice".

A name is made of what the record says, so that two exports can be cited from one paper. Only where
two records of one file would get the same do letters follow, which depend on the record alone.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Record = Mapping[str, Any]
"""A record of CSL-JSON."""
TITLE_WORDS: Final = 3
"""Of 85 documents, 6 share author, year and one word of the title with another; 4 of them share
three words, too, as the forms of one work do."""
MAX_WORD: Final = 20
"""Characters of a word of a name."""
NAMELESS: Final = "anon"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_ACRONYM: Final = re.compile(r"\(([A-Z][A-Za-z0-9]{1,9})\)")
_PLAIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe",
     "Œ": "Oe", "đ": "d", "’": "", "'": ""}
)  # fmt: skip
_SMALL: Final = frozenset(
    "a an and are as at by can do does for from how in into is it its of on or that the their"  # noqa: SIM905
    " this to was what when which who why with al como con da das de del dos e el em en es las los"
    " na no nas nos o os para por que se su un una uma y au aux ce ces comment d dans des du est et"
    " il l la le les pour qu quel quelle sur une".split()
)
"""Words that begin many titles, and tell none apart."""


def name_records(records: Sequence[Record]) -> list[str]:
    """Return the name of each record: letters and digits of ASCII, each once."""
    names, alike = [_name(record) for record in records], defaultdict[str, list[int]](list)
    for place, name in enumerate(names):
        alike[name.casefold()].append(place)
    for name, places in alike.items():
        if len(places) > 1 or name == NAMELESS:
            letters = _tell_apart([_letters_of(records[place]) for place in places])
            for place, added in zip(places, letters, strict=True):
                names[place] += f"-{added}"
    return names


def _name(record: Record) -> str:
    title = _camel(_telling(_words(str(record.get("title", "")))))
    dated = record.get("issued", {}).get("date-parts", ())
    return f"{_author(record)}{dated[0][0] if dated else ''}{title}"


def _author(record: Record) -> str:
    """Return the family name of the first author, or else the organisation, in small letters."""
    people = record.get("author") or record.get("editor")
    if people and people[0].get("family"):
        said = "".join(_words(people[0]["family"]))[:MAX_WORD]
    else:
        house = people[0].get("literal", "") if people else str(record.get("publisher", ""))
        acronym = _ACRONYM.search(house)
        said = acronym[1] if acronym else _camel(_telling(_words(house.split(";")[0])))
    return said.lower() or NAMELESS


def _telling(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if word.casefold() not in _SMALL)


def _camel(words: Iterable[str]) -> str:
    """Return the first words as one, each with a capital."""
    first = [word[:1].upper() + word[1:MAX_WORD] for word in words][:TITLE_WORDS]
    return "".join(
        word.capitalize() if word.isupper() and len(word) > 5 else word for word in first
    )


def _words(text: str) -> list[str]:
    """Return the words of a text without accents; other scripts have none."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return _WORD.findall("".join(c for c in apart if not unicodedata.combining(c)))


def _letters_of(record: Record) -> str:
    own = "\x1f".join(str(record.get(name, "")) for name in ("DOI", "URL", "title", "type"))
    digest = hashlib.sha256(own.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)


def _tell_apart(letters: Sequence[str]) -> list[str]:
    """Return as few letters of each as tell them apart; of the same record twice, its place."""
    for length in range(1, 9):
        short = [own[:length] for own in letters]
        if len(set(short)) == len(short):
            return short
    return [f"{own[:8]}{place}" for place, own in enumerate(letters, 1)]
