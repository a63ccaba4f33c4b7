"""Errors about the catalogue, its documents, and copies of it."""

from __future__ import annotations

from corpus.errors.base import EvidenceError
from corpus.errors.said import say


class CatalogueError(EvidenceError):
    """Base of errors about the catalogue or a request to it."""


class CatalogueMissing(CatalogueError):
    """There is no catalogue at the given path."""


class CatalogueDamaged(CatalogueError):
    """The file is not a sound catalogue: nothing is written to it."""


class KeywordIndexDamaged(CatalogueDamaged):
    """Only the keyword index is damaged; it can be rebuilt from the passages."""


class CatalogueTooNew(CatalogueError):
    """The catalogue holds migrations this release does not know."""


class CatalogueUnwritable(CatalogueError):
    """The catalogue's file cannot be opened or written: permissions, or a full or broken disk."""


class CatalogueIsCopy(CatalogueUnwritable):
    """A catalogue that is a read-only copy: it is replaced as a whole, and never written to."""


class CatalogueBusy(CatalogueError):
    """Another process kept the write lock longer than the timeout."""


class DocumentNotFound(CatalogueError):
    """No document has this id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"No document has the id {document_id!r}. Search to find documents' ids.")
        self.document_id = document_id


class VersionNotFound(CatalogueError):
    """A document has no version of this number."""


class PassageNotFound(CatalogueError):
    """A document has no such passage."""


class TagNotFound(CatalogueError):
    """A document has no such tag, or nobody decided about it."""


class RelationNotFound(CatalogueError):
    """Nothing was decided about these two documents."""


class FactorPassageNotFound(CatalogueError):
    """A passage is not on the checklist under this factor."""


class DemandNotFound(CatalogueError):
    """No fruitless search for this is recorded, or none recently."""


class JudgementInvalid(CatalogueError):
    """A query that cannot be judged: without words, too long, broken, or it looks personal."""


class JudgementNotFound(CatalogueError):
    """Nobody marked this document for this query."""


class CorrectionInvalid(CatalogueError):
    """A field of a document's record cannot have this value."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(say("%(field)s %(why)s.", field=say(field), why=why))
        self.field = field
        self.why = why


class NotUndecided(CatalogueError):
    """It was already decided, or does not exist."""


class ChangedMeanwhile(CatalogueError):
    """Somebody changed it after it was read."""


class OriginalDamaged(CatalogueError):
    """A stored original is missing or its bytes no longer match their name."""


class BackupInvalid(CatalogueError):
    """A folder is not a complete, undamaged backup, or a file is in the way."""


class BackupFailed(CatalogueError):
    """The system refused a read or write: a full disk, a damaged one, a read-only folder."""


class FrozenInvalid(CatalogueError):
    """A folder is no complete, undamaged frozen repository, or is in the way of one."""


class AuditIncomplete(EvidenceError):
    """A check of the audit could not be made: a lock, a permission, or the disk."""
