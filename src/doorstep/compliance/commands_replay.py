"""`doorstep law replay`: stored verdicts, given again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from doorstep.compliance.commands_open import Json, _fail, _ready

Since = Annotated[str, typer.Option(help="Only those judged for this day or later, YYYY-MM-DD.")]
One = Annotated[str, typer.Option("--verdict", help="Only the verdict with this id.")]


def register(app: typer.Typer) -> None:
    """Add the command to `doorstep law`."""
    app.command("replay")(replay)


def replay(since: Since = "", verdict: One = "", as_json: Json = False) -> None:
    """Judge stored verdicts again on the facts and packs of then. Exit code 1 where one differs."""
    _ready()
    from doorstep.compliance.services.replaying import replay_all

    total = same = 0
    other: list[dict[str, Any]] = []
    for found in replay_all(since=_day(since), verdict_id=_id(verdict)):
        total += 1
        same += found.same
        if not found.same:
            other.append(
                {
                    "verdict": str(found.id),
                    "answer": found.answer,
                    "differences": list(found.differences),
                    "lost": found.lost,
                }
            )
    if verdict and not total:
        _fail(3, f"--verdict: {verdict} is not known; give the id of a stored verdict")
    if as_json:
        answer = {"replayed": total, "same": same, "others": other}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for row in other:
            what = row["lost"] or "; ".join(row["differences"])
            typer.echo(f"{row['verdict']} ({row['answer']}): {what}", err=True)
        typer.echo(f"{total} verdicts judged again, {same} the same, {len(other)} not")
    raise typer.Exit(1 if other else 0)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        _fail(2, f"--since: {text!r} is no day; write YYYY-MM-DD")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        _fail(2, f"--verdict: {text!r} is no id; copy it from the page of the verdict")
