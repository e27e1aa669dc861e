"""What must hold for every question in every country, tried on many that nobody thought of."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.compliance.packs import pack, packs
from doorstep.compliance.reading import plain, read
from doorstep.compliance.rules._judge import judge
from doorstep.compliance.types import (
    Agency,
    Answer,
    Asked,
    AttemptResult,
    Consent,
    ConsentKind,
    Contact,
    Debt,
    Document,
    Executor,
    Facts,
    Lender,
    Party,
    Product,
    Spot,
    State,
    StateKind,
    Weekday,
    Wish,
)
from doorstep.kernel.actions import ActionKind, Role

ZONES = {
    "hk": ["Asia/Hong_Kong"],
    "id_": ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"],
    "in_": ["Asia/Kolkata"],
    "ke": ["Africa/Nairobi"],
    "mx": ["America/Mexico_City", "America/Tijuana"],
    "ph": ["Asia/Manila"],
    "sg": ["Asia/Singapore"],
}
TURN = datetime(2027, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata"))
many = settings(max_examples=60, deadline=None)
country = pytest.mark.parametrize("code", sorted(ZONES))
instants = st.integers(-40 * 86_400, 10 * 86_400).map(lambda s: TURN + timedelta(seconds=s))
kinds = st.sampled_from([ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER, ActionKind.VISIT])
parties = st.builds(
    Party,
    role=st.sampled_from([Role.DEBTOR, Role.DEBTOR, *Role]),
    person=st.sampled_from(["", "p"]),
    liable=st.sampled_from([None, True, False]),
    elder=st.booleans(),
)
contacts = st.builds(
    Contact, at=instants, kind=kinds, to=parties, result=st.sampled_from(list(AttemptResult))
)
wishes = st.builds(
    Wish,
    start=st.sampled_from(["", "08:00", "22:00"]),
    end=st.sampled_from(["", "12:00", "09:00"]),
    days=st.sampled_from([(), (Weekday.MON, Weekday.SUN)]),
)
states = st.builds(State, kind=st.sampled_from(list(StateKind)), since=instants)
known = st.builds(
    Facts,
    debt=st.builds(
        Debt,
        product=st.sampled_from(list(Product)),
        days_past_due=st.sampled_from([None, 10, 20]),
    ),
    lender=st.just(Lender("l", True)),
    agency=st.just(Agency("g")),
    executor=st.sampled_from([Executor.LENDER, Executor.AGENCY]),
    history=st.lists(contacts, max_size=3).map(tuple),
    documents=st.lists(
        st.builds(
            Document,
            kind=st.sampled_from(["agency_notice", "agent_particulars"]),
            on=instants.map(lambda at: at.date()),
        ),
        max_size=2,
    ).map(tuple),
    consents=st.sampled_from(
        [(), (Consent(ConsentKind.HOURS, start="19:00", end="23:30", evidence="r"),)]
    ),
    wishes=st.lists(wishes, max_size=1).map(tuple),
)


def asks(code):
    places = st.builds(
        Spot,
        country=st.just(pack(code).countries[0]),
        zone=st.sampled_from(ZONES[code]),
        kind=st.sampled_from(["home", "home", "billing", "work", "public"]),
    )
    return st.builds(Asked, kind=kinds, to=parties, place=places, crew=st.just(("a", "b")))


@country
@many
@given(st.data(), known, instants)
def test_waiting_leads_to_a_permission_and_the_stored_facts_say_the_same(code, data, facts, at):
    asked, law = data.draw(asks(code)), packs([code])
    verdict = judge(asked, facts, law, at)
    assert judge(asked, read(Facts, plain(facts)), law, at) == verdict
    if verdict.answer is Answer.DEFER:
        assert verdict.defer_until > at
        assert judge(asked, facts, law, verdict.defer_until).permitted


@country
@many
@given(st.data(), known, instants, states, contacts, wishes)
def test_a_stop_a_contact_a_wish_or_the_house_never_allow_more(
    code, data, facts, at, state, contact, wish
):
    """But for states that open the way to somebody else, and a first visit that is none."""
    asked, law = data.draw(asks(code)), packs([code])
    permitted = judge(asked, facts, law, at).permitted
    stricter = [replace(facts, wishes=(*facts.wishes, wish))]
    if state.kind not in {StateKind.UNREACHABLE, StateKind.DECEASED, StateKind.INCAPABLE}:
        stricter.append(replace(facts, states=(*facts.states, state)))
    if contact.kind is not ActionKind.VISIT:
        stricter.append(replace(facts, history=(*facts.history, contact)))
    for more in stricter:
        assert permitted or not judge(asked, more, law, at).permitted
    assert permitted or not judge(asked, facts, packs([code, "house"]), at).permitted


@country
@many
@given(st.data(), known, instants)
def test_every_rule_in_force_answers_once_under_its_own_id(code, data, facts, at):
    law = packs([code])
    said = [f.rule.id for f in judge(data.draw(asks(code)), facts, law, at).findings]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_at_the_turn_of_the_year_india_changes_its_rules_and_nothing_overlaps(seconds):
    at = TURN + timedelta(seconds=seconds)
    asked = Asked(ActionKind.CALL, place=Spot("IN", zone="Asia/Kolkata"))
    said = {f.rule.id for f in judge(asked, Facts(), packs(["in_"]), at).findings}
    old = {r for r in said if r.startswith("IN-")} - {"IN-DL-01"}
    new = {r for r in said if r.startswith("IN27-")}
    assert bool(old) is (seconds < 0)
    assert bool(new) is (seconds >= 0)


def test_the_turn_is_indias_own_wherever_the_phone_rings():
    """23:59:59 in India is 18:29:59 in London: the old rules still hold there."""
    asked = Asked(ActionKind.CALL, place=Spot("IN", zone="Europe/London"))
    for seconds, rule in ((-1, "IN-TIME-01"), (0, "IN27-TIME-01")):
        at = (TURN + timedelta(seconds=seconds)).astimezone(ZoneInfo("Europe/London"))
        assert judge(asked, Facts(), packs(["in_"]), at).deciding == (rule,)


@pytest.mark.parametrize("code", ["id_", "mx"])
def test_the_holidays_of_the_packs_lie_in_their_years_and_every_one_is_closed(code):
    law = pack(code)
    calendars = [
        w.calendar
        for _, several in law.laws
        for _, w in getattr(several, "parts", ((None, several),))
        if getattr(w, "closed_on_holidays", False)
    ]
    assert calendars
    for holiday in calendars[0].holiday:
        assert holiday.on.year in calendars[0].years
        assert {"en", "zh-hans", "zh-hant"} <= set(holiday.name)
        for zone in ZONES[code]:
            noon = datetime.combine(holiday.on, time(12), ZoneInfo(zone))
            asked = Asked(ActionKind.CALL, place=Spot(law.countries[0], zone=zone))
            assert not judge(asked, Facts(), [law], noon).permitted


def test_indonesia_is_open_on_an_ordinary_day_of_the_week():
    asked = Asked(ActionKind.CALL, place=Spot("ID", zone="Asia/Jakarta"))
    day = date(2026, 11, 23)
    permitted = [
        judge(
            asked,
            Facts(),
            packs(["id_"]),
            datetime.combine(day + timedelta(days=n), time(12), ZoneInfo("Asia/Jakarta")),
        ).permitted
        for n in range(7)
    ]
    assert permitted == [True] * 6 + [False]
