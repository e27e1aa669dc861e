"""Why the gate said so: each code in words with what helps, and its short name for reports."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# Each code: what the finding says, and what would help (empty: nothing but time or a change).
FINDINGS: dict[str, tuple[Text, Text]] = {
    "outside_hours": (
        _("%(now)s is outside %(start)s–%(end)s there"),
        _("wait for the next opening"),
    ),
    "closed_day": (
        _("%(day)s is a closed day of the week there"),
        _("wait for the next open day"),
    ),
    "public_holiday": (_("%(day)s is a public holiday there"), _("wait for the next open day")),
    "holidays_unknown": (
        _("the public holidays of %(year)s are not known"),
        _("add them to the pack's holidays.toml"),
    ),
    "asked_otherwise": (
        _("the person asked not to be contacted at this time"),
        _("wait until that time is over"),
    ),
    "long_overdue": (
        _("%(overdue)s days past due; the hours protect up to %(free)s"),
        "",
    ),
    "agreed_hours": (_("other hours were agreed, with evidence"), ""),
    "cap_reached": (
        _("%(count)s of at most %(limit)s in %(window)s with %(per)s"),
        _("wait until the count has fallen"),
    ),
    "resting": (
        _("%(window)s of rest after a conversation with %(per)s"),
        _("wait until the rest is over, or until they ask for contact"),
    ),
    "asked_for": (_("they agreed to it themselves, with evidence"), ""),
    "crew_unknown": (_("no crew is named"), _("name the crew")),
    "crew_small": (_("a crew of %(count)s; at least %(least)s go"), _("add a person")),
    "crew_large": (_("a crew of %(count)s; at most %(most)s go"), _("send fewer people")),
    "agent_uncertified": (
        _("a member of the crew has no valid certificate"),
        _("renew the certificate or send another person"),
    ),
    "agreed_place": (_("the borrower agreed to be met there"), ""),
    "workplace": (
        _("the workplace is closed without the debtor's consent"),
        _("visit at home, or get a recorded consent"),
    ),
    "agreed_entry": (_("asked in, with evidence"), ""),
    "entry": (_("inside a dwelling without consent"), _("stay at the door")),
    "posted": (
        _("where others can read it"),
        _("use a sealed envelope or hand it over"),
    ),
    "recording_failed": (_("the recording device failed"), _("come back with a working one")),
    "third_party_refused": (_("this person asked not to be contacted again"), ""),
    "owes_nothing": (_("this person owes nothing"), _("contact the debtor")),
    "third_party_purpose": (
        _("a person without a debt may only be asked where the debtor can be reached"),
        _("contact the debtor"),
    ),
    "debtor_reachable": (_("the debtor is not out of contact"), _("contact the debtor")),
    "heir_renounced": (_("the heir renounced the inheritance"), ""),
    "not_liable": (_("nothing shows that this person owes the debt"), _("contact the debtor")),
    "liability_unsure": (
        _("whether this person owes the debt must be decided on the evidence"),
        _("have the evidence reviewed and the approval recorded"),
    ),
    "minor": (_("a minor"), ""),
    "stopped": (_("%(state)s"), _("work on it; lift the stop when it is settled")),
    "notice_missing": (
        _("missing: %(document)s"),
        _("send the notice and enter its date in the mandate"),
    ),
    "contract_day_unknown": (
        _("the day of the contract is not known"),
        _("import it with the loan"),
    ),
    "cost_above_cap": (
        _("the loan costs %(cost)s %% a year, at most %(most)s %% may be asked for"),
        _("demand the lower amount"),
    ),
    "agency_unknown": (_("which agency acts is not known"), _("enter the agency")),
    "no_mandate": (_("no mandate in force covers this agency"), _("renew the mandate")),
    "white_list_unknown": (
        _("whether the agency is on the published list is not known"),
        _("enter it with the organisation"),
    ),
    "not_on_white_list": (
        _("the agency is not on the published list"),
        _("have the lender publish it, or place the case elsewhere"),
    ),
    "agency_record": (_("the agency has a record of abuse"), _("place the case elsewhere")),
    "channel_barred": (
        _("a private account or phone"),
        _("use a channel of the organisation"),
    ),
    "automated_consent": (
        _("an automated call or text without the person's own consent"),
        _("call or write yourself, or record the consent with its evidence"),
    ),
    "refused_way": (_("%(state)s"), _("use another way, place or time")),
    "third_party_hint": (
        _("one who lives with the debtor would learn of the debt"),
        _("ask only where the debtor is to be found"),
    ),
    "asked_before": (
        _("this person was asked already"),
        _("ask again only if they offer it, or if the answer was wrong"),
    ),
    "no_authority": (
        _("nothing shows that this person acts for the estate"),
        _("find out who does, and record their authority"),
    ),
    "work_email": (
        _("an e-mail address at work"),
        _("use another address, or record the consent with its evidence"),
    ),
    "electronic_consent": (
        _("no consent to messages by this medium"),
        _("record the consent with its evidence, or use another way"),
    ),
    "number_stale": (
        _("nothing within the time allowed shows that the number is still theirs"),
        _("have the number checked, or get a new consent"),
    ),
    "notice_young": (
        _("the notice was given less than %(days)s days ago"),
        _("wait until the time to object is over"),
    ),
    "cost_unknown": (
        _("what the loan costs a year is not known"),
        _("enter the yearly cost of the loan"),
    ),
    "words_missing": (
        _("the text lacks what the rule requires"),
        _("use an approved template"),
    ),
    "limitation_unknown": (
        _("the text says “%(words)s”, and whether a suit would come too late is not known"),
        _("find out whether the debt is time-barred"),
    ),
    "banned_words": (_("the text says “%(words)s”"), _("use an approved template")),
    "point_resting": (
        _("the number or address rests, is wrong or is missing"),
        _("find another one, or verify it again"),
    ),
    "point_unverified": (
        _("not proven to be this person's"),
        _("verify the number or address first"),
    ),
    "visit_asked_for": (_("the borrower asked for the visit"), ""),
    "lighter_first": (
        _("%(count)s lighter ways tried; %(need)s come first"),
        _("call, write or send a letter first"),
    ),
    "balance_unknown": (
        _("the balance is not known in this currency"),
        _("import the balance, or set a minimum for the currency"),
    ),
    "balance_small": (_("the balance is too small for a visit"), _("use a lighter way")),
    "after_sunset": (_("the sun sets at %(sunset)s there"), _("come in daylight")),
    "licence_unknown": (_("whether the lender is licensed is not known"), ""),
    "unlicensed": (_("the lender has no licence"), _("stop, and ask your lawyers")),
    "settled": (_("the debt is settled or the case is closed"), ""),
    "not_due": (_("nothing is due today"), _("wait for the due date")),
    "no_ground": (_("not asked, because the ground is missing"), ""),
    "place_unknown": (_("the country is not known"), _("import the borrower's country")),
    "zone_unknown": (
        _("the time zone is not known"),
        _("import the borrower's region, or locate the address"),
    ),
    "clock_skew": (_("the clock is off by %(seconds)s seconds"), _("set the clock")),
    "no_pack": (
        _("no rules are installed for this country"),
        _("install the pack of the country and add it to the settings"),
    ),
    "pack_expired": (
        _("the pack %(pack)s must be read again against its sources"),
        _("install the current version of the pack"),
    ),
    "no_point": (
        _("no phone, e-mail or located address of theirs can be used"),
        _("ask the lender for another phone, e-mail or address, and verify it"),
    ),
    "kind_unjudged": (
        _("no rule of these packs speaks of this kind of action"),
        _("ask a person"),
    ),
}
CAUSES: dict[str, Text] = {
    "outside_hours": _("Outside the hours"),
    "closed_day": _("A closed day of the week"),
    "public_holiday": _("A public holiday"),
    "holidays_unknown": _("Public holidays not known"),
    "asked_otherwise": _("Asked to be spared at that time"),
    "cap_reached": _("A cap is reached"),
    "resting": _("Rest after a conversation"),
    "automated_consent": _("Automated without consent"),
    "refused_way": _("A way, place or time they refused"),
    "third_party_hint": _("A hint to the household"),
    "asked_before": _("Asked already"),
    "no_authority": _("No authority for the estate"),
    "work_email": _("E-mail at work"),
    "electronic_consent": _("No consent to messages"),
    "number_stale": _("The number is not freshly checked"),
    "notice_young": _("The notice is too recent"),
    "cost_unknown": _("Yearly cost not known"),
    "words_missing": _("Required words are missing"),
    "limitation_unknown": _("Limitation not known"),
    "crew_unknown": _("No crew named"),
    "crew_small": _("The crew is too small"),
    "crew_large": _("The crew is too large"),
    "agent_uncertified": _("A certificate is missing"),
    "workplace": _("The workplace is closed"),
    "entry": _("Entry without consent"),
    "posted": _("Readable by others"),
    "recording_failed": _("The recording device failed"),
    "third_party_refused": _("A third party refused"),
    "owes_nothing": _("A person who owes nothing"),
    "third_party_purpose": _("A person who owes nothing"),
    "debtor_reachable": _("The debtor can be reached"),
    "heir_renounced": _("The heir renounced"),
    "not_liable": _("Liability not shown"),
    "liability_unsure": _("Liability to be decided"),
    "minor": _("A minor"),
    "stopped": _("A stop is in force"),
    "notice_missing": _("A notice is missing"),
    "agency_unknown": _("The agency is not known"),
    "no_mandate": _("No mandate in force"),
    "white_list_unknown": _("Published list not known"),
    "not_on_white_list": _("Not on the published list"),
    "contract_day_unknown": _("Day of the contract not known"),
    "cost_above_cap": _("Costs more than the law allows"),
    "agency_record": _("The agency has a record of abuse"),
    "channel_barred": _("A private channel"),
    "banned_words": _("Banned words"),
    "point_resting": _("The contact point rests or is wrong"),
    "point_unverified": _("The contact point is not verified"),
    "no_point": _("No usable way to reach them"),
    "lighter_first": _("Lighter ways come first"),
    "balance_unknown": _("The balance is not known"),
    "balance_small": _("The balance is small"),
    "after_sunset": _("After sunset"),
    "unlicensed": _("The lender has no licence"),
    "settled": _("Settled or closed"),
    "not_due": _("Nothing is due"),
    "place_unknown": _("The country is not known"),
    "zone_unknown": _("The time zone is not known"),
    "clock_skew": _("The clock is wrong"),
    "no_pack": _("No rules for the country"),
    "pack_expired": _("The rules have expired"),
    "kind_unjudged": _("No rule for this kind of action"),
}
