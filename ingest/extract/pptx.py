"""PowerPoint decks, one page per slide. The only door to python-pptx.

It opens the slides, and ``drawing`` walks their XML: its shapes skip SmartArt, charts and whatever
a newer program wrapped in an alternative.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from corpus.errors import SourceRejected
from ingest.extract.archive import office_copy
from ingest.extract.completeness import page_ranges
from ingest.extract.drawing import blocks_of, blocks_of_chart
from ingest.extract.embedded import office_hints
from ingest.extract.slides import MAX_TITLE_CHARS, P, placeholder_of, running_shapes, title_shape
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import tidy

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SUFFIXES: Final = ("pptx",)
MIN_CHARS_PER_SLIDE: Final = 50
"""With fewer characters on average in a deck with pictures, the text may be in the pictures."""

_RUNNING: Final = frozenset(("dt", "ftr", "hdr", "sldNum"))
_NOT_NOTES: Final = _RUNNING | {"sldImg"}


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the text of each slide under its title, its notes after it.

    Raises:
        SourceRejected: ``unreadable``, ``unsafe``, ``empty``, ``too-many-pages`` or ``no-text``.
    """
    import pptx

    deck = pptx.Presentation(io.BytesIO(office_copy(fetched.data, limits)))
    count = len(deck.slides)
    if not count:
        raise SourceRejected("empty", "The deck has no slides. Ask for a new copy.")
    if count > limits.max_pages:
        raise SourceRejected(
            "too-many-pages",
            f"It has {count:,} slides; the limit is {limits.max_pages:,}. Split it.",
        )
    slides = list(deck.slides)
    running = running_shapes([slide._element for slide in slides])
    height = int(deck.slide_height or 0)
    pages = tuple(
        ExtractedPage(i, tuple(b for b in _blocks(slide, left, height) if b.text))
        for i, (slide, left) in enumerate(zip(slides, running, strict=True), start=1)
    )
    pictured = [p.number for p, s in zip(pages, slides, strict=True) if _only_pictures(p, s)]
    if not any(c.isalnum() for page in pages for b in page.blocks for c in b.text):
        what = "contain only pictures" if pictured else "contain no words"
        raise SourceRejected(
            "no-text", f"Its slides {what} ({count}). Save it as PDF and add that with --ocr."
        )
    chars = sum(len(b.text) for page in pages for b in page.blocks)
    scarce = chars < MIN_CHARS_PER_SLIDE * count and any(map(_has_pictures, slides))
    properties = deck.core_properties
    return Extracted(
        pages=pages,
        page_unit="slide",
        hints=(
            office_hints(properties.title, properties.author, properties.language),
            Hints("page", title=next((b.text for b in pages[0].blocks if b.heading_level), None)),
        ),
        # A slide with only a picture is usual; a fifth of the slides means a deck made of pictures.
        lost=_unread(pictured) if len(pictured) >= max(2, 0.2 * count) else (),
        doubts=(f"It has only {chars} characters of text beside its pictures.",) if scarce else (),
        remarks=_hidden(slides),
    )


def _unread(pictured: list[int]) -> tuple[str, ...]:
    return (
        f"Only pictures, no text, on slides {page_ranges(pictured)}: OCR of a PDF may find more.",
    )


def _hidden(slides: list[Any]) -> tuple[str, ...]:
    numbers = [i for i, s in enumerate(slides, start=1) if s._element.get("show") in ("0", "false")]
    return (f"Hidden in a slide show: slide {page_ranges(numbers)}.",) if numbers else ()


def _only_pictures(page: ExtractedPage, slide: Any) -> bool:
    return not page.blocks and _has_pictures(slide)


def _has_pictures(slide: Any) -> bool:
    return any(True for _ in slide._element.iter(P + "pic"))


def _blocks(slide: Any, running: list[Any], height: int) -> Iterator[Block]:
    """Yield a slide's title, its other text, the text of its drawings and its notes."""
    root = slide._element
    title = title_shape(root, height)
    left = [shape for shape in root.iter(P + "sp") if placeholder_of(shape) in _RUNNING]
    if title is not None:
        yield _title(title)
        left.append(title)
    yield from blocks_of(root, (*left, *running))
    for rel in slide.part.rels.values():
        if not rel.is_external and rel.reltype.endswith("/diagramData"):
            yield from blocks_of(_parsed(rel.target_part.blob))
        elif not rel.is_external and rel.reltype.endswith("/chart"):
            yield from blocks_of_chart(_parsed(rel.target_part.blob))
    yield from _notes(slide)


def _title(shape: Any) -> Block:
    text = tidy(" ".join(b.text for b in blocks_of(shape)))
    return Block(text, 1 if len(text) <= MAX_TITLE_CHARS else None)


def _notes(slide: Any) -> Iterator[Block]:
    if not slide.has_notes_slide:
        return
    root = slide.notes_slide._element
    left = [shape for shape in root.iter(P + "sp") if placeholder_of(shape) in _NOT_NOTES]
    blocks = [b for b in blocks_of(root, left) if b.text]
    if blocks:
        yield from (Block("Notes", 2), *blocks)


def _parsed(blob: bytes) -> Any:
    from pptx.oxml import parse_xml

    return parse_xml(blob)
