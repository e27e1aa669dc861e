"""Caps on what a loan may cost somebody who serves: on older debts once they ask for it with their
orders, on newer ones from the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding, State, StateKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`percent` a year at most. With `during`, for credit given during service; else for a debt
    from before it, once the document `request` is there, at the latest `days` dates after
    release. Service is the state `military` from `since` to before `until`, the release."""

    percent: str
    during: bool = False
    request: str = ""
    days: int = 0


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is the yearly cost of what is asked for within the cap of those who serve?"""
    served = [s for s in facts.states if s.kind is StateKind.MILITARY and s.person == ""]
    if not served or not deed.ours:
        return law.silent
    made = facts.debt.contract_on
    if made is None:
        return law.unknown("contract_day_unknown")
    if not any(_binds(s, deed, facts, law) for s in served):
        return law.silent
    if facts.debt.annual_percent is None:
        return law.unknown("cost_unknown")
    if Fraction(str(facts.debt.annual_percent)) <= Fraction(law.percent):
        return law.passed
    told = {"cost": f"{facts.debt.annual_percent:g}", "most": law.percent}
    return law.fails("cost_above_cap", told)


def _binds(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether this time of service brings this debt under the cap."""
    zone, made = deed.local.zone, facts.debt.contract_on
    began = s.since.astimezone(zone).date() if s.since else None
    ended = s.until.astimezone(zone).date() if s.until else None
    if made is None:
        return False
    if law.during:
        return (began is None or made >= began) and (ended is None or made < ended)
    if began is not None and made >= began:
        return False
    return any(
        d.kind == law.request
        and (d.on is None or ended is None or d.on <= ended + timedelta(days=law.days))
        and (d.on is None or d.on <= deed.local.today)
        for d in facts.documents
    )
