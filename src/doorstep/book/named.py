"""Finding a borrower by the whole name, without opening anybody's."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from doorstep.book.people_of import in_hand
from doorstep.book.records import Key
from doorstep.book.scope import current, lenders_of
from doorstep.kernel.sealed import seal
from doorstep.people.types import Viewer

MOST = 50


def borrowers_named(viewer: Viewer, name: str, on: date) -> list[Key]:
    """Borrowers of the viewer's lenders whose whole name is `name`, at most 50, by key.

    Names are sealed so that the same name gives the same bytes: bytes are compared, no name is
    opened. Answers nothing where a lender's table is too large to keep in hand.
    """
    wanted = pa.scalar(seal(" ".join(name.split())))
    found: list[Key] = []
    for lender in sorted(lenders_of(viewer, on) or ()):
        manifest = current(lender)
        known = in_hand(manifest, "borrowers") if manifest else None
        if known is None:
            continue
        rows = known[0]
        column = rows.column("name")
        same = rows.filter(pc.equal(column, wanted.cast(column.type)))
        found += [(lender, str(key)) for key in same.column("borrower_id").to_pylist()[:MOST]]
    return found[:MOST]
