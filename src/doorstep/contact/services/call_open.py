"""May I call? With the gate's yes comes the number, for as long as the clearance holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.care import api as care
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView
from doorstep.compliance import api as gate
from doorstep.compliance.types import Carrier, Denied, Verdict, VerdictView
from doorstep.contact.models import CallTask
from doorstep.contact.rules.actions import unpack
from doorstep.contact.rules.languages import text_language
from doorstep.contact.services import texts
from doorstep.contact.services.call_queue import card, find_task, take
from doorstep.contact.services.queueing import local_day
from doorstep.contact.services.values import About, gather, values
from doorstep.contact.types import (
    CallState,
    OpenCall,
    Reason,
    RightPartyQuestion,
    ScriptLine,
)
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.money import Money
from doorstep.people.api import agents
from doorstep.people.types import SYSTEM, Viewer
from doorstep.strategy import api as strategy
from doorstep.strategy.types import Tone
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty

MINUTES = 10
"""How long a call may be started after the gate said yes."""
TONES = {
    Tone.FRIENDLY: "gentle",
    Tone.HELPFUL: "gentle",
    Tone.CARING: "gentle",
    Tone.PLAIN: "plain",
    Tone.SERIOUS: "firm",
}
"""Which wording of the script speaks in the tone of the case's plan."""


class CallTakenError(Exception):
    """Another agent has this call, or it is over: take the next one."""


def open_call(viewer: Viewer, task_id: UUID, at: datetime) -> OpenCall:
    """Ask the gate and, if it permits, show the number for ten minutes.

    Asked again while the clearance holds, the same call is shown without a new clearance; a stop
    raised meanwhile ends it. Raises NoSuchCallError or CallTakenError.
    """
    with transaction.atomic():
        task = find_task(viewer, task_id, lock=True)
        _mine(task, viewer)
        if holds(task, at):
            return _shown(viewer, task, at)
        take(task, viewer, at)
        task.clearance_id = task.cleared_until = None
        action = unpack(task.action)
        who = (str(viewer.agent_id),) if viewer.agent_id else ()
        try:
            cleared = gate.clear(
                viewer, action, at=at, minutes=MINUTES, carrier=Carrier(agents=who), use=True
            )
        except Denied as denied:
            _put_back(task, denied.verdict, at)
            return _closed(viewer, task)
        task.clearance_id, task.cleared_until = cleared.clearance_id, cleared.expires_at
        task.verdict_id, task.why = cleared.verdict.id, ""
        task.save()
        return _shown(viewer, task, at)


def view_call(viewer: Viewer, task_id: UUID, at: datetime) -> OpenCall:
    """The call as it stands, asking nobody: with the number only while the clearance holds, and
    with the gate's reasons where it said no. Raises NoSuchCallError."""
    task = find_task(viewer, task_id)
    if task.state == CallState.TAKEN and task.taken_by == viewer.name and holds(task, at):
        return _shown(viewer, task, at)
    return _closed(viewer, task)


@transaction.atomic
def confirm_party(viewer: Viewer, task_id: UUID, result: RightParty, *, at: datetime) -> None:
    """Note who is on the line; only the right party opens the subject of debt (and the amount)."""
    task = find_task(viewer, task_id, lock=True)
    _mine(task, viewer)
    verification.record_right_party(
        viewer, task.case_id, task.point_id, result, at=at, by=viewer.name
    )
    task.party = result
    task.save(update_fields=["party"])


def holds(task: CallTask, at: datetime) -> bool:
    """Whether the number may be seen at `at`: inside the clearance, and nothing stopped it."""
    if task.cleared_until is None or at >= task.cleared_until:
        return False
    stops = care.stops_of(SYSTEM, [task.case_id]).get(task.case_id, [])
    return not any(task.taken_at and s.raised_at >= task.taken_at for s in stops)


def _mine(task: CallTask, viewer: Viewer) -> None:
    free = task.state in {CallState.OPEN, CallState.HELD}
    if not free and not (task.state == CallState.TAKEN and task.taken_by == viewer.name):
        raise CallTakenError(task.taken_by or task.state)


def _put_back(task: CallTask, verdict: Verdict, at: datetime) -> None:
    """Deferred inside its time: back to the queue for then. Otherwise held."""
    task.why, task.verdict_id = ", ".join(verdict.deciding)[:200], verdict.id
    task.taken_by, task.taken_at = "", None
    if verdict.defer_until and at < verdict.defer_until < task.not_after:
        task.state, task.not_before = CallState.OPEN, verdict.defer_until
    else:
        task.state = CallState.HELD
    task.save()


