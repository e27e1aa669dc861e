"""Small random weeks, mean on purpose: scarce languages, narrow windows, far homes, odd lunches."""

from __future__ import annotations

import random

from doorstep.visits.types import Candidate, CrewDay, Detour, Lunch, Week, WindowEnd, Zone

HOUR = 3600


def random_week(seed: int) -> Week:
    r = random.Random(seed)
    days = r.randint(1, 3)
    crews = tuple(_crew(r, k) for k in range(r.randint(0, 3)))
    people = tuple(_door(r, k, days) for k in range(r.randint(0, 18)))
    zones = (Zone((42.9, 129.5), 5_000, r.choice([12, 25])),) if r.random() < 0.3 else ()
    detour = Detour(r.choice([1.0, 1.35]), r.choice([18, 28, 60]), r.choice([0, 60]), 1, zones)
    return Week(days, crews, people, detour, r.choice(list(WindowEnd)))


def _place(r: random.Random) -> tuple[float, float]:
    return 42.9 + r.uniform(-0.2, 0.2), 129.5 + r.uniform(-0.2, 0.2)


def _crew(r: random.Random, k: int) -> CrewDay:
    start = r.choice([8, 9, 10]) * HOUR
    lunch = r.choice([11, 12]) * HOUR
    return CrewDay(
        id=f"a{k}",
        home=_place(r),
        languages=tuple(sorted({"zh"} | set(r.sample(["ko", "en"], r.randint(0, 2))))),
        shift=(start, start + r.randint(3, 9) * HOUR),
        max_visits=r.randint(0, 8),
        lunch=Lunch(r.choice([0, 1800, 2700]), (lunch, lunch + r.choice([1, 2]) * HOUR)),
    )


def _door(r: random.Random, k: int, days: int) -> Candidate:
    opens = r.choice([8, 9, 10, 13, 15]) * HOUR
    return Candidate(
        id=f"c{k}",
        at=_place(r),
        language=r.choice(["zh", "zh", "ko", "en", "fr"]),
        days=tuple(d for d in range(days) if r.random() < 0.8),
        window=(opens, opens + r.choice([600, HOUR, 5 * HOUR])),
        service=r.choice([300, 1200]),
        worth=r.choice([-500, 0, 300, 5_000, 40_000]),
    )
