"""Compile the solver once, so that no person waits for it."""

from __future__ import annotations

from doorstep.visits.rules.solve import solve
from doorstep.visits.types import Candidate, CrewDay, Detour, Lunch, Week


def warm() -> None:
    """Plan one door for one crew: every compiled function is used once."""
    crew = CrewDay("a", (42.9, 129.5), ("zh",), (0, 80_000), 2, Lunch(60, (0, 80_000)))
    door = Candidate("c", (42.9, 129.6), "zh", (0,), (0, 80_000), 60, 10**6)
    solve(Week(1, (crew,), (door,), Detour(1.3, 30, 60, 1)), seed=1, rounds=20)
