"""How to behave during a permitted contact: duties that travel with the permission."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`duties` of every contact of these kinds."""

    duties: tuple[str, ...]


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Always permitted, with its duties."""
    return law.passes(*law.duties) if deed.ours else law.silent
