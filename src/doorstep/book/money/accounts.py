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


def take_accounts(
    file: Path, *, lender: str, at: datetime, by: str, viewer: Viewer = SYSTEM
) -> dict[str, int]:
    """Take a CSV of `account,loan_id`; every loan must be known and no account stand for two.

    Raises BadInputError, UnknownLenderError; then nothing was changed.
    """
    owner = lender_id(viewer, lender, at.date())
    pairs = _pairs(file)
    _check_loans(file, owner, pairs)
    wanted = {key: loan for _, key, loan in pairs}
    known = dict(
        PayAccount.objects.filter(lender_id=owner, kind=AccountKind.VIRTUAL).values_list(
            "key", "loan_id"
        )
    )
    for row, key, loan in pairs:
        if known.get(key, loan) != loan or wanted[key] != loan:
            raise BadInputError(
                file.name, "this account stands for another loan already", row=row, column="account"
            )
    fresh = {k: loan for k, loan in wanted.items() if k not in known}
    PayAccount.objects.bulk_create(
        [
            PayAccount(lender_id=owner, kind=AccountKind.VIRTUAL, key=k, loan_id=loan, at=at, by=by)
            for k, loan in sorted(fresh.items())
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


def _pairs(file: Path) -> list[tuple[int, str, str]]:
    try:
        text = content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise BadInputError(file.name, "is not UTF-8; save it as UTF-8", row=row) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"account", "loan_id"} <= set(reader.fieldnames or ()):
        raise BadInputError(file.name, "must have the columns account and loan_id", row=1)
    found = []
    for cells in reader:
        number, loan = (cells["account"] or "").strip(), (cells["loan_id"] or "").strip()
        if not number or not loan:
            column = "loan_id" if number else "account"
            raise BadInputError(file.name, "is empty", row=reader.line_num, column=column)
        found.append((reader.line_num, account_key(number), loan))
    return found


def _check_loans(file: Path, owner: int, pairs: list[tuple[int, str, str]]) -> None:
    rows = read(current(owner), "loans", columns=["loan_id"])
    there = set(values(among(rows, "loan_id", sorted({p[2] for p in pairs})), "loan_id"))
    for row, _, loan in pairs:
        if loan not in there:
            raise BadInputError(
                file.name, f"there is no loan {loan}; import it first", row=row, column="loan_id"
            )
