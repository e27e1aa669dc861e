"""Codes of the door in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

OUTCOMES: Words = {
    "met": _("We talked"),
    "nobody_home": _("Nobody opened"),
    "refused": _("Did not want to talk"),
    "third_party": _("Somebody else opened"),
    "minor_only": _("Only a child at home"),
    "wrong_person": _("Wrong person"),
    "moved": _("Has moved away"),
    "not_found": _("House not found"),
    "asked_to_leave": _("Asked us to leave"),
    "unsafe": _("Not safe, we left"),
}
PARTIES: Words = {
    "right_party": _("Yes, the right person"),
    "wrong_party": _("No, somebody else"),
    "refused": _("Did not want to say"),
    "not_sure": _("Not sure"),
}
REASONS: Words = {
    "forgot": _("Forgot"),
    "lost_job": _("Lost the job"),
    "income_fell": _("Income fell"),
    "illness": _("Illness"),
    "family": _("Family"),
    "business": _("Business is bad"),
    "overindebted": _("Too many debts"),
    "dispute": _("Says it is not owed"),
    "technical": _("A technical problem"),
    "unwilling": _("Does not want to pay"),
    "unknown": _("Not known"),
}
STOPS: Words = {
    "hardship": _("Hardship: cannot pay"),
    "dispute": _("Dispute: says it is not owed"),
    "complaint": _("Complaint"),
    "vulnerability": _("Vulnerable person"),
    "bereavement": _("Death in the family"),
    "insolvency": _("Insolvency"),
    "representative": _("A representative speaks for them"),
    "no_contact": _("Wishes no contact"),
}
LANGUAGES: Words = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "ko": "한국어"}
QUESTIONS: Words = {
    "name": _("May I have your full name?"),
    "birthday": _("On which day were you born?"),
    "town": _("In which town do you live?"),
    "id_last4": _("What are the last four digits of your identity number?"),
}
PROBLEMS: Words = {
    "required": _("Say whether it was the right person."),
    "nobody_spoke": _("Nobody spoke with you, so leave this empty."),
    "contradiction": _("It cannot be the wrong person and the right one."),
    "needs_right_party": _("Only after a talk with the right person."),
    "verify_only": _("This visit only verifies the address: no word of debt."),
    "day_past": _("This day is over; choose today or a later one."),
    "day_too_far": _("Choose a day within the next 30 days."),
    "future": _("This time has not come yet."),
    "other_day": _("The visit was planned for another day."),
    "cancelled": _("This visit was cancelled."),
}
PHOTO: Words = {
    "empty": _("Choose a picture first."),
    "too_big": _("The picture is larger than 5 MB. Take it in a smaller size."),
    "too_many_pixels": _("The picture has more than 64 million pixels. Take it in a smaller size."),
    "kind": _("Only JPEG and PNG pictures are kept."),
    "broken": _("The picture is damaged. Take it again."),
    "too_many": _("Six pictures are enough for one visit."),
}


def word(words: Words, code: str) -> str:
    """The word for a code; a message nobody has a code for is shown as it is."""
    return str(words.get(code, code))
