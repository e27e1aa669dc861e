"""Playing days before a journey starts: the system's mornings, the mail, and calls nobody takes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from doorstep.contact import api as contact
from doorstep.contact.types import CallOutcome, CallResult
from doorstep.cycle import api as cycle
from doorstep.kernel import clock
from doorstep.people.types import OrganisationKind, UserRole, Viewer
from tests import cast
from tests.journeys.placement import place


@dataclass
class Post:
    """What a real SMTP server took: recipient and raw mail."""

    mails: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        text = bytes(envelope.content or b"").decode("utf-8", "replace")
        self.mails.append((envelope.rcpt_tos[0], text))
        return "250 taken"


@pytest.fixture
def post(settings) -> Iterator[Post]:
    """A real mail server on this machine, and the settings that lead to it."""
    box = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    yield box
    server.stop()


@pytest.fixture
def it_is(monkeypatch):
    """Set the clock that views, tasks and commands read: `it_is(9, 30)` in Yanji."""

    def set_clock(hour: int, minute: int = 0, day: date = cast.DAY) -> datetime:
        now = cast.at(hour, minute, day)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return set_clock


def dan(people: cast.Cast) -> Viewer:
    return cast.viewer(people.doorway, OrganisationKind.AGENCY, UserRole.DESK, people.dan)


def fei(people: cast.Cast) -> Viewer:
    return cast.viewer(people.doorway, OrganisationKind.AGENCY, UserRole.FIELD, people.fei)


def play(people: cast.Cast, inbox: Path, days: int, *, until: date = cast.DAY) -> None:
    """Place the file and play `days` whole days, the last one being the day before `until`.

    Mornings run at seven, messages go out at ten, and from eleven on Dan calls and nobody answers.
    """
    first = until - timedelta(days=days)
    place(inbox, first)
    for day in (first + timedelta(days=n) for n in range(days)):
        cycle.run_day(day, at=cast.at(7, 0, day))
        contact.send_due(cast.at(10, 0, day))
        call_in_vain(people, cast.at(11, 0, day))


def call_in_vain(people: cast.Cast, now: datetime) -> int:
    """Dan works his queue to its end; nobody picks up."""
    made = 0
    while (card := contact.next_call(dan(people), now)) is not None:
        if not contact.open_call(dan(people), card.id, now).permitted:
            break
        contact.record_call(dan(people), card.id, CallOutcome(CallResult.NO_ANSWER), now)
        now += timedelta(minutes=5)
        made += 1
    return made
