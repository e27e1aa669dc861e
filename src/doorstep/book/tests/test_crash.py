"""Killed at every commit and at random instants, an import leaves all or nothing behind.

A real `doorstep book import` is killed with SIGKILL; run again it must end in the state of the
run that nobody disturbed, to the digest.
"""

from __future__ import annotations

import hashlib
import os
import random
from uuid import UUID

import pytest
from tests import crash, stores
from tests.stores import Store

from doorstep.book.tests import files as f

pytestmark = pytest.mark.django_db
KEYS = {"DOORSTEP_DATA_KEY": "a-key-for-tests", "DOORSTEP_SECRET_KEY": "another"}


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
    store = stores.new(state)
    done = run(store, ["migrate"])
    assert done.code == 0, done.stderr
    store.query(
        "INSERT INTO people_organisation (code, name, kind, country, zone, phone, licence,"
        " on_white_list)"
        " VALUES ('bluebay', 'Bluebay', 'lender', 'CN', 'Asia/Shanghai', '', '', TRUE)"
    )
    yield store, ["book", "import", *map(str, files), "--map", str(plan), "--json"]
    store.drop()


def run(store: Store, command, **cut):
    done = crash.run(command, state=store.state, env=KEYS | store.env, **cut)
    store.wait()
    return done


def digest_of(store: Store) -> tuple[object, ...]:
    """What the database says of the import, without instants, and the files it names."""
    tables = (
        "SELECT id, current, rows FROM book_manifest",
        "SELECT status, manifest_id, sums, input_digest FROM book_importrun",
        'SELECT file, "row", "column", code FROM book_importreject',
        "SELECT path, sha256, accepted, unchanged, rejected FROM book_importfile",
    )
    rows = [sorted(store.query(sql), key=repr) for sql in tables]
    state = store.state
    folders = sorted(str(p.relative_to(state)) for p in (state / "book").rglob("*.parquet"))
    sums = [(p, hashlib.sha256((state / p).read_bytes()).hexdigest()) for p in folders]
    return (*rows, sums)


@pytest.fixture(scope="module")
def uncut(start, tmp_path_factory):
    """The state after a run that nobody disturbed; how many commits and seconds it took."""
    store, command = start
    copy = store.copy(tmp_path_factory.mktemp("uncut") / "state")
    done = run(copy, command)
    assert done.code == 1, done.stderr  # one orphan row is rejected
    yield digest_of(copy), done.commits, done.seconds
    copy.drop()


def cut_and_run_again(start, folder, **cut):
    store, command = start
    copy = store.copy(folder)
    first = run(copy, command, **cut)
    whole_or_nothing(copy)
    again = run(copy, command)
    assert again.code == 1, again.stderr
    after = digest_of(copy)
    copy.drop()
    return first, after


def whole_or_nothing(store: Store) -> None:
    """After the cut the book is as before, or all there with its files."""
    current = store.query("SELECT id FROM book_manifest WHERE current")
    ((runs,),) = store.query("SELECT count(*) FROM book_importrun")
    ((rejects,),) = store.query("SELECT count(*) FROM book_importreject")
    assert (len(current), runs, rejects) in {(0, 0, 0), (1, 1, 1)}
    if current:
        folder = store.state / "book" / str(UUID(str(current[0][0])))
        assert len(list(folder.glob("*.parquet"))) == 7


@pytest.mark.slow
def test_killed_around_every_commit(start, uncut, tmp_path):
    digest, commits, _ = uncut
    assert commits >= 1
    for number in stores.chosen(commits):
        for where in ("before", "after"):
            first, after = cut_and_run_again(
                start, tmp_path / f"{where}{number}", kill=where, commit=number
            )
            assert first.killed
            assert after == digest, f"killed {where} commit {number}"


@pytest.mark.slow
def test_killed_at_random_instants(start, uncut, tmp_path):
    digest, _, seconds = uncut
    instants = random.Random(2026)
    for number in range(stores.KILLS):
        at, killed = instants.uniform(0.3, 1.0) * seconds, False
        while not killed:
            first, after = cut_and_run_again(start, tmp_path / str(number), after_seconds=at)
            assert after == digest, f"killed after {at:.3f} of {seconds:.3f} s"
            killed, at = first.killed, at * 0.7  # done before the shot: shoot sooner


def test_what_a_crash_left_is_cleaned_by_the_next_import(start, tmp_path):
    store, command = start
    copy = store.copy(tmp_path / "state")
    first = run(copy, command, kill="before", commit=1)
    assert first.killed
    book = copy.state / "book"
    left = [p for p in book.iterdir() if p.is_dir()]
    assert len(left) == 1, "the snapshot was renamed before the commit"
    orphan = book / "00000000-0000-0000-0000-000000000000"
    orphan.mkdir()
    unfinished = book / ".new-1"
    unfinished.mkdir()
    run(copy, command)
    assert not orphan.exists()
    assert not unfinished.exists()
    copy.drop()


def test_a_second_import_at_once_is_refused_as_busy(start, tmp_path):
    import fcntl

    store, command = start
    copy = store.copy(tmp_path / "state")
    (copy.state / "book").mkdir(exist_ok=True)
    with (copy.state / "book" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(copy, command)
    assert done.code == 4
    assert os.path.basename(done.stderr.strip()) == done.stderr.strip()
    assert copy.query("SELECT count(*) FROM book_importrun") == [(0,)]
    assert not list((copy.state / "book").rglob("*.parquet"))
    copy.drop()


def test_of_three_imports_at_once_one_takes_and_nothing_is_half_saved(start, uncut, tmp_path):
    """Real processes: whoever comes while another is at work is refused; whoever comes after it
    finds everything known already."""
    from concurrent.futures import ThreadPoolExecutor

    store, command = start
    copy = store.copy(tmp_path / "state")
    places = [tmp_path / str(n) for n in range(3)]

    def one(place):
        environment = KEYS | copy.env
        return crash.run(command, state=copy.state, env=environment, counted=place)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(one, places))
    codes = sorted(d.code for d in done)
    assert codes[0] == 1, [d.stderr for d in done]
    assert set(codes) <= {1, 4}
    assert digest_of(copy) == uncut[0]
    copy.drop()
