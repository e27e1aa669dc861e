"""`doorstep law changes` and `law suite`: what changes, and the cases for others."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Days = Annotated[
    tuple[str, str],
    typer.Option(
        "--between", help="Two days, YYYY-MM-DD: after the first, up to and with the second."
    ),
]
Out = Annotated[Path, typer.Option("--out", help="A folder for the suites and their runner.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `doorstep law`."""
    app.command("changes")(changes)
    app.command("suite")(suite)


def changes(between: Days, as_json: Json = False) -> None:
    """Rules of the installed packs that begin, end or get another figure between two days."""
    _ready()
    from doorstep.compliance.changes import changes_between
    from doorstep.compliance.packs import PackError

    first, last = (_day(text) for text in between)
    if last < first:
        _fail(2, f"--between: {last} is before {first}; give the earlier day first")
    try:
        found = [c.as_json() for c in changes_between(first, last)]
    except PackError as error:
        _fail(3, str(error))
    if as_json:
        answer = {"between": [first.isoformat(), last.isoformat()], "changes": found}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for c in found:
        typer.echo(f"{c['on']} {c['pack']} {c['rule']} {c['what']}: {c['title']}")
    if not found:
        typer.echo("nothing changes")


def suite(out: Out, packs: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Write the golden cases of packs (all, if none is named) as JSON, with a runner for others."""
    _ready()
    from doorstep.compliance.packs import PackError, installed
    from doorstep.compliance.suites import runner
    from doorstep.compliance.suites import suite as suite_of

    try:
        made: list[dict[str, Any]] = [suite_of(code) for code in packs or installed()]
    except PackError as error:
        _fail(3, str(error))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for one in made:
            text = json.dumps(one, ensure_ascii=False, indent=1)
            (out / f"{one['pack']}.json").write_text(text + "\n", encoding="utf-8")
        (out / "run.py").write_text(runner(), encoding="utf-8")
    except OSError as error:
        _fail(3, f"{out}: {error.strerror}; give a folder that can be written")
    for one in made:
        typer.echo(f"{out / one['pack']}.json: {len(one['cases'])} cases")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(2, f"--between: {text!r} is no day; write it like 2027-01-01")


def _fail(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _ready() -> None:
    import django

    django.setup()
