"""The United States and its parts: what must hold for every question there, at every edge of a day
and of a part of the country."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.compliance.packs import packs
from doorstep.compliance.reading import plain, read
from doorstep.compliance.rules import caps
from doorstep.compliance.rules._judge import deed_of, judge, plain_name
from doorstep.compliance.rules._law import Moment
from doorstep.compliance.types import (
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
    Spot,
    State,
    StateKind,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

US = packs(["us"])
LADDER = [
    US,
    packs(["us", "us_ma"]),
    packs(["us", "us_ma", "us_nyc"]),
    packs(["us", "us_ma", "us_nyc", "house"]),
]
ALL = LADDER[-1]
ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
]
START = datetime(2026, 10, 20, tzinfo=UTC)
instants = st.integers(0, 40 * 86_400).map(lambda s: START + timedelta(seconds=s))
kinds = st.sampled_from([ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER, ActionKind.VISIT])
channels = st.sampled_from(["", "phone", "sms", "email_smtp", "voicemail", "prerecorded", "chat"])
parties = st.builds(
    Party,
    role=st.sampled_from([Role.DEBTOR, Role.DEBTOR, Role.SPOUSE, Role.CONTACT, Role.HEIR]),
    person=st.sampled_from(["", "p1"]),
    liable=st.sampled_from([None, True]),
)
contacts = st.builds(
    Contact,
    at=instants,
    kind=st.one_of(kinds, st.just(ActionKind.THIRD_PARTY)),
    to=parties,
    debt=st.sampled_from(["A", "A", "B", ""]),
    direction=st.sampled_from(["us", "us", "them"]),
    result=st.sampled_from(list(AttemptResult)),
    channel=channels,
    account=st.sampled_from(["", "", "77"]),
    lender=st.sampled_from(["", "l", "m"]),
    place=st.sampled_from(["", "home", "work"]),
)
texts = ["", "Reply STOP to opt out.", "Pay now or we sue. Reply STOP to opt out.", "Call 800 555"]
asks = st.builds(
    Asked,
    kind=st.one_of(kinds, st.just(ActionKind.THIRD_PARTY)),
    to=parties,
    channel=channels,
    initiated_by=st.sampled_from(["us", "us", "us", "them"]),
    place=st.builds(
        Spot,
        country=st.just("US"),
        region=st.sampled_from(["", "MA", "Massachusetts", "NYC", "Ohio"]),
        zone=st.sampled_from(ZONES),
        kind=st.sampled_from(["home", "home", "work"]),
        zones=st.sampled_from([(), (), ("Pacific/Honolulu",)]),
    ),
    crew=st.just(("a", "b")),
    purpose=st.sampled_from([None, *Purpose]),
    content=st.sampled_from(texts),
)
states = st.builds(
    State,
    kind=st.sampled_from(
        [
            StateKind.DISPUTE,
            StateKind.NO_CONTACT,
            StateKind.REPRESENTATIVE,
            StateKind.MEDIUM_REFUSED,
            StateKind.PLACE_REFUSED,
            StateKind.DECEASED,
        ]
    ),
    since=st.one_of(st.none(), instants),
    channel=st.sampled_from(["", "sms", "call"]),
    place=st.sampled_from(["", "work"]),
    written=st.sampled_from([None, True, False]),
)
consents = st.builds(
    Consent,
    kind=st.sampled_from(list(ConsentKind)),
    given_at=st.one_of(st.none(), instants),
    start=st.sampled_from(["", "05:00"]),
    end=st.sampled_from(["", "23:00"]),
    evidence=st.sampled_from(["", "x"]),
    direct=st.booleans(),
    written=st.sampled_from([None, True]),
)
papers = st.builds(
    Document,
    kind=st.sampled_from(["validation_notice", "verification", "number_check", "email_notice"]),
    on=st.one_of(st.none(), instants.map(lambda i: i.date())),
    returned=st.booleans(),
)
known = st.builds(
    Facts,
    debt=st.builds(
        Debt,
        id=st.just("A"),
        account=st.sampled_from(["", "77"]),
        time_barred=st.sampled_from([None, True, False]),
    ),
    lender=st.just(Lender("l", True)),
    history=st.lists(contacts, max_size=10).map(tuple),
    states=st.lists(states, max_size=2).map(tuple),
    consents=st.lists(consents, max_size=2).map(tuple),
    documents=st.lists(papers, max_size=2).map(tuple),
    executor=st.sampled_from(list(Executor)),
)
many = settings(max_examples=300, deadline=None)


@many
@given(asks, known, instants)
def test_one_more_pack_never_allows_more(asked, facts, at):
    answers = [judge(asked, facts, some, at).permitted for some in LADDER]
    assert answers == sorted(answers, reverse=True)


@many
@given(asks, known, instants, contacts)
def test_more_outbound_history_never_allows_more(asked, facts, at, one_more):
    more = replace(facts, history=(*facts.history, replace(one_more, direction="us")))
    for some in LADDER[:-1]:
        if judge(asked, more, some, at).permitted:
            assert judge(asked, facts, some, at).permitted


@many
@given(asks, known, instants, states)
def test_a_stop_never_allows_more_contact_with_the_debtor(asked, facts, at, one_more):
    asked = replace(asked, to=Party(), kind=ActionKind.CALL)
    stopped = replace(facts, states=(*facts.states, one_more))
    for some in LADDER:
        if judge(asked, stopped, some, at).permitted:
            assert judge(asked, facts, some, at).permitted


@many
@given(asks, known, instants)
def test_deferred_means_permitted_then(asked, facts, at):
    verdict = judge(asked, facts, LADDER[2], at)
    if verdict.answer is Answer.DEFER:
        assert verdict.defer_until > at
        assert judge(asked, facts, LADDER[2], verdict.defer_until).permitted


@many
@given(asks, known, instants)
def test_the_stored_facts_give_the_same_verdict_again(asked, facts, at):
    again = read(Facts, plain(facts))
    assert again == facts
    assert judge(asked, again, ALL, at) == judge(asked, facts, ALL, at)


DAYS = [date(2026, 3, 8), date(2026, 7, 4), date(2026, 11, 1), date(2026, 12, 31)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", DAYS)
def test_hours_are_the_debtors_own_on_both_sides_of_every_endpoint(zone, day):
    asked = Asked(ActionKind.CALL, place=Spot("US", zone=zone))
    for clock, open_ in (
        (time(7, 59, 59), False),
        (time(8, 0, 0), False),
        (time(8, 0, 1), True),
        (time(20, 59, 59), True),
        (time(21, 0, 0), False),
        (time(21, 0, 1), False),
    ):
        at = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
        verdict = judge(asked, Facts(), US, at)
        assert verdict.permitted is open_, (zone, day, clock)
        if not open_:
            opens = verdict.defer_until.astimezone(ZoneInfo(zone))
            assert opens.time() == time(8, 0, 1)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America/../etc"])
def test_an_unknown_zone_denies_at_noon(zone):
    noon = datetime(2026, 11, 24, 20, tzinfo=UTC)
    assert judge(Asked(ActionKind.CALL, place=Spot("US", zone=zone)), Facts(), US, noon).deciding
    place = Spot("US", zone="America/Denver", zones=("America/Denver", zone))
    verdict = judge(Asked(ActionKind.CALL, place=place), Facts(), US, noon)
    assert verdict.answer is Answer.DENY
    assert verdict.deciding == ("US-TIME-05",)


@pytest.mark.parametrize(
    ("asked_for", "region", "codes"),
    [
        (["us", "us_ma"], "Massachusetts", {"us", "us_ma"}),
        (["us", "us_ma"], " U.S.-MA", {"us", "us_ma"}),
        (["us", "us_ma"], "us-MA", {"us", "us_ma"}),
        (["us", "us_ma"], "", {"us", "us_ma"}),
        (["us", "us_ma"], "Maine", {"us"}),
        (["us", "us_ma", "us_nyc"], "Brooklyn", {"us", "us_nyc"}),
        (["us", "us_ma", "us_nyc"], "Albany, NY", {"us"}),
        (["us_ma"], "Ohio", set()),
    ],
)
def test_a_pack_of_a_region_holds_there_and_where_the_region_is_not_known(asked_for, region, codes):
    place = Spot("US", region=region, zone="America/New_York")
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    verdict = judge(Asked(ActionKind.CALL, place=place), Facts(), packs(asked_for), noon)
    assert set(verdict.packs) == codes
    assert verdict.permitted is bool(codes)


def test_names_of_regions_are_compared_without_case_and_stops():
    assert plain_name("New  York City") == plain_name("new york city")


def test_each_of_several_packs_must_be_current():
    ma = replace(LADDER[1][1], expires=date(2026, 11, 23))
    place = Spot("US", region="MA", zone="America/New_York")
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    verdict = judge(Asked(ActionKind.CALL, place=place), Facts(), [*US, ma], noon)
    assert verdict.deciding == ("HOUSE-PACK-01",)


def _found(law, facts, at, **asked):
    moment = Moment(at, ZoneInfo("America/New_York"))
    deed = deed_of(Asked(ActionKind.CALL, **asked), facts, moment, moment)
    return caps.judge(deed, facts, law)


def _law(**more):
    return caps.Law(rule=US[0].laws[0][1].rule, of=frozenset({ActionKind.CALL}), **more)


NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
CALL = Contact(NOON - timedelta(hours=2), ActionKind.CALL, debt="A", lender="l", by="agency-1")


def test_a_cap_of_a_lender_pools_its_agencies_and_leaves_other_lenders_out():
    law = _law(per="lender", limit=2, days=1)
    ours = Facts(debt=Debt("B"), lender=Lender("l"), history=(CALL, replace(CALL, by="agency-2")))
    assert _found(law, ours, NOON).blocks
    other = replace(ours, history=(CALL, replace(CALL, lender="m")))
    assert not _found(law, other, NOON).blocks
    unknown = replace(ours, history=(CALL, replace(CALL, lender="")))
    assert _found(law, unknown, NOON).blocks  # it could be theirs


def test_a_cap_of_an_account_pools_its_debts():
    law = _law(per="account", limit=1, days=7)
    one = replace(CALL, account="77")
    facts = Facts(debt=Debt("B", account="77"), history=(one,))
    assert _found(law, facts, NOON).blocks
    assert not _found(law, replace(facts, debt=Debt("B", account="78")), NOON).blocks
    assert not _found(law, replace(facts, debt=Debt("B"), history=(CALL,)), NOON).blocks
    assert _found(law, replace(facts, history=(CALL,)), NOON).blocks  # its account is not known


@pytest.mark.parametrize(("second", "rests"), [(-1, False), (0, True)])
def test_a_rest_begins_and_ends_at_local_midnight(second, rests):
    zone = ZoneInfo("America/New_York")
    law = _law(per="debt", limit=1, days=7, rests=True, directions=frozenset({"us", "them"}))
    # the talk at the first second of 27 October, still daylight time; asked on 2 November
    talk = datetime(2026, 10, 27, tzinfo=zone) + timedelta(seconds=second)
    at = datetime(2026, 11, 2, 12, tzinfo=zone).astimezone(UTC)
    facts = Facts(debt=Debt("A"), history=(replace(CALL, at=talk, direction="them"),))
    found = _found(law, facts, at)
    assert found.blocks is rests
    if rests:
        assert found.ends == datetime(2026, 11, 3, tzinfo=zone)
        assert not _found(law, facts, found.ends).blocks
        assert _found(law, facts, found.ends - timedelta(seconds=1)).blocks


def test_a_word_to_call_again_covers_seven_dates_and_its_own_calls_do_not_count():
    law = _law(
        per="debt",
        limit=1,
        days=7,
        consent=ConsentKind.CONTACT,
        consent_days=7,
        consent_direct=True,
    )
    zone = ZoneInfo("America/New_York")
    given = datetime(2026, 11, 17, 23, 59, 59, tzinfo=zone)
    said = Consent(ConsentKind.CONTACT, given_at=given, evidence="recording")
    facts = Facts(debt=Debt("A"), history=(replace(CALL, at=given),), consents=(said,))
    last = datetime(2026, 11, 23, 23, 59, 59, tzinfo=zone)
    assert not _found(law, facts, last).blocks
    called = replace(facts, history=(replace(CALL, at=last),))
    after = last + timedelta(seconds=1)
    assert not _found(law, called, after).blocks  # made under the consent: not counted
    assert _found(law, replace(called, consents=()), after).blocks
    own = replace(called, consents=(replace(said, direct=False),))
    assert _found(law, own, after).blocks
    unproven = replace(called, consents=(replace(said, evidence=""),))
    assert _found(law, unproven, after).blocks


def test_an_unknown_scope_is_refused_by_name():
    with pytest.raises(ValueError, match="use one of person, number, debt, account, lender"):
        _law(per="village", limit=1, days=1)


@pytest.mark.parametrize(
    ("codes", "days"),
    [(("cn", "house"), 9), (("us", "us_nyc"), 9), (("us", "us_ma"), 32)],
)
def test_the_ledger_is_read_as_far_back_as_the_longest_cap_looks(codes, days):
    from doorstep.compliance.history import reach

    assert reach(codes) == timedelta(days=days)
