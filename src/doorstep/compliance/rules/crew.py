"""Who goes together: how many people make a visit, each trained, certified and authorised."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import AgentFacts, Executor, Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """A crew of at least `least` and at most `most` (0: no limit) different people; with
    `certified`, each certified and authorised on the day; with `employees`, a lender sends none
    but its own. `where_named`: says nothing until somebody is named (a call is given to an agent
    when it is cleared)."""

    least: int = 1
    most: int = 0
    certified: bool = False
    employees: bool = False
    where_named: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Enough, not too many, all certified? While planning nobody is named: then it is a duty."""
    crew = deed.asked.crew
    if law.where_named and not crew:
        return law.silent
    if crew is None:
        return law.passes("crew") if facts.planning else law.unknown("crew_unknown")
    size = len(set(crew))
    if size < law.least:
        return law.fails("crew_small", {"count": size, "least": law.least})
    if law.most and size > law.most:
        return law.fails("crew_large", {"count": size, "most": law.most})
    named = [agent for agent in facts.agents if agent.id in crew]
    for agent in named:
        if law.certified and not _fit(agent, deed):
            return law.fails("agent_uncertified", {"agent": agent.id})
        if law.employees and not _ours(agent, facts):
            return law.fails("agent_not_employed", {"agent": agent.id})
    return law.passed


def _fit(agent: AgentFacts, deed: Deed) -> bool:
    until = agent.certified_until
    return agent.certified and agent.authorised and (until is None or until >= deed.legal.today)


def _ours(agent: AgentFacts, facts: Facts) -> bool:
    """Employed by the lender, where the lender itself acts; one of no organisation is."""
    if facts.executor is not Executor.LENDER or not facts.lender.id:
        return True
    return agent.organisation in {"", facts.lender.id}
