"""People who owe nothing: approached only to find the debtor, without a word of debt, and never
again once they refuse."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorstep.compliance.rules._law import THIRD, Base, Deed, consent, state
from doorstep.compliance.types import (
    AttemptResult,
    ConsentKind,
    Contact,
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
ASPECTS = ("only_debtor", "refusal", "no_collecting", "nobody", "elder")
OPENINGS = (StateKind.UNREACHABLE, StateKind.DECEASED, StateKind.INCAPABLE)


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspect` names the one sentence of the law this is: `only_debtor` (approach others only
    where the debtor is out of contact), `refusal` (a refusal is for ever), `no_collecting`
    (never collect from a person without a duty), `nobody` (no approach at all, but with the
    consent `opened_by`) or `elder` (no older adult but the debtor). `roles` are those it protects
    as long as they do not owe; `days_unanswered` and `misses` say when the debtor is out of
    contact; without `volunteers` not even who offered to pay is asked; `unsaid` are regular
    expressions of what may not be said to them."""

    aspect: str
    days_unanswered: int = 3
    misses: int = 3
    roles: frozenset[Role] = THIRD
    opened_by: ConsentKind | None = None
    volunteers: bool = True
    unsaid: tuple[str, ...] = ()
    net: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.aspect not in ASPECTS:
            raise ValueError(f"aspect: {self.aspect!r} is none of {', '.join(ASPECTS)}")
        net = re.compile("|".join(self.unsaid), re.IGNORECASE) if self.unsaid else None
        object.__setattr__(self, "net", net)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """May this person, who owes nothing, be approached for this, and in these words?"""
    if law.aspect == "elder":
        elder = deed.role is not Role.DEBTOR and deed.asked.to.elder
        return law.fails("elder") if elder else law.passed
    if not _unrelated(deed, law):
        return law.silent
    if law.net and (said := law.net.search(deed.asked.content)):
        return law.fails("debt_told", {"words": said.group(0)})
    if law.aspect == "refusal":
        return law.fails("third_party_refused") if _refused(deed, facts) else law.passed
    if law.aspect == "nobody":
        if law.opened_by is not None and consent(facts, law.opened_by, deed):
            return law.passes("attach_consent", code="agreed_third_party")
        return law.fails("third_party_barred")
    return (
        _collecting(deed, facts, law) if law.aspect == "no_collecting" else _only(deed, facts, law)
    )


def _collecting(deed: Deed, facts: Facts, law: Law) -> Finding:
    offered = law.volunteers and consent(facts, ConsentKind.PAYS_FOR_DEBTOR, deed)
    if deed.purpose is Purpose.VERIFY or offered:
        return law.passes("no_word_of_debt")
    return law.fails("owes_nothing")


def _only(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Only where the debtor is out of contact, and only to find them."""
    if deed.purpose is not Purpose.VERIFY:
        return law.fails("third_party_purpose")
    if any(state(facts, kind, deed, "") for kind in OPENINGS) or out_of_contact(deed, facts, law):
        return law.passes("no_word_of_debt", "stop_on_request")
    return law.fails("debtor_reachable")


def _unrelated(deed: Deed, law: Law) -> bool:
    """A person who does not owe. A guarantor does, unless shown not to."""
    if deed.kind is ActionKind.THIRD_PARTY or deed.role in law.roles:
        owes = deed.asked.to.liable
        return not (deed.role is Role.GUARANTOR if owes is None else owes)
    return False


def _refused(deed: Deed, facts: Facts) -> bool:
    """Said once, in a conversation or recorded as a state, it holds for ever: for the person,
    whatever they are called to the debt, and for the number they said it on."""
    if state(facts, StateKind.REFUSED, deed, deed.person):
        return True
    return any(
        c.result is AttemptResult.REFUSED and c.to.role is not Role.DEBTOR and _same(c, deed)
        for c in facts.history
    )


def _same(c: Contact, deed: Deed) -> bool:
    named = c.to.person or deed.person
    known = c.to.person == deed.person if named else c.to.role is deed.role
    number = c.number or c.to.number
    return known or bool(number and number == deed.number)


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
