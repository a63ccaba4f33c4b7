"""Whether records still say what they said: titles against passages, corrections against the log.

Only what is written down twice can be compared. A title is also with each passage, and a correction
is also in the log; a changed letter in another field of the source's record shows nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import CURATOR
from corpus.model import Document

_OF_RECORDS: Final = "document."


def find_changed_records(catalogue: Catalogue) -> Iterator[str]:
    """Describe each title and each correction that something other than this program changed."""
    for row in catalogue.rows(
        """
        select distinct d.id from document d join passage p on p.document_id = d.id
        where p.title <> d.title order by d.id
        """
    ):
        yield f"the title of {row[0]} differs from the title that its passages carry"
    last = _last_corrections(catalogue)
    for document in catalogue.all_documents(pending=True):
        for field, value in last.get(document.id, {}).items():
            if not _is_as_logged(document, field, value):
                yield f"{field} of {document.id} differs from its last correction in the log"


def _last_corrections(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return, by document and field, the value that the newest entry of the log gives it.

    The value is a pair with its origin.
    """
    last: dict[str, dict[str, Any]] = {}
    for subject, after in catalogue.rows(
        "select subject, after from log_entry where action glob ? and after is not null "
        "order by id",
        [f"{_OF_RECORDS}*"],
    ):
        told = json.loads(after)
        of_document = last.setdefault(str(subject).removeprefix("document:"), {})
        of_document.update({k: v for k, v in told.items() if isinstance(v, list) and len(v) == 2})
    return last


def _is_as_logged(document: Document, field: str, logged: list[Any]) -> bool:
    """Compare what a curator wrote; what was given back to the source may change with it."""
    value, origin = logged
    if origin != CURATOR or not hasattr(document, field):
        return True
    stored = getattr(document, field)
    stored = list(stored) if isinstance(stored, tuple) else stored
    return bool(stored == value and document.metadata_origins.get(field) == CURATOR)
