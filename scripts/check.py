"""Every check of the project as a list of named steps: the same on a laptop and in CI."""

from __future__ import annotations

import os
import subprocess
import sys
import time

BIN = os.path.dirname(sys.executable)
WORKERS = str(os.cpu_count() or 2)

STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("format", [f"{BIN}/ruff", "format", "--check", "--quiet", "."], {}),
    ("lint", [f"{BIN}/ruff", "check", "--quiet", "."], {}),
    ("walls", [f"{BIN}/lint-imports", "--no-logo"], {}),
    ("types", [f"{BIN}/mypy"], {}),
    (
        "migrations are complete",
        [f"{BIN}/python", "manage.py", "makemigrations", "--check", "--dry-run"],
        {},
    ),
    (
        "tests on SQLite",
        [f"{BIN}/pytest", "-q", "-n", WORKERS, "--dist", "worksteal", "-m", "not browser"],
        {},
    ),
    (
        "database tests on PostgreSQL",
        [
            f"{BIN}/pytest",
            "-q",
            "-n",
            WORKERS,
            "--dist",
            "worksteal",
            "-m",
            "not browser",
            "--only-database",
        ],
        {"DOORSTEP_TEST_DATABASE": "postgresql"},
    ),
    ("browser", [f"{BIN}/pytest", "-q", "-m", "browser"], {}),
]


def main() -> int:
    wanted = sys.argv[1:]
    for name, command, extra in STEPS:
        if wanted and not any(w in name for w in wanted):
            continue
        print(f"── {name}", flush=True)
        start = time.monotonic()
        done = subprocess.run(command, env={**os.environ, **extra}, check=False)
        print(f"   {name}: {time.monotonic() - start:.0f} s", flush=True)
        if done.returncode:
            print(f"doorstep: step “{name}” failed; run it alone: {' '.join(command)}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
