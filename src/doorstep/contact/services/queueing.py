"""Permitted messages become rows of the outbox; what cannot be written is shown, not dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView
from doorstep.compliance.types import Planned
from doorstep.contact.models import LanguageGap, Outgoing, OutgoingStep
from doorstep.contact.rules.actions import pack
from doorstep.contact.rules.languages import text_language
from doorstep.contact.rules.readers import DEFAULT_TEMPLATE, Reader, why_not
from doorstep.contact.services import texts
from doorstep.contact.services.values import About, gather, values
from doorstep.contact.types import MessageState, QueueReport, join_content
from doorstep.kernel import sealed
from doorstep.kernel.actions import Action, ActionKind
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM
from doorstep.verification.types import PointStatus

_BATCH = 1000
BY = "outbox"


class NoTextError(ValueError):
    """A message cannot be written for this reader; `code` says why (see rules/readers.py)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


class LanguageMissingError(NoTextError):
    """No text of ours speaks the borrower's language."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text for one reader: final content and the language it is in."""

    template: str
    language: str
    content: str
    amount: int | None


@transaction.atomic
def queue_messages(permitted: Sequence[Planned], *, as_of: date, at: datetime) -> QueueReport:
    """Write the day's permitted messages and queue them; what was queued already is left alone.

    A message that must not or cannot be written is kept as *held* with its reason; a borrower whose
    language we lack becomes a LanguageGap. Order and number of queries do not depend on the cases.
    """
    todo = [p for p in permitted if p.action.kind is ActionKind.MESSAGE]
    wanted = {p.case_id for p in todo}
    abouts = gather(list(casefile.cases_of(SYSTEM, sorted(wanted)).values()), at)
    rows: dict[UUID, Outgoing] = {}
    gaps: dict[tuple[UUID, str, str], LanguageGap] = {}
    for planned in todo:
        if about := abouts.get(planned.case_id):
            _plan(planned, about, as_of, at, rows, gaps)
    known = _known(list(rows))
    new = [row for key, row in rows.items() if key not in known]
    _store(new, at)
    _store_gaps(list(gaps.values()), as_of)
    refused = sum(row.state == MessageState.HELD for row in new)
    return QueueReport(len(new) - refused, len(gaps), refused)


def write(action: Action, about: About, on: date) -> Written:
    """The final text of a message for its reader. Raises NoTextError or LanguageMissingError."""
    point = about.points.get(UUID(action.to.point)) if action.to.point else None
    if point is None:
        raise NoTextError("no_point")
    name = action.template or DEFAULT_TEMPLATE[action.purpose]
    info = texts.info(name)
    if info is None:
        raise NoTextError("no_such_text", name)
    reader = Reader(action.to.role, point.status is PointStatus.VERIFIED)
    if code := why_not(info, action.purpose, reader):
        raise NoTextError(code)
    language = text_language(about.case.language, about.case.country)
    if language is None:
        raise LanguageMissingError("language", name)
    try:
        subject, body = texts.render(name, language, values(about, language, on, info))
    except texts.TextError as error:
        raise NoTextError("values", str(error)) from error
    amount = about.case.arrears if info.mentions_debt else None
    return Written(name, language, join_content(subject, body), amount)


def local_day(case: CaseView, at: datetime) -> date:
    return at.astimezone(ZoneInfo(case.zone or "UTC")).date()


def _plan(
    planned: Planned,
    about: About,
    as_of: date,
    at: datetime,
    rows: dict[UUID, Outgoing],
    gaps: dict[tuple[UUID, str, str], LanguageGap],
) -> None:
    try:
        written, why = write(planned.action, about, as_of), ""
    except LanguageMissingError as error:
        gap = _gap(about.case, str(error), as_of)
        gaps[gap.case_id, gap.language, gap.template] = gap
        return
    except NoTextError as error:
        written, why = Written(planned.action.template, "", "", None), error.code
    row = _row(planned, about, written, as_of, at)
    row.state, row.why = (MessageState.HELD, why) if why else (MessageState.QUEUED, "")
    rows[row.pk] = row


def _row(planned: Planned, about: About, text: Written, as_of: date, at: datetime) -> Outgoing:
    case = about.case
    action = replace(planned.action, template=text.template)
    start = planned.not_before or at
    midnight = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(case.zone or "UTC"))
    return Outgoing(
        id=named_id("message", case.id, as_of, action.to.point, action.channel, text.template),
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        case_id=case.id,
        case_reference=case.reference,
        day=as_of,
        point_id=UUID(action.to.point) if action.to.point else UUID(int=0),
        person=action.to.person,
        role=action.to.role,
        action=pack(action),
        channel=action.channel,
        purpose=action.purpose,
        template=text.template,
        language=text.language,
        name=sealed.seal(about.name),
        content=sealed.seal(text.content),
        amount=text.amount,
        verdict_id=planned.verdict_id,
        decision_id=planned.decision_id,
        rank=planned.rank,
        not_before=start,
        not_after=max(planned.not_after or midnight, start + timedelta(minutes=1)),
        try_at=start,
        changed_at=at,
    )


def _gap(case: CaseView, template: str, as_of: date) -> LanguageGap:
    return LanguageGap(
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        case_id=case.id,
        case_reference=case.reference,
        language=case.language,
        template=template,
        first_on=as_of,
        last_on=as_of,
    )


def _known(ids: list[UUID]) -> set[UUID]:
    known: set[UUID] = set()
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        known.update(Outgoing.objects.filter(pk__in=part).values_list("pk", flat=True))
    return known


def _store(rows: list[Outgoing], at: datetime) -> None:
    Outgoing.objects.bulk_create(rows, batch_size=_BATCH)
    OutgoingStep.objects.bulk_create(
        [
            OutgoingStep(message_id=row.pk, state=row.state, at=at, by=BY, why=row.why)
            for row in rows
        ],
        batch_size=_BATCH,
    )


def _store_gaps(gaps: list[LanguageGap], as_of: date) -> None:
    LanguageGap.objects.bulk_create(
        gaps,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["case", "language", "template"],
        update_fields=["last_on"],
    )
