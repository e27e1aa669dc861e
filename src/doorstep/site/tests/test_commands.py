"""The command line: quick to start, strict about its input, silent on stdout but for the answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from doorstep.site.cli import build

BIN = Path(sys.executable).parent / "doorstep"


def doorstep(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "DJANGO"))}
    return subprocess.run(
        [BIN, *arguments],
        env={**environment, "DOORSTEP_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['doorstep', '--help']\n"
        "from doorstep.site.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('django', 'numpy', 'pyarrow', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("day", "--date", "2026-02-30"), 2, "is not a date"),
        (("day", "--date", "2999-01-01"), 4, "still to come"),
        (("demo", "--until", "tomorrow"), 2, "is not a date"),
        (("demo", "--until", "9999-12-31"), 2, "is no day to play to"),
        (("demo", "--loans", "0"), 2, "loans"),
    ],
)
def test_what_cannot_be_done_is_named_and_has_its_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = doorstep(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


QUESTION = '{"packs": ["cn"], "at": "2026-11-24T10:00:00+08:00", "action": %s}'


@pytest.mark.parametrize(
    ("arguments", "text", "says"),
    [
        (("law", "judge"), "{", "FILE:1:2: "),
        (("law", "judge"), "[1]", "FILE:[0]: is no object; "),
        (("law", "judge"), '{"x": 1}', "FILE:x: is not known here; use one of "),
        (("law", "judge"), QUESTION % "{}", "FILE:action.kind: is missing; "),
        (("law", "judge"), QUESTION % '{"kind": "fax"}', "FILE:action.kind: 'fax' is not "),
        (("law", "judge"), QUESTION.replace("cn", "xx") % '{"kind": "call"}', "FILE:packs: "),
        (("law", "judge"), None, "FILE: "),
        (("visits", "solve", "--iterations", "1"), "{", "FILE:1:2: "),
        (("visits", "solve", "--iterations", "1"), "[1]", "FILE:week: is no object; "),
        (("visits", "solve", "--iterations", "1"), None, "FILE: there is no such file; "),
        (("book", "replay"), "{", "FILE:1:2: "),
        (("book", "replay"), None, "FILE: cannot be read "),
        (("book", "age", "--as-of", "2026-11-24", "--out", "o"), None, "FILE: there is no such"),
        (("book", "import", "f.csv", "--map"), None, "file::: cannot be read "),
        (("book", "import", "f.csv", "--map"), "x = [", "file::: not TOML: "),
    ],
)
def test_an_error_names_place_fault_and_remedy(
    tmp_path: Path, arguments: tuple[str, ...], text: str | None, says: str
) -> None:
    file = tmp_path / "file"
    if text is not None:
        file.write_text(text)
    done = CliRunner().invoke(build(), [*arguments, str(file)])
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith(says.replace("FILE", str(file)))
    assert re.search(r"; \w", done.stderr)


def test_a_fresh_machine_needs_no_step_by_hand(tmp_path: Path) -> None:
    """SQLite is made ready by itself; the answer on stdout is one JSON object and nothing else."""
    first = doorstep(tmp_path, "day", "--date", "2026-11-02", "--json")
    assert first.returncode == 0, first.stderr
    again = doorstep(tmp_path, "day", "--date", "2026-11-02", "--json")
    assert (json.loads(first.stdout)["changed"], json.loads(again.stdout)["changed"]) == (
        True,
        False,
    )
    assert json.loads(first.stdout)["steps"] == json.loads(again.stdout)["steps"]


def test_a_database_with_somebody_elses_loans_is_no_demos(tmp_path: Path) -> None:
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from doorstep.people.api import create_organisation\n"
        "create_organisation('mine', name='Mine', kind='lender', country='CN', zone='UTC')\n"
    )
    environment = {
        **os.environ,
        "DOORSTEP_STATE": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "doorstep.site.settings",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    before = (tmp_path / "doorstep.db").read_bytes()
    done = doorstep(tmp_path, "demo", "--loans", "5", "--days", "1", "--no-serve")
    assert done.returncode == 3
    assert "not a demo" in done.stderr
    assert (tmp_path / "doorstep.db").read_bytes() == before


def test_the_doctor_names_each_check(tmp_path: Path) -> None:
    doorstep(tmp_path, "migrate")
    done = doorstep(tmp_path, "doctor", "--json")
    found = {c["check"]: c["state"] for c in json.loads(done.stdout)["checks"]}
    assert found["database"] == "good"
    assert found["zones"] == "good"
    assert found["mail"] == "note"
    assert done.returncode == (1 if "bad" in found.values() else 0)
