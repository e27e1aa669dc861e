"""What happened, in words: every kind of fact as a sentence a person would say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from doorstep.casefile.types import FactKind, FactView
from doorstep.desk.format import day, money
from doorstep.strategy.panels import treatment_name

Data = Mapping[str, Any]
# The parts of Doorstep that write facts by themselves; who reads a case need not know them apart.
_OURSELVES = frozenset({"book", "day", "delinquency", "followup", "gate", "outbox", "strategy"})

REASONS = {
    "forgot": gettext_lazy("forgot"),
    "lost_job": gettext_lazy("lost the job"),
    "income_fell": gettext_lazy("income fell"),
    "illness": gettext_lazy("illness"),
    "family": gettext_lazy("family"),
    "business": gettext_lazy("business is bad"),
    "overindebted": gettext_lazy("too many debts"),
    "dispute": gettext_lazy("says it is not owed"),
    "technical": gettext_lazy("a technical problem"),
    "unwilling": gettext_lazy("does not want to pay"),
    "unknown": gettext_lazy("not known"),
}
STOPS = {
    "complaint": gettext_lazy("Complaint"),
    "dispute": gettext_lazy("Dispute"),
    "hardship": gettext_lazy("Hardship"),
    "vulnerability": gettext_lazy("Vulnerability"),
    "bereavement": gettext_lazy("Bereavement"),
    "insolvency": gettext_lazy("Insolvency"),
    "no_contact": gettext_lazy("No contact wished"),
    "representative": gettext_lazy("Represented by somebody"),
    "police_order": gettext_lazy("Order of the police"),
}
OUTCOMES = {
    "conversation": gettext_lazy("spoke with them"),
    "answered": gettext_lazy("answered"),
    "right_party": gettext_lazy("the right person"),
    "wrong_party": gettext_lazy("a wrong person"),
    "wrong_number": gettext_lazy("a wrong number"),
    "no_answer": gettext_lazy("no answer"),
    "voicemail": gettext_lazy("voicemail"),
    "busy": gettext_lazy("busy"),
    "failed": gettext_lazy("failed"),
    "delivered": gettext_lazy("delivered"),
    "sent": gettext_lazy("sent"),
    "queued": gettext_lazy("waiting to be sent"),
    "cancelled": gettext_lazy("cancelled"),
    "bounced": gettext_lazy("came back"),
    "unreachable": gettext_lazy("not reachable"),
    "met": gettext_lazy("met them"),
    "nobody_home": gettext_lazy("nobody home"),
    "found_home": gettext_lazy("found at home"),
    "moved": gettext_lazy("moved away"),
    "refused": gettext_lazy("refused to talk"),
    "promised": gettext_lazy("promised to pay"),
    "call_back": gettext_lazy("asked for a call back"),
    "confirmed": gettext_lazy("confirmed"),
    "denied": gettext_lazy("denied"),
    "unknown": gettext_lazy("not known"),
}
VERDICTS = {
    "allow": gettext_lazy("allowed"),
    "allow_with_duties": gettext_lazy("allowed with duties"),
    "deny": gettext_lazy("denied"),
    "defer": gettext_lazy("deferred"),
    "escalate": gettext_lazy("passed up to a person"),
}
ACTIONS = {
    "call": gettext_lazy("Call"),
    "message": gettext_lazy("Message"),
    "letter": gettext_lazy("Letter"),
    "visit": gettext_lazy("Visit"),
}
COMPONENTS = {
    "costs": gettext_lazy("Costs"),
    "fees": gettext_lazy("Fees"),
    "penalties": gettext_lazy("Penalties"),
    "interest": gettext_lazy("Interest"),
    "principal": gettext_lazy("Principal"),
}
WAYS = {
    "call": gettext_lazy("Calls"),
    "message": gettext_lazy("Messages"),
    "visit": gettext_lazy("Visits"),
}
PROMISE_STATUS = {
    "open": pgettext_lazy("promise", "open"),
    "kept": pgettext_lazy("promise", "kept"),
    "partly": pgettext_lazy("promise", "partly kept"),
    "broken": pgettext_lazy("promise", "broken"),
    "withdrawn": pgettext_lazy("promise", "withdrawn"),
}
SOURCES = {
    "call": gettext_lazy("by phone"),
    "visit": gettext_lazy("at the door"),
    "message": gettext_lazy("by message"),
    "arrangement": gettext_lazy("as part of a plan"),
    "portal": gettext_lazy("on the borrower's page"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline, ready for the page."""

    icon: str
    tone: str
    text: str
    note: str
    at: datetime
    by: str


