"""Whose database is this? The demo fills an empty one, or empties one that a demo filled."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, transaction

from doorstep.simulator.models import DemoMark


class NotADemoError(RuntimeError):
    """The database holds something that no demo put there; it was not touched."""


def played(arguments: dict[str, Any]) -> dict[str, Any] | None:
    """The summary of a finished demo with these very arguments, if this database holds it.

    Raises NotADemoError for a database with anything of somebody else's.
    """
    mark = _mark()
    if mark is None:
        if _in_use():
            raise NotADemoError(
                "this database is not a demo's, so it was left alone; "
                "set DOORSTEP_STATE or DATABASE_URL to an empty one"
            )
        return None
    return dict(mark.summary) if mark.summary and mark.arguments == arguments else None


def begin(arguments: dict[str, Any]) -> None:
    """Empty what an earlier demo left and mark the database as ours."""
    if _mark() is not None:
        _drop_everything()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    DemoMark.objects.create(id=1, arguments=arguments)


def finish(summary: dict[str, Any]) -> None:
    DemoMark.objects.filter(id=1).update(summary=summary)


def _mark() -> DemoMark | None:
    if DemoMark._meta.db_table not in connection.introspection.table_names():
        return None
    return DemoMark.objects.first()


def _in_use() -> bool:
    """Whether anything is in it: no row of ours exists without an organisation or a user."""
    tables = connection.introspection.table_names()
    first = [apps.get_model("people", name) for name in ("Organisation", "User")]
    if not all(model._meta.db_table in tables for model in first):
        return bool(tables)
    return any(model._default_manager.exists() for model in first)


def _drop_everything() -> None:
    """Every table of this database; the book's files stay, named by what they hold."""
    names = connection.introspection.table_names()
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with (
        connection.constraint_checks_disabled(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        for name in names:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")


def is_demo() -> bool:
    """Whether a demo filled this database: only then are sample users shown."""
    return _mark() is not None
