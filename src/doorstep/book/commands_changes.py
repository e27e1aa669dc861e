"""`doorstep book limit`: how much of a loan one signature may give up."""

from __future__ import annotations

from typing import Annotated

import typer

from doorstep.book.commands_import import BAD_INPUT, USAGE, AsJson, print_json, setup, stop


def limit(
    lender: Annotated[str, typer.Option(help="Code of the lender.")],
    currency: Annotated[str, typer.Option(help="Three letters, like CNY.")] = "CNY",
    amount: Annotated[int, typer.Option(help="Minor units; left out: only show it.")] = -1,
    as_json: AsJson = False,
) -> None:
    """What one signature may give up of a loan of a lender; more takes two people."""
    setup()
    from doorstep.book.scope import UnknownLenderError, lender_id
    from doorstep.book.services.change_checks import ChangeError
    from doorstep.book.services.change_rights import limit_in_force, set_limit
    from doorstep.kernel import clock
    from doorstep.people.types import SYSTEM

    if len(currency) != 3 or not currency.isalpha() or not currency.isupper():
        stop("--currency: three capital letters, like CNY", USAGE)
    at = clock.now()
    try:
        owner = lender_id(SYSTEM, lender, at.date())
        if amount != -1:
            set_limit(owner, currency, amount, at=at, by="command line")
    except (UnknownLenderError, ChangeError) as error:
        stop(str(error), BAD_INPUT)
    now = limit_in_force(owner, currency)
    if as_json:
        print_json({"lender": lender, "currency": currency, "amount": now})
        return
    print(f"{lender}: one signature may give up {now:,} minor units of {currency} a loan.")  # noqa: T201


def register(app: typer.Typer) -> None:
    app.command("limit")(limit)
