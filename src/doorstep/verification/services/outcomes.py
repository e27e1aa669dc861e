"""What happened at a contact point, and what we think of it since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.casefile.api import NewFact, facts_of, record, record_many
from doorstep.casefile.types import FactKind
from doorstep.kernel import sealed
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification.models import ContactPoint
from doorstep.verification.queries import state_of
from doorstep.verification.rules.confidence import after, of_right_party
from doorstep.verification.types import NewOutcome, PointOutcome, PointState, RightParty

WRITTEN = [
    "status",
    "confidence",
    "confirmed_on",
    "rest_until",
    "last_outcome",
    "last_outcome_at",
    "right_party_at",
]
_IN = 2000
_ONE_ACT = timedelta(hours=1)
"""Longer than any clearance shows a value."""


class UnknownPointError(LookupError):
    """No such contact point, or not one the viewer may see."""


@transaction.atomic
def record_outcome(
    viewer: Viewer, point_id: UUID, outcome: PointOutcome, *, at: datetime, by: str
) -> None:
    """Note what an attempt taught about a point: its state, and a POINT_OUTCOME fact.

    The day is the point's own local day at `at`. Raises UnknownPointError.
    """
    row = _locked(viewer, point_id)
    _learn(row, outcome, at)
    row.save(update_fields=WRITTEN)
    record(row.case_id, FactKind.POINT_OUTCOME, at=at, by=by, data=_data(row, outcome))


@transaction.atomic
def record_outcomes(outcomes: Sequence[NewOutcome]) -> int:
    """Note many outcomes, in their order, with a fixed number of queries per 2,000 points.

    For the system's own steps (delivery receipts, a day's log); unknown points are skipped.
    Returns how many were noted.
    """
    facts: list[NewFact] = []
    for start in range(0, len(outcomes), _IN):
        part = outcomes[start : start + _IN]
        rows = {
            r.pk: r
            for r in ContactPoint.objects.select_for_update()
            .filter(pk__in={o.point_id for o in part})
            .defer("value")
        }
        for o in part:
            if row := rows.get(o.point_id):
                _learn(row, o.outcome, o.at)
                facts.append(
                    NewFact(row.case_id, FactKind.POINT_OUTCOME, o.at, o.by, _data(row, o.outcome))
                )
        ContactPoint.objects.bulk_update(
            sorted(rows.values(), key=lambda r: r.pk), WRITTEN, batch_size=500
        )
    return record_many(facts)


@transaction.atomic
def record_right_party(
    viewer: Viewer,
    case_id: UUID,
    point_id: UUID | None,
    result: RightParty,
    *,
    at: datetime,
    by: str,
) -> None:
    """Note whether the right person was behind a point (None: the point is not known).

    Writes a RIGHT_PARTY fact; only `right_party` opens the subject of debt. The point learns too.
    Raises UnknownPointError for a point of another case.
    """
    data = {"result": str(result)}
    if point_id is not None:
        row = _locked(viewer, point_id)
        if row.case_id != case_id:
            raise UnknownPointError(str(point_id))
        _learn(row, of_right_party(result), at)
        row.save(update_fields=WRITTEN)
        data |= {"point": str(point_id), "kind": row.kind, "person": row.person}
    record(case_id, FactKind.RIGHT_PARTY, at=at, by=by, data=data)


@transaction.atomic
def reveal(
    viewer: Viewer, point_id: UUID, *, at: datetime, by: str, why: str, act: str = ""
) -> str:
    """The real value of a point, in the clear. Who saw it, when and why becomes a fact.

    `why` is a word for the log (call, visit, correction). `act` names what the person did to see
    it, such as the clearance of a call: shown again within it, a page read again is no second
    fact. Raises UnknownPointError.
    """
    row = _seen(viewer, point_id)
    data = {"point": str(row.pk), "kind": row.kind, "masked": row.masked, "why": why}
    if act:
        data["act"] = act
    if not (act and _told_before(row, by, act, at)):
        record(row.case_id, FactKind.POINT_REVEALED, at=at, by=by, data=data)
    return sealed.open_(row.value)


def value_to_send(viewer: Viewer, point_id: UUID) -> str:
    """The real value for a channel that writes to it, never for a page: nobody sees it, and what
    was sent is a fact of its own. Raises UnknownPointError."""
    return sealed.open_(_seen(viewer, point_id).value)


def _seen(viewer: Viewer, point_id: UUID) -> ContactPoint:
    row = ContactPoint.objects.seen_by(viewer).filter(pk=point_id).first()
    if row is None:
        raise UnknownPointError(str(point_id))
    return row


def _told_before(row: ContactPoint, by: str, act: str, at: datetime) -> bool:
    """The log holds already that this person saw this point through this act."""
    shown = facts_of(SYSTEM, [row.case_id], [FactKind.POINT_REVEALED], since=at - _ONE_ACT)
    return any(
        f.by == by and f.data.get("act") == act and f.data.get("point") == str(row.pk)
        for f in shown.get(row.case_id, ())
    )


def local_day(at: datetime, zone: str) -> datetime:
    """The instant in the point's zone (UTC where none is known)."""
    return at.astimezone(ZoneInfo(zone or "UTC"))


def _locked(viewer: Viewer, point_id: UUID) -> ContactPoint:
    row = (
        ContactPoint.objects.seen_by(viewer)
        .select_for_update(of=("self",))
        .defer("value")
        .filter(pk=point_id)
        .first()
    )
    if row is None:
        raise UnknownPointError(str(point_id))
    return row


def _learn(row: ContactPoint, outcome: PointOutcome, at: datetime) -> None:
    put(row, after(state_of(row), outcome, local_day(at, row.zone).date()))
    row.last_outcome = outcome
    row.last_outcome_at = at
    if outcome in {PointOutcome.RIGHT_PARTY, PointOutcome.FOUND_HOME}:
        row.right_party_at = at
    if outcome in {PointOutcome.WRONG_PARTY, PointOutcome.MOVED}:
        row.right_party_at = None


def put(row: ContactPoint, state: PointState) -> None:
    row.status = state.status
    row.confidence = state.confidence
    row.confirmed_on = state.confirmed_on
    row.rest_until = state.rest_until


def _data(row: ContactPoint, outcome: PointOutcome) -> dict[str, str]:
    return {
        "point": str(row.pk),
        "kind": row.kind,
        "person": row.person,
        "outcome": str(outcome),
        "status": row.status,
    }
