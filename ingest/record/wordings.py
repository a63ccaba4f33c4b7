"""Which words of a first page can be a title, and which are a label, a credit or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ingest.record.dates import is_date_line
from ingest.record.front import Group, letters

MAX_CHARS: Final = 320
MAX_WORDS: Final = 40

NO_TITLE: Final = re.compile(
    r"(?:table of )?contents?$|index$|[ií]ndice|contenido|tabla de contenido|sum[aá]rio$|sommaire"
    r"|table des mati[eè]res|executive summary|resumen(?: ejecutivo)?$|resumo(?: executivo)?$"
    r"|r[eé]sum[eé]$|abstract|introduc\w+$|introdu[cç][aã]o$|acknowledge?ments?|agradecimientos"
    r"|agradecimentos|remerciements|foreword|preface|prefacio|prefácio|pr[eé]face|avant-propos"
    r"|acronyms|abbreviations|references|key (?:messages|findings|facts)|summary$|background$"
    r"|about (?:the|this|us)\b|colophon|disclaimer|open access|public disclosure|draft$"
    r"|confidential"
    r"|embargo|annex|appendix|chapter \d+$|cap[ií]tulo \d+$|figure|table \d|page \d|https?:|www\."
    r"|isbn|issn|doi\b|vol(?:ume)?\.? ?\d|©|copyright|photo|credit|skip to|menu$|share$|subscribe"
    r"|blog home|home$|search$|journal homepage|full terms|downloaded from|to cite|how to cite"
    r"|see discussions|review article$|(?:original |research )?article$|r e v i e w",
    re.I,
)
ORGANISATION: Final = re.compile(
    r"\b(?:ministr(?:y|ies)|minist[eé]r[ei]o?s?|minist[eè]re|universit\w+|universi[td]a\w*"
    r"|institut\w*|foundation|fundaci[oó]n"
    r"|funda[cç][aã]o|fondation|associa\w+|asociaci[oó]n|council|consejo|conselho|conseil|bank"
    r"|banco"
    r"|banque|network|alliance|alianza|coalition|commission|comisi[oó]n|comiss[aã]o|agency|agencia"
    r"|agência|agence|fund|fondo|organi[sz]ation|organizaci[oó]n|organiza[cç][aã]o|cent(?:er|re)"
    r"|centro"
    r"|department|departamento|secretar[ií]a|secretariat|academy|academia|society|press|group|trust"
    r"|workgroup|service|government|gobierno|governo|inc|ltd|llc|lda|corporation|partnership|forum"
    r"|unesco|unicef|undp|pnud|usaid|oecd|ocde|who|oms|unhcr|ilo|idb|bid|jica|giz|dfid|fcdo"
    r"|international|nations|initiative|office|union|publications|s\.a\.|gmbh|limited|team"
    r"|directorate|direcci[oó]n|programme|secretariado|escola|college|observatory"
    r"|observatorio|institution)(?![\w])",
    re.I,
)
LABEL: Final = re.compile(
    r"(?:(?:policy|research|learning|information|issue|technical|practice|evidence|working|briefing"
    r"|discussion|background|data|case|white|occasional|final|annual|full|synthesis|evaluation"
    r"|research|summary|country|project|progress|technical|status)\s+)*(?:briefs?|papers?|reports?"
    r"|notes?|stud(?:y|ies)|series|reviews?|briefing|bulletin|newsletter|factsheet|summary"
    r"|presentation)(?:\s+(?:series|no\.?|number|n[o°º]\.?|#)?\s*[\d.:/-]*)?$"
    r"|(?:documento|informe|nota|r[eé]sum[eé]|relat[oó]rio|rapport|note|serie|s[eé]rie|documents?)"
    r"(?: (?:de|d[’']) ?\w+(?: p[uú]blicas?)?| final| t[eé]cnic[ao]"
    r"| anual)?(?:\s*(?:n[o°º]\.?)?\s*\d*)?$",
    re.I,
)
LABELLED: Final = re.compile(
    r"(?:title|t[ií]tulo|titre|policy brief|learning brief|issue brief|research brief|working paper"
    r"|nota de pol[ií]tica|note d[’']orientation)\s*(?:no\.?\s*\d+\s*)?[:–—]\s+(?=\S)",
    re.I,
)
CREDIT: Final = re.compile(
    r"(?:by|author|autor|auteur|editor|edited|prepared|elaborado|submitted|presented|for|under"
    r"|contract|published|photo|design|in collaboration|in partnership|with support|financed"
    r"|item|distr|original|contact|tel|email|correspond|doi|version aprob|versi[oó]n aprob)\b",
    re.I,
)


CREDITED: Final = re.compile(
    r"(?:by|authors?|autor(?:es|as|a)?|auteurs?|edited by|prepared by|elaborado por"
    r"|submitted (?:by|to)"
    r"|presented by|published by|written by)\b[: ]",
    re.I,
)
_BODY_FIRST: Final = re.compile(
    r"(?:the )?(?:ministr|minist[eè]r|minist[eé]ri|universi|institut|departamento|department of"
    r"|consejo (?:nacional|superior)|conselho|secretar[ií]a|oficina|office of|government of"
    r"|gobierno|governo|rep[uú]blica|republic of|r[eé]publique|united nations|naciones unidas"
    r"|nações unidas|nations unies|unesco$|unicef$|world bank$|banco mundial|banque mondiale)",
    re.I,
)
_BODY_LAST: Final = re.compile(
    r"\b(?:council|ministry|university|institute|bank|agency|commission|department|foundation"
    r"|association|organi[sz]ation|secretariat|office|consortium|workgroup|inc\.?|ltd\.?)$", re.I
)  # fmt: skip


def could_be_title(text: str, words: Sequence[str], group: Group) -> bool:
    """Whether a group of lines is of the length and the signs of a title."""
    capitals = sum(1 for c in text if c.isalpha())
    return (
        capitals >= 4
        and 2 * capitals > len(text)
        and len(words) <= MAX_WORDS
        and len(text) <= MAX_CHARS
        and len(group.lines) <= 9
        and not NO_TITLE.match(text)
        and not is_date_line(text)
        and "@" not in text
    )


def names_a_body(text: str) -> bool:
    """Whether words have one that names of organisations have, and each is in capitals."""
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 3]
    return bool(ORGANISATION.search(text)) and all(w[0].isupper() for w in words)


def names_a_section(text: str) -> bool:
    """Whether words name a part that many documents have, such as an introduction."""
    return bool(NO_TITLE.fullmatch(text.strip(" .:")))


def likeness(text: str, other: str) -> float:
    """Return how much of a text is in another wording of a title, 0 to 1; little counts nothing."""
    one, two = set(re.findall(r"\w+", text.casefold())), set(re.findall(r"\w+", other.casefold()))
    if len(one) < 2 or not two:
        return float(letters(text) == letters(other))
    inside = len(one & two) / len(one)
    if inside < 0.75:
        return 0.0
    return inside * max(0.3, min(1.0, len(one) / min(len(two), 14)))


def is_body(text: str) -> bool:
    """Whether words are the name of an organisation or a state rather than of a work."""
    return bool(_BODY_FIRST.match(text) or (len(text.split()) <= 7 and _BODY_LAST.search(text)))


_CUT_SHORT: Final = re.compile(r"\b(?:the|and|of|for|in|y|e|et|de|la|el|del|du|des|da|do)$")
_CITY: Final = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}(?:, [A-Z]\.?[A-Z]\.?|,? D\.?C\.?)"
)


def is_no_name(text: str) -> bool:
    """Whether words that stand where a publisher does are none: cut short, a city, a label."""
    cut_or_city = _CUT_SHORT.search(text) or _CITY.fullmatch(text)
    return bool(cut_or_city) or text.casefold() == "copyright"
