"""HTML: main text, headings and metadata. The only door to trafilatura and lxml.

Never ``deduplicate=True`` (it remembers earlier documents) and never trafilatura's own fetching
(it checks no address).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from corpus.errors import SourceRejected
from ingest.extract import coverage
from ingest.extract.decode import decode_bytes
from ingest.extract.raised import set_notes_apart_in
from ingest.extract.visible import Visible, read_visible
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import tidy

MEDIA_TYPE: Final = "text/html"
SUFFIXES: Final = ("html", "htm", "xhtml")
MAX_DEPTH: Final = 200
"""trafilatura's parser stops at 256 levels and silently drops the rest."""

MAX_ATTRIBUTES: Final = 1_000
"""libxml2 compares each attribute of an element with all others: 200,000 took over a minute."""

MAX_ELEMENTS: Final = 50_000
"""trafilatura needs 0.1 ms for each; for 200,000 cells of one row, it needed over a minute."""

MAX_HEADING_CHARS: Final = 120
SITE_CHARS: Final = 60
SHORT_CHARS: Final = 600
ASIDE_BLOCKS: Final = 100
BELOW_BLOCKS: Final = 12
MOST_HEADINGS: Final = 3
"""A menu can have more lines than ``ASIDE_BLOCKS``; the byline stands below the heading."""
PHRASE_CHARS: Final = 2_000
"""An article may mention cookies; a page this short that does is probably a cookie wall."""

_DATED: Final = (
    "article:published_time", "citation_publication_date", "dcterms.issued", "dc.date.issued",
    "datepublished", "dc.date", "dc:date", "dcterms.date", "parsely-pub-date", "sailthru.date",
    "bepress_citation_date", "pubdate",
)  # fmt: skip
"""The meta elements that have the day of issue."""
_DAY: Final = re.compile(r"((?:19|20)\d\d[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01]))(?!\d)")
_BARS: Final = re.compile(r"\s+[|–—·:-]+\s+")
_SECTION: Final = re.compile(
    r"actualit[eé]s?|cultura|deportes?|divers[aã]o|econom(?:[ií]a|ie|y)|educa[cç](?:i[oó]n|[aã]o)"
    r"|entertainment|entretenimi?ento|esportes?|home|in[ií]cio|accueil|news|noticias|not[ií]cias"
    r"|opini(?:[oó]n|[aã]o)|pol[ií]ti(?:ca|cs|que)|sa[uú]de|salud|sant[eé]|socie(?:dade?|ty)"
    r"|soci[eé]t[eé]|sports?|tecnolog[ií]a|technology",
    re.IGNORECASE,
)
"""What sites of news call their sections, which some pages name as their site."""
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_XML_DECLARATION: Final = re.compile(r"<\?xml[^>]{0,200}\?>")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_CONTAINERS: Final = frozenset(("body", "main", "list", "quote", "div", "table", "row", "comments"))
_DOUBTFUL: Final = re.compile(
    r"enable javascript|javascript is (?:disabled|required)|activ\w+ javascript"
    r"|(?:accept|use|uses) (?:all )?cookies|cookie (?:policy|settings|preferences)"
    r"|(?:aceptar|utiliza\w*|aceitar|usa\w*) (?:las |os |todas |todos )?(?:las |os )?cookies"
    r"|accepter (?:les |tous les )?cookies"
    r"|page (?:you \w+ \w+ \w+ )?(?:was |is |could )?not (?:be )?found"
    r"|página n[oã]o? (?:encontrada|existe)|page (?:introuvable|non trouvée)"
    r"|access denied|verify (?:that )?you are (?:a )?human|subscribe to (?:continue|read)"
    r"|(?:log|sign) in to (?:continue|read|view)",
    re.I,
)


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the main text of a page on one page of blocks.

    If a page has markup that the parsers cannot take, or its main text is not recognised, all its
    visible text is returned with a remark.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    if len(fetched.data) > limits.max_html_bytes:
        raise SourceRejected(
            "too-large",
            f"It is larger than the limit for HTML ({len(fetched.data) / 1e6:.1f} MB of "
            f"{limits.max_html_bytes / 1e6:.1f} MB). Save the page without its embedded images.",
        )
    decoded = decode_bytes(fetched.data, fetched.declared, markup=True)
    source = _XML_DECLARATION.sub("", decoded.text.replace("\x00", ""), count=1)
    source = set_notes_apart_in(source)
    seen = read_visible(source)
    whole = _why_whole(seen)
    survey = _Survey("" if seen.most_attributes > MAX_ATTRIBUTES else source)
    if survey.depth > MAX_DEPTH:
        whole = f"The markup is nested over {MAX_DEPTH} levels deep"
    article = None if whole else _main_text(source, fetched.url)
    body = article.body if article is not None else None
    blocks = _filled(_blocks(body)) if body is not None else []
    said = (f"{whole}: all visible text was kept.",) if whole else ()
    lost = (*said, *coverage.markup_losses(source))
    doubts = coverage.coverage_doubts(blocks, seen.blocks)
    if not _words(blocks):
        doubts = () if whole else ("No main text was recognised: all visible text was kept.",)
        blocks = seen.blocks
    if not _words(blocks):
        raise SourceRejected(
            "no-text",
            "The page shows no text. It may need JavaScript: print it from a browser as PDF, and "
            "add that file.",
        )
    return Extracted(
        pages=(ExtractedPage(1, tuple(blocks)),),
        hints=(_embedded(article, survey, fetched.url), _heading(blocks)),
        lost=lost,
        doubts=(*decoded.doubts, *doubts, *_doubts(blocks)),
        remarks=decoded.remarks,
        encoding=decoded.words,
        aside=_aside(seen.blocks, _clean(article.title) if article is not None else None),
    )


