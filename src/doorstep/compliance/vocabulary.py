"""Every code of the gate and its words: answers, states, documents, duties, numbers. Why it said
so is in `reasons.py`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.compliance.types import Answer, Result
from doorstep.kernel.actions import ActionKind

Text = str | Promise

ANSWERS: dict[Answer, Text] = {
    Answer.ALLOW: _("It is permitted"),
    Answer.ALLOW_WITH_DUTIES: _("Permitted, with duties"),
    Answer.DEFER: _("Not yet"),
    Answer.ESCALATE: _("A person must decide"),
    Answer.DENY: _("Not permitted"),
}
KINDS: dict[ActionKind, Text] = {
    ActionKind.CALL: _("Call"),
    ActionKind.MESSAGE: _("Message"),
    ActionKind.LETTER: _("Letter"),
    ActionKind.VISIT: _("Visit"),
    ActionKind.THIRD_PARTY: _("Approach to a third party"),
    ActionKind.DEMAND_AMOUNT: _("Demand of an amount"),
    ActionKind.CREDIT_REPORT: _("Credit report"),
    ActionKind.DATA_USE: _("Use of data"),
    ActionKind.PLACE_WITH_AGENCY: _("Placing with an agency"),
}
BINDING: dict[str, Text] = {
    "law": _("law"),
    "standard": _("national standard"),
    "self_regulation": _("self-regulation"),
    "contract": _("contract"),
    "draft": _("draft"),
    "future": _("not yet in force"),
    "house": _("house rule"),
}
RESULTS: dict[Result, Text] = {
    Result.PASS: _("met"),
    Result.FAIL: _("not met"),
    Result.UNKNOWN: _("fact not known"),
    Result.NOT_APPLICABLE: _("does not speak of this"),
}
STATES: dict[str, Text] = {
    "complaint": _("an open complaint"),
    "dispute": _("an open dispute"),
    "hardship": _("hardship"),
    "vulnerability": _("vulnerability"),
    "bereavement": _("bereavement"),
    "insolvency": _("insolvency"),
    "no_contact": _("a wish for no contact"),
    "representative": _("a representative"),
    "police_order": _("a police order of no contact"),
    "deceased": _("the debtor has died"),
    "medium_refused": _("the person does not want to be reached in this way"),
    "place_refused": _("the person does not want to be reached at this place"),
    "military": _("military service"),
    "incapable": _("the debtor lacks capacity"),
    "medical_emergency": _("a medical emergency"),
    "calamity": _("a calamity"),
    "marriage": _("a wedding in the family"),
    "moratorium": _("a breathing space by law"),
    "crisis_moratorium": _("a breathing space in a mental-health crisis"),
    "debt_advice": _("a debt adviser is making a plan"),
    "distress": _("distress at the last contact"),
    "deadlock": _("a deadlocked debt"),
}
DOCUMENTS: dict[str, Text] = {
    "agency_notice": _("notice that an agency was appointed"),
    "assignment_notice": _("notice of the assignment"),
    "agent_particulars": _("the agent's particulars by e-mail or text message"),
    "visit_notice": _("notice of the visit"),
    "credit_report_notice": _("notice of the credit report"),
    "validation_notice": _("validation notice of the debt"),
    "verification": _("verification of the debt"),
    "forbearance_considered": _("record that easier terms were considered"),
    "default_notice": _("default notice"),
}
PER: dict[str, Text] = {
    "person": _("this person"),
    "number": _("this number"),
    "debt": _("this case"),
    "account": _("this account"),
    "lender": _("this lender and its agencies"),
}
DUTIES: dict[str, Text] = {
    "wrap_up": _("End the contact before the window closes."),
    "attach_consent": _("Keep the evidence of the agreement with the record."),
    "attach_proof": _("Keep the proof that this person owes with the record."),
    "leave_on_request": _("Leave as soon as you are asked to."),
    "stay_outside": _("Stay outside; go in only if asked in, and record that."),
    "sealed_envelope": _("Use a sealed, neutral envelope without any sign of a debt."),
    "record": _("Record the visit in sound and picture: the crew and the doorway, not the home."),
    "no_word_of_debt": _("Not a word of the debt."),
    "stop_on_request": _("Stop for good as soon as the person asks."),
    "estate_only": _("Ask for no more than was inherited."),
    "say_agency": _("Say the agency's own name and for whom it acts."),
    "prove_right_party": _("Prove that it is the right person before anything else."),
    "announce_visit": _("Announce the visit in time: why, what for, on which day and about when."),
    "no_word_to_others": _("Speak to the debtor alone; say nothing to anybody else there."),
    "carry_papers": _("Carry the notice, the letter of authorisation and the identity card."),
    "record_call": _("Record the call."),
    "say_recorded": _("Say at the start that the call is recorded."),
    "name_grievance_officer": _("Name the grievance officer and how to reach them."),
    "check_antecedents": _("Check the agency's people first: certificates and antecedents."),
    "take_no_money": _("Take no money; name the lender's own way to pay."),
    "crew": _("Send a crew that meets the rule: the right number of people, all certified."),
    "show_identification": _("Show identification; say whom you represent and why you come."),
    "validation_notice": _("Send the validation notice of the debt within the time it is due in."),
    "confirm_only": _("Confirm the wish and say nothing else: no amount, no link, no request."),
    "say_time_barred": _("Say that a court would no longer order this debt to be paid."),
    "offer_debt_advice": _("Name an independent debt advice service."),
    "be_gentle": _("Speak plainly, give time, and offer help; stop at a sign of distress."),
    "contact_reference": _("Repeat the contact point named in the notice of the transfer."),
    "no_cash": _("Take no cash; money goes through the official channels only."),
    "answer_once": _("Answer this one time, by the same way, and no more."),
    "say_location_only": _(
        "Give your own name and say that you confirm where somebody is to be found; name the"
        " employer only if asked."
    ),
    "opt_out_line": _("Say in the text how to opt out: simply, without cost."),
    "limited_message": _(
        "Leave only a name that shows no collection, the names and numbers to call, and the"
        " request to call back."
    ),
    "check_number": _(
        "Make sure that the number is still theirs: their own text or consent, or a check, within"
        " 60 days."
    ),
    "check_email": _(
        "Make sure that this e-mail address may be used: their own message, their consent or the"
        " notice that was due."
    ),
    "say_collector": _(
        "Say that a debt collector is calling to collect a debt and that what is learned is used"
        " for that, in the language of the talk."
    ),
    "say_name": _("Say who is calling, and for whom."),
    "only_closing_notice": _(
        "Say only that contact ends, or which remedy may be or is being used."
    ),
}

FIELDS: dict[str, Text] = {
    "start": _("window opens at"),
    "end": _("window closes at"),
    "margin_minutes.call": _("minutes before the end, calls"),
    "margin_minutes.visit": _("minutes before the end, visits"),
    "margin_minutes.third_party": _("minutes before the end, third parties"),
    "wrap_up_minutes": _("minutes of warning before the end"),
    "limit": _("at most"),
    "days": _("days counted"),
    "channels": _("lighter ways"),
    "least.CNY": _("least balance in fen"),
    "unlocated": _("latest where not located"),
}
