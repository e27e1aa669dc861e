"""What a person said that stops contact until something happens: a wish in writing, a dispute that
must be answered first, somebody who speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding, State, StateKind
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """While one of `states` is in force nothing goes out but what serves one of the `spares`
    purposes, with the duties `spared_duties`, and what goes to the person to be contacted instead.

    With `in_writing` a wish known to be oral does not stop. `lifted_by`: a document of this kind,
    of the same day or later, ends it. `after`, `days`: a state that came later than so many dates
    after that document does not stop; where the day of either is not known, it does.
    """

    states: tuple[StateKind, ...]
    spares: frozenset[Purpose] = frozenset()
    spared_duties: tuple[str, ...] = ()
    in_writing: bool = False
    lifted_by: str = ""
    after: str = ""
    days: int = 0


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Stopped, and not lifted, spared or sent to the one who speaks for them?"""
    if not deed.ours:
        return law.silent
    found = [s for s in facts.states if s.kind in law.states and _stops(s, deed, facts, law)]
    if not found:
        return law.passed
    if deed.purpose in law.spares:
        return law.passes(*law.spared_duties)
    ends = [s.until for s in found]
    until = max((e for e in ends if e), default=None) if all(ends) else None
    return law.fails("stopped", {"state": found[0].kind.value}, ends=until)


def _stops(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    at = deed.local.at
    if (s.since is not None and at < s.since) or (s.until is not None and at >= s.until):
        return False
    if s.person not in {"", deed.person} or (s.through and s.through == deed.person):
        return False
    if law.in_writing and s.written is False:
        return False
    return not _lifted(s, deed, facts, law) and not _late(s, deed, facts, law)


def _lifted(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether what it waits for was done, not before it was asked for."""
    began = s.since.astimezone(deed.local.zone).date() if s.since else None
    return any(
        d.kind == law.lifted_by
        and not d.returned
        and (d.on is None or ((began is None or d.on >= began) and d.on <= deed.local.today))
        for d in facts.documents
    )


def _late(s: State, deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether it came after the time for it was over."""
    told = [d.on for d in facts.documents if d.kind == law.after and not d.returned]
    if not law.after or not told or None in told or s.since is None:
        return False
    last = max(d for d in told if d) + timedelta(days=law.days)
    return s.since.astimezone(deed.local.zone).date() > last
