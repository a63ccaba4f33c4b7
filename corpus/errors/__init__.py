"""The one exception tree. Inner rooms raise these; the edge maps them to statuses and exit codes.

EvidenceError                 never raised itself: catch it to catch every error below
├── CatalogueError
│   ├── CatalogueMissing      there is no catalogue at the given path
│   ├── CatalogueDamaged      the file is damaged, empty or missing, or it is not a catalogue
│   │   └── KeywordIndexDamaged  only the words are damaged; they can be rebuilt
│   ├── CatalogueTooNew       written by a later release of this program
│   ├── CatalogueUnwritable   its file cannot be opened or written
│   │   └── CatalogueIsCopy      a read-only copy: it is written where it comes from
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
│   ├── QuestionInvalid       a learning question that cannot be stored as it is
│   ├── QuestionExists        the agenda has this question already
│   │   └── QuestionElsewhere    it has it under another topic
│   ├── QuestionNotFound      no learning question has this id
│   ├── GroupNotFound         the caller can see no such group, or nothing like it in it
│   ├── GroupExists           another group has this address already
│   ├── GroupInvalid          a group, or something in it, that cannot be stored as it is
│   ├── OrganisationNotFound  no member organisation has this address
│   ├── PersonNotFound        nobody has this name or id
│   ├── NameUnusable          a person's name that is taken or not valid
│   ├── KeyNotFound           there is no such API key
│   ├── CorrectionInvalid     a field of a record cannot have this value
│   ├── ContributionNotFound  no contribution of this member has this id
│   ├── ContributionsFull     too many contributions of one member are waiting
│   ├── FollowNotFound        the caller follows no such question
│   ├── FollowingFull         one person follows too many questions
│   ├── MailRefused           e-mail that cannot be sent, or an address that cannot be used
│   ├── WebhookRefused        an address that cannot have a webhook, or has none
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
│   ├── IndexTooNew           derived files were written by a later release
│   └── EngineUnavailable     the search engine does not answer, or lacks passages
├── AuditIncomplete           a check of the audit could not be made
├── TagModelUnusable          a learned tagger is damaged, missing, or of another release
├── ModelUnavailable          the embedding model cannot be loaded
├── WorkersUnavailable        the processes that read documents cannot be started
├── ClusterUnavailable        no scheduler answers, or none of its workers can be used
│   └── ClusterLost           the scheduler or all workers went away in the middle of the work
├── TaskGivenUp               worker after worker ended or failed over the same task
├── AccessRefused
│   ├── NotSignedIn           an anonymous request for what is not public
│   └── NotPermitted          the role does not allow it, or another site sent the request
├── QueryInvalid              a query or filter that cannot be answered
│   └── CursorInvalid          a cursor that belongs to another request
└── EvaluationInvalid         judged queries or a test collection that cannot be read

A message says what happened, to what, and what to do next.
"""

from corpus.errors.asking import *
from corpus.errors.base import *
from corpus.errors.catalogue import *
from corpus.errors.cluster import *
from corpus.errors.index import *
from corpus.errors.inputs import *
from corpus.errors.lists import *
from corpus.errors.people import *
