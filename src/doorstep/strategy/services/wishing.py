"""The day's wishes: read → rules → one decision row per case, once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from doorstep.casefile.api import NewFact, open_cases, record_many
from doorstep.casefile.types import CaseView, FactKind
from doorstep.kernel.actions import ActionKind
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM
from doorstep.strategy.models import Decision
from doorstep.strategy.queries import case_facts
from doorstep.strategy.rules.asks import asks
from doorstep.strategy.rules.next_best import look
from doorstep.strategy.services.policies import policy
from doorstep.strategy.services.views import wishes_of
from doorstep.strategy.types import Candidate, CaseFacts, Outlook, Tries, Wish
from doorstep.verification.types import PointUse

_BATCH = 1000
_IN = 5000
_DATES = ("promise_due", "last_promise_on", "call_back_at")
_SHAPED = {"case_id", "calls", "messages", "visits", "stops", "points", *_DATES}
_PLAIN = tuple(f.name for f in fields(CaseFacts) if f.name not in _SHAPED)
BY = "strategy"


@transaction.atomic
def wish(as_of: date, at: datetime) -> list[Wish]:
    """Up to three ranked wishes for every open case on its day, by case and rank.

    Decides each case once a day: what was decided for `as_of` before is read back, not decided
    anew, so a second run wishes the same. A changed treatment becomes a DECISION fact.
    """
    cases = open_cases(SYSTEM)
    before = Decision.objects.filter(as_of=as_of, case__status="open").defer("facts")
    decided = {d.case_id: d for d in before}
    new = [c for c in cases if c.id not in decided]
    decided |= {d.case_id: d for d in _decide(new, as_of, at)}
    return [w for c in cases for w in wishes_of(decided[c.id])]


@transaction.atomic
def mark_planned(chosen: Mapping[UUID, int]) -> int:
    """Note which rank of each decision was permitted and planned; returns how many."""
    by_rank: dict[int, list[UUID]] = defaultdict(list)
    for decision, rank in sorted(chosen.items()):
        by_rank[rank].append(decision)
    return sum(
        Decision.objects.filter(pk__in=ids[start : start + _IN]).update(planned_rank=rank)
        for rank, ids in sorted(by_rank.items())
        for start in range(0, len(ids), _IN)
    )


def _decide(cases: Sequence[CaseView], as_of: date, at: datetime) -> list[Decision]:
    rules = policy()
    before = _decided_before(as_of)
    planned = {case: d.as_of for case, d in before.items() if _planned(d) == ActionKind.VISIT}
    rows: list[Decision] = []
    for case, facts in zip(cases, case_facts(cases, as_of, at, planned), strict=True):
        rows.append(_row(case, facts, look(facts, rules, as_of), rules.digest, as_of, at))
    Decision.objects.bulk_create(rows, batch_size=_BATCH)
    record_many(_changes(rows, before))
    return rows


def _row(
    case: CaseView, facts: CaseFacts, outlook: Outlook, digest: str, as_of: date, at: datetime
) -> Decision:
    hold = outlook.hold
    return Decision(
        id=named_id("decision", case.id, as_of),
        case_id=case.id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        as_of=as_of,
        at=at,
        policy=digest,
        segment=outlook.segment,
        treatment=outlook.treatment,
        eligible=_eligible(facts, outlook),
        explored=outlook.choice.explored,
        hold=hold.code if hold else "",
        hold_args=dict(hold.args) if hold else {},
        left_out=outlook.left_out,
        asks=list(asks(facts)),
        review_on=outlook.review_on,
        facts=seen(facts),
    )


def _eligible(facts: CaseFacts, outlook: Outlook) -> list[dict[str, Any]]:
    pairs = zip(outlook.choice.ranked, outlook.choice.propensity, strict=True)
    return [_action(facts, candidate, chance) for candidate, chance in pairs]


def _action(facts: CaseFacts, c: Candidate, chance: float) -> dict[str, Any]:
    point = next(p for p in facts.points if p.id == c.point)
    row: dict[str, Any] = {
        "kind": str(c.kind),
        "channel": c.channel,
        "point": str(c.point),
        "purpose": str(c.purpose),
        "template": c.template,
        "score": c.score,
        "why": str(c.reason.code),
        "args": dict(c.reason.args),
        "propensity": round(chance, 6),
        "place": [point.country, point.region, point.zone, _place_kind(point.use)],
    }
    if c.reason.code == "call_back_agreed" and facts.call_back_at:
        row["not_before"] = facts.call_back_at.isoformat()
    return row


def _place_kind(use: PointUse) -> str:
    return "work" if use is PointUse.WORK else "home"


def seen(facts: CaseFacts) -> dict[str, Any]:
    """The facts as JSON: what learning later reads. A point as id, kind, status and confidence."""
    row: dict[str, Any] = {name: getattr(facts, name) for name in _PLAIN}
    row |= {name: day.isoformat() for name in _DATES if (day := getattr(facts, name)) is not None}
    for name in ("calls", "messages", "visits"):
        tries: Tries = getattr(facts, name)
        row[name] = {
            "count": tries.count,
            "silent": tries.silent,
            "days": tries.days,
            "last": tries.last,
        }
    row["stops"] = list(facts.stops)
    row["points"] = [[str(p.id), str(p.kind), str(p.status), p.confidence] for p in facts.points]
    return row


def _decided_before(as_of: date) -> dict[UUID, Decision]:
    """The decisions of the newest earlier day, by case."""
    day = Decision.objects.filter(as_of__lt=as_of).aggregate(day=Max("as_of"))["day"]
    rows = Decision.objects.filter(as_of=day) if day else Decision.objects.none()
    wanted = ("case_id", "as_of", "treatment", "eligible", "planned_rank")
    return {d.case_id: d for d in rows.only(*wanted)}


def _planned(decision: Decision) -> str:
    """The kind of action that was planned for a decision; empty where none was."""
    rank = decision.planned_rank
    return str(decision.eligible[rank - 1]["kind"]) if rank else ""


def _changes(rows: Iterable[Decision], before: Mapping[UUID, Decision]) -> Iterable[NewFact]:
    for row in rows:
        was = before[row.case_id].treatment if row.case_id in before else ""
        if was != row.treatment:
            data = {
                "segment": row.segment,
                "treatment": row.treatment,
                "was": was,
                "policy": row.policy,
            }
            yield NewFact(row.case_id, FactKind.DECISION, row.at, BY, data)
