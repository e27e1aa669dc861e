"""The ledger as history: what was tried with a person, pooled over lenders, agencies and numbers,
with what is cleared and not yet told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min, Q

from doorstep.compliance.models import Clearance, LedgerEntry
from doorstep.compliance.packs import packs
from doorstep.compliance.rules._parts import flat
from doorstep.compliance.rules.caps import Law as CapLaw
from doorstep.compliance.types import AttemptResult, Contact, Party
from doorstep.kernel.actions import Action, ActionKind, Role
from doorstep.verification.types import PointView

RECENT = 9
"""Days that are read at least; visits are read whole."""
LONG = timedelta(days=100)
OPEN = frozenset({AttemptResult.UNKNOWN, AttemptResult.SENT, AttemptResult.RESERVED})
"""Results that a later word on the same clearance may replace."""
_IN = 5000
_KINDS = {k.value: k for k in ActionKind}
_RESULTS = {r.value: r for r in AttemptResult}
_ENTRY = (
    "id",
    "case_id",
    "person_key",
    "number_key",
    "at",
    "kind",
    "role",
    "person",
    "by_org_id",
    "direction",
    "result",
    "channel",
    "lender_id",
)


Ref = int | tuple[Any, ...]
"""Where a contact was read: the number of a ledger entry, with its result where that was still
open; a clearance with how it counted; or the first or last lighter contact of long ago."""


@dataclass(frozen=True, slots=True)
class History:
    """The contacts that count for one action, and where each was read. The last `others` of them
    were with somebody else on the same number."""

    contacts: tuple[Contact, ...]
    refs: tuple[Ref, ...]
    others: int


@dataclass(slots=True)
class Histories:
    """Contacts by person, by case and by number; `of` puts those of one action together."""

    by_person: dict[str, list[tuple[Contact, Ref]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_number: dict[str, list[tuple[str, Contact, Ref]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def of(self, case_id: UUID, key: str, point: PointView | None) -> History:
        """What counts for a person and, on this number, for others who share it."""
        mine = self.by_person.get(key, [])
        on_number = self.by_number.get(point.number_key, []) if point else []
        others = [(c, ref) for owner, c, ref in on_number if owner != key]
        found = [*mine, *others]
        return History(tuple(c for c, _ in found), tuple(r for _, r in found), len(others))


@lru_cache(maxsize=16)
def reach(codes: tuple[str, ...]) -> timedelta:
    """How far back every cap of some packs looks, those on visits alone left out, and a day each
    side for zones and daylight saving; ten years for a cap without an end."""
    found = RECENT
    for _, law in flat(w for p in packs(codes) for w in p.laws):
        if isinstance(law, CapLaw) and law.of - {ActionKind.VISIT}:
            longest = max(law.days, law.work_days or 0) if law.days else 3650
            found = max(found, longest + 2)
    return timedelta(days=found)


def load_histories(
    actions: Sequence[Action],
    keys: Mapping[UUID, str],
    points: Mapping[UUID, Sequence[PointView]],
    *,
    at: datetime,
    without: UUID | None = None,
) -> Histories:
    """The contacts of the people behind some actions. `keys` is the person behind each case;
    `at` the earliest instant judged; `without` leaves one clearance's reservation out."""
    found = Histories()
    since = at - reach(tuple(settings.PACKS))
    cases, people = sorted(keys), sorted(set(keys.values()))
    for row in _entries(people, cases, since):
        found.by_person[keys.get(row[1], row[2])].append((_contact(row), _ref(row)))
    visits = sorted({a.case for a in actions if a.kind is ActionKind.VISIT})
    for case_id, contact in _long_ago(visits, since):
        ref = ("long_ago", contact.kind.value, contact.at.isoformat())
        found.by_person[keys[case_id]].append((contact, ref))
    for row in _entries_on(_numbers(actions, points), since):
        owner = keys.get(row[1], row[2])
        found.by_number[row[3]].append((owner, _contact(row, mine=False), _ref(row)))
    for row in _reserved(people, since, at, without):
        ref = ("clearance", row[0].hex, row[10].value)
        found.by_person[row[2]].append((_contact(row), ref))
    return found


def _ref(row: tuple[Any, ...]) -> Ref:
    """A result that a later word may replace is kept with the number."""
    return (row[0], row[10]) if row[10] in OPEN else int(row[0])


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _IN):
        yield values[start : start + _IN]


