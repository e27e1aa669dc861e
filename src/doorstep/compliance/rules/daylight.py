"""A first visit comes in daylight. Sunset is a fact; where it is not known, an early bound
holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Before sunset; `unlocated` is the latest legal clock time where the sunset is not known."""

    unlocated: time


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is it still day there? Another day begins at midnight."""
    if not deed.first_visit:
        return law.silent
    if facts.sunset is None:
        limit, now = law.unlocated, deed.legal.clock
    else:
        limit, now = facts.sunset.astimezone(deed.local.zone).time(), deed.local.clock
    if now < limit:
        return law.passed
    return law.fails("after_sunset", {"sunset": f"{limit:%H:%M}"}, ends=deed.local.midnight(1))
