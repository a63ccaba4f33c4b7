"""What taking in needs of those who prepare documents, on this machine or on others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from corpus.errors import SourceRejected
from ingest.model import Fetched, Prepared


@dataclass(slots=True, eq=False)
class Job:
    """A document in a worker; ``done`` once its answer, or why there is none, is here."""

    fetched: Fetched
    answer: bytes | SourceRejected | None = None
    attempts: int = 0

    @property
    def done(self) -> bool:
        """Whether ``result`` is available."""
        return self.answer is not None

    @property
    def size_bytes(self) -> int:
        """The memory it uses in this process."""
        return len(self.fetched.data) + (len(self.answer) if isinstance(self.answer, bytes) else 0)


class Pool(Protocol):
    """Prepares documents while the caller does something else."""

    @property
    def is_full(self) -> bool:
        """Whether results should be taken before more documents are submitted."""
        ...

    @property
    def most_waiting(self) -> int:
        """How many inputs may wait for their turn to be stored."""
        ...

    def submit(self, fetched: Fetched) -> Job:
        """Submit a document and return at once."""
        ...

    def is_done(self, job: Job) -> bool:
        """Whether ``result`` would return at once."""
        ...

    def result(self, job: Job) -> Prepared:
        """Wait for a job and return what was prepared.

        Raises:
            SourceRejected: what the task raised; or ``timeout``, ``memory`` or ``crash``.
        """
        ...

    def drop(self, job: Job | None) -> None:
        """Drop a job whose result is no longer needed."""
        ...
