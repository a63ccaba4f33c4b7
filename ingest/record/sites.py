"""Who issued a document, as its site, its addresses, its ISBN and its DOI tell."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from corpus.documents.authorities import is_organisation, organisation_name
from ingest.record.finding import Finding
from ingest.record.front import Front, Line, letters
from ingest.record.organisations import SMALL, Issued, clean_body
from ingest.record.words import any_of

_SITE: Final = re.compile(r"(?:https?://|www\.|@)((?:[a-z0-9-]+\.)+[a-z]{2,10})\b(/\w)?", re.I)
_OTHERS_SITE: Final = re.compile(
    r"doi\.org|creativecommons|twitter|facebook|linkedin|youtube|google|gmail|yahoo|hotmail|outlook"
    r"|bit\.ly|wikipedia|github|instagram|orcid|^x\.com",
)
_AS_SOURCE: Final = any_of("fetched-from", r"\b(?:{})\b[^.]{0,30}$")
_NAME_WORD: Final = re.compile(r"[^\W\d_][\w&’'-]*")
_SUFFIX: Final = re.compile(
    r"\s+(?:[–—|:·-]|at)\s+(?:home(?:page)?|official (?:site|website)|blog)$|^home\s+[–—|:-]\s+",
    re.I,
)
_MOTTO: Final = re.compile(r"\s[–—-]\s|:\s")
"""What parts the name of a site from what it says of itself: "Example Times: news from Example"."""
_GENERIC: Final = frozenset(
    ("co", "com", "org", "gov", "gob", "gouv", "gub", "ac", "edu", "net", "go", "or")
)
"""Second levels of the domains of countries."""
LEAST_LABEL: Final = 3
"""Labels of so few letters are abbreviations of many organisations."""
BACK_LINES: Final = 25
"""A last page with more lines is no back cover: names on it are those of references."""
MOST_YEARS: Final = 5
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
LEAST_WORD: Final = 5
LEAST_NAMED: Final = 2
AS_SOURCE: Final = 0.55
"""How sure a site is of which the text has the name but once, in a reference: none of four was the
publisher's."""
OTHER_SITE: Final = "site of another name"
_LEAST_SEEN: Final = 2
"""An address on its own may be anybody's."""


def read_sites(front: Front) -> Iterator[Issued]:
    """Read the site: of a web page, or of the addresses a document prints most on its edges."""
    if front.medium == "web":
        host = (urlsplit(front.address or "").hostname or "").removeprefix("www.")
        saved = (urlsplit(front.stated.url or "").hostname or "").removeprefix("www.")
        for name in front.stated.publishers:
            bare = _SUFFIX.sub("", name).split(" | ")[0]
            if cleaned := clean_body(bare) or clean_body(_MOTTO.split(bare)[0]):
                other = _is_other(cleaned, host or saved)
                yield Issued(cleaned, 0.85, Line(cleaned, 0), OTHER_SITE if other else "site")
        if host and is_organisation(host):
            yield Issued(organisation_name(host), 0.9, Line(host, 0), "host")
        elif host and not front.stated.publishers:
            yield Issued(host, 0.5, Line(host, 0), "host")
        return
    yield from _of_edges(front)
    yield from _of_addresses(front)


def _is_other(name: str, host: str) -> bool:
    """Whether a page's address says nothing of the name that it gives its site.

    Such a name is often that of a section, a motto, or whoever wrote the theme.
    """
    if "." not in host or host.startswith("localhost"):
        return False
    said = plain_letters(host)
    words = [plain_letters(word) for word in name.split()]
    initials = "".join(word[:1] for word in words)
    return not (
        plain_letters(_label(host)) in "".join(words)
        or "".join(words) in said
        or (len(initials) >= LEAST_LABEL and initials in said)
        or any(len(word) >= LEAST_WORD and word in said for word in words)
    )


