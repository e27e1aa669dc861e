"""People who owe nothing, where the law lets them be asked for one thing only: where the debtor is
to be found. And who stands in for the debtor."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorstep.compliance.rules._law import Base, Deed, document, state, words_of
from doorstep.compliance.types import AttemptResult, Facts, Finding, StateKind
from doorstep.kernel.actions import ActionKind, Purpose, Role

_ASKED = frozenset(
    {
        AttemptResult.CONVERSATION,
        AttemptResult.ANSWERED,
        AttemptResult.MET,
        AttemptResult.REFUSED,
        AttemptResult.DELIVERED,
        AttemptResult.SENT,
        AttemptResult.UNKNOWN,
        AttemptResult.RESERVED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspect`: `purpose` (nothing but location information), `location` (how it is asked: once,
    without a word of `banned`, on no postcard, not where a representative is known), `household`
    (nothing that hints at a debt to those who live with the debtor), `estate` (an heir only as the
    one who acts for the estate)."""

    aspect: str
    banned: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    net: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        net = re.compile("|".join(self.banned) or "(?!)", re.IGNORECASE)
        object.__setattr__(self, "net", net)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """May this person be asked this, in these words?"""
    if not deed.ours or deed.asked.to.liable or _acts_for(deed, facts):
        return law.silent
    if law.aspect == "estate":
        return _estate(deed, facts, law)
    if law.aspect == "household":
        return _household(deed, law)
    if deed.kind is not ActionKind.THIRD_PARTY and not deed.third:
        return law.silent
    if law.aspect == "purpose":
        return law.passed if deed.purpose is Purpose.VERIFY else law.fails("third_party_purpose")
    return _location(deed, facts, law)


def _acts_for(deed: Deed, facts: Facts) -> bool:
    """Whether this is the one to be contacted instead of the debtor."""
    found = state(facts, StateKind.REPRESENTATIVE, deed, "")
    return found is not None and bool(deed.person) and found.through == deed.person


def _estate(deed: Deed, facts: Facts, law: Law) -> Finding:
    if deed.role is not Role.HEIR:
        return law.silent
    if deed.person and document(facts, "estate_authority", deed):
        return law.passed
    return law.fails("no_authority")


def _household(deed: Deed, law: Law) -> Finding:
    """A spouse or a relative; whoever owes it too has been let through above."""
    if deed.role is Role.DEBTOR or deed.role is Role.GUARANTOR or deed.place != "home":
        return law.silent
    if deed.purpose is not Purpose.VERIFY:
        return law.fails("third_party_hint")
    return _unsaid(deed, law)


def _location(deed: Deed, facts: Facts, law: Law) -> Finding:
    if state(facts, StateKind.REPRESENTATIVE, deed, ""):
        return law.fails("stopped", {"state": StateKind.REPRESENTATIVE.value})
    if "postcard" in words_of(deed.asked.channel):
        return law.fails("posted")
    if _asked(deed, facts) and not document(facts, "location_answer_wrong", deed):
        return law.fails("asked_before")
    return _unsaid(deed, law)


def _asked(deed: Deed, facts: Facts) -> bool:
    """Whether this person was asked already, or it cannot be told that they were not."""
    return any(
        c.direction == "us"
        and c.result in _ASKED
        and c.at <= deed.local.at
        and (c.kind is ActionKind.THIRD_PARTY or c.to.role is deed.role)
        and c.to.person == deed.person
        and (c.to.role is deed.role or not deed.person)
        for c in facts.history
    )


def _unsaid(deed: Deed, law: Law) -> Finding:
    found = law.net.search(deed.asked.content)
    if found:
        return law.fails("banned_words", {"words": found.group(0)})
    return law.passes("no_word_of_debt", *law.duties)
