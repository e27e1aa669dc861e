from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from doorstep.casefile import api
from doorstep.casefile.models import Fact
from doorstep.casefile.types import FactKind, PromiseStatus
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.people.api import create_organisation
from doorstep.people.types import SYSTEM, OrganisationKind, Viewer

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def case(db):
    lender = create_organisation(
        "bluebay", name="Blue Bay", kind=OrganisationKind.LENDER, country="CN", zone="Asia/Shanghai"
    )
    key = named_id("case", "bluebay", "B1", 1)
    api.create_cases(
        [
            api.NewCase(
                key,
                "C-1",
                lender,
                None,
                None,
                "B1",
                "1-30",
                5,
                10_000,
                50_000,
                "CNY",
                "zh-Hans",
                "CN",
                "Yanji",
                "Asia/Shanghai",
            )
        ],
        on=AT.date(),
        at=AT,
        by="test",
    )
    return key


def test_the_database_refuses_to_change_or_delete_a_fact(case):
    for change in (lambda q: q.update(by="x"), lambda q: q.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(Fact.objects.filter(case_id=case))


def test_another_lender_sees_nothing(case):
    stranger = Viewer(organisation_id=999, organisation_kind=OrganisationKind.LENDER)
    assert api.find_case(stranger, case) is None
    assert api.timeline(stranger, case) == []
    assert api.find_case(SYSTEM, case) is not None


def test_a_new_promise_replaces_the_open_one_and_both_are_on_the_timeline(case):
    first = api.make_promise(
        case, amount=Money(5000, "CNY"), due_on=date(2026, 11, 26), at=AT, by="a1", source="call"
    )
    api.make_promise(
        case, amount=Money(9000, "CNY"), due_on=date(2026, 11, 28), at=AT, by="a1", source="call"
    )
    promises = {p.id: p for p in api.promises_of(SYSTEM, [case])[case]}
    assert promises[first].status is PromiseStatus.WITHDRAWN
    kinds = [f.kind for f in api.timeline(SYSTEM, case)]
    assert kinds.count(FactKind.PROMISE) == 2
    assert kinds.count(FactKind.PROMISE_RESULT) == 1


def test_a_promise_of_nothing_or_of_yesterday_is_refused(case):
    for amount, due in ((0, date(2026, 11, 26)), (100, date(2026, 11, 23))):
        with pytest.raises(api.PromiseError):
            api.make_promise(
                case, amount=Money(amount, "CNY"), due_on=due, at=AT, by="a1", source="call"
            )
