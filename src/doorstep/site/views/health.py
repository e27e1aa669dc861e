"""Is it well? For a load balancer and for whoever looks after the machine. No personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from doorstep.cycle.api import last_runs
from doorstep.kernel import clock
from doorstep.people.guard import public
from doorstep.people.types import SYSTEM

SKEW = 60
"""Seconds the clocks of this machine and of its database may differ."""


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers and the clocks agree, else 503; the last day is told."""
    now = clock.now()
    report: dict[str, Any] = {"status": "ok", "at": now.isoformat(timespec="seconds")}
    try:
        skew = abs((_database_time() - now).total_seconds())
        report["database"] = "ok"
        report["clock"] = "ok" if skew <= SKEW else f"{skew:.0f} s apart from the database's"
        report["last_day"] = _last_day()
    except DatabaseError:
        report["database"] = "does not answer"
    well = report["database"] == "ok" and report.get("clock") == "ok"
    report["status"] = "ok" if well else "ill"
    answer = JsonResponse(report, status=200 if well else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _database_time() -> datetime:
    query = {
        "postgresql": "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
        ' \'YYYY-MM-DD"T"HH24:MI:SS"+00:00"\')',
    }.get(connection.vendor, "SELECT strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')")
    with connection.cursor() as cursor:
        cursor.execute(query)
        return datetime.fromisoformat(str(cursor.fetchone()[0]))


def _last_day() -> dict[str, str] | None:
    runs = last_runs(SYSTEM, limit=1)
    return {"day": runs[0].day.isoformat(), "status": str(runs[0].status)} if runs else None
