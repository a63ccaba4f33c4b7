"""Who acts: somebody with a role, by command line, key or session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["reader", "member", "curator", "admin"]

ROLES: Final[tuple[Role, ...]] = ("reader", "member", "curator", "admin")
"""From least to most; each role includes the ones before it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts.

    Attributes:
        name: the name that the log and decisions show.
        role: what they may do.
        person_id: ``None`` for an anonymous reader and for the command line.
        request_id: names the request in the server's log; ``None`` on the command line.
    """

    name: str
    role: Role
    person_id: str | None = None
    request_id: str | None = None

    def may(self, role: Role) -> bool:
        """Whether this actor may do what needs ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)


ANONYMOUS: Final = Actor("anonymous", "reader")
