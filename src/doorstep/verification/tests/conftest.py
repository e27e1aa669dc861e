"""The cast of verification: Jin Meilan owes Blue Bay; her brother Zhe is a mere contact."""

from datetime import UTC, datetime

import pytest

from doorstep.casefile import api as casefile
from doorstep.kernel.ids import named_id
from doorstep.people.api import create_organisation
from doorstep.people.types import OrganisationKind
from doorstep.verification.models import RelatedPerson

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def new_case(lender: int, borrower: str, **over):
    key = named_id("case", lender, borrower, 1)
    values = {
        "reference": f"C-{borrower}",
        "bucket": "1-30",
        "dpd": 5,
        "arrears": 10_000,
        "payoff": 50_000,
        "currency": "CNY",
        "language": "zh-Hans",
        "country": "CN",
        "region": "Jilin",
        "zone": "Asia/Shanghai",
    } | over
    casefile.create_cases(
        [
            casefile.NewCase(
                id=key,
                lender_id=lender,
                agency_id=None,
                mandate_id=None,
                borrower_id=borrower,
                **values,
            )
        ],
        on=AT.date(),
        at=AT,
        by="test",
    )
    return key


@pytest.fixture
def bluebay(db):
    return create_organisation(
        "bluebay", name="Blue Bay", kind=OrganisationKind.LENDER, country="CN", zone="Asia/Shanghai"
    )


@pytest.fixture
def meilan(bluebay):
    return new_case(bluebay, "meilan")


@pytest.fixture
def zhe(meilan, bluebay):
    RelatedPerson.objects.create(
        case_id=meilan,
        lender_id=bluebay,
        person="zhe",
        placement_role="contact_person",
        role="contact",
        liable=False,
    )
    return "zhe"
