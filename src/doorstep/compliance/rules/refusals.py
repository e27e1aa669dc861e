"""What a person told us not to use: a medium, a place, hours of the day. Nothing else stops.

A medium that was refused may carry one confirmation with nothing else in it; and a person who
writes or calls by a refused way, or at a refused time, gets one answer by the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from doorstep.compliance.rules._law import Base, Deed, consent, medium, midnight
from doorstep.compliance.types import ConsentKind, Contact, Facts, Finding, State, StateKind
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspects`: medium, place, hours. `places` narrows to some kinds of place. A wish that was
    not in writing lasts `oral_days` dates (absent: as one in writing). `not_confirming` are
    patterns that a confirmation may not hold. `direct`: only a consent given to who acts opens
    again."""

    aspects: frozenset[str]
    places: frozenset[str] = frozenset()
    oral_days: int | None = None
    not_confirming: tuple[str, ...] = ()
    direct: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Refused by the person, and not opened again by them since?"""
    if not deed.ours:
        return law.silent
    for s in _holding(deed, facts, law):
        if s.kind is StateKind.MEDIUM_REFUSED and _confirms(s, deed, facts, law):
            return law.passes("confirm_only")
        if _answers(s, deed, facts):
            return law.passes("answer_once")
        told = {"state": s.kind.value}
        return law.fails("refused_way", told, ends=_ends(s, deed, law))
    return law.passed


def _holding(deed: Deed, facts: Facts, law: Law) -> Iterator[State]:
    """The refusals that stand against this very contact."""
    at = deed.local.at
    for s in facts.states:
        if s.person not in {"", deed.person} or (s.since is not None and at < s.since):
            continue
        over = _over(s, deed, law)
        if (over is None or at < over) and _against(s, deed, facts, law):
            yield s


def _over(s: State, deed: Deed, law: Law) -> datetime | None:
    """When a refusal ends by itself; an oral one of an unknown day does not."""
    if law.oral_days is None or s.written is not False or s.since is None:
        return s.until
    zone = deed.local.zone
    day = s.since.astimezone(zone).date() + timedelta(days=law.oral_days)
    return min(midnight(day, zone), s.until) if s.until else midnight(day, zone)


def _against(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    if s.kind is StateKind.MEDIUM_REFUSED and "medium" in law.aspects:
        refused = medium(None, s.channel)
        return medium(deed.kind, deed.asked.channel) in {refused, ""} or not refused
    if s.kind is StateKind.PLACE_REFUSED and "place" in law.aspects:
        if law.places and deed.place not in law.places:
            return False
        same = not s.place or s.place == deed.place
        return same and not _opened(s, ConsentKind.WORKPLACE, deed, facts, law)
    if s.kind is StateKind.HOURS_REFUSED and "hours" in law.aspects:
        inside = not s.start or _between(deed.local.clock, s.start, s.end)
        return inside and not _opened(s, ConsentKind.HOURS, deed, facts, law)
    return False


def _opened(s: State, kind: ConsentKind, deed: Deed, facts: Facts, law: Law) -> bool:
    """A later consent that speaks of this opens what was refused."""
    given = consent(facts, kind, deed, direct=law.direct)
    if given is None or given.given_at is None or (s.since and given.given_at < s.since):
        return False
    return kind is not ConsentKind.HOURS or (
        bool(given.start) and _between(deed.local.clock, given.start, given.end)
    )


def _between(clock: time, start: str, end: str) -> bool:
    since, until = time.fromisoformat(start), time.fromisoformat(end or "23:59:59.999999")
    if since <= until:
        return since <= clock < until
    return clock >= since or clock < until


def _since(s: State, deed: Deed, facts: Facts) -> list[Contact]:
    """What passed by the same way since the refusal."""
    way = medium(deed.kind, deed.asked.channel)
    return [
        c
        for c in facts.history
        if c.mine
        and c.at <= deed.local.at
        and (s.since is None or c.at >= s.since)
        and medium(c.kind, c.channel) in {way, ""}
    ]


def _confirms(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    """The one message that says they are heard, with nothing else in it."""
    if deed.purpose is not Purpose.NOTICE or s.since is None:
        return False
    if any(re.search(p, deed.asked.content, re.IGNORECASE) for p in law.not_confirming):
        return False
    return not any(c.direction == "us" for c in _since(s, deed, facts))


def _answers(s: State, deed: Deed, facts: Facts) -> bool:
    """They came by this way themselves today, after refusing it, and were not answered yet."""
    if s.since is None:
        return False
    since = _since(s, deed, facts)
    theirs = [c.at for c in since if c.direction == "them" and c.at > s.since]
    if not theirs or max(theirs).astimezone(deed.local.zone).date() != deed.local.today:
        return False
    return not any(c.direction == "us" and c.at >= max(theirs) for c in since)


def _ends(s: State, deed: Deed, law: Law) -> datetime | None:
    """When it opens: with the end of the refused hours, or of the refusal."""
    if s.kind is StateKind.HOURS_REFUSED and s.start:
        end = time.fromisoformat(s.end or "23:59:59.999999")
        days = 0 if deed.local.clock < end else 1
        return deed.local.on(days, end) if s.end else deed.local.midnight(1)
    return _over(s, deed, law)
