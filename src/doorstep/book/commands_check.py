"""`doorstep book check`: look at files before they are taken."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doorstep.book.commands_import import (
    BAD_INPUT,
    DONE,
    NO,
    AsJson,
    Bar,
    Files,
    Importer,
    Map,
    print_json,
    setup,
    stop,
)

if TYPE_CHECKING:
    from rich.console import Console

    from doorstep.book.checking.report import CheckReport, FileProfile, Finding
    from doorstep.book.services.check import KnownKeys

Lender = Annotated[
    str, typer.Option(help="The lender whose book is compared; the map's if absent.")
]


def register(app: typer.Typer) -> None:
    """Add the command to `doorstep book`."""
    app.command("check")(check)


def check(
    files: Files,
    map_: Map = None,
    importer: Importer = "",
    lender: Lender = "",
    as_json: AsJson = False,
) -> None:
    """Profile files, say what an import would reject and what looks wrong. Writes nothing."""
    setup()
    from doorstep.book.ports import BadInputError
    from doorstep.book.services.check import check_files
    from doorstep.kernel import clock

    with Bar() as progress:
        try:
            report = check_files(
                files,
                map_,
                today=clock.now().date(),
                importer=importer,
                lender=lender,
                known=_known(map_, importer, lender),
                progress=progress,
            )
        except BadInputError as error:
            stop(str(error), BAD_INPUT)
    for line in report.unreadable:
        print(line, file=sys.stderr)  # noqa: T201
    if as_json:
        print_json(report.as_json())
    else:
        _show(report)
    raise typer.Exit(BAD_INPUT if report.unreadable else DONE if report.clean else NO)


def _known(map_: Path | None, importer: str, lender: str) -> KnownKeys | None:
    """The keys of the lender's book; None without a lender, or where it is not known here."""
    from django.db import DatabaseError

    from doorstep.book.importers import importer_of
    from doorstep.book.scope import UnknownLenderError, lender_id
    from doorstep.book.services.check import known_keys
    from doorstep.kernel import clock
    from doorstep.people.types import SYSTEM

    code = lender or importer_of(map_, importer).lender(map_)
    try:
        return known_keys(lender_id(SYSTEM, code, clock.now().date())) if code else None
    except (UnknownLenderError, DatabaseError):
        if lender:
            stop(f"--lender: there is no lender {lender!r} here; leave it out", BAD_INPUT)
        return None


def _show(report: CheckReport) -> None:
    from rich.console import Console

    console = Console()
    for profile in report.files:
        _show_file(console, profile)
    _show_findings(console, report, "Would be rejected", report.rejects)
    _show_findings(console, report, "Would be taken, but look", report.doubts)
    seen = "" if report.book else " The lender's book was not compared."
    console.print(f"{report.rows:,} rows, {report.rejected:,} would be rejected.{seen}")


def _show_file(console: Console, profile: FileProfile) -> None:
    from rich.table import Table
    from rich.text import Text

    what = profile.table or "not explained: give a map"
    renamed = any(c.source != c.name for c in profile.columns)
    head = ("column", "from", "type", "filled", "distinct", "least", "most", "looks like")
    table = Table(
        title=f"{profile.path} ({profile.form}): {what}, {profile.rows:,} rows",
        title_justify="left",
    )
    for name in head:
        if renamed or name != "from":
            table.add_column(name, overflow="fold")
    for c in profile.columns:
        filled = f"{c.filled / profile.rows:.0%}" if profile.rows else ""
        distinct = f"{'' if c.exact else '~'}{c.distinct:,}"
        source = [c.source] if renamed else []
        shapes = "  ".join(c.shapes)
        cells = (c.name, *source, c.type, filled, distinct, c.low, c.high, shapes)
        table.add_row(*map(Text, cells))
    console.print(table)
    if profile.table and profile.unknown:
        console.print(f"Columns nobody takes: {', '.join(profile.unknown)}", markup=False)
    for code, sums in profile.sums.items():
        console.print(f"{code}: read {sums['read']:,}, rejected {sums['rejected']:,} minor units")


def _show_findings(
    console: Console, report: CheckReport, title: str, findings: Sequence[Finding]
) -> None:
    """As lines, so that places can be copied and searched for."""
    lines = [f"{title}:"] if findings else []
    for f in findings:
        share = f"{report.share(f):.2%} of the rows"
        lines.append(f"  {f.table}.{f.column} {f.code}: {f.rows:,} ({share})")
        lines += [f"    {e.file}:{e.row}: {e.why}" for e in f.examples]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
