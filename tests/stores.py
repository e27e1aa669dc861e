"""A state folder with a database of its own for processes that are killed: a file in the folder,
or, where the tests run on PostgreSQL, a database on their server, copied from a template.

start = stores.new(folder)
copy = start.copy(tmp_path / "state")
crash.run(["day"], state=copy.state, env=copy.env, kill="after", commit=3)
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

POSTGRESQL = os.environ.get("DOORSTEP_TEST_DATABASE") == "postgresql"
KILLS = int(os.environ.get("CRASH_KILLS") or (2 if POSTGRESQL else 20))
"""How often each test of crashes shoots at random; and at how many commits on PostgreSQL."""


@dataclass(frozen=True)
class Store:
    state: Path
    name: str
    """The database: a file, or its name on the server."""

    @property
    def env(self) -> dict[str, str]:
        return {"DATABASE_URL": _url(self.name) if POSTGRESQL else f"sqlite:///{self.name}"}

    def copy(self, to: Path) -> Store:
        """The folder and its database as they are now; nobody may be using them."""
        shutil.copytree(self.state, to, dirs_exist_ok=True)
        if not POSTGRESQL:
            return Store(to, f"{to}/doorstep.db")
        self.wait()
        return Store(to, _create(template=self.name))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query; nothing where it returns none. A change is committed."""
        if POSTGRESQL:
            import psycopg

            with psycopg.connect(_url(self.name), autocommit=True) as db:
                cursor = db.execute(sql)  # type: ignore[call-overload]
                return list(cursor.fetchall()) if cursor.description else []
        with closing(sqlite3.connect(self.name)) as lite, lite:
            return lite.execute(sql).fetchall()

    def wait(self) -> None:
        """Until the server has noticed that a killed process is gone."""
        end = time.monotonic() + 20
        left = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (self.name,),
        )
        while POSTGRESQL and _server(*left):
            assert time.monotonic() < end, f"{self.name} is still used"
            time.sleep(0.02)

    def drop(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        if POSTGRESQL:
            _server(f"DROP DATABASE {self.name} WITH (FORCE)")


def new(state: Path) -> Store:
    """An empty one."""
    return Store(state, _create() if POSTGRESQL else f"{state}/doorstep.db")


def chosen(commits: int) -> list[int]:
    """The commits to kill at: all, or on PostgreSQL some of them from the first to the last."""
    most = max(KILLS, 3)
    if not POSTGRESQL or commits <= most:
        return list(range(1, commits + 1))
    return sorted({1 + round(n * (commits - 1) / (most - 1)) for n in range(most)})


def _create(template: str = "template1") -> str:
    name = f"crash_{uuid4().hex[:12]}"
    _server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _url(name: str) -> str:
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")


def _server(sql: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        cursor = server.execute(sql, values or None)  # type: ignore[call-overload]
        return list(cursor.fetchall()) if cursor.description else []
