"""E-mail: what is written to people who follow questions, and its way to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment

from corpus.errors import MailRefused
from corpus.errors.said import say
from corpus.people.mailboxes import CONFIRM_DAYS, Mailbox
from search_api.following.matches import Match
from search_api.service.settings import Settings
from search_api.web.languages import counted, gettext, read_language, speaking

TIMEOUT_S: Final = 20
"""How long the mail server may take to answer."""
_STOP: Final = "List-Unsubscribe"


class _Policy(EmailPolicy):
    """Leaves the address that stops the e-mail whole: mail programs read no encoded words in it."""

    def fold(self, name: str, value: str) -> str:
        whole = name == _STOP and value.isascii()
        return f"{name}: {value}{self.linesep}" if whole else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        whole = name == _STOP and value.isascii()
        return self.fold(name, value).encode() if whole else super().fold_binary(name, value)


@dataclass(frozen=True, slots=True)
class Told:
    """What an e-mail tells of one question.

    Attributes:
        question: in words.
        page: the path of its page here.
        matches: what is shown of it.
        more: how many more there are.
    """

    question: str
    page: str
    matches: Sequence[Match]
    more: int = 0


def can_send(settings: Settings) -> bool:
    """Tell whether e-mail can be sent: there is a sender, and an address for links."""
    return bool(settings.mail_from and settings.base_url)


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Connect to the mail server for some messages; certificates are checked.

    Raises:
        OSError, smtplib.SMTPException: it does not answer, or not as it should.
    """
    context = ssl.create_default_context()
    host, port = settings.smtp_host, settings.smtp_port
    server = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        if settings.smtp_security == "tls"
        else smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    )
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server


def send_confirmation(
    settings: Settings, templates: Environment, address: str, secret: str, language: str
) -> None:
    """Send the link that confirms an address.

    Raises:
        MailRefused: the mail server does not take it.
    """
    link = f"{settings.base_url}/following/confirm?{urlencode({'code': secret})}"
    network = str(templates.globals["short_name"])
    with speaking(read_language(language)):
        message = _message(settings, address)
        message["Subject"] = gettext("%(network)s: confirm your e-mail address", network=network)
        message.set_content(
            gettext(
                "Somebody who is signed in to the evidence repository of %(network)s wants news of "
                "the questions they follow at this address. If that is you, open this address and "
                "confirm it. It works for %(days)s days.",
                network=network,
                days=CONFIRM_DAYS,
            )
            + f"\n\n{link}\n\n"
            + gettext("If it is not you, do nothing: nothing more will be sent.")
            + "\n"
        )
    try:
        with mail_server(settings) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(
            say(
                "The message to confirm it could not be sent. Check the address, or ask the people "
                "who run this repository."
            )
        ) from error


def write_digest(
    settings: Settings, templates: Environment, mailbox: Mailbox, told: Sequence[Told]
) -> EmailMessage:
    """Return one message with what is new for a person, in plain text and HTML.

    It can be stopped by one click in a mail program (RFC 2369, RFC 8058).
    """
    stop = f"{settings.base_url}/following/stop?{urlencode({'code': mailbox.stop_code})}"
    number = sum(len(one.matches) + one.more for one in told)
    network = str(templates.globals["short_name"])
    with speaking(read_language(mailbox.language)):
        message = _message(settings, mailbox.address)
        message["Subject"] = counted(
            number,
            "%(network)s: %(n)s new document on what you follow",
            "%(network)s: %(n)s new documents on what you follow",
            network=network,
        )
        message[_STOP] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        context = {
            "told": told,
            "base": settings.base_url,
            "stop": stop,
            "language": mailbox.language,
        }
        message.set_content(_write_text(settings, told, stop))
        html = templates.get_template("digest_mail.html").render(**context)
        message.add_alternative(html, subtype="html")
    return message


def _message(settings: Settings, address: str) -> EmailMessage:
    message = EmailMessage(_Policy())
    sender = str(settings.mail_from)
    message["From"] = sender
    message["To"] = address
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    return message


def _write_text(settings: Settings, told: Sequence[Told], stop: str) -> str:
    lines = [gettext("New in the evidence repository on the questions you follow:"), ""]
    for one in told:
        lines += [one.question, f"{settings.base_url}{one.page}", ""]
        for match in one.matches:
            address = f"{settings.base_url}/documents/{match.document.id}"
            lines += [f"- {match.document.title}", f"  {match.why}", f"  {address}", ""]
        if one.more:
            lines += [counted(one.more, "%(n)s more on its page", "%(n)s more on its page"), ""]
    lines += [
        gettext("Every quote names its page: check it there before you rely on it."),
        "",
        gettext("Change or stop what you follow") + f": {settings.base_url}/following",
        gettext("Stop all e-mail, without signing in") + f": {stop}",
    ]
    return "\n".join(lines) + "\n"
