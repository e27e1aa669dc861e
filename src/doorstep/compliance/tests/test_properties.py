"""What must hold for every question, tried on thousands that nobody thought of."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.compliance.packs import packs
from doorstep.compliance.reading import plain, read
from doorstep.compliance.rules._judge import judge
from doorstep.compliance.types import (
    Answer,
    Asked,
    AttemptResult,
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

CN, BOTH = packs(["cn"]), packs(["cn", "house"])
STOPS = [
    StateKind.COMPLAINT,
    StateKind.DISPUTE,
    StateKind.HARDSHIP,
    StateKind.VULNERABILITY,
    StateKind.BEREAVEMENT,
    StateKind.INSOLVENCY,
    StateKind.NO_CONTACT,
    StateKind.REPRESENTATIVE,
    StateKind.POLICE_ORDER,
]
START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST_VISIT = {"HOUSE-VIS-01", "HOUSE-VIS-05"}
instants = st.integers(0, 60 * 86_400).map(lambda s: START + timedelta(seconds=s))
kinds = st.sampled_from([ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER, ActionKind.VISIT])
contacts = st.builds(
    Contact,
    at=instants,
    kind=kinds,
    to=st.just(Party()),
    number=st.sampled_from(["", "X", "Y"]),
    debt=st.sampled_from(["L1", "L2"]),
    direction=st.sampled_from(["us", "us", "us", "them"]),
    result=st.sampled_from(list(AttemptResult)),
)
asks = st.builds(
    Asked,
    kind=kinds,
    to=st.builds(
        Party,
        number=st.sampled_from(["X", "Y"]),
        verified=st.booleans(),
        standing=st.sampled_from([True, True, True, False]),
    ),
    initiated_by=st.sampled_from(["us", "us", "us", "them"]),
    place=st.builds(
        Spot,
        country=st.just("CN"),
        zone=st.sampled_from(["Asia/Shanghai", "Asia/Urumqi"]),
        kind=st.sampled_from(["home", "home", "work"]),
    ),
    crew=st.sampled_from([("a", "b"), ("a",), ("a", "b", "c", "d")]),
    purpose=st.sampled_from(list(Purpose)),
)
known = st.builds(
    Facts,
    debt=st.builds(Debt, id=st.just("L1"), balance=st.sampled_from([1, 49_999, 50_000, 10**6])),
    lender=st.just(Lender("l", True)),
    history=st.lists(contacts, max_size=12).map(tuple),
    documents=st.sampled_from([(), (Document("agency_notice"),)]),
    executor=st.sampled_from([Executor.LENDER, Executor.AGENCY]),
)
many = settings(max_examples=250, deadline=None)


@many
@given(asks, known, instants)
def test_the_house_on_top_of_the_law_never_allows_more(asked, facts, at):
    if judge(asked, facts, BOTH, at).permitted:
        assert judge(asked, facts, CN, at).permitted


@many
@given(asks, known, instants, st.sampled_from(STOPS), instants)
def test_a_stop_never_allows_more(asked, facts, at, kind, since):
    stopped = replace(facts, states=(State(kind, since),))
    if judge(asked, stopped, BOTH, at).permitted:
        assert judge(asked, facts, BOTH, at).permitted


@many
@given(asks, known, instants, contacts)
def test_more_outbound_history_never_allows_more(asked, facts, at, one_more):
    """But for the house's two rules of a first visit: lighter tries open it, by their purpose."""
    more = replace(facts, history=(*facts.history, replace(one_more, direction="us")))
    assert not judge(asked, more, CN, at).permitted or judge(asked, facts, CN, at).permitted
    before, after = judge(asked, facts, BOTH, at), judge(asked, more, BOTH, at)
    if after.permitted and not before.permitted:
        assert set(before.deciding) <= FIRST_VISIT


@many
@given(asks, known, instants)
def test_deferred_means_permitted_then(asked, facts, at):
    verdict = judge(asked, facts, BOTH, at)
    if verdict.answer is Answer.DEFER:
        assert verdict.defer_until > at
        assert judge(asked, facts, BOTH, verdict.defer_until).permitted
        assert not judge(asked, facts, BOTH, at).permitted


