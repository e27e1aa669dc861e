"""The demo: the same arguments give the same history, on either database, and it is a whole one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from doorstep.site.operations import demo

BIN = Path(sys.executable).parent / "doorstep"
ARGUMENTS = [
    *("--loans", "120", "--days", "7", "--seed", "3", "--until", "2026-11-24"),
    *("--no-serve", "--json"),
]


def doorstep(state: Path, *arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "DJANGO"))}
    environment |= {"DOORSTEP_STATE": str(state)} | ({"DATABASE_URL": url} if url else {})
    return subprocess.run(
        [BIN, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def played(state: Path) -> subprocess.CompletedProcess[str]:
    done = doorstep(state, "demo", *ARGUMENTS)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def summary(played: subprocess.CompletedProcess[str]) -> dict:
    return dict(json.loads(played.stdout))


@pytest.fixture
def other_database() -> Iterator[str]:
    """A new PostgreSQL database where the tests run on it; otherwise SQLite once more."""
    if os.environ.get("DOORSTEP_TEST_DATABASE") != "postgresql":
        yield ""
        return
    import psycopg

    url = os.environ["DATABASE_URL"]
    name = f"demo_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_summary_is_the_published_one(summary: dict) -> None:
    assert (summary["from"], summary["until"]) == ("2026-11-18", "2026-11-24")
    assert list(summary) == [
        "from",
        "until",
        "loans",
        "cases",
        "messages",
        "calls",
        "visits",
        "promises",
        "paid",
        "verdicts",
        "digest",
    ]
    assert set(summary["verdicts"]) == {"allow", "allow_with_duties", "deny", "defer", "escalate"}
    assert set(summary["promises"]) == {"kept", "partly", "broken", "open"}
    assert summary["loans"] == 120
    assert summary["cases"]["opened"] > 3
    assert summary["calls"] > 3
    assert summary["paid"]["CNY"] > 0


def test_outside_a_terminal_progress_is_plain_lines_on_stderr(
    played: subprocess.CompletedProcess[str],
) -> None:
    lines = played.stderr.splitlines()
    assert lines[-1] == "played 2026-11-24: 7 of 7 days"
    assert not any("\x1b" in line or "━" in line for line in lines)


def test_a_line_of_progress_for_every_ten_days(capsys: pytest.CaptureFixture[str]) -> None:
    first = date(2026, 10, 1)
    with demo._progress(25) as tell:
        for number in range(25):
            tell(first + timedelta(days=number), number + 1)
    assert capsys.readouterr() == (
        "",
        "played 2026-10-10: 10 of 25 days\n"
        "played 2026-10-20: 20 of 25 days\n"
        "played 2026-10-25: 25 of 25 days\n",
    )


@pytest.mark.django_db
def test_same_arguments_same_digest_on_both_databases(
    summary: dict, other_database: str, tmp_path: Path
) -> None:
    if other_database:
        doorstep(tmp_path, "migrate", url=other_database)
    done = doorstep(tmp_path, "demo", *ARGUMENTS, url=other_database)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == summary


def test_another_seed_is_another_history(summary: dict, tmp_path: Path) -> None:
    other = [a if a != "3" else "4" for a in ARGUMENTS]
    done = doorstep(tmp_path, "demo", *other)
    assert json.loads(done.stdout)["digest"] != summary["digest"]


def test_a_demo_that_was_played_is_not_played_again(summary: dict, state: Path) -> None:
    done = doorstep(state, "demo", *ARGUMENTS)
    assert json.loads(done.stdout) == summary
    assert json.loads(doorstep(state, "digest", "--json").stdout)["digest"] == summary["digest"]


def test_the_last_day_is_left_open_for_people_to_work(summary: dict, state: Path) -> None:
    program = (
        "import django; django.setup()\n"
        "from django.apps import apps\n"
        "from doorstep.site.operations.demo import adopt_demo; adopt_demo()\n"
        "calls = apps.get_model('contact', 'CallTask').objects.filter(day='2026-11-24').count()\n"
        "runs = apps.get_model('cycle', 'DayRun').objects.filter(status='done').count()\n"
        "print(calls, runs)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("DATABASE")},
            "DOORSTEP_STATE": str(state),
            "DJANGO_SETTINGS_MODULE": "doorstep.site.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    calls, runs = map(int, done.stdout.split())
    assert runs == 7
    assert calls > 0
