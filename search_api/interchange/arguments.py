"""The arguments of OAI-PMH requests: which a verb takes, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_LISTING: Final = frozenset({"from", "until", "set"})
TOKEN: Final = "resumptionToken"


class OaiError(Exception):
    """An error of OAI-PMH, which is answered with status 200.

    Attributes:
        code: one of the codes of section 3.6.
        reason: what is wrong and what to do, in words.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb takes: arguments it needs, others it allows, and whether it goes on by token."""

    needed: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    resumes: bool = False


VERBS: Final[Mapping[str, Verb]] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(allowed=frozenset({"identifier"})),
    "ListSets": Verb(resumes=True),
    "GetRecord": Verb(needed=frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": Verb(frozenset({"metadataPrefix"}), _LISTING, resumes=True),
    "ListRecords": Verb(frozenset({"metadataPrefix"}), _LISTING, resumes=True),
}


def read_arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the arguments of a request by name, the verb among them.

    Raises:
        OaiError: ``badVerb`` or ``badArgument``.
    """
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        said = "There is more than one verb" if len(verbs) > 1 else "The verb is missing or unknown"
        raise OaiError("badVerb", f"{said}. Name one of: {', '.join(VERBS)}.")
    arguments = dict(pairs)
    given = [name for name, _ in pairs]
    repeated = sorted({name for name in given if given.count(name) > 1})
    if repeated:
        raise OaiError("badArgument", f"Given more than once: {', '.join(repeated)}.")
    _check_names(verbs[0], arguments.keys() - {"verb"})
    return arguments


def _check_names(name: str, given: set[str]) -> None:
    verb = VERBS[name]
    if verb.resumes and TOKEN in given:
        if given != {TOKEN}:
            raise OaiError("badArgument", f"With {TOKEN}, leave the other arguments out.")
        return
    unknown = sorted(given - verb.needed - verb.allowed)
    if unknown:
        raise OaiError("badArgument", f"{name} does not take: {', '.join(unknown)}.")
    missing = sorted(verb.needed - given)
    if missing:
        raise OaiError("badArgument", f"{name} needs: {', '.join(missing)}.")


def read_window(arguments: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return ``from`` and ``until`` as moments, both inclusive; a day means all of it.

    Raises:
        OaiError: ``badArgument``.
    """
    since, until = arguments.get("from"), arguments.get("until")
    for name, stated in (("from", since), ("until", until)):
        if stated is not None and not _is_moment(stated):
            raise OaiError(
                "badArgument",
                f"{name} is not a date: {stated!r}. Write it as 2026-01-31 or "
                "2026-01-31T12:00:00Z.",
            )
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "Write from and until alike: both as days or as seconds.")
    first = f"{since}T00:00:00Z" if since and len(since) == len("2026-01-31") else since
    last = f"{until}T23:59:59Z" if until and len(until) == len("2026-01-31") else until
    if first and last and first > last:
        raise OaiError("badArgument", "from is later than until. Exchange them.")
    return first, last


def _is_moment(stated: str) -> bool:
    if not (_DAY.fullmatch(stated) or _SECOND.fullmatch(stated)):
        return False
    try:
        datetime.fromisoformat(stated)
    except ValueError:
        return False
    return True