@many
@given(asks, known, instants)
def test_the_stored_facts_give_the_same_verdict_again(asked, facts, at):
    again = read(Facts, plain(facts))
    assert again == facts
    assert judge(asked, again, BOTH, at) == judge(asked, facts, BOTH, at)


@many
@given(asks, known, instants)
def test_every_rule_of_the_packs_answers_once(asked, facts, at):
    rules = [f.rule.id for f in judge(asked, facts, BOTH, at).findings]
    in_force = {w.rule.id for p in BOTH for _, w in p.laws}
    assert len(rules) == len(set(rules))
    assert in_force <= set(rules)


@pytest.mark.parametrize(
    ("at", "counts"),
    [("2026-11-23T23:59:59+08:00", False), ("2026-11-24T00:00:00+08:00", True)],
)
def test_a_day_begins_at_local_midnight(at, counts):
    at = datetime.fromisoformat(at)
    talks = tuple(Contact(at, ActionKind.CALL, result=AttemptResult.CONVERSATION) for _ in range(3))
    asked = Asked(ActionKind.CALL, place=Spot("CN", zone="Asia/Shanghai"))
    morning = datetime(2026, 11, 24, 1, tzinfo=UTC)
    verdict = judge(asked, Facts(lender=Lender("l", True), history=talks), CN, morning)
    assert verdict.permitted is not counts


@pytest.mark.parametrize(
    ("when", "allowed"),
    [
        ("2026-03-08T07:59:59-04:00", False),  # the night the clocks went forward
        ("2026-03-08T08:00:00-04:00", True),
        ("2026-11-01T07:59:59-05:00", False),  # the night they went back
        ("2026-11-01T08:00:00-05:00", True),
        ("2026-11-01T20:59:59-05:00", True),
        ("2026-11-01T21:00:00-05:00", False),
    ],
)
def test_hours_follow_the_wall_clock_through_daylight_saving(when, allowed):
    from doorstep.compliance.rules import hours
    from doorstep.compliance.rules._judge import deed_of
    from doorstep.compliance.rules._law import Moment

    law = hours.Law(rule=CN[0].laws[0][1].rule, start=time(8), end=time(21))
    moment = Moment(datetime.fromisoformat(when), ZoneInfo("America/New_York"))
    deed = deed_of(Asked(ActionKind.CALL), Facts(), moment, moment)
    finding = hours.judge(deed, Facts(), law)
    assert finding.blocks is not allowed
    if not allowed:
        opened = finding.ends.astimezone(ZoneInfo("America/New_York"))
        assert opened.time() == time(8)
        assert finding.ends > moment.at


def test_a_rule_ends_with_the_day_before_its_until():
    from doorstep.compliance.rules._judge import Pack

    judged, law = CN[0].laws[0]
    rule = replace(law.rule, until=date(2026, 12, 1))
    pack = Pack(
        "x",
        "1",
        {},
        ("CN",),
        date(2030, 1, 1),
        "Asia/Shanghai",
        ((judged, replace(law, rule=rule)),),
    )
    asked = Asked(ActionKind.CALL, place=Spot("CN", zone="Asia/Shanghai"))
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert judge(asked, Facts(), [pack], last).deciding == ("CN-TIME-01",)
    after = judge(asked, Facts(), [pack], last + timedelta(seconds=1))
    assert after.deciding == ("HOUSE-KIND-01",)  # no rule speaks any more: not permitted either


def test_inbound_and_other_roles_do_not_fill_the_debtors_counter():
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    talk = Contact(at, ActionKind.CALL, result=AttemptResult.CONVERSATION)
    others = (
        replace(talk, direction="them"),
        replace(talk, to=Party(role=Role.GUARANTOR, person="g")),
        replace(talk, mine=False),
    )
    asked = Asked(ActionKind.CALL, place=Spot("CN", zone="Asia/Shanghai"))
    facts = Facts(lender=Lender("l", True), history=others * 5)
    assert judge(asked, facts, CN, at).permitted
