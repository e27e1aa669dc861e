"""Killed at every commit and at random instants, an import leaves all or nothing behind.

A real `doorstep book import` is killed with SIGKILL; run again it must end in the state of the
run that nobody disturbed, to the digest.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests import crash

from doorstep.book.tests import files as f

KEYS = {
    "DOORSTEP_DATA_KEY": "a-key-for-tests",
    "DOORSTEP_SECRET_KEY": "another",
    "DATABASE_URL": "",
}
INSTANTS = 20


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A state folder with the lender in it, and a placement large enough to be cut anywhere."""
    folder = tmp_path_factory.mktemp("crash")
    state = folder / "state"
    state.mkdir()
    loans, rows = [], []
    for n in range(3000):
        loans.append({**f.LOANS[0], "loan_id": f"L{n:05}"})
        rows += [{**r, "loan_id": f"L{n:05}"} for r in f.INSTALMENTS]
    files, plan = f.placement(
        folder / "in", loans=loans, instalments=rows, charges=[], payments=[f.ORPHAN]
    )
    environment(state)
    done = crash.run(["migrate"], state=state, env=environment(state))
    assert done.code == 0, done.stderr
    with sqlite3.connect(state / "doorstep.db") as db:
        db.execute(
            "INSERT INTO people_organisation (code, name, kind, country, zone, phone,"
            " on_white_list) VALUES ('bluebay', 'Bluebay', 'lender', 'CN', 'Asia/Shanghai', '', 1)"
        )
    return state, ["book", "import", *map(str, files), "--map", str(plan), "--json"]


def environment(state: Path) -> dict[str, str]:
    return {**KEYS, "DATABASE_URL": f"sqlite:///{state}/doorstep.db"}


def digest_of(state: Path) -> tuple[object, ...]:
    """What the database says of the import, without instants, and the files it names."""
    with sqlite3.connect(state / "doorstep.db") as db:
        manifests = db.execute("SELECT id, current, rows FROM book_manifest ORDER BY id").fetchall()
        runs = db.execute("SELECT status, manifest_id, sums, input_digest FROM book_importrun")
        rejects = db.execute('SELECT file, "row", "column", code FROM book_importreject')
        files = db.execute(
            "SELECT path, sha256, accepted, unchanged, rejected FROM book_importfile"
        )
        rows = [sorted(q.fetchall()) for q in (runs, rejects, files)]
    folders = sorted(str(p.relative_to(state)) for p in (state / "book").rglob("*.parquet"))
    sums = [(p, hashlib.sha256((state / p).read_bytes()).hexdigest()) for p in folders]
    return (manifests, *rows, sums)


@pytest.fixture(scope="module")
def uncut(start, tmp_path_factory):
    """The state after a run that nobody disturbed; how many commits and seconds it took."""
    state, command = start
    copy = tmp_path_factory.mktemp("uncut") / "state"
    shutil.copytree(state, copy)
    done = crash.run(command, state=copy, env=environment(copy))
    assert done.code == 1, done.stderr  # one orphan row is rejected
    return digest_of(copy), done.commits, done.seconds


def cut_and_run_again(start, tmp_path, **cut):
    state, command = start
    copy = tmp_path / "state"
    shutil.copytree(state, copy)
    first = crash.run(command, state=copy, env=environment(copy), **cut)
    before = whole_or_nothing(copy)
    again = crash.run(command, state=copy, env=environment(copy))
    assert again.code == 1, again.stderr
    shutil.rmtree(copy / "logs", ignore_errors=True)
    return first, before, digest_of(copy)


def whole_or_nothing(state: Path) -> bool:
    """After the cut the book is as before, or all there with its files."""
    with sqlite3.connect(state / "doorstep.db") as db:
        current = db.execute("SELECT id FROM book_manifest WHERE current").fetchall()
        runs = db.execute("SELECT count(*) FROM book_importrun").fetchone()[0]
        rejects = db.execute("SELECT count(*) FROM book_importreject").fetchone()[0]
    assert (len(current), runs, rejects) in {(0, 0, 0), (1, 1, 1)}
    if current:
        name = current[0][0]
        dashed = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"
        assert len(list((state / "book" / dashed).glob("*.parquet"))) == 7
    return bool(current)


@pytest.mark.slow
def test_killed_around_every_commit(start, uncut, tmp_path):
    digest, commits, _ = uncut
    assert commits >= 1
    for number in range(1, commits + 1):
        for where in ("before", "after"):
            first, _, after = cut_and_run_again(
                start, tmp_path / f"{where}{number}", kill=where, commit=number
            )
            assert first.killed
            assert after == digest, f"killed {where} commit {number}"


@pytest.mark.slow
def test_killed_at_random_instants(start, uncut, tmp_path):
    digest, _, seconds = uncut
    instants = random.Random(2026)
    for number in range(INSTANTS):
        at, killed = instants.uniform(0.3, 1.0) * seconds, False
        while not killed:
            first, _, after = cut_and_run_again(start, tmp_path / str(number), after_seconds=at)
            assert after == digest, f"killed after {at:.3f} of {seconds:.3f} s"
            shutil.rmtree(tmp_path / str(number))
            killed, at = first.killed, at * 0.7  # done before the shot: shoot sooner


def test_what_a_crash_left_is_cleaned_by_the_next_import(start, tmp_path):
    state, command = start
    copy = tmp_path / "state"
    shutil.copytree(state, copy)
    first = crash.run(command, state=copy, env=environment(copy), kill="before", commit=1)
    assert first.killed
    left = [p for p in (copy / "book").iterdir() if p.is_dir()]
    assert len(left) == 1, "the snapshot was renamed before the commit"
    orphan = copy / "book" / "00000000-0000-0000-0000-000000000000"
    orphan.mkdir()
    unfinished = copy / "book" / ".new-1"
    unfinished.mkdir()
    crash.run(command, state=copy, env=environment(copy))
    assert not orphan.exists()
    assert not unfinished.exists()


def test_a_second_import_at_once_is_refused_as_busy(start, tmp_path):
    import fcntl

    state, command = start
    copy = tmp_path / "state"
    shutil.copytree(state, copy)
    (copy / "book").mkdir(exist_ok=True)
    with (copy / "book" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = crash.run(command, state=copy, env=environment(copy))
    assert done.code == 4
    assert os.path.basename(done.stderr.strip()) == done.stderr.strip()
