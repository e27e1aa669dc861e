"""One day at a time. The lock is the operating system's or the server's, so it dies with its owner.

A lock kept as a row would outlive a killed process and need a heartbeat and a guess about when
its owner is dead; these two need neither.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

_KEY = 0x0D00_25_7E_9D_A1
"""Our number among PostgreSQL's advisory locks."""


class BusyError(RuntimeError):
    """Another run holds the day; nothing was changed. Wait for it, or end it."""


@contextmanager
def day_lock() -> Iterator[None]:
    """Hold the only right to run a day on this database; raises BusyError if it is taken."""
    take = _server_lock if connection.vendor == "postgresql" else _file_lock
    with take():
        yield


def day_is_running() -> bool:
    """Whether some living process holds the day at this moment."""
    try:
        with day_lock():
            return False
    except BusyError:
        return True


@contextmanager
def _server_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise BusyError("another run of the day is under way; wait for it to end")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])


@contextmanager
def _file_lock() -> Iterator[None]:
    handle = os.open(_lock_path(), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BusyError("another run of the day is under way; wait for it to end") from None
    finally:
        os.close(handle)


def _lock_path() -> Path:
    """Beside the database file; for a database in memory, in the folder of the state."""
    name = str(connection.settings_dict["NAME"])
    if Path(name).is_file():
        return Path(name + ".day-lock")
    return Path(settings.STATE) / f"day-{sha256(name.encode()).hexdigest()[:16]}.lock"