def line(fact: FactView, times: int = 1) -> Line:
    """A fact in words; a kind nobody has words for yet shows its name, never nothing. `times`:
    how many facts of its kind the entry stands for."""
    icon, tone, say = _WORDS.get(fact.kind, ("info-circle", "", _plain))
    text = say(fact.data if times == 1 else {**fact.data, "times": times})
    why = fact.data.get("why") if fact.kind is FactKind.STOP_LIFTED else ""
    note = str(fact.data.get("note") or why or "")
    by = "Doorstep" if fact.by in _OURSELVES else fact.by
    return Line(icon, _tone(fact) or tone, text or str(fact.kind), note, fact.at, by)


def word(table: Mapping[str, Any], key: object) -> str:
    """The word for a key; an unknown key is shown with spaces, so that it is seen and named."""
    text = str(key or "")
    return str(table[text]) if text in table else text.replace("_", " ")


def _tone(fact: FactView) -> str:
    status = str(fact.data.get("status") or fact.data.get("verdict") or "")
    return {
        "kept": "good",
        "partly": "warn",
        "broken": "bad",
        "deny": "bad",
        "defer": "warn",
        "escalate": "warn",
    }.get(status, "")


def _plain(data: Data) -> str:
    return ""


def _amount(data: Data, key: str = "amount") -> str:
    return money(data.get(key), str(data.get("currency") or ""))


def _opened(data: Data) -> str:
    return _("Case opened at %(dpd)s days past due, %(amount)s in arrears.") % {
        "dpd": data.get("dpd", "?"),
        "amount": _amount(data, "arrears"),
    }


def _bucket(text: str | Promise) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        return str(text) % {
            "bucket": data.get("bucket") or data.get("to") or "?",
            "dpd": data.get("dpd", "?"),
        }

    return say


def _closed(data: Data) -> str:
    return _("Case closed: nothing is overdue any more.")


def _assigned(data: Data) -> str:
    return _("Given to an agent.") if data.get("agent") else _("Given back: nobody has it now.")


def _balance(data: Data) -> str:
    return _("Arrears now %(amount)s.") % {"amount": _amount(data, "arrears")}


def _payment(data: Data) -> str:
    return _("Paid %(amount)s.") % {"amount": _amount(data)}


def _reversed(data: Data) -> str:
    return _("A payment of %(amount)s was taken back.") % {"amount": _amount(data)}


def _correction(data: Data) -> str:
    return _("The lender corrected the record.")


def _outcome(text: str | Promise) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        result = data.get("outcome") or data.get("result") or data.get("status")
        if not result:
            return str(text)
        return _("%(what)s: %(result)s") % {"what": text, "result": word(OUTCOMES, result)}

    return say


def _contact(text: str | Promise) -> Callable[[Data], str]:
    """A call or a visit, and whether they asked us to come."""
    say = _outcome(text)

    def more(data: Data) -> str:
        asked = str(data.get("visit_asked") or "")
        if not asked:
            return say(data)
        if asked == "any":
            return _("%(what)s; asked us to come and see them") % {"what": say(data)}
        return _("%(what)s; asked us to come on %(day)s") % {"what": say(data), "day": day(asked)}

    return more


def _revealed(data: Data) -> str:
    times = int(data.get("times", 1))
    return ngettext(
        "A number or address was shown in full.",
        "Numbers or addresses were shown in full %(times)s times.",
        times,
    ) % {"times": times}


def _decision(data: Data) -> str:
    return _("New plan: %(plan)s.") % {"plan": treatment_name(data.get("treatment", ""))}


def _verdict(data: Data) -> str:
    action = word(ACTIONS, data.get("action") or data.get("kind"))
    return _("The gate on “%(action)s”: %(verdict)s.") % {
        "action": action,
        "verdict": word(VERDICTS, data.get("verdict")),
    }


