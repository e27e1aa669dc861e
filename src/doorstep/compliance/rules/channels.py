"""Ways that may not be used without leave: private phones and private accounts."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, document
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`barred` channels need the `leave` document."""

    barred: tuple[str, ...]
    leave: str = "channel_approval"


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is this way of reaching somebody ours to use?"""
    if deed.asked.channel not in law.barred or document(facts, law.leave, deed):
        return law.passed
    return law.fails("channel_barred", {"channel": deed.asked.channel})
