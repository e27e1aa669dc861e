"""A real mail server for the demo: it takes every letter, keeps none, and knows the dead boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """Listens on a port of this machine.

    `dead` boxes are refused as a provider would (550), for good. `letters` counts what came per
    message id, so that a test can see whether anything came twice.
    """

    def __init__(self, port: int) -> None:
        self.dead: Collection[str] = ()
        self.letters: Counter[str] = Counter()
        self._new: list[tuple[str, str]] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def open(self) -> None:
        """Start serving in a thread of its own."""
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    def take(self) -> list[tuple[str, str]]:
        """What arrived since the last time: address and message id."""
        new, self._new = self._new, []
        return new

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.dead:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        letter = str(message_from_bytes(raw)["Message-ID"])
        self.letters[letter] += 1
        self._new += [(address.lower(), letter) for address in envelope.rcpt_tos]
        return "250 OK"
