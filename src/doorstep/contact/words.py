"""The codes of contact in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

RESULTS = {
    "conversation": gettext_lazy("We talked"),
    "answered": gettext_lazy("Somebody answered, no talk"),
    "no_answer": gettext_lazy("No answer"),
    "voicemail": gettext_lazy("Voicemail"),
    "busy": gettext_lazy("Busy"),
    "wrong_number": gettext_lazy("Wrong number"),
    "refused": gettext_lazy("Refused to talk"),
    "failed": gettext_lazy("Number not reachable"),
}
PARTIES = {
    "right_party": gettext_lazy("Yes, the right person"),
    "wrong_party": gettext_lazy("No, somebody else"),
    "refused": gettext_lazy("Did not want to say"),
    "not_sure": gettext_lazy("Not sure"),
}
REASONS = {
    "forgot": gettext_lazy("Forgot"),
    "lost_job": gettext_lazy("Lost the job"),
    "income_fell": gettext_lazy("Income fell"),
    "illness": gettext_lazy("Illness"),
    "family": gettext_lazy("Family"),
    "business": gettext_lazy("Business is bad"),
    "overindebted": gettext_lazy("Too many debts"),
    "dispute": gettext_lazy("Says it is not owed"),
    "technical": gettext_lazy("A technical problem"),
    "unwilling": gettext_lazy("Does not want to pay"),
    "unknown": gettext_lazy("Not known"),
}
STOPS = {
    "hardship": gettext_lazy("Hardship: cannot pay"),
    "dispute": gettext_lazy("Dispute: says it is not owed"),
    "complaint": gettext_lazy("Complaint"),
    "vulnerability": gettext_lazy("Vulnerable person"),
    "bereavement": gettext_lazy("Death in the family"),
    "insolvency": gettext_lazy("Insolvency"),
    "representative": gettext_lazy("A representative speaks for them"),
    "no_contact": gettext_lazy("Wishes no contact"),
}
PURPOSES = {
    "collect": gettext_lazy("Talk about what is overdue"),
    "remind": gettext_lazy("Remind"),
    "verify": gettext_lazy("Only verify the person"),
    "notice": gettext_lazy("Give notice"),
}
STATES = {
    "queued": pgettext_lazy("message", "Waiting"),
    "sending": pgettext_lazy("message", "Being sent"),
    "sent": pgettext_lazy("message", "Sent"),
    "failed": pgettext_lazy("message", "Failed"),
    "unknown": pgettext_lazy("message", "Not known"),
    "held": pgettext_lazy("message", "Held back"),
}
TONES = {"sent": "good", "failed": "bad", "unknown": "warn", "held": "warn", "sending": "info"}
CALL_STATES = {
    "open": pgettext_lazy("call", "Waiting"),
    "taken": pgettext_lazy("call", "In hand"),
    "done": pgettext_lazy("call", "Done"),
    "held": pgettext_lazy("call", "Held back"),
    "expired": pgettext_lazy("call", "Not made"),
}
TEXTS = {
    "reminder": gettext_lazy("Reminder"),
    "arrears": gettext_lazy("What is overdue"),
    "promise_reminder": gettext_lazy("Promise falls due"),
    "verify": gettext_lazy("Is this the right person?"),
    "notice_agency": gettext_lazy("Notice of the agency"),
    "thank_you": gettext_lazy("Thank you"),
}
CHANNELS = {
    "email_smtp": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "letter": gettext_lazy("Letter"),
    "other": gettext_lazy("Another way"),
}
INBOUND = {
    "reply": gettext_lazy("They replied"),
    "opt_out": gettext_lazy("They want no more messages"),
    "called_us": gettext_lazy("They called us"),
}
LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "ko": "한국어"}
QUESTIONS = {
    "name": gettext_lazy("May I have your full name?"),
    "birthday": gettext_lazy("On which day and month were you born?"),
    "town": gettext_lazy("In which town do you live?"),
    "id_last4": gettext_lazy("What are the last four digits of your identity number?"),
}
HINTS = {
    "opening": pgettext_lazy("script", "Open"),
    "recorded": pgettext_lazy("script", "Recording"),
    "check": pgettext_lazy("script", "Check who it is"),
    "not_them": pgettext_lazy("script", "If it is somebody else"),
    "voicemail": pgettext_lazy("script", "On voicemail"),
    "subject": pgettext_lazy("script", "Say why you call"),
    "listen": pgettext_lazy("script", "Listen"),
    "promise": pgettext_lazy("script", "If they can pay"),
    "hardship": pgettext_lazy("script", "If they cannot"),
    "dispute": pgettext_lazy("script", "If they disagree"),
    "closing": pgettext_lazy("script", "Close"),
}
WHY = {
    "no_point": gettext_lazy("The contact point is gone."),
    "no_case": gettext_lazy("The case is gone."),
    "no_such_text": gettext_lazy("There is no text of that name."),
    "purpose": gettext_lazy("The text does not serve this purpose."),
    "verify_only": gettext_lazy("This address may only be verified: no word of debt to it."),
    "unproven": gettext_lazy("Nobody has proven whose address this is: no word of debt to it."),
    "not_debtor": gettext_lazy("The reader is not the one who owes."),
    "values": gettext_lazy("A value the text needs is not known, such as an open amount."),
    "too_late": gettext_lazy("Its time passed before it could be sent."),
    "cut_off": gettext_lazy("The machine stopped while it was being sent."),
    "call_back": gettext_lazy("Asked to be called back"),
    "not_made": gettext_lazy("Not made that day"),
    "no_outcome": gettext_lazy("The number was shown and nobody told what came of it."),
}
_SAID = {
    "never": gettext_lazy("The server refused this address for good: %(words)s"),
    "later": gettext_lazy("It could not be handed over in time: %(words)s"),
    "clearance": gettext_lazy("The permission had ended before it was handed over."),
    "resolved": gettext_lazy("Decided by a person."),
    "receipt": gettext_lazy("The mail server reported back. %(words)s"),
}
PROBLEMS = {
    "required": gettext_lazy("Say who was on the line."),
    "nobody_spoke": gettext_lazy("Nobody was on the line with this result; leave it empty."),
    "contradiction": gettext_lazy("A wrong number cannot be the right person."),
    "verify_only": gettext_lazy("This call was only to verify the person; call again for that."),
    "needs_right_party": gettext_lazy(
        "Only after a talk with the right person; check the result and who it was."
    ),
    "past": gettext_lazy("Choose a time that is still ahead."),
    "not_borrower": gettext_lazy("Only the borrower can ask us to come; write it as a note."),
    "day_past": gettext_lazy("This day is over; choose today or a later one."),
    "day_too_far": gettext_lazy("Choose a day within the next 30 days."),
}


def word(table: Mapping[str, Any], key: object) -> str:
    """The word for a code; an unknown one is shown with spaces, never hidden."""
    text = str(key or "")
    return str(table[text]) if text in table else text.replace("_", " ")


def why(text: str) -> str:
    """The reason of a state: a code of ours, the words of a server, or the rules that decided."""
    kind, _colon, rest = text.partition(": ")
    if text in WHY:
        return str(WHY[text])
    return str(_SAID[kind]) % {"words": rest} if kind in _SAID else text
