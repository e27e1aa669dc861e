"""What must have happened before a debt is enforced or a contract ended: a notice and its days,
forbearance considered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.compliance.rules._law import Base, Deed, midnight
from doorstep.compliance.types import Facts, Finding, Step

STEPS = frozenset(Step)


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Before any of the `steps` the `document` must be there, and `days` full days lie between
    its day and the step. Binds contracts made `contracts_from` up to and including
    `contracts_until`."""

    document: str
    days: int = 0
    steps: frozenset[Step] = STEPS
    contracts_from: date | None = None
    contracts_until: date | None = None


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Has what comes first been done? Ends when the days have passed."""
    if not deed.ours or deed.asked.step not in law.steps:
        return law.silent
    made = facts.debt.contract_on
    if made is None and (law.contracts_from or law.contracts_until):
        return law.unknown("contract_day_unknown")
    if made is not None and not _binds(made, law):
        return law.silent
    found = [d.on for d in facts.documents if d.kind == law.document]
    if not found:
        return law.fails("before_enforcement", {"document": law.document})
    if None in found:
        return law.passed
    opens = min(on for on in found if on is not None) + timedelta(days=law.days)
    if law.days:
        opens += timedelta(days=1)
    if opens <= deed.legal.today:
        return law.passed
    told = {"document": law.document, "on": f"{opens:%Y-%m-%d}"}
    return law.fails("notice_days_running", told, ends=midnight(opens, deed.legal.zone))


def _binds(made: date, law: Law) -> bool:
    early = law.contracts_from is not None and made < law.contracts_from
    late = law.contracts_until is not None and made > law.contracts_until
    return not early and not late
