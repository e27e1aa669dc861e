"""No knock before a lighter word: a first visit comes after other ways were tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from doorstep.compliance.rules._law import Base, Deed, consent
from doorstep.compliance.types import AttemptResult, ConsentKind, Facts, Finding
from doorstep.kernel.actions import ActionKind, Role

LIGHT = (ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER)


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`channels` different lighter ways within `days` dates; where only one way is known, that
    one on as many different dates; where none is known, none."""

    channels: int
    days: int


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Tried more lightly first, or asked to come?"""
    if not deed.first_visit:
        return law.silent
    if consent(facts, ConsentKind.VISIT, deed):
        return law.passes("attach_consent", code="visit_asked_for")
    since = deed.legal.midnight() - timedelta(days=law.days)
    tried = [
        (c.kind, c.at.astimezone(deed.legal.zone).date())
        for c in facts.history
        if c.mine
        and c.kind in LIGHT
        and c.at >= since
        and c.at <= deed.legal.at
        and c.to.role is Role.DEBTOR
        and c.result not in {AttemptResult.FAILED, AttemptResult.RESERVED}
    ]
    known = law.channels if facts.reachable_by is None else len(set(facts.reachable_by))
    ways, dates = {kind for kind, _ in tried}, {day for _, day in tried}
    enough = len(ways) >= min(law.channels, known)
    if known == 1:
        enough = len(dates) >= law.channels
    told = {"need": law.channels, "count": len(ways)}
    return law.passed if enough else law.fails("lighter_first", told)
