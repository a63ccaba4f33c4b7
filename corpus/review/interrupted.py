"""Contributions that a kill interrupted while they were read: finding them, and ending them.

A document is stored together with what became of its contribution. So an interrupted one has no
document, and its member has to send it again. Earlier releases stored the document first: where it
waits for nobody, its contribution is taken up.
"""

from __future__ import annotations

import logging
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.outcomes import latest_outcome_of
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.review.contributions import (
    Contribution,
    conclude,
    is_being_read,
    read_contributions,
)

INTERRUPTED: Final = "It was interrupted: send it again."
STORED: Final = "It was interrupted, but its document is stored."
PROGRAM: Final = Actor("salex", "curator")
"""Who ends them, in the log."""
_log = logging.getLogger(__name__)


def find_interrupted(catalogue: Catalogue, *, at_start: bool = False) -> list[Contribution]:
    """Return the contributions that are still ``received`` although no request reads them.

    Args:
        catalogue: the record.
        at_start: nothing is being read yet, so that all that are ``received`` were interrupted.
            Otherwise those are that were received too long ago.
    """
    interrupted = read_contributions(catalogue, "received")
    return [c for c in interrupted if at_start or not is_being_read(c)]


def end_interrupted(catalogue: Catalogue, *, at_start: bool = False) -> list[Contribution]:
    """End interrupted contributions; return them as they are now.

    One whose document is stored and waits for nobody is ``waiting``. The others are ``failed``, or
    ``held`` where the document came from elsewhere since. A request that reads one nevertheless,
    in another process, has the last word.
    """
    if not find_interrupted(catalogue, at_start=at_start):
        return []  # without the write lock
    with catalogue.transaction():
        interrupted = find_interrupted(catalogue, at_start=at_start)
        ended = [
            conclude(catalogue, PROGRAM, c, _outcome(catalogue, c)) for c in reversed(interrupted)
        ]
    for c in ended:
        _log.warning("the contribution %s was interrupted; it is %s now", c.id, c.state)
    return ended


def _outcome(catalogue: Catalogue, made: Contribution) -> Outcome:
    document_id = catalogue.id_of_source(made.source)
    if document_id is None:
        return Outcome(made.source, "rejected", INTERRUPTED, "interrupted")
    latest = latest_outcome_of(catalogue, made.source)
    reason = latest.reason if latest and latest.kind != "rejected" else STORED
    return Outcome(made.source, "duplicate", reason, None, document_id)
