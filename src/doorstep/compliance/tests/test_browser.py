"""The gate's pages in a real browser, in every language, on a desk and on a phone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from tests.browser import LANGUAGES, WIDTHS
from tests.cast import manager, people_of_the_cast

from doorstep.care.api import raise_stop
from doorstep.care.types import StopKind
from doorstep.compliance import api
from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.tests.scene import a_day, phone_of
from doorstep.compliance.types import Denied
from doorstep.kernel import clock
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.people.models import User
from doorstep.people.queries import viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lina(transactional_db):
    today = clock.today(settings.HOME_ZONE)
    nine = datetime.combine(today, time(9), ZoneInfo(settings.HOME_ZONE))
    case = a_day(people_of_the_cast(), nine)
    raise_stop(case, StopKind.COMPLAINT, at=nine, by="dan", note="called at work")
    by = viewer_of(User.objects.get(username="min"))
    api.propose_policy(
        by,
        "HOUSE-VIS-02",
        "least.CNY",
        "30000",
        reason="a trial in two towns",
        expires_on=today + timedelta(days=14),
        at=nine,
    )
    point = phone_of(case, nine)
    call = Action(ActionKind.CALL, case, Recipient(point=point), channel="phone")
    who = manager(people_of_the_cast())
    for n, hour in enumerate((0, 0, 5, 0)):  # what people tried before eight this morning
        with pytest.raises(Denied):
            api.clear(who, call, at=nine.replace(hour=hour, minute=10 + n))
    return case


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_gates_pages_look_right(screen, lina, language, width):
    verdict = StoredVerdict.objects.get(case_id=lina, kind="call", stage="plan")
    window = screen(language=language, width=width)
    window.sign_in("chen")
    for path, name in (
        ("/blocked/?cause=stopped", "blocked"),
        (f"/verdicts/{verdict.pk}/", "verdict"),
        ("/policy/", "policy"),
        ("/near-misses/?days=30", "near-misses"),
        ("/law/", "law"),
        (f"/cases/{lina}/stops/", "stops"),
    ):
        window.go(path)
        window.look(f"gate-{name}")
