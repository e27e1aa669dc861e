"""A world with one row of everything that belongs to Bluebay's Li Na, made from the models.

A new case-bound model gets a row by itself: each required column is filled by its type. Only where
the database wants a particular word is there a line in WORDS.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from doorstep.casefile.models import Case
from doorstep.kernel import sealed
from doorstep.people.api import Scoped
from tests.cast import NINE, ZONE, Cast, case_of, people_of_the_cast

MARK = "SECRETLINA"
"""Every text column of the world holds this word: whoever reads it saw what is not theirs."""

WORDS: dict[str, dict[str, Any]] = {
    "book.BookEvent": {"kind": "payment", "amount": 100},
    "casefile.Fact": {"kind": "note", "data": {"note": MARK}},
    "book.Loan": {"borrower_id": f"B-{MARK}", "loan_id": f"L-{MARK}"},
    "verification.ContactPoint": {"borrower_id": f"B-{MARK}"},
    "compliance.StoredVerdict": {"kind": "call", "role": "debtor", "purpose": "collect"},
    "compliance.Clearance": {"expires_at": NINE + timedelta(days=1)},
    "contact.Outgoing": {"not_after": NINE + timedelta(days=1)},
    "contact.CallTask": {"not_after": NINE + timedelta(days=1)},
}


@dataclass
class World:
    cast: Cast
    case: Case
    rows: dict[str, models.Model] = field(default_factory=dict)

    def pk(self, label: str) -> Any:
        """The key of the world's row of a model, or a key of nothing."""
        row = self.rows.get(label)
        return row.pk if row is not None else uuid.uuid4()


def build() -> World:
    """The cast, Li Na's case, and one row of every case-bound model."""
    cast = people_of_the_cast()
    case = Case.objects.get(pk=case_of(cast, f"B-{MARK}"))
    world = World(cast, case, {"casefile.Case": case})
    for model in scoped_models():
        row_of(world, model)
    row_of(world, apps.get_model("compliance.HousePolicy"))
    promises = apps.get_model("casefile.Promise").objects
    promises.update(arrangement_id=world.pk("negotiation.Arrangement"))
    return world


def scoped_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if issubclass(m, Scoped)]


def row_of(world: World, model: type[models.Model]) -> models.Model:
    """The world's row of a model, made on first use together with what it points to."""
    label = model._meta.label
    if label not in world.rows:
        words = WORDS.get(label, {})
        values = {
            f.attname if isinstance(f, models.ForeignKey) else f.name: words[f.name]
            if f.name in words
            else _value(world, f)
            for f in model._meta.concrete_fields
            if f.name in words or _needed(f)
        }
        if issubclass(model, Scoped):
            case = world.case
            values |= {"lender_id": case.lender_id, "agency_id": case.agency_id}
            values |= {"mandate_id": case.mandate_id}
        world.rows[label] = model._default_manager.create(**values)
    return world.rows[label]


def _needed(f: models.Field[Any, Any]) -> bool:
    if f.name in {"lender", "agency", "mandate"} or isinstance(f, models.AutoField):
        return False
    return not (f.null or f.blank or f.has_default())


def _value(world: World, f: models.Field[Any, Any]) -> Any:
    if isinstance(f, models.ForeignKey):
        return _target(world, f)
    if f.choices:
        return f.choices[0][0]
    if (allowed := _allowed(f)) is not None:
        return allowed
    if isinstance(f, models.CharField | models.TextField):
        return _text(f)
    return _BY_TYPE[type(f)]


def _allowed(f: models.Field[Any, Any]) -> Any:
    """The first word that a check constraint of the model allows for a column."""
    for constraint in f.model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            for name, words in _conditions(constraint.condition):
                if name == f"{f.name}__in" and words:
                    return next(iter(words))
    return None


def _conditions(q: Any) -> Iterator[tuple[str, Any]]:
    for child in getattr(q, "children", ()):
        if isinstance(child, tuple):
            yield child
        else:
            yield from _conditions(child)


def _target(world: World, f: models.ForeignKey[Any, Any]) -> Any:
    target = f.related_model
    label = target._meta.label
    if label == "people.Organisation":
        return world.cast.doorway
    if label == "people.Agent":
        return world.cast.fei
    return row_of(world, target).pk


def _text(f: Any) -> str:
    special = {"currency": "CNY", "country": "CN", "zone": ZONE, "language": "zh-Hans"}
    return special.get(f.name, MARK)[: f.max_length]


_BY_TYPE: dict[type, Any] = {
    models.BigIntegerField: 100,
    models.IntegerField: 1,
    models.PositiveIntegerField: 1,
    models.PositiveSmallIntegerField: 1,
    models.SmallIntegerField: 1,
    models.FloatField: 42.9,
    models.BooleanField: False,
    models.DateField: date(2026, 11, 24),
    models.DateTimeField: NINE,
    models.UUIDField: uuid.UUID(int=7),
    models.JSONField: {"mark": MARK},
    models.BinaryField: b"",
}


def seal_all() -> None:
    """Sealed columns hold the mark too, under the tests' key."""
    _BY_TYPE[models.BinaryField] = sealed.seal(MARK)
