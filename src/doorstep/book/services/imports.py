"""Taking placement files into the book: read, check, write aside, then one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from doorstep.book.importers import importer_of
from doorstep.book.ledger import live
from doorstep.book.models import (
    EventKind,
    ImportFile,
    ImportReject,
    ImportRun,
    Manifest,
    RunStatus,
)
from doorstep.book.models_products import Product
from doorstep.book.placement.draft import Draft, Live, make_draft
from doorstep.book.ports import TABLES, Progress, SourceTable
from doorstep.book.ports.batch import few_collections, sha256
from doorstep.book.records import ImportReport
from doorstep.book.scope import current, lender_id
from doorstep.book.store import BusyError, alone, clean, let_go, read, write
from doorstep.kernel.ids import digest
from doorstep.people.types import SYSTEM, OrganisationKind, Viewer

_BATCH = 2000
_SHOWN = 1000


def import_placement(
    files: Sequence[Path],
    map_path: Path | None,
    *,
    lender: str,
    at: datetime,
    by: str,
    all_or_nothing: bool = False,
    importer: str = "",
    viewer: Viewer = SYSTEM,
    progress: Progress | None = None,
) -> ImportReport:
    """Take files of a lender (its code; empty: the map's) into the book.

    `importer` names the plug-in that reads them (empty: the one the map asks for, else placement).
    Every row is accepted, unchanged or rejected with its place and reason; rows and money add up.
    With `all_or_nothing` a single rejected row leaves the book as it was. The same files again
    change nothing. Raises BadInputError for a file or map that cannot be read (nothing is taken),
    UnknownLenderError, BusyError while another import runs.
    """
    source = importer_of(map_path, importer)
    code = lender or source.lender(map_path)
    owner = lender_id(viewer, code, at.date())
    with alone():
        clean(set(Manifest.objects.values_list("pk", flat=True)))
        base = current(owner)
        old = {name: read(base, name) for name in TABLES}
        with few_collections():
            tables = list(source.read(files, map_path, progress=progress))
            draft = make_draft(code, tables, old, _live(owner))
        how = sha256(map_path) if map_path else importer
        key = _input_digest(code, how, tables, all_or_nothing)
        refused = all_or_nothing and bool(draft.rejects)
        manifest = base if refused or not draft.accepted else write(code, draft.tables)
        run = ImportRun(
            lender_id=owner,
            agency_id=_agency(viewer),
            at=at,
            by=by,
            map_name=map_path.name if map_path else importer,
            map_sha256=sha256(map_path) if map_path else "",
            input_digest=key,
            status=RunStatus.REFUSED if refused else RunStatus.APPLIED,
            manifest_id=None if refused else manifest,
            sums=draft.sums,
            corrections=[c.as_json() for c in draft.corrections[:_SHOWN]],
            notes=[asdict(n) for n in draft.notes[:_SHOWN]],
        )
        run_id = _commit(run, draft, base, nothing=refused or not draft.accepted, at=at)
    return _report(code, draft, applied=not refused, manifest=manifest, run_id=run_id)


def preview_placement(
    files: Sequence[Path],
    map_path: Path,
    *,
    lender: str,
    at: datetime,
    viewer: Viewer = SYSTEM,
) -> ImportReport:
    """What `import_placement` would say of these files now; nothing is written."""
    source = importer_of(map_path)
    code = lender or source.lender(map_path)
    base = current(lender_id(viewer, code, at.date()))
    old = {name: read(base, name) for name in TABLES}
    live_money = _live(lender_id(viewer, code, at.date()))
    draft = make_draft(code, list(source.read(files, map_path)), old, live_money)
    return _report(code, draft, applied=False, manifest=base)


def _report(
    code: str,
    draft: Draft,
    *,
    applied: bool,
    manifest: UUID | None,
    run_id: int | None = None,
) -> ImportReport:
    return ImportReport(
        lender=code,
        files=tuple(draft.files),
        sums=draft.sums,
        rejects=tuple(draft.rejects),
        corrections=tuple(draft.corrections),
        notes=tuple(draft.notes),
        applied=applied,
        manifest=str(manifest or ""),
        run_id=run_id,
    )


def _live(owner: int) -> Live:
    return {
        e.external_id: (e.loan_id, e.on, e.amount)
        for e in live(owner)
        if e.kind == EventKind.PAYMENT
    }


def _agency(viewer: Viewer) -> int | None:
    agency = viewer.organisation_kind is OrganisationKind.AGENCY
    return viewer.organisation_id if agency else None


def _input_digest(
    lender: str, how: str, tables: Sequence[SourceTable], all_or_nothing: bool
) -> str:
    return digest(
        [
            lender,
            how,
            sorted({(t.path.name, t.sha256) for t in tables}),
            all_or_nothing,
        ]
    )


@transaction.atomic
def _commit(
    run: ImportRun, draft: Draft, base: UUID | None, *, nothing: bool, at: datetime
) -> int | None:
    """One transaction for all that the database knows of an import.

    Where nothing changed and the same files were read before, there is nothing to tell.
    """
    now = Manifest.objects.select_for_update().filter(lender_id=run.lender_id, current=True).first()
    if (now.pk if now else None) != base:
        raise BusyError("the book was changed by another import; try again")
    if nothing:
        earlier = ImportRun.objects.filter(
            input_digest=run.input_digest, lender_id=run.lender_id
        ).first()
        if earlier is not None:
            return int(earlier.pk)
    elif run.manifest_id and run.manifest_id != base:
        _point(run, draft, at)
    transaction.on_commit(let_go)
    run.save(force_insert=True)
    ImportFile.objects.bulk_create([ImportFile(run=run, **f.as_json()) for f in draft.files])
    ImportReject.objects.bulk_create(
        [
            ImportReject(
                run=run, file=r.file, row=r.row, column=r.column, code=r.code, reason=r.reason
            )
            for r in draft.rejects
        ],
        batch_size=_BATCH,
    )
    return int(run.pk)


def _point(run: ImportRun, draft: Draft, at: datetime) -> None:
    """Name the new snapshot and make it the current one; learn new products."""
    Manifest.objects.filter(lender_id=run.lender_id, current=True).update(current=False)
    Manifest.objects.update_or_create(
        pk=run.manifest_id or "",
        defaults={"current": True},
        create_defaults={
            "lender_id": run.lender_id,
            "current": True,
            "rows": {name: t.num_rows for name, t in draft.tables.items()},
            "created_at": at,
        },
    )
    Product.objects.bulk_create(
        [Product(lender_id=run.lender_id, code=code) for code in draft.products],
        ignore_conflicts=True,
    )
