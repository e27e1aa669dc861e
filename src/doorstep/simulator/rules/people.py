"""Inventing borrowers: where they live, how they can be reached, how they will behave.

Nothing here can reach a real person. Phone numbers are in Yanbian's area code (0433) followed by
a 0: no subscriber number in China's fixed network begins with 0, so none of them can ring, while
every library calls them well-formed. E-mail is at `example.*` (RFC 2606). Identity numbers have a
right check digit but begin with 99, a province that does not exist.
"""

from __future__ import annotations

from datetime import date, timedelta

from doorstep.simulator.rules.draws import between, draw, pick, weighted
from doorstep.simulator.rules.names import Name, invent
from doorstep.simulator.rules.yanbian import TOWNS, Town
from doorstep.simulator.types import Lender, Person, Point, Related, Temper, Truth

UNLOCATED = 0.07
"""Share of addresses the lender could not place on a map."""
TEMPERS: tuple[tuple[Temper, float], ...] = (
    (Temper.STEADY, 0.710),
    (Temper.FORGETFUL, 0.100),
    (Temper.STRETCHED, 0.075),
    (Temper.STRUCK, 0.070),
    (Temper.UNWILLING, 0.032),
    (Temper.GONE, 0.013),
)
_STOPS = {Temper.STRUCK, Temper.UNWILLING, Temper.GONE}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_person(
    seed: int, number: int, lender: Lender, until: date, troubled: float = 1.0
) -> Person:
    """Borrower `number` of a lender; `troubled` scales every temper but the steady one."""
    key = f"{lender.prefix}{number:06d}"
    town = weighted([(t, t.weight) for t in TOWNS], seed, "town", key)
    name = invent(seed, town.korean, key)
    temper = weighted(
        [(t, w if t is Temper.STEADY else w * troubled) for t, w in TEMPERS], seed, "temper", key
    )
    born = until - timedelta(days=between(21 * 365, 62 * 365, seed, "born", key))
    changed = until - timedelta(days=between(-10, 200, seed, "changed", key))
    income = between(26, 78, seed, "income", key) * 10_000
    hit = 0.45 if temper is Temper.STRUCK else 1.0
    return Person(
        id=key,
        lender=lender.code,
        name=name.text,
        tradition=name.tradition,
        gender=name.gender,
        language=_language(seed, name, key),
        born=born,
        id_number=identity_number(born, number, name.gender),
        county=town.county,
        village=town.village,
        temper=temper,
        changed_on=changed if temper in _STOPS else None,
        income=int(income * hit),
        costs=between(14, 24, seed, "costs", key) * 10_000,
        points=_points(seed, key, number, lender, town, name, temper, until),
        related=_related(seed, key, name, town),
    )


def identity_number(born: date, number: int, gender: str) -> str:
    """18 characters with a right check digit (ISO 7064 MOD 11-2) in a province that is not there.

    >>> identity_number(date(1990, 1, 2), 7, "f")
    '990433199001020140'
    """
    serial = (number % 500) * 2 + (gender == "m")
    body = f"990433{born:%Y%m%d}{serial:03d}"
    total = sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _language(seed: int, name: Name, key: str) -> str:
    chance = draw(seed, "language", key)
    if name.tradition == "korean":
        return "ko" if chance < 0.55 else "zh-Hans"
    if chance < 0.012:
        return "zh-Hant"
    if chance < 0.02:
        return "en"
    return "ru" if chance < 0.024 else "zh-Hans"


