"""Errors about people: who they are, what they follow and contribute; groups and webhooks."""

from __future__ import annotations

from corpus.errors.catalogue import CatalogueError


class PersonNotFound(CatalogueError):
    """Nobody has this name or id."""


class NameUnusable(CatalogueError):
    """A person's name that is taken or not valid."""


class KeyNotFound(CatalogueError):
    """There is no such API key."""


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


class QuestionInvalid(CatalogueError):
    """A learning question cannot be stored as it is."""


class QuestionExists(CatalogueError):
    """The agenda has this question already; ``question_id`` is that one's."""

    def __init__(self, message: str, question_id: str) -> None:
        super().__init__(message)
        self.question_id = question_id


class QuestionElsewhere(QuestionExists):
    """The agenda has this question under another topic."""


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


class WebhookRefused(CatalogueError):
    """An address cannot have a webhook, has one already, or has none."""
