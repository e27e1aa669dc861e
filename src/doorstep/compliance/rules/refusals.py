"""What a person told us not to use: a medium, a place. Nothing else stops.

A medium that was refused may carry one confirmation with nothing else in it; and a person who
writes or calls by a refused way gets one answer by the same. Times to be spared are `hours`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, consent, medium, midnight
from doorstep.compliance.types import ConsentKind, Contact, Facts, Finding, State, StateKind
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspects`: medium, place. `places` narrows to some kinds of place. A wish that was
    not in writing lasts `oral_days` dates (absent: as one in writing). `not_confirming` are
    patterns that a confirmation may not hold. `direct`: only a consent given to who acts opens
    again."""

    aspects: frozenset[str]
    places: frozenset[str] = frozenset()
    oral_days: int | None = None
    not_confirming: tuple[str, ...] = ()
    direct: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.aspects or self.aspects - {"medium", "place"}:
            raise ValueError("aspects: give medium, place or both; hours are wishes")


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
        return law.fails("refused_way", told, ends=_over(s, deed, law))
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
        return same and not _opened(s, deed, facts, law)
    return False


def _opened(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    """A later consent to be met at work opens the workplace again."""
    if deed.place != "work":
        return False
    given = consent(facts, ConsentKind.WORKPLACE, deed, direct=law.direct)
    if given is None or given.given_at is None:
        return False
    return s.since is None or given.given_at >= s.since


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
