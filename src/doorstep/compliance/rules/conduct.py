"""How to behave during a permitted contact: duties that travel with the permission."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`duties` of every contact of these kinds; `not_third`: none towards those who owe nothing."""

    duties: tuple[str, ...]
    not_third: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Always permitted, with its duties."""
    if not deed.ours or (law.not_third and deed.third and not deed.asked.to.liable):
        return law.silent
    return law.passes(*law.duties)
