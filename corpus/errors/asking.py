"""Errors about what somebody asks for, or may not ask for."""

from __future__ import annotations

from corpus.errors.base import EvidenceError


class AccessRefused(EvidenceError):
    """Somebody may not do what they asked for."""


class NotSignedIn(AccessRefused):
    """An anonymous request for what is not public."""


class NotPermitted(AccessRefused):
    """The role does not allow it, or another site sent the request."""


class QueryInvalid(EvidenceError):
    """A query or filter that cannot be answered."""


class CursorInvalid(QueryInvalid):
    """A cursor that belongs to another request."""
