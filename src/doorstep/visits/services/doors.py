"""From permitted wishes to doors a crew could knock on, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, CaseView, FactKind, FactView
from doorstep.compliance import api as compliance
from doorstep.compliance.types import Planned
from doorstep.kernel.actions import ActionKind
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointKind, PointView
from doorstep.visits.rules.worth import worth
from doorstep.visits.types import Reason

_MEMORY = timedelta(days=60)
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Door:
    """One permitted visit with all a plan needs; `reason` is set where it cannot be planned."""

    planned: Planned
    case: CaseView
    point: PointView | None
    window: Window | None
    worth: int
    reason: Reason | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def organisation_id(self) -> int:
        """Who goes: the agency with the mandate, or the lender's own team."""
        return self.case.agency_id or self.case.lender_id


def doors(day: date, permitted: Sequence[Planned], *, at: datetime) -> list[Door]:
    """One door per open case, the best-ranked wish of each, in the order of the case's id."""
    wanted: dict[UUID, Planned] = {}
    for one in sorted(permitted, key=lambda p: (p.rank, str(p.action.to.point))):
        if one.action.kind is ActionKind.VISIT:
            wanted.setdefault(one.case_id, one)
    known = casefile.cases_of(SYSTEM, sorted(wanted))
    cases = [c for k, c in sorted(known.items()) if c.status is CaseStatus.OPEN]
    ids = [c.id for c in cases]
    points = verification.points_of(SYSTEM, ids)
    windows = compliance.permitted_windows(ids, day, ActionKind.VISIT)
    visits = casefile.facts_of(SYSTEM, ids, [FactKind.VISIT], at - _MEMORY)
    return [
        _door(
            wanted[c.id],
            c,
            {p.id: p for p in points.get(c.id, ())},
            windows.get(c.id, []),
            shut_doors(visits.get(c.id, ())),
        )
        for c in cases
    ]


def shut_doors(visits: Sequence[FactView]) -> int:
    """Knocks in a row, up to now, that nobody answered."""
    row = 0
    for fact in visits:
        result = fact.data.get("result")
        row = row + 1 if result == "nobody_home" else 0
    return row


def _door(
    planned: Planned,
    case: CaseView,
    points: Mapping[UUID, PointView],
    windows: Sequence[Window],
    shut: int,
) -> Door:
    point = _address(planned, points)
    trust = point.confidence if point else 0
    value = worth(case.arrears, case.currency, case.dpd, trust, shut)
    if point is None or not point.located:
        known = str(point.precision) if point else "none"
        return Door(planned, case, point, None, value, Reason.NO_PLACE, {"known": known})
    window = _window(planned, windows)
    if window is None:
        return Door(planned, case, point, None, value, Reason.NOT_PERMITTED)
    if value <= 0:
        data = {"arrears": case.arrears, "dpd": case.dpd, "shut_doors": shut, "trust": trust}
        return Door(planned, case, point, window, value, Reason.WORTH, data)
    return Door(planned, case, point, window, value)


def _address(planned: Planned, points: Mapping[UUID, PointView]) -> PointView | None:
    """The address the gate was asked about; no other one may be visited in its place."""
    point = points.get(UUID(planned.action.to.point)) if planned.action.to.point else None
    return point if point and point.kind is PointKind.ADDRESS else None


def _window(planned: Planned, windows: Sequence[Window]) -> Window | None:
    """The longest span in which the visit is permitted, the earliest of equals."""
    cut = []
    for start, end in windows:
        first = max(start, planned.not_before) if planned.not_before else start
        last = min(end, planned.not_after) if planned.not_after else end
        if last > first:
            cut.append((first, last))
    return max(cut, key=lambda w: (w[1] - w[0], -w[0].timestamp())) if cut else None
