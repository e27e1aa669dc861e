"""`doorstep strategy …`: the schema of the policy, and whether a policy can be used."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Segments, treatments and the day's wishes.")


@app.command()
def schema() -> None:
    """Print the JSON schema of policy.toml, segments.toml and treatments/*.toml."""
    from doorstep.strategy.rules.policy import schema as published

    sys.stdout.write(json.dumps(published(), ensure_ascii=False, indent=2) + "\n")


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="a policy folder; without one, the policy in force")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
) -> None:
    """Say whether a policy can be used, and which version it is. Exit 3 where it cannot."""
    import django

    django.setup()
    from doorstep.strategy.rules.policy import PolicyError
    from doorstep.strategy.services.policies import policy, read

    try:
        found = read(folder.resolve()) if folder else policy()
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(3) from error
    answer = {
        "version": found.terms.version,
        "digest": found.digest,
        "segments": [s.id for s in found.segments],
        "treatments": sorted(found.treatments),
    }
    if as_json:
        sys.stdout.write(json.dumps(answer) + "\n")
        return
    sys.stdout.write(
        f"policy {found.terms.version} ({found.digest}): {len(found.segments)} segments, "
        f"{len(found.treatments)} treatments; it can be used\n"
    )