def _planned(data: Data) -> str:
    return _("A visit is planned for %(day)s.") % {"day": day(data.get("day") or data.get("on"))}


def _reason(data: Data) -> str:
    return _("Reason for the arrears: %(reason)s.") % {
        "reason": word(REASONS, data.get("reason") or "unknown")
    }


def _note(data: Data) -> str:
    return _("Note")


def _call_back(data: Data) -> str:
    return _("Asked to be called back on %(day)s.") % {"day": day(data.get("at") or data.get("on"))}


def _budget(data: Data) -> str:
    return _("Income and costs were talked through.")


def _arrangement(data: Data) -> str:
    return _("A plan was agreed.")


def _arrangement_ended(data: Data) -> str:
    return _("The plan ended.")


def _promise(data: Data) -> str:
    return _("Promised %(amount)s by %(day)s, %(source)s.") % {
        "amount": _amount(data),
        "day": day(data.get("due_on")),
        "source": word(SOURCES, data.get("source")),
    }


def _promise_result(data: Data) -> str:
    return _("Promise of %(amount)s by %(day)s: %(status)s, %(received)s received.") % {
        "amount": _amount(data),
        "day": day(data.get("due_on")),
        "status": word(PROMISE_STATUS, data.get("status")),
        "received": _amount(data, "received"),
    }


def _stop(text: str | Promise) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        return str(text) % {"stop": word(STOPS, data.get("stop") or data.get("kind"))}

    return say


def iso(value: object) -> date | None:
    """A date from ISO text, or None."""
    return date.fromisoformat(str(value)[:10]) if value else None


K = FactKind
_Word = tuple[str, str, Callable[[Data], str]]
_WORDS: dict[FactKind, _Word] = {
    K.CASE_OPENED: ("folder", "accent", _opened),
    K.CASE_ESCALATED: (
        "arrow-up",
        "warn",
        _bucket(gettext_lazy("Moved up to %(bucket)s at %(dpd)s days past due.")),
    ),
    K.CASE_EASED: (
        "arrow-down",
        "good",
        _bucket(gettext_lazy("Eased to %(bucket)s at %(dpd)s days past due.")),
    ),
    K.CASE_CLOSED: ("check", "good", _closed),
    K.CASE_ASSIGNED: ("user-check", "", _assigned),
    K.BALANCE: ("receipt", "", _balance),
    K.PAYMENT: ("coin", "good", _payment),
    K.PAYMENT_REVERSED: ("coin", "bad", _reversed),
    K.CORRECTION: ("edit", "info", _correction),
    K.POINT_ADDED: ("id", "", _outcome(gettext_lazy("A way to reach them was added"))),
    K.POINT_OUTCOME: ("id", "", _outcome(gettext_lazy("Contact point"))),
    K.POINT_REVEALED: ("eye", "warn", _revealed),
    K.RIGHT_PARTY: ("user-check", "info", _outcome(gettext_lazy("Right person check"))),
    K.DECISION: ("bulb", "", _decision),
    K.VERDICT: ("scale", "good", _verdict),
    K.CALL: ("phone", "info", _contact(gettext_lazy("Call"))),
    K.MESSAGE: ("message", "info", _outcome(gettext_lazy("Message"))),
    K.MESSAGE_IN: ("mail", "accent", _outcome(gettext_lazy("They wrote"))),
    K.VISIT_PLANNED: ("calendar", "", _planned),
    K.VISIT: ("map-pin", "info", _contact(gettext_lazy("Visit"))),
    K.REASON: ("note", "", _reason),
    K.NOTE: ("note", "", _note),
    K.CALL_BACK: ("calendar-due", "", _call_back),
    K.BUDGET: ("wallet", "", _budget),
    K.ARRANGEMENT: ("heart-handshake", "good", _arrangement),
    K.ARRANGEMENT_ENDED: ("heart-handshake", "", _arrangement_ended),
    K.PROMISE: ("flag", "accent", _promise),
    K.PROMISE_RESULT: ("flag", "", _promise_result),
    K.STOP_RAISED: ("hand-stop", "bad", _stop(gettext_lazy("Contact stopped: %(stop)s."))),
    K.STOP_LIFTED: ("hand-stop", "good", _stop(gettext_lazy("Stop lifted: %(stop)s."))),
}
