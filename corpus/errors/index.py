"""Errors about derived files and models."""

from __future__ import annotations

from corpus.errors.base import EvidenceError


class IndexUnusable(EvidenceError):
    """The derived files cannot be searched; the catalogue is not affected."""


class IndexMissing(IndexUnusable):
    """No index was built yet."""


class IndexDamaged(IndexUnusable):
    """The derived files do not match their manifest or checksums."""


class IndexUnwritable(IndexUnusable):
    """Derived files cannot be opened, read or written: a lock, permissions, or the disk."""


class IndexTooNew(IndexUnusable):
    """The derived files were written by a later release of this program."""


class EngineUnavailable(IndexUnusable):
    """The search engine does not answer, or does not have what it should."""


class TagModelUnusable(EvidenceError):
    """A learned tagger is damaged, missing, or of another release."""


class ModelUnavailable(EvidenceError):
    """The embedding model cannot be loaded."""


class EvaluationInvalid(EvidenceError):
    """Judged queries or a test collection that cannot be read."""
