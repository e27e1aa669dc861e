"""Borrowers, the people around them and the ways to reach them, from the current snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import pyarrow as pa

from doorstep.book.records import BorrowerView, ContactRow, Key, RelatedPerson
from doorstep.book.scope import current
from doorstep.book.store import SMALL, among, read
from doorstep.kernel import mask
from doorstep.kernel.sealed import open_

_MASKS = {"phone": mask.phone, "email": mask.email, "address": mask.address}


def borrowers(keys: Sequence[Key]) -> dict[Key, BorrowerView]:
    """Borrowers by (lender id, borrower id); unknown keys are absent. One read per lender."""
    return {key: _borrower(key, row) for key, row in _rows("borrowers", keys)}


def related_persons(keys: Sequence[Key]) -> dict[Key, list[RelatedPerson]]:
    """Related persons by borrower, ordered by person id."""
    found: dict[Key, list[RelatedPerson]] = defaultdict(list)
    for key, row in _rows("related_persons", keys):
        found[key].append(
            RelatedPerson(
                lender_id=key[0],
                borrower_id=key[1],
                person_id=row["person_id"],
                role=row["role"],
                name=mask.name(open_(row["name"] or b"")),
                name_sealed=row["name"] or b"",
                liable=row["liable"],
            )
        )
    return found


def contact_rows(keys: Sequence[Key]) -> dict[Key, list[ContactRow]]:
    """Contact points by borrower, ordered by person, kind and number key."""
    found: dict[Key, list[ContactRow]] = defaultdict(list)
    for key, row in _rows("contact_points", keys):
        found[key].append(_contact(key, row))
    return found


def _rows(table: str, keys: Sequence[Key]) -> Iterator[tuple[Key, dict[str, Any]]]:
    wanted: dict[int, list[str]] = defaultdict(list)
    for lender, borrower in keys:
        wanted[lender].append(borrower)
    for lender in sorted(wanted):
        for row in _found(current(lender), table, wanted[lender]).to_pylist():
            yield (lender, row["borrower_id"]), row


def _found(manifest: UUID | None, table: str, borrowers: Sequence[str]) -> pa.Table:
    """The rows of some borrowers, in the order of the table."""
    known = in_hand(manifest, table) if manifest else None
    if known is None:
        filters = [("borrower_id", "=", borrowers[0])] if len(borrowers) == 1 else None
        return among(read(manifest, table, filters=filters), "borrower_id", borrowers)
    rows, places = known
    at = sorted(n for b in set(borrowers) for n in places.get(b, ()))
    return rows.take(pa.array(at, pa.int64()))


@lru_cache(maxsize=16)
def in_hand(manifest: UUID, table: str) -> tuple[pa.Table, dict[str, list[int]]] | None:
    """A table that is not large, and where each borrower's rows are. A snapshot never changes, so
    what was read of it stays right; the gate asks about one person at a time, all day long."""
    rows = read(manifest, table)
    if rows.num_rows > SMALL:
        return None
    places: dict[str, list[int]] = defaultdict(list)
    for number, borrower in enumerate(map(str, rows.column("borrower_id").to_pylist())):
        places[borrower].append(number)
    return rows.combine_chunks(), places


def _borrower(key: Key, row: dict[str, Any]) -> BorrowerView:
    born = open_(row["born"] or b"")
    return BorrowerView(
        lender_id=key[0],
        borrower_id=key[1],
        name=mask.name(open_(row["name"] or b"")),
        name_sealed=row["name"] or b"",
        born=date.fromisoformat(born) if born else None,
        language=row["language"] or "",
        country=row["country"],
        region=row["region"] or "",
        id_kind=row["id_kind"] or "",
        person_key=row["person_key"] or "",
    )


def _contact(key: Key, row: dict[str, Any]) -> ContactRow:
    value = open_(row["value"])
    latitude, _, longitude = open_(row["location"] or b"").partition(",")
    return ContactRow(
        lender_id=key[0],
        borrower_id=key[1],
        person_id=row["person_id"] or "",
        kind=row["kind"],
        value_sealed=row["value"],
        masked=_MASKS.get(row["kind"], mask.name)(value),
        number_key=row["number_key"],
        use=row["use"],
        source=row["source"],
        basis=row["basis"],
        confirmed_on=row["confirmed_on"],
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
    )
