"""The only place that reads the clock. Views, tasks and commands call it; nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def today(zone: str) -> date:
    """The date it is now in an IANA `zone`, for example "Asia/Shanghai"."""
    return now().astimezone(ZoneInfo(zone)).date()
