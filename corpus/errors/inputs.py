"""Errors about what is read: files, addresses, repositories."""

from __future__ import annotations

from corpus.errors.base import EvidenceError


class SourceRejected(EvidenceError):
    """An input that cannot become a document.

    Args:
        code: a short, stable word a curator can filter by, such as ``password``.
        reason: what happened and what to do, in one or two sentences.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type[SourceRejected], tuple[str, str]]:
        """Let a worker process send it to its parent."""
        return type(self), (self.code, self.reason)


class ProtocolError(SourceRejected):
    """A repository answers an OAI-PMH request with an error.

    Args:
        word: its code in the protocol, such as ``badResumptionToken``.
        text: the repository's explanation.
    """

    def __init__(self, word: str, text: str) -> None:
        super().__init__("oai-error", f"The repository answers {word}: {text or 'no reason'}.")
        self.word = word
        self.text = text

    def __reduce__(self) -> tuple[type[ProtocolError], tuple[str, str]]:
        """Let a worker process send it to its parent."""
        return type(self), (self.word, self.text)


class WorkersUnavailable(EvidenceError):
    """The processes that read documents cannot be started."""
