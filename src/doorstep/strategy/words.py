"""Codes of decisions as sentences in the reader's language. No sentence is ever stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext_lazy as _

from doorstep.kernel import show
from doorstep.strategy.types import Goal, HoldCode, LeftOut, Reason, ReasonCode, Tone

Text = str | Promise

GOALS: Mapping[str, Text] = {
    Goal.REMIND: _("Remind kindly"),
    Goal.UNDERSTAND: _("Understand why it was not paid"),
    Goal.AGREE: _("Agree on a plan that fits"),
    Goal.KEEP_WORD: _("Let the agreement do its work"),
    Goal.SUPPORT: _("Help first, money second"),
    Goal.FIND: _("Make sure we have the right person"),
    Goal.RECONNECT: _("Hear from them again"),
    Goal.RESOLVE: _("Answer what they dispute"),
    Goal.LAST_TALK: _("One last talk before the lender decides"),
}
TONES: Mapping[str, Text] = {
    Tone.FRIENDLY: _("friendly"),
    Tone.HELPFUL: _("helpful"),
    Tone.PLAIN: _("plain and polite"),
    Tone.CARING: _("caring"),
    Tone.SERIOUS: _("serious, never threatening"),
}
KINDS: Mapping[str, Text] = {"call": _("Call"), "message": _("E-mail"), "visit": _("Visit")}
KIND_ICONS = {"call": "phone", "message": "mail", "visit": "door"}
REASONS: Mapping[str, Text] = {
    ReasonCode.GENTLE_FIRST: _("A quiet reminder is the lightest thing that may help."),
    ReasonCode.TALK_HELPS: _("They spoke with us last time; a talk is likely to help."),
    ReasonCode.ASK_WHY: _("We do not know yet why it was not paid."),
    ReasonCode.OFFER_PLAN: _("A plan within their means may settle it."),
    ReasonCode.WORD_BROKEN: _("The last promise was not kept; something came between."),
    ReasonCode.WORD_DUE_TODAY: _("Their promise is for today; a reminder is a courtesy."),
    ReasonCode.WORD_KEPT: _("They kept their word; they deserve thanks."),
    ReasonCode.CALL_BACK_AGREED: _("They asked to be called at this hour."),
    ReasonCode.CALL_BACK_MISSED: _("They asked to be called and nobody did; we still owe it."),
    ReasonCode.VERIFY_FIRST: _("It is not proven that this is theirs; ask who it is, no more."),
    ReasonCode.OTHER_CHANNEL: _("The usual way stayed silent; another may reach them."),
    ReasonCode.LIGHTER_FAILED: _("Calls and messages stayed silent (%(tries)s so far)."),
    ReasonCode.VISIT_ASKED: _("They asked for a visit."),
    ReasonCode.FORGOT: _("They said they forgot; a written reminder is enough."),
    ReasonCode.TECHNICAL: _("They said the payment failed; send the way to pay in writing."),
    ReasonCode.IN_NEED: _("They told us of hardship; listen before anything else."),
    ReasonCode.AGENCY_NOTICE: _("They must be told of the agency before it begins."),
    ReasonCode.LAST_TALK: _("%(dpd)s days late: a last talk before the lender decides."),
}
HOLDS: Mapping[str, Text] = {
    HoldCode.STOP: _("A stop is on the case; nobody contacts them until it is lifted."),
    HoldCode.PROMISE_OPEN: _("They promised to pay by %(due)s; until then we leave them in peace."),
    HoldCode.PROMISE_GRACE: _("The promise was for %(due)s; the money may still be on its way."),
    HoldCode.CALL_BACK: _("They asked to be called on %(on)s; until then we wait."),
    HoldCode.SPACING: _("We were in touch not long ago; it is too soon for more."),
    HoldCode.NO_POINT: _("No usable phone, e-mail or located address of theirs is known."),
    HoldCode.UNAGED: _("What is owed is not known; nobody is contacted."),
}
LEFT_OUT: Mapping[str, Text] = {
    LeftOut.NO_ADDRESS: _("A visit would be next, but no address is known."),
    LeftOut.ADDRESS_NOT_LOCATED: _("A visit would be next, but the address is not located."),
    LeftOut.ADDRESS_WRONG: _("A visit would be next, but the address rests or is wrong."),
}
ASKS: Mapping[str, Text] = {
    "right_party": _("who is speaking"),
    "language": _("which language they prefer"),
    "reason": _("why it was not paid"),
    "contact": _("another way to reach them"),
}
SEGMENTS: Mapping[str, Text] = {
    "disputed": _("Disputed"),
    "in-care": _("In care"),
    "promise-running": _("Promise running"),
    "plan-running": _("Plan running"),
    "unverified": _("Not verified"),
    "promise-broken": _("Promise broken"),
    "says-disputed": _("Says it is not owed"),
    "in-need": _("In need"),
    "unreachable": _("Out of reach"),
    "again-late": _("Often late"),
    "first-days": _("First days"),
    "early": _("Early"),
    "first-month": _("First month"),
    "second-month": _("Second month"),
    "third-month": _("Third month"),
    "late": _("Late"),
}
TREATMENTS: Mapping[str, Text] = {
    "friendly-reminder": _("Friendly reminder"),
    "early-contact": _("Early contact"),
    "solve-together": _("Solve it together"),
    "agree-plan": _("Agree on a plan"),
    "door-conversation": _("Talk at the door"),
    "last-talk": _("Last talk"),
    "broken-promise": _("After a broken promise"),
    "supportive-plan": _("Supportive plan"),
    "find-and-verify": _("Find and verify"),
    "reconnect": _("Reconnect"),
    "settle-habit": _("Find a better due date"),
    "keep-word": _("Keep the agreement"),
    "answer-dispute": _("Answer the dispute"),
    "wait-for-care": _("Wait for care"),
}
_BECAUSE = gettext_lazy("The case is in the segment “%(segment)s”.")


def reason(given: Reason) -> str:
    """A reason or hold as a sentence; an unknown code (of an organisation's own) is shown as is."""
    if given.code.startswith("segment:"):
        return str(_BECAUSE) % {"segment": segment(given.code.removeprefix("segment:"))}
    text = REASONS.get(given.code) or HOLDS.get(given.code) or LEFT_OUT.get(given.code)
    return str(text) % _shown(given.args) if text else given.code


def segment(code: str) -> str:
    return str(SEGMENTS.get(code, code))


def treatment(code: str) -> str:
    return str(TREATMENTS.get(code, code))


def _shown(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as a person reads them: days in the language of the page."""
    return {k: _day(v) if k in {"due", "on"} else v for k, v in args.items()}


def _day(value: Any) -> str:
    return show.day(date.fromisoformat(str(value)), get_language())
