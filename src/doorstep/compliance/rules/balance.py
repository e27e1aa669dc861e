"""An act must be worth its weight: no visit, no listing for small sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`least` balance by currency, in minor units; another currency is unknown. `code` names the
    finding where it is less."""

    least: Mapping[str, int]
    code: str = "balance_small"


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Enough owed?"""
    least, owed = law.least.get(facts.debt.currency), facts.debt.balance
    if least is None or owed is None:
        return law.unknown("balance_unknown")
    if owed >= least:
        return law.passed
    return law.fails(law.code, {"least": least, "owed": owed, "currency": facts.debt.currency})
