"""`doorstep book product`: what the contracts of a product say, from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from doorstep.book.commands_import import (
    BAD_INPUT,
    DONE,
    AsJson,
    print_json,
    setup,
    stop,
)

Terms = Annotated[
    Path | None,
    typer.Option(help='JSON: {"penalty": {...}, "caps": [...], "order": {...}}; shown if absent.'),
]
Reason = Annotated[str, typer.Option(help="Why; needed with --terms.")]


def register(app: typer.Typer) -> None:
    """Add the command to `doorstep book`."""
    app.command("product")(product)


def product(
    lender: Annotated[str, typer.Argument(help="The lender's code.")],
    code: Annotated[str, typer.Argument(help="The product's code, as in the loans.")],
    terms: Terms = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Show or tell penalties, caps and order of payment of a product, which its loans follow."""
    setup()
    from doorstep.book.services.products import ProductError, find_product, tell_product
    from doorstep.kernel import clock
    from doorstep.people.types import SYSTEM

    now = clock.now()
    try:
        if terms is None:
            found = find_product(SYSTEM, lender, code, now)
        else:
            told = _read(terms)
            found = tell_product(SYSTEM, lender, code, told, reason=reason, at=now, by="command")
    except ProductError as error:
        stop(f"{terms or lender}: {error}", BAD_INPUT)
    answer = {
        "lender": found.lender,
        "product": found.code,
        "terms": found.settings[0].told if found.settings else {},
        "law": [_cap(cap) for cap in found.law],
        "told": [
            {"at": s.set_at.isoformat(), "by": s.set_by, "reason": s.reason, "terms": s.told}
            for s in found.settings
        ],
    }
    if as_json:
        print_json(answer)
    else:
        print_json(answer["terms"])
        for cap in found.law:
            print(f"{cap.rule}: {cap.why}")  # noqa: T201
    raise typer.Exit(DONE)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        stop(f"{path}: cannot be read ({error.strerror}); check the path", BAD_INPUT)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        stop(f"{path}: is no JSON ({error}); see docs/howto/tell-a-product.md", BAD_INPUT)


def _cap(cap: Any) -> dict[str, Any]:
    return {
        "rule": cap.rule,
        "kind": cap.kind,
        "ratio": str(cap.ratio),
        "components": list(cap.components),
        "since": cap.since.isoformat() if cap.since else None,
        "until": cap.until.isoformat() if cap.until else None,
        "why": cap.why,
    }
