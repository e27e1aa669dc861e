"""One at a time per person and per number: the last permitted contact can be cleared only once."""

from __future__ import annotations

from django.db import connection, transaction


def hold(*keys: str) -> None:
    """Wait for, and keep to the end of the transaction, the right to decide on these keys.

    PostgreSQL: advisory locks in a fixed order, so that two holders cannot wait for each other.
    SQLite: a transaction that may write is already alone (transaction_mode IMMEDIATE).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("locks are held by a transaction; open one")
    if connection.vendor != "postgresql":
        return
    numbers = sorted({int(key[:15], 16) for key in keys if key})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
