"""Errors about resource lists, and about vocabularies and their terms."""

from __future__ import annotations

from corpus.errors.base import EvidenceError


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
