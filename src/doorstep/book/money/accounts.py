"""Virtual accounts told by the lender, and payers' accounts learned from people's decisions."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from doorstep.book.columns import values
from doorstep.book.models import AccountKind, PayAccount
from doorstep.book.money.events import Scope
from doorstep.book.money.said import account_key
from doorstep.book.ports import BadInputError
from doorstep.book.ports.unpack import content_of
from doorstep.book.scope import current, lender_id
from doorstep.book.store import among, read
from doorstep.people.types import SYSTEM, Viewer

_BATCH = 500
_WHOSE = ("loan_id", "borrower_id")

Whose = tuple[str, str]
"""The loan or the borrower an account stands for; the other one is empty."""


def take_accounts(
    file: Path, *, lender: str, at: datetime, by: str, viewer: Viewer = SYSTEM
) -> dict[str, int]:
    """Take a CSV of `account` and `loan_id` or `borrower_id`: an account of one loan, or of all a
    borrower's. Loans and borrowers must be known, and no account stand for two.

    Raises BadInputError, UnknownLenderError; then nothing was changed.
    """
    owner = lender_id(viewer, lender, at.date())
    pairs = _pairs(file)
    _check_known(file, owner, pairs)
    wanted = {key: whose for _, key, whose in pairs}
    rows = PayAccount.objects.filter(lender_id=owner, kind=AccountKind.VIRTUAL)
    told = rows.values_list("key", "loan_id", "borrower_id")
    known = {key: (loan, borrower) for key, loan, borrower in told}
    for row, key, whose in pairs:
        if known.get(key, whose) != whose or wanted[key] != whose:
            raise BadInputError(
                file.name,
                "this account stands for another loan or borrower already",
                row=row,
                column="account",
            )
    fresh = {k: whose for k, whose in wanted.items() if k not in known}
    PayAccount.objects.bulk_create(
        [
            PayAccount(
                lender_id=owner,
                kind=AccountKind.VIRTUAL,
                key=k,
                loan_id=loan,
                borrower_id=borrower,
                at=at,
                by=by,
            )
            for k, (loan, borrower) in sorted(fresh.items())
        ],
        batch_size=_BATCH,
    )
    return {"new": len(fresh), "known": len(pairs) - len(fresh)}


def learn(scope: Scope, number: str, borrower: str) -> None:
    """Remember that a borrower pays from this account; once."""
    if number and borrower:
        PayAccount.objects.get_or_create(
            lender_id=scope.lender_id,
            kind=AccountKind.PAYER,
            key=account_key(number),
            loan_id="",
            borrower_id=borrower,
            defaults={"agency_id": scope.agency_id, "at": scope.at, "by": scope.by},
        )


def _pairs(file: Path) -> list[tuple[int, str, Whose]]:
    try:
        text = content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise BadInputError(file.name, "is not UTF-8; save it as UTF-8", row=row) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = set(reader.fieldnames or ())
    if "account" not in names or not names & set(_WHOSE):
        raise BadInputError(
            file.name, "must have the columns account, and loan_id or borrower_id", row=1
        )
    return [_pair(file, reader.line_num, cells) for cells in reader]


def _pair(file: Path, line: int, cells: dict[str, str]) -> tuple[int, str, Whose]:
    number, *whose = ((cells.get(name) or "").strip() for name in ("account", *_WHOSE))
    if not number:
        raise BadInputError(file.name, "is empty", row=line, column="account")
    if not any(whose):
        column = next(name for name in _WHOSE if name in cells)
        raise BadInputError(file.name, "is empty", row=line, column=column)
    if all(whose):
        raise BadInputError(
            file.name,
            "is given beside loan_id; an account stands for a loan or for a borrower",
            row=line,
            column="borrower_id",
        )
    return line, account_key(number), (whose[0], whose[1])


def _check_known(file: Path, owner: int, pairs: list[tuple[int, str, Whose]]) -> None:
    rows = read(current(owner), "loans", columns=list(_WHOSE))
    for n, name in enumerate(_WHOSE):
        wanted = sorted({whose[n] for _, _, whose in pairs if whose[n]})
        there = set(values(among(rows, name, wanted), name))
        for row, _, whose in pairs:
            if whose[n] and whose[n] not in there:
                raise BadInputError(
                    file.name,
                    f"there is no {name.removesuffix('_id')} {whose[n]}; import it first",
                    row=row,
                    column=name,
                )