def _points(
    seed: int,
    key: str,
    number: int,
    lender: Lender,
    town: Town,
    name: Name,
    temper: Temper,
    until: date,
) -> tuple[Point, ...]:
    gone = temper is Temper.GONE
    own = f"{lender.prefix}{number}"
    points = [
        _point(seed, key, "phone", _phone(number, 0), "self", until, 0.07, gone=gone),
        _address(seed, key, town, until, gone=gone),
    ]
    if draw(seed, "second phone", key) < 0.32:
        value = _phone(number, 1)
        points.append(_point(seed, key, "phone", value, "work", until, 0.22, gone=gone))
    if draw(seed, "e-mail", key) < 0.68:
        host = pick(("example.com", "example.org", "example.net"), seed, "host", key)
        value = f"{name.tradition}.{own.lower()}@{host}"
        points.append(_point(seed, key, "email", value, "self", until, 0.08, gone=gone))
    for person in _related(seed, key, name, town):
        if draw(seed, "related phone", person.person_id) < 0.85:
            slot = 2 + int(person.person_id[-1])
            value = _phone(number, slot)
            points.append(
                _point(seed, person.person_id, "phone", value, "contact", until, 0.12, owner=True)
            )
    return tuple(points)


def _point(
    seed: int,
    key: str,
    kind: str,
    value: str,
    use: str,
    until: date,
    bad: float,
    *,
    gone: bool = False,
    owner: bool = False,
) -> Point:
    chance = draw(seed, "truth", key, kind, use)
    wrong = Truth.WRONG if chance < bad * 0.5 else Truth.DEAD if chance < bad else Truth.RIGHT
    known = draw(seed, "confirmed", key, kind, use) < (0.62 if use == "self" else 0.25)
    ago = between(20, 400, seed, "confirmed on", key, kind, use)
    return Point(
        person=key if owner else "",
        kind=kind,
        value=value,
        use=use,
        source="application" if use != "work" else "update",
        basis="contract" if not owner else "named by the borrower",
        confirmed_on=until - timedelta(days=ago) if known and not gone else None,
        truth=Truth.DEAD if gone else wrong,
    )


def _phone(number: int, slot: int) -> str:
    """Six digits after the 0: one for whose it is, five for the borrower's number, wrapped."""
    return f"0433-0{slot}{number % 100_000:05d}"


def _address(seed: int, key: str, town: Town, until: date, *, gone: bool) -> Point:
    quarter = pick(town.quarters, seed, "quarter", key)
    street = pick(town.streets, seed, "street", key)
    number = between(1, 220, seed, "house", key)
    flat = "" if town.village else f"{between(1, 6, seed, 'unit', key)}单元{_flat(seed, key)}"
    county = "" if quarter == town.county else town.county
    located = draw(seed, "located", key) >= UNLOCATED
    known = draw(seed, "address known", key) < 0.7
    return Point(
        person="",
        kind="address",
        value=f"吉林省延边朝鲜族自治州{county}{quarter}{street}{number}号{flat}",
        use="home",
        source="application",
        basis="contract",
        confirmed_on=until - timedelta(days=between(20, 500, seed, "address on", key))
        if known
        else None,
        truth=Truth.DEAD if gone or draw(seed, "moved", key) < 0.05 else Truth.RIGHT,
        latitude=_near(town.latitude, town.spread, seed, "latitude", key) if located else None,
        longitude=_near(town.longitude, town.spread * 1.36, seed, "longitude", key)
        if located
        else None,
    )


def _flat(seed: int, key: str) -> str:
    return f"{between(1, 6, seed, 'floor', key)}0{between(1, 3, seed, 'door', key)}"


def _near(middle: float, spread: float, seed: int, *about: object) -> float:
    """Around the middle, denser towards it (a triangle), to about ten metres."""
    off = draw(seed, *about, 1) + draw(seed, *about, 2) - 1
    return round(middle + off * spread, 4)


def _related(seed: int, key: str, name: Name, town: Town) -> tuple[Related, ...]:
    people = []
    if draw(seed, "contact person", key) < 0.55:
        other = invent(seed, town.korean, key, "contact").text
        people.append(Related(f"{key}-1", "contact_person", other, False))
    chance = draw(seed, "other person", key)
    if chance < 0.08:
        spouse = invent(seed, town.korean, key, "spouse").text
        people.append(Related(f"{key}-2", "spouse", spouse, False))
    elif chance < 0.12:
        guarantor = invent(seed, town.korean, key, "guarantor").text
        people.append(Related(f"{key}-2", "guarantor", guarantor, True))
    return tuple(people)
