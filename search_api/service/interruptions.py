"""Ends, before a server answers, what the last one left half done."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from corpus.catalogue.catalogue import connect
from corpus.errors import EvidenceError
from corpus.review.interrupted import end_interrupted

_log = logging.getLogger(__name__)


def end_interrupted_at_start(path: Path) -> None:
    """End what was being read when the last server stopped; the server starts in any case."""
    try:
        with connect(path) as catalogue:
            end_interrupted(catalogue, at_start=True)
    except (EvidenceError, sqlite3.Error) as error:
        _log.warning("interrupted contributions stay as they are: %s", error)
