"""HTML, Markdown and text that nest, lie about their encoding, or say nothing (hazards 3.2)."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.hostile.cases import PARAGRAPHS, PROSE, Case, scaled

MB = 1_000_000
FRENCH = " ".join(
    f"L'école numéro {i} a mesuré le bien-être à l'été ; ses élèves ont répondu où et dès qu'ils "
    f"ont pu, et {i + 1} leçons ont été changées." for i in range(30)
)  # fmt: skip
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def page(body: str, head: str = "<title>Head</title>") -> bytes:
    """Return a page in UTF-8."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def nested(scale: float) -> Iterator[Case]:
    """Yield markup that is deeper or broader than parsers expect."""
    for depth in (300, 5_000, scaled(100_000, scale, 20_000)):
        data = page("<div>" * depth + BODY + "</div>" * depth)
        yield Case(f"nested-div-{depth}.html", data, PROSE)
    for tag in ("table><tr><td", "blockquote", "span", "ul><li", "b", "form", "a", "select"):
        closing = "".join(f"</{t.strip('<')}>" for t in reversed(tag.split(">")))
        name = tag.split(">")[0]
        data = page(f"<{tag}>" * 2_000 + BODY + closing * 2_000)
        yield Case(f"nested-{name}.html", data, PROSE)
    yield Case("unclosed-div.html", page("<div>" * scaled(500_000, scale) + BODY), PROSE)
    yield Case("closings.html", page("</div>" * scaled(500_000, scale) + BODY), PROSE)
    many = " ".join(f"a{i}='{i}'" for i in range(scaled(200_000, scale)))
    yield Case("attributes.html", page(f"<p {many}>x</p>{BODY}"), PROSE)
    yield Case("attribute-long.html", page(f"<p a='{'x' * scaled(4 * MB, scale)}'>{BODY}"), PROSE)
    yield Case("breaks.html", page("<br>" * scaled(MB, scale) + BODY), PROSE)
    yield Case("entities.html", page("&amp;&#x10FFFF;&#xD800;" * scaled(150_000, scale) + BODY))
    metas = "<meta name='a' content='b'>" * scaled(100_000, scale)
    yield Case("metas.html", page(BODY, metas), PROSE)
    yield Case("links.html", page("<a href='/x'>link</a> " * scaled(150_000, scale) + BODY))
    cells = "<tr>" + "<td>1</td>" * scaled(1_000, scale) + "</tr>"
    yield Case("cells.html", page(f"<table>{cells * scaled(300, scale)}</table>{BODY}"))


