"""A lender's word for a related person, as the gate reads it."""

from __future__ import annotations

from doorstep.kernel.actions import Role

ROLES = {
    "co_borrower": Role.DEBTOR,
    "guarantor": Role.GUARANTOR,
    "spouse": Role.SPOUSE,
    "heir": Role.HEIR,
    "contact_person": Role.CONTACT,
    "guardian": Role.OTHER,
    "representative": Role.OTHER,
}


def role_of(placement_role: str) -> Role:
    """The role seen from the debt; whether this person owes anything is `liable`, not the role.

    >>> role_of("co_borrower"), role_of("contact_person")
    (<Role.DEBTOR: 'debtor'>, <Role.CONTACT: 'contact'>)
    """
    return ROLES.get(placement_role, Role.OTHER)
