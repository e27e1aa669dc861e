"""Crews of two: the law wants at least two collectors at every door (CN-VIS-01)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import cos, hypot, radians

from doorstep.visits.types import Crew, Person, Point

_KM = 111.195
_LANGUAGE_KM = 6.0
"""Two who together speak one language more may live this much further apart."""
_MIXED_KM = 3.0
"""A woman and a man together: somebody at the door may wish to speak with either."""


def pair_up(people: Sequence[Person]) -> list[Crew]:
    """Form crews of two by home, language and, where it costs little, of both genders.

    The best pair first, then the best of the rest; one left over stays out: nobody goes alone, and
    a third at the door is one more than the borrower needs. Pairs without any known home are not
    formed. The order of the people does not matter.
    """
    pairs = sorted(
        ((_apart(a, b), str(a.id), str(b.id), a, b) for a, b in combinations(_sorted(people), 2)),
        key=lambda p: p[:3],
    )
    used: set[str] = set()
    crews = []
    for _, one, two, a, b in pairs:
        home = a.home or b.home
        if one in used or two in used or home is None:
            continue
        used |= {one, two}
        crews.append(Crew((a, b), home, tuple(sorted({*a.languages, *b.languages}))))
    return sorted(crews, key=lambda c: tuple(str(m.id) for m in c.members))


def _sorted(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda p: str(p.id))


def _apart(a: Person, b: Person) -> float:
    """Kilometres between the homes, less what the pair gains in languages; rounded to metres."""
    km = _km(a.home, b.home) if a.home and b.home else 50.0
    gained = len({*a.languages, *b.languages}) - max(len(set(a.languages)), len(set(b.languages)))
    mixed = _MIXED_KM if {a.gender, b.gender} == {"f", "m"} else 0.0
    return round(km - _LANGUAGE_KM * gained - mixed, 3)


def _km(a: Point, b: Point) -> float:
    """Flat enough for people of one prefecture."""
    return hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians((a[0] + b[0]) / 2))) * _KM
