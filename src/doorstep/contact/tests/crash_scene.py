"""Programs the crash tests run in processes of their own: prepare a state, and settle many."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

BORROWERS = ("B-ONE", "B-TWO")


def prepare() -> None:
    """A database with one queued message for each borrower."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests import cast as the

    from doorstep.contact import api as contact
    from doorstep.contact.tests.conftest import scene_of, wish

    people = the.people_of_the_cast()
    scenes = [scene_of(people, borrower) for borrower in BORROWERS]
    wishes = [wish(s.case, s.email, rank=n) for n, s in enumerate(scenes)]
    report = contact.queue_messages(wishes, as_of=the.DAY, at=the.NINE)
    assert report.queued == len(BORROWERS)


def settle(work: list[dict[str, Any]], at: str) -> list[dict[str, Any]]:
    """What people and the next run do after each crash: the worker starts again, then somebody
    looks into the mail server's log and decides each unknown message, then the rest is sent."""
    return [_settle(one, datetime.fromisoformat(at)) for one in work]


def _settle(one: dict[str, Any], at: datetime) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from doorstep.contact import api as contact
    from doorstep.contact.models import Outgoing
    from doorstep.contact.types import Resolution
    from doorstep.people.types import SYSTEM

    connection.close()
    connection.settings_dict["NAME"] = one["name"]
    settings.EMAIL_PORT = one["port"]
    later = at + timedelta(minutes=6)
    contact.send_due(later)
    unknown = list(Outgoing.objects.filter(state="unknown").order_by("id"))
    for row in unknown:
        arrived = str(row.pk) in one["arrived"]
        resolution = Resolution.ARRIVED if arrived else Resolution.SEND_AGAIN
        contact.resolve_unknown(SYSTEM, row.pk, resolution, at=later, by="min")
    contact.send_due(later + timedelta(minutes=1))
    return {"unknown": [str(r.pk) for r in unknown], **_state()}


def _state() -> dict[str, Any]:
    """The end state as everybody else sees it: the outbox, the last word on the timeline, and what
    the gate counts. A message given up as never handed over leaves a *failed* attempt behind."""
    from doorstep.casefile.models import Fact
    from doorstep.compliance.models import LedgerEntry
    from doorstep.contact.models import Outgoing

    facts = Fact.objects.filter(kind="message").order_by("id").values_list("data", flat=True)
    counted = LedgerEntry.objects.exclude(result="failed").order_by("case_id", "id")
    return {
        "outbox": [[str(r.pk), r.state] for r in Outgoing.objects.order_by("id")],
        "said": {f["message"]: f["result"] for f in facts},
        "counted": [[str(e.case_id), e.result, e.flag] for e in counted],
    }


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    else:
        print(json.dumps(settle(json.loads(sys.stdin.read()), sys.argv[2])))  # noqa: T201
