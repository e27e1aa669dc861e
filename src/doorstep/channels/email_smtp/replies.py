"""What a mail server's words mean: the reply codes of RFC 5321 as one table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from doorstep.contact.types import Delivery

NEVER = frozenset({550, 551, 553, 556})
"""The mailbox does not exist or refuses us for good."""
OURS = frozenset({530, 534, 535, 538, 552, 554})
"""5xx, but the fault is ours, the content's or the relay's: the address may be fine."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that certainly took nothing; `for_good` when this address will never work."""

    for_good: bool
    words: str


def refusal(code: int, text: bytes | str) -> Refusal:
    """Read a negative reply. Only a reply about the mailbox marks the address.

    >>> refusal(550, b"5.1.1 no such user").for_good, refusal(451, b"greylisted").for_good
    (True, False)
    >>> refusal(554, b"5.7.1 relay access denied").for_good
    False
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Refusal(code in NEVER, f"{code} {words}"[:160])


def read_bounce(raw: bytes) -> Delivery | None:
    """A delivery status notification (RFC 3464), or None for any other mail.

    `reference` is the Message-ID of the mail it is about. A delay says nothing yet.
    """
    mail = message_from_bytes(raw, policy=policy.default)
    if mail.get_content_type() != "multipart/report":
        return None
    status = reference = detail = ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status, detail = _status(part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            reference = _original(part)
    if not reference or status not in {"failed", "delivered"}:
        return None
    return Delivery(reference, status == "delivered", detail)


def _status(part: Message) -> tuple[str, str]:
    for fields in part.get_payload():
        if isinstance(fields, Message) and fields["Action"]:
            return str(fields["Action"]).strip().lower(), str(fields["Diagnostic-Code"] or "")[:160]
    return "", ""


def _original(part: Message) -> str:
    """The Message-ID of the mail a report is about, whole or headers only."""
    inner = part.get_payload()
    if isinstance(inner, list):
        first = inner[0] if inner else None
        return str(first["Message-ID"] or "").strip() if isinstance(first, Message) else ""
    raw = part.get_payload(decode=True)
    headers = message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=policy.default)
    return str(headers["Message-ID"] or "").strip()
