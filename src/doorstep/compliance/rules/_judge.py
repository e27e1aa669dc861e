"""The gate itself: every rule of the packs asked for, the strictest answer, every finding kept.

Ground comes first: without a known place, zone, clock, pack and kind of action nothing is
permitted, whatever the rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from doorstep.compliance.rules._law import THIRD, Base, Deed, Moment, midnight
from doorstep.compliance.types import (
    CONTACTS,
    EMPTY,
    Answer,
    Asked,
    Bindingness,
    Duty,
    Executor,
    Facts,
    Finding,
    Product,
    Result,
    Rule,
    Verdict,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role
from doorstep.kernel.ids import digest

Judge = Callable[[Deed, Facts, Base], Finding]
Scope = tuple[ActionKind, date, Product, Executor]
Spoken = tuple[list[tuple[Judge, Base]], list[Finding]]
_NO_FACTS = Facts()
MAX_SKEW = 60.0
EVERYWHERE = "*"
_TRIES = 8
_DOUBTFUL = frozenset({Result.FAIL, Result.UNKNOWN})


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction, as dated data. `countries` ("*": a house, on top of any);
    `regions` where it holds in a part of the country only, on top of the country's own, by every
    name in use; `legal_zone` where one zone holds for the whole, else `acts_zone` dates what
    reaches nobody; not used after `expires`. `source` is the text it
    was read from, as JSON values: who keeps that can judge by it again."""

    code: str
    version: str
    title: Mapping[str, str]
    countries: tuple[str, ...]
    expires: date
    legal_zone: str
    laws: tuple[tuple[Judge, Base], ...]
    regions: tuple[str, ...] = ()
    acts_zone: str = ""
    source: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _by_kind: dict[Scope, Spoken] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """128 bits that name exactly this text."""
        return digest(self.source)[:32]

    @property
    def is_house(self) -> bool:
        return EVERYWHERE in self.countries

    def covers(self, country: str, region: str) -> bool:
        """Whether it holds at a place; in an unknown region it may, and so it does."""
        if self.is_house:
            return True
        if country not in self.countries:
            return False
        return not self.regions or not region or plain_name(region) in self._regions

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(plain_name(r) for r in self.regions)

    def speaking(self, kind: ActionKind, on: date, facts: Facts = _NO_FACTS) -> Spoken:
        """The laws in force on a day that speak of a kind of action on a loan of this product by
        this executor, and the silent rest."""
        product, executor = facts.debt.product, facts.executor
        key = (kind, on, product, executor)
        found = self._by_kind.get(key)
        if found is None:
            now = [(j, w) for j, w in self.laws if _in_force(w.rule, on)]
            loud = [(j, w) for j, w in now if w.speaks(kind, product, executor)]
            rest = [w.silent for _, w in now if not w.speaks(kind, product, executor)]
            if len(self._by_kind) > 2000:
                self._by_kind.clear()
            found = self._by_kind[key] = (loud, rest)
        return found


@lru_cache(maxsize=4096)
def plain_name(region: str) -> str:
    """A region's name without case, stops and doubled spaces.

    >>> plain_name(" U.S.-ny "), plain_name("New  York City")
    ('us-ny', 'new york city')
    """
    return " ".join(region.casefold().replace(".", "").split())


def _in_force(rule: Rule, on: date) -> bool:
    return rule.in_force <= on and (rule.until is None or on < rule.until)


def _ground(code: str, en: str, hans: str, hant: str) -> Rule:
    title = {"en": en, "zh-hans": hans, "zh-hant": hant}
    return Rule(
        id=code,
        kind="ground",
        title=title,
        why=title,
        citation="House rule: what is not known is not permitted.",
        bindingness=Bindingness.HOUSE,
        verification="HOUSE",
        in_force=date(2018, 1, 1),
        critical=True,
        pack="house",
        source={
            "zh-hans": "内部规则：不清楚的，就是不允许的。",
            "zh-hant": "內部規則：不清楚的，就是不允許的。",
        },
    )


