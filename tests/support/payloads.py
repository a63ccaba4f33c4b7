"""Forty texts that would run, break out or be formulas somewhere, and a catalogue full of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.lists.lists import create_draft, publish_version
from corpus.lists.rules import new_id
from corpus.model import Entry, Section, Selection, Tag
from corpus.tags.tags import decide
from index.vectors.builder import build_index
from search_api.service.settings import Settings
from tests.support.briefed import store_parts
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE

PAYLOADS: Final = (
    # Elements and attributes
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script><![CDATA[",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form action=javascript:alert(1)><button>Go</button></form>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "` onclick=alert(1) `",
    "<foreignObject><body onload=alert(1)></foreignObject>",
    "<a href=\"java\tscript:alert(1)\">here</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script&#x3e;alert(1)",
    # Addresses, templates, and data in scripts
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 777*777 }}{% raw %}",
    "${777*777}<%= 777*777 %>",
    '"}]}</script><script>alert(1)</script>',
    "\u2028</script>\u2029<!--<script>",
    # Markdown, and the formats of reference managers
    "[here](javascript:alert(1))",
    "![x](https://evil.example/x.png) <javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "Title\n===\n\n<details open ontoggle=alert(1)>",
    "x\nER  - \n\nTY  - JOUR\nTI  - Evil",
    "}},\n}\n@article{evil, title={{x",
    "\\input{/etc/passwd} % $\\write18{id}$",
    # Spreadsheets, XML and headers
    "=HYPERLINK(\"https://evil.example\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\uff1d1+1",
    "x\x0b\x1b\ufffe\x7f\u202eevil",
    "x\r\nSet-Cookie: a=b; filename=\"evil.exe",
)  # fmt: skip
WORDS: Final = "Structured lesson plans raised reading scores"
SLUG: Final = "hostile"


def fill_with_payloads(catalogue: Catalogue) -> None:
    """Store a document for each payload, with it in every field, and a list of them all."""
    for number, payload in enumerate(PAYLOADS):
        _store(catalogue, f"hostile-{number:02}", payload)
    texts = [_as_text(payload) for payload in PAYLOADS]
    sections = [
        Section(new_id(), text, text, (_entry(f"hostile-{number:02}", text),))
        for number, text in enumerate(texts)
    ]
    selection = Selection(texts[0], "\n\n".join(texts), tuple(sections))
    with catalogue.transaction():
        draft = create_draft(catalogue, SLUG, selection, COMMAND_LINE)
        publish_version(
            catalogue, SLUG, COMMAND_LINE, based_on=draft.revision, selection=draft.selection,
            note=texts[1],
        )  # fmt: skip


def _as_text(payload: str) -> str:
    """Return a payload as a list can have it: lists refuse controls."""
    return "".join(c for c in payload if c.isprintable() or c in "\t\n") or "x"


def _entry(document_id: str, text: str) -> Entry:
    return Entry(new_id(), text, document_id, "https://example.org/?q=<script>", text, text)


def _store(catalogue: Catalogue, name: str, payload: str) -> None:
    line = f"{WORDS} {payload} in every class of district {name[-2:]}."
    parts = [("summary", 1, line), ("body", 2, f"{payload} {payload}")]
    store_parts(
        catalogue, name, parts, heading=payload,  # type: ignore[arg-type]
        title=payload, authors=(payload, f"Doe, {payload}"), publishers=(payload,),
        countries=(payload,), kind=payload, language=payload, url=payload, doi=payload,
        licence=payload, summary=payload, note=payload, published=payload, source=payload,
        folios=((1, 9, payload),), metadata_origins={"title": payload},
    )  # fmt: skip
    with catalogue.transaction():
        for vocabulary in ("stages", "topics", "evidence_types"):
            tag = Tag(name, vocabulary, payload, "confirmed", decided_by=payload, note=payload)
            decide(catalogue, dataclasses.replace(tag, quote=payload))


def payload_settings(folder: Path) -> Settings:
    """Return settings for a catalogue of payloads, indexed with the fake encoder."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        fill_with_payloads(catalogue)
        build_index(catalogue, settings.index_folder, HashEncoder())
    return settings
