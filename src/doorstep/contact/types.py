"""Messages and calls as other folders and plug-ins see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from doorstep.casefile.types import ArrearsReason, PromiseSaid, VisitAsked
from doorstep.kernel.actions import Action
from doorstep.kernel.money import Money


class MessageState(StrEnum):
    """queued → sending → sent, failed or unknown; held: permission or time was gone, never sent.

    `sending` is committed before the network call; what a crash leaves there becomes `unknown`,
    which only a person resolves.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"


class CallState(StrEnum):
    """open → taken → done; held: the gate said no; expired: its day ended untouched."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    HELD = "held"
    EXPIRED = "expired"


class CallResult(StrEnum):
    CONVERSATION = "conversation"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    FAILED = "failed"


class InboundKind(StrEnum):
    """What a borrower did without being asked."""

    REPLY = "reply"
    OPT_OUT = "opt_out"
    CALLED_US = "called_us"


class Resolution(StrEnum):
    """What a person found out about a message of unknown fate."""

    ARRIVED = "arrived"
    NOT_SENT = "not_sent"
    SEND_AGAIN = "send_again"


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel carries: an action whose content is final.

    Subject and body are read out of the action's content, so that nothing but what was cleared can
    be sent; `message_id` is stable (an outbox row always carries the same); the address is not in
    here: `action.to.point` says whose it is.
    """

    action: Action
    message_id: str
    language: str

    @property
    def subject(self) -> str:
        return split_content(self.action.content)[0]

    @property
    def body(self) -> str:
        return split_content(self.action.content)[1]


def join_content(subject: str, body: str) -> str:
    """Subject and body as the one text that the gate judges; `split_content` takes it apart."""
    return f"{subject}\n\n{body}"


def split_content(content: str) -> tuple[str, str]:
    subject, _, body = content.partition("\n\n")
    return subject, body


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a redeemed clearance is exchanged for: the address and who writes. Never logged."""

    address: str
    sender_name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message: `reference` is its name for it, `detail` its words."""

    reference: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a provider told us later about a message: delivered, or bounced for good."""

    reference: str
    delivered: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QueueReport:
    """`queued` messages are new, `gaps` had no text in the borrower's language, `refused` had a
    text that must not go to this reader."""

    queued: int
    gaps: int
    refused: int


@dataclass(frozen=True, slots=True)
class SendReport:
    sent: int = 0
    failed: int = 0
    held: int = 0
    retried: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class MessageView:
    """One row of the outbox, without its text."""

    id: UUID
    case_id: UUID
    case_reference: str
    channel: str
    template: str
    language: str
    state: MessageState
    why: str
    not_before: datetime
    changed_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class MessageStepView:
    state: MessageState
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """A message with its text and its history."""

    view: MessageView
    subject: str
    body: str
    steps: Sequence[MessageStepView]


@dataclass(frozen=True, slots=True)
class GapView:
    """A borrower we have no text for: call, or have a text written."""

    id: int
    case_id: UUID
    case_reference: str
    language: str
    template: str
    on: date


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What an agent heard. `right_party` and `stop` are values of verification's RightParty and
    care's StopKind; `call_back_at` is aware; `visit` is one they asked for; `note` is free text,
    sealed at rest."""

    result: CallResult
    right_party: str = ""
    reason: ArrearsReason | None = None
    promise: PromiseSaid | None = None
    call_back_at: datetime | None = None
    visit: VisitAsked | None = None
    stop: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call to make, before anybody asked the gate: no number, no amount."""

    id: UUID
    case_id: UUID
    case_reference: str
    day: date
    rank: int
    purpose: str
    language: str
    masked: str
    person: str
    role: str
    state: CallState
    hand_dialled: bool
    not_before: datetime
    not_after: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """`say` is read aloud in the borrower's language; `hint` is for the agent."""

    say: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RightPartyQuestion:
    code: str
    expected: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the gate: what a rule said, with its citation."""

    rule: str
    why: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """The answer to *may I?*, with what an agent needs while it holds.

    `number` is empty unless `permitted` and `at` is before `until`; `amount` is None until the
    right party was confirmed; `reasons` are the gate's words, `duties` what it asks for.
    """

    card: CallCard
    permitted: bool
    verdict: str
    reasons: Sequence[Reason] = ()
    duties: Sequence[Reason] = ()
    defer_until: datetime | None = None
    until: datetime | None = None
    number: str = ""
    name: str = ""
    questions: Sequence[RightPartyQuestion] = ()
    party: str = ""
    amount: Money | None = None
    script: Sequence[ScriptLine] = ()
    script_missing: bool = False
    language: str = "en"
    currency: str = ""
    zone: str = "UTC"
