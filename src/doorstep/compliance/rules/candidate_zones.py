"""Where what is known of a person's place conflicts, it must be the right time in every zone they
may be in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from doorstep.compliance.rules import hours
from doorstep.compliance.rules._law import Deed, Moment
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(hours.Law):
    """The hours of `hours`, asked in each of the place's other `zones`."""


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """The right time in all of them? Fails until the last of them opens."""
    spot = deed.asked.place
    if spot is None or not spot.zones:
        return law.silent
    refused = []
    for name in spot.zones:
        zone = _zone(name)
        if zone is None:
            return law.unknown("zone_unknown")
        found = hours.judge(replace(deed, local=Moment(deed.local.at, zone)), facts, law)
        if found.blocks:
            refused.append(found)
    if not refused:
        return law.passed
    forever = [f for f in refused if f.ends is None]
    return (
        forever[0] if forever else max(refused, key=lambda f: f.ends.timestamp() if f.ends else 0)
    )


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
