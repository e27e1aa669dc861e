"""States that stop contact: orders, complaints, disputes, hardship, and the others of care."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, state
from doorstep.compliance.types import Facts, Finding, StateKind
from doorstep.kernel.actions import Purpose, Role


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """While one of `states` is in force nothing of ours goes out, but what serves one of the
    `spares` purposes (a notice the borrower is owed). `debtor_only`: others may be reached."""

    states: tuple[StateKind, ...]
    spares: frozenset[Purpose] = frozenset()
    debtor_only: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Stopped? Ends with the state, if its end is known."""
    if not deed.ours or not facts.states:
        return law.passed
    if deed.purpose in law.spares or (law.debtor_only and deed.role is not Role.DEBTOR):
        return law.passed
    found = [s for kind in law.states if (s := state(facts, kind, deed, None))]
    found = [s for s in found if s.person in {"", deed.person}]
    if not found:
        return law.passed
    ends = [s.until for s in found]
    until = max((e for e in ends if e), default=None) if all(ends) else None
    return law.fails("stopped", {"state": str(found[0].kind)}, ends=until)