def _closed(viewer: Viewer, task: CallTask) -> OpenCall:
    """Without the number: not asked yet, over, or refused with the rules that decided."""
    case = _case(task)
    found = gate.verdict_of(viewer, task.verdict_id) if task.verdict_id and task.why else None
    refused = found is not None and not found.permitted
    return OpenCall(
        card(task),
        permitted=False,
        verdict=str(found.answer) if found and refused else "",
        reasons=_reasons(found) if found and refused else (),
        defer_until=found.defer_until if found and refused else None,
        until=task.cleared_until,
        party=task.party,
        currency=case.currency,
        zone=case.zone or "UTC",
    )


def _reasons(verdict: VerdictView) -> Sequence[Reason]:
    """The rules that decided, in the language of the page."""
    return [
        Reason(f.rule, f"{f.title}: {f.why}", f.citation)
        for f in gate.explain(verdict)
        if f.rule in verdict.deciding
    ]


def _duties(verdict: VerdictView | None) -> Sequence[Reason]:
    """What the permission asks for, each once."""
    said = {d.code: d.rule for d in verdict.duties} if verdict else {}
    return [Reason(rule, gate.duty_text(code)) for code, rule in said.items()]


def _case(task: CallTask) -> CaseView:
    case = casefile.find_case(SYSTEM, task.case_id)
    assert case is not None, "the foreign key holds"
    return case


def _shown(viewer: Viewer, task: CallTask, at: datetime) -> OpenCall:
    case = _case(task)
    found = gate.verdict_of(viewer, task.verdict_id) if task.verdict_id else None
    about = gather([case], at)[case.id]
    number = verification.reveal(
        viewer, task.point_id, at=at, by=viewer.name, why="call", act=str(task.clearance_id)
    )
    proven = task.party == RightParty.RIGHT_PARTY
    tells = proven and task.role == Role.DEBTOR and task.purpose != Purpose.VERIFY
    language = text_language(task.language, case.country)
    return OpenCall(
        card(task),
        permitted=True,
        verdict=str(found.answer) if found else "allow",
        duties=_duties(found),
        until=task.cleared_until,
        number=number,
        name=about.name if not task.person else _person(viewer, task),
        questions=[
            RightPartyQuestion(q.code, q.expected)
            for q in verification.right_party_questions(viewer, task.case_id, task.person)
        ],
        party=task.party,
        amount=Money(case.arrears, case.currency) if tells else None,
        script=_script(_Spoken(viewer, task, about, at), language or "en"),
        script_missing=language is None,
        language=language or "en",
        currency=case.currency,
        zone=case.zone or "UTC",
    )


def _person(viewer: Viewer, task: CallTask) -> str:
    people = verification.people_of(viewer, [task.case_id]).get(task.case_id, [])
    return next((p.masked_name for p in people if p.person == task.person), "")


@dataclass(frozen=True, slots=True)
class _Spoken:
    viewer: Viewer
    task: CallTask
    about: About
    at: datetime


def _script(call: _Spoken, language: str) -> Sequence[ScriptLine]:
    """What to say, in the borrower's language. Before the right party is proven nothing but the
    neutral opening exists; the debt is talked about only with the debtor and never to verify."""
    task, case = call.task, call.about.case
    lines = texts.script(language)
    proven = task.party == RightParty.RIGHT_PARTY
    known = values(call.about, language, local_day(case, call.at))
    known["agent"] = _own_name(call.viewer)
    if task.person:
        known["name"] = ""
    first = {k: known[k] for k in ("name", "writer", "phone", "reference", "agent")}
    if not proven:
        return [_line(lines["first"], code, first, language) for code in lines["first"]]
    if task.purpose == Purpose.VERIFY or task.role != Role.DEBTOR:
        return [ScriptLine(_line(lines["verify"], "all", first, language).say, "subject")]
    spoken = [_of_purpose(lines, task, case, known, language)]
    return spoken + [_line(lines["after"], code, known, language) for code in lines["after"]]


def _own_name(viewer: Viewer) -> str:
    """The name an agent gives on the phone; a user who is no agent gives their user name."""
    mine = agents(viewer, only=[viewer.agent_id]) if viewer.agent_id else []
    return mine[0].name if mine else viewer.name


def _of_purpose(
    lines: Mapping[str, Mapping[str, str]],
    task: CallTask,
    case: CaseView,
    known: Mapping[str, str],
    language: str,
) -> ScriptLine:
    section = lines[task.purpose]
    plan = None if "all" in section else strategy.plan_of(SYSTEM, case.id)
    tone = TONES[plan.tone] if plan else "plain"
    said = _line(section, "all" if "all" in section else tone, known, language)
    return ScriptLine(said.say, "subject")


def _line(
    section: Mapping[str, str], code: str, known: Mapping[str, str], language: str
) -> ScriptLine:
    clean = {key: texts.clean_value(value) for key, value in known.items()}
    say = texts.write(section[code], clean, where=f"call.{language}.{code}")
    return ScriptLine(say, code)
