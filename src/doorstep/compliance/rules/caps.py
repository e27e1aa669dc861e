"""Frequency caps: how many contacts of a kind a person, a number or a debt may get in how long.

Days are local dates: `days = 1` is today, `days = 30` today and the 29 dates before it,
`days = 0` ever. Reserved and unresolved contacts count in every cap they could belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, midnight
from doorstep.compliance.types import AttemptResult, Contact, Facts, Finding
from doorstep.kernel.actions import ActionKind

OPEN = frozenset({AttemptResult.UNKNOWN, AttemptResult.RESERVED})


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """At most `limit` contacts `of` these kinds with these `results` (empty: any) per `per`
    (person, number or debt) in `days` local dates. `channels` narrows the action judged."""

    per: str
    limit: int
    days: int
    of: frozenset[ActionKind]
    results: frozenset[AttemptResult] = frozenset()
    channels: tuple[str, ...] = ()


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """One more would exceed the cap? Fails until enough of the past has left the window."""
    if not deed.ours or (law.channels and deed.asked.channel not in law.channels):
        return law.silent
    since = deed.legal.midnight(1 - law.days) if law.days else None
    counted = [c.at for c in facts.history if _counts(c, deed, facts, law, since)]
    if len(counted) < law.limit:
        return law.passed
    told = {"limit": law.limit, "days": law.days, "per": law.per, "count": len(counted)}
    return law.fails("cap_reached", told, ends=_ends(counted, deed, law))


def _counts(c: Contact, deed: Deed, facts: Facts, law: Law, since: datetime | None) -> bool:
    if (
        c.kind not in law.of
        or c.direction != "us"
        or (since is not None and c.at < since)
        or c.at > deed.legal.at
    ):
        return False
    if law.results and c.result not in law.results and c.result not in OPEN:
        return False
    if law.per == "number":
        return c.number == deed.number or not c.number or not deed.number
    if not c.mine or c.to.role is not deed.role or c.to.person != deed.person:
        return False
    return law.per != "debt" or not c.debt or c.debt == facts.debt.id


def _ends(counted: list[datetime], deed: Deed, law: Law) -> datetime | None:
    """The midnight at which so many have left the window that one more fits."""
    if not law.days or not law.limit:
        return None
    leaving = sorted(counted)[len(counted) - law.limit]
    day = leaving.astimezone(deed.legal.zone).date()
    return midnight(day + timedelta(days=law.days), deed.legal.zone)
