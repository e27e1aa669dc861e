"""An action the cn pack forbids cannot be carried out, whichever door is tried.

The agency's notice to borrowers is missing (CN-VIS-08), so the law forbids every contact while the
house has nothing against it. What the morning permitted is tried at each door, and nothing gets
out; with the notice in place the same doors open. A new door is one more row of DOORS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from typer.testing import CliRunner

from doorstep.compliance import api as gate
from doorstep.compliance.types import Denied
from doorstep.contact import api as contact
from doorstep.contact.models import CallTask, Outgoing
from doorstep.contact.rules.actions import unpack
from doorstep.contact.tasks import send_messages
from doorstep.cycle import api as cycle
from doorstep.field import api as field
from doorstep.people.api import create_mandate
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointKind
from doorstep.visits.models import Visit
from tests import cast
from tests.journeys.days import Post, dan, fei, it_is, play, post

__all__ = ["it_is", "post"]
MESSAGES, CALLS, VISITS = "messages", "calls", "visits"


@dataclass
class World:
    people: cast.Cast
    now: datetime
    post: Post

    def staff(self, username: str) -> Client:
        client = Client()
        user = get_user_model().objects.get(username=username)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client


def _numbers(case_id: Any) -> list[str]:
    points = verification.points_of(SYSTEM, [case_id])[case_id]
    phones = [p for p in points if p.kind is PointKind.PHONE]
    return [verification.reveal(SYSTEM, p.id, at=cast.NINE, by="t", why="test") for p in phones]


def by_the_worker(world: World) -> bool:
    send_messages.call()
    return bool(world.post.mails)


def by_the_command_line(world: World) -> bool:
    from doorstep.site.cli import build

    done = CliRunner().invoke(build(), ["send"])
    assert done.exit_code == 0, done.output
    return bool(world.post.mails)


def by_the_sending_service(world: World) -> bool:
    return contact.send_due(world.now).sent > 0


def by_clearing_a_message(world: World) -> bool:
    row = Outgoing.objects.order_by("id").first()
    return _clears(unpack(row.action), world)


def _clears(action: Any, world: World) -> bool:
    return _permitted(lambda: gate.clear(SYSTEM, action, at=world.now))


def _permitted(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except Denied as denied:
        return "CN-VIS-08" not in denied.verdict.deciding
    return True


def by_the_call_page(world: World) -> bool:
    task = CallTask.objects.order_by("id").first()
    client = world.staff("dan")
    page = client.post(f"/calls/{task.pk}/clearance", follow=True)
    assert page.status_code == 200
    return any(number in page.content.decode() for number in _numbers(task.case_id))


def by_dialling_by_hand(world: World) -> bool:
    task = CallTask.objects.order_by("id").first()
    client = world.staff("dan")
    page = client.post(f"/cases/{task.case_id}/calls", {"point": str(task.point_id)}, follow=True)
    here = page.redirect_chain[-1][0] if page.redirect_chain else page.request["PATH_INFO"]
    page = client.post(f"{here}clearance", follow=True)
    return any(number in page.content.decode() for number in _numbers(task.case_id))


def by_the_call_service(world: World) -> bool:
    task = CallTask.objects.order_by("id").first()
    return bool(contact.open_call(dan(world.people), task.pk, world.now).number)


def by_the_door_service(world: World) -> bool:
    visit = Visit.objects.order_by("id").first()
    return _permitted(lambda: field.begin(fei(world.people), visit.pk, world.now))


def by_the_phone_page(world: World) -> bool:
    visit = Visit.objects.order_by("id").first()
    client = world.staff("fei")
    page = client.post(f"/today/{visit.pk}/knock/", {"recording": "on"}, follow=True)
    assert page.status_code in {200, 409}
    return field.packet(fei(world.people), visit.pk, world.now).open


DOORS: list[tuple[str, Callable[[World], bool]]] = [
    (MESSAGES, by_the_worker),
    (MESSAGES, by_the_command_line),
    (MESSAGES, by_the_sending_service),
    (MESSAGES, by_clearing_a_message),
    (CALLS, by_the_call_page),
    (CALLS, by_dialling_by_hand),
    (CALLS, by_the_call_service),
    (VISITS, by_the_door_service),
    (VISITS, by_the_phone_page),
]
DAYS = {CALLS: 0, MESSAGES: 1, VISITS: 4}
"""How many days must have been played before the morning plans that kind."""


@pytest.fixture
def world(db, settings, tmp_path, post, it_is) -> Callable[[str], World]:
    settings.INBOX = tmp_path / "inbox"

    def morning(kind: str) -> World:
        people = cast.people_of_the_cast()
        play(people, settings.INBOX, DAYS[kind])
        if kind == CALLS:
            from tests.journeys.placement import place

            place(settings.INBOX, cast.DAY)
        cycle.run_day(cast.DAY, at=cast.at(7))
        post.mails.clear()
        return World(people, it_is(11), post)

    return morning


@pytest.mark.parametrize(("kind", "door"), DOORS, ids=[d.__name__ for _, d in DOORS])
def test_what_the_law_forbids_does_not_get_out_and_what_it_permits_does(world, kind, door):
    scene = world(kind)
    _notice(None)
    assert not door(scene), "the law forbids it, and it got out"
    _notice(cast.DAY - timedelta(days=89))
    if door in {by_the_call_page, by_the_call_service}:
        CallTask.objects.update(state="open", taken_by="", taken_at=None)
    if kind == MESSAGES:
        Outgoing.objects.update(state="queued")
    assert door(scene), "the law permits it, and it was refused"


def _notice(on) -> None:
    create_mandate(
        "bluebay-doorway",
        lender="bluebay",
        agency="doorway",
        starts_on=cast.DAY - timedelta(days=90),
        notified_on=on,
    )
