"""A day that is killed anywhere and run again ends as if it had never been killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doorstep.simulator.play.placements import deliver
from doorstep.simulator.rules.portfolio import make_portfolio
from doorstep.simulator.rules.tables import Delivery
from tests import crash, stores
from tests.stores import Store

LAST, DAY = date(2026, 11, 20), date(2026, 11, 21)
"""A demo ends on the first; the second is the day that is killed."""
Uncut = tuple[dict[str, object], crash.Run]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The state on the evening before, with a file of each lender waiting in the inbox."""
    store = stores.new(tmp_path_factory.mktemp("before"))
    run(store, "migrate")
    done = run(store, "demo", "--loans", "60", "--days", "2", "--until", f"{LAST}", "--no-serve")
    assert done.code == 0, done.stderr
    book = make_portfolio(1, 60, LAST)
    paid = make_portfolio(1, 60, DAY).payments
    for lender in ("birch", "larch"):
        loans = {x.id for x in book.loans if x.lender == lender}
        news = tuple(p for p in paid if p.on == DAY and p.loan in loans)
        deliver(store.state / "inbox", Delivery(lender, DAY, payments=news))
    yield store
    store.drop()


def run(store: Store, *arguments: str, **cut: Any) -> crash.Run:
    done = crash.run(arguments, state=store.state, env=store.env, **cut)
    store.wait()
    return done


def _digest(store: Store) -> dict[str, object]:
    done = run(store, "digest", "--json")
    assert done.code == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def uncut(before: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uncut]:
    store = before.copy(tmp_path_factory.mktemp("uncut"))
    done = run(store, "day", "--date", f"{DAY}")
    assert done.code == 0, done.stderr
    assert done.commits is not None
    yield _digest(store), done
    store.drop()


def _again(store: Store) -> dict[str, object]:
    """Run the day once more and tell what the database then holds, in one process."""
    program = (
        "import json, datetime, django; django.setup()\n"
        "from doorstep.site.operations.demo import adopt_demo; adopt_demo()\n"
        "from doorstep.cycle import api as cycle\n"
        f"day = datetime.date.fromisoformat('{DAY}')\n"
        "cycle.run_day(day, at=cycle.opening(day))\n"
        "whole, tables = cycle.state_digest()\n"
        "found = {n: {'rows': r, 'digest': d} for n, (r, d) in tables.items()}\n"
        "print(json.dumps({'digest': whole, 'tables': found}))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE")}
    environment |= store.env
    environment |= {
        "DOORSTEP_STATE": str(store.state),
        "DJANGO_SETTINGS_MODULE": "doorstep.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_day_did_something(before: Store, uncut: Uncut) -> None:
    assert uncut[0]["digest"] != _digest(before)["digest"]
    assert uncut[1].commits is not None
    assert uncut[1].commits > 6


def test_killed_at_every_commit(before: Store, uncut: Uncut, tmp_path: Path) -> None:
    """On PostgreSQL, where it takes longer, at some of them."""
    expected, whole = uncut
    assert whole.commits is not None
    for commit in stores.chosen(whole.commits):
        store = before.copy(tmp_path / str(commit))
        cut = run(store, "day", "--date", f"{DAY}", kill="after", commit=commit)
        assert cut.killed, f"commit {commit} was not reached"
        assert _again(store) == expected, f"killed after commit {commit}"
        store.drop()


def _killed(before: Store, to: Path, seconds: float) -> tuple[Store, crash.Run]:
    """The state left by a day that was killed; sooner where it was done before the shot."""
    while True:
        store = before.copy(to)
        cut = run(store, "day", "--date", f"{DAY}", after_seconds=seconds)
        if cut.killed:
            return store, cut
        store.drop()
        seconds *= 0.7


def test_killed_at_random_instants(before: Store, uncut: Uncut, tmp_path: Path) -> None:
    expected, whole = uncut
    draw = random.Random(int(os.environ.get("CRASH_SEED", "20261121")))
    for number in range(stores.KILLS):
        to = tmp_path / str(number)
        store, cut = _killed(before, to, draw.uniform(0.2, 1.0) * whole.seconds)
        assert _again(store) == expected, f"killed after {cut.seconds:.3f} s"
        store.drop()
