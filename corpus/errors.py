"""The one exception tree. Inner rooms raise these; the edge maps them to statuses and exit codes.

EvidenceError                 never raised itself: catch it to catch every error below
├── CatalogueError
│   ├── CatalogueMissing      there is no catalogue at the given path
│   ├── CatalogueDamaged      the file is damaged, empty or missing, or it is not a catalogue
│   │   └── KeywordIndexDamaged  only the words are damaged; they can be rebuilt
│   ├── CatalogueTooNew       written by a later release of this program
│   ├── CatalogueUnwritable   its file cannot be opened or written
│   ├── CatalogueBusy         another process holds the write lock
│   ├── DocumentNotFound      no document has this id
│   ├── VersionNotFound       a document has no version of this number
│   ├── PassageNotFound       a document has no such passage
│   ├── TagNotFound           a document has no such tag, or nobody decided about it
│   ├── RelationNotFound      nothing was decided about these two documents
│   ├── FactorPassageNotFound  a passage is not on the checklist under this factor
│   ├── DemandNotFound        no fruitless search is recorded for this
│   ├── JudgementInvalid      a query that cannot be judged
│   ├── JudgementNotFound     nobody marked this document for this query
│   ├── (corpus.network.refusals: of questions, groups, organisations)
│   ├── PersonNotFound        nobody has this name or id
│   ├── NameUnusable          a person's name that is taken or not valid
│   ├── KeyNotFound           there is no such API key
│   ├── CorrectionInvalid     a field of a record cannot have this value
│   ├── ContributionNotFound  no contribution of this member has this id
│   ├── ContributionsFull     too many contributions of one member are waiting
│   ├── FollowNotFound        the caller follows no such question
│   ├── FollowingFull         one person follows too many questions
│   ├── MailRefused           e-mail that cannot be sent, or an address that cannot be used
│   ├── NotUndecided          it was already decided, or does not exist
│   ├── ChangedMeanwhile      a write is based on an outdated state
│   ├── OriginalDamaged       a stored original is missing or its bytes changed
│   ├── BackupInvalid         a folder is not a complete backup, or a file is in the way
│   ├── BackupFailed          the system refused a read or write of a backup or restore
│   └── FrozenInvalid         a folder is no complete frozen repository, or cannot be written to
├── ListError
│   ├── ListNotFound          the caller can see no such list, version or entry
│   ├── ListExists            another list has this address already
│   ├── ListChanged           somebody saved the list after it was read
│   ├── ListUnchanged         there is nothing to publish
│   └── ListInvalid           a list that cannot be stored as it is
├── VocabularyError
│   ├── VocabularyInvalid     the taxonomy file cannot be used as it is
│   └── UnknownTerm           a vocabulary has no such term
├── SourceRejected            an input cannot become a document; carries a code and a reason
│   └── ProtocolError         a repository answers an OAI-PMH request with a protocol error
├── IndexUnusable
│   ├── IndexMissing          no index was built yet
│   ├── IndexDamaged          derived files do not match their manifest or checksums
│   ├── IndexUnwritable       derived files cannot be opened, read or written
│   └── IndexTooNew           derived files were written by a later release
├── AuditIncomplete           a check of the audit could not be made
├── TagModelUnusable          a learned tagger is damaged, missing, or of another release
├── ModelUnavailable          the embedding model cannot be loaded
├── WorkersUnavailable        the processes that read documents cannot be started
├── AccessRefused
│   ├── NotSignedIn           an anonymous request for what is not public
│   └── NotPermitted          the role does not allow it, or another site sent the request
├── QueryInvalid              a query or filter that cannot be answered
│   └── CursorInvalid          a cursor that belongs to another request
└── EvaluationInvalid         judged queries or a test collection that cannot be read

A message says what happened, to what, and what to do next.
"""

from __future__ import annotations


class EvidenceError(Exception):
    """Base of every error raised on purpose."""


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


class PersonNotFound(CatalogueError):
    """Nobody has this name or id."""


class NameUnusable(CatalogueError):
    """A person's name that is taken or not valid."""


class KeyNotFound(CatalogueError):
    """There is no such API key."""


class CorrectionInvalid(CatalogueError):
    """A field of a document's record cannot have this value."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field} {why}.")
        self.field = field
        self.why = why


class ContributionNotFound(CatalogueError):
    """No contribution of this member has this id."""


class ContributionsFull(CatalogueError):
    """Too many contributions of one member are already waiting for a curator."""


class FollowNotFound(CatalogueError):
    """The caller follows no such question."""


class FollowingFull(CatalogueError):
    """One person follows as many questions as they may."""


class MailRefused(CatalogueError):
    """E-mail that cannot be sent, or an address that cannot be used now."""


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


class ListError(EvidenceError):
    """Base of errors about resource lists or a request to one."""


class ListNotFound(ListError):
    """The caller can see no such resource list, version or entry."""


class ListExists(ListError):
    """Another list has this address already."""


class ListChanged(ListError):
    """Somebody saved the list after it was read.

    Args:
        slug: the list.
        revision: its revision now.
        changed_by: who saved it last.
    """

    def __init__(self, slug: str, revision: int, changed_by: str) -> None:
        super().__init__(
            f"{changed_by} saved the list {slug!r} after you read it; it is now at revision "
            f"{revision}. Your changes were not saved. Read it again, merge your changes, and save."
        )
        self.slug = slug
        self.revision = revision
        self.changed_by = changed_by


class ListUnchanged(ListError):
    """There is nothing to publish: the list is the same as its newest version."""


class ListInvalid(ListError):
    """A list that cannot be stored as it is."""


class VocabularyError(EvidenceError):
    """Base of errors about vocabularies and their terms."""


class VocabularyInvalid(VocabularyError):
    """The taxonomy file cannot be used as it is."""


class UnknownTerm(VocabularyError):
    """A vocabulary has no such term."""


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


class AuditIncomplete(EvidenceError):
    """A check of the audit could not be made: a lock, a permission, or the disk."""


class TagModelUnusable(EvidenceError):
    """A learned tagger is damaged, missing, or of another release."""


class ModelUnavailable(EvidenceError):
    """The embedding model cannot be loaded."""


class WorkersUnavailable(EvidenceError):
    """The processes that read documents cannot be started."""


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


class EvaluationInvalid(EvidenceError):
    """Judged queries or a test collection that cannot be read."""
