"""Contact windows in local time: hours, days of the week, public holidays, latest starts, and the
agreements and wishes that change them.

[start, end) is open, or with either endpoint as the law has it; with a margin for the kind of
action it closes that much earlier for a start, since a contact spans time. A recorded, specific
agreement on hours opens its own window. The first open instant of an open day ends the refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from doorstep.compliance.rules._calendar import Calendar
from doorstep.compliance.rules._law import WEEK, Base, Deed, Moment, consent
from doorstep.compliance.types import ConsentKind, Facts, Finding, Weekday, Wish
from doorstep.kernel.actions import ActionKind

_AHEAD = 31
"""No run of closed days is longer than a month."""


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`start`, `end` local wall time; `start_inclusive`, `end_inclusive` whether the very second
    is open; `open_days` of the week (none: all); `closed_on_holidays` of the pack's calendar;
    `margin_minutes` by kind of action; a contact that starts within `wrap_up_minutes` of the end
    must be over by it; `clock` local or legal; `regions` and `zones` narrow the rule to some
    places. `consent_opens`: agreed hours count. `honours_wishes`: nobody is contacted at a time
    they asked to be spared. `free_after_days`: a debt further past due is not protected.
    `direct_consent`: only an agreement given to the one who acts counts."""

    start: time
    end: time
    clock: str = "local"
    margin_minutes: Mapping[str, int] = field(default_factory=dict)
    wrap_up_minutes: int = 0
    consent_opens: bool = True
    regions: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    start_inclusive: bool = True
    end_inclusive: bool = False
    open_days: frozenset[Weekday] = frozenset()
    closed_on_holidays: bool = False
    calendar: Calendar = Calendar()  # noqa: RUF009 - frozen
    honours_wishes: bool = False
    free_after_days: int | None = None
    direct_consent: bool = False
    first: time = field(init=False, repr=False, compare=False)
    last: Mapping[ActionKind, time] = field(init=False, repr=False, compare=False)
    wrap: Mapping[ActionKind, time] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.closed_on_holidays and not self.calendar.years:
            raise ValueError("closed_on_holidays needs a holidays.toml with its years")
        first = self.start if self.start_inclusive else _moved(self.start, timedelta(seconds=1))
        object.__setattr__(self, "first", first)
        margins = {k: self.margin_minutes.get(k.value, 0) for k in ActionKind}
        object.__setattr__(self, "last", {k: _back(self.end, m) for k, m in margins.items()})
        before = max(self.wrap_up_minutes, 0)
        object.__setattr__(self, "wrap", {k: _back(self.end, before) for k in ActionKind})

    def open_at(self, clock: time, kind: ActionKind) -> bool:
        """Whether a contact of a kind may start at a wall time of an open day."""
        last = self.last[kind]
        early = clock < self.start or (clock == self.start and not self.start_inclusive)
        return not early and (clock < last or (clock == last and self.end_inclusive))


def _moved(clock: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 1), clock) + by).time()


def _back(end: time, minutes: int) -> time:
    at = timedelta(hours=end.hour, minutes=end.minute, seconds=end.second)
    left = max(at - timedelta(minutes=minutes), timedelta())
    return time(left.seconds // 3600, left.seconds // 60 % 60, left.seconds % 60)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """An open day, inside the window, and not at a time they asked to be spared? Or agreed
    otherwise? Fails until the next opening."""
    if not deed.ours or not _speaks(deed, law):
        return law.silent
    moment = deed.local if law.clock == "local" else deed.legal
    if law.honours_wishes and (wish := _spared(facts, deed, moment)):
        return law.fails("asked_otherwise", ends=_wish_ends(wish, moment))
    closed = _closed(deed, law, moment.today)
    if not closed and law.open_at(moment.clock, deed.kind):
        if moment.clock >= law.wrap[deed.kind]:
            return law.passes("wrap_up", args={"end": f"{law.end:%H:%M}"})
        return law.passed
    overdue, free = facts.debt.days_past_due, law.free_after_days
    if free is not None and overdue is not None and overdue > free:
        return law.passes(code="long_overdue", args={"overdue": overdue, "free": free})
    if law.consent_opens and _agreed(facts, deed, moment, law):
        return law.passes("attach_consent", code="agreed_hours")
    if closed == "holidays_unknown":
        return law.unknown(closed, {"year": moment.today.year})
    return _refused(deed, law, moment, closed)


def _refused(deed: Deed, law: Law, moment: Moment, closed: str) -> Finding:
    told: dict[str, object] = {
        "start": f"{law.start:%H:%M}",
        "end": f"{law.last[deed.kind]:%H:%M}",
        "now": f"{moment.clock:%H:%M:%S}",
    }
    if closed:
        told["day"] = moment.today.isoformat()
    return law.fails(closed or "outside_hours", told, ends=_opens(deed, law, moment))


def _speaks(deed: Deed, law: Law) -> bool:
    if not law.regions and not law.zones:
        return True
    place = deed.asked.place
    return place is not None and (place.region in law.regions or place.zone in law.zones)


def _closed(deed: Deed, law: Law, day: date) -> str:
    """Why a whole day is closed; "" where it is not."""
    if law.open_days and WEEK[day.weekday()] not in law.open_days:
        return "closed_day"
    if not law.closed_on_holidays:
        return ""
    if not law.calendar.knows(day):
        return "holidays_unknown"
    place = deed.asked.place
    return "public_holiday" if law.calendar.keeps(day, place.region if place else "") else ""


def _opens(deed: Deed, law: Law, moment: Moment) -> datetime | None:
    """The first open instant from now on; None where the days ahead are not known."""
    tomorrow = 0 if moment.clock < law.first else 1
    for days in range(tomorrow, tomorrow + _AHEAD):
        why = _closed(deed, law, moment.today + timedelta(days=days))
        if not why:
            return moment.on(days, law.first)
        if why == "holidays_unknown":
            return None
    return None


def _agreed(facts: Facts, deed: Deed, moment: Moment, law: Law) -> bool:
    found = consent(facts, ConsentKind.HOURS, deed, direct=law.direct_consent)
    return found is not None and bool(found.start) and _within(found.start, found.end, moment.clock)


def _within(start: str, end: str, clock: time) -> bool:
    """Whether a wall time lies in [start, end), which may go past midnight."""
    first, last = time.fromisoformat(start), time.fromisoformat(end or "23:59:59.999999")
    if first <= last:
        return first <= clock < last
    return clock >= first or clock < last


def _spared(facts: Facts, deed: Deed, moment: Moment) -> Wish | None:
    at = moment.at
    for wish in facts.wishes:
        if (wish.since and at < wish.since) or (wish.until and at >= wish.until):
            continue
        if wish.channel not in {"", deed.asked.channel}:
            continue
        if wish.days and WEEK[moment.today.weekday()] not in wish.days:
            continue
        if not wish.start or _within(wish.start, wish.end, moment.clock):
            return wish
    return None


def _wish_ends(wish: Wish, moment: Moment) -> datetime:
    """When the time they asked to be spared is over, for today."""
    if not wish.start or not wish.end:
        return moment.midnight(1)
    end = time.fromisoformat(wish.end)
    past = moment.clock >= end
    return moment.on(1 if past else 0, end)
