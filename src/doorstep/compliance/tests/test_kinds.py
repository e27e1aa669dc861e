"""Kinds of rule one by one: papers in good time, places, crews, third parties, rules of parts."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from doorstep.compliance.packs import pack
from doorstep.compliance.rules import crew, hours, notice, place, stops, third_party
from doorstep.compliance.rules._judge import deed_of
from doorstep.compliance.rules._law import Moment
from doorstep.compliance.rules._parts import Law as Several
from doorstep.compliance.rules._parts import judge as together
from doorstep.compliance.types import (
    CONTACTS,
    AgentFacts,
    Asked,
    AttemptResult,
    Consent,
    ConsentKind,
    Contact,
    Document,
    Executor,
    Facts,
    Lender,
    Party,
    Product,
    Result,
    Spot,
    State,
    StateKind,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

RULE = pack("cn").laws[0][1].rule
DELHI = ZoneInfo("Asia/Kolkata")
NOON = datetime(2027, 1, 15, 12, tzinfo=DELHI)
VISIT = Asked(ActionKind.VISIT, crew=("a", "b"), place=Spot("IN", zone="Asia/Kolkata"))


def found(kind, of, asked=VISIT, facts=Facts(), at=NOON):  # noqa: B008 - frozen
    moment = Moment(at, DELHI)
    return kind.judge(deed_of(asked, facts, moment, moment), facts, of)


def told(*days):
    return Facts(documents=tuple(Document("agency_notice", d) for d in days))


NOTICE = notice.Law(rule=RULE, document="agency_notice", days=1, first_only=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (told(), "notice_missing"),
        (told(date(2027, 1, 15)), "notice_short"),
        (told(date(2027, 1, 14)), ""),
        (told(None), ""),
        (told(date(2027, 1, 15), date(2027, 1, 2)), ""),
        (Facts(documents=(Document("assignment_notice"),)), "notice_missing"),
    ],
)
def test_a_notice_is_a_day_old_before_the_first_visit(facts, code):
    finding = found(notice, NOTICE, facts=facts)
    assert (finding.code, finding.blocks) == (code, bool(code))
    if code == "notice_short":
        assert finding.ends == datetime(2027, 1, 16, tzinfo=DELHI)


def test_a_second_visit_an_agreement_and_the_notice_itself_need_no_notice():
    before = Contact(datetime(2027, 1, 10, 12, tzinfo=DELHI), ActionKind.VISIT)
    assert found(notice, NOTICE, facts=Facts(history=(before,))).result is Result.NOT_APPLICABLE
    agreed = Facts(consents=(Consent(ConsentKind.VISIT, evidence="r"),))
    assert found(notice, NOTICE, facts=agreed).blocks
    opened = replace(NOTICE, opened_by=ConsentKind.VISIT)
    assert found(notice, opened, facts=agreed).code == "notice_waived"
    itself = replace(VISIT, purpose=Purpose.NOTICE)
    assert found(notice, NOTICE, asked=itself).result is Result.NOT_APPLICABLE


def test_while_planning_a_notice_not_yet_given_is_a_duty_and_at_the_door_a_refusal():
    of = replace(NOTICE, duty="announce_visit")
    assert found(notice, of, facts=Facts(planning=True)).duties == ("announce_visit",)
    assert found(notice, of, facts=Facts()).blocks
    assert found(notice, NOTICE, facts=Facts(planning=True)).blocks


@pytest.mark.parametrize(
    ("kind", "consents", "blocks"),
    [
        ("home", (), False),
        ("billing", (), False),
        ("work", (), True),
        ("public", (), True),
        ("work", (ConsentKind.PLACE,), False),
        ("work", (ConsentKind.HOURS,), True),
    ],
)
def test_only_the_places_the_law_names_are_open(kind, consents, blocks):
    of = place.Law(rule=RULE, only=frozenset({"home", "billing"}), opened_by=(ConsentKind.PLACE,))
    asked = replace(VISIT, place=Spot("IN", zone="Asia/Kolkata", kind=kind))
    facts = Facts(consents=tuple(Consent(k, evidence="r") for k in consents))
    assert found(place, of, asked, facts).blocks is blocks


def test_the_workplace_as_a_last_resort_opens_only_where_the_law_says_so():
    asked = replace(VISIT, place=Spot("IN", zone="Asia/Kolkata", kind="work"))
    lost = Facts(states=(State(StateKind.UNREACHABLE),))
    law = place.Law(rule=RULE, work=True)
    assert found(place, law, asked, lost).blocks
    assert not found(place, replace(law, last_resort=True), asked, lost).blocks
    assert found(place, replace(law, last_resort=True), asked).blocks


def test_a_call_is_judged_by_its_agent_once_one_is_named():
    of = crew.Law(rule=RULE, certified=True, where_named=True)
    call = Asked(ActionKind.CALL, place=VISIT.place)
    assert found(crew, of, call).result is Result.NOT_APPLICABLE
    named = replace(call, crew=("a",))
    bad = Facts(agents=(AgentFacts("a", certified=False),))
    assert found(crew, of, named, bad).code == "agent_uncertified"
    assert not found(crew, of, named, Facts(agents=(AgentFacts("a"),))).blocks
    assert found(crew, replace(of, where_named=False), call).blocks


def test_a_lender_sends_its_own_people_only_and_an_agency_its_own():
    of = crew.Law(rule=RULE, employees=True)
    strangers = Facts(agents=(AgentFacts("a", organisation="g1"),), lender=Lender("l1"))
    assert found(crew, of, facts=strangers).code == "agent_not_employed"
    assert not found(crew, of, facts=replace(strangers, executor=Executor.AGENCY)).blocks
    own = (AgentFacts("a", organisation="l1"), AgentFacts("b"))
    assert not found(crew, of, facts=replace(strangers, agents=own)).blocks


def ring(role, **more):
    return Asked(ActionKind.CALL, to=Party(role, **more), place=VISIT.place)


FAMILY = frozenset({Role.CONTACT, Role.EMPLOYER, Role.OTHER, Role.SPOUSE, Role.HEIR})


@pytest.mark.parametrize(
    ("asked", "blocks"),
    [
        (ring(Role.DEBTOR), False),
        (ring(Role.GUARANTOR, person="g"), False),
        (ring(Role.GUARANTOR, person="g", liable=False), False),
        (ring(Role.CONTACT, person="c"), True),
        (ring(Role.CONTACT, person="c", liable=True), False),
        (ring(Role.SPOUSE, person="s"), True),
        (ring(Role.SPOUSE, person="s", liable=True), False),
        (Asked(ActionKind.THIRD_PARTY, to=Party(Role.GUARANTOR), place=VISIT.place), False),
        (
            Asked(
                ActionKind.THIRD_PARTY, to=Party(Role.GUARANTOR, liable=False), place=VISIT.place
            ),
            True,
        ),
        (Asked(ActionKind.THIRD_PARTY, place=VISIT.place), True),
    ],
)
def test_nobody_who_does_not_owe_is_approached(asked, blocks):
    of = third_party.Law(rule=RULE, aspect="nobody", roles=FAMILY)
    assert found(third_party, of, asked).blocks is blocks


def test_a_written_consent_opens_a_third_party_only_where_the_law_names_it():
    of = third_party.Law(rule=RULE, aspect="nobody", roles=FAMILY)
    given = Facts(consents=(Consent(ConsentKind.THIRD_PARTY, evidence="letter"),))
    asked = ring(Role.EMPLOYER, person="e")
    assert found(third_party, of, asked, given).blocks
    assert not found(
        third_party, replace(of, opened_by=ConsentKind.THIRD_PARTY), asked, given
    ).blocks


def test_what_may_not_be_said_to_others_is_found_in_the_text():
    of = third_party.Law(rule=RULE, aspect="no_collecting", unsaid=(r"\bdebt\b", "欠款"))
    ask = ring(Role.OTHER, person="n")
    assert found(third_party, of, replace(ask, content="It is about a debt")).code == "debt_told"
    assert found(third_party, of, replace(ask, content="关于欠款")).code == "debt_told"
    assert not found(third_party, of, replace(ask, content="Is Ms Li in?")).blocks
    assert not found(third_party, of, replace(ring(Role.DEBTOR), content="your debt")).blocks


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (ring(Role.CONTACT, person="c"), True),
        (ring(Role.OTHER, person="c"), True),
        (ring(Role.CONTACT, person="d"), False),
        (ring(Role.CONTACT, person="d", number="N"), True),
        (ring(Role.CONTACT, person="d", number="M"), False),
    ],
)
def test_a_refusal_is_for_ever_for_the_person_and_for_the_number(asked, refused):
    of = third_party.Law(rule=RULE, aspect="refusal")
    said = Contact(
        datetime(2020, 1, 1, tzinfo=DELHI),
        ActionKind.CALL,
        to=Party(Role.CONTACT, "c"),
        number="N",
        result=AttemptResult.REFUSED,
    )
    assert found(third_party, of, asked, Facts(history=(said,))).blocks is refused


def test_an_unknown_aspect_is_no_law():
    with pytest.raises(ValueError, match="none of only_debtor"):
        third_party.Law(rule=RULE, aspect="everybody")


WINDOW = hours.Law(rule=RULE, start=time(8), end=time(11))
STOP = stops.Law(rule=RULE, states=(StateKind.COMPLAINT,))


def several(*parts):
    return Several(rule=RULE, kinds=CONTACTS, parts=parts)


class TOGETHER:
    judge = staticmethod(together)


def test_of_several_sentences_the_one_without_an_end_decides():
    of = several((hours.judge, WINDOW), (stops.judge, STOP))
    finding = found(TOGETHER, of, facts=Facts(states=(State(StateKind.COMPLAINT),)))
    assert (finding.code, finding.ends) == ("stopped", None)
    assert found(TOGETHER, of).code == "outside_hours"
    assert not found(TOGETHER, of, at=datetime(2027, 1, 15, 9, tzinfo=DELHI)).blocks


def test_of_two_waits_the_longer_decides_and_duties_add_up():
    until = datetime(2027, 3, 1, tzinfo=DELHI)
    of = several((hours.judge, WINDOW), (stops.judge, STOP))
    paused = Facts(states=(State(StateKind.COMPLAINT, until=until),))
    assert found(TOGETHER, of, facts=paused).ends == until
    both = several(
        (hours.judge, replace(WINDOW, end=time(13), wrap_up_minutes=90)),
        (place.judge, place.Law(rule=RULE, inside=True)),
        (place.judge, place.Law(rule=RULE, inside=True)),
    )
    assert found(TOGETHER, both).duties == ("wrap_up", "stay_outside")


def test_a_sentence_of_another_kind_product_or_hand_is_not_heard():
    for more in (
        {"kinds": frozenset({ActionKind.CALL})},
        {"products": frozenset({Product.MICROFINANCE})},
        {"executors": frozenset({Executor.AGENCY})},
    ):
        of = several((hours.judge, replace(WINDOW, **more)))
        assert found(TOGETHER, of).result is Result.NOT_APPLICABLE
    micro = several((hours.judge, replace(WINDOW, products=frozenset({Product.ORDINARY}))))
    assert found(TOGETHER, micro).blocks
