"""Verified money of borrowers: what promises are kept from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from doorstep.book.ledger import counted, live, payments
from doorstep.book.records import Key, MoneyIn
from doorstep.book.scope import current
from doorstep.book.store import among, read
from doorstep.people.api import zones_of

_DAY = timedelta(days=1)


def verified_money(keys: Sequence[Key], since: date | None = None) -> dict[Key, list[MoneyIn]]:
    """Verified money by borrower with value date from `since` on, by day, arrival and id.

    Payments that were taken back are not there. A fixed number of reads per lender.
    """
    found: dict[Key, list[MoneyIn]] = defaultdict(list)
    zones = zones_of({lender for lender, _ in keys})
    for lender in sorted({lender for lender, _ in keys}):
        borrowers = sorted({b for own, b in keys if own == lender})
        for key, money in _of_lender(lender, borrowers, ZoneInfo(zones[lender])):
            if since is None or money.on >= since:
                found[key].append(money)
    for rows in found.values():
        rows.sort(key=lambda m: (m.on, m.received_at, m.payment_id))
    return found


def _of_lender(lender: int, borrowers: list[str], zone: ZoneInfo) -> list[tuple[Key, MoneyIn]]:
    manifest = current(lender)
    columns = ["loan_id", "borrower_id", "currency"]
    loans = among(read(manifest, "loans", columns=columns), "borrower_id", borrowers).to_pylist()
    owner = {row["loan_id"]: row for row in loans}
    events = live(lender, sorted(owner))
    arrived = {e.external_id: e.received_at for e in counted(events)}
    rows = payments(manifest, events, sorted(owner)).to_pylist()
    gone = {row["reverses"] for row in rows if row["reverses"]}
    return [
        ((lender, owner[row["loan_id"]]["borrower_id"]), _money(row, owner, arrived, zone))
        for row in rows
        if not row["reverses"] and row["payment_id"] not in gone
    ]


def _money(
    row: dict[str, Any],
    owner: dict[str, dict[str, str]],
    arrived: dict[str, datetime],
    zone: ZoneInfo,
) -> MoneyIn:
    end_of_day = datetime.combine(row["on"] + _DAY, time(0), zone) - timedelta(seconds=1)
    return MoneyIn(
        on=row["on"],
        received_at=arrived.get(row["payment_id"], end_of_day),
        amount=row["amount"],
        currency=owner[row["loan_id"]]["currency"],
        payment_id=row["payment_id"],
        loan_id=row["loan_id"],
    )
