"""States that do not stop contact but soften it: each adds something somebody must do."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, state
from doorstep.compliance.types import Facts, Finding, StateKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """While one of `states` is in force, every contact has these `duties`."""

    states: tuple[StateKind, ...]
    duties: tuple[str, ...]


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Permitted, and more gently where one of the states is in force."""
    if not deed.ours:
        return law.silent
    if any(state(facts, kind, deed) for kind in law.states):
        return law.passes(*law.duties)
    return law.passed
