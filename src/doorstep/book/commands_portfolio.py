"""`doorstep book history`, `roll` and `vintages`: how the whole book moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorstep.book.commands_import import BAD_INPUT, DONE, NO, USAGE, print_json, setup, stop

if TYPE_CHECKING:
    from doorstep.book.api import Asked, Portfolio

From = Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")]
To = Annotated[str, typer.Option("--to", help="The last day, YYYY-MM-DD.")]
Lender = Annotated[str, typer.Option(help="A lender's code; all lenders if absent.")]
Product = Annotated[str, typer.Option(help="A product; all if absent.")]
AgedFiles = Annotated[
    list[Path] | None,
    typer.Option("--aged", help="What `book age` wrote, a file or folder for each day; repeat."),
]
LoanFiles = Annotated[
    list[Path] | None, typer.Option("--loans", help="With --aged: the book's loans.")
]
Every = Annotated[str, typer.Option("--every", help="month: month ends; day: each aged day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `doorstep book`."""
    app.command("history")(history)
    app.command("roll")(roll)
    app.command("vintages")(vintages)


def history(
    since: From = "",
    until: To = "",
    lender: Lender = "",
    product: Product = "",
    every: Every = "month",
    aged: AgedFiles = None,
    as_json: AsJson = False,
) -> None:
    """Loans, arrears and payoff by bucket, at every month end or on every aged day."""
    asked = _asked(since, until, every, lender, product)
    found = _portfolio(asked, aged)
    from doorstep.book.portfolio.told import days_told, history_told

    rows = history_told(found.history())
    _print({**_of(asked), **days_told(found.days), "rows": rows}, as_json)


def roll(
    since: From = "",
    until: To = "",
    lender: Lender = "",
    product: Product = "",
    aged: AgedFiles = None,
    as_json: AsJson = False,
) -> None:
    """From bucket to bucket between two days, and what rolled on in each month between them.

    Both days must have been aged; without them the last month that is over is taken.
    """
    asked = _asked(since, until, "month", lender, product)
    found = _portfolio(asked, aged)
    last = found.last_month()
    opening = asked.since or (last[0] if last else None)
    closing = asked.until or (last[1] if last else None)
    if opening is None or closing is None or opening >= closing:
        stop("two days are needed, the first before the last; give --from and --to", NO)
    from doorstep.book.portfolio.told import days_told, flows_told, matrix_told

    pair = _pair(asked, aged, opening, closing)
    answer = {
        **_of(asked),
        "from": opening.isoformat(),
        "to": closing.isoformat(),
        **days_told(found.days),
        "matrix": matrix_told(pair.roll(opening, closing)),
        "flow": flows_told(found.flows()),
    }
    _print(answer, as_json)


def vintages(
    since: From = "",
    until: To = "",
    lender: Lender = "",
    product: Product = "",
    days: Annotated[str, typer.Option(help="At least so many days past due.")] = "1,30,60,90",
    every: Every = "month",
    aged: AgedFiles = None,
    loans: LoanFiles = None,
    as_json: AsJson = False,
) -> None:
    """By month of disbursement and month on book: who ever was, and who is, so far past due."""
    asked = _asked(since, until, every, lender, product)
    limits = _limits(days)
    if aged and not loans:
        stop("--loans: give the book's loans with --aged; the aged ones hold no principal", USAGE)
    found = _portfolio(asked, aged, loans)
    from doorstep.book.portfolio.told import days_told, vintages_told

    told = vintages_told(found.vintages(limits))
    _print({**_of(asked), **days_told(found.days), **told}, as_json)


def _asked(since: str, until: str, every: str, lender: str, product: str) -> Asked:
    first, last = _day("--from", since), _day("--to", until)
    if first and last and first > last:
        stop("--from: the first day is after the last", USAGE)
    if every not in {"month", "day"}:
        stop(f"--every: {every!r} is not there; use month or day", USAGE)
    setup()
    from doorstep.book.api import Asked

    return Asked(first, last, every == "day", lender, product)


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        stop(f"{option}: {text!r} is no day; write it like 2026-11-24", USAGE)


def _limits(text: str) -> tuple[int, ...]:
    found = sorted({int(p) for p in text.split(",") if p.isascii() and p.isdigit()})
    if len(found) != len(text.split(",")) or not 0 < found[0] <= found[-1] < 10_000:
        stop(f"--days: {text!r} is no list of days; write it like 1,30,60,90", USAGE)
    return tuple(found)


def _portfolio(
    asked: Asked, aged: Sequence[Path] | None, loans: Sequence[Path] | None = None
) -> Portfolio:
    from doorstep.book.portfolio.doors import plain_portfolio
    from doorstep.book.portfolio.files import plain_rows
    from doorstep.book.types import BookError

    if not aged:
        return _kept(asked, exact=False)
    if asked.lender or asked.product:
        stop("--aged: such files name no lender and no product; leave --lender, --product", USAGE)
    try:
        return plain_portfolio(plain_rows(aged, loans or ()), asked)
    except BookError as error:
        stop(str(error), BAD_INPUT)


def _pair(asked: Asked, aged: Sequence[Path] | None, opening: date, closing: date) -> Portfolio:
    from dataclasses import replace

    if not aged:
        return _kept(replace(asked, since=opening, until=closing), exact=True)
    found = _portfolio(replace(asked, daily=True), aged)
    for day in (opening, closing):
        if day not in found.days.days:
            stop(f"{day} is in none of the files; give the file of that day too", BAD_INPUT)
    return found


def _kept(asked: Asked, *, exact: bool) -> Portfolio:
    from doorstep.book import api
    from doorstep.kernel import clock
    from doorstep.people.types import SYSTEM

    try:
        found = (api.between if exact else api.portfolio)(SYSTEM, asked, clock.today("UTC"))
    except api.UnknownLenderError as error:
        stop(f"--lender: {error}", BAD_INPUT)
    except api.NotAgedDayError as error:
        stop(f"{error} was not aged; `doorstep book history --every day` names the days", BAD_INPUT)
    if not found.days.days:
        stop("no day of these was aged; run `doorstep day` first or take other days", NO)
    return found


def _of(asked: Asked) -> dict[str, Any]:
    return {"lender": asked.lender or None, "product": asked.product or None}


def _print(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
        raise typer.Exit(DONE)
    from rich.console import Console

    console = Console(width=max(140, Console().width))
    for title in ("rows", "matrix", "flow"):
        if answer.get(title):
            console.print(_table(title, answer[title]))
    if answer["missing"]:
        console.print("Not aged: " + ", ".join(answer["missing"]))
    for reason, count in answer.get("left_out", {}).items():
        console.print(f"In no cohort ({reason}): {count:,}")


def _table(title: str, rows: list[dict[str, Any]]) -> Any:
    from rich.box import SIMPLE
    from rich.table import Table

    flat = [_flat(row) for row in rows]
    table = Table(title=None if title == "rows" else title, box=SIMPLE, padding=(0, 1, 0, 0))
    for key, value in flat[0].items():
        side: Any = "left" if isinstance(value, str) else "right"
        table.add_column(key.replace("_", "\n"), justify=side)
    for row in flat:
        table.add_row(*[_word(key, value) for key, value in row.items()])
    return table


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Of each part of a row its rates, of loans and of money."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            rates = (value["loans_rate"], value["amount_rate"])
            found[key] = " ".join("–" if r is None else f"{r:.1%}" for r in rates)
        else:
            found[key] = value
    return found


def _word(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key.endswith("_rate"):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)
