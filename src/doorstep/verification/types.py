"""Contact points and the people behind them, as other folders see them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from doorstep.kernel.actions import Purpose, Role


class PointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    CHAT = "chat"


class PointUse(StrEnum):
    SELF = "self"
    HOME = "home"
    WORK = "work"
    CONTACT = "contact"


class PointStatus(StrEnum):
    """Unverified points may only be verified; resting and wrong ones are left alone."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    RESTING = "resting"
    WRONG = "wrong"


class Precision(StrEnum):
    """How well an address is located. Only `POINT` is good enough for a visit plan."""

    NONE = ""
    TOWN = "town"
    POINT = "point"


class PointOutcome(StrEnum):
    """What an attempt taught us about a contact point."""

    ANSWERED = "answered"
    RIGHT_PARTY = "right_party"
    WRONG_PARTY = "wrong_party"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    BOUNCED = "bounced"
    DELIVERED = "delivered"
    FOUND_HOME = "found_home"
    NOBODY_HOME = "nobody_home"
    MOVED = "moved"
    CONFIRMED = "confirmed"
    ASKED_TO_STOP = "asked_to_stop"


class RightParty(StrEnum):
    """The answer to *is this the right person?*; only the first opens the subject of debt."""

    RIGHT_PARTY = "right_party"
    WRONG_PARTY = "wrong_party"
    REFUSED = "refused"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class PointState:
    """What the rules read and write of a point: confidence 0-100, `rest_until` the first day a
    resting one may be tried again (None: never by itself)."""

    status: PointStatus
    confidence: int
    confirmed_on: date | None = None
    rest_until: date | None = None


@dataclass(frozen=True, slots=True)
class PointView:
    """One contact point of one case, masked.

    `person` is the related person's id, empty for the borrower. `latitude`/`longitude` are set
    only where the address is located to the point; `precision` says what is known otherwise.
    `number_key` is a keyed blind index: equal numbers have equal keys, across cases and lenders.
    `right_party_at` is when the right person was last proven to be behind it.
    """

    id: UUID
    case_id: UUID
    person: str
    role: Role
    kind: PointKind
    use: PointUse
    masked: str
    status: PointStatus
    confidence: int
    source: str
    basis: str
    confirmed_on: date | None
    last_outcome: str
    last_outcome_at: datetime | None
    latitude: float | None
    longitude: float | None
    precision: Precision
    country: str
    region: str
    zone: str
    number_key: str
    rest_until: date | None = None
    right_party_at: datetime | None = None

    @property
    def located(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def purposes(self) -> frozenset[Purpose]:
        """What this point may be used for at all, before the gate is asked."""
        from doorstep.verification.rules.purposes import purposes

        return purposes(self.status)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody related to a case: `role` as the lender's file says it, masked name.

    `stopped_at` is when they asked not to be contacted again: that holds for good.
    """

    case_id: UUID
    person: str
    role: Role
    placement_role: str
    masked_name: str
    liable: bool
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """A right-party question: `code` is worded in the agent's language by the page, `expected` is
    what our records hold, for the agent's eyes only. None names a debt, a lender or an amount."""

    code: str
    expected: str


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """One outcome of many: `point_id`, what happened, when (aware) and who says so."""

    point_id: UUID
    outcome: PointOutcome
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A contact point somebody tells us of. `source` says who (crew, borrower, desk), `person` a
    related person's id or empty for the borrower; coordinates in WGS 84 degrees if known."""

    kind: PointKind
    value: str
    source: str
    use: PointUse = PointUse.SELF
    basis: str = ""
    person: str = ""
    latitude: float | None = None
    longitude: float | None = None
