"""The packs an organisation's contacts are judged by: those of the settings, with the house rules
it loosened for a while by two signatures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from doorstep.compliance.models import HousePolicy, PolicySignature
from doorstep.compliance.packs import packs
from doorstep.compliance.queries import home_day
from doorstep.compliance.rules._judge import Pack
from doorstep.compliance.rules._law import Base
from doorstep.people.types import Permission, Viewer

SIGNATURES = 2
LOOSE_KINDS = frozenset({"hours", "caps", "lighter_first", "balance", "daylight"})
"""Numbers and times may be loosened; stops, readers, third parties and children never."""


class PolicyError(ValueError):
    """The proposal cannot be made or signed: the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """One number of one rule in force as it is now, which a policy may change. Dotted fields name
    an entry of a table: `margin_minutes.call`, `least.CNY`."""

    rule: str
    field: str
    value: str


def packs_in_use(organisations: Iterable[int | None], at: datetime) -> list[Pack]:
    """The packs of the settings as these organisations (a case's lender and agency) loosened them.

    A house rule may be loosened by either; a provisional rule of law by the lender alone, who is
    named first.
    """
    ids = [o for o in organisations if o is not None]
    found = in_force(ids, home_day(at))
    changes = tuple(
        Change(p.rule, p.field, p.value)
        for p in found
        if p.rule.startswith("HOUSE-") or p.organisation_id == ids[0]
    )
    return list(_changed(tuple(settings.PACKS), changes))


def in_force(organisations: Sequence[int], on: date) -> list[HousePolicy]:
    """Policies that hold on a day: signed by two, not withdrawn, not over; oldest first."""
    signed = (
        PolicySignature.objects.values("policy")
        .annotate(n=Count("user", distinct=True))
        .filter(n__gte=SIGNATURES)
        .values("policy")
    )
    rows = HousePolicy.objects.filter(
        organisation_id__in=organisations,
        expires_on__gte=on,
        withdrawn_at__isnull=True,
        pk__in=signed,
    )
    return list(rows.order_by("proposed_at", "id"))


@lru_cache(maxsize=256)
def _changed(codes: tuple[str, ...], changes: tuple[Change, ...]) -> tuple[Pack, ...]:
    return tuple(with_changes(p, changes) for p in packs(codes))


def with_changes(pack: Pack, changes: tuple[Change, ...]) -> Pack:
    """A pack with those of its rules loosened that the changes name."""
    mine = {c.rule for c in changes} & {w.rule.id for _, w in pack.laws}
    if not mine:
        return pack
    laws = []
    for judge, law in pack.laws:
        for c in changes:
            if c.rule == law.rule.id:
                law = changed(law, c.field, c.value)  # noqa: PLW2901 - one change after another
        laws.append((judge, law))
    version = f"{pack.version}+{len(mine)}"
    told = [[c.rule, c.field, c.value] for c in changes if c.rule in mine]
    source = {**pack.source, "changes": told}
    return dataclasses.replace(pack, laws=tuple(laws), version=version, source=source, _by_kind={})


def loosenable() -> list[Change]:
    """Every number that may be loosened, by rule and field, as it is now."""
    found = []
    for pack in packs(settings.PACKS):
        for _, law in pack.laws:
            rule = law.rule
            weak = pack.is_house or rule.status == "provisional"
            if weak and rule.kind in LOOSE_KINDS:
                found += [Change(rule.id, f, v) for f, v in _numbers(law)]
    return found


def _numbers(law: Base) -> Iterable[tuple[str, str]]:
    for f in dataclasses.fields(law):
        value = getattr(law, f.name)
        if not f.init or f.name in {"rule", "kinds"}:
            continue
        if isinstance(value, time):
            yield f.name, f"{value:%H:%M}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield f.name, str(value)
        elif isinstance(value, dict):
            yield from ((f"{f.name}.{k}", str(v)) for k, v in value.items())


def changed(law: Base, field: str, value: str) -> Base:
    """The law with one number changed. Raises PolicyError where the value does not fit."""
    name, _, entry = field.partition(".")
    now: Any = getattr(law, name)
    try:
        new: Any = _whole(value) if entry or isinstance(now, int) else time.fromisoformat(value)
    except ValueError as error:
        raise PolicyError(f"value: {value!r} does not fit {law.rule.id} {field}") from error
    fields: dict[str, Any] = {name: {**now, entry: new} if entry else new}
    return dataclasses.replace(law, **fields)


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError
    return number


@transaction.atomic
def propose_policy(
    viewer: Viewer,
    rule: str,
    field: str,
    value: str,
    *,
    reason: str,
    expires_on: date,
    at: datetime,
) -> int:
    """Propose to loosen one number until a last day, and sign it as the first of two.

    Raises PolicyError for a rule that may not be loosened, a value that does not fit, no reason,
    or an end that has passed.
    """
    organisation = _may(viewer)
    now = next((c for c in loosenable() if (c.rule, c.field) == (rule, field)), None)
    if now is None:
        raise PolicyError(f"rule: {rule} {field} cannot be loosened; choose one of the list")
    if not reason.strip():
        raise PolicyError("reason: say why, so that the second signer can judge it")
    if expires_on < home_day(at):
        raise PolicyError("last day: it has passed; choose today or a later day")
    law = next(w for p in packs(settings.PACKS) for _, w in p.laws if w.rule.id == rule)
    changed(law, field, value)
    policy = HousePolicy.objects.create(
        organisation_id=organisation,
        rule=rule,
        field=field,
        value=value.strip(),
        was=now.value,
        reason=reason.strip(),
        proposed_by=viewer.name,
        proposed_at=at,
        expires_on=expires_on,
    )
    _sign(policy, viewer, at)
    return int(policy.pk)


@transaction.atomic
def sign_policy(viewer: Viewer, policy_id: int, *, at: datetime) -> None:
    """Sign a proposal of the viewer's organisation. Raises PolicyError where the viewer signed
    already, or it is withdrawn or over."""
    policy = _own(viewer, policy_id)
    if policy.withdrawn_at is not None or policy.expires_on < home_day(at):
        raise PolicyError("this proposal is over; propose it again")
    if PolicySignature.objects.filter(policy=policy, user_id=viewer.user_id or 0).exists():
        raise PolicyError("you have signed already; a second person must sign")
    _sign(policy, viewer, at)


@transaction.atomic
def withdraw_policy(viewer: Viewer, policy_id: int, *, at: datetime) -> None:
    """End a loosening or a proposal at once; one signature is enough to be stricter again."""
    policy = _own(viewer, policy_id)
    HousePolicy.objects.filter(pk=policy.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by=viewer.name
    )


def _sign(policy: HousePolicy, viewer: Viewer, at: datetime) -> None:
    assert viewer.user_id is not None
    PolicySignature.objects.create(policy=policy, user_id=viewer.user_id, by=viewer.name, at=at)


def _may(viewer: Viewer) -> int:
    if not viewer.may(Permission.POLICY) or viewer.user_id is None:
        raise PolicyError("only a signed-in person with the right to set policy may do this")
    if viewer.organisation_id is None:
        raise PolicyError("a policy belongs to an organisation; sign in as one of its people")
    return viewer.organisation_id


def _own(viewer: Viewer, policy_id: int) -> HousePolicy:
    organisation = _may(viewer)
    rows = HousePolicy.objects.select_for_update()
    policy = rows.filter(pk=policy_id, organisation_id=organisation).first()
    if policy is None:
        raise PolicyError("this proposal is not known; open the list again")
    return policy
