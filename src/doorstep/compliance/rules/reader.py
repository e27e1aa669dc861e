"""Who will read or hear it: the debt is spoken of only where the person is proven to be there."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """With `standing`, a number or address that rests or is wrong is not used at all."""

    standing: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Unproven: it may be verified, nothing else."""
    to = deed.asked.to
    if not deed.ours:
        return law.silent
    if law.standing:
        return law.passed if to.standing else law.fails("point_resting")
    if to.verified:
        return law.passed
    if deed.purpose is Purpose.VERIFY:
        return law.passes("no_word_of_debt", "prove_right_party")
    return law.fails("point_unverified")
