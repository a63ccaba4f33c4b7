"""A small catalogue for briefs: documents that agree, repeat, doubt and limit each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.model import Document, Page, Passage, Tag, passage_id
from corpus.roles import Role
from corpus.tags.tags import decide
from index.vectors.builder import build_index
from search_api.service.settings import Settings
from tests.support.fakes import HashEncoder
from tests.support.served import BREAKOUT, SCRIPT

QUESTION = "structured lesson plans reading scores"
HELPS = "Structured lesson plans improved reading scores in primary schools."
REPEATS = "Structured lesson plans improved reading scores in primary schools everywhere."
DENIES = "Structured lesson plans did not improve reading scores in secondary schools."
LIMITED = (
    "Structured lesson plans raised reading scores within one year. "
    "However, the reading scores fell again after the project."
)
BODY = "Coaching beside structured lesson plans costs little and lifts reading scores."
OVER_THE_PAGE = "Reading scores rise with structured lesson plans, as every region found by itself."
REFERENCE = "Smith, J. (2019). Structured lesson plans and reading scores. Oxford University Press."
DANGLING = "It raised reading scores with structured lesson plans."
MARKUP = f"Structured lesson plans and reading scores {SCRIPT} {BREAKOUT} are hostile."

Part = tuple[Role, int, str]
"""The role of a passage, the page it stands on, and its text."""


def store_parts(
    catalogue: Catalogue,
    name: str,
    parts: Sequence[Part],
    *,
    heading: str | None = None,
    **fields: object,
) -> None:
    """Store a PDF with these passages, each a paragraph; a page has those that name it."""
    text = "\n\n".join(part for _, _, part in parts)
    passages, pages, start = [], {}, 0
    for position, (role, page, part) in enumerate(parts):
        end = start + len(part)
        identity = passage_id(name, part, 0)
        passages.append(
            Passage(identity, name, position, page, page, heading, start, end, part, role)
        )
        first = pages.get(page, (start, end))[0]
        pages[page] = (first, end)
        start = end + 2
    values: dict[str, object] = {
        "id": name,
        "title": name.replace("-", " ").capitalize(),
        "source": f"https://example.org/{name}.pdf",
        "url": f"https://example.org/{name}.pdf",
        "media_type": "application/pdf",
        "sha256": f"{name:0<64}",
        "size_bytes": len(text),
        "page_count": max(pages),
        "page_unit": "page",
        "language": "en",
        "folios": ((1, 9, "11"),),
        "added_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    document = Document(**(values | fields))  # type: ignore[arg-type]
    stored = [Page(number, *span) for number, span in sorted(pages.items())]
    with catalogue.transaction():
        catalogue.store_document(document, text, pages=stored, passages=passages)


def fill_for_briefs(catalogue: Catalogue) -> None:
    """Store the documents."""
    store_parts(
        catalogue, "helpful-trial",
        [
            ("body", 1, REPEATS),
            ("summary", 2, f"{HELPS}\n\n{DANGLING}"),
            ("references", 3, REFERENCE),
        ],
        countries=("Kenya",), year=2021, kind="report", authors=("Ann Author",),
    )  # fmt: skip
    store_parts(
        catalogue, "doubtful-trial", [("findings", 4, DENIES)],
        countries=("Uganda",), year=2023, kind="report",
    )  # fmt: skip
    store_parts(catalogue, "repeating-brief", [("summary", 1, REPEATS)], countries=("Kenya",))
    store_parts(catalogue, "limited-project", [("summary", 1, LIMITED)], countries=("Kenya",))
    store_parts(catalogue, "body-alone", [("body", 1, BODY)], countries=("Peru",))
    store_parts(catalogue, "hostile", [("summary", 1, MARKUP)], title=f"Plans {SCRIPT} {BREAKOUT}")
    with catalogue.transaction():
        for name, stage in (("helpful-trial", "generation"), ("doubtful-trial", "use")):
            decide(catalogue, Tag(name, "stages", stage, "confirmed", decided_by="mei"))
        tag = Tag(
            "helpful-trial", "evidence_types", "randomised-trial", "confirmed", decided_by="mei"
        )
        decide(catalogue, tag)


def brief_settings(folder: Path) -> Settings:
    """Return settings for a catalogue of these documents, indexed with the fake encoder."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        fill_for_briefs(catalogue)
        build_index(catalogue, settings.index_folder, HashEncoder())
    return settings
