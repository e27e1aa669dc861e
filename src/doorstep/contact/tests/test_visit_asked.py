"""They ask us to come and see them: tomorrow and the gate know, and nobody else can ask for it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests import cast as the

from doorstep.casefile.types import FactKind, VisitAsked
from doorstep.compliance import api as gate
from doorstep.compliance.models import StoredConsent
from doorstep.contact import api as contact
from doorstep.contact.forms import OutcomeForm
from doorstep.contact.types import CallOutcome, CallResult
from doorstep.kernel.actions import Action, ActionKind, Place, Recipient, Role
from doorstep.people.types import SYSTEM
from doorstep.strategy import api as strategy
from doorstep.verification import api as verification
from doorstep.verification.models import RelatedPerson
from doorstep.verification.types import NewPoint, PointKind, PointOutcome, PointUse

from .conftest import desk
from .scenes import TALK, TEN, facts

pytestmark = pytest.mark.django_db
THURSDAY = the.DAY + timedelta(days=2)


class Lina:
    """75 days late, a proven phone and home; nobody wrote to her or knocked so far."""

    def __init__(self):
        self.cast = the.people_of_the_cast()
        self.case = the.case_of(self.cast, dpd=75, arrears=900_000)
        self.phone = self._point(PointKind.PHONE, "+8613812345678")
        self.home = self._point(
            PointKind.ADDRESS,
            "吉林省延边州延吉市河南街道光明街1号",
            use=PointUse.HOME,
            latitude=42.895,
            longitude=129.508,
        )
        self.dan = desk(self.cast)

    def _point(self, kind, value, **more):
        new = NewPoint(kind, value, source="lender", basis="contract", **more)
        key = verification.add_point(SYSTEM, self.case, new, at=the.NINE, by="t")
        verification.record_outcome(SYSTEM, key, PointOutcome.CONFIRMED, at=the.NINE, by="t")
        return key

    def says(self, asked, **more):
        task = contact.hand_dial(self.dan, self.case, self.phone, at=TEN)
        contact.open_call(self.dan, task, TEN)
        said = replace(TALK, visit=asked, **more)
        return contact.record_call(self.dan, task, said, TEN + timedelta(minutes=5))

    def wished(self, days):
        """What the day so many days from now wishes, the best first."""
        day = the.DAY + timedelta(days=days)
        return [(str(w.action.kind), w.reason.code) for w in strategy.wish(day, the.at(7, day=day))]

    def knock(self, days):
        """The gate's answer to a visit so many days from now."""
        place = Place("CN", the.ZONE, "home", "Jilin")
        visit = Action(ActionKind.VISIT, self.case, Recipient(point=str(self.home)), place)
        [verdict] = gate.forecast([visit], at=TEN + timedelta(days=days))
        return verdict


@pytest.fixture
def lina(db):
    return Lina()


def test_without_asking_nobody_comes_before_lighter_ways_were_tried(lina):
    lina.says(None)
    assert "visit" not in [kind for kind, _ in lina.wished(1)]
    assert "HOUSE-VIS-01" in lina.knock(1).deciding


def test_asked_for_any_day_tomorrow_wishes_it_first_and_the_gate_lets_it_pass(lina):
    record = lina.says(VisitAsked())
    assert lina.wished(1)[0] == ("visit", "visit_asked")
    verdict = lina.knock(1)
    assert verdict.permitted
    assert "attach_consent" in {d.code for d in verdict.duties}
    assert StoredConsent.objects.get().evidence == f"call record {record}"
    assert [f["visit_asked"] for f in facts(lina, FactKind.CALL)] == ["any"]


def test_asked_for_thursday_nobody_comes_on_wednesday(lina):
    lina.says(VisitAsked(THURSDAY))
    assert "visit" not in [kind for kind, _ in lina.wished(1)]
    assert lina.wished(2)[0] == ("visit", "visit_asked")
    assert [f["visit_asked"] for f in facts(lina, FactKind.CALL)] == [THURSDAY.isoformat()]


def test_a_fortnight_after_the_day_it_was_forgotten(lina):
    lina.says(VisitAsked(THURSDAY))
    assert lina.wished(16)[0] == ("visit", "visit_asked")
    assert lina.knock(16).permitted
    assert ("visit", "visit_asked") not in lina.wished(17)
    assert not lina.knock(17).permitted


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"right_party": "not_sure"}, "visit", "needs_right_party"),
        ({"result": CallResult.ANSWERED}, "visit", "needs_right_party"),
        ({"visit": VisitAsked(the.DAY - timedelta(days=1))}, "visit_on", "day_past"),
        ({"visit": VisitAsked(the.DAY + timedelta(days=31))}, "visit_on", "day_too_far"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_and_nothing_is_written(lina, changes, field, code):
    task = contact.hand_dial(lina.dan, lina.case, lina.phone, at=TEN)
    said = replace(TALK, **({"visit": VisitAsked()} | changes))
    with pytest.raises(contact.CallOutcomeError) as error:
        contact.record_call(lina.dan, task, said, TEN)
    assert error.value.fields[field] == code
    assert facts(lina, FactKind.CALL) == []
    assert not StoredConsent.objects.exists()


def test_somebody_else_cannot_ask_us_to_the_borrowers_door(lina):
    RelatedPerson.objects.create(
        case_id=lina.case,
        lender_id=lina.cast.bluebay,
        agency_id=lina.cast.doorway,
        mandate_id=lina.cast.mandate,
        person="P-1",
        placement_role="contact_person",
        role=Role.CONTACT,
    )
    new = NewPoint(kind=PointKind.PHONE, value="+8613700001111", source="lender", person="P-1")
    brother = verification.add_point(SYSTEM, lina.case, new, at=the.NINE, by="t")
    task = contact.hand_dial(lina.dan, lina.case, brother, at=TEN)
    with pytest.raises(contact.CallOutcomeError) as error:
        contact.record_call(lina.dan, task, replace(TALK, visit=VisitAsked()), TEN)
    assert error.value.fields == {"visit": "not_borrower"}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"visit": "on"}, VisitAsked()),
        ({"visit": "on", "visit_on": "2026-11-26"}, VisitAsked(date(2026, 11, 26))),
        ({"visit_on": "2026-11-26"}, VisitAsked(date(2026, 11, 26))),
        ({}, None),
    ],
    ids=["any day", "a day", "only the day", "not asked"],
)
def test_the_call_page_says_it(typed, asked):
    form = OutcomeForm({"result": "conversation", "right_party": "right_party", **typed})
    assert form.is_valid(), form.errors
    assert form.outcome() == CallOutcome(CallResult.CONVERSATION, "right_party", visit=asked)
