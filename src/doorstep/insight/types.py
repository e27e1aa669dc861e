"""The board of a day as plain numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from doorstep.kernel.money import Money

if TYPE_CHECKING:
    from doorstep.compliance.api import BlockedLine, PolicyView


@dataclass(frozen=True, slots=True)
class BucketLine:
    """Open cases of one bucket; `share` of all open cases in per mille, for the picture."""

    bucket: str
    cases: int
    arrears: Money
    share: int
    tone: str


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One way of reaching people today. `waiting` None: not known; `good` came to something."""

    kind: str
    done: int
    good: int
    waiting: int | None = None

    @property
    def planned(self) -> int | None:
        return None if self.waiting is None else self.waiting + self.done

    @property
    def share(self) -> int:
        """Done of planned in per mille."""
        return self.done * 1000 // self.planned if self.planned else 0


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Promises of one status: how many, what was promised, what came, share in per mille."""

    status: str
    count: int
    amount: Money
    received: Money
    share: int


@dataclass(frozen=True, slots=True)
class MoneyDay:
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Board:
    """What a manager looks at in the morning and in the evening."""

    as_of: date
    buckets: tuple[BucketLine, ...]
    open_cases: int
    arrears: tuple[Money, ...]
    work: tuple[WorkLine, ...]
    due_today: tuple[PromiseLine, ...]
    promises: tuple[PromiseLine, ...]
    money: tuple[MoneyDay, ...]
    money_today: tuple[Money, ...]
    money_total: tuple[Money, ...]
    verdicts: Mapping[str, int] = field(default_factory=dict)
    blocked: tuple[BlockedLine, ...] = ()
    loosened: tuple[PolicyView, ...] = ()
