"""The stops as other folders see them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from doorstep.people.types import Permission, Viewer


class StopKind(StrEnum):
    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    VULNERABILITY = "vulnerability"
    BEREAVEMENT = "bereavement"
    INSOLVENCY = "insolvency"
    NO_CONTACT = "no_contact"
    REPRESENTATIVE = "representative"
    POLICE_ORDER = "police_order"


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop with who and when; `note` is opened only for those who may see the case."""

    id: int
    case_id: UUID
    kind: StopKind
    raised_at: datetime
    raised_by: str
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str
    why: str
    note: str

    def holds(self, at: datetime) -> bool:
        """Whether contact is stopped at an instant: from when it was raised to before its end."""
        ends = min((e for e in (self.until, self.lifted_at) if e is not None), default=None)
        return self.raised_at <= at and (ends is None or at < ends)


def may_raise(who: Viewer) -> bool:
    """Whoever works a case or watches over it may stop contact."""
    return who.may(Permission.CASE_ACT) or who.may(Permission.POLICY)
