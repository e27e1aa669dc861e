"""Races for one last permission, run by threads with their own connections; a program as well,
because SQLite only locks between connections where its database is a file."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

CREW = 6


def last_call() -> list[str]:
    """Two conversations were had today; six ask for the third at once."""
    from tests.cast import at

    from doorstep.compliance import api
    from doorstep.compliance.types import Attempt, AttemptResult, Denied
    from doorstep.people.types import SYSTEM

    call = _call()
    for minute in range(2):
        talk = AttemptResult.CONVERSATION
        api.record_attempt(Attempt(call.case, call.kind, at(9, minute), talk, call.to.point))

    def clear() -> str:
        try:
            api.clear(SYSTEM, call, at=at(10))
        except Denied as denied:
            return str(denied.verdict.answer)
        return "cleared"

    return _together(clear)


def one_clearance() -> list[str]:
    """One clearance, and six who redeem it at once."""
    from tests.cast import at

    from doorstep.compliance import api
    from doorstep.compliance.types import ClearanceError
    from doorstep.people.types import SYSTEM

    call = _call()
    cleared = api.clear(SYSTEM, call, at=at(10))

    def redeem() -> str:
        try:
            api.redeem(cleared, call, at=at(10, 1))
        except ClearanceError as error:
            return error.reason
        return "redeemed"

    return _together(redeem)


def _call():
    from tests.cast import at, case_of, people_of_the_cast

    from doorstep.kernel.actions import Action, ActionKind, Recipient
    from doorstep.people.types import SYSTEM
    from doorstep.verification import api as verification
    from doorstep.verification.types import NewPoint, PointKind, PointOutcome

    case = case_of(people_of_the_cast())
    new = NewPoint(PointKind.PHONE, "+8613904330001", "desk")
    phone = verification.add_point(SYSTEM, case, new, at=at(8), by="dan")
    verification.record_outcome(SYSTEM, phone, PointOutcome.RIGHT_PARTY, at=at(8), by="dan")
    return Action(ActionKind.CALL, case, Recipient(point=str(phone)), channel="phone")


def _together(work) -> list[str]:
    from django.db import connections

    gate = threading.Barrier(CREW)

    def one(_: int) -> str:
        gate.wait()
        try:
            return work()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(CREW) as pool:
        return sorted(pool.map(one, range(CREW)))


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(globals()[sys.argv[1]]()))
