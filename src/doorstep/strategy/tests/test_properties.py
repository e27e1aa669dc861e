"""What must hold for any case, not only for those we thought of."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.casefile.types import ArrearsReason
from doorstep.kernel.actions import ActionKind, Purpose
from doorstep.strategy.rules.explore import choose
from doorstep.strategy.rules.history import WINDOW, Attempt, fold
from doorstep.strategy.rules.next_best import look
from doorstep.strategy.tests.cases import DAY, POLICY, facts, point
from doorstep.strategy.types import Candidate, Reason, Tries
from doorstep.verification.types import PointKind, PointStatus, PointUse, Precision

RESULTS = ("no_answer", "conversation", "sent", "failed", "met", "nobody_home", "refused", "busy")
_days = st.integers(0, 60)
tries = st.builds(
    Tries,
    count=st.integers(0, 9),
    silent=st.integers(0, 9),
    days=st.none() | _days,
    last=st.sampled_from(("", *RESULTS)),
)
points = st.lists(
    st.builds(
        lambda kind, status, use, person, located, n: point(
            kind,
            n,
            status,
            use=use,
            person=person,
            latitude=42.9 if located else None,
            longitude=129.5 if located else None,
            precision=Precision.POINT if located else Precision.NONE,
        ),
        st.sampled_from(PointKind),
        st.sampled_from(PointStatus),
        st.sampled_from(PointUse),
        st.sampled_from(("", "", "P1")),
        st.booleans(),
        st.integers(1, 10**6),
    ),
    max_size=6,
    unique_by=lambda p: p.id,
)
cases = st.builds(
    facts,
    dpd=st.integers(0, 400),
    earlier_cases=st.integers(0, 5),
    stops=st.sampled_from(((), (), (), ("dispute",), ("hardship", "complaint"))),
    promise_due=st.none() | st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n)),
    last_promise=st.sampled_from(("", "kept", "partly", "broken")),
    arrangement=st.booleans(),
    visit_asked=st.booleans(),
    visit_later=st.booleans(),
    reason=st.sampled_from(("", *ArrearsReason)),
    right_party=st.sampled_from(("", "right_party", "wrong_party", "refused", "not_sure")),
    calls=tries,
    messages=tries,
    visits=tries,
    notified=st.booleans(),
    points=points.map(tuple),
)


@given(cases)
@settings(max_examples=400, deadline=None)
def test_a_wish_never_goes_where_it_must_not(case):
    found = look(case, POLICY, DAY)
    by_id = {p.id: p for p in case.points}
    assert len(found.choice.ranked) <= POLICY.terms.wishes
    for wish in found.choice.ranked:
        at = by_id[wish.point]
        assert at.person == ""
        assert at.use in {PointUse.SELF, PointUse.HOME}
        assert at.status in {PointStatus.VERIFIED, PointStatus.UNVERIFIED}
        assert wish.purpose in at.purposes
        assert wish.kind is not ActionKind.VISIT or at.located


@given(cases)
@settings(max_examples=300, deadline=None)
def test_stops_and_open_promises_are_silence(case):
    found = look(case, POLICY, DAY)
    waiting = case.promise_due is not None and case.promise_due != DAY
    if case.stops or waiting:
        assert found.choice.ranked == ()
        assert found.hold is not None
        assert found.review_on > DAY
    assert bool(found.choice.ranked) != (found.hold is not None)


@given(cases)
@settings(max_examples=200, deadline=None)
def test_the_same_facts_give_the_same_wishes_and_honest_chances(case):
    found = look(case, POLICY, DAY)
    assert look(case, POLICY, DAY) == found
    if found.choice.ranked:
        assert abs(sum(found.choice.propensity) - 1) < 1e-9
        assert found.choice.propensity[0] > 0


@given(cases, st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_nobody_is_visited_by_chance(case, seed):
    terms = POLICY.terms.model_copy(update={"epsilon": 0.2, "seed": str(seed)})
    chance = look(case, POLICY.model_copy(update={"terms": terms}), DAY).choice
    calm = terms.model_copy(update={"epsilon": 0.0})
    best = look(case, POLICY.model_copy(update={"terms": calm}), DAY).choice
    if chance.explored:
        assert chance.ranked[0].kind is not ActionKind.VISIT
    assert {c.point for c in chance.ranked} == {c.point for c in best.ranked}


def candidate(number, explore=True):
    return Candidate(
        ActionKind.CALL,
        "phone",
        UUID(int=number),
        Purpose.COLLECT,
        "",
        50 - number,
        Reason("ask_why"),
        explore,
    )


def test_exploration_happens_as_often_as_it_says():
    """20,000 case-days: the first place is another action about as often as its propensity."""
    eligible = [candidate(1), candidate(2), candidate(3, explore=False)]
    first = [0, 0, 0]
    for day in range(20_000):
        choice = choose(eligible, epsilon=0.1, seed="s", key=day)
        first[choice.ranked[0].point.int - 1] += 1
        chance = {
            c.point.int: round(p, 9) for c, p in zip(choice.ranked, choice.propensity, strict=True)
        }
        assert chance == {1: 0.95, 2: 0.05, 3: 0.0}
    assert abs(first[0] - 19_000) < 150
    assert abs(first[1] - 1_000) < 150
    assert first[2] == 0


attempts = st.lists(
    st.builds(
        Attempt,
        kind=st.sampled_from((ActionKind.CALL, ActionKind.MESSAGE, ActionKind.VISIT)),
        on=st.integers(-50, 5).map(lambda n: DAY + timedelta(days=n)),
        result=st.sampled_from(RESULTS),
        ours=st.booleans(),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda a: a.on))


@given(attempts)
def test_history_counts_each_attempt_once_and_only_the_past(found):
    history = fold(found, DAY)
    past = [a for a in found if a.on <= DAY]
    assert fold(past, DAY) == history
    recent = [a for a in past if a.ours and (DAY - a.on).days < WINDOW]
    assert history.calls.count + history.messages.count + history.visits.count == len(recent)
    if past and past[-1].result in {"conversation", "met", "refused"}:
        assert history.calls.silent == history.messages.silent == history.visits.silent == 0
        assert history.silent_days == (DAY - past[-1].on).days
