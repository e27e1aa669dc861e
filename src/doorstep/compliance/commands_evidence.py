"""`doorstep evidence`: tie in what waits, print the heads, find what was altered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from doorstep.compliance.commands import Json, _fail, _ready

app = typer.Typer(no_args_is_help=True, help="Proof of what was decided and what happened.")


@app.command()
def seal(as_json: Json = False) -> None:
    """Tie every verdict and fact that waits into its lender's chain, as the day does."""
    _ready()
    from doorstep.compliance.services.chain import chain_rows
    from doorstep.kernel import clock

    counts = chain_rows(at=clock.now())
    typer.echo(
        json.dumps(counts)
        if as_json
        else f"tied in: {counts['verdicts']} verdicts, {counts['facts']} facts"
    )


@app.command()
def heads(as_json: Json = False) -> None:
    """The newest head of every chain: print it, publish it, keep it where we cannot reach it."""
    _ready()
    from doorstep.compliance import proving

    found = proving.heads()
    if as_json:
        typer.echo(json.dumps({"heads": [_head(h) for h in found]}, ensure_ascii=False))
        return
    for h in found:
        typer.echo(f"{h.lender} {h.size} {h.root} {h.at:%Y-%m-%dT%H:%M:%S%z}")


@app.command()
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Heads kept outside, as `evidence heads --json` printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Is everything as it was recorded? Exit code 1 where anything was altered."""
    _ready()
    from doorstep.compliance import proving

    found = proving.verify(_anchors(anchors) if anchors else ())
    if as_json:
        typer.echo(json.dumps(_told(found), ensure_ascii=False))
    else:
        for a in found.alterations:
            typer.echo(f"{a.lender}: {a.of} {a.id}: {a.what}", err=True)
        typer.echo(
            f"{found.rows['verdict']} verdicts and {found.rows['fact']} facts in "
            f"{len(found.heads)} chains, {found.waiting} verdicts wait; "
            f"{len(found.alterations) or 'nothing'} altered"
        )
    raise typer.Exit(1 if found.alterations else 0)


def _told(found: Any) -> dict[str, Any]:
    return {
        "whole": not found.alterations,
        "rows": found.rows,
        "waiting": found.waiting,
        "heads": [_head(h) for h in found.heads],
        "alterations": [
            {"lender": a.lender, "what": a.what, "of": a.of, "id": a.id} for a in found.alterations
        ],
    }


def _head(h: Any) -> dict[str, Any]:
    at = h.at.isoformat() if h.at else None
    return {"lender": h.lender, "size": h.size, "root": h.root, "at": at}


def _anchors(path: Path) -> list[Any]:
    from doorstep.compliance.commands import _load
    from doorstep.compliance.reading import ReadError, read
    from doorstep.compliance.types import Head

    raw = _load(str(path))
    rows = raw.get("heads", []) if isinstance(raw, dict) else raw
    try:
        return [read(Head, row, f"heads[{i}]") for i, row in enumerate(rows)]
    except (ReadError, TypeError) as error:
        _fail(3, f"{path}:{error}; give what `doorstep evidence heads --json` printed")
