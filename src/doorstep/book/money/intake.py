"""Taking a bank statement in: read, hold against its sums, match, record; all or nothing.

Everything that can fail is done before the transaction: reading, sums, matching. What is written
is keyed by the entry, so the same file again, a file that overlaps it, or a run that was killed
and started anew can never apply an entry twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction

from doorstep.book.models import BankStatement, StatementEntry
from doorstep.book.money.events import Scope
from doorstep.book.money.facts import chunks
from doorstep.book.money.outcome import Outcome, decide
from doorstep.book.money.readers import reader
from doorstep.book.money.report import StatementLine, StatementReport
from doorstep.book.money.write import write
from doorstep.book.ports import BadInputError
from doorstep.book.ports.batch import sha256
from doorstep.book.ports.statements import Statement
from doorstep.book.rules.entries import Accounted, Named, SumsError, account_for
from doorstep.book.scope import lender_id
from doorstep.book.store import BusyError
from doorstep.people.types import SYSTEM, OrganisationKind, Viewer

_EARLIEST = date(1900, 1, 1)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A statement that was read, its entries named, and which of them are new."""

    statement: Statement
    accounted: Accounted
    fresh: tuple[Named, ...]


def take_statement(
    file: Path,
    *,
    form: str,
    map_path: Path | None,
    lender: str,
    at: datetime,
    by: str,
    viewer: Viewer = SYSTEM,
) -> StatementReport:
    """Take a statement file into a lender's book and say what became of each entry.

    Certain entries become verified payments (or take one back), the others wait for a person.
    Raises BadInputError with file, row and column for a file that cannot be read or whose sums are
    wrong, UnknownLenderError, BusyError; then nothing was changed.
    """
    owner = lender_id(viewer, lender, at.date())
    report = StatementReport(lender, file.name, "", form)
    statements = reader(form).read(file, map_path)
    report.sha256 = sha256(file)
    accounted = [_accounted(file.name, s, at) for s in statements]
    if BankStatement.objects.filter(lender_id=owner, sha256=report.sha256).exists():
        return _seen(report, statements, accounted)
    agency = viewer.organisation_kind is OrganisationKind.AGENCY
    scope = Scope(owner, viewer.organisation_id if agency else None, at, by)
    for _ in range(_TRIES):
        reads = _fresh(owner, statements, accounted)
        outcomes = decide(viewer, owner, [n for r in reads for n in _tagged(r)], at)
        try:
            _save(report, scope, reads, outcomes)
        except IntegrityError:  # somebody took entries of this statement at the same instant
            continue
        return _told(report, reads, outcomes)
    raise BusyError("another statement with the same entries is being taken; try again")


def _accounted(file: str, statement: Statement, at: datetime) -> Accounted:
    tomorrow = at.date() + timedelta(days=1)
    for entry in statement.entries:
        if not _EARLIEST <= entry.on <= tomorrow:
            raise BadInputError(
                file,
                f"an entry of {entry.on}: money cannot come from the future or before 1900",
                row=entry.row,
                column="date",
            )
    try:
        return account_for(statement)
    except SumsError as error:
        raise BadInputError(
            file,
            f"statement {statement.number or statement.account}: {error}; nothing was taken, get "
            "the whole file again",
            row=statement.row,
            column="sums",
        ) from error


def _fresh(
    owner: int, statements: Sequence[Statement], accounted: Sequence[Accounted]
) -> list[Read]:
    """Each statement with the entries that were never taken; one that is in two statements of a
    file belongs to the first."""
    names = {name for a in accounted for name, _ in a.entries}
    known: set[str] = set()
    for part in chunks(names):
        rows = StatementEntry.objects.filter(lender_id=owner, key__in=part)
        known |= set(rows.values_list("key", flat=True))
    found = []
    for statement, one in zip(statements, accounted, strict=True):
        fresh = tuple(n for n in one.entries if n[0] not in known)
        known |= {name for name, _ in fresh}
        found.append(Read(statement, one, fresh))
    return found


def _tagged(read: Read) -> list[tuple[str, str, Named]]:
    return [(read.statement.account, read.statement.currency, named) for named in read.fresh]


@transaction.atomic
def _save(
    report: StatementReport, scope: Scope, reads: Sequence[Read], outcomes: Sequence[Outcome]
) -> None:
    rows = []
    for place, read in enumerate(reads):
        days = [e.on for _, e in read.accounted.entries]
        statement = read.statement
        row = BankStatement(
            lender_id=scope.lender_id,
            agency_id=scope.agency_id,
            form=report.form,
            file=report.file[:255],
            sha256=report.sha256,
            place=place,
            account=statement.account[:64],
            number=statement.number[:64],
            currency=statement.currency,
            starts_on=min(days, default=None),
            ends_on=max(days, default=None),
            opening=statement.opening,
            closing=statement.closing,
            entries=len(statement.entries),
            known=len(read.accounted.entries) - len(read.fresh),
            repeated=read.accounted.repeated,
            at=scope.at,
            by=scope.by,
        )
        row.save(force_insert=True)
        rows += [row] * len(read.fresh)
    write(scope, rows, outcomes, form=report.form)


def _seen(
    report: StatementReport, statements: Sequence[Statement], accounted: Sequence[Accounted]
) -> StatementReport:
    report.applied = False
    for statement, one in zip(statements, accounted, strict=True):
        report.statements.append(_line(statement, one, len(one.entries)))
    return report


def _told(
    report: StatementReport, reads: Sequence[Read], outcomes: Sequence[Outcome]
) -> StatementReport:
    for read in reads:
        known = len(read.accounted.entries) - len(read.fresh)
        report.statements.append(_line(read.statement, read.accounted, known))
    for outcome in outcomes:
        report.count(outcome.state, outcome.currency, outcome.entry.amount)
    return report


def _line(statement: Statement, accounted: Accounted, known: int) -> StatementLine:
    return StatementLine(
        account=statement.account,
        number=statement.number,
        currency=statement.currency,
        opening=statement.opening,
        closing=statement.closing,
        entries=len(statement.entries),
        known=known,
        repeated=accounted.repeated,
    )
