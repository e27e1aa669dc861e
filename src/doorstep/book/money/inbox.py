"""Bank statements that arrive in a lender's inbox folder beside the placements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from doorstep.book.models import BankStatement, ImportFile
from doorstep.book.money.intake import take_statement
from doorstep.book.money.plan import Plan, is_statement_map, plan_of
from doorstep.book.money.report import StatementReport
from doorstep.book.ports import BadInputError
from doorstep.book.ports.batch import sha256
from doorstep.book.records import FileReport, ImportReport
from doorstep.book.store import BusyError

Claim = tuple[Path, Plan, list[Path]]
"""A map, what it says, and the files whose names fit its pattern."""

Failed = Callable[[Path, Path, str], ImportReport]
"""Called with map, file and error: keeps the failure, so that it is told once."""


def claimed(maps: Sequence[Path], files: Sequence[Path]) -> tuple[list[Claim], list[str]]:
    """The statements of a folder by their maps, and what is wrong with the maps themselves."""
    claims: list[Claim] = []
    problems = []
    left = list(files)
    for path in maps:
        if not is_statement_map(path):
            continue
        try:
            plan = plan_of(path)
        except BadInputError as error:
            problems.append(str(error))
            continue
        if plan.match == "*":
            problems.append(f"{path.name}::match: say which files are statements, like *.xml")
            continue
        mine = [f for f in left if plan.takes(f)]
        left = [f for f in left if f not in mine]
        claims.append((path, plan, mine))
    return claims, problems


def read_statements(
    lender: str, owner: int, claims: Sequence[Claim], failed: Failed, at: datetime, by: str
) -> list[ImportReport]:
    """Take each statement in once; one that cannot be read is told once and stops no other.

    A statement busy elsewhere is left for the next day.
    """
    reports = []
    for path, plan, files in claims:
        for file in files:
            if _is_known(owner, path, file):
                continue
            try:
                done = take_statement(
                    file, form=plan.form, map_path=path, lender=lender, at=at, by=by
                )
            except BadInputError as error:
                reports.append(failed(path, file, str(error)))
            except BusyError:
                continue
            else:
                reports.append(_report(done))
    return reports


def _is_known(owner: int, plan: Path, file: Path) -> bool:
    digest = sha256(file)
    if BankStatement.objects.filter(lender_id=owner, sha256=digest).exists():
        return True
    failed = ImportFile.objects.filter(
        run__lender_id=owner, run__map_sha256=sha256(plan), sha256=digest
    )
    return failed.exists()


def _report(done: StatementReport) -> ImportReport:
    rows = sum(line.entries for line in done.statements)
    new = sum(done.new.values())
    file = FileReport(
        path=done.file,
        sha256=done.sha256,
        table="statement",
        rows=rows,
        accepted=new,
        unchanged=rows - new,
        rejected=0,
    )
    return ImportReport(done.lender, (file,), {}, (), (), applied=True)
