"""Decisions read back as wishes and plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Subquery

from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient
from doorstep.people.api import ScopedQuerySet
from doorstep.people.types import Viewer
from doorstep.strategy.models import Decision
from doorstep.strategy.services.policies import policy
from doorstep.strategy.types import CasePlan, Goal, HoldCode, Reason, Tone, Wish

_IN = 5000


def wishes_of(decision: Decision) -> list[Wish]:
    """The wishes of a decision, best first."""
    return [_wish(decision, n, row) for n, row in enumerate(decision.eligible, start=1)]


def plan_of(viewer: Viewer, case_id: UUID) -> CasePlan | None:
    """The newest plan of a case, or None before its first day (or if not the viewer's to see)."""
    found = Decision.objects.seen_by(viewer).filter(case_id=case_id).order_by("-as_of").first()
    return _plan(found) if found else None


def visits_left_out(viewer: Viewer, as_of: date) -> dict[UUID, str]:
    """Cases that a treatment would have visited but for the address, with the reason
    (types.LeftOut): a visit plan shows them as unvisited, so that the address gets repaired."""
    rows = Decision.objects.seen_by(viewer).filter(as_of=as_of).exclude(left_out="")
    return dict(rows.order_by("case_id").values_list("case_id", "left_out"))


def held_cases(viewer: Viewer, as_of: date, code: HoldCode, limit: int | None = None) -> list[UUID]:
    """The cases for which nothing was wished on a day for this one reason, by id."""
    rows = _held(viewer, as_of, code).order_by("case_id")
    return list(rows.values_list("case_id", flat=True)[:limit])


def count_held(viewer: Viewer, as_of: date, code: HoldCode) -> int:
    """How many cases `held_cases` would name."""
    return _held(viewer, as_of, code).count()


def _held(viewer: Viewer, as_of: date, code: HoldCode) -> ScopedQuerySet[Decision]:
    return Decision.objects.seen_by(viewer).filter(as_of=as_of, hold=code)


def in_segment(viewer: Viewer, segment: str) -> QuerySet[Decision, Any]:
    """The ids of the cases that the newest day put into a segment, as a query for the filter of a
    list: a segment may hold thousands."""
    return _newest(viewer).filter(segment=segment).values("case_id")


def segments_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The segment of each case on the newest day; a case that was not open then is missing. One
    query per 5,000 cases."""
    found: dict[UUID, str] = {}
    for start in range(0, len(case_ids), _IN):
        rows = _newest(viewer).filter(case_id__in=case_ids[start : start + _IN])
        found.update(rows.values_list("case_id", "segment"))
    return found


def _newest(viewer: Viewer) -> QuerySet[Decision]:
    newest = Decision.objects.order_by("-as_of").values("as_of")[:1]
    return Decision.objects.seen_by(viewer).filter(as_of=Subquery(newest))


def _plan(decision: Decision) -> CasePlan:
    treatment = policy().treatments.get(decision.treatment)
    wishes = tuple(wishes_of(decision))
    first = wishes[0].reason if wishes else Reason(f"segment:{decision.segment}")
    return CasePlan(
        as_of=decision.as_of,
        segment=decision.segment,
        treatment=decision.treatment,
        goal=treatment.goal if treatment else Goal.UNDERSTAND,
        tone=treatment.tone if treatment else Tone.PLAIN,
        channels=tuple(str(w.action.kind) for w in wishes),
        review_on=decision.review_on,
        why=first,
        hold=Reason(decision.hold, decision.hold_args) if decision.hold else None,
        wishes=wishes,
        asks=tuple(decision.asks),
        left_out=decision.left_out,
    )


def _wish(decision: Decision, rank: int, row: dict[str, Any]) -> Wish:
    country, region, zone, kind = row["place"]
    action = Action(
        kind=ActionKind(row["kind"]),
        case=decision.case_id,
        to=Recipient(point=row["point"]),
        place=Place(country=country, zone=zone, kind=kind, region=region),
        channel=row["channel"],
        purpose=Purpose(row["purpose"]),
        template=row["template"],
    )
    return Wish(
        case_id=decision.case_id,
        rank=rank,
        action=action,
        reason=Reason(row["why"], row["args"]),
        propensity=row["propensity"],
        treatment=decision.treatment,
        segment=decision.segment,
        decision_id=decision.pk,
        asks=tuple(decision.asks),
        not_before=_instant(row.get("not_before")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
