"""What happened on a case, ready for its page: told once, folded by day, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from doorstep.casefile.types import FactKind, FactView
from doorstep.desk import words

FIRST, STEP, MOST = 30, 100, 2000
"""Entries shown at first, how many more with each step, and facts read at most."""
_CONTACTS = {FactKind.CALL, FactKind.MESSAGE, FactKind.VISIT}


@dataclass(frozen=True, slots=True)
class Timeline:
    """`days` with their numbered lines, the newest first; `older` entries are not shown yet and
    `more` is how many to ask for; `cut` says that still older facts were not even read."""

    days: Sequence[dict[str, Any]]
    shown: int
    older: int
    more: int
    cut: bool


def timeline(facts: Sequence[FactView], entries: int) -> Timeline:
    """The newest `entries` entries of facts that come newest first (one more than MOST: cut)."""
    told_once = folded(told(facts[:MOST]))
    shown = told_once[:entries]
    return Timeline(
        days=_by_day([words.line(fact, times) for fact, times in shown]),
        shown=len(shown),
        older=len(told_once) - len(shown),
        more=entries + STEP,
        cut=len(facts) > MOST,
    )


def asked(value: str) -> int:
    """How many entries an address asks for: 30…2000, whatever it says."""
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else FIRST
    return min(max(number, FIRST), MOST)


def told(facts: Sequence[FactView]) -> list[FactView]:
    """The facts a timeline tells: what a contact point learned from a call, message or visit of
    the same instant is said by that already."""
    done = {f.at for f in facts if f.kind in _CONTACTS}
    return [f for f in facts if f.kind is not FactKind.POINT_OUTCOME or f.at not in done]


def folded(facts: Sequence[FactView]) -> list[tuple[FactView, int]]:
    """Each fact with how often it is told: what one person saw in full on one day is one entry,
    where the newest of them stood."""
    entries: list[tuple[FactView, int]] = []
    place: dict[tuple[date, str], int] = {}
    for fact in facts:
        if fact.kind is not FactKind.POINT_REVEALED:
            entries.append((fact, 1))
            continue
        key = (timezone.localtime(fact.at).date(), fact.by)
        if key in place:
            first, times = entries[place[key]]
            entries[place[key]] = (first, times + 1)
        else:
            place[key] = len(entries)
            entries.append((fact, 1))
    return entries


def _by_day(lines: Sequence[words.Line]) -> list[dict[str, Any]]:
    """Numbered lines grouped by the day they happened on, in the order they come."""
    days: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        on = timezone.localtime(line.at).date()
        if not days or days[-1]["on"] != on:
            days.append({"on": on, "lines": []})
        days[-1]["lines"].append((number, line))
    return days
