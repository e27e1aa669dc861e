import doctest
from datetime import UTC, datetime, timedelta

import pytest

from doorstep.casefile.types import ArrearsReason, PromiseSaid
from doorstep.contact import types
from doorstep.contact.rules import languages, outcomes, readers, retries
from doorstep.contact.rules.readers import Reader, TextInfo, why_not
from doorstep.contact.types import CallOutcome, CallResult
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.money import Money

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
DEBT = TextInfo("arrears", True, frozenset({Purpose.COLLECT, Purpose.VERIFY}))
NEUTRAL = TextInfo("verify", False, frozenset({Purpose.VERIFY}))
PROVEN = Reader(Role.DEBTOR, proven=True)


@pytest.mark.parametrize("module", [languages, outcomes, readers, retries, types])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("info", "purpose", "reader", "why"),
    [
        (DEBT, Purpose.COLLECT, PROVEN, ""),
        (DEBT, Purpose.COLLECT, Reader(Role.DEBTOR, proven=False), "unproven"),
        (DEBT, Purpose.VERIFY, PROVEN, "verify_only"),
        (DEBT, Purpose.VERIFY, Reader(Role.DEBTOR, proven=False), "verify_only"),
        (DEBT, Purpose.COLLECT, Reader(Role.SPOUSE, proven=True), "not_debtor"),
        (DEBT, Purpose.COLLECT, Reader(Role.GUARANTOR, proven=True), "not_debtor"),
        (DEBT, Purpose.COLLECT, Reader(Role.CONTACT, proven=True), "not_debtor"),
        (DEBT, Purpose.NOTICE, PROVEN, "purpose"),
        (NEUTRAL, Purpose.VERIFY, Reader(Role.DEBTOR, proven=False), ""),
        (NEUTRAL, Purpose.VERIFY, Reader(Role.CONTACT, proven=False), ""),
    ],
)
def test_who_may_read_what(info, purpose, reader, why):
    assert why_not(info, purpose, reader) == why


def test_retries_wait_longer_each_time_and_stay_inside_legal_hours():
    end = NOW + timedelta(hours=12)
    waits = [retries.next_try(n, NOW, end) - NOW for n in range(1, 5)]
    assert waits == sorted(waits)
    assert len(set(waits)) == 4
    assert retries.next_try(5, NOW, end) is None
    assert retries.next_try(1, end - timedelta(minutes=5), end) is None
    assert retries.next_try(1, end - timedelta(minutes=6), end) == end - timedelta(minutes=1)


PROMISE = PromiseSaid(Money(100, "CNY"), NOW.date())


@pytest.mark.parametrize(
    ("outcome", "purpose", "wrong"),
    [
        (CallOutcome(CallResult.NO_ANSWER), Purpose.COLLECT, {}),
        (CallOutcome(CallResult.VOICEMAIL), Purpose.COLLECT, {}),
        (
            CallOutcome(
                CallResult.CONVERSATION,
                "right_party",
                reason=ArrearsReason.ILLNESS,
                promise=PROMISE,
                stop="hardship",
            ),
            Purpose.COLLECT,
            {},
        ),
        (CallOutcome(CallResult.ANSWERED, "wrong_party"), Purpose.COLLECT, {}),
        (CallOutcome(CallResult.WRONG_NUMBER, "wrong_party"), Purpose.COLLECT, {}),
        (
            CallOutcome(CallResult.CONVERSATION, promise=PROMISE),
            Purpose.COLLECT,
            {"right_party": "required", "promise": "needs_right_party"},
        ),
        (
            CallOutcome(CallResult.CONVERSATION, "refused", promise=PROMISE),
            Purpose.COLLECT,
            {"promise": "needs_right_party"},
        ),
        (
            CallOutcome(CallResult.CONVERSATION, "right_party", promise=PROMISE),
            Purpose.VERIFY,
            {"promise": "verify_only"},
        ),
        (
            CallOutcome(CallResult.BUSY, "right_party"),
            Purpose.COLLECT,
            {"right_party": "nobody_spoke"},
        ),
        (
            CallOutcome(CallResult.WRONG_NUMBER, "right_party"),
            Purpose.COLLECT,
            {"right_party": "contradiction"},
        ),
        (
            CallOutcome(CallResult.NO_ANSWER, call_back_at=NOW),
            Purpose.COLLECT,
            {"call_back_at": "past"},
        ),
    ],
)
def test_what_an_outcome_may_say(outcome, purpose, wrong):
    assert outcomes.problems(outcome, purpose, NOW) == wrong


def test_every_result_counts_and_teaches():
    assert set(outcomes.ATTEMPTS) == set(outcomes.POINTS) == set(CallResult)


def test_a_call_nobody_asked_the_gate_about_is_flagged_and_so_is_a_late_one():
    assert outcomes.flag(None, NOW) == "unreserved"
    assert outcomes.flag(NOW - timedelta(minutes=20), NOW) == ""
    assert outcomes.flag(NOW - timedelta(hours=3), NOW) == "late"
