"""Killing a real `doorstep` process at a chosen commit or instant, for crash tests.

done = crash.run(["day", "--date", "2026-11-24"], state=folder, kill="after", commit=3)
assert done.killed
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_PROGRAM = """
import os, signal, sys
where, number = os.environ["CRASH_WHERE"], int(os.environ["CRASH_COMMIT"])
os.environ["DJANGO_SETTINGS_MODULE"] = "doorstep.site.settings"
from django.db.backends.base.base import BaseDatabaseWrapper
count, real = 0, BaseDatabaseWrapper._commit
def commit(self):
    global count
    count += 1
    if where == "before" and count == number:
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(self)
    if where == "after" and count == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
BaseDatabaseWrapper._commit = commit
import atexit
def tell():
    with open(os.environ["CRASH_COUNT"], "w") as f:
        f.write(str(count))
atexit.register(tell)
sys.argv[0] = "doorstep"
from doorstep.site.cli import main
main()
"""


@dataclass(frozen=True)
class Run:
    """What became of the process; `commits` is None where it was killed."""

    code: int
    killed: bool
    commits: int | None
    seconds: float
    stdout: str
    stderr: str


def run(
    arguments: Sequence[str],
    *,
    state: Path,
    kill: str = "",
    commit: int = 0,
    after_seconds: float | None = None,
    env: Mapping[str, str] | None = None,
    counted: Path | None = None,
) -> Run:
    """Run `doorstep ARGUMENTS` with its state in a folder.

    `kill` "before" or "after" with `commit` N sends SIGKILL at the N-th database commit;
    `after_seconds` sends it at that instant; with neither the process runs to its end and
    `commits` says how many commits it made (kept in `counted`, for runs at once).
    """
    counted = counted or state / "commits"
    environment = {
        **os.environ,
        "DOORSTEP_STATE": str(state),
        "PYTHONPATH": str(ROOT / "src"),
        **(env or {}),
        "CRASH_WHERE": kill or "never",
        "CRASH_COMMIT": str(commit),
        "CRASH_COUNT": str(counted),
    }
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, err = process.communicate(timeout=after_seconds or 300)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
    killed = process.returncode == -signal.SIGKILL
    return Run(
        process.returncode,
        killed,
        None if killed else int(counted.read_text()),
        time.monotonic() - start,
        out,
        err,
    )
