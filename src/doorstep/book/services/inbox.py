"""The inbox: a folder for each lender with maps and files, each file read once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from doorstep.book.importers import importer_of
from doorstep.book.models import ImportFile, ImportRun, RunStatus
from doorstep.book.money.again import match_again
from doorstep.book.money.events import Scope
from doorstep.book.money.inbox import claimed, read_statements
from doorstep.book.money.plan import is_statement_map
from doorstep.book.ports import BadInputError
from doorstep.book.ports.batch import sha256
from doorstep.book.records import ImportReport
from doorstep.book.scope import UnknownLenderError, lender_id
from doorstep.book.services.imports import import_placement
from doorstep.kernel.ids import digest
from doorstep.people.types import SYSTEM

_UNFINISHED = {".part", ".tmp", ".filepart", ".crdownload"}


def read_inbox(at: datetime, by: str) -> list[ImportReport]:
    """Read what is new in `settings.INBOX/<lender code>/`; nothing is moved or deleted.

    A folder holds maps (*.toml) and files; a file goes by the first map that takes it, and those
    of one map are read together. A file is read once by its SHA-256 and its map's; one with
    rejected rows is read again when the folder brings something new, which may be what its rows
    were waiting for. A file that cannot be read is reported and does not stop the others.
    """
    inbox = Path(settings.INBOX)
    if not inbox.is_dir():
        return []
    reports: list[ImportReport] = []
    for folder in sorted(p for p in inbox.iterdir() if p.is_dir()):
        reports += _folder(folder, at, by)
    return reports


def _folder(folder: Path, at: datetime, by: str) -> list[ImportReport]:
    try:
        owner = lender_id(SYSTEM, folder.name, at.date())
    except UnknownLenderError as error:
        return [_nothing(folder.name, str(error))]
    maps = sorted(folder.glob("*.toml"))
    left = sorted(p for p in folder.iterdir() if _is_whole(p))
    claims, problems = claimed(maps, left)
    taken = {p for _plan, _said, files in claims for p in files}
    left = [p for p in left if p not in taken]
    reports = [_nothing(folder.name, problem) for problem in problems]
    for plan in [m for m in maps if not is_statement_map(m)]:
        try:
            source = importer_of(plan)
            mine = [p for p in left if source.takes(p, plan)]
        except BadInputError as error:
            reports.append(_nothing(folder.name, str(error)))
            continue
        left = [p for p in left if p not in mine]
        reports += _by_map(folder.name, owner, plan, mine, at, by)

    def failed(plan: Path, file: Path, error: str) -> ImportReport:
        return _failed(folder.name, owner, plan, [file], error, at, by)

    # After the placements: money finds the loans that came with it.
    reports += read_statements(folder.name, owner, claims, failed, at, by)
    if any(r.applied for r in reports):
        match_again(Scope(owner, None, at, by))
    what = "no map takes this file; add one to the folder"
    return [*reports, *(_nothing(folder.name, f"{p.name}::: {what}") for p in left)]


def _is_whole(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return path.is_file() and not hidden and path.suffix not in {".toml", *_UNFINISHED}


def _by_map(
    lender: str, owner: int, plan: Path, files: Sequence[Path], at: datetime, by: str
) -> list[ImportReport]:
    todo = _todo(owner, plan, files)
    reports: list[ImportReport] = []
    while todo:
        try:
            done = import_placement(todo, plan, lender=lender, at=at, by=by)
        except BadInputError as error:
            bad = [p for p in todo if p.name == error.file] or todo
            reports.append(_failed(lender, owner, plan, bad, str(error), at, by))
            todo = [p for p in todo if p not in bad]
        else:
            return [*reports, done]
    return reports


def _todo(owner: int, plan: Path, files: Sequence[Path]) -> list[Path]:
    """The new files, and with them those with rejected rows; nothing where none is new."""
    sums = {p: sha256(p) for p in files}
    read = ImportFile.objects.filter(
        Q(run__lender_id=owner), run__map_sha256=sha256(plan), sha256__in=sums.values()
    ).order_by("run_id", "id")
    known = {f.sha256: f for f in read}
    if all(s in known for s in sums.values()):
        return []
    return [p for p in files if sums[p] not in known or known[sums[p]].rejected]


@transaction.atomic
def _failed(
    lender: str,
    owner: int,
    plan: Path,
    files: Sequence[Path],
    error: str,
    at: datetime,
    by: str,
) -> ImportReport:
    sums = [(p.name, sha256(p)) for p in files]
    run = ImportRun.objects.create(
        lender_id=owner,
        at=at,
        by=by,
        map_name=plan.name,
        map_sha256=sha256(plan),
        input_digest=digest([lender, plan.name, sums]),
        status=RunStatus.FAILED,
        error=error,
    )
    ImportFile.objects.bulk_create(
        [ImportFile(run=run, path=name, sha256=sha) for name, sha in sums]
    )
    return _nothing(lender, error, run.pk)


def _nothing(lender: str, error: str, run_id: int | None = None) -> ImportReport:
    return ImportReport(lender, (), {}, (), (), applied=False, run_id=run_id, error=error)
