"""What a channel plug-in answers (docs/howto/add-a-channel.md). Pure.

A plug-in is a module named by an entry point of the group `doorstep.channels`; it offers
`open_channel(redeem) -> Channel`. It gets no address with the message: it must hand the clearance
to `redeem`, which uses it up and gives the envelope back, or raises. So a clearance that is used,
expired, revoked, or made for another content or recipient cannot send anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from doorstep.compliance.types import Cleared
from doorstep.contact.types import Delivery, Envelope, Message, Receipt


class ChannelError(Exception):
    """Nothing was handed over. Anything else that `send` raises leaves the message *unknown*."""


class NeverAgainError(ChannelError):
    """This recipient cannot be reached this way: the point is marked and left alone."""


class TryLaterError(ChannelError):
    """Not now: the outbox tries again, later each time, inside legal hours."""


class Redeem(Protocol):
    def __call__(self, cleared: Cleared[Message]) -> Envelope:
        """Use the clearance up and return the envelope; raises compliance's ClearanceError."""
        ...


class Channel(Protocol):
    """One way to carry text. Instances live for one batch and may keep a connection open."""

    reaches: str
    """The kind of contact point it carries to: phone, email, address or chat."""

    def send(self, cleared: Cleared[Message]) -> Receipt:
        """Redeem, then hand over once. Raises NeverAgainError or TryLaterError when certain that
        nothing was handed over."""
        ...

    def read_receipt(self, payload: Mapping[str, Any]) -> Delivery | None:
        """What a provider's callback says about a message, or None if it says nothing of use."""
        ...

    def close(self) -> None:
        """End of the batch."""
        ...


class ChannelModule(Protocol):
    def open_channel(self, redeem: Redeem) -> Channel: ...
