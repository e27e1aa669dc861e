"""Never the debt to an unproven reader: which text may go to whom."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.kernel.actions import Purpose, Role

DEFAULT_TEMPLATE = {
    Purpose.COLLECT: "arrears",
    Purpose.REMIND: "reminder",
    Purpose.VERIFY: "verify",
    Purpose.NOTICE: "notice_agency",
}
"""The text of an action that names none."""


@dataclass(frozen=True, slots=True)
class TextInfo:
    """What a template says of itself: `mentions_debt` when anything in it lets a reader know or
    guess that somebody owes; `purposes` it may serve; `needs` the values without which it must not
    be written."""

    name: str
    mentions_debt: bool
    purposes: frozenset[Purpose]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who would read: `proven` when the contact point is verified as that person's own."""

    role: Role
    proven: bool


def why_not(info: TextInfo, purpose: Purpose, reader: Reader) -> str:
    """Why this text must not go to this reader for this purpose; empty when it may.

    The answer is a code: `purpose` (the text does not serve it), `verify_only` (only a neutral text
    serves verification), `unproven` (the reader is not proven), `not_debtor` (our texts speak to
    the one who owes; a guarantor or spouse is never sent them). A neutral text may go to anybody
    the gate permits.
    """
    if purpose not in info.purposes:
        return "purpose"
    if not info.mentions_debt:
        return ""
    if purpose is Purpose.VERIFY:
        return "verify_only"
    if reader.role is not Role.DEBTOR:
        return "not_debtor"
    return "" if reader.proven else "unproven"
