"""The commands at the top level. Everything heavy is imported when a command runs."""

from __future__ import annotations

import json
import sys
from datetime import date as date_
from typing import Annotated, Any, NoReturn

import typer

DONE, NO, USAGE, BAD_INPUT, BUSY = range(5)
"""Exit codes of every command."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def day(
    date: Annotated[str, typer.Option(help="The day to run, YYYY-MM-DD; today if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Do the collecting day: read the inbox, age the book, open cases, ask the gate, plan."""
    wanted = _date(date, "--date")
    _ready()
    from django.conf import settings

    from doorstep.cycle import api as cycle
    from doorstep.kernel import clock

    try:
        report = cycle.run_day(
            wanted or clock.today(settings.HOME_ZONE),
            at=clock.now(),
            tell=None if as_json else _say,
        )
    except (cycle.BusyError, cycle.NotYetError) as error:
        _stop(BUSY, f"day: {error}")
    except cycle.DayFailedError as error:
        _stop(NO, f"day: {error}")
    if as_json:
        print(json.dumps(_day_json(report), ensure_ascii=False))  # noqa: T201
    else:
        _day_table(report)


def demo(
    loans: Annotated[int, typer.Option(min=1, help="How many loans.")] = 2000,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days of history.")] = 60,
    seed: Annotated[int, typer.Option(help="Another seed, another history.")] = 1,
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; today if left out.")] = "",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Play only.")] = False,
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
    as_json: AsJson = False,
) -> None:
    """Play an invented portfolio for some weeks, then serve the system it left."""
    last = _date(until, "--until")
    if last is not None and not 2000 <= last.year <= 2100:
        _stop(USAGE, f"--until: {last} is no day to play to; give one between 2000 and 2100")
    from doorstep.site.operations.demo import NotADemoError, run

    try:
        summary = run(loans, days, seed, last)
    except NotADemoError as error:
        _stop(BAD_INPUT, f"demo: {error}")
    if as_json:
        print(json.dumps(summary), flush=True)  # noqa: T201
    else:
        _summary_table(summary)
    if not no_serve:
        from doorstep.site.operations.serve import serve as run_server

        run_server("127.0.0.1", port)


def digest(as_json: AsJson = False) -> None:
    """Print one number for everything the database holds, to compare two histories."""
    _ready()
    from doorstep.cycle.api import state_digest

    whole, tables = state_digest()
    if as_json:
        found = {n: {"rows": r, "digest": d} for n, (r, d) in tables.items()}
        print(json.dumps({"digest": whole, "tables": found}))  # noqa: T201
        return
    for name, (rows, value) in tables.items():
        if rows:
            print(f"{value}  {rows:>8}  {name}")  # noqa: T201
    print(whole)  # noqa: T201


def migrate() -> None:
    """Make or bring up to date the tables of the database."""
    _setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


def warm() -> None:
    """Compile the number-crunching kernels into the cache, so that the first day is not slow."""
    from doorstep.site.operations.warm import warm_kernels

    for line in warm_kernels():
        print(line, file=sys.stderr)  # noqa: T201


def doctor(as_json: AsJson = False) -> None:
    """Check that this machine can do the day: database, clock, zones, files, mail, packs."""
    _setup()
    from doorstep.site.operations.doctor import Finding, examine

    findings: list[Finding] = examine()
    bad = any(f.state == "bad" for f in findings)
    if as_json:
        rows = [{"check": f.check, "state": f.state, "what": f.what} for f in findings]
        print(json.dumps({"healthy": not bad, "checks": rows}, ensure_ascii=False))  # noqa: T201
    else:
        from rich.console import Console

        marks = {"good": "[green]✓[/]", "note": "[yellow]·[/]", "bad": "[red]✗[/]"}
        for f in findings:
            Console().print(f"{marks[f.state]} {f.check}: {f.what}", highlight=False)
    raise typer.Exit(NO if bad else DONE)


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
) -> None:
    """Serve the pages and the API, with the worker that sends messages beside them."""
    _ready()
    from doorstep.site.operations.serve import serve as run

    run(host, port, workers)


def worker() -> None:
    """Do what pages ask for in the background, and send the messages that are due."""
    _ready()
    from doorstep.site.operations.worker import work

    work()


def _setup() -> None:
    import django

    django.setup()


def _ready() -> None:
    """Django, and on SQLite the tables too: one machine needs no step by hand."""
    _setup()
    from doorstep.site.operations.demo import adopt_demo
    from doorstep.site.operations.tables import DatabaseNotReadyError, make_ready

    try:
        make_ready()
    except DatabaseNotReadyError as error:
        _stop(BAD_INPUT, str(error))
    adopt_demo()


def _date(text: str, name: str) -> date_ | None:
    try:
        return date_.fromisoformat(text) if text else None
    except ValueError:
        _stop(USAGE, f"{name}: {text!r} is not a date; write it as 2026-11-24")


def _stop(code: int, message: str) -> NoReturn:
    print(message, file=sys.stderr)  # noqa: T201
    raise typer.Exit(code)


def _say(day: date_, step: str, number: int, total: int) -> None:
    print(f"{day} {number + 1}/{total} {step}", file=sys.stderr)  # noqa: T201


def _day_json(report: Any) -> dict[str, Any]:
    return {
        "date": report.day.isoformat(),
        "at": report.at.isoformat(),
        "changed": report.changed,
        "caught_up": [d.isoformat() for d in report.caught_up],
        "steps": [
            {"name": s.name, "counts": dict(s.counts), "seconds": s.seconds} for s in report.steps
        ],
    }


def _day_table(report: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    title = f"{report.day}" if report.changed else f"{report.day}: had been done before"
    table = Table(title=title, title_justify="left")
    table.add_column("step")
    table.add_column("what")
    table.add_column("seconds", justify="right")
    for step in report.steps:
        counts = ", ".join(f"{v:,} {k.replace('_', ' ')}" for k, v in step.counts.items())
        table.add_row(step.name, counts, f"{step.seconds:.1f}")
    Console().print(table)


def _summary_table(summary: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{summary['from']} to {summary['until']}", title_justify="left")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for name, value in summary.items():
        for inner, number in value.items() if isinstance(value, dict) else ((None, value),):
            if isinstance(number, int):
                label = f"{name} {inner}".replace("_", " ") if inner else name
                shown = f"{number / 100:,.2f}" if name == "paid" else f"{number:,}"
                table.add_row(label, shown)
    Console().print(table)
    print(summary["digest"])  # noqa: T201
