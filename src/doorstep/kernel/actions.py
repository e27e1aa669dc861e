"""An action is something we would like to do to reach a borrower; whether we may is not said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from doorstep.kernel.ids import digest
from doorstep.kernel.money import Money


class ActionKind(StrEnum):
    CALL = "call"
    MESSAGE = "message"
    LETTER = "letter"
    VISIT = "visit"
    THIRD_PARTY = "third_party"
    DEMAND_AMOUNT = "demand_amount"
    CREDIT_REPORT = "credit_report"
    DATA_USE = "data_use"
    PLACE_WITH_AGENCY = "place_with_agency"


class Role(StrEnum):
    """Who is at the other end, seen from the debt."""

    DEBTOR = "debtor"
    CONTACT = "contact"
    SPOUSE = "spouse"
    GUARANTOR = "guarantor"
    HEIR = "heir"
    EMPLOYER = "employer"
    OTHER = "other"


class Purpose(StrEnum):
    """Why we reach out: an unverified contact point may only be verified, never dunned."""

    COLLECT = "collect"
    VERIFY = "verify"
    REMIND = "remind"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom. `person` is the related person's id, empty for the borrower; `point` the contact
    point's id; neither is ever the number or the name itself."""

    role: Role = Role.DEBTOR
    person: str = ""
    point: str = ""
    minor: bool = False
    liable: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where: ISO 3166 `country`, optional `region`, IANA `zone`, `kind` home, work or public."""

    country: str
    zone: str
    kind: str = "home"
    region: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One wish to reach one recipient of one case.

    `channel` names a plug-in for messages ("email_smtp") or the way of a call ("phone");
    `content` is what would be said or sent (a rendered text, never logged), `template` its name;
    `crew` holds agent ids; `purpose` says whether debt may be a topic at all.
    """

    kind: ActionKind
    case: UUID
    to: Recipient
    place: Place | None = None
    channel: str = ""
    purpose: Purpose = Purpose.COLLECT
    initiated_by: str = "us"
    crew: tuple[str, ...] = ()
    template: str = ""
    content: str = ""
    amount: Money | None = None

    def digest(self) -> str:
        """SHA-256 over every field: a clearance holds for exactly this action and no other."""
        return digest(
            {  # written out: the gate asks for thousands of these a second
                "kind": self.kind,
                "case": str(self.case),
                "to": [self.to.role, self.to.person, self.to.point, self.to.minor, self.to.liable],
                "place": self.place and [getattr(self.place, f) for f in Place.__slots__],
                "channel": self.channel,
                "purpose": self.purpose,
                "initiated_by": self.initiated_by,
                "crew": self.crew,
                "template": self.template,
                "content": self.content,
                "amount": self.amount and [self.amount.minor, self.amount.currency],
            }
        )
