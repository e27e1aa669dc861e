"""One person across cases and lenders, known to the gate by a key alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.book.api import borrowers
from doorstep.casefile.types import CaseView
from doorstep.kernel.sealed import blind

ADULT = 18


@dataclass(frozen=True, slots=True)
class Persons:
    """Keys and birth dates by (lender, borrower)."""

    keys: Mapping[tuple[int, str], str]
    born: Mapping[tuple[int, str], date]

    def key(self, case: CaseView) -> str:
        """The person behind a case; without an identity number, the lender's borrower."""
        found = self.keys.get((case.lender_id, case.borrower_id), "")
        return found or blind("borrower", f"{case.lender_id}:{case.borrower_id}")

    def minor(self, case: CaseView, on: date) -> bool:
        """Under 18 on a day; an unknown birth date is an adult's."""
        born = self.born.get((case.lender_id, case.borrower_id))
        if born is None:
            return False
        had = (on.month, on.day) >= (born.month, born.day)
        return on.year - born.year - (not had) < ADULT


def load_persons(cases: Sequence[CaseView]) -> Persons:
    """Who the borrowers of these cases are, by the book's blind index of identity numbers."""
    found = borrowers(sorted({(c.lender_id, c.borrower_id) for c in cases}))
    return Persons(
        {key: b.person_key for key, b in found.items() if b.person_key},
        {key: b.born for key, b in found.items() if b.born},
    )