PLACE = _ground("HOUSE-PLACE-01", "The place must be known", "必须知道所在地点", "必須知道所在地點")
ZONE = _ground(
    "HOUSE-ZONE-01", "The time zone must be known", "必须知道所在时区", "必須知道所在時區"
)
CLOCK = _ground("HOUSE-CLOCK-01", "The clock must be right", "时钟必须准确", "時鐘必須準確")
PACK = _ground(
    "HOUSE-PACK-01",
    "A current pack must cover the place",
    "必须有覆盖该地点且未过期的规则包",
    "必須有涵蓋該地點且未過期的規則套件",
)
KIND = _ground(
    "HOUSE-KIND-01",
    "A rule must speak of this kind of action",
    "必须有规则适用于此类行动",
    "必須有規則適用於此類行動",
)
GROUND = (PLACE, ZONE, CLOCK, PACK, KIND)
_FIRM = {rule.id: Finding(rule, Result.PASS) for rule in GROUND}


def judge(asked: Asked, facts: Facts, packs: Sequence[Pack], at: datetime) -> Verdict:
    """The verdict on one action at an instant. Raises ValueError for an instant without a zone.

    It defers only if every blocking finding ends at a known instant and the action would be
    permitted then, judged again on the same facts.
    """
    if at.tzinfo is None:
        raise ValueError("at: the instant has no offset; give one, for example +08:00")
    verdict = _once(asked, facts, packs, at)
    if verdict.answer is not Answer.DEFER:
        return verdict
    until = _first_permitted(asked, facts, packs, verdict)
    return _replace(verdict, until)


def _replace(verdict: Verdict, until: datetime | None) -> Verdict:
    return Verdict(
        Answer.DENY if until is None else Answer.DEFER,
        verdict.findings,
        verdict.duties,
        verdict.deciding,
        verdict.packs,
        until,
    )


def _first_permitted(
    asked: Asked, facts: Facts, packs: Sequence[Pack], verdict: Verdict
) -> datetime | None:
    for _ in range(_TRIES):
        at = verdict.defer_until
        if at is None:
            return None
        verdict = _once(asked, facts, packs, at)
        if verdict.permitted:
            return at
        if verdict.answer is not Answer.DEFER:
            return None
    return None


def _once(asked: Asked, facts: Facts, packs: Sequence[Pack], at: datetime) -> Verdict:
    country = asked.place.country if asked.place else ""
    if not country and asked.kind not in CONTACTS:
        country = next((p.countries[0] for p in packs if not p.is_house), "")
    region = asked.place.region if asked.place else ""
    covering = [p for p in packs if p.covers(country, region)]
    law = next((p for p in covering if not p.is_house), None)
    legal, local = _zones(asked, law)
    findings = _grounds(facts, country, covering, local or legal, at)
    silent: list[Finding] = []
    if legal is None or local is None or law is None or not country:
        silent += [
            Finding(w.rule, Result.UNKNOWN, "no_ground") for p in covering for _, w in p.laws
        ]
        return _answer(findings, silent, covering)
    deed = deed_of(asked, facts, Moment(at, legal), Moment(at, local))
    spoke = False
    for pack in covering:
        loud, rest = pack.speaking(asked.kind, deed.legal.today, facts)
        findings += [rule(deed, facts, w) for rule, w in loud]
        silent += rest
        spoke = spoke or (bool(loud) and not pack.is_house)
    findings.append(_FIRM[KIND.id] if spoke else Finding(KIND, Result.FAIL, "kind_unjudged"))
    return _answer(findings, silent, covering, legal)


