"""A case's own facts, folded into the few numbers that decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.kernel.actions import ActionKind
from doorstep.strategy.types import Tries

WINDOW = 30
SPOKE = frozenset({"conversation", "answered", "refused", "met", "reply"})
"""They were there: what came before no longer counts as silence."""
NOT_OURS = frozenset({"cancelled", "not_made", "not_sent", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt on its local day; `result` as the gate counts it, `ours` unless they began."""

    kind: ActionKind
    on: date
    result: str
    ours: bool = True


@dataclass(frozen=True, slots=True)
class History:
    calls: Tries
    messages: Tries
    visits: Tries
    silent_days: int | None


def fold(attempts: Sequence[Attempt], as_of: date) -> History:
    """Counts within 30 days, silence since somebody last spoke with us, the last result of each
    kind. `attempts` are oldest first; what lies after `as_of` does not count."""
    seen = [a for a in attempts if a.on <= as_of and a.result not in NOT_OURS]
    spoke = max((i for i, a in enumerate(seen) if a.result in SPOKE), default=-1)
    return History(
        calls=_tries(ActionKind.CALL, seen, spoke, as_of),
        messages=_tries(ActionKind.MESSAGE, seen, spoke, as_of),
        visits=_tries(ActionKind.VISIT, seen, spoke, as_of),
        silent_days=(as_of - seen[spoke].on).days if spoke >= 0 else None,
    )


def _tries(kind: ActionKind, seen: Sequence[Attempt], spoke: int, as_of: date) -> Tries:
    mine = [(i, a) for i, a in enumerate(seen) if a.kind is kind and a.ours]
    if not mine:
        return Tries()
    last = mine[-1][1]
    return Tries(
        count=_count(mine, as_of),
        silent=sum(i > spoke for i, _ in mine),
        days=(as_of - last.on).days,
        last=last.result,
    )


def _count(mine: Iterable[tuple[int, Attempt]], as_of: date) -> int:
    return sum((as_of - a.on).days < WINDOW for _, a in mine)
