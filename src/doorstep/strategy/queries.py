"""Everything the rules read of the open cases, in a fixed number of queries per 5,000 cases."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.care.api import stops_of
from doorstep.care.types import StopView
from doorstep.casefile.api import earlier_cases, facts_of, promises_of
from doorstep.casefile.types import (
    CaseView,
    FactKind,
    FactView,
    PromiseStatus,
    PromiseView,
    VisitAsked,
)
from doorstep.kernel.actions import ActionKind
from doorstep.people.api import mandates_in_force
from doorstep.people.types import SYSTEM
from doorstep.strategy.rules.history import Attempt, fold
from doorstep.strategy.types import CaseFacts
from doorstep.verification.api import points_of
from doorstep.verification.types import PointView

_BACK = timedelta(days=60)
_SLOW_BACK = timedelta(days=180)
_ATTEMPTS = {
    FactKind.CALL: ActionKind.CALL,
    FactKind.MESSAGE: ActionKind.MESSAGE,
    FactKind.VISIT: ActionKind.VISIT,
    FactKind.MESSAGE_IN: ActionKind.MESSAGE,
}
_HEARD = [
    FactKind.REASON,
    FactKind.RIGHT_PARTY,
    FactKind.CALL_BACK,
    FactKind.ARRANGEMENT,
    FactKind.ARRANGEMENT_ENDED,
]
_SETTLED = {PromiseStatus.KEPT, PromiseStatus.PARTLY, PromiseStatus.BROKEN}
_TOLD = frozenset({"sent", "delivered", "conversation"})


@dataclass(slots=True)
class _Read:
    """The bulk answers of the doors, by case."""

    tried: dict[UUID, list[FactView]]
    heard: dict[UUID, list[FactView]]
    promises: dict[UUID, list[PromiseView]]
    points: dict[UUID, list[PointView]]
    earlier: dict[UUID, int]
    stops: dict[UUID, list[StopView]]
    told: set[int] = field(default_factory=set)


def case_facts(
    cases: Sequence[CaseView], as_of: date, at: datetime, visits_planned: Mapping[UUID, date]
) -> Iterator[CaseFacts]:
    """The facts of open cases as known at `at` on `as_of`, in the order given.

    `visits_planned` are the cases whose last decision planned a visit, with its day.
    """
    ids = [c.id for c in cases]
    read = _Read(
        tried=facts_of(SYSTEM, ids, _ATTEMPTS, since=at - _BACK),
        heard=facts_of(SYSTEM, ids, _HEARD, since=at - _SLOW_BACK),
        promises=promises_of(SYSTEM, ids),
        points=points_of(SYSTEM, ids),
        earlier=earlier_cases(SYSTEM, ids),
        stops=stops_of(SYSTEM, ids),
        told={m.pk for m in mandates_in_force(as_of) if m.notified_on and m.notified_on <= as_of},
    )
    for case in cases:
        yield _facts(case, read, as_of, at, visits_planned.get(case.id))


def _facts(
    case: CaseView, read: _Read, as_of: date, at: datetime, visit_on: date | None
) -> CaseFacts:
    tried = [f for f in read.tried.get(case.id, ()) if f.at <= at and _theirs(f)]
    heard = [f for f in read.heard.get(case.id, ()) if f.at <= at and _theirs(f)]
    promises = read.promises.get(case.id, [])
    settled = sorted(
        (p for p in promises if p.status in _SETTLED), key=lambda p: (p.due_on, p.number, p.made_at)
    )
    attempts = [_attempt(f, case.zone) for f in tried]
    history = fold(attempts, as_of)
    return CaseFacts(
        case_id=case.id,
        dpd=case.dpd,
        arrears=case.arrears,
        payoff=case.payoff,
        currency=case.currency,
        language=case.language,
        country=case.country,
        region=case.region,
        zone=case.zone,
        earlier_cases=read.earlier.get(case.id, 0),
        stops=tuple(str(s.kind) for s in read.stops.get(case.id, ()) if s.holds(at)),
        promise_due=min(
            (p.due_on for p in promises if p.status is PromiseStatus.OPEN), default=None
        ),
        last_promise=str(settled[-1].status) if settled else "",
        last_promise_on=settled[-1].due_on if settled else None,
        broken=sum(p.status is PromiseStatus.BROKEN for p in settled),
        arrangement=_arranged(heard),
        call_back_at=_call_back(heard, tried),
        **_visit_asked(tried, case.zone, as_of),
        reason=_newest(heard, FactKind.REASON, "reason"),
        right_party=_newest(heard, FactKind.RIGHT_PARTY, "result"),
        calls=history.calls,
        messages=history.messages,
        visits=history.visits,
        silent_days=history.silent_days,
        visit_waited=visit_on is not None
        and not any(a.kind is ActionKind.VISIT and a.on >= visit_on for a in attempts),
        notified=_notified(case, tried, read.told),
        points=tuple(read.points.get(case.id, ())),
    )


def _attempt(fact: FactView, zone: str) -> Attempt:
    came_in = fact.kind is FactKind.MESSAGE_IN
    return Attempt(
        kind=_ATTEMPTS[fact.kind],
        on=fact.at.astimezone(_zone(zone)).date(),
        result="reply" if came_in else _result(fact),
        ours=not came_in and fact.data.get("direction", "us") == "us",
    )


def _theirs(fact: FactView) -> bool:
    """Whether a fact is about the borrower and not about somebody related."""
    return not fact.data.get("person")


def _result(fact: FactView) -> str:
    """How an attempt ended, as the gate counts it. A talk with somebody else was not with the
    borrower, and a door that was unsafe is not merely one that failed."""
    said = {str(fact.data.get(k, "")) for k in ("right_party", "outcome")}
    if said & {"wrong_party", "wrong_person"}:
        return "wrong_party"
    return "unsafe" if "unsafe" in said else str(fact.data.get("result") or "unknown")


def _newest(facts: Sequence[FactView], kind: FactKind, key: str) -> str:
    return next((str(f.data.get(key, "")) for f in reversed(facts) if f.kind is kind), "")


def _arranged(facts: Sequence[FactView]) -> bool:
    kinds = [f.kind for f in facts if f.kind in {FactKind.ARRANGEMENT, FactKind.ARRANGEMENT_ENDED}]
    return bool(kinds) and kinds[-1] is FactKind.ARRANGEMENT


def _call_back(heard: Sequence[FactView], tried: Sequence[FactView]) -> datetime | None:
    """The agreed hour, until a call of ours was made at or after it (or the borrower and we spoke
    since it was agreed)."""
    agreed = next((f for f in reversed(heard) if f.kind is FactKind.CALL_BACK), None)
    if agreed is None or not agreed.data.get("at"):
        return None
    when = datetime.fromisoformat(str(agreed.data["at"]))
    later = [f for f in tried if f.kind is FactKind.CALL and f.at > agreed.at]
    done = any(f.at >= when - timedelta(hours=1) or _result(f) == "conversation" for f in later)
    return None if done else when


def _visit_asked(tried: Sequence[FactView], zone: str, as_of: date) -> dict[str, bool]:
    """A visit asked for in a talk, until one was made or it was forgotten: for now or for later."""
    asked, last = None, as_of
    for fact in tried:
        if told := fact.data.get("visit_asked"):
            asked = VisitAsked.read(str(told))
            last = asked.last_day(fact.at.astimezone(_zone(zone)).date())
        elif fact.kind is FactKind.VISIT:
            asked = None
    if asked is None or last < as_of:
        return {}
    later = asked.on is not None and asked.on > as_of
    return {"visit_asked": not later, "visit_later": later}


def _notified(case: CaseView, tried: Sequence[FactView], told: set[int]) -> bool:
    if case.agency_id is None or case.mandate_id in told:
        return True
    return any(
        f.kind is FactKind.MESSAGE
        and f.data.get("template") == "notice_agency"
        and _result(f) in _TOLD
        for f in tried
    )


@functools.lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name or "UTC")
