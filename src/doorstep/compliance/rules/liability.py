"""Spouses, heirs and guarantors: who of them owes, and on what proof."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, document, state
from doorstep.compliance.types import Facts, Finding, StateKind
from doorstep.kernel.actions import Role


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """The rule for one `role`: spouse, heir or guarantor."""

    role: Role


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Liable by signature: yes. A spouse on evidence of joint need: a human decides. An heir: up
    to the estate, unless renounced."""
    if deed.role is not law.role:
        return law.silent
    if deed.role is Role.HEIR and state(facts, StateKind.RENOUNCED, deed, deed.person):
        return law.fails("heir_renounced")
    if deed.asked.to.liable is False:
        return law.fails("not_liable")
    approved = document(facts, "debt_related_approval", deed)
    if deed.asked.to.liable or approved:
        if deed.role is Role.HEIR:
            return law.passes("estate_only")
        return law.passes("attach_proof") if approved else law.passed
    if deed.role is Role.SPOUSE:
        if document(facts, "joint_need", deed):
            return law.fails("liability_unsure", escalates=True)
        return law.fails("not_liable")
    if deed.role is Role.HEIR:
        return law.fails("liability_unsure", escalates=True)
    return law.passed
