"""A day that is killed anywhere and run again ends as if it had never been killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from doorstep.simulator.play.placements import deliver
from doorstep.simulator.rules.portfolio import make_portfolio
from doorstep.simulator.rules.tables import Delivery
from tests import crash

LAST, DAY = date(2026, 11, 20), date(2026, 11, 21)
"""A demo ends on the first; the second is the day that is killed."""
INSTANTS = 20

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state on the evening before, with a file of each lender waiting in the inbox."""
    state = tmp_path_factory.mktemp("before")
    played = ["demo", "--loans", "60", "--days", "2", "--until", LAST.isoformat(), "--no-serve"]
    done = crash.run(played, state=state)
    assert done.code == 0, done.stderr
    book = make_portfolio(1, 60, LAST)
    paid = make_portfolio(1, 60, DAY).payments
    for lender in ("birch", "larch"):
        loans = {x.id for x in book.loans if x.lender == lender}
        news = tuple(p for p in paid if p.on == DAY and p.loan in loans)
        deliver(state / "inbox", Delivery(lender, DAY, payments=news))
    return state


def _copy(state: Path, to: Path) -> Path:
    return Path(shutil.copytree(state, to, dirs_exist_ok=True))


def _digest(state: Path) -> dict[str, object]:
    done = crash.run(["digest", "--json"], state=state)
    assert done.code == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def uncut(before: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, crash.Run]:
    state = _copy(before, tmp_path_factory.mktemp("uncut"))
    done = crash.run(["day", "--date", DAY.isoformat()], state=state)
    assert done.code == 0, done.stderr
    assert done.commits is not None
    return _digest(state), done


def _again(state: Path) -> dict[str, object]:
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
    environment |= {
        "DOORSTEP_STATE": str(state),
        "DJANGO_SETTINGS_MODULE": "doorstep.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_the_day_did_something(before: Path, uncut: tuple[dict, crash.Run]) -> None:
    assert uncut[0]["digest"] != _digest(before)["digest"]
    assert uncut[1].commits is not None
    assert uncut[1].commits > 6


def test_killed_at_every_commit(
    before: Path, uncut: tuple[dict, crash.Run], tmp_path: Path
) -> None:
    expected, run = uncut
    assert run.commits is not None
    for commit in range(1, run.commits + 1):
        state = _copy(before, tmp_path / str(commit))
        arguments = ["day", "--date", DAY.isoformat()]
        cut = crash.run(arguments, state=state, kill="after", commit=commit)
        assert cut.killed, f"commit {commit} was not reached"
        assert _again(state) == expected, f"killed after commit {commit}"
        shutil.rmtree(state)


def _killed(before: Path, to: Path, seconds: float) -> tuple[Path, crash.Run]:
    """The state left by a day that was killed; sooner where it was done before the shot."""
    while True:
        state = _copy(before, to)
        cut = crash.run(["day", "--date", DAY.isoformat()], state=state, after_seconds=seconds)
        if cut.killed:
            return state, cut
        shutil.rmtree(state)
        seconds *= 0.7


def test_killed_at_random_instants(
    before: Path, uncut: tuple[dict, crash.Run], tmp_path: Path
) -> None:
    expected, run = uncut
    draw = random.Random(int(os.environ.get("CRASH_SEED", "20261121")))
    for number in range(INSTANTS):
        state, cut = _killed(before, tmp_path / str(number), draw.uniform(0.2, 1.0) * run.seconds)
        assert _again(state) == expected, f"killed after {cut.seconds:.3f} s"
        shutil.rmtree(state)
