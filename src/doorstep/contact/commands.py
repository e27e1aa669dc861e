"""`doorstep send`: one run over the outbox, for machines where no worker runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer


def send(
    limit: Annotated[int, typer.Option(help="At most so many messages.")] = 1000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Send the messages that are due, each once, and settle what a crash left in the air."""
    import django

    django.setup()
    from doorstep.contact.services.sending import send_due
    from doorstep.kernel import clock

    report = asdict(send_due(clock.now(), limit, tick=clock.now))
    if as_json:
        print(json.dumps(report))  # noqa: T201
    else:
        print(", ".join(f"{count} {what}" for what, count in report.items()))  # noqa: T201
