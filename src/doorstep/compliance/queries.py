"""Rows as facts: everything the gate needs for many actions, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from doorstep.care.api import stops_of
from doorstep.care.types import StopView
from doorstep.casefile.api import cases_of, find_case
from doorstep.casefile.types import CaseStatus, CaseView
from doorstep.compliance.history import Histories, History, load_histories
from doorstep.compliance.models import StoredConsent
from doorstep.compliance.persons import Persons, load_persons
from doorstep.compliance.sunset import sunset
from doorstep.compliance.types import (
    Agency,
    AgentFacts,
    Asked,
    Carrier,
    Consent,
    ConsentKind,
    Debt,
    Document,
    Executor,
    Facts,
    Lender,
    Party,
    Product,
    Spot,
    State,
    StateKind,
)
from doorstep.kernel.actions import Action, ActionKind, Role
from doorstep.people.api import agents, licence_of, mandates_in_force, organisation_of
from doorstep.people.types import SYSTEM, AgentView, Licence, Viewer
from doorstep.verification.api import people_of, points_of
from doorstep.verification.types import PersonView, PointKind, PointStatus, PointView

LIGHTER = {PointKind.PHONE: "call", PointKind.EMAIL: "message", PointKind.CHAT: "message"}
USABLE = frozenset({PointStatus.VERIFIED, PointStatus.UNVERIFIED})


@dataclass(frozen=True, slots=True)
class Situation:
    """One action with all that is known about it at an instant, ready to be judged."""

    case: CaseView
    asked: Asked
    facts: Facts
    person_key: str
    history: History


@dataclass(frozen=True, slots=True)
class _Order:
    """A mandate as the gate needs it."""

    agency_id: int | None
    notified_on: date | None


class UnknownCaseError(LookupError):
    """An action names a case that does not exist."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is locked before one action is decided, the person and the number, and what was read
    to know them."""

    case: CaseView
    points: Sequence[PointView]
    persons: Persons
    person: str
    number: str


def keys_of(viewer: Viewer, action: Action) -> Keys:
    """The keys of one action. Raises UnknownCaseError where its case is not the viewer's."""
    case = find_case(viewer, action.case)
    if case is None:
        raise UnknownCaseError(f"case {action.case} is not known; open the case list again")
    persons = load_persons([case])
    points = points_of(SYSTEM, [case.id]).get(case.id, ())
    number = next((p.number_key for p in points if str(p.id) == action.to.point), "")
    return Keys(case, points, persons, persons.key(case), number)


def home_day(at: datetime) -> date:
    """The day it is at home: what mandates, policies and birthdays are dated by."""
    return at.astimezone(ZoneInfo(settings.HOME_ZONE)).date()


def _staff(named: set[str]) -> dict[str, AgentView]:
    """The agents that are named; a name that can be nobody's is nobody's."""
    ids = []
    for name in sorted(named):
        with suppress(ValueError):
            ids.append(UUID(name))
    return {str(a.id): a for a in agents(SYSTEM, only=ids)} if ids else {}


