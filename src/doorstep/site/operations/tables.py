from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class DatabaseNotReadyError(RuntimeError):
    """Tables are missing or old, and the database is not ours alone to change."""


def waiting() -> int:
    """How many migrations wait."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def make_ready() -> None:
    """Migrate SQLite by itself; on a server ask for it, because others may be using it."""
    if not waiting():
        return
    if connection.vendor != "sqlite":
        raise DatabaseNotReadyError(
            f"database: {waiting()} migrations wait; run `doorstep migrate` once, then try again"
        )
    call_command("migrate", interactive=False, verbosity=0)
