"""Contact windows: half-open in local time, with a latest start and an agreement on hours.

[start, end) is open; with a margin for the kind of action it closes that much earlier for a start,
since a contact spans time. A recorded, specific agreement on hours opens its own window. The day's
first open instant ends the refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from doorstep.compliance.rules._law import Base, Deed, Moment, consent
from doorstep.compliance.types import ConsentKind, Facts, Finding
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`start`, `end` local wall time; `margin_minutes` by kind of action; a contact that starts
    within `wrap_up_minutes` of the end must be over by it; `clock` local or legal; `regions` and
    `zones` narrow the rule to some places."""

    start: time
    end: time
    clock: str = "local"
    margin_minutes: Mapping[str, int] = field(default_factory=dict)
    wrap_up_minutes: int = 0
    consent_opens: bool = True
    regions: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    last: Mapping[ActionKind, time] = field(init=False, repr=False, compare=False)
    wrap: Mapping[ActionKind, time] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        margins = {k: self.margin_minutes.get(k.value, 0) for k in ActionKind}
        object.__setattr__(self, "last", {k: _back(self.end, m) for k, m in margins.items()})
        before = max(self.wrap_up_minutes, 0)
        object.__setattr__(self, "wrap", {k: _back(self.end, before) for k in ActionKind})


def _back(end: time, minutes: int) -> time:
    at = timedelta(hours=end.hour, minutes=end.minute, seconds=end.second)
    left = max(at - timedelta(minutes=minutes), timedelta())
    return time(left.seconds // 3600, left.seconds // 60 % 60, left.seconds % 60)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Inside the window, or agreed otherwise? Fails until the next opening."""
    if not deed.ours or not _speaks(deed, law):
        return law.silent
    moment = deed.local if law.clock == "local" else deed.legal
    if law.start <= moment.clock < law.last[deed.kind]:
        if moment.clock >= law.wrap[deed.kind]:
            return law.passes("wrap_up", args={"end": f"{law.end:%H:%M}"})
        return law.passed
    if law.consent_opens and _agreed(facts, deed, moment):
        return law.passes("attach_consent", code="agreed_hours")
    opens = moment.on(0 if moment.clock < law.start else 1, law.start)
    told = {
        "start": f"{law.start:%H:%M}",
        "end": f"{law.last[deed.kind]:%H:%M}",
        "now": f"{moment.clock:%H:%M:%S}",
    }
    return law.fails("outside_hours", told, ends=opens)


def _speaks(deed: Deed, law: Law) -> bool:
    if not law.regions and not law.zones:
        return True
    place = deed.asked.place
    return place is not None and (place.region in law.regions or place.zone in law.zones)


def _agreed(facts: Facts, deed: Deed, moment: Moment) -> bool:
    found = consent(facts, ConsentKind.HOURS, deed)
    if found is None or not found.start:
        return False
    start, end = time.fromisoformat(found.start), time.fromisoformat(found.end or "23:59:59.999999")
    if start <= end:
        return start <= moment.clock < end
    return moment.clock >= start or moment.clock < end
