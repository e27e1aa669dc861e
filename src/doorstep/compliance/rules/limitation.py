"""Debts too old to be sued for: what may still be asked, and what must be said first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding, Step
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Limitation is over `years` after it began to run (0: only where somebody states it). Then
    a contact that collects has these `duties`, none of the steps of `bars` is taken, and a text
    says nothing that a pattern of `banned` matches."""

    years: int = 0
    duties: tuple[str, ...] = ()
    bars: frozenset[Step] = frozenset()
    banned: tuple[str, ...] = ()
    net: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "net", re.compile("|".join(self.banned) or "(?!)", re.IGNORECASE))


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Too old? It may be asked for, openly; it may not be enforced."""
    if not deed.ours or not barred(deed, facts, law):
        return law.silent
    if deed.asked.step in law.bars:
        return law.fails("time_barred_step")
    if deed.asked.content and (found := law.net.search(deed.asked.content)):
        return law.fails("time_barred_words", {"words": found.group(0)})
    speaks = deed.purpose in {Purpose.COLLECT, Purpose.REMIND}
    if not speaks:
        return law.passed
    return law.passes(*law.duties)


def barred(deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether limitation is over: as stated, or by the day it began to run."""
    began = facts.debt.limitation_from
    if facts.debt.time_barred:
        return True
    if not law.years or began is None:
        return False
    last = began.year + law.years, began.month, began.day
    today = deed.legal.today
    return (today.year, today.month, today.day) > last
