"""From wishes to what is permitted: rank by rank, the first permitted action of each case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from doorstep.compliance import api as gate
from doorstep.compliance.types import Planned, Verdict
from doorstep.kernel.actions import ActionKind
from doorstep.strategy.types import Wish

USUAL = {ActionKind.VISIT: time(15, 0)}
"""When a contact of a kind usually happens, where it lives; what is judged is that instant."""
OTHERWISE = time(10, 0)


def permit(
    wishes: Sequence[Wish], zones: Mapping[UUID, str], *, day: date, at: datetime
) -> tuple[list[Planned], Counter[str]]:
    """The first permitted wish of each case, and how often the gate gave each answer.

    Every wish asked about is judged at the instant at which it would happen and its verdict kept.
    A case whose first wish is denied is asked about its second, and so on; the rest is not asked.
    """
    ranked = _by_case(wishes)
    answers: Counter[str] = Counter()
    chosen: list[Planned] = []
    turn = 0
    while left := [w[turn] for w in ranked.values() if turn < len(w)]:
        instants = [_instant(w, zones.get(w.case_id, ""), day, at) for w in left]
        verdicts = gate.forecast([w.action for w in left], at=at, when=instants)
        for wish, instant, verdict in zip(left, instants, verdicts, strict=True):
            answers[str(verdict.answer)] += 1
            if verdict.permitted:
                chosen.append(_planned(wish, instant, verdict))
                ranked.pop(wish.case_id)
        turn += 1
    chosen.sort(key=lambda p: (p.rank, str(p.case_id)))
    agreed = {w.case_id: w.not_before for w in wishes if w.not_before is not None}
    return _timed(chosen, agreed, day, at), answers


def _by_case(wishes: Sequence[Wish]) -> dict[UUID, list[Wish]]:
    ranked: dict[UUID, list[Wish]] = defaultdict(list)
    for wish in sorted(wishes, key=lambda w: (str(w.case_id), w.rank)):
        ranked[wish.case_id].append(wish)
    return dict(ranked)


def _instant(wish: Wish, zone: str, day: date, at: datetime) -> datetime:
    """The usual hour where the borrower lives, an agreed hour if there is one, never the past."""
    hour = USUAL.get(wish.action.kind, OTHERWISE)
    usual = datetime.combine(day, hour, ZoneInfo(zone or settings.HOME_ZONE))
    return max(at, wish.not_before or usual)


def _planned(wish: Wish, instant: datetime, verdict: Verdict) -> Planned:
    assert verdict.id is not None
    return Planned(
        case_id=wish.case_id,
        action=wish.action,
        verdict_id=verdict.id,
        decision_id=wish.decision_id,
        rank=wish.rank,
        not_before=instant,
    )


def _timed(
    chosen: Sequence[Planned], agreed: Mapping[UUID, datetime], day: date, at: datetime
) -> list[Planned]:
    """Each with the span in which it may start, as the gate tells it for that day and place.

    The gate tells the spans of ordinary contacts; where it tells none, what was permitted stays
    planned for the instant that was judged.
    """
    by_kind: dict[ActionKind, list[UUID]] = defaultdict(list)
    for planned in chosen:
        by_kind[planned.action.kind].append(planned.case_id)
    windows = {kind: gate.permitted_windows(by_kind[kind], day, kind) for kind in sorted(by_kind)}
    timed: list[Planned] = []
    for planned in chosen:
        spans = windows[planned.action.kind].get(planned.case_id, ())
        later = [s for s in spans if s[1] > at]
        if not later:
            timed.append(planned)
            continue
        first = max(at, agreed.get(planned.case_id, at), later[0][0])
        timed.append(replace(planned, not_before=first, not_after=later[-1][1]))
    return timed
