"""The dated changes of a book that stand at the end of a day, as columns for the replay.

Reversals are applied here: what they undo is left out, and so are they. One may undo a payment, a
charge or another change, itself a reversal too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Array, Flags, Ints, column, days, ints
from doorstep.book.types import BookError
from doorstep.kernel.money import COMPONENTS

KINDS = {
    "pause": c.PAUSE,
    "resume": c.RESUME,
    "waiver": c.WAIVER,
    "re_age": c.RE_AGE,
    "penalty_rate": c.RATE,
    "dispute": c.DISPUTE,
    "dispute_end": c.DISPUTE_END,
    "chargeback": c.TAKEN_BACK,
    "use_credit": c.USE_CREDIT,
    "refund": c.REFUND,
    "write_off": c.WRITE_OFF,
}
"""The replay's number of each kind; a `reversal` has none."""

Named = tuple[int, str]
"""A loan's place and the id of something of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Changes in no order: `rank` sorts those of one day and kind. `rate` is a new penalty rate as
    written. `payments`, `charges` and what else was undone: by loan and id, with the row that says
    so (for an error)."""

    loan: Ints
    day: Ints
    kind: Ints
    component: Ints
    amount: Ints
    rank: Ints
    target: Ints
    charge: tuple[str, ...] = ()
    paid: tuple[str, ...] = ()
    rate: tuple[str, ...] = ()
    payments: Mapping[Named, int] = field(default_factory=dict)
    charges: Mapping[Named, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.loan)

    @property
    def names_charges(self) -> bool:
        """Whether ids of charges are needed at all."""
        return bool(self.charges) or any(self.charge)

    def kept(self, keep: Flags) -> Told:
        """Only some of the changes."""
        cut: dict[str, Any] = {n: getattr(self, n)[keep] for n in _COLUMNS}
        rows = np.flatnonzero(keep)
        for name in ("charge", "paid", "rate"):
            cut[name] = tuple(getattr(self, name)[k] for k in rows)
        return replace(self, **cut)

    def aimed(self, charge_loan: Ints, charge_ids: list[str], instalments: Ints) -> Told:
        """With instalments (numbers from 1 in `target` so far) and charges as the replay counts
        them. `charge_loan` and `charge_ids` are in the replay's order.

        Raises BookError for an instalment or charge that the loan does not have.
        """
        known = self.kept(np.array([n not in self.charges for n in self._named()], dtype=bool))
        if not len(known):
            return known
        target = np.where(known.target > 0, known.target - 1, c.ANYWHERE)
        over = known.target > instalments[known.loan] + 1
        if over.any():
            number = int(known.target[over][0])
            raise BookError("events:0:instalment", f"there is no instalment {number}")
        place = _places(charge_loan, charge_ids)
        for k, name in enumerate(known._named()):
            if name[1]:
                if name not in place:
                    raise BookError("events:0:charge_id", f"there is no charge {name[1]!r}")
                target[k] = -2 - place[name]
        return replace(known, target=target)

    def _named(self) -> list[Named]:
        return list(zip(self.loan.tolist(), self.charge or [""] * len(self), strict=True))


_COLUMNS = ("loan", "day", "kind", "component", "amount", "rank", "target")


def _places(loan: Ints, ids: list[str]) -> dict[Named, int]:
    """Where each charge stands among its loan's."""
    found: dict[Named, int] = {}
    first: dict[int, int] = {}
    for k, (n, name) in enumerate(zip(loan.tolist(), ids, strict=False)):
        found[(n, name)] = k - first.setdefault(n, k)
    return found


def nothing() -> Told:
    """No changes."""
    none = np.zeros(0, dtype=np.int64)
    return Told(none, none, none, none, none, none, none)


def told_of(events: pa.Table | None, loan: Ints, rank: Ints, day: int, since: Ints) -> Told:
    """The changes up to the end of `day` that stand. `loan` is the place of each row's loan,
    `since` the day of each loan whose end its stated balance describes.

    Raises BookError naming the row of an unknown kind or component, and of a reversal that names
    no change of its loan.
    """
    if events is None or events.num_rows == 0:
        return nothing()
    kinds = _kinds(events)
    on = days(events, "on", "events")
    keep = (on <= day) & (on > since[loan])
    payments, charges, dead = _undone(events, kinds, loan, on, rank, keep)
    names = _texts(events, "event_id")
    back = np.array([k == "reversal" for k in kinds], dtype=bool)
    gone = [(n, name) in dead for n, name in zip(loan.tolist(), names, strict=True)]
    found = Told(
        loan,
        on,
        np.array([KINDS.get(k, 0) for k in kinds], dtype=np.int64),
        _components(events),
        ints(events, "amount", "events", c.ALL),
        rank,
        ints(events, "instalment", "events", 0),
        tuple(_texts(events, "charge_id")),
        tuple(_texts(events, "payment_id")),
        tuple(_texts(events, "rate")),
        payments,
        charges,
    )
    return found.kept(keep & ~back & ~np.array(gone, dtype=bool))


def _kinds(events: pa.Table) -> list[str]:
    kinds: list[str] = column(events, "kind").to_pylist()
    for row, kind in enumerate(kinds):
        if kind not in KINDS and kind != "reversal":
            raise BookError(
                f"events:{row + 1}:kind", f"{kind!r} is unknown; use {', '.join(KINDS)} or reversal"
            )
    return kinds


def _components(events: pa.Table) -> Ints:
    names = _texts(events, "component")
    for row, name in enumerate(names):
        if name and name not in COMPONENTS:
            raise BookError(
                f"events:{row + 1}:component", f"{name!r} is none; use {', '.join(COMPONENTS)}"
            )
    return np.array([COMPONENTS.index(n) if n else c.ALL_COMPONENTS for n in names], dtype=np.int64)


def _texts(events: pa.Table, name: str) -> list[str]:
    if name not in events.column_names:
        return [""] * events.num_rows
    values: Array = column(events, name)
    return ["" if v is None else str(v) for v in values.to_pylist()]


def _undone(
    events: pa.Table, kinds: list[str], loan: Ints, on: Ints, rank: Ints, keep: Flags
) -> tuple[dict[Named, int], dict[Named, int], set[Named]]:
    """Payments, charges and changes that reversals undo; the newest reversal speaks first, so that
    one undone by a later one undoes nothing."""
    rows = [k for k, kind in enumerate(kinds) if kind == "reversal" and keep[k]]
    if not rows:
        return {}, {}, set()
    rows.sort(key=lambda k: (loan[k], -on[k], -rank[k]))
    own, charge, undoes, paid = (
        _texts(events, n) for n in ("event_id", "charge_id", "reverses", "payment_id")
    )
    known = set(zip(loan.tolist(), own, strict=True))
    payments: dict[Named, int] = {}
    charges: dict[Named, int] = {}
    dead: set[Named] = set()
    for k in rows:
        n = int(loan[k])
        if own[k] and (n, own[k]) in dead:
            continue
        if charge[k]:
            charges[(n, charge[k])] = k
        elif undoes[k]:
            if (n, undoes[k]) not in known:
                raise BookError(
                    f"events:{k + 1}:reverses", f"the loan has no change {undoes[k]!r} to reverse"
                )
            dead.add((n, undoes[k]))
        else:
            payments[(n, paid[k])] = k
    return payments, charges, dead
