"""`doorstep book statement` and `accounts`: money in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doorstep.book.commands_import import (
    BAD_INPUT,
    BUSY,
    DONE,
    NO,
    USAGE,
    AsJson,
    Lender,
    print_json,
    setup,
    stop,
)

if TYPE_CHECKING:
    from doorstep.book.money.report import StatementReport

File = Annotated[Path, typer.Argument(help="A statement; ZIP and GZIP are unpacked.")]
Format = Annotated[str, typer.Option("--format", help="camt053, mt940 or csv; a map may say it.")]
Map = Annotated[
    Path | None, typer.Option("--map", help="A map file, or alipay or wechat: they come ready.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `doorstep book`."""
    app.command("statement")(statement)
    app.command("statement-schema")(statement_schema)
    app.command("accounts")(accounts)
    app.command("hook")(hook)


def statement(
    file: File,
    form: Format = "",
    map_: Map = None,
    lender: Lender = "",
    as_json: AsJson = False,
) -> None:
    """Take a bank statement in: what is certain is recorded, the rest waits under Money."""
    setup()
    from doorstep.book import api
    from doorstep.book.money.plan import plan_of
    from doorstep.kernel import clock

    try:
        plan = plan_of(map_, form=form, lender=lender)
        if not plan.form:
            stop("--format: say camt053, mt940 or csv, or name it in the map", USAGE)
        if not plan.lender:
            stop("--lender: say whose account this is, or name it in the map", USAGE)
        report = api.take_statement(
            file,
            form=plan.form,
            map_path=plan.map_path,
            lender=plan.lender,
            at=clock.now(),
            by="command",
        )
    except api.BadInputError as error:
        stop(str(error), BAD_INPUT)
    except api.UnknownLenderError as error:
        stop(f"--lender: {error}", BAD_INPUT)
    except api.BusyError as error:
        stop(str(error), BUSY)
    if as_json:
        print_json(report.as_json())
    else:
        _told(report)
    raise typer.Exit(DONE)


def statement_schema() -> None:
    """Print the JSON schema of the map of a CSV statement."""
    from doorstep.book.money.readers import reader

    print_json(reader("csv").schema())


def accounts(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns account, and loan_id or borrower_id.")
    ],
    lender: Lender = "",
    as_json: AsJson = False,
) -> None:
    """Tell which virtual account belongs to which loan, or to all loans of which borrower; lines
    known already change nothing."""
    setup()
    from doorstep.book import api
    from doorstep.book.money.accounts import take_accounts
    from doorstep.kernel import clock

    if not lender:
        stop("--lender: say whose accounts these are", USAGE)
    try:
        counts = take_accounts(file, lender=lender, at=clock.now(), by="command")
    except api.BadInputError as error:
        stop(str(error), BAD_INPUT)
    except api.UnknownLenderError as error:
        stop(f"--lender: {error}", BAD_INPUT)
    if as_json:
        print_json(counts)
    else:
        print(f"{counts['new']} new, {counts['known']} known")  # noqa: T201


def hook(
    lender: Lender = "",
    new: Annotated[str, typer.Option("--new", help="Make a secret with this name.")] = "",
    retire: Annotated[int, typer.Option("--retire", help="End the secret of this number.")] = 0,
    hours: Annotated[int, typer.Option(help="How long a retired secret still holds.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Secrets of the payment webhook: list them, make one (shown once), retire one."""
    setup()
    from doorstep.book import api
    from doorstep.book.money import secrets
    from doorstep.kernel import clock

    if not lender:
        stop("--lender: say whose secrets", USAGE)
    at = clock.now()
    try:
        made = secrets.make(lender, new, at=at) if new else None
        if retire and not secrets.retire(lender, retire, at=at, hours=hours):
            stop(f"--retire: {lender} has no secret {retire} in force", NO)
        rows = secrets.listed(lender, at=at)
    except api.UnknownLenderError as error:
        stop(f"--lender: {error}", BAD_INPUT)
    if as_json:
        print_json({"secret": made, "secrets": rows} if made else {"secrets": rows})
        return
    for row in rows:
        until = f", until {row['retires_at']}" if row["retires_at"] else ""
        print(f"{row['id']}  {row['name']}{until}")  # noqa: T201
    if made:
        print(f"The new secret, shown this once: {made}")  # noqa: T201


def _told(report: StatementReport) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("account", "statement", "entries", "known", "twice")
    for line in report.statements:
        counts = (line.entries, line.known, line.repeated)
        table.add_row(line.account, line.number, *[f"{n:,}" for n in counts])
    console.print(table)
    for code, sums in sorted(report.sums.items()):
        parts = ", ".join(f"{what} {amount:,}" for what, amount in sorted(sums.items()))
        console.print(f"{code} minor units: {parts}")
    if not report.applied:
        console.print("This file had been taken before; nothing was changed.")
    elif waiting := report.new.get("waiting"):
        console.print(f"{waiting} wait for a person, under Money.")
