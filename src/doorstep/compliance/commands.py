"""`doorstep law`: ask the rules, list the packs, print the schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from doorstep.compliance import commands_open, commands_replay

app = typer.Typer(no_args_is_help=True, help="The law of contact: ask it, list it.")
commands_open.register(app)
commands_replay.register(app)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@app.command()
def judge(
    file: Annotated[str, typer.Argument(help="A file with one question or a list; - for stdin.")],
    as_json: Json = False,
) -> None:
    """May we? Exit code 1 where any answer is no."""
    _ready()
    from doorstep.compliance.packs import PackError
    from doorstep.compliance.questions import judged, question
    from doorstep.compliance.reading import ReadError

    raw = _load(file)
    many = isinstance(raw, list)
    try:
        asked = [
            question(q, f"[{i}]" if many else "") for i, q in enumerate(raw if many else [raw])
        ]
        answers = [judged(q) for q in asked]
    except ReadError as error:
        _fail(3, f"{file}:{error}")
    except PackError as error:
        _fail(3, f"{file}:packs: {error}")
    if as_json:
        typer.echo(json.dumps(answers if many else answers[0], ensure_ascii=False))
    else:
        for one in answers:
            _show(one)
    raise typer.Exit(0 if all(a["permitted"] for a in answers) else 1)


@app.command("packs")
def packs_(
    as_json: Json = False,
    check: Annotated[bool, typer.Option(help="Ask every golden case again.")] = False,
) -> None:
    """The installed packs. With --check, exit code 1 where a golden case comes out otherwise."""
    _ready()
    from doorstep.compliance.golden import differences
    from doorstep.compliance.packs import PackError, cases, installed, pack

    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    for code in installed():
        try:
            p = pack(code)
        except PackError as error:
            _fail(3, str(error))
        rows.append(
            {
                "code": code,
                "version": p.version,
                "title": p.title["en"],
                "countries": list(p.countries),
                "expires": p.expires.isoformat(),
                "rules": [law.rule.id for _, law in p.laws],
                "cases": len(cases(code)),
            }
        )
        wrong += list(differences(code)) if check else []
    if as_json:
        typer.echo(json.dumps({"packs": rows, "differences": wrong}, ensure_ascii=False))
    else:
        for row in rows:
            typer.echo(
                f"{row['code']} {row['version']}: {row['title']}, {len(row['rules'])} rules, "
                f"{row['cases']} cases, to be read again by {row['expires']}"
            )
        for line in wrong:
            typer.echo(line, err=True)
    raise typer.Exit(1 if wrong else 0)


@app.command("schema")
def schema_() -> None:
    """The JSON schema of a question for `law judge`."""
    _ready()
    from doorstep.compliance.questions import question_schema

    typer.echo(json.dumps(question_schema(), ensure_ascii=False, indent=2))


def _show(answer: dict[str, Any]) -> None:
    until = f" until {answer['defer_until']}" if "defer_until" in answer else ""
    typer.echo(f"{answer['verdict']}{until}")
    for duty in answer["duties"]:
        typer.echo(f"  do: {duty['text']} ({duty['rule']})")
    for f in answer["findings"]:
        if f["rule"] in answer["deciding"] and f["result"] in {"fail", "unknown"}:
            typer.echo(f"  {f['rule']}: {f['title']}: {f['why']}")
            typer.echo(f"      {f['citation']} [{f['bindingness']}, {f['status']}]")


def _load(file: str) -> Any:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _fail(3, f"{file}: is not UTF-8; save it as UTF-8")
    except OSError as error:
        _fail(3, f"{file}: {error.strerror}; give a file that can be read, or - for stdin")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        _fail(3, f"{file}:{error.lineno}:{error.colno}: {error.msg}; it must be JSON")
    except (ValueError, RecursionError):
        _fail(3, f"{file}: a number is too long or the nesting too deep; correct the JSON")


def _fail(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _ready() -> None:
    import django

    django.setup()
