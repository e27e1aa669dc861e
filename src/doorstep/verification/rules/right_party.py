"""What to ask before a word of debt, made only of what we already know.

A question never names a debt, a lender, an amount or a due date, and never reads out what it asks
for: the person says it, the agent compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doorstep.kernel.actions import Role
from doorstep.verification.types import Question, RightParty


@dataclass(frozen=True, slots=True)
class Known:
    """What our records hold of the person; empty or None where nothing is known."""

    name: str = ""
    born: date | None = None
    id_last4: str = ""
    town: str = ""


def questions(known: Known, role: Role) -> list[Question]:
    """At most three, the least intrusive first: name, then birthday (no year), then town or the
    last four of the identity number. Somebody who is no debtor is asked for their name alone.

    >>> [q.code for q in questions(Known("金美兰", date(1990, 3, 14), "", "延吉市"), Role.DEBTOR)]
    ['name', 'birthday', 'town']
    >>> [q.code for q in questions(Known("Ann Lee", date(1990, 3, 14)), Role.CONTACT)]
    ['name']
    """
    found = [Question("name", known.name)] if known.name else []
    if role not in {Role.DEBTOR, Role.GUARANTOR}:
        return found
    if known.born:
        found.append(Question("birthday", known.born.strftime("%m-%d")))
    if known.town:
        found.append(Question("town", known.town))
    elif known.id_last4:
        found.append(Question("id_last4", known.id_last4))
    return found[:3]


def result(asked: int, right: int, *, said_no: bool = False, refused: bool = False) -> RightParty:
    """The result of a check: right only with every question answered right, and at least two of
    them (one, where there was only one to ask, leaves it unsure).

    >>> [str(r) for r in (result(3, 3), result(1, 1), result(2, 1, said_no=True))]
    ['right_party', 'not_sure', 'wrong_party']
    """
    if said_no:
        return RightParty.WRONG_PARTY
    if refused:
        return RightParty.REFUSED
    return RightParty.RIGHT_PARTY if asked >= 2 and right == asked else RightParty.NOT_SURE
