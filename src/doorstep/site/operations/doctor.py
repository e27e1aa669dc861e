"""Can this machine do the day? Each check answers in one line what is wrong and what to do."""

from __future__ import annotations

import os
import smtplib
import tempfile
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection

from doorstep.kernel import clock
from doorstep.site.operations.tables import waiting

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier instant than this release."""


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: Literal["good", "note", "bad"]
    what: str


def examine() -> list[Finding]:
    """Every check, in the order in which one would mend things."""
    findings: list[Finding] = []
    for name, check in CHECKS:
        try:
            findings += [Finding(name, state, what) for state, what in check()]
        except Exception as error:
            findings.append(Finding(name, "bad", f"{type(error).__name__}: {error}"))
    return findings


_Answers = Iterator[tuple[Literal["good", "note", "bad"], str]]


def _database() -> _Answers:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield "bad", f"cannot be reached ({error}); check DATABASE_URL"
        return
    yield "good", f"{connection.vendor}, {connection.settings_dict['NAME']}"
    count = waiting()
    if count:
        yield "bad", f"{count} migrations wait; run `doorstep migrate`"


def _clock() -> _Answers:
    now = clock.now()
    if now < _FIRST:
        yield "bad", f"shows {now:%Y-%m-%d %H:%M} UTC, before this release; set the clock"
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
        state: Literal["good", "bad"] = "good" if skew < 30 else "bad"
        yield state, f"{now:%Y-%m-%d %H:%M} UTC, {skew:.0f} s from the database's"
    else:
        yield "good", f"{now:%Y-%m-%d %H:%M} UTC"


def _zones() -> _Answers:
    missing = [z for z in (settings.HOME_ZONE, "Asia/Shanghai", "Asia/Urumqi") if not _known(z)]
    if missing:
        yield "bad", f"time zones {', '.join(missing)} are not known; reinstall the tzdata package"
        return
    yield "good", f"home is {settings.HOME_ZONE}, where it is {clock.today(settings.HOME_ZONE)}"


def _known(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _folders() -> _Answers:
    for what, folder in (("state", settings.STATE), ("inbox", settings.INBOX)):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield "bad", f"{what} {folder} cannot be written ({error.strerror}); change its owner"
        else:
            yield "good", f"{what} {folder} can be written"


def _secrets() -> _Answers:
    keys = Path(settings.STATE) / "keys"
    if os.environ.get("DOORSTEP_DATA_KEY"):
        yield "good", "data key from the environment"
    elif keys.exists() and keys.stat().st_mode & 0o077:
        yield "bad", f"{keys} can be read by others; run: chmod -R go= {keys}"
    else:
        yield "note", f"data key in {keys}; keep a copy elsewhere, without it names stay sealed"


def _mail() -> _Answers:
    if not settings.EMAIL_HOST:
        yield "note", "not configured; set DOORSTEP_SMTP_HOST to send e-mail"
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield "bad", f"{where} does not answer ({error}); check host, port and firewall"
    else:
        yield "good", f"{where} answers"


def _plugins() -> _Answers:
    for group in ("channels", "importers", "jurisdictions"):
        found = entry_points(group=f"doorstep.{group}")
        for plugin in found:
            plugin.load()
        names = ", ".join(sorted(p.name for p in found)) or "none"
        missing = sorted(set(settings.PACKS) - {p.name for p in found})
        if group == "jurisdictions" and missing:
            yield "bad", f"packs {', '.join(missing)} are asked for but not installed"
        else:
            yield "good", f"{group}: {names}"


def _messages() -> _Answers:
    sources = list(Path(settings.PACKAGE).rglob("LC_MESSAGES/django.po"))
    stale = [p for p in sources if not p.with_suffix(".mo").exists()]
    if stale:
        yield "bad", f"{len(stale)} catalogues are not compiled; run scripts/compile_messages.py"
    else:
        yield "good", f"{len(sources)} catalogues are compiled"


CHECKS: tuple[tuple[str, Callable[[], _Answers]], ...] = (
    ("database", _database),
    ("clock", _clock),
    ("zones", _zones),
    ("folders", _folders),
    ("secrets", _secrets),
    ("mail", _mail),
    ("plug-ins", _plugins),
    ("languages", _messages),
)
