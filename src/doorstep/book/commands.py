from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from doorstep.book import (
    commands_changes,
    commands_check,
    commands_import,
    commands_money,
    commands_portfolio,
    commands_products,
)

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(no_args_is_help=True, help="The lender's book: import, replay, age.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
CaseFile = Annotated[str, typer.Argument(metavar="CASE.json|-", help="A case, or a list of them.")]


@app.command()
def replay(case: CaseFile, as_json: AsJson = False) -> None:
    """Replay a loan: instalments, payments, credit, days past due, payoff at its as_of."""
    from doorstep.book.rules.case import answer, parse_case, replay_case

    def run(data: Any, where: str) -> dict[str, Any]:
        read = parse_case(data, where)
        return answer(read, replay_case(read))

    _print(_for_each(case, run), as_json)


@app.command()
def schedule(case: CaseFile, as_json: AsJson = False) -> None:
    """Make the schedule of a loan from its terms."""
    from doorstep.book.rules.case import parse_case, schedule_of

    def run(data: Any, where: str) -> dict[str, Any]:
        return {
            "instalments": [
                {
                    "number": i.number,
                    "due": i.due.isoformat(),
                    "principal": i.principal,
                    "interest": i.interest,
                    "total": i.principal + i.interest,
                }
                for i in schedule_of(parse_case(data, where))
            ]
        }

    _print(_for_each(case, run), as_json)


@app.command()
def age(
    book_dir: Annotated[Path, typer.Argument(metavar="BOOK_DIR", help="The book's tables.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day, like 2026-11-24.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the aged tables.")],
    engine: Annotated[str, typer.Option("--engine", help="local: this machine; spark.")] = "local",
    detail: Annotated[bool, typer.Option("--detail", help="Instalments and payments too.")] = False,
    state: Annotated[
        Path | None, typer.Option("--state", help="Folder to keep what `book night` needs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Age a book: one row per loan at the end of a day, in Parquet, sorted by loan."""
    from doorstep.book.services.age_files import age_folder
    from doorstep.book.types import BookError

    if engine not in {"local", "spark"}:
        _stop(f"--engine: {engine!r} is not there; use local or spark", 2)
    day = _day(as_of)
    if engine == "spark" and (detail or state):
        _stop("--engine: spark knows no --detail and no --state; use local for them", 2)
    try:
        counts = (
            _on_spark(book_dir, day, out)
            if engine == "spark"
            else age_folder(book_dir, day, out, detail=detail, state=state)
        )
    except BookError as error:
        _stop(str(error), 3)
    if as_json:
        typer.echo(json.dumps({"as_of": day.isoformat(), "out": str(out), "rows": counts}))
    else:
        typer.echo(", ".join(f"{n} {name}" for name, n in counts.items()) + f" in {out}")


def _on_spark(book_dir: Path, day: date, out: Path) -> dict[str, int]:
    from doorstep.book.services.age_files import age_folder_on_spark
    from doorstep.book.services.age_spark import NoSparkError

    try:
        return age_folder_on_spark(book_dir, day, out)
    except NoSparkError as error:
        _stop(f"--engine: {error}", 2)


@app.command()
def night(
    changes: Annotated[Path, typer.Argument(metavar="NEW_ROWS_DIR", help="What came in.")],
    state: Annotated[Path, typer.Option("--state", help="What `book age --state` has kept.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day, like 2026-11-24.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the loans aged anew.")],
    as_json: AsJson = False,
) -> None:
    """Age only the loans touched by new rows or a due day since the last run."""
    from doorstep.book.services.age_files import age_night_folder
    from doorstep.book.types import BookError

    day = _day(as_of)
    try:
        report = age_night_folder(changes, state, day, out)
    except BookError as error:
        _stop(str(error), 3)
    if as_json:
        told = {"as_of": day.isoformat(), "out": str(out), **report.as_json()}
        typer.echo(json.dumps(told))
    else:
        typer.echo(
            f"{report.read} of {report.loans} loans read and {report.written} written in {out} "
            f"(new rows {report.new_rows}, falling due {report.due}, running {report.running})"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _stop(f"--as-of: {text!r} is no day; write it like 2026-11-24", 2)


@app.command("case-schema")
def case_schema() -> None:
    """Print the JSON schema of a case for `book replay`."""
    from importlib.resources import files

    typer.echo(files("doorstep.book.rules").joinpath("case.schema.json").read_text(), nl=False)


def _for_each(path: str, run: Callable[[Any, str], dict[str, Any]]) -> Any:
    """`run` on the case, or on each case of a list, of a JSON file ("-": standard input)."""
    from doorstep.book.types import BookError

    name = "standard input" if path == "-" else path
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        data = json.loads(text)
        if isinstance(data, list):
            return [run(one, f"{name}:{n}") for n, one in enumerate(data, start=1)]
        return run(data, f"{name}:1")
    except OSError as error:
        _stop(f"{name}: cannot be read ({error.strerror}); give the path of a JSON file", 3)
    except UnicodeDecodeError:
        _stop(f"{name}: is not UTF-8; save it as UTF-8", 3)
    except json.JSONDecodeError as error:
        _stop(f"{name}:{error.lineno}:{error.colno}: {error.msg}; correct the JSON", 3)
    except BookError as error:
        _stop(str(error), 3)
    except (ValueError, RecursionError):
        _stop(f"{name}: a number is too long or the nesting too deep; correct the JSON", 3)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _print(result: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    from rich.console import Console

    console = Console(width=max(100, Console().width))
    for one in result if isinstance(result, list) else [result]:
        for name in ("instalments", "payments"):
            if one.get(name):
                console.print(_table(name, one[name]))
        console.print({k: v for k, v in one.items() if not isinstance(v, list)} or "")


def _table(name: str, rows: list[dict[str, Any]]) -> Any:
    """Rows as a table: amounts to the right and summed up below; charges nobody owes left out."""
    from rich.box import SIMPLE
    from rich.table import Table

    amounts = [k for k, v in rows[0].items() if type(v) is int and k != "number"]
    empty = [k for k in ("costs", "fees", "penalties") if not any(r.get(k) for r in rows)]
    shown = [k for k in rows[0] if k not in empty]
    table = Table(title=name, show_footer=True, box=SIMPLE, padding=(0, 1, 0, 0))
    for key in shown:
        total = str(sum(row[key] for row in rows)) if key in amounts else ""
        side: Any = "right" if key in amounts else "left"
        cells = [total, *("" if row[key] is None else str(row[key]) for row in rows)]
        wide = max(len(text) for text in (*cells, *key.split("_")))
        table.add_column(key.replace("_", "\n"), total, justify=side, min_width=wide)
    for row in rows:
        table.add_row(*["" if row[k] is None else str(row[k]) for k in shown])
    return table


commands_import.register(app)
commands_changes.register(app)
commands_check.register(app)
commands_money.register(app)
commands_portfolio.register(app)
commands_products.register(app)
