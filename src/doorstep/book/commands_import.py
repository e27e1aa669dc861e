"""`doorstep book import`, `rebuild` and `schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from doorstep.book.records import ImportReport

DONE, NO, USAGE, BAD_INPUT, BUSY = range(5)

Files = Annotated[list[Path], typer.Argument(help="CSV, TSV, XLSX, Parquet or JSON files.")]
Map = Annotated[Path | None, typer.Option("--map", help="The map that names the lender's columns.")]
Importer = Annotated[
    str, typer.Option("--importer", help="The plug-in that reads the files; placement if absent.")
]
Lender = Annotated[str, typer.Option(help="The lender's code, where the map does not say it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `doorstep book`."""
    app.command("import")(import_)
    app.command("rebuild")(rebuild)
    app.command("schema")(schema)


def import_(
    files: Files,
    map_: Map = None,
    importer: Importer = "",
    lender: Lender = "",
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Take nothing if a row is rejected.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a lender's files into the book: every row accepted, unchanged or rejected."""
    setup()
    from doorstep.book import api
    from doorstep.kernel import clock

    with Bar() as progress:
        try:
            report = api.import_placement(
                files,
                map_,
                lender=lender,
                at=clock.now(),
                by="command",
                all_or_nothing=all_or_nothing,
                importer=importer,
                progress=progress,
            )
        except api.BadInputError as error:
            stop(str(error), BAD_INPUT)
        except api.UnknownLenderError as error:
            stop(f"{map_.name if map_ else '--lender'}::lender: {error}", BAD_INPUT)
        except api.BusyError as error:
            stop(str(error), BUSY)
    for r in report.rejects[:1000]:
        print(f"{r.file}:{r.row}:{r.column}: {r.reason}", file=sys.stderr)  # noqa: T201
    for n in report.notes[:1000]:
        print(f"{n.file}:{n.row or ''}:{n.column}: {n.text}", file=sys.stderr)  # noqa: T201
    if as_json:
        print_json(report.as_json())
    else:
        _table(report)
    raise typer.Exit(NO if report.rejects else DONE)


def rebuild(
    as_of: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; the last one if absent.")] = "",
    as_json: AsJson = False,
) -> None:
    """Remake the rows of loans in arrears from the book, identically."""
    setup()
    from datetime import date

    from doorstep.book import api
    from doorstep.book.models import Loan
    from doorstep.kernel import clock

    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        stop(f"--as-of {as_of!r} is no date; write YYYY-MM-DD", USAGE)
    book = api.rebuild(day, clock.now())
    if book is None:
        stop("the book was never aged; run `doorstep day` first or give --as-of", NO)
    answer = {
        "as_of": book.as_of.isoformat(),
        "loans": book.loans.num_rows,
        "rows": Loan.objects.count(),
        "digest": book.digest,
    }
    if as_json:
        print_json(answer)
    else:
        print(  # noqa: T201
            f"{answer['rows']} rows of {answer['loans']} loans as of {answer['as_of']}"
        )


def schema(importer: Importer = "") -> None:
    """Print the JSON schema of the map of an importer."""
    from doorstep.book.importers import importer as find
    from doorstep.book.ports import BadInputError

    try:
        print_json(find(importer or "placement").schema())
    except BadInputError as error:
        stop(str(error), BAD_INPUT)


class Bar:
    """A progress bar on stderr for long files; silent where nobody watches."""

    def __enter__(self) -> Bar:
        from rich.console import Console
        from rich.progress import Progress

        self._console = Console(stderr=True)
        self._bar = Progress(console=self._console, transient=True)
        self._tasks: dict[str, Any] = {}
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total or None)
        self._bar.update(self._tasks[what], completed=done)

    def __exit__(self, *exc: object) -> None:
        if self._console.is_terminal:
            self._bar.stop()


def setup() -> None:
    import django

    django.setup()


def stop(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)  # noqa: T201
    raise typer.Exit(code)


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))  # noqa: T201


def _table(report: ImportReport) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "table", "rows", "accepted", "corrected", "unchanged", "rejected")
    for f in report.files:
        counts = (f.rows, f.accepted, f.corrected, f.unchanged, f.rejected)
        table.add_row(f.path, f.table, *[f"{n:,}" for n in counts])
    console = Console()
    console.print(table)
    for code, sums in report.sums.items():
        parts = ", ".join(f"{what} {amount:,}" for what, amount in sums.items())
        console.print(f"{code} minor units: {parts}")
    if not report.applied:
        console.print("Nothing was taken; correct the rejected rows and send the files again.")
