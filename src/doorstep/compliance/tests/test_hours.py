"""The clock's rules alone: endpoints, weekdays, holidays, agreements and wishes, in local time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from doorstep.compliance.packs import pack
from doorstep.compliance.rules import hours
from doorstep.compliance.rules._calendar import Calendar, Holiday
from doorstep.compliance.rules._judge import deed_of
from doorstep.compliance.rules._law import Moment
from doorstep.compliance.types import (
    Asked,
    Consent,
    ConsentKind,
    Debt,
    Facts,
    Result,
    Spot,
    Weekday,
    Wish,
)
from doorstep.kernel.actions import ActionKind

RULE = pack("cn").laws[0][1].rule
JAKARTA = ZoneInfo("Asia/Jakarta")
DAYS = frozenset(Weekday) - {Weekday.SUN}
FREEDOM = Calendar(years=(2026,), holiday=(Holiday(date(2026, 8, 17), {"en": "Independence Day"}),))


def law(**kw):
    return hours.Law(**{"rule": RULE, "start": time(8), "end": time(20), **kw})


def asked(at, of, facts=Facts(), zone=JAKARTA, region=""):  # noqa: B008 - frozen
    at = datetime.fromisoformat(at).replace(tzinfo=zone)
    place = Spot("ID", region=region, zone=zone.key)
    moment = Moment(at, zone)
    return hours.judge(
        deed_of(Asked(ActionKind.CALL, place=place), facts, moment, moment), facts, of
    )


@pytest.mark.parametrize(
    ("clock", "half_open", "closed", "open_"),
    [
        ("07:59:59", False, False, False),
        ("08:00:00", True, True, False),
        ("08:00:01", True, True, True),
        ("19:59:59", True, True, True),
        ("20:00:00", False, True, False),
        ("20:00:01", False, False, False),
    ],
)
def test_each_endpoint_is_as_the_law_has_it(clock, half_open, closed, open_):
    at = f"2026-11-24T{clock}"
    assert asked(at, law()).blocks is not half_open
    assert asked(at, law(end_inclusive=True)).blocks is not closed
    assert asked(at, law(start_inclusive=False)).blocks is not open_


def test_where_the_first_second_is_closed_waiting_ends_after_it():
    of = law(start_inclusive=False)
    ends = asked("2026-11-24T05:00:00", of).ends
    assert ends == datetime(2026, 11, 24, 8, 0, 1, tzinfo=JAKARTA)
    assert asked("2026-11-24T08:00:00", of).ends == ends


@pytest.mark.parametrize(
    ("at", "code", "opens"),
    [
        ("2026-08-15T20:00:00", "outside_hours", "2026-08-18"),  # Saturday; then Sunday, the 17th
        ("2026-08-16T00:00:00", "closed_day", "2026-08-18"),
        ("2026-08-16T23:59:59", "closed_day", "2026-08-18"),
        ("2026-08-17T10:00:00", "public_holiday", "2026-08-18"),
        ("2026-08-18T07:59:59", "outside_hours", "2026-08-18"),
    ],
)
def test_closed_days_are_passed_over_to_the_next_opening(at, code, opens):
    of = law(open_days=DAYS, closed_on_holidays=True, calendar=FREEDOM)
    found = asked(at, of)
    assert found.code == code
    assert found.ends == datetime.combine(date.fromisoformat(opens), time(8), JAKARTA)
    assert not asked("2026-08-18T08:00:00", of).blocks


def test_the_day_is_the_recipients_own():
    """23:30 UTC on Saturday is Sunday morning in Jakarta."""
    zone = ZoneInfo("Europe/London")
    of = law(start=time(), end=time(23, 59, 59), open_days=DAYS)
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    for where, blocks in ((zone, False), (JAKARTA, True)):
        local = at.astimezone(where).replace(tzinfo=None).isoformat()
        assert asked(local, of, zone=where).blocks is blocks


def test_a_holiday_of_one_region_is_one_there_and_where_the_region_is_not_known():
    of = law(
        closed_on_holidays=True,
        calendar=Calendar((2026,), "", (Holiday(date(2026, 8, 17), {}, ("Bali",)),)),
    )
    at = "2026-08-17T10:00:00"
    assert asked(at, of, region="Bali").blocks
    assert asked(at, of).blocks
    assert not asked(at, of, region="Aceh").blocks


def test_holidays_of_a_year_nobody_listed_are_unknown_and_that_denies():
    of = law(closed_on_holidays=True, calendar=FREEDOM)
    found = asked("2027-03-01T10:00:00", of)
    assert (found.result, found.blocks, found.ends) == (Result.UNKNOWN, True, None)
    assert asked("2026-12-31T20:00:00", of).ends is None  # the next day is not known either
    with pytest.raises(ValueError, match=r"holidays\.toml"):
        law(closed_on_holidays=True)


def test_agreed_hours_open_a_closed_day_only_where_the_law_lets_them():
    facts = Facts(consents=(Consent(ConsentKind.HOURS, start="09:00", end="11:00", evidence="r1"),))
    of = law(open_days=DAYS)
    assert asked("2026-08-16T10:00:00", of, facts).code == "agreed_hours"
    assert asked("2026-08-16T11:00:00", of, facts).blocks
    assert asked("2026-08-16T10:00:00", replace(of, consent_opens=False), facts).blocks


@pytest.mark.parametrize(("overdue", "blocks"), [(None, True), (15, True), (16, False)])
def test_hours_that_protect_a_young_debt_end_after_so_many_days(overdue, blocks):
    facts = Facts(debt=Debt(days_past_due=overdue))
    assert asked("2026-11-24T22:30:00", law(free_after_days=15), facts).blocks is blocks
    assert asked("2026-11-24T22:30:00", law(), facts).blocks


@pytest.mark.parametrize(
    ("wish", "at", "ends"),
    [
        (Wish("12:00", "14:00"), "2026-11-24T11:59:59", None),
        (Wish("12:00", "14:00"), "2026-11-24T12:00:00", "2026-11-24T14:00:00"),
        (Wish("12:00", "14:00"), "2026-11-24T14:00:00", None),
        (Wish(days=(Weekday.TUE,)), "2026-11-24T10:00:00", "2026-11-25T00:00:00"),
        (Wish(days=(Weekday.WED,)), "2026-11-24T10:00:00", None),
        (Wish("18:00", "09:00"), "2026-11-24T19:00:00", "2026-11-25T09:00:00"),
        (Wish("18:00", "09:00"), "2026-11-24T08:30:00", "2026-11-24T09:00:00"),
        (Wish(channel="phone"), "2026-11-24T10:00:00", None),
        (
            Wish(until=datetime(2026, 11, 24, 10, tzinfo=JAKARTA)),
            "2026-11-24T10:00:00",
            None,
        ),
    ],
)
def test_a_wish_to_be_spared_at_a_time_is_honoured(wish, at, ends):
    facts = Facts(wishes=(wish,))
    found = asked(at, law(honours_wishes=True), facts)
    assert found.blocks is bool(ends)
    if ends:
        assert found.code == "asked_otherwise"
        assert found.ends == datetime.fromisoformat(ends).replace(tzinfo=JAKARTA)
    assert not asked(at, law(), facts).blocks


def test_the_latest_start_differs_by_channel_and_keeps_its_endpoint():
    of = law(margin_minutes={"visit": 60}, end_inclusive=True)
    assert of.open_at(time(20), ActionKind.CALL)
    assert of.open_at(time(19), ActionKind.VISIT)
    assert not of.open_at(time(19, 0, 1), ActionKind.VISIT)


def test_a_wish_never_opens_anything():
    facts = Facts(wishes=(Wish("12:00", "14:00"),))
    night = datetime(2026, 11, 24, tzinfo=JAKARTA)
    for minutes in range(0, 24 * 60, 30):
        at = (night + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat()
        if not asked(at, law(honours_wishes=True), facts).blocks:
            assert not asked(at, law()).blocks