class Gathering:
    """What is known of the cases of some actions. Built once, asked per action."""

    def __init__(
        self,
        actions: Sequence[Action],
        *,
        at: datetime,
        carrier: Carrier = Carrier(),  # noqa: B008 - immutable
        planning: bool = False,
        without: UUID | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.carrier, self.planning = carrier, planning
        ids = sorted({a.case for a in actions})
        self.cases = {keys.case.id: keys.case} if keys else cases_of(SYSTEM, ids)
        for missing in (i for i in ids if i not in self.cases):
            raise UnknownCaseError(f"case {missing} is not known; open the case list again")
        self.points = {keys.case.id: keys.points} if keys else points_of(SYSTEM, ids)
        self.people = people_of(SYSTEM, ids)
        self.stops = stops_of(SYSTEM, ids)
        self.consents = _consents(ids)
        self.persons: Persons = keys.persons if keys else load_persons(list(self.cases.values()))
        owners = {c.id: self.persons.key(c) for c in self.cases.values()}
        self.histories: Histories = load_histories(
            actions, owners, self.points, at=at, without=without
        )
        self.orders = {
            m.pk: _Order(m.agency_id, m.notified_on) for m in mandates_in_force(home_day(at))
        }
        self.staff = _staff({*carrier.agents, *(i for a in actions for i in a.crew)})
        self._agencies: dict[int, bool | None] = {}
        self._lenders: dict[int, Lender] = {}

    def situation(self, action: Action, at: datetime) -> Situation:
        """The question to judge for one action at an instant."""
        case = self.cases[action.case]
        point = next(
            (p for p in self.points.get(case.id, ()) if str(p.id) == action.to.point), None
        )
        related = next(
            (p for p in self.people.get(case.id, ()) if p.person == action.to.person), None
        )
        asked = Asked(
            kind=action.kind,
            to=self._party(action, case, point, related, at),
            channel=action.channel,
            initiated_by=action.initiated_by,
            place=_spot(action, case, point),
            crew=self._crew(action),
            purpose=action.purpose,
            content=action.content,
            amount=action.amount.minor if action.amount else None,
        )
        history = self.histories.of(case.id, self.persons.key(case), point)
        facts = self._facts(action, case, point, at, history)
        return Situation(case, asked, facts, self.persons.key(case), history)

    def _party(
        self,
        action: Action,
        case: CaseView,
        point: PointView | None,
        related: PersonView | None,
        at: datetime,
    ) -> Party:
        to = action.to
        liable: bool | None = None
        if to.role is not Role.DEBTOR:
            liable = related.liable if related else False
        return Party(
            role=to.role,
            person=to.person,
            number=point.number_key if point else "",
            minor=to.minor or (to.role is Role.DEBTOR and self.persons.minor(case, home_day(at))),
            liable=liable,
            verified=point is not None and point.status is PointStatus.VERIFIED,
            standing=point is not None and point.status in USABLE,
        )

    def _crew(self, action: Action) -> tuple[str, ...] | None:
        crew = action.crew or (self.carrier.agents if action.kind is ActionKind.VISIT else ())
        return tuple(crew) or None

    def _facts(
        self,
        action: Action,
        case: CaseView,
        point: PointView | None,
        at: datetime,
        history: History,
    ) -> Facts:
        executor, agency, told = self._executor(case)
        visit = action.kind is ActionKind.VISIT
        return Facts(
            debt=Debt(
                id=str(case.id),
                balance=case.payoff,
                currency=case.currency,
                due=case.arrears > 0,
                settled=case.status is CaseStatus.CLOSED,
                product=Product.UNKNOWN,  # no placement says it yet: the strictest rules hold
                days_past_due=case.dpd,
            ),
            lender=self._lender(case.lender_id),
            history=history.contacts,
            consents=(*self.consents.get(case.id, ()), *self.carrier.consents),
            states=self._states(case.id),
            documents=told,
            agents=tuple(self._agent(a) for a in (self._crew(action) or ())),
            clock_skew_s=self.carrier.clock_skew_s,
            executor=executor,
            agency=agency,
            recording=self.carrier.recording,
            sunset=_sunset(point, case, at) if visit else None,
            reachable_by=self._reachable_by(case.id) if visit else None,
            planning=self.planning,
        )

    def _lender(self, lender_id: int) -> Lender:
        if lender_id not in self._lenders:
            _, licence = licence_of(lender_id)
            known = licence != Licence.UNKNOWN
            licensed = licence != Licence.NONE if known else None
            self._lenders[lender_id] = Lender(str(lender_id), licensed, licence)
        return self._lenders[lender_id]

    def _states(self, case_id: UUID) -> tuple[State, ...]:
        stops: Iterable[StopView] = self.stops.get(case_id, ())
        refused = (p for p in self.people.get(case_id, ()) if p.stopped_at is not None)
        return (
            *(State(StateKind(s.kind.value), s.raised_at, s.until) for s in stops),
            *(State(StateKind.REFUSED, p.stopped_at, None, p.person) for p in refused),
        )

    def _executor(self, case: CaseView) -> tuple[Executor, Agency | None, tuple[Document, ...]]:
        org = self.carrier.organisation_id or case.agency_id
        if org is None or org == case.lender_id:
            return Executor.LENDER, None, ()
        order = self.orders.get(case.mandate_id or 0)
        ours = order is not None and order.agency_id == org
        told: tuple[Document, ...] = ()
        if order is not None and ours and order.notified_on is not None:
            told = (Document("agency_notice", order.notified_on),)
        return Executor.AGENCY, Agency(str(org), self._listed(org), mandate=ours), told

    def _listed(self, org: int) -> bool | None:
        if org not in self._agencies:
            found = organisation_of(Viewer(organisation_id=org))
            self._agencies[org] = found.on_white_list if found else None
        return self._agencies[org]

    def _agent(self, agent_id: str) -> AgentFacts:
        found: AgentView | None = self.staff.get(agent_id)
        if found is None or found.certified_until is None:
            return AgentFacts(agent_id, certified=False)
        until = date.fromisoformat(found.certified_until)
        return AgentFacts(
            agent_id,
            certified_until=until,
            authorised=found.active,
            organisation=str(found.organisation_id),
        )

    def _reachable_by(self, case_id: UUID) -> tuple[str, ...]:
        ways = {
            LIGHTER[p.kind]
            for p in self.points.get(case_id, ())
            if not p.person and p.kind in LIGHTER and p.status in USABLE
        }
        return tuple(sorted(ways))


def _spot(action: Action, case: CaseView, point: PointView | None) -> Spot:
    place = action.place
    work = point is not None and point.use.value == "work"
    return Spot(
        country=(place and place.country) or (point and point.country) or case.country,
        region=(place and place.region) or (point and point.region) or case.region,
        zone=(place and place.zone) or (point and point.zone) or case.zone,
        kind="work" if work else place.kind if place else "home",
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
    )


def _sunset(point: PointView | None, case: CaseView, at: datetime) -> datetime | None:
    if point is None or point.latitude is None or point.longitude is None:
        return None
    return sunset(point.latitude, point.longitude, point.zone or case.zone, at)


def _consents(case_ids: Sequence[UUID]) -> dict[UUID, tuple[Consent, ...]]:
    found: dict[UUID, list[Consent]] = defaultdict(list)
    for start in range(0, len(case_ids), 5000):
        rows = StoredConsent.objects.filter(
            case_id__in=case_ids[start : start + 5000], withdrawn_at__isnull=True
        ).order_by("given_at", "id")
        for r in rows:
            found[r.case_id].append(
                Consent(
                    ConsentKind(r.kind), r.given_at, r.until, r.start, r.end, r.channel, r.evidence
                )
            )
    return {k: tuple(v) for k, v in found.items()}
