"""What people tried and the gate refused: by whom, at which hour, by which rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.stored import CLEAR, REDEEM, rule_of
from doorstep.compliance.types import Answer
from doorstep.compliance.words import cause, title
from doorstep.people.types import Viewer

_REFUSED = (Answer.DENY, Answer.DEFER, Answer.ESCALATE)
_NEWEST = 50


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One attempt that was refused. `at` in the home zone."""

    verdict: UUID
    case: UUID
    at: datetime
    by: str
    kind: str
    cause: str


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Refused attempts from day `since` up to and with `until`. `agents` and `rules` hold name (and
    title) with their counts, the most frequent first; `hours` a count for each hour of the day."""

    since: date
    until: date
    by: str
    total: int
    agents: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, str, int], ...]
    hours: tuple[int, ...]
    newest: tuple[NearMiss, ...]


def near_misses(viewer: Viewer, since: date, until: date, by: str = "") -> NearMisses:
    """What was tried and refused in the viewer's scope; of one person where `by` names one.

    An attempt that broke several rules counts once for each of them under `rules`.
    """
    zone = ZoneInfo(settings.HOME_ZONE)
    tried = StoredVerdict.objects.seen_by(viewer).filter(
        stage__in=(CLEAR, REDEEM),
        answer__in=_REFUSED,
        at__gte=datetime.combine(since, time(), zone),
        at__lt=datetime.combine(until + timedelta(days=1), time(), zone),
    )
    agents = Counter(tried.values_list("by", flat=True))
    shown = tried.filter(by=by) if by else tried
    rules: Counter[str] = Counter()
    hours = [0] * 24
    for at, deciding in shown.values_list("at", "deciding").iterator():
        rules.update(deciding)
        hours[at.astimezone(zone).hour] += 1
    return NearMisses(
        since=since,
        until=until,
        by=by,
        total=sum(hours),
        agents=tuple(_ranked(agents)),
        rules=tuple((code, title(rule_of(code)), n) for code, n in _ranked(rules)),
        hours=tuple(hours),
        newest=tuple(
            NearMiss(v.pk, v.case_id, v.at.astimezone(zone), v.by, v.kind, cause(v.cause))
            for v in shown.order_by("-at", "id")[:_NEWEST]
        ),
    )


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))