def _grounds(
    facts: Facts,
    country: str,
    covering: Sequence[Pack],
    zone: ZoneInfo | None,
    at: datetime,
) -> list[Finding]:
    found = [
        _FIRM[PLACE.id] if country else Finding(PLACE, Result.FAIL, "place_unknown"),
        _FIRM[ZONE.id] if zone else Finding(ZONE, Result.FAIL, "zone_unknown"),
    ]
    skew = abs(facts.clock_skew_s)
    found.append(
        _FIRM[CLOCK.id]
        if skew <= MAX_SKEW
        else Finding(CLOCK, Result.FAIL, "clock_skew", {"seconds": round(skew)})
    )
    laws = [p for p in covering if not p.is_house]
    day = at.astimezone(zone).date() if zone else None
    over = next((p for p in laws if day and day > p.expires), None)
    if not laws:
        found.append(Finding(PACK, Result.FAIL, "no_pack", {"country": country}))
    elif over is not None:
        found.append(Finding(PACK, Result.FAIL, "pack_expired", {"pack": over.code}))
    else:
        found.append(_FIRM[PACK.id])
    return found


def _zones(asked: Asked, law: Pack | None) -> tuple[ZoneInfo | None, ZoneInfo | None]:
    """The zone the law reads and the recipient's own. An act that reaches nobody needs no place."""
    local = _zone(asked.place.zone) if asked.place else None
    legal = _zone(law.legal_zone) if law and law.legal_zone else local
    if local is None and asked.kind not in CONTACTS:
        local = legal = legal or (_zone(law.acts_zone) if law else None)
    return (legal, local) if local else (None, None)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def deed_of(asked: Asked, facts: Facts, legal: Moment, local: Moment) -> Deed:
    """The action made plain: purpose filled in, first visit or not."""
    to = asked.to
    third = asked.kind is ActionKind.THIRD_PARTY or to.role in THIRD
    purpose = asked.purpose or (Purpose.VERIFY if third and not to.liable else Purpose.COLLECT)
    return Deed(
        asked=asked,
        kind=asked.kind,
        role=to.role,
        person=to.person,
        number=to.number,
        purpose=purpose,
        ours=asked.initiated_by != "them",
        place=asked.place.kind if asked.place else "",
        legal=legal,
        local=local,
        first_visit=asked.kind is ActionKind.VISIT and _first(facts, legal.at),
    )


def _first(facts: Facts, at: datetime) -> bool:
    return not any(
        c.kind is ActionKind.VISIT
        and c.mine
        and c.at <= at
        and c.direction == "us"
        and c.to.role is Role.DEBTOR
        and (not c.debt or c.debt == facts.debt.id)
        for c in facts.history
    )


def _answer(
    spoken: list[Finding],
    silent: list[Finding],
    packs: Sequence[Pack],
    legal: ZoneInfo | None = None,
) -> Verdict:
    """The strictest of all findings, and when the last of the blocking ones ends."""
    blocking = [f for f in spoken if f.result in _DOUBTFUL and f.blocks]
    findings = (*spoken, *silent)
    versions = {p.code: p.version for p in packs}
    if blocking:
        hard = any(f.ends is None and not f.escalates for f in blocking)
        asks = any(f.escalates for f in blocking)
        answer = Answer.DENY if hard else Answer.ESCALATE if asks else Answer.DEFER
        ends = [_ends(f, legal) for f in blocking if f.ends]
        until = None if answer is not Answer.DEFER else max(ends)
        deciding = tuple(dict.fromkeys(f.rule.id for f in blocking))
        return Verdict(answer, findings, (), deciding, versions, until)
    duties = tuple(Duty(code, f.rule.id) for f in spoken if f.duties for code in f.duties)
    answer = Answer.ALLOW_WITH_DUTIES if duties else Answer.ALLOW
    deciding = tuple(dict.fromkeys(d.rule for d in duties))
    return Verdict(answer, findings, duties, deciding, versions)


def _ends(f: Finding, legal: ZoneInfo | None) -> datetime:
    """When a finding ends: with its own end, or with the rule itself if that goes first."""
    assert f.ends is not None
    if f.rule.until is None or legal is None:
        return f.ends
    return min(f.ends, midnight(f.rule.until, legal))


__all__ = ["EMPTY", "GROUND", "Judge", "Pack", "deed_of", "judge"]
