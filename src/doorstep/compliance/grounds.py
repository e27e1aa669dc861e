"""What a verdict rests on, kept so that it can be given again: the question, the facts, the packs.

A light verdict keeps its facts without the history; of that it keeps where each contact was read,
which are rows that nobody can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from doorstep.compliance.history import Ref, clearance_row, contact_of, entry_contacts
from doorstep.compliance.models import Clearance, Kept, StoredVerdict
from doorstep.compliance.queries import Situation
from doorstep.compliance.reading import ReadError, plain, read
from doorstep.compliance.rules._judge import Pack
from doorstep.compliance.types import Asked, AttemptResult, Contact, Facts
from doorstep.kernel.actions import ActionKind
from doorstep.kernel.ids import canonical, digest
from doorstep.kernel.sealed import SealError, blind, open_, seal

PLAN = "plan"
LONG = 120
"""Bytes of references that a verdict keeps itself; longer ones are kept once for all verdicts of
the same person."""
LIMIT = 1024
"""Bytes that a light verdict keeps itself; above, its facts are kept apart."""
FEW = 6
"""So many references are never long."""


class LostError(LookupError):
    """Something a verdict rests on is not there (any more): `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def put(row: StoredVerdict, s: Situation, packs: Sequence[Pack]) -> None:
    """Write into a verdict's row, not yet saved, what it rests on."""
    asked = plain(s.asked)
    for name in ("kind", "channel", "purpose"):  # columns of the row
        asked.pop(name, None)
    asked.get("to", {}).pop("role", None)
    for exact in ("latitude", "longitude"):  # somebody's door; the sunset is kept as a fact
        asked.get("place", {}).pop(exact, None)
    grounds: dict[str, Any] = {"asked": asked, "packs": [p.digest for p in packs]}
    if asked.pop("content", ""):
        row.said = seal(s.asked.content)
        grounds["said"] = blind("said", s.asked.content)
    if row.facts is None:
        grounds["facts"] = _light(s, row)
        row.refs = told(s.history.refs, s.history.others)
    row.grounds = grounds


def _light(s: Situation, row: StoredVerdict) -> dict[str, Any]:
    facts: dict[str, Any] = plain(replace(s.facts, history=(), planning=False))
    if facts.get("debt", {}).get("id") == str(row.case_id):
        del facts["debt"]["id"]
    if facts.get("lender", {}).get("id") == str(row.lender_id):
        del facts["lender"]["id"]
    return facts


def told(refs: Sequence[Ref], others: int) -> dict[str, Any]:
    """References as JSON: a number of an entry as its distance to the one before."""
    found: list[Any] = []
    last = 0
    for ref in refs:
        if isinstance(ref, int):
            found.append(ref - last)
            last = ref
        elif isinstance(ref[0], int):
            found.append([ref[0] - last, str(ref[1])])
            last = ref[0]
        else:
            found.append(list(ref))
    return {"at": found, "others": others} if others else {"at": found}


def keep(packs: Iterable[Pack], rows: Sequence[StoredVerdict] = ()) -> None:
    """Keep the packs of some verdicts, and what is long in their references, once."""
    wanted: dict[str, Any] = {p.digest: p.source for p in packs}
    for row in rows:
        if row.refs and len(row.refs["at"]) > FEW and len(canonical(row.refs)) > LONG:
            name = digest(row.refs)[:32]
            wanted[name] = row.refs
            row.refs = {"kept": name}
        if row.facts is None and row.grounds and _size(row) > LIMIT:
            name = digest(row.grounds["facts"])[:32]
            wanted[name] = row.grounds["facts"]
            row.grounds["facts"] = {"kept": name}
    there = set(Kept.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True))
    new = [Kept(digest=k, body=wanted[k]) for k in sorted(set(wanted) - there)]
    if new:
        Kept.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)


def _size(row: StoredVerdict) -> int:
    kept: tuple[Any, ...] = (
        row.grounds,
        row.refs or {},
        row.findings,
        row.packs,
        row.deciding,
    )
    return sum(len(canonical(k)) for k in kept)


def question(row: StoredVerdict) -> tuple[Asked, Facts]:
    """What was asked and known when a verdict was given. Raises LostError."""
    if row.grounds is None:
        raise LostError("grounds")
    kept = row.grounds
    asked = {**kept["asked"], "kind": row.kind, "channel": row.channel, "purpose": row.purpose}
    asked["to"] = {**asked.get("to", {}), "role": row.role}
    if "said" in kept:
        asked["content"] = _said(row, kept["said"])
    try:
        return read(Asked, asked), _facts(row, kept)
    except ReadError as error:
        raise LostError(f"grounds: {error}") from error


def _said(row: StoredVerdict, mark: str) -> str:
    try:
        text = open_(row.said or b"")
    except SealError as error:
        raise LostError("said: the text is sealed under another key or was changed") from error
    if not text:
        raise LostError("said: the text was erased")
    if blind("said", text) != mark:
        raise LostError("said: the text is another")
    return text


def _facts(row: StoredVerdict, kept: Mapping[str, Any]) -> Facts:
    if row.facts is not None:
        return read(Facts, row.facts)
    facts = dict(kept["facts"])
    if "kept" in facts:
        facts = dict(kept_body(facts["kept"]))
    facts["debt"] = {"id": str(row.case_id), **facts.get("debt", {})}
    facts["lender"] = {"id": str(row.lender_id), **facts.get("lender", {})}
    found = read(Facts, facts)
    return replace(found, history=_history(row), planning=row.stage == PLAN)


def _history(row: StoredVerdict) -> tuple[Contact, ...]:
    refs = row.refs or {}
    if "kept" in refs:
        refs = kept_body(refs["kept"])
    places = list(_places(refs.get("at", ())))
    entries = entry_contacts([p[0] for p in places if isinstance(p[0], int)])
    mine = len(places) - refs.get("others", 0)
    return tuple(_contact(row, p, entries, i < mine) for i, p in enumerate(places))


def _places(refs: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    last = 0
    for ref in refs:
        if isinstance(ref, int):
            last += ref
            yield last, ""
        elif isinstance(ref[0], int):
            last += ref[0]
            yield last, ref[1]
        else:
            yield tuple(ref)


def _contact(
    row: StoredVerdict, place: tuple[Any, ...], entries: Mapping[int, tuple[Any, ...]], mine: bool
) -> Contact:
    if isinstance(place[0], int):
        if place[0] not in entries:
            raise LostError(f"history: ledger entry {place[0]} is gone")
        return contact_of(entries[place[0]], mine, place[1])
    if place[0] == "clearance":
        found = Clearance.objects.filter(pk=UUID(place[1])).first()
        if found is None:
            raise LostError(f"history: clearance {UUID(place[1])} is gone")
        return contact_of(clearance_row(found, AttemptResult(place[2])), mine)
    return Contact(
        datetime.fromisoformat(place[2]),
        ActionKind(place[1]),
        debt=str(row.case_id),
        result=AttemptResult.UNKNOWN,
    )


def kept_body(name: str) -> Any:
    """What is kept under a digest. Raises LostError where it is gone or not what it was."""
    body = Kept.objects.filter(pk=name).values_list("body", flat=True).first()
    if body is None:
        raise LostError(f"kept: {name} is gone")
    if digest(body)[:32] != name:
        raise LostError(f"kept: {name} was changed")
    return body
