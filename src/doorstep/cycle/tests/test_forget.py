"""The day forgets what was kept only so that a machine may ask twice."""

from datetime import timedelta

import pytest
from tests import cast as the

from doorstep.cycle import api as cycle
from doorstep.people import api as people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "left"), [(2, 1), (4, 0)], ids=["still kept", "over"])
def test_the_day_forgets_answers_of_the_api_when_their_time_is_over(settings, days, left):
    settings.KEEP_ANSWERS_DAYS = 3
    viewer = the.manager(the.people_of_the_cast())
    people.once(viewer, "k", {"a": 1}, lambda: (201, {"n": 1}), at=the.NINE)
    later = the.NINE + timedelta(days=days)
    report = cycle.run_day(later.date(), at=later)
    counts = {step.name: step.counts for step in report.steps}
    assert counts["forget"] == {"answers": 1 - left}
    again = people.once(viewer, "k", {"a": 1}, lambda: (201, {"n": 2}), at=later)
    assert again == (201, {"n": 1 if left else 2})
