"""What the cn pack forbids cannot be carried out through the gate's own doors, whichever is tried:
not cleared, not redeemed though cleared before, not asked into being over the API."""

from datetime import timedelta

import pytest
from tests.cast import at, case_of, manager, people_of_the_cast

from doorstep.care.api import raise_stop
from doorstep.care.types import StopKind
from doorstep.compliance import api
from doorstep.compliance.models import Clearance, LedgerEntry
from doorstep.compliance.tests.scene import door_of, phone_of
from doorstep.compliance.types import Attempt, AttemptResult, Carrier, ClearanceError, Denied
from doorstep.kernel.actions import Action, ActionKind, Recipient, Role
from doorstep.people.models import Mandate, Organisation


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def case(cast):
    return case_of(cast)


def call(case, **to):
    return Action(
        ActionKind.CALL, case, Recipient(point=phone_of(case, at(8)), **to), channel="sip"
    )


def untold(case, cast):
    Mandate.objects.filter(pk=cast.mandate).update(notified_on=None)


def unlisted(case, cast):
    Organisation.objects.filter(pk=cast.doorway).update(on_white_list=False)


def thrice(case, cast):
    phone = phone_of(case, at(8))
    for minute in range(3):
        talk = AttemptResult.CONVERSATION
        api.record_attempt(Attempt(case, ActionKind.CALL, at(9, minute), talk, phone))


def ordered(case, cast):
    raise_stop(case, StopKind.POLICE_ORDER, at=at(9), by="chen")


FORBIDDEN = [
    (untold, "CN-VIS-08"),
    (unlisted, "CN-VIS-10"),
    (thrice, "CN-FREQ-01"),
    (ordered, "CN-TP-11"),
]


@pytest.mark.parametrize(("change", "rule"), FORBIDDEN)
def test_a_forbidden_call_is_not_cleared(cast, case, change, rule):
    action = call(case)
    assert api.clear(manager(cast), action, at=at(9)).verdict.permitted  # the twin: before
    Clearance.objects.all().update(revoked_at=at(9))
    change(case, cast)
    with pytest.raises(Denied) as error:
        api.clear(manager(cast), action, at=at(10))
    assert rule in error.value.verdict.deciding
    assert not api.forecast([action], at=at(10))[0].permitted


@pytest.mark.parametrize(("change", "rule"), FORBIDDEN)
def test_a_call_cleared_before_it_was_forbidden_is_not_redeemed(cast, case, change, rule):
    action = call(case)
    cleared = api.clear(manager(cast), action, at=at(9, 55))
    change(case, cast)
    with pytest.raises(ClearanceError) as error:
        api.redeem(cleared, action, at=at(10))
    assert error.value.reason == "denied"
    assert rule in error.value.verdict.deciding
    with pytest.raises(ClearanceError, match="revoked"):
        api.redeem(cleared, action, at=at(10, 1))


def test_a_clearance_does_not_reach_into_the_night(cast, case):
    action = call(case)
    cleared = api.clear(manager(cast), action, at=at(21, 44), minutes=60)
    with pytest.raises(ClearanceError) as error:
        api.redeem(cleared, action, at=at(22))
    assert {"CN-TIME-01", "CN-TIME-02"} <= set(error.value.verdict.deciding)


def test_a_crew_that_shrank_since_is_sent_home(cast, case):
    phone = phone_of(case, at(8))
    for days, kind in ((5, ActionKind.CALL), (4, ActionKind.MESSAGE)):
        when = at(10) - timedelta(days=days)
        api.record_attempt(Attempt(case, kind, when, AttemptResult.NO_ANSWER, phone))
    visit = Action(ActionKind.VISIT, case, Recipient(point=door_of(case, at(8))))
    one = Carrier(agents=(str(cast.fei),))
    with pytest.raises(Denied, match="CN-VIS-01"):
        api.clear(manager(cast), visit, at=at(11), carrier=one)
    broken = Carrier(agents=(str(cast.fei), str(cast.feng)), recording="failed")
    with pytest.raises(Denied, match="CN-VIS-06"):
        api.clear(manager(cast), visit, at=at(11), carrier=broken)


def test_a_contact_person_is_not_rung_while_the_debtor_can_be_reached(cast, case):
    with pytest.raises(Denied, match="CN-TP-01"):
        api.clear(manager(cast), call(case, role=Role.CONTACT, person="p1"), at=at(10))


def test_what_was_done_all_the_same_counts_and_is_flagged(cast, case):
    action = call(case)
    cleared = api.clear(manager(cast), action, at=at(9, 55))
    ordered(case, cast)
    with pytest.raises(ClearanceError):
        api.redeem(cleared, action, at=at(10))
    done = Attempt(
        case,
        ActionKind.CALL,
        at(10),
        AttemptResult.CONVERSATION,
        action.to.point,
        clearance_id=cleared.clearance_id,
    )
    api.record_attempt(done)
    assert LedgerEntry.objects.get().flag == "revoked"
