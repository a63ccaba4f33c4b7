"""The kinds of decision that curators make; the queue, undoing, routes and pages follow from them.

To add one: a module like ``about_tags.py``, a line in ``KINDS``, and its question in
``search_api/review/words.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from corpus.review.about_contributions import CONTRIBUTIONS
from corpus.review.about_judgements import JUDGEMENTS
from corpus.review.about_outcomes import OUTCOMES
from corpus.review.about_records import RECORDS
from corpus.review.about_sentences import SENTENCES
from corpus.review.about_tags import TAGS
from corpus.review.about_works import WORKS
from corpus.review.items import Kind

KINDS: Final[tuple[Kind[Any], ...]] = (
    CONTRIBUTIONS,
    OUTCOMES,
    TAGS,
    WORKS,
    RECORDS,
    SENTENCES,
    JUDGEMENTS,
)
BY_NAME: Final[Mapping[str, Kind[Any]]] = {kind.name: kind for kind in KINDS}
BY_ACTION: Final[Mapping[str, Kind[Any]]] = {a: kind for kind in KINDS for a in kind.actions}
"""The kind of each decision that can be taken back, by what the log calls it."""
QUEUED_NAMES: Final = tuple(kind.name for kind in KINDS if kind.queued)

if TYPE_CHECKING:
    KindName = str
else:
    KindName = Literal[QUEUED_NAMES]
    """The name of a kind of decision in the review queue, as OpenAPI lists them."""
