from datetime import date, timedelta

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from doorstep.verification.rules.confidence import after
from doorstep.verification.rules.normal import PointValueError, normal
from doorstep.verification.rules.purposes import purposes
from doorstep.verification.rules.resting import rest_until, rested, woken
from doorstep.verification.types import PointKind, PointOutcome, PointState, PointStatus

DAY = date(2026, 11, 24)
states = st.builds(
    PointState,
    status=st.sampled_from(PointStatus),
    confidence=st.integers(0, 100),
    confirmed_on=st.none(),
    rest_until=st.none(),
)
outcomes = st.sampled_from(PointOutcome)
PROOF = {PointOutcome.RIGHT_PARTY, PointOutcome.CONFIRMED, PointOutcome.FOUND_HOME}


@given(states, st.lists(outcomes, max_size=20))
def test_confidence_stays_between_0_and_100(state, heard):
    for outcome in heard:
        state = after(state, outcome, DAY)
        assert 0 <= state.confidence <= 100


@given(states, st.lists(outcomes, max_size=20))
def test_only_proof_verifies_and_only_proof_corrects_wrong(state, heard):
    for outcome in heard:
        found = after(state, outcome, DAY)
        if outcome in PROOF:
            assert found.status is PointStatus.VERIFIED
        elif state.status is not PointStatus.VERIFIED:
            assert found.status is not PointStatus.VERIFIED
        if state.status is PointStatus.WRONG and outcome not in PROOF:
            assert (found.status, purposes(found.status)) == (PointStatus.WRONG, frozenset())
        state = found


@given(
    st.lists(st.tuples(st.integers(-40, 3), outcomes), max_size=25).map(sorted),
    st.integers(0, 60),
)
def test_a_rest_begins_with_silence_and_always_ends(heard, later):
    log = [(DAY + timedelta(days=n), o) for n, o in heard]
    until = rest_until(log, DAY)
    if until is None:
        return
    silent = [d for d, o in log if d <= DAY]
    assert len(silent) >= 3
    assert until > max(silent) >= until - timedelta(days=30)
    resting = rested(PointState(PointStatus.UNVERIFIED, 50), until)
    then = DAY + timedelta(days=later)
    awake = woken(resting, then, proven=False).status is not PointStatus.RESTING
    assert awake == (then >= until)


@given(st.text(max_size=30), st.sampled_from(["CN", "KR", "TW", "US"]))
def test_a_phone_is_one_spelling_or_refused(text, country):
    try:
        once = normal(PointKind.PHONE, text, country)
    except PointValueError:
        return
    assert once == normal(PointKind.PHONE, once, country)
    assert phonenumbers.is_possible_number(phonenumbers.parse(once))
