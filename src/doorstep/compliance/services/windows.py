"""When a contact may start on a day: the gate asked at every instant an answer can change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from doorstep.compliance.queries import Gathering, Situation
from doorstep.compliance.rules._judge import Pack, deed_of, judge
from doorstep.compliance.rules._law import Base, Moment
from doorstep.compliance.rules._parts import flat
from doorstep.compliance.rules.daylight import Law as Daylight
from doorstep.compliance.rules.hours import Law as Hours
from doorstep.compliance.services.policies import packs_in_use
from doorstep.kernel.actions import Action, ActionKind, Purpose, Recipient
from doorstep.verification.types import PointKind, PointStatus, PointView

WAYS = {
    ActionKind.CALL: {PointKind.PHONE},
    ActionKind.VISIT: {PointKind.ADDRESS},
    ActionKind.LETTER: {PointKind.ADDRESS},
    ActionKind.MESSAGE: {PointKind.EMAIL, PointKind.CHAT, PointKind.PHONE},
}
Span = tuple[datetime, datetime]


def permitted_windows(
    case_ids: Sequence[UUID], day: date, kind: ActionKind
) -> dict[UUID, list[Span]]:
    """When a contact of a kind with the borrower may start on a local day: half-open spans by
    case, earliest first, none where the day is closed. Nothing is stored.

    The borrower's most trusted contact point of the kind is assumed (one not yet verified: to
    verify it), and for a visit a crew still to be named. What is permitted is the start; each
    span ends early enough to be done in time.
    """
    dummies = [Action(kind, case_id, Recipient()) for case_id in case_ids]
    midday = datetime.combine(day, time(12), ZoneInfo("UTC"))
    known = Gathering(dummies, at=midday - timedelta(days=1), planning=True)
    found: dict[UUID, list[Span]] = {}
    packs: dict[tuple[int, int | None], list[Pack]] = {}
    for case_id in case_ids:
        case = known.cases[case_id]
        point = _best(known.points.get(case_id, ()), kind)
        to = Recipient(point=str(point.id)) if point else Recipient()
        proven = point is None or point.status is PointStatus.VERIFIED
        purpose = Purpose.COLLECT if proven else Purpose.VERIFY
        action = Action(kind, case_id, to, purpose=purpose)
        whose = (case.lender_id, case.agency_id)
        if whose not in packs:
            packs[whose] = packs_in_use(whose, midday)
        zone = _zone((point.zone if point else "") or case.zone)
        if zone is None:
            found[case_id] = []
            continue
        noon = datetime.combine(day, time(12), zone)
        s = known.situation(action, noon)
        found[case_id] = _spans(s, packs[whose], day, zone)
    return found


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _best(points: Sequence[PointView], kind: ActionKind) -> PointView | None:
    usable = [
        p
        for p in points
        if not p.person
        and p.kind in WAYS.get(kind, ())
        and p.status in {PointStatus.VERIFIED, PointStatus.UNVERIFIED}
    ]
    return max(
        usable,
        key=lambda p: (p.status is PointStatus.VERIFIED, p.confidence, str(p.id)),
        default=None,
    )


def _spans(s: Situation, packs: Sequence[Pack], day: date, zone: ZoneInfo) -> list[Span]:
    """The open spans of the clock, each kept from the first instant the whole gate permits."""
    spans: list[Span] = []
    for start, end in _open(s, packs, day, zone):
        verdict = judge(s.asked, s.facts, packs, start)
        begins = start if verdict.permitted else verdict.defer_until
        if begins is not None and begins < end:
            spans.append((begins.astimezone(zone), end))
    return spans


def _open(s: Situation, packs: Sequence[Pack], day: date, zone: ZoneInfo) -> list[Span]:
    """Where the rules of the clock (hours, daylight) alone are met, between any two times they
    name."""
    loud = flat(law for p in packs for law in p.speaking(s.asked.kind, day, s.facts)[0])
    clocks = [(j, w) for j, w in loud if _ticks(w) and s.asked.kind in w.kinds]
    legal = ZoneInfo(next((p.legal_zone for p in packs if p.legal_zone), zone.key))
    edges = _edges(s, [w for _, w in clocks], day, zone, legal)
    spans: list[Span] = []
    for start, end in pairwise(edges):
        deed = deed_of(s.asked, s.facts, Moment(start, legal), Moment(start, zone))
        if any(judged(deed, s.facts, w).blocks for judged, w in clocks):
            continue
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _ticks(law: Base) -> bool:
    return isinstance(law, Hours | Daylight)


def _edges(
    s: Situation, laws: Sequence[Base], day: date, zone: ZoneInfo, legal: ZoneInfo
) -> list[datetime]:
    """The day's first and last instant and, between, every time one of the laws names."""
    first = datetime.combine(day, time(), zone)
    last = datetime.combine(day + timedelta(days=1), time(), zone)
    found = {first, last}
    for law in laws:
        if isinstance(law, Hours):
            clock = zone if law.clock == "local" else legal
            times = (law.first, law.end, law.last[s.asked.kind])
            found |= {datetime.combine(day, t, clock).astimezone(zone) for t in times}
        if isinstance(law, Daylight):
            found.add(datetime.combine(day, law.unlocated, legal).astimezone(zone))
    if s.facts.sunset is not None:
        found.add(s.facts.sunset.astimezone(zone))
    return sorted(f for f in found if first <= f <= last)
