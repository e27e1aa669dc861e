"""States that stop contact: orders, moratoria, complaints, disputes, and the others of care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, consent, midnight
from doorstep.compliance.types import ConsentKind, Facts, Finding, State, StateKind
from doorstep.kernel.actions import Purpose, Role


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """While one of `states` is in force nothing of ours goes out, but what serves one of the
    `spares` purposes (a notice the borrower is owed). `debtor_only`: others may be reached;
    `opened_by`: an agreement of this kind opens it.

    A state may end by the law itself, `days_at_most` dates after the one it began on, and the
    silence may last `days_after` its end.
    """

    states: tuple[StateKind, ...]
    spares: frozenset[Purpose] = frozenset()
    debtor_only: bool = False
    opened_by: ConsentKind | None = None
    days_at_most: int = 0
    days_after: int = 0


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Stopped? Ends with the state, if its end is known."""
    if not deed.ours or not facts.states or _spared(deed, law):
        return law.passed
    found = [(s.kind, end) for s in facts.states for end in _ends(s, deed, law)]
    if not found:
        return law.passed
    if law.opened_by is not None and consent(facts, law.opened_by, deed):
        return law.passes("attach_consent", "leave_on_request", code="agreed_despite")
    return _stopped(found, law)


def _spared(deed: Deed, law: Law) -> bool:
    return deed.purpose in law.spares or (law.debtor_only and deed.role is not Role.DEBTOR)


def _ends(s: State, deed: Deed, law: Law) -> tuple[datetime | None, ...]:
    """The end of the silence of a state that holds now; nothing where it does not."""
    if s.kind not in law.states or s.person not in {"", deed.person}:
        return ()
    end, at = _end(s, deed, law), deed.local.at
    holds = (s.since is None or s.since <= at) and (end is None or at < end)
    return (end,) if holds else ()


def _end(s: State, deed: Deed, law: Law) -> datetime | None:
    """When the silence of a state ends, by its own end or by the law, None if nobody can say."""
    zone = deed.local.zone
    end = s.until
    if end is not None and law.days_after:
        end = end.astimezone(zone) + timedelta(days=law.days_after)
    if law.days_at_most and s.since is not None:
        last = midnight(s.since.astimezone(zone).date() + timedelta(days=law.days_at_most), zone)
        end = last if end is None else min(end, last)
    return end


def _stopped(found: list[tuple[StateKind, datetime | None]], law: Law) -> Finding:
    first = min((kind for kind, _ in found), key=law.states.index)
    known = [end for _, end in found if end is not None]
    until = max(known) if len(known) == len(found) else None
    return law.fails("stopped", {"state": str(first)}, ends=until)
