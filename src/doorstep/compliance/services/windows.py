"""When a contact may start on a day: the gate asked at every instant an answer can change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from doorstep.compliance.queries import Gathering, Situation
from doorstep.compliance.rules._judge import Pack, judge
from doorstep.compliance.rules.daylight import Law as Daylight
from doorstep.compliance.rules.hours import Law as Hours
from doorstep.compliance.services.policies import packs_in_use
from doorstep.kernel.actions import Action, ActionKind, Recipient
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

    The borrower's most trusted contact point of the kind is assumed, and for a visit a crew still
    to be named. What is permitted is the start; each span ends early enough to be done in time.
    """
    dummies = [Action(kind, case_id, Recipient()) for case_id in case_ids]
    midday = datetime.combine(day, time(12), ZoneInfo("UTC"))
    known = Gathering(dummies, at=midday - timedelta(days=1), planning=True)
    found: dict[UUID, list[Span]] = {}
    packs: dict[int, list[Pack]] = {}
    for case_id in case_ids:
        case = known.cases[case_id]
        point = _best(known.points.get(case_id, ()), kind)
        to = Recipient(point=str(point.id)) if point else Recipient()
        action = Action(kind, case_id, to)
        if case.lender_id not in packs:
            packs[case.lender_id] = packs_in_use(case.lender_id, midday)
        zone = _zone((point.zone if point else "") or case.zone)
        if zone is None:
            found[case_id] = []
            continue
        noon = datetime.combine(day, time(12), zone)
        s = known.situation(action, noon)
        found[case_id] = _spans(s, packs[case.lender_id], day, zone)
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
    edges = _edges(s, packs, day, zone)
    spans: list[Span] = []
    for start, end in pairwise(edges):
        if not judge(s.asked, s.facts, packs, start).permitted:
            continue
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _edges(s: Situation, packs: Sequence[Pack], day: date, zone: ZoneInfo) -> list[datetime]:
    """The day's first and last instant and, between, every time a rule names."""
    first = datetime.combine(day, time(), zone)
    last = datetime.combine(day + timedelta(days=1), time(), zone)
    found = {first, last}
    for pack in packs:
        legal = ZoneInfo(next((p.legal_zone for p in packs if p.legal_zone), zone.key))
        for _, law in pack.laws:
            if isinstance(law, Hours):
                for clock in (law.start, law.end, law.last[s.asked.kind]):
                    found.add(datetime.combine(day, clock, legal).astimezone(zone))
                    found.add(datetime.combine(day, clock, zone))
            if isinstance(law, Daylight):
                found.add(datetime.combine(day, law.unlocated, legal).astimezone(zone))
    if s.facts.sunset is not None:
        found.add(s.facts.sunset.astimezone(zone))
    return sorted(f for f in found if first <= f <= last)
