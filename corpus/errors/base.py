"""The root of the exception tree."""

from __future__ import annotations


class EvidenceError(Exception):
    """Base of every error raised on purpose."""
