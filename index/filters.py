"""The search filters: each is listed once here, and everything that offers filters reads this."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from corpus.model import Document
from corpus.roles import ROLES
from corpus.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow a search to documents, or passages, with one of some values.

    Attributes:
        field: its name in ``Filters`` and in facets.
        parameter: its name in an address, in JSON and on the command line.
        help: what the search is narrowed to, for the API's description and ``--help``.
        label: the heading of its facet and its active values; if empty, its vocabulary's label.
        vocabulary: the vocabulary whose terms are its values; ``None`` if any text may be one.
        record: the field of a document's record that has its values; ``None`` if they are tags.
        passages: whether it narrows to passages, about a term or of a role, instead of whole
            documents.
        values: its values, if they are few and no vocabulary.
    """

    field: str
    parameter: str
    help: str
    label: str = ""
    vocabulary: str | None = None
    record: str | None = None
    passages: bool = False
    values: tuple[str, ...] = ()

    def known_in(self, taxonomy: Taxonomy) -> Collection[str]:
        """Return the values it can have; empty if any text may be one."""
        return taxonomy.vocabulary(self.vocabulary).terms if self.vocabulary else self.values

    def label_in(self, taxonomy: Taxonomy) -> str:
        """Return the heading of its facet."""
        return self.label or taxonomy.vocabulary(str(self.vocabulary)).label

    def recorded_in(self, document: Document) -> Iterable[str]:
        """Return its values in a document's record."""
        value = getattr(document, self.record) if self.record else None
        return (value,) if isinstance(value, str) and value else value or ()


FILTERS: Final = (
    Filter("stages", "stage", "Evidence stage", vocabulary="stages"),
    Filter("topics", "topic", "Topic of the network's agenda", vocabulary="topics"),
    Filter("evidence_types", "evidence_type", "Type of evidence", vocabulary="evidence_types"),
    Filter("school_levels", "school_level", "School level", vocabulary="school_levels"),
    Filter("kinds", "kind", "Kind of resource", vocabulary="kinds", record="kind"),
    Filter(
        "languages", "language", "Language code (ISO 639-1), such as `es`", "Language",
        record="language",
    ),
    Filter("countries", "country", "Country or region", "Country or region", record="countries"),
    Filter("publishers", "publisher", "Publisher", "Publisher", record="publishers"),
    Filter(
        "passage_stages", "passage_stage", "Only passages that speak of this stage most",
        "Passages about", vocabulary="stages", passages=True,
    ),
    Filter(
        "passage_topics", "passage_topic", "Only passages that speak of this topic most",
        "Passages about", vocabulary="topics", passages=True,
    ),
    Filter(
        "roles", "role", "Only passages of this role, such as `summary` or `references`",
        "Role of the passage", passages=True, values=ROLES,
    ),
)  # fmt: skip
"""In the order in which facets, parameters and options are shown."""
FILTER_OF: Final = {filter_.field: filter_ for filter_ in FILTERS}
DOCUMENT_FILTERS: Final = tuple(f for f in FILTERS if not f.passages)
PASSAGE_FILTERS: Final = tuple(f for f in FILTERS if f.passages)