def plain_letters(text: str) -> str:
    """Return the letters and digits of a text as addresses spell them: small, without accents."""
    return letters(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _of_edges(front: Front) -> Iterator[Issued]:
    """Read the site whose address a page printed by a browser has at its edges."""
    found = [(text, host) for text in front.running for host, _ in _SITE.findall(text)]
    names = _spelled(front) if found else {}
    for text, named in found:
        host = named.casefold().removeprefix("www.")
        if not _OTHERS_SITE.search(host):
            name, line = names.get(_label(host), (host, Line(text, 0)))
            if is_organisation(host):
                yield Issued(organisation_name(host), 0.85, Line(text, 0), "printed address")
            else:
                yield Issued(name, 0.72 if name != host else 0.5, line, "printed address")


def _of_addresses(front: Front) -> Iterator[Issued]:
    """Read the organisation whose site a document names: known, or spelled like its name."""
    hosts, lines = _hosts(front)
    names = _spelled(front) if hosts else {}
    for host, count in hosts.most_common(5):
        label = _label(host)
        if is_organisation(host) or (len(label) > LEAST_LABEL and is_organisation(label)):
            known = host if is_organisation(host) else label
            yield Issued(organisation_name(known), 0.64, lines[host], "address of a site")
        elif label in names:
            name, line = names[label]
            weight = _weight(front, name, count, lines[host])
            if front.text.count(name) < LEAST_NAMED and _names_a_source(name, line.text):
                weight = min(weight, AS_SOURCE)
            yield Issued(name, weight, line, "address of a site")
        elif count >= _LEAST_SEEN:
            yield Issued(host, 0.35, lines[host], "host")


def _hosts(front: Front) -> tuple[Counter[str], dict[str, Line]]:
    """Count the hosts of the addresses on the first and last pages that are no sources."""
    hosts: Counter[str] = Counter()
    lines: dict[str, Line] = {}
    last = front.head[-1].page if front.head else 0
    references = _pages_of_references(front)
    for line in (*front.head, *front.tail):
        if line.page > last and line.page in references:
            continue
        for match in _SITE.finditer(line.text[:400]):
            found, path = match.groups()
            host = found.casefold().removeprefix("www.")
            if line.page > last and _AS_SOURCE.search(line.text[: match.start()]):
                continue
            if path and (line.height < 0.9 * front.body or line.page > last):
                continue  # a note on a source, or a reference
            if "." in host and not _OTHERS_SITE.search(host):
                hosts[host] += 1
                lines.setdefault(host, line)
    return hosts, lines


def _pages_of_references(front: Front) -> set[int]:
    """Return the last pages that have years on so many lines that they list other works."""
    years = Counter(line.page for line in front.tail if _YEAR.search(line.text))
    return {page for page, count in years.items() if count >= MOST_YEARS}


def _weight(front: Front, name: str, count: int, line: Line) -> float:
    """Return how sure it is that a site named so often is the issuer's, and not a source."""
    outside = line.page <= 2 or line.page > front.page_count - 2
    if not outside or (count == 1 and " " not in name):
        return AS_SOURCE
    return 0.62 + 0.03 * min(3, count - 1)


def _names_a_source(name: str, text: str) -> bool:
    """Whether a line has a name in a reference or in a longer name: "Example Fund (2015) Why"."""
    after = text.partition(name)[2].lstrip(" )®.,(")
    return bool(_YEAR.search(text)) or (after[:1].isupper() and " " in after)


def _label(host: str) -> str:
    """Return the part of a host that is its owner's name: "example" of "www.example.org.uk"."""
    parts = host.split(".")
    generic = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _GENERIC
    label = parts[-3] if generic else parts[-2]
    return label.replace("-", "").removeprefix("the") or label


def _spelled(front: Front) -> dict[str, tuple[str, Line]]:
    """Return names of one to five capitalised words by their letters, as addresses spell them."""
    found: dict[str, tuple[str, Line]] = {}
    back = [line for line in front.tail if line.page == front.page_count]
    for line in (*front.head, *(back if len(back) <= BACK_LINES else ())):
        words = _NAME_WORD.findall(line.text[:300])
        for i, word in enumerate(words):
            joined = ""
            for j in range(i, min(i + 5, len(words))):
                if not words[j][0].isupper() and words[j] not in SMALL:
                    break
                joined += letters(words[j])
                if len(joined) > 2 and words[j] not in SMALL and (j > i or word.isupper()):
                    name = " ".join(words[i : j + 1])
                    found.setdefault(joined, (organisation_name(name), line))
    return found


def read_registrants(doi: Finding | None, isbn: Finding | None) -> Iterator[Issued]:
    """Read the publisher to whom the prefix of the document's DOI or ISBN is assigned."""
    for finding, way in ((doi, "doi"), (isbn, "isbn")):
        if finding is None:
            continue
        for prefix, name in _prefixes()[way].items():
            if str(finding.value).startswith(prefix):
                line = Line(finding.quote or str(finding.value), finding.page or 0)
                yield Issued(organisation_name(name), 0.7, line, way)


@functools.cache
def _prefixes() -> dict[str, dict[str, str]]:
    """Return the publishers by the beginning of a DOI, and of an ISBN of 13 digits."""
    read = tomllib.loads(Path(__file__).with_name("prefixes.toml").read_text("utf-8"))
    return {
        "doi": {f"{prefix}/": name for prefix, name in read["doi"].items()},
        "isbn": {prefix.replace("-", ""): name for prefix, name in read["isbn"].items()},
    }
