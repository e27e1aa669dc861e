"""People who owe nothing: approached only to find the debtor, without a word of debt, and never
again once they refuse."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, consent, state
from doorstep.compliance.types import (
    AttemptResult,
    ConsentKind,
    Facts,
    Finding,
    StateKind,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

MISSED = frozenset(
    {
        AttemptResult.NO_ANSWER,
        AttemptResult.BUSY,
        AttemptResult.VOICEMAIL,
        AttemptResult.FAILED,
        AttemptResult.NOBODY_HOME,
    }
)
OPENINGS = (StateKind.UNREACHABLE, StateKind.DECEASED, StateKind.INCAPABLE)


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspect` names the one sentence of the law this is: `only_debtor` (approach others only
    where the debtor is out of contact), `refusal` (a refusal is for ever), or `no_collecting`
    (never collect from a person without a duty). `days_unanswered` and `misses` say when the
    debtor is out of contact."""

    aspect: str
    days_unanswered: int = 3
    misses: int = 3


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """May this person, who owes nothing, be approached for this?"""
    if not _unrelated(deed):
        return law.silent
    if law.aspect == "refusal":
        return law.fails("third_party_refused") if _refused(deed, facts) else law.passed
    if law.aspect == "no_collecting":
        if deed.purpose is Purpose.VERIFY or consent(facts, ConsentKind.PAYS_FOR_DEBTOR, deed):
            return law.passes("no_word_of_debt")
        return law.fails("owes_nothing")
    if deed.purpose is not Purpose.VERIFY:
        return law.fails("third_party_purpose")
    if any(state(facts, kind, deed, "") for kind in OPENINGS) or out_of_contact(deed, facts, law):
        return law.passes("no_word_of_debt", "stop_on_request")
    return law.fails("debtor_reachable")


def _unrelated(deed: Deed) -> bool:
    if deed.kind is ActionKind.THIRD_PARTY or deed.third:
        return not deed.asked.to.liable
    return False


def _refused(deed: Deed, facts: Facts) -> bool:
    """Said once, in a conversation or recorded as a state, it holds for ever."""
    if state(facts, StateKind.REFUSED, deed, deed.person):
        return True
    return any(
        c.result is AttemptResult.REFUSED and c.to.role is deed.role and c.to.person == deed.person
        for c in facts.history
    )


def out_of_contact(deed: Deed, facts: Facts, law: Law) -> bool:
    """The last tries, on so many days in a row and so many times, all in vain."""
    tries = sorted(
        (c for c in facts.history if c.mine and c.to.role is Role.DEBTOR), key=lambda c: c.at
    )
    missed = []
    for c in reversed(tries):
        if c.direction != "us" or c.result not in MISSED:
            break
        missed.append(c)
    if len(missed) < law.misses:
        return False
    days = sorted({c.at.astimezone(deed.legal.zone).date() for c in missed}, reverse=True)
    run = 1
    while run < len(days) and (days[run - 1] - days[run]).days == 1:
        run += 1
    return run >= law.days_unanswered
