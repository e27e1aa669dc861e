"""Stops and consents in every country: a stop never opens anything, a consent never cures what no
consent can."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.compliance.packs import packs
from doorstep.compliance.rules import enforcement, limitation, stops
from doorstep.compliance.rules._judge import deed_of, judge
from doorstep.compliance.rules._law import Moment
from doorstep.compliance.types import (
    Agency,
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
    Step,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

PLACES = {
    ("cn",): Spot("CN", zone="Asia/Shanghai"),
    ("gb",): Spot("GB", zone="Europe/London"),
    ("eu",): Spot("DE", zone="Europe/Berlin"),
    ("eu", "ie"): Spot("IE", zone="Europe/Dublin"),
    ("in_",): Spot("IN", zone="Asia/Kolkata"),
    ("us",): Spot("US", zone="America/Los_Angeles"),
    ("us", "us_ma"): Spot("US", region="Massachusetts", zone="America/New_York"),
    ("us", "us_nyc"): Spot("US", region="New York City", zone="America/New_York"),
}
START = datetime(2026, 11, 1, tzinfo=UTC)
instants = st.integers(0, 60 * 86_400).map(lambda s: START + timedelta(seconds=s))
kinds = st.sampled_from([ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER, ActionKind.VISIT])
countries = st.sampled_from(sorted(PLACES))
with_house = st.booleans()
states = st.builds(
    State,
    kind=st.sampled_from(list(StateKind)),
    since=st.one_of(st.none(), instants),
    until=st.one_of(st.none(), instants),
)
consents = st.lists(
    st.builds(
        Consent,
        kind=st.sampled_from(list(ConsentKind)),
        evidence=st.just("recording"),
        start=st.just("00:00"),
        end=st.just("23:59"),
    ),
    max_size=6,
).map(tuple)
asks = st.builds(
    Asked,
    kind=kinds,
    to=st.builds(Party, number=st.just("X"), verified=st.booleans()),
    initiated_by=st.sampled_from(["us", "us", "us", "them"]),
    channel=st.sampled_from(["", "sms", "letterbox", "posted"]),
    place=st.builds(Spot, kind=st.sampled_from(["home", "home", "work"]), inside=st.booleans()),
    crew=st.just(("a", "b")),
    purpose=st.sampled_from(list(Purpose)),
    step=st.sampled_from([None, None, Step.ENFORCEMENT, Step.TERMINATION]),
)
known = st.builds(
    Facts,
    debt=st.builds(
        Debt, id=st.just("L1"), balance=st.just(10**6), contract_on=st.just(START.date())
    ),
    lender=st.just(Lender("l", True)),
    history=st.lists(
        st.builds(
            Contact,
            at=instants,
            kind=kinds,
            debt=st.just("L1"),
            result=st.sampled_from(list(AttemptResult)),
        ),
        max_size=6,
    ).map(tuple),
    consents=consents,
    states=st.lists(states, max_size=2).map(tuple),
    documents=st.sampled_from(
        [
            (),
            (Document("agency_notice"), Document("visit_notice")),
            (Document("forbearance_considered"), Document("default_notice")),
        ]
    ),
    executor=st.sampled_from([Executor.LENDER, Executor.AGENCY]),
    agency=st.just(Agency("a", white_list=True)),
)
many = settings(max_examples=400, deadline=None)


def verdict(asked, facts, codes, house, at):
    return judge(
        replace(
            asked, place=replace(PLACES[codes], kind=asked.place.kind, inside=asked.place.inside)
        ),
        facts,
        packs([*codes, "house"] if house else codes),
        at,
    )


@pytest.mark.parametrize("kind", list(StateKind))
@settings(max_examples=100, deadline=None)
@given(asked=asks, facts=known, at=instants, more=states, codes=countries, house=with_house)
def test_a_stop_never_allows_more_contact_with_the_debtor(
    kind, asked, facts, at, more, codes, house
):
    stopped = replace(facts, states=(*facts.states, replace(more, kind=kind)))
    if verdict(asked, stopped, codes, house, at).permitted:
        assert verdict(asked, facts, codes, house, at).permitted


@many
@given(asks, known, instants, countries)
def test_the_house_on_top_of_any_law_never_allows_more(asked, facts, at, codes):
    if verdict(asked, facts, codes, True, at).permitted:
        assert verdict(asked, facts, codes, False, at).permitted


NEVER_CURED = {
    "a third party is asked to pay": (
        {"to": Party(role=Role.OTHER, person="p"), "purpose": Purpose.COLLECT},
        {},
    ),
    "a threat": (
        {"kind": ActionKind.MESSAGE, "content": "Pay, or else the police arrest you."},
        {},
    ),
    "a borrowed power": (
        {"kind": ActionKind.MESSAGE, "content": "The police officer will come to arrest you."},
        {},
    ),
    "a minor": ({"to": Party(role=Role.OTHER, person="c", minor=True)}, {}),
    "a moratorium": ({"purpose": Purpose.COLLECT}, {"states": (State(StateKind.MORATORIUM),)}),
    "a crisis": ({"purpose": Purpose.COLLECT}, {"states": (State(StateKind.CRISIS_MORATORIUM),)}),
    "an order": ({"purpose": Purpose.COLLECT}, {"states": (State(StateKind.POLICE_ORDER),)}),
    "a wish": ({"purpose": Purpose.COLLECT}, {"states": (State(StateKind.NO_CONTACT),)}),
}


@pytest.mark.parametrize("case", NEVER_CURED)
@settings(max_examples=120, deadline=None)
@given(asked=asks, facts=known, at=instants, agreed=consents, codes=countries)
def test_no_consent_cures_it(case, asked, facts, at, agreed, codes):
    what, given_that = NEVER_CURED[case]
    asked = replace(asked, initiated_by="us", **what)
    facts = replace(facts, consents=agreed, **given_that)
    assert not verdict(asked, facts, codes, True, at).permitted


LAW_ALONE = [
    (("cn",), "a third party is asked to pay"),
    (("cn",), "a threat"),
    (("cn",), "a borrowed power"),
    (("cn",), "a minor"),
    (("cn",), "an order"),
    (("gb",), "a third party is asked to pay"),
    (("gb",), "a borrowed power"),
    (("gb",), "a moratorium"),
    (("gb",), "a crisis"),
    (("eu",), "a threat"),
    (("eu", "ie"), "a third party is asked to pay"),
]


@pytest.mark.parametrize(("codes", "case"), LAW_ALONE)
@settings(max_examples=60, deadline=None)
@given(asked=asks, facts=known, at=instants, agreed=consents)
def test_nor_under_the_law_alone(codes, case, asked, facts, at, agreed):
    what, given_that = NEVER_CURED[case]
    asked = replace(asked, initiated_by="us", **what)
    facts = replace(facts, consents=agreed, **given_that)
    assert not verdict(asked, facts, codes, False, at).permitted


@many
@given(asks, known, instants, consents, countries, with_house)
def test_without_evidence_a_consent_changes_nothing(asked, facts, at, agreed, codes, house):
    none = replace(facts, consents=())
    empty = replace(facts, consents=tuple(replace(c, evidence="") for c in agreed))
    assert verdict(asked, empty, codes, house, at) == verdict(asked, none, codes, house, at)


RULE = packs(["cn"])[0].laws[0][1].rule
LONDON = ZoneInfo("Europe/London")


def deed(at, **asked):
    moment = Moment(at, LONDON)
    return deed_of(Asked(ActionKind.CALL, **asked), Facts(), moment, moment)


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (
            datetime(2026, 11, 23, 9, tzinfo=LONDON),
            datetime(2027, 1, 21, 23, 59, 59, tzinfo=LONDON),
        ),
        # through both changes of the clocks the sixtieth date ends at its own midnight
        (datetime(2027, 3, 1, 9, tzinfo=LONDON), datetime(2027, 4, 29, 23, 59, 59, tzinfo=LONDON)),
        (
            datetime(2026, 9, 10, 23, tzinfo=LONDON),
            datetime(2026, 11, 8, 23, 59, 59, tzinfo=LONDON),
        ),
    ],
)
def test_a_moratorium_lasts_sixty_dates_to_the_second(since, last):
    law = stops.Law(rule=RULE, states=(StateKind.MORATORIUM,), days_at_most=60)
    facts = Facts(states=(State(StateKind.MORATORIUM, since),))
    open_again = last.astimezone(UTC) + timedelta(seconds=1)
    assert stops.judge(deed(last), facts, law).ends == open_again
    assert not stops.judge(deed(open_again), facts, law).blocks
    assert not stops.judge(deed(since - timedelta(seconds=1)), facts, law).blocks
    assert stops.judge(deed(since), facts, law).blocks


def test_two_stops_end_with_the_later_one_and_never_if_one_has_no_end():
    early, late = START + timedelta(days=3), START + timedelta(days=9)
    law = stops.Law(rule=RULE, states=(StateKind.COMPLAINT,))
    both = (State(StateKind.COMPLAINT, None, late), State(StateKind.COMPLAINT, None, early))
    at = deed(START + timedelta(days=1))
    assert stops.judge(at, Facts(states=both), law).ends == late
    open_end = (*both, State(StateKind.COMPLAINT))
    assert stops.judge(at, Facts(states=open_end), law).ends is None


def test_limitation_runs_out_after_the_day_of_the_same_name():
    law = limitation.Law(rule=RULE, years=3, duties=("say_time_barred",))
    debt = Debt(limitation_from=date(2024, 2, 29))
    for day, over in ((date(2027, 2, 28), False), (date(2027, 3, 1), True)):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
        assert bool(limitation.judge(deed(at), Facts(debt=debt), law).duties) is over


def test_a_notice_needs_its_full_days_before_the_step():
    law = enforcement.Law(rule=RULE, document="default_notice", days=14)
    facts = Facts(documents=(Document("default_notice", date(2026, 3, 20)),))
    opens = datetime(2026, 4, 4, tzinfo=LONDON)  # the clocks went forward on the 29th
    step = Step.TERMINATION
    early = enforcement.judge(deed(opens - timedelta(seconds=1), step=step), facts, law)
    assert early.ends == opens
    assert not enforcement.judge(deed(opens, step=step), facts, law).blocks
    assert not enforcement.judge(deed(opens - timedelta(days=9)), facts, law).blocks
