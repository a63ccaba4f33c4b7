"""Errors about workers of other machines."""

from __future__ import annotations

from corpus.errors.base import EvidenceError


class ClusterUnavailable(EvidenceError):
    """No scheduler answers, or none of its workers can be used."""


class ClusterLost(ClusterUnavailable):
    """The scheduler or all workers went away in the middle of the work."""


class TaskGivenUp(EvidenceError):
    """Worker after worker ended or failed over the same task."""
