"""Facts of one invented case, to be changed in one thing at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from doorstep.kernel.actions import Role
from doorstep.strategy.services.policies import SHIPPED, read
from doorstep.strategy.types import CaseFacts, Tries
from doorstep.verification.types import PointKind, PointStatus, PointUse, PointView, Precision

DAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
POLICY = read(SHIPPED)
CALM = POLICY.model_copy(update={"terms": POLICY.terms.model_copy(update={"epsilon": 0.0})})
"""The shipped policy without chance."""


def point(kind, number, status=PointStatus.VERIFIED, **over):
    located = kind is PointKind.ADDRESS
    values = {
        "id": UUID(int=number),
        "case_id": UUID(int=1),
        "person": "",
        "role": Role.DEBTOR,
        "kind": kind,
        "use": PointUse.SELF,
        "masked": "",
        "status": status,
        "confidence": 75,
        "source": "lender",
        "basis": "contract",
        "confirmed_on": None,
        "last_outcome": "",
        "last_outcome_at": None,
        "latitude": 42.9 if located else None,
        "longitude": 129.5 if located else None,
        "precision": Precision.POINT if located else Precision.NONE,
        "country": "CN",
        "region": "Jilin",
        "zone": "Asia/Shanghai",
        "number_key": "",
    }
    return PointView(**(values | over))


PHONE = point(PointKind.PHONE, 11)
EMAIL = point(PointKind.EMAIL, 12)
HOME = point(PointKind.ADDRESS, 13)

MIRAN = CaseFacts(
    case_id=UUID(int=1),
    dpd=40,
    arrears=120_000,
    payoff=480_000,
    currency="CNY",
    language="ko",
    country="CN",
    region="Jilin",
    zone="Asia/Shanghai",
    points=(PHONE, EMAIL, HOME),
)
"""Kim Mi-ran: 40 days late, everything verified, never spoken with."""


def facts(**over):
    return replace(MIRAN, **over)


SILENT = {
    "calls": Tries(count=3, silent=3, days=4, last="no_answer"),
    "messages": Tries(count=2, silent=2, days=8, last="sent"),
}
"""Three calls and two messages, and nobody answered."""
