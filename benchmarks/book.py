"""`doorstep book age` on an invented book of 5 million loans, beside what else could age it.

Every contender runs in a process of its own, from the same sorted Parquet to a Parquet file with a
row per loan, on the cores this process may use. The closed forms of Polars, DuckDB and pandas know
no penalties, reversals or events; without penalties their answers must equal ours.

BENCH_BOOK_LOANS sets the size, BENCH_BOOK keeps the files of an earlier run there.
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
from pathlib import Path

from benchmarks.book_child import PEAK
from benchmarks.book_files import Size, make_book, new_payments, with_penalties
from benchmarks.book_peers import COLUMNS
from benchmarks.results import machine, write
from doorstep.kernel import clock

LOANS = int(os.environ.get("BENCH_BOOK_LOANS", "5000000"))
SMALL = 10_000
RUNS = 3
PEERS = ("polars", "duckdb", "pandas")


@dataclass(frozen=True, slots=True)
class Run:
    """CPU seconds, wall seconds and the largest memory in MB of one process."""

    cpu: float
    wall: float
    memory: int


def main() -> None:
    kept = os.environ.get("BENCH_BOOK")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="doorstep-book-"))
    try:
        write("Book", _measured(home))
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


def _measured(home: Path) -> str:
    rows = {
        name: _book(home, Size(loans, text=name == "text"), name)
        for name, loans in (("small", SMALL), ("numbers", LOANS), ("text", LOANS))
    }
    sizes = [n for n in (100_000, 1_000_000) if n < LOANS]
    for n in sizes:
        _book(home, Size(n), f"n{n}")
    _child("warm", home, "small")
    found = {"age": _best("age", home, "numbers")}
    for peer in PEERS:
        found[peer] = _best(peer, home, "numbers", 1 if peer == "pandas" else RUNS)
    equal = {peer: _equal(home, peer) for peer in PEERS}
    found["text"] = _best("age", home, "text")
    with_penalties(home / "numbers", home / "penalties")
    found["penalties"] = _best("age", home, "penalties")
    new_payments(home / "numbers", home / "new")
    _child("state", home, "numbers")
    found["night"] = _child("night", home, "numbers")
    steps = {SMALL: _best("age", home, "small")}
    steps |= {n: _best("age", home, f"n{n}") for n in sizes} | {LOANS: found["age"]}
    night = json.loads((home / "night.json").read_text())
    return _report(rows["numbers"], found, equal, steps, (_speed(home), night))


def _book(home: Path, size: Size, name: str) -> int:
    """Make a book unless an earlier run left it; returns its rows."""
    folder = home / name
    told = folder / "rows.json"
    if not told.exists():
        print(f"making {size.loans:,} loans in {name}", file=sys.stderr)
        told.write_text(json.dumps(make_book(folder, size)))
    rows: dict[str, int] = json.loads(told.read_text())
    return sum(rows.values())


def _best(what: str, home: Path, name: str, runs: int = RUNS) -> Run:
    """The run of least CPU."""
    found = [_child(what, home, name) for _ in range(runs)]
    return min(found, key=lambda run: run.cpu)


def _child(what: str, home: Path, name: str) -> Run:
    command = [sys.executable, "-m", "benchmarks.book_child", what, str(home), name]
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"benchmarks: {what} on {name} failed")
    wall, memory = time.perf_counter() - start, int((home / PEAK).read_text())
    run = Run(used.ru_utime + used.ru_stime, wall, memory)
    print(f"{what} {name}: {run.cpu:.2f} CPU-s, {run.wall:.2f} s, {run.memory} MB", file=sys.stderr)
    return run


def _speed(home: Path) -> float:
    """Rows per CPU-second of the replay alone."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.book_child", "replay", str(home), "numbers"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def _equal(home: Path, peer: str) -> bool:
    """Whether a peer's rows are ours, column by column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = {"currency": pa.string(), "bucket": pa.string(), "dpd": pa.int32()}
    days = dict.fromkeys(("oldest_unpaid", "next_due"), pa.date32())
    ours = home / "out-age-numbers" / "loans.parquet"
    for name in COLUMNS:
        kind = (plain | days).get(name, pa.int64())
        a, b = (
            pq.read_table(path, columns=[name]).column(0).cast(kind)
            for path in (ours, home / f"out-{peer}-numbers.parquet")
        )
        if not a.equals(b):
            print(f"{peer}: {name} differs", file=sys.stderr)
            return False
    return True


def _report(
    rows: int,
    found: dict[str, Run],
    equal: dict[str, bool],
    steps: dict[int, Run],
    told: tuple[float, dict[str, int]],
) -> str:
    (speed, night), run = told, found["night"]
    polars = found["polars"].cpu
    names = {
        "age": "**doorstep**, no penalties",
        "penalties": "**doorstep**, daily penalties",
        "text": "**doorstep**, no penalties, text ids",
        "polars": "Polars, running sums",
        "duckdb": "DuckDB, SQL",
        "pandas": "pandas",
    }
    lines = [
        f"| {names[k]} | {found[k].cpu:.1f} | {found[k].wall:.1f} | {found[k].memory:,} "
        f"| {found[k].cpu / polars:.2f} | {_same(equal.get(k))} |"
        for k in names
    ]
    start = steps[SMALL].cpu
    flat = [
        f"| {n:,} | {run.cpu:.2f} | {1e6 * (run.cpu - start) / n if n > SMALL else 0:.2f} |"
        for n, run in steps.items()
    ]
    return "\n".join(
        [
            f"{LOANS:,} loans, {rows:,} rows of sorted Parquet, a row per loan written; "
            f"{machine()}; {clock.today('UTC')}. Best of {RUNS} runs by CPU (pandas: one), whole "
            "processes.",
            "",
            "| | CPU-s | wall, s | memory, MB | CPU against Polars | same answer |",
            "|---|--:|--:|--:|--:|---|",
            *lines,
            "",
            f"The replay alone: {speed / 1e6:.0f} M rows per CPU-second. A night on top of a full "
            f"run, {night['read']:,} loans touched ({100 * night['read'] / night['loans']:.1f} %): "
            f"{run.cpu:.1f} CPU-s, {run.wall:.1f} s.",
            "",
            "| loans | CPU-s | µs a loan beyond the start |",
            "|--:|--:|--:|",
            *flat,
            "",
            "The first line of these is the start: interpreter, libraries, compiled code.",
        ]
    )


def _same(equal: bool | None) -> str:
    return "" if equal is None else "yes" if equal else "**no**"


if __name__ == "__main__":
    main()
