"""The world outside while the demo plays: people, the lenders' accounts, what is to come."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from doorstep.simulator.rules.accounts import Accounts
from doorstep.simulator.types import ZONE, Payment, Person, Point, Portfolio


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clock in Yanbian."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE))


@dataclass(slots=True)
class World:
    """`talks` counts how often each borrower was spoken to; `sums` what the summary reports."""

    book: Portfolio
    accounts: Accounts
    persons: dict[str, Person]
    points: dict[str, tuple[Person, Point]]
    """Contact point by its value as an agent sees it: E.164, lower case."""
    talks: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    coming: list[tuple[date, int, str, int]] = field(default_factory=list)
    """Money that people mean to bring: day, order, borrower, amount."""
    payments: dict[str, list[Payment]] = field(default_factory=lambda: defaultdict(list))
    """Paid to the lender itself and not yet told to us, by lender."""

    @property
    def seed(self) -> int:
        return self.book.seed

    def will_pay(self, borrower: str, on: date, amount: int) -> None:
        """The borrower means to pay; whether it is still owed is seen on the day."""
        if amount > 0:
            heapq.heappush(self.coming, (on, len(self.coming), borrower, amount))

    def payers(self, day: date) -> list[tuple[str, int]]:
        """Who pays today and how much, taken out of what is coming."""
        found = []
        while self.coming and self.coming[0][0] <= day:
            _, _, borrower, amount = heapq.heappop(self.coming)
            found.append((borrower, amount))
        return found


def make_world(book: Portfolio, start: date) -> World:
    """The world at the end of the day before `start`."""
    persons = {p.id: p for p in book.people}
    points = {
        normal(point.kind, point.value): (person, point)
        for person in book.people
        for point in person.points
    }
    return World(book, Accounts(book, start - timedelta(days=1)), persons, points)


def normal(kind: str, value: str) -> str:
    """A value as the product shows it: phones in E.164, mail in lower case.

    >>> normal("phone", "0433-0000123")
    '+864330000123'
    """
    if kind == "phone":
        return "+86" + value.lstrip("0").replace("-", "") if value[0] == "0" else value
    return value.lower()
