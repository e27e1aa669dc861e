"""Two payments of one borrower, each sent by three at once, by threads with their own connections;
a program as well, because SQLite only locks between connections where its database is a file."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SENDERS = 6


def race() -> dict[str, int]:
    """How many were new, how many events there are, and the money by ground."""
    from tests.cast import people_of_the_cast

    from doorstep.book import api
    from doorstep.book.models import BookEvent
    from doorstep.book.tests import files as f
    from doorstep.kernel.money import Money
    from doorstep.people.types import SYSTEM

    people_of_the_cast()
    loans = [{**f.LOANS[0], "loan_id": loan} for loan in ("LOAN-1", "LOAN-2")]
    rows = [{**r, "loan_id": x["loan_id"]} for x in loans for r in f.INSTALMENTS]
    with tempfile.TemporaryDirectory() as folder:
        paths, plan = f.placement(
            Path(folder), loans=loans, instalments=rows, charges=[], payments=[]
        )
        api.import_placement(paths, plan, lender="bluebay", at=f.AT, by="test")

    def send(n: int) -> bool:
        amount = Money(300_000, "CNY")
        money = api.BorrowerPayment("B1", f"P-{n % 2}", f.AT.date(), amount)
        return api.record_borrower_payment(SYSTEM, "bluebay", money, at=f.AT, by="test").created

    found = {"new": sum(_together(send)), "events": BookEvent.objects.count()}
    for event in BookEvent.objects.all():
        for why, amount in event.data["grounds"]:
            found[why] = found.get(why, 0) + amount
    return found


def _together(work) -> list[bool]:
    from django.db import connections

    gate = threading.Barrier(SENDERS)

    def one(n: int) -> bool:
        gate.wait()
        try:
            return work(n)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(one, range(SENDERS)))


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(race()))
