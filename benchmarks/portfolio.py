"""Bucket history, roll rates and vintages of twelve month ends of a million loans each.

Every contender and question runs in a process of its own, from the same aged files. The answers
must be equal. BENCH_PORTFOLIO_LOANS sets the size, BENCH_PORTFOLIO keeps the files of an earlier
run there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.portfolio_files import ENDS
from benchmarks.results import machine, write
from doorstep.kernel import clock

LOANS = int(os.environ.get("BENCH_PORTFOLIO_LOANS", "1000000"))
WHO = ("doorstep", "polars", "pandas")
WHAT = ("history", "roll", "vintages")
Run = tuple[float, float, int]
"""CPU seconds, wall seconds and the largest memory in MB of one process."""


def main() -> None:
    kept = os.environ.get("BENCH_PORTFOLIO")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="doorstep-portfolio-"))
    try:
        write("Portfolio", _measured(home))
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


def _measured(home: Path) -> str:
    files = home / f"aged-{LOANS}"
    if not (files / f"{ENDS[-1]}.parquet").exists():
        print(f"making {len(ENDS)} month ends of {LOANS:,} loans", file=sys.stderr)
        # In a process of its own: the memory of a child is counted from its parent's.
        command = [sys.executable, "-m", "benchmarks.portfolio_files", str(files), str(LOANS)]
        subprocess.run(command, check=True)
    found = {(who, what): _child(who, what, home, files) for what in WHAT for who in WHO}
    lines = [
        f"| {what} | {'**doorstep**' if who == 'doorstep' else who} | {cpu:.1f} | {wall:.1f} "
        f"| {memory:,} | {cpu / found['polars', what][0]:.2f} | {_same(home, who, what)} |"
        for (who, what), (cpu, wall, memory) in found.items()
    ]
    size = sum(p.stat().st_size for p in files.glob("*.parquet")) / 2**20
    return "\n".join(
        [
            f"{len(ENDS)} aged files of up to {LOANS:,} loans with text ids ({size:,.0f} MB); "
            f"{machine()}; {clock.today('UTC')}. One run each, whole processes; *roll* is the "
            "matrix of each of eleven months.",
            "",
            "| question | | CPU-s | wall, s | memory, MB | CPU against Polars | same answer |",
            "|---|---|--:|--:|--:|--:|---|",
            *lines,
        ]
    )


def _child(who: str, what: str, home: Path, files: Path) -> Run:
    out = str(home / f"{who}-{what}.json")
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.portfolio_child", who, what, str(files), out],
        env={**os.environ, "POLARS_MAX_THREADS": "2"},
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"benchmarks: {who} {what} failed")
    wall = time.perf_counter() - start
    run = (used.ru_utime + used.ru_stime, wall, used.ru_maxrss // 1024)
    print(f"{who} {what}: {run[0]:.2f} CPU-s, {wall:.2f} s, {run[2]} MB", file=sys.stderr)
    return run


def _same(home: Path, who: str, what: str) -> str:
    ours, theirs = (home / f"{w}-{what}.json" for w in ("doorstep", who))
    if who == "doorstep":
        return ""
    return "yes" if ours.read_text() == theirs.read_text() else "**no**"


if __name__ == "__main__":
    main()
