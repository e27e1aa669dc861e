"""What a crew sees and says at a door. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from doorstep.casefile.types import ArrearsReason, PromiseSaid, VisitAsked
from doorstep.kernel.money import Money
from doorstep.visits.types import RouteView, VisitView


class DoorOutcome(StrEnum):
    """How a visit ended. Whoever opened besides the borrower was told nothing."""

    MET = "met"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    THIRD_PARTY = "third_party"
    MINOR_ONLY = "minor_only"
    WRONG_PERSON = "wrong_person"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    ASKED_TO_LEAVE = "asked_to_leave"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What the crew says of a visit. `happened_at` is the phone's time at the door, aware.

    `right_party` is right_party, wrong_party, refused, not_sure or empty; `visit` another
    visit they asked for; `stop` a care.StopKind or empty; the note is kept sealed.
    """

    outcome: DoorOutcome
    happened_at: datetime
    right_party: str = ""
    reason: ArrearsReason | None = None
    promise: PromiseSaid | None = None
    visit: VisitAsked | None = None
    stop: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the gate said no, or what it asks of the crew: rule, words and citation."""

    rule: str
    why: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and what our records hold: for the crew's eyes, never read out."""

    code: str
    expected: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    id: UUID
    visit_id: UUID
    taken_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Packet:
    """The least a crew needs at one door.

    Before `begin` it holds only when and roughly where. Questions come with the gate's yes, the
    amount only once the right person is confirmed. `party` is that answer; `until` the end of the
    clearance; `earlier` the outcomes of earlier visits, the latest first.
    """

    visit: VisitView
    masked_address: str
    begun_at: datetime | None = None
    until: datetime | None = None
    open: bool = False
    duties: Sequence[Reason] = ()
    questions: Sequence[Question] = ()
    party: str = ""
    amount: Money | None = None
    earlier: Sequence[tuple[date, str]] = ()
    photos: Sequence[PhotoView] = ()
    person: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """A crew's day: its route, and the masked address of each stop."""

    day: date
    route: RouteView | None
    addresses: dict[UUID, str]
