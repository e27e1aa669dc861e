"""What every kind of rule shares: the law's frame, the deed being judged, and its clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from doorstep.compliance.types import (
    CONTACTS,
    EMPTY,
    Asked,
    Consent,
    ConsentKind,
    Executor,
    Facts,
    Finding,
    Product,
    Result,
    Rule,
    State,
    StateKind,
    Weekday,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

THIRD = frozenset({Role.CONTACT, Role.EMPLOYER, Role.OTHER})


class Moment:
    """An instant as a place sees it: local date and time, and the midnights around it."""

    __slots__ = ("at", "clock", "local", "today", "zone")

    def __init__(self, at: datetime, zone: ZoneInfo) -> None:
        self.at = at
        self.zone = zone
        self.local = at.astimezone(zone)
        self.today = self.local.date()
        self.clock = self.local.time()

    def midnight(self, days: int = 0) -> datetime:
        """The instant at which the local date `days` from today begins."""
        return midnight(self.today + timedelta(days=days), self.zone)

    def on(self, days: int, clock: time) -> datetime:
        """A local wall time `days` from today, as an instant of the same zone."""
        return datetime.combine(self.today + timedelta(days=days), clock, self.zone)


WEEK = tuple(Weekday)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local date begins, in UTC terms so that comparing is cheap and exact."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Deed:
    """An action made plain for the rules: no defaults left to fill.

    `legal` is the moment in the zone the law reads (one for all of China), `local` in the
    recipient's own.
    """

    asked: Asked
    kind: ActionKind
    role: Role
    person: str
    number: str
    purpose: Purpose
    ours: bool
    place: str
    legal: Moment
    local: Moment
    first_visit: bool

    @property
    def third(self) -> bool:
        return self.role in THIRD


@dataclass(frozen=True, kw_only=True)
class Base:
    """The frame of a law: which kinds of action it speaks of (absent: every contact), of which
    `products` and of whose acts (`executors`; none named: of all)."""

    rule: Rule
    kinds: frozenset[ActionKind] = CONTACTS
    products: frozenset[Product] = frozenset()
    executors: frozenset[Executor] = frozenset()
    passed: Finding = field(init=False, repr=False, compare=False)
    silent: Finding = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passed", Finding(self.rule, Result.PASS))
        object.__setattr__(self, "silent", Finding(self.rule, Result.NOT_APPLICABLE))

    def speaks(self, kind: ActionKind, product: Product, executor: Executor) -> bool:
        """Whether it says anything of such an action on such a loan by such a hand."""
        return (
            kind in self.kinds
            and (not self.products or product in self.products)
            and (not self.executors or executor in self.executors)
        )

    def passes(self, *duties: str, code: str = "", args: Mapping[str, Any] = EMPTY) -> Finding:
        return Finding(self.rule, Result.PASS, code, args, None, duties)

    def fails(
        self,
        code: str,
        args: Mapping[str, Any] = EMPTY,
        *,
        ends: datetime | None = None,
        escalates: bool = False,
    ) -> Finding:
        return Finding(self.rule, Result.FAIL, code, args, ends, (), escalates)

    def unknown(self, code: str, args: Mapping[str, Any] = EMPTY) -> Finding:
        return Finding(self.rule, Result.UNKNOWN, code, args)


def consent(
    facts: Facts, kind: ConsentKind, deed: Deed, *, direct: bool = False, written: bool = False
) -> Consent | None:
    """An agreement of this kind that holds now and is evidenced; `direct`: given to who acts;
    `written`: known to be in writing."""
    at = deed.local.at
    for c in facts.consents:
        if c.kind is not kind or not c.evidence or (direct and not c.direct):
            continue
        if written and not c.written:
            continue
        given = c.given_at is None or c.given_at <= at
        if given and (c.until is None or at < c.until) and c.channel in {"", deed.asked.channel}:
            return c
    return None


def state(facts: Facts, kind: StateKind, deed: Deed, person: str | None = None) -> State | None:
    """A state in force now; `person` None: of anybody."""
    at = deed.local.at
    for s in facts.states:
        if s.kind is not kind or (person is not None and s.person != person):
            continue
        if (s.since is None or s.since <= at) and (s.until is None or at < s.until):
            return s
    return None


def document(facts: Facts, kind: str, deed: Deed) -> bool:
    """Whether a document of this kind is there, with effect by today."""
    return any(
        d.kind == kind and not d.returned and (d.on is None or d.on <= deed.legal.today)
        for d in facts.documents
    )


_MEDIA = {
    "sms": frozenset({"sms", "mms", "text", "texts"}),
    "email": frozenset({"email", "mail", "smtp"}),
    "call": frozenset({"call", "phone", "voice", "voicemail", "dialler", "dialer"}),
}
_PLAIN = {ActionKind.CALL: "call", ActionKind.LETTER: "letter", ActionKind.VISIT: "visit"}


def words_of(channel: str) -> frozenset[str]:
    """The words in the name of a channel, in any spelling."""
    return frozenset(re.split(r"[\W_]+", channel.lower())) - {""}


@lru_cache(maxsize=1024)
def medium(kind: ActionKind | None, channel: str) -> str:
    """By what a contact reaches somebody: call, letter, visit, sms, email, or the channel's own
    name; "" where it is not known.

    >>> medium(ActionKind.MESSAGE, "email_smtp"), medium(ActionKind.CALL, ""), medium(None, "SMS")
    ('email', 'call', 'sms')
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    words = words_of(channel)
    return next((m for m, names in _MEDIA.items() if words & names), channel.lower())
