"""Takes sources in, and reads kept originals again: each document whole, with its outcome."""

from __future__ import annotations

from ingest.deciding import decide_outcome
from ingest.intake.adding import Intake, add_sources, ingest_sources
from ingest.intake.rereading import Reread, due_for_reading, reread_documents
from ingest.model import Limits
from ingest.preparing import prepare_document
from ingest.sources import Network, expand_arguments

__all__ = [
    "Intake",
    "Limits",
    "Network",
    "Reread",
    "add_sources",
    "decide_outcome",
    "due_for_reading",
    "expand_arguments",
    "ingest_sources",
    "prepare_document",
    "reread_documents",
]