def _why_whole(seen: Visible) -> str:
    """Return why no main text is looked for in all that is visible."""
    if seen.most_attributes > MAX_ATTRIBUTES:
        return f"An element has over {MAX_ATTRIBUTES:,} attributes"
    if seen.elements > MAX_ELEMENTS:
        return f"The page has over {MAX_ELEMENTS:,} elements"
    return ""


def _aside(visible: list[Block], heading: str | None) -> str:
    """Return the short lines a page begins with, and those below its heading.

    Bylines and dates stand there.
    """
    places = [i for i, b in enumerate(visible) if b.text == heading][:MOST_HEADINGS]
    below = (b for i in places if i >= ASIDE_BLOCKS for b in visible[i + 1 : i + 1 + BELOW_BLOCKS])
    lines = (*visible[:ASIDE_BLOCKS], *below)
    return "\n".join(b.text for b in lines if len(b.text) < MAX_HEADING_CHARS)


def _main_text(source: str, url: str | None) -> Any:
    import trafilatura

    return trafilatura.bare_extraction(
        source,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        # Only a date that the page states, not one guessed from the text.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


class _Survey:
    """What trafilatura does not report: nesting, language, canonical link, DOI and licence."""

    def __init__(self, source: str) -> None:
        from lxml import etree, html

        self.depth = 0
        self.meta: dict[str, str] = {}
        self.language: str | None = None
        self.canonical: str | None = None
        self.licence: str | None = None
        self.title = ""
        # huge_tree: the survey itself must see beyond level 256.
        try:
            root = html.document_fromstring(source, parser=html.HTMLParser(huge_tree=True))
        except (etree.LxmlError, AssertionError):
            return
        self.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        depth = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            depth += 1 if event == "start" else -1
            self.depth = max(self.depth, depth)
            if event == "start":
                self._note(element)

    def _note(self, element: Any) -> None:
        relation = (
            (element.get("rel") or "").lower().split() if element.tag in ("link", "a") else ()
        )
        if "canonical" in relation and element.tag == "link":
            self.canonical = self.canonical or element.get("href")
        elif "license" in relation:
            self.licence = self.licence or element.get("href")
        elif element.tag == "title":
            self.title = self.title or tidy(element.text or "")
        elif element.tag == "meta" and element.get("content"):
            name = (element.get("name") or element.get("property") or "").lower()
            self.meta.setdefault(name, element.get("content"))


def _embedded(article: Any, survey: _Survey, url: str | None) -> Hints:
    stated = Hints("embedded") if article is None else _stated(article)
    language = _LANGUAGE.match(survey.language or survey.meta.get("og:locale", ""))
    day = next((m[1] for n in _DATED if (m := _DAY.match(survey.meta.get(n, "").strip()))), None)
    published = day.replace("/", "-") if day else stated.published
    canonical = _http(survey.canonical) or _http(survey.meta.get("og:url")) or stated.url
    return Hints(
        "embedded",
        title=stated.title or _clean(survey.meta.get("og:title")),
        authors=stated.authors,
        publishers=_site(survey.title, stated) or stated.publishers,
        year=int(published[:4]) if published else stated.year,
        published=published,
        language=language[0].lower() if language else None,
        url=canonical or url,
        doi=survey.meta.get("citation_doi") or survey.meta.get("dc.identifier.doi"),
        isbn=survey.meta.get("citation_isbn"),
        journal=_clean(survey.meta.get("citation_journal_title")),
        volume=_clean(survey.meta.get("citation_volume")),
        issue=_clean(survey.meta.get("citation_issue")),
        page_range=_page_range(survey.meta),
        series=_clean(survey.meta.get("citation_series_title")),
        licence=_clean(article.license if article is not None else None) or _http(survey.licence),
        summary=stated.summary,
    )


def _site(title: str, stated: Hints) -> tuple[str, ...]:
    """Return the name of the site after the heading in a page's title, where only its host is told.

    "Visits of schools | Example Network" is of the Example Network.
    """
    if not stated.title or not all(_HOST.fullmatch(name) for name in stated.publishers):
        return ()
    if not title.casefold().startswith(stated.title.casefold()):
        return ()
    parts = [p for p in _BARS.split(title[len(stated.title) :].strip(" |–—·:-")) if p]
    names = [p for p in parts if p[0].isupper() and not _HOST.fullmatch(p) and len(p) < SITE_CHARS]
    return tuple([name for name in names if not _SECTION.fullmatch(name)][-1:])


def _page_range(meta: dict[str, str]) -> str | None:
    first, last = (_clean(meta.get(f"citation_{end}page")) for end in ("first", "last"))
    return f"{first}–{last}" if first and last and last != first else first


def _stated(article: Any) -> Hints:
    """Return what trafilatura read in the page's metadata."""
    site = _clean(article.sitename)
    return Hints(
        "embedded",
        title=_clean(article.title),
        authors=tuple(a for part in (article.author or "").split(";") if (a := tidy(part))),
        publishers=(site,) if site and not _SECTION.fullmatch(site) else (),
        year=int(article.date[:4]) if article.date else None,
        published=article.date or None,
        url=_http(article.url),
        summary=_clean(article.description),
    )


def _heading(blocks: list[Block]) -> Hints:
    top = next((b.text for b in blocks if b.heading_level), None)
    return Hints("page", title=_clean(top))


def _clean(value: str | None) -> str | None:
    return tidy(value) or None if value else None


def _http(value: str | None) -> str | None:
    url = tidy(value or "")
    return url if url.lower().startswith(("http://", "https://")) and " " not in url else None


def _blocks(element: Any) -> Iterator[Block]:
    """Yield the blocks of trafilatura's tree, whose depth ``MAX_DEPTH`` bounds."""
    tag = element.tag
    if tag == "head":
        text, rend = tidy(_text(element)), element.get("rend") or "h2"
        level = int(rend[1:]) if rend[1:].isdigit() else 2
        # Standfirsts and pull quotes are often marked up as headings.
        yield Block(text, level if len(text) <= MAX_HEADING_CHARS else None)
    elif tag == "row":
        yield Block(" | ".join(text for cell in element if (text := tidy(_text(cell)))))
    elif tag in _CONTAINERS or (tag == "item" and element.find("list") is not None):
        yield Block(element.text or "")
        for child in element:
            yield from _blocks(child)
            yield Block(child.tail or "")
    elif isinstance(tag, str):
        yield Block(_text(element))


def _filled(blocks: Iterable[Block]) -> list[Block]:
    return [replace(b, text=text) for b in blocks if (text := tidy(b.text))]


def _text(element: Any) -> str:
    """Return the text of an element; line breaks and inner blocks separate words."""
    parts = []
    for node in element.iter():
        if node.tag in ("lb", "p", "item", "cell", "head"):
            parts.append(" ")
        if isinstance(node.tag, str):
            parts.append(node.text or "")
        if node is not element:
            parts.append(node.tail or "")
    return "".join(parts)


def _words(blocks: list[Block]) -> bool:
    return any(c.isalnum() for b in blocks for c in b.text)


def _doubts(blocks: list[Block]) -> tuple[str, ...]:
    text = "\n".join(b.text for b in blocks)
    phrase = _DOUBTFUL.search(text) if len(text) < PHRASE_CHARS else None
    if phrase:
        return (f"It may be a notice instead of the document: it says {tidy(phrase[0])!r}.",)
    if len(text) < SHORT_CHARS:
        return (f"The main text has only {len(text)} characters.",)
    return ()
