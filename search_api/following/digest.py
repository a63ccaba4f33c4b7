"""Sends each person one message with what is new on the questions they follow.

What was told is recorded as soon as the mail server has taken a message. If the machine stops in
between, that one message is sent again; no other is, and none is lost.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import MailRefused
from corpus.people.following import Cadence, follows_of, mark_mailed
from corpus.people.mailboxes import Mailbox, confirmed_mailboxes
from search_api.following.digest_lock import send_alone
from search_api.following.mail import Told, can_send, mail_server, write_digest
from search_api.following.news import News, describe_question, explain_news, find_news
from search_api.service.service import Service
from search_api.service.settings import Settings
from search_api.web.languages import read_language, speaking

MOST_TOLD: Final = 10
"""How many documents a message shows of one question; the rest are on its page."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one person's message.

    Attributes:
        name: the person's.
        outcome: ``nothing new`` and ``would be sent`` send nothing.
        documents: how many new documents it tells of.
        reason: why it failed.
    """

    name: str
    outcome: Literal["sent", "would be sent", "nothing new", "failed"]
    documents: int = 0
    reason: str = ""


def send_digests(
    service: Service, catalogue: Catalogue, cadence: Cadence, *, dry_run: bool = False
) -> Iterator[Sent]:
    """Send what is new to everybody who asked for e-mail this often, one message a person.

    An address that fails costs no other one.

    Raises:
        MailRefused: nothing can be sent: it is not set up, or another digest is being sent.
    """
    settings = service.settings
    if not can_send(settings):
        raise MailRefused(
            "No e-mail can be sent: set mail_from, and base_url for the links in it. See "
            "docs/operating.md"
        )
    with send_alone(settings.data_folder):
        for mailbox in confirmed_mailboxes(catalogue):
            news = _news_of(service, catalogue, mailbox, cadence)
            number = sum(len(one.new) for one in news)
            if not number:
                yield Sent(mailbox.name, "nothing new")
            elif dry_run:
                yield Sent(mailbox.name, "would be sent", number)
            else:
                yield _send(service, catalogue, mailbox, news, number)


def _news_of(
    service: Service, catalogue: Catalogue, mailbox: Mailbox, cadence: Cadence
) -> list[News]:
    followed = [f for f in follows_of(catalogue, mailbox.person_id) if f.cadence == cadence]
    news = (find_news(service, catalogue, one, by_mail=True) for one in followed)
    return [one for one in news if one.new]


def _send(
    service: Service, catalogue: Catalogue, mailbox: Mailbox, news: Sequence[News], number: int
) -> Sent:
    with speaking(read_language(mailbox.language)):
        told = [_told(service, catalogue, one) for one in news]
    message = write_digest(service.settings, service.templates, mailbox, told)
    try:
        _hand_over(service.settings, message)
    except (OSError, smtplib.SMTPException) as error:
        return Sent(mailbox.name, "failed", number, _reason(error))
    with catalogue.transaction():
        for one in news:
            mark_mailed(catalogue, one.follow, one.told)
    return Sent(mailbox.name, "sent", number)


def _told(service: Service, catalogue: Catalogue, news: News) -> Told:
    shown = news.new[:MOST_TOLD]
    return Told(
        question=describe_question(service, news.follow.question),
        page=f"/following/{news.follow.id}",
        matches=explain_news(service, catalogue, news.follow, shown),
        more=len(news.new) - len(shown),
    )


def _hand_over(settings: Settings, message: EmailMessage) -> None:
    """Give a message to the mail server over a connection of its own."""
    with mail_server(settings) as server:
        server.send_message(message)


def _reason(error: Exception) -> str:
    """Return what the mail server said, without the address it said it about."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the mail server refused the address"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    return f"the mail server cannot be reached or trusted: {error}"
