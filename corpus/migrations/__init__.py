"""The history of the database schema. A released migration is never edited.

``record`` holds what the catalogue began with, ``desk`` what came with people and their work.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from corpus.migrations import desk as _desk  # noqa: F401  registers its migrations, after record's
from corpus.migrations import lists as _lists  # noqa: F401
from corpus.migrations import people as _people  # noqa: F401
from corpus.migrations import tagging as _tagging  # noqa: F401
from corpus.migrations import workshop as _workshop  # noqa: F401
from corpus.migrations.record import TOKENIZER
from corpus.migrations.running import catalogue_migrations

# isort: split
from corpus.migrations import reading as _reading  # noqa: F401

# isort: split
from corpus.migrations import changes as _changes  # noqa: F401

# isort: split
from corpus.migrations import judging as _judging  # noqa: F401

# isort: split
from corpus.migrations import serials as _serials  # noqa: F401

# isort: split
from corpus.migrations import following as _following  # noqa: F401

# isort: split
from corpus.migrations import network as _network  # noqa: F401

# isort: split
from corpus.migrations import interchange as _interchange  # noqa: F401

# isort: split
from corpus.migrations import groups as _groups  # noqa: F401

# isort: split
from corpus.migrations import versions as _versions  # noqa: F401

# isort: split
from corpus.migrations import webhooks as _webhooks  # noqa: F401

# isort: split
from corpus.migrations import copies as _copies  # noqa: F401  the newest comes last

__all__ = ["APPLICATION_ID", "TOKENIZER", "VERSION", "catalogue_migrations"]

VERSION: Final = len(catalogue_migrations.pending(Database(memory=True)))
"""How many migrations there are; written to ``pragma user_version`` once all are applied."""
APPLICATION_ID: Final = 0x53414C58
"""``SALX``: lets ``file(1)`` and ``connect()`` tell a catalogue from any other SQLite file."""
