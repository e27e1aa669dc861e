"""Children: no talk of the debt, no message left with them."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Nobody under the age of majority is contacted."""


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """A minor, whoever they are to the debt, is left in peace."""
    return law.fails("minor") if deed.asked.to.minor else law.passed
