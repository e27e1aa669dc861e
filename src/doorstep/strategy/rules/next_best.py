"""Case facts → segment → treatment → ranked wishes, each with its reason.

Read it from the bottom of `look` upwards: a hold beats everything; a promise due today, an agreed
call-back and the notice of an agency beat the treatment; otherwise every step of the treatment
that is eligible today is scored, and the best come first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from doorstep.kernel.actions import ActionKind, Purpose
from doorstep.strategy.rules.explore import choose
from doorstep.strategy.rules.holds import call_back_day, hold
from doorstep.strategy.rules.points import best, left_out, purpose
from doorstep.strategy.rules.policy import Adjust, Policy, Segment, Step, Treatment
from doorstep.strategy.types import (
    Args,
    Candidate,
    CaseFacts,
    Choice,
    HoldCode,
    Outlook,
    Reason,
    ReasonCode,
)
from doorstep.verification.types import PointView

_NOTHING = Choice((), ())
_EMAIL = "email_smtp"
_MISSED = timedelta(days=7)
"""An agreed call that nobody made is still owed for so long."""
_VERIFY_LATER = 20
"""Asking who is there is worth less than a talk at a point that is proven."""


def segment_of(facts: CaseFacts, policy: Policy) -> Segment:
    """The first segment whose condition holds; the last one takes every case."""
    return next(s for s in policy.segments if s.when.holds(facts))


def look(facts: CaseFacts, policy: Policy, as_of: date) -> Outlook:
    """What we would like to do for a case on its local day, at most `policy.terms.wishes` of it."""
    segment = segment_of(facts, policy)
    treatment = policy.treatments[segment.treatment]
    held = hold(facts, as_of)
    if held is not None:
        return Outlook(segment.id, treatment.id, _NOTHING, held[0], held[1])
    eligible = _agreed(facts, as_of) or _notice(facts) or _scored(facts, treatment, policy)
    choice = choose(
        eligible[: policy.terms.wishes],
        epsilon=policy.terms.epsilon,
        seed=policy.terms.seed,
        key=f"{facts.case_id}:{as_of}",
    )
    review = as_of + timedelta(days=treatment.review_days)
    why = None if eligible else _nothing(facts, treatment)
    return Outlook(segment.id, treatment.id, choice, why, review, _visit_left_out(facts, treatment))


def _agreed(facts: CaseFacts, as_of: date) -> list[Candidate]:
    """What the borrower and we agreed on for today: it comes before any treatment."""
    if facts.promise_due == as_of:
        return _message(facts, "promise_reminder", Purpose.REMIND, ReasonCode.WORD_DUE_TODAY)
    back = call_back_day(facts)
    if back is not None and as_of - _MISSED <= back <= as_of:
        return _call_back(facts, missed=back < as_of)
    return []


def _call_back(facts: CaseFacts, *, missed: bool) -> list[Candidate]:
    point = best(facts, ActionKind.CALL)
    if point is None:
        return []
    why = ReasonCode.CALL_BACK_MISSED if missed else ReasonCode.CALL_BACK_AGREED
    use = purpose(point, Purpose.COLLECT)
    return [Candidate(ActionKind.CALL, "phone", point.id, use, "", 100, Reason(why))]


def _notice(facts: CaseFacts) -> list[Candidate]:
    """A borrower must be told of an agency before it starts (CN-VIS-08): only that is wished
    while it can be told in writing; else the gate will say what is missing."""
    if facts.notified:
        return []
    return [
        c
        for c in _message(facts, "notice_agency", Purpose.NOTICE, ReasonCode.AGENCY_NOTICE)
        if c.purpose is Purpose.NOTICE
    ]


def _message(facts: CaseFacts, template: str, use: Purpose, why: ReasonCode) -> list[Candidate]:
    point = best(facts, ActionKind.MESSAGE)
    if point is None or facts.messages.days == 0:
        return []
    allowed = purpose(point, use)
    name = template if allowed is use else "verify"
    return [Candidate(ActionKind.MESSAGE, _EMAIL, point.id, allowed, name, 100, Reason(why))]


def _scored(facts: CaseFacts, treatment: Treatment, policy: Policy) -> list[Candidate]:
    """Eligible steps of a treatment, best first: one for each kind of action."""
    found: dict[ActionKind, Candidate] = {}
    for step in treatment.step:
        candidate = _candidate(facts, step, policy.terms.adjust) if _due(facts, step) else None
        if candidate is None or candidate.score <= 0:
            continue
        if candidate.kind not in found or found[candidate.kind].score < candidate.score:
            found[candidate.kind] = candidate
    return sorted(found.values(), key=lambda c: (-c.score, c.kind))


def _due(facts: CaseFacts, step: Step) -> bool:
    """Whether a step may come today: its condition, spacing, limit and the lighter tries first.

    A visit that the borrower asked for needs no lighter tries and no spacing, and none comes before
    the day they named; a way they do not have need not be tried.
    """
    tries = facts.tries(ActionKind(step.kind))
    if tries.count >= step.limit_30 or not step.when.holds(facts):
        return False
    if step.kind == "visit" and (facts.visit_asked or facts.visit_later):
        return facts.visit_asked
    if tries.days is not None and tries.days < step.every_days:
        return False
    return _tried(facts, ActionKind.CALL, step.after_calls) and _tried(
        facts, ActionKind.MESSAGE, step.after_messages
    )


def _tried(facts: CaseFacts, kind: ActionKind, needed: int) -> bool:
    """Whether a lighter way was tried often enough in vain, or does not exist for them."""
    return facts.tries(kind).silent >= needed or best(facts, kind) is None


def _candidate(facts: CaseFacts, step: Step, common: Iterable[Adjust]) -> Candidate | None:
    kind = ActionKind(step.kind)
    point = best(facts, kind)
    if point is None:
        return None
    wanted = Purpose(step.purpose)
    use = purpose(point, wanted)
    score, why = _worth(facts, step, common)
    if use is not wanted:
        score, why = score - _VERIFY_LATER, ReasonCode.VERIFY_FIRST
    elif kind is ActionKind.VISIT and facts.visit_asked:
        score, why = score + 30, ReasonCode.VISIT_ASKED
    template = (
        step.template if use is wanted else ("verify" if kind is not ActionKind.VISIT else "")
    )
    reason = Reason(why, _args(facts, kind, point))
    return Candidate(kind, step.channel, point.id, use, template, score, reason, step.explore)


def _worth(facts: CaseFacts, step: Step, common: Iterable[Adjust]) -> tuple[int, ReasonCode]:
    """The step's weight after adjustments; the reason is that of the largest gain."""
    score, why, most = step.weight, step.why, 0
    for adjust in (*common, *step.adjust):
        if (adjust.kind is None or adjust.kind == step.kind) and adjust.when.holds(facts):
            score += adjust.add
            if adjust.why is not None and adjust.add > most:
                why, most = adjust.why, adjust.add
    return score, why


def _args(facts: CaseFacts, kind: ActionKind, point: PointView) -> Args:
    """Numbers a sentence may need; never a name, a number or an amount."""
    tries = facts.tries(kind)
    return {
        "dpd": facts.dpd,
        "tries": facts.silent,
        "days": -1 if tries.days is None else tries.days,
        "confidence": point.confidence,
    }


def _nothing(facts: CaseFacts, treatment: Treatment) -> Reason:
    if treatment.step and not any(best(facts, ActionKind(s.kind)) for s in treatment.step):
        return Reason(HoldCode.NO_POINT)
    return Reason(HoldCode.SPACING)


def _visit_left_out(facts: CaseFacts, treatment: Treatment) -> str:
    """Why a visit that is due by everything but the address is not wished; empty otherwise."""
    if not any(s.kind == "visit" and _due(facts, s) for s in treatment.step):
        return ""
    return left_out(facts) or ""
