"""Killed at its commit, `doorstep book statement` leaves all or nothing; run again it ends right.

A real process is killed with SIGKILL before and after the commit that takes a statement in.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests import crash

from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f

LOAN, OTHER = "LOAN-10001", "LOAN-10003"
LINES = [
    b.Line(10_000, "K1", LOAN, payer="李娜"),
    b.Line(20_000, "K2", "whose is this"),
    b.Line(-1_000, "K3", "FEE"),
    b.Line(150_000, "K4", f"{LOAN} {OTHER}", payer="李娜"),
]


def environment(state: Path) -> dict[str, str]:
    return {
        "DOORSTEP_DATA_KEY": "a-key-for-tests",
        "DOORSTEP_SECRET_KEY": "another",
        "DATABASE_URL": f"sqlite:///{state}/doorstep.db",
    }


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A state folder with Bluebay, two loans of one borrower, aged, and a statement."""
    folder = tmp_path_factory.mktemp("statement")
    state = folder / "state"
    state.mkdir()
    done = crash.run(["migrate"], state=state, env=environment(state))
    assert done.code == 0, done.stderr
    with sqlite3.connect(state / "doorstep.db") as db:
        db.execute(
            "INSERT INTO people_organisation (code, name, kind, country, zone, phone,"
            " licence, on_white_list)"
            " VALUES ('bluebay', 'Bluebay', 'lender', 'CN', 'Asia/Shanghai', '', '', 1)"
        )
    loans = [{**f.LOANS[0], "loan_id": loan} for loan in (LOAN, OTHER)]
    rows = [{**r, "loan_id": loan} for loan in (LOAN, OTHER) for r in f.INSTALMENTS]
    files, plan = f.placement(folder / "in", loans=loans, instalments=rows, charges=[], payments=[])
    aged = ["book", "rebuild", "--as-of", "2026-11-20"]
    for command in (["book", "import", *map(str, files), "--map", str(plan)], aged):
        done = crash.run(command, state=state, env=environment(state))
        assert done.code == 0, done.stderr
    return state, str(b.put(folder, "november.xml", b.camt(LINES)))


def take(state: Path, file: str, **more: object) -> crash.Run:
    command = ["book", "statement", file, "--format", "camt053", "--lender", "bluebay", "--json"]
    return crash.run(command, state=state, env=environment(state), **more)


def found(state: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(state / "doorstep.db") as db:
        return {
            "events": db.execute(
                "SELECT kind, external_id, loan_id, amount FROM book_bookevent ORDER BY 2"
            ).fetchall(),
            "entries": db.execute(
                'SELECT "key", state, why, amount FROM book_statemententry ORDER BY 1'
            ).fetchall(),
            "statements": db.execute("SELECT sha256 FROM book_bankstatement").fetchall(),
        }


def test_a_killed_run_left_all_or_nothing_and_a_second_one_completes_it(start, tmp_path):
    state, file = start
    uncut = tmp_path / "uncut"
    shutil.copytree(state, uncut)
    whole = take(uncut, file)
    assert whole.code == 0, whole.stderr
    assert json.loads(whole.stdout)["new"] == {"paid": 2, "waiting": 1, "own": 1, "returned": 0}
    assert whole.commits == 1, "one transaction, or the kills below miss some"
    wanted = found(uncut)
    assert len(wanted["events"]) == 3, "one for the loan named, one for each share"
    assert sum(row[3] for row in wanted["events"]) == 160_000
    for when in ("before", "after"):
        copy = tmp_path / when
        shutil.copytree(state, copy)
        assert take(copy, file, kill=when, commit=1).killed
        empty = {name: [] for name in wanted}
        assert found(copy) == (empty if when == "before" else wanted)
        again = take(copy, file)
        assert again.code == 0, again.stderr
        assert json.loads(again.stdout)["applied"] == (when == "before")
        assert found(copy) == wanted