def _entries(
    people: Sequence[str], cases: Sequence[UUID], since: datetime
) -> list[tuple[Any, ...]]:
    """Recent entries and every visit: of the person's key, and of the cases themselves, in case a
    key has changed since."""
    found: dict[int, tuple[Any, ...]] = {}
    asked = [("person_key__in", p) for p in _parts(people)] + [
        ("case_id__in", p) for p in _parts(cases)
    ]
    for name, part in asked:
        rows = LedgerEntry.objects.filter(
            Q(at__gte=since) | Q(kind=ActionKind.VISIT), **{name: part}
        )
        found.update((row[0], row) for row in rows.values_list(*_ENTRY))
    return sorted(found.values(), key=lambda row: (row[4], row[0]))


def _long_ago(cases: Sequence[UUID], since: datetime) -> Iterator[tuple[UUID, Contact]]:
    """The first and the last lighter contact of each kind before what is read whole: enough to
    know that a lighter way was tried."""
    for part in _parts(cases):
        rows = (
            LedgerEntry.objects.filter(
                case_id__in=part,
                at__lt=since,
                at__gte=since - LONG,
                kind__in=[ActionKind.CALL, ActionKind.MESSAGE, ActionKind.LETTER],
                role=Role.DEBTOR,
                direction="us",
            )
            .exclude(result=AttemptResult.FAILED)
            .values_list("case_id", "kind")
            .annotate(first=Min("at"), last=Max("at"))
            .order_by("case_id", "kind")
        )
        for case_id, kind, first, last in rows:
            for at in {first, last}:
                yield (
                    case_id,
                    Contact(at, ActionKind(kind), debt=str(case_id), result=AttemptResult.UNKNOWN),
                )


def _numbers(actions: Sequence[Action], points: Mapping[UUID, Sequence[PointView]]) -> list[str]:
    dialled = {a.to.point for a in actions if a.kind in {ActionKind.CALL, ActionKind.THIRD_PARTY}}
    keys = {
        p.number_key
        for case in {a.case for a in actions}
        for p in points.get(case, ())
        if str(p.id) in dialled
    }
    return sorted(keys - {""})


def _entries_on(numbers: Sequence[str], since: datetime) -> Iterator[tuple[Any, ...]]:
    for part in _parts(numbers):
        rows = LedgerEntry.objects.filter(number_key__in=part, at__gte=since)
        yield from rows.order_by("at", "id").values_list(*_ENTRY)


def _reserved(
    people: Sequence[str], since: datetime, at: datetime, without: UUID | None
) -> Iterator[tuple[Any, ...]]:
    """Clearances alive or used without a word of how it ended: both count."""
    for part in _parts(people):
        rows = Clearance.objects.filter(
            Q(used_at__isnull=True, expires_at__gt=at) | Q(used_at__isnull=False),
            person_key__in=part,
            settled_at__isnull=True,
            revoked_at__isnull=True,
            issued_at__gte=since,
        ).order_by("issued_at", "id")
        for c in rows:
            if c.pk == without:
                continue
            result = AttemptResult.RESERVED if c.used_at is None else AttemptResult.UNKNOWN
            yield clearance_row(c, result)


def clearance_row(c: Clearance, result: AttemptResult) -> tuple[Any, ...]:
    """A clearance as if it were an entry."""
    return (
        c.pk,
        c.case_id,
        c.person_key,
        c.number_key,
        c.issued_at,
        c.kind,
        c.role,
        c.person,
        c.agency_id or c.lender_id,
        "us",
        result,
        c.channel,
        c.lender_id,
    )


@lru_cache(maxsize=4096)
def _party(role: str, person: str) -> Party:
    return Party(role=Role(role), person=person)


def entry_contacts(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Ledger entries by number, as `contact_of` reads them."""
    found: dict[int, tuple[Any, ...]] = {}
    for part in _parts(ids):
        rows = LedgerEntry.objects.filter(pk__in=part)
        found.update((row[0], row) for row in rows.values_list(*_ENTRY))
    return found


def contact_of(row: tuple[Any, ...], mine: bool = True, result: str = "") -> Contact:
    """A ledger entry as a contact; `result` as it was when somebody looked."""
    return _contact((*row[:10], result or row[10], *row[11:]), mine)


def _contact(row: tuple[Any, ...], mine: bool = True) -> Contact:
    return Contact(
        at=row[4],
        kind=_KINDS[row[5]],
        to=_party(row[6], row[7]),
        number=row[3],
        debt=str(row[1]),
        by=str(row[8] or ""),
        direction=row[9],
        result=_RESULTS[row[10]],
        channel=row[11],
        mine=mine,
        lender=str(row[12]),
    )
