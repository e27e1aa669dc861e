import pytest
from django.urls import reverse
from tests.browser import LANGUAGES, WIDTHS
from tests.cast import DAY, NINE, case_of

from doorstep.people.types import SYSTEM
from doorstep.strategy import api
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, RightParty

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_on_a_case_page_looks_right(screen, cast_in_db, language, width):
    case = case_of(cast_in_db, dpd=75)
    for kind, value in (
        (PointKind.PHONE, "13912345678"),
        (PointKind.EMAIL, "li.na@example.org"),
        (PointKind.ADDRESS, "吉林省延边州延吉市河南街道光明街12号"),
    ):
        key = verification.add_point(
            SYSTEM, case, NewPoint(kind, value, source="lender"), at=NINE, by="test"
        )
        if kind is PointKind.PHONE:
            verification.record_right_party(
                SYSTEM, case, key, RightParty.RIGHT_PARTY, at=NINE, by="dan"
            )
    api.wish(DAY, NINE)
    scheme = "dark" if language == "zh-hans" else "light"
    window = screen(language=language, width=width, scheme=scheme)
    window.sign_in("dan")
    window.go(reverse("case", args=[case]))
    assert window.page.locator("#plan-head").count() == 1
    window.look("case-plan")
