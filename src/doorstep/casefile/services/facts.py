"""Writing facts. There is no update and no delete: the database refuses both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from doorstep.casefile.models import Case, Fact
from doorstep.casefile.types import FactKind
from doorstep.people.api import scope_of

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class NewFact:
    """One thing that happened: `at` aware, `by` a user name, agent code or step name."""

    case_id: UUID
    kind: FactKind
    at: datetime
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)


def record(
    case_id: UUID, kind: FactKind, *, at: datetime, by: str, data: Mapping[str, Any] | None = None
) -> int:
    """Append one fact and return its id. Raises Case.DoesNotExist for an unknown case."""
    case = Case.objects.only("lender", "agency", "mandate").get(pk=case_id)
    fact = Fact.objects.create(
        case=case, kind=kind, at=at, by=by, data=dict(data or {}), **scope_of(case)
    )
    return int(fact.pk)


def record_many(facts: Iterable[NewFact]) -> int:
    """Append many facts with a fixed number of queries per 2,000; returns how many."""
    todo = list(facts)
    for start in range(0, len(todo), _BATCH):
        part = todo[start : start + _BATCH]
        scopes = {
            c.pk: scope_of(c)
            for c in Case.objects.filter(pk__in={f.case_id for f in part}).only(
                "lender", "agency", "mandate"
            )
        }
        Fact.objects.bulk_create(
            [
                Fact(
                    case_id=f.case_id,
                    kind=f.kind,
                    at=f.at,
                    by=f.by,
                    data=dict(f.data),
                    **scopes[f.case_id],
                )
                for f in part
            ]
        )
    return len(todo)
