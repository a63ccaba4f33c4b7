"""The errors of questions, groups and organisations: a branch of the tree in ``corpus.errors``."""

from __future__ import annotations

from corpus.errors import CatalogueError


class QuestionInvalid(CatalogueError):
    """A learning question cannot be stored as it is."""


class QuestionExists(CatalogueError):
    """The agenda has this question already; ``question_id`` is that one's."""

    def __init__(self, message: str, question_id: str) -> None:
        super().__init__(message)
        self.question_id = question_id


class QuestionNotFound(CatalogueError):
    """No learning question has this id."""


class GroupNotFound(CatalogueError):
    """There is no such group or thing in it, or the caller may not see it."""


class GroupExists(CatalogueError):
    """Another group has this address already."""


class GroupInvalid(CatalogueError):
    """A group, or something in it, cannot be stored as it is."""


class OrganisationNotFound(CatalogueError):
    """No member organisation has this address."""
