"""A page of the server made a page of files: relative links, no forms that need a server."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from search_api.closing.addresses import SEARCH, Place, Places, link_to

if TYPE_CHECKING:
    from lxml.html import HtmlElement

POLICY: Final = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file: data:; base-uri 'none'; form-action 'self' file:"
)
"""A browser takes files that are opened from a disk to be of no origin, so ``file:`` is named."""
_OWN_LINKS: Final = frozenset(("stylesheet", "icon", "alternate", "prev", "next"))
_GONE: Final = (
    "//nav[contains(@class, 'languages')]",
    "//datalist",
    "//*[contains(@class, 'curate')]",
    "//a[@href='/sign-in' or @href='/api' or @href='/contribute']",
    "//a[starts-with(@href, '/brief')]",
    "//p[contains(@class, 'to-filters')]",
)
"""What leads to a server, by where it is."""
_EMPTY: Final = (
    "//ul[contains(@class, 'ways')]/li[not(.//a)]",
    "//aside[not(.//form)]",
    "//details[count(*) = 1][summary]",
)
"""What is left of a form, or of a way to where nothing is."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a page needs to know of the others.

    Attributes:
        places: finds files for addresses.
        files: the files that there are.
        anchors: the ids in each page that a link may lead to.
        notice: what every page says of the site, as HTML, with ``{about}`` for the address.
    """

    places: Places
    files: Collection[str]
    anchors: Mapping[str, Collection[str]]
    notice: str


def parse(html: bytes) -> HtmlElement:
    """Return a page as a tree."""
    from lxml import html as parser

    return parser.document_fromstring(html, parser=parser.HTMLParser(encoding="utf-8"))


def write(tree: HtmlElement) -> bytes:
    """Return a tree as a page."""
    from lxml import etree

    written: bytes = etree.tostring(
        tree, method="html", encoding="utf-8", doctype="<!doctype html>", with_tail=False
    )
    return written + b"\n"


def links_of(tree: HtmlElement) -> list[str]:
    """Return the addresses that a page leads to."""
    return [str(value) for value in tree.xpath("//@href | //@src")]


def anchors_of(tree: HtmlElement) -> frozenset[str]:
    """Return the ids in a page."""
    return frozenset(str(value) for value in tree.xpath("//@id"))


def rewrite(tree: HtmlElement, page: str, site: Site) -> bytes:
    """Return a page of the server as the file ``page`` of the site."""
    _remove(tree, _GONE)
    _change_forms(tree, page)
    _change_head(tree, page, site)
    for element in tree.xpath("//a[@href] | //*[local-name()='a'][@href]"):
        _change_link(element, page, site)
    _remove(tree, _EMPTY)
    _add_notice(tree, page, site)
    return write(tree)


def _remove(tree: HtmlElement, paths: Collection[str]) -> None:
    for path in paths:
        for element in tree.xpath(path):
            element.drop_tree()


def _change_forms(tree: HtmlElement, page: str) -> None:
    """Let the search box lead to the search page; other forms need a server."""
    for form in tree.xpath("//form"):
        if form.get("action") == "/search":
            form.set("action", link_to(Place(SEARCH, None), page=page))
            for field in form.xpath(".//*[@data-suggestions]"):
                del field.attrib["data-suggestions"]
        else:
            form.drop_tree()


def _change_head(tree: HtmlElement, page: str, site: Site) -> None:
    head = tree.find("head")
    for script in head.xpath("./script"):
        source = script.get("src")
        place = site.places.find(source) if source else None
        if place and place.file in site.files:
            script.set("src", link_to(place, page=page))
        else:
            script.drop_tree()  # it talks to the server, or describes a page by its address there
    for link in head.xpath("./link"):
        place = site.places.find(link.get("href", ""))
        if link.get("rel") in _OWN_LINKS and place and place.file in site.files:
            link.set("href", link_to(place, page=page))
        else:
            link.drop_tree()
    for meta in head.xpath("./meta[starts-with(@content, '/')]"):
        meta.drop_tree()
    _insert(head, 1, "meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})


def _insert(parent: HtmlElement, place: int, tag: str, attributes: Mapping[str, str]) -> Any:
    element = parent.makeelement(tag, dict(attributes))
    parent.insert(place, element)
    return element


def _change_link(element: HtmlElement, page: str, site: Site) -> None:
    address = str(element.get("href"))
    if address.startswith("#") and address[1:] not in site.anchors[page]:
        element.set("href", "#main")  # a heading that its page shows once, further up
    if not address.startswith("/"):
        return
    place = site.places.find(address)
    if place is None or place.file not in site.files:
        _unlink(element)
        return
    if place.fragment and place.fragment not in site.anchors.get(place.file, ()):
        place = replace(place, fragment="")
    element.set("href", link_to(place, page=page))


def _unlink(element: HtmlElement) -> None:
    """Leave the words of a link that leads nowhere; in menus, and of a link alone, nothing."""
    parent = element.getparent()
    is_alone = parent.tag in ("p", "li") and parent.text_content().split() == (
        element.text_content().split()
    )
    if is_alone:
        parent.drop_tree()
    elif element.xpath("ancestor::nav | ancestor::footer"):
        element.drop_tree()
    else:
        element.drop_tag()


def _add_notice(tree: HtmlElement, page: str, site: Site) -> None:
    from lxml import html as parser

    about = link_to(Place("about.html", None), page=page)
    notice = parser.fragment_fromstring(site.notice.format(about=about))
    main = tree.xpath("//main")
    if main:
        main[0].addprevious(notice)
