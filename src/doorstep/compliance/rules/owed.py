"""Is there anything to ask for: a debt that is due and not settled, by somebody allowed to lend."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """One `aspect`: licence (an unlicensed lender's contract is void), due, or settled."""

    aspect: str


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Anything to collect?"""
    if law.aspect == "licence":
        if facts.lender.licensed is None:
            return law.unknown("licence_unknown")
        return law.passed if facts.lender.licensed else law.fails("unlicensed")
    if not deed.ours or deed.purpose is Purpose.NOTICE:
        return law.silent
    if facts.debt.settled:
        return law.fails("settled")
    if law.aspect == "settled":
        return law.passed
    if not facts.debt.due and deed.purpose is Purpose.COLLECT:
        return law.fails("not_due")
    return law.passed
