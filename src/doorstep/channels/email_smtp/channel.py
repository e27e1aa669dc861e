"""Hand a message to a mail server, once.

Certain that nothing was taken: no connection, or the server's own *no* (replies.py). Everything
else, a connection lost or a silence after we began to talk, may have delivered the mail; it is
raised as it is and leaves the message *unknown*.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formataddr
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from doorstep.channels.email_smtp.replies import Refusal, read_bounce, refusal
from doorstep.compliance.types import Cleared
from doorstep.contact.ports import NeverAgainError, Redeem, TryLaterError
from doorstep.contact.types import Delivery, Envelope, Message, Receipt


def open_channel(redeem: Redeem) -> EmailChannel:
    """The door the outbox knocks at (contact.ports.ChannelModule)."""
    return EmailChannel(redeem)


class EmailChannel:
    """One batch over one connection, which is opened anew if it went away between two mails."""

    reaches = "email"

    def __init__(self, redeem: Redeem) -> None:
        self._redeem = redeem
        self._connection: BaseEmailBackend | None = None

    def send(self, cleared: Cleared[Message]) -> Receipt:
        """Redeem the clearance and hand the mail over. Errors: see contact.ports."""
        connection = self._open()
        mail = compose(cleared.it, self._redeem(cleared))
        mail.connection = connection
        try:
            taken = mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            _raise(refusal(*next(iter(error.recipients.values()))))
        except smtplib.SMTPResponseException as error:
            _raise(refusal(error.smtp_code, error.smtp_error))
        if taken != 1:
            raise TryLaterError("the mail server did not take it")
        return Receipt(str(mail.extra_headers["Message-ID"]))

    def read_receipt(self, payload: Mapping[str, Any]) -> Delivery | None:
        """`payload["raw"]` holds the bytes of a mail that came to our return address."""
        return read_bounce(bytes(payload["raw"]))

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _open(self) -> BaseEmailBackend:
        """An open connection. Before anything of a message is said, every failure is *later*."""
        if self._connection is not None and not _alive(self._connection):
            self.close()
        connection = self._connection or get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise TryLaterError(f"no connection to the mail server: {error}") from error
        self._connection = connection
        return connection


def compose(message: Message, envelope: Envelope) -> EmailMessage:
    """A plain-text mail with a stable Message-ID and a way out in its header (RFC 2369)."""
    sender = settings.DEFAULT_FROM_EMAIL
    number = message.message_id.partition("@")[0]
    stop = f"<mailto:{sender}?subject={quote(f'STOP {number}')}>"
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((envelope.sender_name, sender)),
        to=[envelope.address],
        headers={
            "Message-ID": f"<{message.message_id}>",
            "List-Unsubscribe": stop,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )


def _alive(connection: BaseEmailBackend) -> bool:
    """Whether an SMTP connection kept from the last mail still answers (RFC 5321 NOOP)."""
    server = getattr(connection, "connection", None)
    if server is None:
        return True
    try:
        return bool(server.noop()[0] == 250)
    except (OSError, smtplib.SMTPException):
        return False


def _raise(no: Refusal) -> None:
    raise NeverAgainError(no.words) if no.for_good else TryLaterError(no.words)