def open_ended(scale: float) -> Iterator[Case]:
    """Yield pages in which something is never closed, or never ends."""
    yield Case("open-comment.html", page(f"<p>{PARAGRAPHS[0]}</p><!-- {BODY}"))
    yield Case("open-script.html", page(f"<p>{PARAGRAPHS[0]}</p><script>{BODY}"))
    yield Case("open-quote.html", page(f"<p>{PARAGRAPHS[0]}</p><a href='x>{BODY}"))
    yield Case("open-cdata.html", page(f"<p>{PARAGRAPHS[0]}</p><![CDATA[{BODY}"))
    yield Case("comments.html", page("<!--" * scaled(500_000, scale) + BODY))
    for size in (4, 50):
        words = "word " * (scaled(size, scale) * MB // 5)
        yield Case(f"node-{size}.html", page(f"<p>{words}</p>"))
    yield Case("one-word.html", page(f"<p>{'x' * scaled(4 * MB, scale)}</p>"))
    yield Case("title-long.html", page(BODY, f"<title>{'T' * scaled(3 * MB, scale)}</title>"))
    data_uri = f"<img src='data:image/png;base64,{'A' * scaled(3 * MB, scale)}'>"
    yield Case("data-uri.html", page(data_uri + BODY), PROSE)


def encodings() -> Iterator[Case]:
    """Yield pages and texts whose encoding is undeclared or declared wrongly."""
    french = f"<html><head>%s<title>Été</title></head><body><p>{FRENCH}</p></body></html>"
    for name, label, encoding in (
        ("none-cp1252", "", "cp1252"), ("lie-utf8", "utf-8", "cp1252"),
        ("lie-latin1", "iso-8859-1", "utf-8"), ("lie-utf16", "utf-16", "utf-8"),
        ("utf16", "", "utf-16"), ("utf16-no-mark", "", "utf-16-le"), ("utf32", "", "utf-32"),
        ("unheard", "klingon-8", "utf-8"), ("idna", "idna", "utf-8"),
        ("long", "x" * 100_000, "utf-8"),
    ):  # fmt: skip
        meta = f"<meta charset='{label}'>" if label else ""
        yield Case(f"encoding-{name}.html", (french % meta).encode(encoding), FRENCH)
    utf7 = b"<meta charset=utf-7><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p>"
    yield Case("encoding-utf7.html", utf7 + BODY.encode(), PROSE)
    for name, text, encoding in (
        ("shift-jis", "学校は子どもの幸福を測りました。" * 60, "shift_jis"),
        ("gb18030", "学校测量了学生的幸福感。" * 60, "gb18030"),
        ("cp1256", "قاست المدرسة رفاهية الطلاب في كل فصل. " * 60, "cp1256"),
        ("koi8-r", "Школа измерила благополучие учеников. " * 60, "koi8_r"),
    ):
        yield Case(f"encoding-{name}.html", f"<p>{text}</p>".encode(encoding))
        yield Case(f"encoding-{name}.txt", text.encode(encoding))
    torn = PROSE.encode() + b"\xed\xa0\x80\xff\xfe\xc3" + PROSE.encode()
    yield Case("encoding-torn.txt", torn, PROSE)
    yield Case("encoding-surrogates.html", page(BODY) + b"\xed\xa0\x80" * 1_000, PROSE)
    yield Case("nul.txt", PROSE.replace(" ", " \0", 30).encode())
    bidi = PROSE.replace(" ", " \u202e\u2066\u200b", 60)
    yield Case("bidi.txt", bidi.encode())
    yield Case("combining.txt", ("e" + "\u0301" * 500_000 + " " + PROSE).encode())


def walls() -> Iterator[Case]:
    """Yield what is served in place of a document."""
    for name, text in {
        "cookies": "We use cookies. Accept all cookies to continue to this site.",
        "javascript": "Please enable JavaScript to view this page.",
        "not-found": "Page not found. The page you asked for could not be found.",
        "paywall": "Subscribe to continue reading this report. Already a member? Log in to read.",
    }.items():
        yield Case(f"wall-{name}.html", page(f"<h1>{name}</h1><p>{text}</p>"), PROSE)
    yield Case("app.html", page("<div id=root></div><script>render()</script>"), PROSE)
    yield Case("frames.html", b"<html><frameset><frame src=a.html></frameset></html>", PROSE)
    yield Case("json.html", b'{"html": "<p>hello</p>", "n": [1, 2, 3]}')
    yield Case("binary.html", random.Random(1).randbytes(100_000))
    yield Case("png.html", b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(5_000))
    yield Case("pdf.html", b"%PDF-1.4\n" + random.Random(3).randbytes(5_000))
    yield Case("empty.html", b"")
    yield Case("blank.html", b"<html><body> \n\t </body></html>")
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield Case("laughs.html", f"<?xml version='1.0'?>{laughs}<html>&b;{BODY}</html>".encode())
    yield Case("script-title.html", page(BODY, "<title>&lt;script&gt;alert(1)</title>"), PROSE)


def texts(scale: float) -> Iterator[Case]:
    """Yield plain text and Markdown that make patterns backtrack and parsers nest."""
    n = scaled(500_000, scale, 20_000)
    for name, text in {
        "one-word": "a" * 2 * n, "hyphens": "a-\n" * n, "numbers": "1. " * n, "spaces": " " * 4 * n,
        "dots": ". " * n, "newlines": "a\n" * n, "quotes": "“" * n, "initials": "A. " * n,
        "brackets": "[" * n, "addresses": "https://" * n, "digits": "9" * 2 * n,
    }.items():  # fmt: skip
        yield Case(f"text-{name}.txt", f"{PARAGRAPHS[0]}\n\n{text}\n\n{PARAGRAPHS[1]}".encode())
    for name, text in {
        "quotes": ">" * n, "lists": "\n".join(" " * i + "- a" for i in range(1_000)),
        "links": "[" * n, "images": "![](" * n, "stars": "*a_" * n, "backticks": "`" * n,
        "tables": "|" * n + "\n" + "|-" * n, "html": "<" * n, "rules": "---\n" * n,
        "references": "[a]: " * n,
    }.items():  # fmt: skip
        yield Case(f"markdown-{name}.md", f"# Head\n\n{PARAGRAPHS[0]}\n\n{text}\n".encode())
    anchors = "\n".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else '1, 2'}]" for i in range(12)
    )
    for name, front in {
        "laughs": anchors, "python": "title: !!python/object/apply:os.getcwd []",
        "types": "title: [1, {a: 2}]\nyear: .inf\nauthors: {x: 1}\nid: ../../etc/passwd",
        "deep": "title: " + "[" * 5_000, "open": "title: 'x", "long": "title: " + "T" * n,
        "self": "title: &a [*a]", "dates": "published: 9999-99-99\nyear: 1e400",
    }.items():  # fmt: skip
        yield Case(f"front-{name}.md", f"---\n{front}\n---\n\n{PROSE}\n".encode(), PROSE)


def make(scale: float) -> Iterator[Case]:
    """Yield every page and text."""
    yield from nested(scale)
    yield from open_ended(scale)
    yield from encodings()
    yield from walls()
    yield from texts(scale)
