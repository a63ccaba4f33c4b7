"""Where people are written to: an e-mail address is used once its owner has confirmed it.

Nothing here is logged. Functions that write are called inside ``transaction()``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import MailRefused
from corpus.errors.said import say
from corpus.people.credentials import hash_of, new_secret

MAX_ADDRESS_CHARACTERS: Final = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
_ADDRESS: Final = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@<>(),;:\\\"\[\]]+\.[^\s@.]{2,}")
CONFIRM_DAYS: Final = 7
"""How long the link that confirms an address works."""
ASK_AGAIN_MINUTES: Final = 5
"""How long to wait before another confirmation is sent, so that nobody is flooded with them."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a person is written to.

    Attributes:
        name: the person's.
        language: of the e-mail, one that pages are offered in.
        confirmed_at: when its owner confirmed it; nothing is sent before.
        stop_code: in each e-mail: who has it may stop them, and nothing else.
    """

    person_id: str
    name: str
    address: str
    language: str
    asked_at: str
    confirmed_at: str | None
    stop_code: str


_SELECT: Final = """
    select m.person_id, p.name, m.address, m.language, m.asked_at, m.confirmed_at, m.stop_code
    from mailbox m join person p on p.id = m.person_id
    where p.disabled_at is null
"""


def mailbox_of(catalogue: Catalogue, person_id: str) -> Mailbox | None:
    """Return a person's mailbox, confirmed or not."""
    rows = catalogue.rows(f"{_SELECT} and m.person_id = ?", [person_id])
    return Mailbox(*rows[0]) if rows else None


def confirmed_mailboxes(catalogue: Catalogue) -> list[Mailbox]:
    """Return the mailboxes that may be written to, by the names of their owners."""
    sql = f"{_SELECT} and m.confirmed_at is not null order by p.name"
    return [Mailbox(*row) for row in catalogue.rows(sql)]


def ask_for_mailbox(catalogue: Catalogue, person_id: str, address: str, language: str) -> str:
    """Keep an address until its owner confirms it, in place of any before; return the secret.

    Raises:
        MailRefused: it is no e-mail address, or a confirmation was sent a moment ago.
    """
    address = address.strip()
    if len(address) > MAX_ADDRESS_CHARACTERS or not _ADDRESS.fullmatch(address):
        raise MailRefused(say("This is not an e-mail address. Write it as name@example.org"))
    known = mailbox_of(catalogue, person_id)
    moment_ago = datetime.now(UTC) - timedelta(minutes=ASK_AGAIN_MINUTES)
    if known and datetime.fromisoformat(known.asked_at) > moment_ago:
        raise MailRefused(
            say(
                "A message to confirm an address was sent a moment ago. Wait %(n)s minutes before "
                "you ask for another.",
                n=ASK_AGAIN_MINUTES,
            )
        )
    secret = new_secret()
    catalogue.db.execute(
        """
        insert or replace into mailbox
        (person_id, address, language, asked_at, confirmed_at, confirmation_hash, stop_code)
        values (?, ?, ?, ?, null, ?, ?)
        """,
        [person_id, address, language, now(), hash_of(secret), new_secret()],
    )
    return secret


def confirm_mailbox(catalogue: Catalogue, secret: str) -> bool:
    """Confirm the address that a secret was sent to; return whether there was one.

    A second click finds it confirmed.
    """
    since = datetime.now(UTC) - timedelta(days=CONFIRM_DAYS)
    cursor = catalogue.db.execute(
        """
        update mailbox set confirmed_at = coalesce(confirmed_at, ?)
        where confirmation_hash = ? and (confirmed_at is not null or asked_at > ?)
        """,
        [now(), hash_of(secret), since.isoformat(timespec="seconds").replace("+00:00", "Z")],
    )
    return bool(cursor.rowcount)


def remove_mailbox(catalogue: Catalogue, person_id: str) -> None:
    """Forget a person's address."""
    catalogue.db.execute("delete from mailbox where person_id = ?", [person_id])


def stop_mail(catalogue: Catalogue, stop_code: str) -> bool:
    """Stop all e-mail to the owner of a code; return whether there is one.

    Their questions and their address stay.
    """
    rows = catalogue.rows("select person_id from mailbox where stop_code = ?", [stop_code])
    for (person_id,) in rows:
        catalogue.db.execute("update follow set cadence = 'none' where person_id = ?", [person_id])
    return bool(rows)
